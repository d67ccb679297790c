"""The endpoint describes itself as the W3C suite of SPARQL 1.1 Service Description expects."""

from __future__ import annotations

import httpx2 as httpx
import pytest
from rdflib import OWL, RDF, RDFS, Graph, Namespace, URIRef

from tests.conformance.manifests import http_tests
from tests.conformance_data import conformance_data
from tests.serving import Served

pytestmark = pytest.mark.slow
SUITE = conformance_data() / "suites" / "sparql11" / "service-description" / "manifest.ttl"
VOCABULARY = conformance_data() / "vocab" / "sparql-service-description.ttl"
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")


@pytest.fixture(scope="module")
def answer(suite_server: Served) -> httpx.Response:
    return httpx.get(f"{suite_server.address}/sparql", timeout=20)


@pytest.fixture(scope="module")
def description(answer: httpx.Response) -> Graph:
    return Graph().parse(data=answer.content, format="turtle")


def test_each_test_of_the_suite_stands_below() -> None:
    assert {test.name for test in http_tests(SUITE)} == {"returns-rdf", "has-endpoint-triple", "conforms-to-schema"}


def test_returns_rdf(answer: httpx.Response, description: Graph) -> None:
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    assert len(description) > 20


def test_has_endpoint_triple(suite_server: Served, description: Graph) -> None:
    [service] = description.subjects(SD.endpoint, URIRef(f"{suite_server.address}/sparql"))
    assert (service, RDF.type, SD.Service) in description


def test_conforms_to_schema(description: Graph) -> None:
    """Terms are those of the vocabulary; subjects and objects of its properties have the classes that it states."""
    vocabulary = Graph().parse(VOCABULARY, format="turtle")
    used = {each for triple in description for each in triple if isinstance(each, URIRef) and each.startswith(str(SD))}
    assert len(used) >= 8
    assert used <= set(vocabulary.subjects(RDF.type))

    def classes(node: object) -> set[object]:
        return {each for stated in description.objects(node, RDF.type) for each in superclasses(stated)}

    def superclasses(stated: object) -> set[object]:
        return set(vocabulary.transitive_objects(stated, RDFS.subClassOf))

    for subject, predicate, object_ in description:
        for place, node in ((RDFS.domain, subject), (RDFS.range, object_)):
            for wanted in vocabulary.objects(predicate, place):
                if str(wanted).startswith(str(SD)) and (wanted, RDF.type, OWL.Class) in vocabulary:
                    known = classes(node) or set(vocabulary.objects(node, RDF.type))
                    assert not known or wanted in known, (subject, predicate, object_, wanted)
    for service in description.subjects(RDF.type, SD.Service):
        assert description.value(service, SD.endpoint)
    for named in description.objects(None, SD.namedGraph):
        assert (named, RDF.type, SD.NamedGraph) in description
        assert isinstance(description.value(named, SD.name), URIRef)
