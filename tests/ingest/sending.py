"""A good submission to the small publication, and ways to spoil it."""

from __future__ import annotations

HEAD = """@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix lib: <https://library.example/ns/lib#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@base <https://library.example/id/> .
"""
BOOK = """
<book/900> a lib:Book , schema:Book ;
    dct:title "Uusi kirja"@fi , "A new book"@en ;
    dct:description "Kuvaus."@fi , "A description."@en ;
    lib:genre <concept/genre/fiction-novel> ;
    lib:referenceOnly false ;
    adms:identifier <book/900#id-record> .

<book/900#id-record> a adms:Identifier ; skos:notation "R000900" .
"""
GOOD = HEAD + BOOK
BAD_NUMBER = GOOD.replace("R000900", "X")
"""One violation: the number of the record has not its form."""
BAD = GOOD.replace('"R000900"', '"X"').replace("lib:referenceOnly false", 'dct:issued "eilen" ; lib:pages "many"')
"""Several violations, one of a logical constraint, and a field that is a part of the book."""
OWN_SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix lib: <https://library.example/ns/lib#> .
<https://own.example/Book> a sh:NodeShape ; sh:targetClass lib:Book ;
    sh:property <https://own.example/Book#price> .
<https://own.example/Book#price> sh:path lib:price ; sh:minCount 1 .
"""
