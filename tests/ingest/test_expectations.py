"""What is said to be expected ends, in every language; of what there are no words for nothing is said."""

from __future__ import annotations

import re

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from sotegraph.entities import Index
from sotegraph.ingest.expectations import Expectations
from sotegraph.ingest.names import Names
from sotegraph.ingest.outcome import Texts
from sotegraph.ingest.speaking import Speaker
from sotegraph.messages import read_messages
from sotegraph.terms import PREFIXES
from sotegraph.validation import VIOLATION, Checker, Result, ShapeSet

SH = PREFIXES["sh"]
UNFINISHED = re.compile(r"(?<!\w)/$|[:;,]\s*$|[:;,]\s*[;,]|[:;,]\s+/|^\s*[:;/,]|”“|””|““")
"""What a text has that lacks a part."""
WORDLESS = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://example.org/bare> a sh:PropertyShape ; sh:path rdfs:label ;
    sh:not [ sh:or ( [ sh:and ( [ sh:pattern "^x" ] [ sh:pattern "y$" ] ) ] [ sh:pattern "^z" ] ) ] ;
    sh:or ( [ sh:pattern "^a" ] [ sh:minLength 3 ] ) ; sh:and ( [ sh:pattern "^a" ] [ sh:minLength 3 ] ) ;
    sh:qualifiedValueShape [ sh:pattern "^q" ] ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 2 ;
    sh:node [ sh:property [ sh:path rdfs:comment ; sh:pattern "^c" ] ] ; sh:in () ; sh:xone () .
<https://example.org/named> a sh:PropertyShape ; sh:path rdfs:label ; sh:not <https://example.org/likeness> .
<https://example.org/likeness> rdfs:label "näköinen"@fi , "like it"@en ; sh:pattern "^x" .
"""


def said(index: Index, shapes: ShapeSet) -> dict[tuple[str, str], list[Texts]]:
    """All that is said of the constraints of *shapes*, by shape and parameter."""
    names = Names(index, Speaker(read_messages()), lambda: (), shapes)
    found = {}
    for in_tables in (False, True):
        expectations = Expectations(names, names.speaker, in_tables=in_tables)
        for node, facts in shapes.described.items():
            for parameter in {each.value.removeprefix(SH) for each, _ in facts if each.value.startswith(SH)}:
                component = NamedNode(f"{SH}{parameter[:1].upper()}{parameter[1:]}ConstraintComponent")
                result = Result(node, None, None, component, VIOLATION, node)
                texts = [expectations.of_result(result), *expectations.parts_of(result)]
                found[f"{node} {in_tables}", parameter] = texts
    return found


def unfinished(found: dict[tuple[str, str], list[Texts]]) -> list[str]:
    """Those texts that lack a part, or stand in some languages only."""
    wrong = []
    for constraint, texts in found.items():
        for each in texts:
            if any(each.values()) and any(not text or UNFINISHED.search(text) for text in each.values()):
                wrong.append(f"{constraint}: {dict(each)}")
    return wrong


def shapes_of(index: Index) -> ShapeSet:
    """The shapes of a publication itself."""
    types = Checker.of(index.publication, index.version).types.values()
    return next(each.shapes for each in types if each.is_ours)


def test_of_constraints_without_words_nothing_is_said(index: Index) -> None:
    found = said(index, ShapeSet.read(parse(WORDLESS, RdfFormat.TURTLE)))
    assert unfinished(found) == []
    bare = {name: texts[0] for (node, name), texts in found.items() if node == "<https://example.org/bare> False"}
    told = {name: texts["en"] for name, texts in bare.items() if any(texts.values())}
    assert told == {"and": "all of these at once: at least 3 characters", "in": "no value"}


def test_what_may_not_be_is_told_by_the_name_of_its_shape(index: Index) -> None:
    found = said(index, ShapeSet.read(parse(WORDLESS, RdfFormat.TURTLE)))
    expected, *parts = found["<https://example.org/named> True", "not"]
    assert (expected["en"], expected["fi"], parts) == (
        "anything but this: like it",
        "mikä tahansa muu kuin tämä: näköinen",
        [],
    )


def test_no_expectation_of_the_small_publication_lacks_a_part(index: Index) -> None:
    assert unfinished(said(index, shapes_of(index))) == []


@pytest.mark.slow
def test_no_expectation_of_the_bundled_publication_lacks_a_part(bundled: Index) -> None:
    found = said(bundled, shapes_of(bundled))
    assert len(found) > 5_000
    assert unfinished(found) == []
