"""Reading the manifests of the W3C SPARQL suites."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from rdflib import RDF, Graph, Namespace
from rdflib.term import Node

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")


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


def _path(iri: Node) -> Path:
    return Path(url2pathname(urlsplit(str(iri)).path))
