"""Reading the manifests of the W3C SPARQL suites."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from rdflib import RDF, RDFS, Graph, Namespace
from rdflib.term import Node

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
STATUS_CODES = "http://www.w3.org/2011/http-statusCodes#"


@dataclass(frozen=True)
class QueryTest:
    """One test of a manifest: a query, the data it runs on and the file of the expected answer."""

    iri: str
    kind: str
    """The local name of the test's class, such as `QueryEvaluationTest`."""
    query: Path
    data: tuple[Path, ...]
    named_graphs: tuple[Path, ...]
    result: Path | None


def query_tests(manifest: Path) -> Iterator[QueryTest]:
    """The tests of the manifests that *manifest* includes, then its own."""
    graph = Graph().parse(manifest, format="turtle", publicID=manifest.as_uri())
    for included in graph.objects(None, MF.include):
        for each in graph.items(included):
            yield from query_tests(_path(each))
    for entries in graph.objects(None, MF.entries):
        for test in graph.items(entries):
            yield _query_test(graph, test)


def _query_test(graph: Graph, test: Node) -> QueryTest:
    action, result = graph.value(test, MF.action), graph.value(test, MF.result)
    query = graph.value(action, QT.query) or action
    assert query is not None, test
    return QueryTest(
        iri=str(test),
        kind=str(graph.value(test, RDF.type)).removeprefix(MF),
        query=_path(query),
        data=tuple(map(_path, graph.objects(action, QT.data))),
        named_graphs=tuple(map(_path, graph.objects(action, QT.graphData))),
        result=_path(result) if result else None,
    )


@dataclass(frozen=True)
class Exchange:
    """A request of a manifest, and what is expected of its response."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: frozenset[str]
    """Names of the statuses of which any is right, such as `StatusCode2xx` or `NotFound`."""
    format: str | None
    boolean: bool | None
    location: str | None
    """What stands in later requests for the address that the response names."""
    received: bytes | None
    received_type: str | None


@dataclass(frozen=True)
class HttpTest:
    """One test of a manifest that is a conversation over HTTP."""

    iri: str
    kind: str
    data: dict[str, Path]
    """Files that stand in the store, by the IRI of their graph."""
    exchanges: tuple[Exchange, ...]

    @property
    def name(self) -> str:
        """The local name of the test."""
        return self.iri.rpartition("#")[2]


def http_tests(manifest: Path) -> list[HttpTest]:
    """The tests of *manifest*, and of no other that it includes."""
    graph = Graph().parse(manifest, format="turtle", publicID=manifest.as_uri())
    [entries] = graph.objects(None, MF.entries)
    return [_http_test(graph, test) for test in graph.items(entries)]


def _http_test(graph: Graph, test: Node) -> HttpTest:
    data = {
        str(graph.value(node, RDFS.label)): _path(graph.value(node, UT.graph) or node)
        for node in graph.objects(test, UT.graphData)
    }
    requests = graph.value(graph.value(test, MF.action), HT.requests)
    exchanges = tuple(_exchange(graph, node) for node in graph.items(requests)) if requests else ()
    return HttpTest(str(test), str(graph.value(test, RDF.type)).removeprefix(MF), data, exchanges)


def _exchange(graph: Graph, request: Node) -> Exchange:
    response = graph.value(request, HT.resp)
    expected = graph.value(response, MF.expectedBoolean)
    return Exchange(
        method=str(graph.value(request, HT.methodName)),
        path=str(graph.value(request, HT.absolutePath)),
        headers=_headers(graph, request),
        body=_body(graph, request),
        statuses=frozenset(str(each).removeprefix(STATUS_CODES) for each in graph.objects(response, MF.expectedStatus)),
        format=_text(graph, response, MF.expectedFormat),
        boolean=None if expected is None else bool(expected.toPython()),  # type: ignore[attr-defined]
        location=_text(graph, response, MF.expectedLocation),
        received=_body(graph, response),
        received_type=_headers(graph, response).get("content-type"),
    )


def _headers(graph: Graph, message: Node | None) -> dict[str, str]:
    fields = graph.value(message, HT.headers)
    return {
        str(graph.value(field, HT.fieldName)): str(graph.value(field, HT.fieldValue))
        for field in (graph.items(fields) if fields else ())
    }


def _body(graph: Graph, message: Node | None) -> bytes | None:
    content = graph.value(message, HT.body)
    if content is None:
        return None
    return str(graph.value(content, CNT.chars)).encode(str(graph.value(content, CNT.characterEncoding)))


def _text(graph: Graph, node: Node | None, predicate: Node) -> str | None:
    value = graph.value(node, predicate)
    return None if value is None else str(value)


def _path(iri: Node) -> Path:
    return Path(url2pathname(urlsplit(str(iri)).path))
