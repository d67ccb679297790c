"""Whatever a shape asks for can be read on its page: every kind of path and constraint, written as in SPARQL."""

import pytest
from pyoxigraph import RdfFormat, parse

from sotegraph.entities.shapes import shape_page
from sotegraph.entities.vocabulary import cut, gather

SHAPE = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX pub: <https://w3id.org/sotegraph/ns/publication#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
BASE <https://library.example/shapes/>

<Thing> a sh:NodeShape ; sh:property <Thing#a>, <Thing#b>, <Thing#c>, <Thing#d>, <Thing#e>, <Thing#f> ;
    sh:sparql <Thing#rule> .
<Thing#a> sh:path skos:notation ; sh:in ( "x" 1 skos:Concept ) ; sh:minCount 1 .
<Thing#b> sh:path ( skos:broader [ sh:inversePath skos:member ] ) ; sh:nodeKind sh:IRI .
<Thing#c> sh:path [ sh:alternativePath ( skos:prefLabel skos:altLabel ) ] ; sh:message "Say it."@en ; sh:maxLength 9 .
<Thing#d> sh:path [ sh:zeroOrMorePath skos:broader ] ; sh:or ( [ sh:datatype xsd:date ] [ sh:datatype xsd:gYear ] ) .
<Thing#e> sh:path [ sh:oneOrMorePath skos:broader ] ; sh:severity sh:Info ; sh:message "Perhaps."@en .
<Thing#f> sh:path [ sh:zeroOrOnePath skos:broader ] ; sh:maxCount 3 .
<Thing#rule> sh:message "Mind the rule."@en ; sh:select "SELECT $this WHERE {}" .
<profiles/strict> a pub:Profile ; pub:severity [ pub:shape <Thing#e> ; pub:as sh:Violation ] .
"""


@pytest.fixture(scope="module")
def page(index):
    facts = gather(quad.triple for quad in parse(SHAPE, format=RdfFormat.TURTLE))
    return shape_page(index, cut(facts, "https://library.example/shapes/Thing"), facts, "en")


@pytest.fixture(scope="module")
def by_path(page):
    return {each.path: each for each in page.properties}


def test_paths_are_written_as_in_sparql(by_path):
    assert set(by_path) == {
        "skos:notation",
        "skos:broader/^skos:member",
        "skos:prefLabel|skos:altLabel",
        "skos:broader*",
        "skos:broader+",
        "skos:broader?",
    }


def test_constraints_without_a_message_are_written_as_in_turtle(by_path):
    (allowed,) = by_path["skos:notation"].demands
    assert allowed.constraints == (("sh:in", "( x 1 skos:Concept )"),)
    (choice,) = by_path["skos:broader*"].demands
    assert choice.constraints == (("sh:or", "( [ sh:datatype xsd:date ] [ sh:datatype xsd:gYear ] )"),)


def test_beside_a_message_only_what_is_exact_is_written(by_path, page):
    (short,) = by_path["skos:prefLabel|skos:altLabel"].demands
    assert (short.message.value, short.constraints) == ("Say it.", (("sh:maxLength", "9"),))
    (rule,) = page.demands
    assert rule.message.value == "Mind the rule."


def test_numbers_kinds_and_severities_are_read(by_path):
    assert by_path["skos:notation"].cardinality == "1..*"
    assert by_path["skos:broader?"].cardinality == "0..3"
    assert by_path["skos:broader/^skos:member"].types == ("http://www.w3.org/ns/shacl#IRI",)
    (perhaps,) = by_path["skos:broader+"].demands
    assert perhaps.severity == "Info"
    assert [(name.value, severity) for name, severity in perhaps.profiles] == [("strict", "Violation")]


def test_a_shape_without_a_name_is_called_by_its_iri(page):
    assert page.title.value == "<https://library.example/shapes/Thing>"
