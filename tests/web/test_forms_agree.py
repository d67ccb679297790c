"""All forms of a document say the same: the trees of JSON-LD expand to exactly the triples of the Turtle.

This is shown with PyLD for every entity of the small publication, for lists, and for the documents about words.
"""

import json

import pytest
from pyld import jsonld
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse

OTHERS = ["/index", "/book", "/holding", "/concept", "/ns/lib", "/ns/publication", "/ns/publication/catalogue"]
OTHERS += ["/shapes/Book", "/shapes"]


def canonical(quads) -> Dataset:
    dataset = Dataset(Quad(*quad.triple) for quad in quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def graphs(client, path: str, context) -> dict[str, Dataset]:
    """The graph of each form of *path*."""
    formats = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdf": RdfFormat.RDF_XML}
    found = {
        suffix: canonical(parse(client.get(f"{path}.{suffix}").content, format=form))
        for suffix, form in formats.items()
    }
    linked, plain = (json.loads(client.get(f"{path}.{suffix}").content) for suffix in ("jsonld", "json"))
    assert "@context" not in plain
    assert {name: value for name, value in linked.items() if name != "@context"} == plain
    assert isinstance(linked["@context"], dict), "harvesters don't fetch contexts"
    quads = jsonld.to_rdf(linked, {"format": "application/n-quads", "documentLoader": None})
    return found | {"jsonld": canonical(parse(quads.encode(), format=RdfFormat.N_QUADS))}


def test_every_form_of_every_entity_has_the_same_triples(client, index, publication):
    paths = [index.addresses.path(iri) for iris in index.members.values() for iri in iris]
    assert len(paths) > 150
    for path in paths:
        found = graphs(client, path, publication.context)
        assert len(found["ttl"]) > 0
        assert {suffix: graph == found["ttl"] for suffix, graph in found.items()} == dict.fromkeys(found, True), path


@pytest.mark.parametrize("path", OTHERS)
def test_every_form_of_the_other_documents_has_the_same_triples(client, publication, path):
    found = graphs(client, path, publication.context)
    assert {suffix: graph == found["ttl"] for suffix, graph in found.items()} == dict.fromkeys(found, True)


def test_a_tree_starts_at_the_thing_and_keeps_its_languages(client):
    tree = client.get("/doc/book/1.json").json()
    assert tree["id"] == "https://library.example/id/book/1"
    assert tree["title"] == {"en": "The Lighthouse Keeper's Almanac", "fi": "Majakanvartijan almanakka"}
    assert tree["bookHoldings"][0]["branch"]["prefLabel"]["fi"]
