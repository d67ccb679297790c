"""Every document of every feed is valid by shapes made of the specifications of LDES, TREE and DCAT-AP Feeds."""

from __future__ import annotations

import shutil

import pytest
from pyoxigraph import DefaultGraph, Quad, RdfFormat, serialize
from pyshacl import validate
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SH

from tests.feeds.test_addresses import quads_of
from tests.versions.conftest import Editions
from tests.versions.test_time import client_of

pytestmark = pytest.mark.slow
FEEDS = ("/feed/entities", "/feed/catalog")
_NODE = "https://w3id.org/tree#node"


@pytest.fixture(scope="module")
def documents(tmp_path_factory) -> dict[str, dict[str, list[Quad]]]:
    """Feed → address → what stands there: the root, and everything that it leads to, after a change and a removal."""
    editions = Editions.at(tmp_path_factory.mktemp("feeds"))
    editions.publish()
    editions.retitle(1)
    editions.publish()
    shutil.rmtree(editions.folder / "data/branches")
    editions.publish()
    client = client_of(editions)
    found: dict[str, dict[str, list[Quad]]] = {}
    for feed in FEEDS:
        waiting, known = [feed], found.setdefault(feed, {})
        while waiting:
            path = waiting.pop()
            known[path] = quads_of(client.get(path))
            leads_to = {each.object.value for each in known[path] if each.predicate.value == _NODE}
            waiting += [each.partition("site.example")[2] for each in leads_to]
    assert len(found["/feed/entities"]) > 3
    kinds = {each.object.value.partition("#")[2] for quads in found["/feed/entities"].values() for each in quads}
    assert {"Create", "Update", "Delete"} <= kinds
    return found


def graph_of(quads: list[Quad], *, whole: bool = False) -> Graph:
    """The default graph of a document, or all of it as one."""
    triples = [each.triple for each in quads if whole or each.graph_name == DefaultGraph()]
    return Graph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")


def results(data: Graph, shapes: Graph) -> list[tuple[object, ...]]:
    _, report, _ = validate(data, shacl_graph=shapes, inference="none")
    return [
        tuple(report.value(each, name) for name in (SH.focusNode, SH.resultPath, SH.sourceConstraintComponent))
        for each in report.objects(None, SH.result)
    ]


@pytest.mark.parametrize("feed", FEEDS)
def test_every_document_is_valid_by_the_shapes_of_a_page(suites, documents, feed):
    shapes = Graph().parse(suites / "shapes/ldes-page/ldes-page.shapes.ttl")
    for path, quads in documents[feed].items():
        assert results(graph_of(quads), shapes) == [], path


@pytest.fixture(scope="module")
def feeds_shapes(suites) -> Graph:
    return Graph().parse(suites / "shapes/ldes-dcat-ap-feeds/shape.ttl")


def test_every_member_of_the_catalogue_is_valid_by_the_shapes_of_dcat_ap_feeds(documents, feeds_shapes):
    members = 0
    for path, quads in documents["/feed/catalog"].items():
        data = graph_of(quads, whole=True)
        assert results(data, feeds_shapes) == [], path
        members += len(set(data.objects(None, URIRef("https://w3id.org/tree#member"))))
    assert members > 10


def test_the_shapes_of_dcat_ap_feeds_see_what_is_wrong(documents, feeds_shapes):
    """A member that says more than it may, and members without payload: silence above is no blindness."""
    broken = Graph()
    for quads in documents["/feed/catalog"].values():
        broken += graph_of(quads)
    member = next(broken.subjects(RDF.type, URIRef("https://www.w3.org/ns/activitystreams#Create")))
    broken.add((member, RDF.value, member))
    assert len({focus for focus, _, _ in results(broken, feeds_shapes)}) > 10
