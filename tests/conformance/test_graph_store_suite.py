"""Graphs are read over HTTP as the W3C suite of the SPARQL 1.1 Graph Store Protocol expects.

The suite writes what it reads afterwards, and here nobody writes. So each graph is brought to the state that the
requests before a GET or HEAD would leave, and that request is sent. Left out is the manifest of graphs that their own
address identifies: here that address leads to the document about the graph.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from urllib.parse import parse_qsl, urlsplit

import httpx2 as httpx
import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from sotegraph.entities import Index
from tests.conformance.answers import canonical
from tests.conformance.endpoint import Endpoint, listening
from tests.conformance.manifests import Exchange, HttpTest, http_tests
from tests.conformance_data import conformance_data

SUITE = conformance_data() / "suites" / "sparql11" / "graph-store-protocol"
TESTS = http_tests(SUITE / "manifest-indirect.ttl")
CREATED = "http://www.example/gsp/created"
STATUSES = {"OK": 200, "NotFound": 404}
Name = NamedNode | DefaultGraph


@dataclass(frozen=True)
class Read:
    """A request that reads, and the dataset as it is by then."""

    test: str
    quads: tuple[Quad, ...]
    exchange: Exchange
    path: str


def reads(test: HttpTest) -> Iterator[Read]:
    """The reading requests of *test*, with what the others before would have written."""
    graphs: dict[Name, list[Quad]] = {}
    created: dict[str, str] = {}
    for exchange in test.exchanges:
        path = exchange.path
        for variable, address in created.items():
            path = path.replace(variable, address)
        name = named(path)
        if exchange.method in ("GET", "HEAD"):
            yield Read(test.name, tuple(quad for graph in graphs.values() for quad in graph), exchange, path)
        elif exchange.method == "DELETE":
            graphs.pop(name, None)
        else:
            kept = graphs.get(name, []) if exchange.method == "POST" else []
            graphs[name] = [*kept, *written(exchange, name)]
        if exchange.location:
            created[exchange.location] = CREATED


def named(path: str) -> Name:
    """The graph that *path* names; one that is to be created gets its name from nobody."""
    parameters = dict(parse_qsl(urlsplit(path).query, keep_blank_values=True))
    return DefaultGraph() if "default" in parameters else NamedNode(parameters.get("graph", CREATED))


def written(exchange: Exchange, name: Name) -> list[Quad]:
    """The quads that the body of *exchange* would add to the graph *name*."""
    assert exchange.body is not None
    head = f"Content-Type: {exchange.headers['content-type']}\n\n".encode()
    message = message_from_bytes(head + exchange.body.replace(b"\r\n", b"\n"))
    parts = [part for part in message.walk() if not part.is_multipart()]
    bodies = [part.get_payload(decode=True) for part in parts]
    assert bodies
    return [
        Quad(each.subject, each.predicate, each.object, name)
        for body in bodies
        if isinstance(body, bytes)
        for each in parse(body, RdfFormat.TURTLE)
    ]


READS = [read for test in TESTS for read in reads(test)]


@pytest.fixture(scope="module")
def endpoint(index: Index) -> Endpoint:
    return Endpoint(index)


@pytest.fixture(scope="module")
def address(endpoint: Endpoint) -> Iterator[str]:
    with listening(endpoint.app) as found:
        yield found


def test_the_suite_is_complete() -> None:
    assert len(TESTS) == 9
    assert {read.test for read in READS} == {test.name for test in TESTS}
    assert len(READS) == 12


@pytest.mark.parametrize("read", READS, ids=lambda read: f"{read.test}-{read.exchange.method}")
def test_a_graph_is_read_as_the_suite_expects(endpoint: Endpoint, address: str, read: Read) -> None:
    store = Store()
    store.extend(read.quads)
    endpoint.hold(store)
    target = address + read.path.replace("/gsp", "/graph-store", 1)
    answer = httpx.request(read.exchange.method, target, headers=read.exchange.headers, timeout=20)
    assert answer.status_code in {STATUSES[each] for each in read.exchange.statuses}, answer.text
    if read.exchange.received_type:
        assert answer.headers["content-type"] == read.exchange.received_type
    if read.exchange.received is not None:
        expected = canonical(parse(read.exchange.received, RdfFormat.TURTLE))
        assert canonical(parse(answer.content, RdfFormat.TURTLE)) == expected


@pytest.mark.parametrize("method", sorted({each.method for test in TESTS for each in test.exchanges} - {"GET", "HEAD"}))
def test_writing_is_not_allowed(address: str, method: str) -> None:
    answer = httpx.request(method, f"{address}/graph-store?default", content=b"", timeout=20)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
