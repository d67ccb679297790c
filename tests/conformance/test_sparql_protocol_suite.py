"""The running server passes the W3C suite of the SPARQL 1.1 Protocol, as far as it is about reading.

The operations that ask for a successful update are refused, for there is no update here. They are listed one by one;
one that were carried out would fail the run.
"""

from __future__ import annotations

import httpx2 as httpx
import pytest

from tests.conformance.answers import received_answer
from tests.conformance.manifests import Exchange, HttpTest, http_tests
from tests.conformance_data import conformance_data
from tests.serving import Served

pytestmark = pytest.mark.slow
TESTS = http_tests(conformance_data() / "suites" / "sparql11" / "protocol" / "manifest.ttl")
NO_UPDATES = {
    f"update_{name}": "the endpoint only reads"
    for name in (
        "base_uri",
        "dataset_default_graph",
        "dataset_default_graphs",
        "dataset_full",
        "dataset_named_graphs",
        "post_direct",
        "post_form",
    )
}
FORMATS = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "tabular": (
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    ),
    "RDF": ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"),
}


def sent(suite_server: Served, exchange: Exchange) -> httpx.Response:
    """The response to the request of *exchange*, its header fields and body as they stand in the manifest."""
    address = suite_server.address + exchange.path.replace("/sparql/", "/sparql", 1)
    return httpx.request(exchange.method, address, content=exchange.body, headers=exchange.headers, timeout=20)


def meets(answer: httpx.Response, exchange: Exchange) -> None:
    assert f"StatusCode{answer.status_code // 100}xx" in exchange.statuses, answer.text
    if exchange.format:
        assert answer.headers["content-type"].partition(";")[0] in FORMATS[exchange.format]
    if exchange.boolean is not None:
        assert received_answer(answer.headers["content-type"], answer.content) is exchange.boolean


def triples(suite_server: Served) -> str:
    count = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    return httpx.get(f"{suite_server.address}/sparql", params={"query": count, "format": "csv"}, timeout=20).text


def test_the_suite_is_complete() -> None:
    assert len(TESTS) == 34
    assert NO_UPDATES.keys() <= {test.name for test in TESTS}
    assert len([test for test in TESTS if "update" not in test.name]) == 20


@pytest.mark.parametrize("test", [test for test in TESTS if test.name not in NO_UPDATES], ids=lambda test: test.name)
def test_a_conversation_goes_as_the_suite_expects(suite_server: Served, test: HttpTest) -> None:
    for exchange in test.exchanges:
        meets(sent(suite_server, exchange), exchange)


@pytest.mark.parametrize("test", [test for test in TESTS if test.name in NO_UPDATES], ids=lambda test: test.name)
def test_an_update_is_refused_and_changes_nothing(suite_server: Served, test: HttpTest) -> None:
    before = triples(suite_server)
    for exchange in test.exchanges:
        if b"ASK" not in (exchange.body or b""):
            answer = sent(suite_server, exchange)
            assert (answer.status_code, answer.json()["kind"]) == (400, "query-refused")
    assert triples(suite_server) == before
