"""The JSON-LD tree of every entity expands, by two processors of others, to exactly the triples of its description."""

import json

import pytest
import rdflib
from pyld import jsonld as processor
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, parse

from sotegraph.entities import Index, describe
from sotegraph.jsonld import read_context, tree

SAMPLE = 2
# rdflib's own reader of JSON-LD makes one.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")


def canonical(quads) -> Dataset:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def assert_isomorphic(index: Index, iri: str) -> None:
    description = describe(index, NamedNode(iri))
    context = read_context(index.publication.context)
    document = {"@context": context.document["@context"], **tree(description.root, description.triples, context)}
    assert document["id"] == iri
    stated = canonical(Quad(*triple) for triple in description.triples)
    expanded = processor.to_rdf(document, {"format": "application/n-quads"})
    assert canonical(parse(expanded.encode(), RdfFormat.N_QUADS)) == stated
    assert canonical(parse(read_by_rdflib(document), RdfFormat.N_TRIPLES)) == stated


def read_by_rdflib(document: dict) -> bytes:
    """The triples as rdflib reads them, which is what CKAN's harvester reads with; literals are left as written."""
    graph = rdflib.Graph()
    graph.parse(data=json.dumps(document), format="json-ld")
    return graph.serialize(format="nt", encoding="utf-8")


@pytest.fixture(autouse=True)
def as_written(monkeypatch):
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


def test_every_entity_of_the_small_publication(index):
    iris = [iri for iris in index.members.values() for iri in iris]
    assert len(iris) > 100
    for iri in iris:
        assert_isomorphic(index, iri)


def test_a_sample_of_each_class_of_the_bundled_publication(bundled):
    assert len(bundled.members) > 15
    for iris in bundled.members.values():
        for iri in iris[:: max(1, len(iris) // SAMPLE)]:
            assert_isomorphic(bundled, iri)


@pytest.mark.slow
def test_every_entity_of_the_bundled_publication(bundled):
    iris = [iri for iris in bundled.members.values() for iri in iris]
    assert len(iris) > 2_000
    for iri in iris:
        assert_isomorphic(bundled, iri)


def test_a_context_that_trees_cannot_be_built_by_is_refused():
    with pytest.raises(ValueError, match="nested"):
        read_context({"@context": {"nested": {"@id": "https://example.org/p", "@nest": "values"}}})
