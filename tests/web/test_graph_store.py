"""``/graph-store`` sends one graph, as the SPARQL 1.1 Graph Store HTTP Protocol reads it; nobody writes."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse


def graph(answer) -> set[str]:
    assert answer.status_code == 200, answer.text
    form = RdfFormat.from_media_type(answer.headers["content-type"].partition(";")[0])
    return {str(quad.triple) for quad in parse(answer.content, format=form)}


@pytest.fixture(scope="module")
def name(version) -> str:
    """The smallest graph of the publication that has something in it and no blank nodes to compare."""
    names = sorted(version.graphs, key=lambda each: version.graphs[each])
    return next(each for each in names if version.graphs[each] and "_:" not in "".join(stored(version, each)))


def stored(version, name: str) -> set[str]:
    return {str(triple) for triple in version.triples_of(NamedNode(name))}


def test_a_named_graph_is_sent_whole(client, version, name):
    answer = client.get(f"/graph-store?graph={quote(name, safe='')}")
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    assert graph(answer) == stored(version, name)


def test_the_default_graph_has_every_triple_once(client, version):
    answer = client.get("/graph-store?default", accept="application/n-triples")
    lines = answer.content.splitlines()
    assert len(lines) == len(set(lines)) == version.triples
    assert client.get("/graph-store?default=", accept="application/n-triples").status_code == 200


@pytest.mark.parametrize("accept", ["application/rdf+xml", "application/ld+json", "text/turtle;q=0.1, text/html;q=0"])
def test_a_graph_comes_in_the_form_that_is_accepted(client, version, name, accept):
    answer = client.get(f"/graph-store?graph={quote(name)}", accept=accept)
    assert answer.headers["content-type"].startswith(accept.partition(";")[0])
    assert answer.headers["vary"] == "Accept"
    assert graph(answer) == stored(version, name)


def test_no_form_that_is_accepted_is_told_with_what_is_offered(client):
    answer = client.get("/graph-store?default", accept="text/csv")
    assert (answer.status_code, answer.json()["kind"]) == (406, "not-acceptable")
    assert "text/turtle" in answer.json()["offered"]


def test_head_tells_whether_a_graph_is_there(client, name):
    there = client.request("HEAD", f"/graph-store?graph={quote(name)}")
    assert (there.status_code, there.content) == (200, b"")
    assert client.request("HEAD", "/graph-store?graph=urn:nowhere").status_code == 404


def test_an_unknown_graph_is_not_found(client):
    answer = client.get("/graph-store?graph=https://library.example/id/graph/none")
    assert (answer.status_code, answer.json()["kind"]) == (404, "not-found")
    assert answer.json()["iri"] == "https://library.example/id/graph/none"


@pytest.mark.parametrize(
    "query", ["", "?", "?default&graph=urn:a", "?graph=urn:a&graph=urn:b", "?graph=", "?graph=relative", "?graph=%FF"]
)
def test_anything_but_one_graph_is_a_wrong_request(client, query):
    answer = client.get(f"/graph-store{query}")
    assert (answer.status_code, answer.json()["kind"]) == (400, "bad-request")


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_nobody_writes(client, method):
    answer = client.request(method, "/graph-store?default", content=b"<a:a> <a:b> <a:c> .")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_a_graph_is_known_again_by_its_tag(client, name):
    address = f"/graph-store?graph={quote(name)}"
    answer = client.get(address)
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert client.get(address, if_none_match=answer.headers["etag"]).status_code == 304
    assert client.get(address, if_none_match="*").status_code == 304
    assert client.get("/graph-store?graph=urn:x-none", if_none_match="*").status_code == 404
    assert client.get(address, accept="application/n-triples").headers["etag"] != answer.headers["etag"]
