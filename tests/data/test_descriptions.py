"""What the publication says about itself is true of its data: numbers in texts, and tables that have a class."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from sotegraph.terms import RDF_TYPE, term
from tests.data.shared_tables import DATA, ID, SOTE

COLLECTION = "https://w3id.org/sotegraph/ns/publication/sote#"
COUNTY = NamedNode(f"{ID}concept/area-kind/county")


@pytest.fixture(scope="module")
def triples():
    files = [path for path in DATA.glob("*/*.ttl") if not path.name.endswith(".rml.ttl")]
    return {quad.triple for path in files for quad in parse(path=str(path), format=RdfFormat.TURTLE)}


def of_class(triples, name: str) -> int:
    return sum(each.predicate == RDF_TYPE and each.object == NamedNode(SOTE + name) for each in triples)


def descriptions(collection: str) -> list[str]:
    quads = parse(path=str(DATA.parent / "ontology" / "publication.ttl"), format=RdfFormat.TURTLE)
    node = NamedNode(COLLECTION + collection)
    texts = (quad.object for quad in quads if (quad.subject, quad.predicate) == (node, term("dct:description")))
    return [text.value for text in texts if isinstance(text, Literal)]


def test_the_list_of_areas_says_how_many_of_them_are_counties(triples):
    counties = sum(each.predicate == term("dct:type") and each.object == COUNTY for each in triples)
    assert counties == of_class(triples, "WellbeingArea") - 2
    found = descriptions("area")
    assert len(found) == 3
    assert all(f"{counties} " in text for text in found)


def test_the_list_of_municipalities_says_how_many_of_them_are_former(triples):
    current, former = of_class(triples, "Municipality"), of_class(triples, "FormerMunicipality")
    found = descriptions("municipality")
    assert len(found) == 3
    assert all(f"{current} " in text and f" {former} " in text for text in found)


def test_every_described_table_has_a_class(triples):
    described = {each.object for each in triples if each.predicate == term("pub:table")}
    typed = {each.subject for each in triples if each.predicate == RDF_TYPE and each.object == term("pub:Table")}
    assert described
    assert described == typed
