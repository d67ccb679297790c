"""A submission is judged beside what is published, in its place, as it was sent, and only as far as it reaches."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from sotegraph.errors import WrongValue
from sotegraph.publication import Publication
from sotegraph.validation import Checker, CheckRequest, Report

HEAD = """@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix lib: <https://library.example/ns/lib#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
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


def triples(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(HEAD + text, format=RdfFormat.TURTLE, rename_blank_nodes=True)]


def shapes_of(report: Report) -> set[str]:
    return {each.source_shape.value.rpartition("/")[2] for each in report.results if each.source_shape}


@pytest.fixture(scope="module")
def checker(publication: Publication) -> Checker:
    return Checker.of(publication)


def test_a_good_submission_conforms_in_the_company_of_what_is_published(checker: Checker) -> None:
    report = checker.check(CheckRequest(triples(BOOK)))
    assert report.conforms
    assert report.version == checker.version.id


def test_alone_its_links_to_published_things_are_unknown(checker: Checker) -> None:
    report = checker.check(CheckRequest(triples(BOOK), with_context=False))
    assert "Book#genre-class" in shapes_of(report)
    assert report.version is None


def test_an_unknown_profile_is_refused_with_those_there_are(checker: Checker) -> None:
    with pytest.raises(WrongValue, match="publication, submission"):
        checker.check(CheckRequest(triples(BOOK), profile="nothing"))
