"""The endpoint answers queries of SPARQL 1.1 and 1.2, refuses wrong ones and writes results as the W3C suites expect.

What it is known to get wrong is listed with the reason; a listed test that starts to pass fails the run. Tests of
updates are left out, for the endpoint only reads; so are entailment, which it does not do, and federation, which it
refuses.
"""

from __future__ import annotations

from collections.abc import Iterator

import httpx2 as httpx
import pytest
from pyoxigraph import NamedNode, Store

from sotegraph.entities import Index
from tests.conformance.answers import accepted_type, expected_answer, received_answer
from tests.conformance.endpoint import Endpoint
from tests.conformance.manifests import QueryTest, query_tests
from tests.conformance_data import conformance_data

SUITES = conformance_data() / "suites"
SPARQL_1_1 = [
    test for part in ("query", "results") for test in query_tests(SUITES / "sparql11" / f"manifest-sparql11-{part}.ttl")
]
SPARQL_1_2 = [test for test in query_tests(SUITES / "sparql12" / "manifest.ttl") if "Update" not in test.kind]
TESTS = [*SPARQL_1_1, *SPARQL_1_2]
PREFIX = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
PREFIX_1_2 = "https://w3c.github.io/rdf-tests/sparql/sparql12/"
ANSWERED = ("QueryEvaluationTest", "CSVResultFormatTest")
TAKEN, REFUSED = ("PositiveSyntaxTest11", "PositiveSyntaxTest"), ("NegativeSyntaxTest11", "NegativeSyntaxTest")
FAST = ("csv-tsv-res", "json-res")
TRIPLE_AS_SUBJECT = "the parser takes for a triple term what has a literal or a triple term as its subject"
PATH_FROM_NOWHERE = "a path of length zero finds only nodes of the graph, not a term that the query names"
KNOWN_FAILURES = {
    f"{PREFIX}{test}": reason
    for test, reason in {
        "aggregates/manifest#agg-groupconcat-04": "GROUP_CONCAT keeps the language tag that all values share",
        "aggregates/manifest#agg-groupconcat-06": "GROUP_CONCAT keeps the language tag that all values share",
        "aggregates/manifest#agg-empty-group-count-graph": "an aggregate below GRAPH ?g counts all graphs as one",
        "bindings/manifest#graph": "VALUES below GRAPH ?g is not joined with the names of the graphs",
        "csv-tsv-res/manifest#csv03": "the store has one form of a number: 1.0E6 is read back as 1000000",
        "functions/manifest#bnode01": "BNODE(text) gives one node for all rows, not one a row",
        "negation/manifest#graph-minus": "MINUS below GRAPH ?g takes the name of the graph for a shared variable",
        "syntax-query/manifest#test_4": "the store refuses a query that calls a function it does not know",
        "property-path/manifest#zero_or_more_set_end": PATH_FROM_NOWHERE,
        "property-path/manifest#zero_or_more_set_start": PATH_FROM_NOWHERE,
        "property-path/manifest#zero_or_one_set_end": PATH_FROM_NOWHERE,
        "property-path/manifest#zero_or_one_set_start": PATH_FROM_NOWHERE,
    }.items()
} | {
    f"{PREFIX_1_2}{test}": reason
    for test, reason in {
        "grouping/manifest#group01": "the store has one form of a number: 001 is read back as 1, and joins its group",
        "grouping/manifest#select-variable-reuse": "the parser takes an aggregate's name for unbound later in SELECT",
        "syntax-triple-terms-negative/manifest#tripleterm-subject-03": TRIPLE_AS_SUBJECT,
        "syntax-triple-terms-negative/manifest#tripleterm-subject-06": TRIPLE_AS_SUBJECT,
        "syntax/manifest#nested-aggregate-functions": "the parser takes an aggregate inside another one",
    }.items()
}


@pytest.fixture(scope="module")
def endpoint(index: Index) -> Endpoint:
    return Endpoint(index)


def received(endpoint: Endpoint, test: QueryTest) -> httpx.Response:
    """What the endpoint answers when it has the test's data."""
    store = Store()
    for file in test.data:
        store.load(path=file, base_iri=file.as_uri())
    for file in test.named_graphs:
        store.load(path=file, base_iri=file.as_uri(), to_graph=NamedNode(file.as_uri()))
    endpoint.hold(store)
    text = test.query.read_text(encoding="utf-8")
    if test.result is None:
        return endpoint.ask(text, "*/*")
    # The suite resolves a relative IRI against the query's file, an endpoint against its own address.
    return endpoint.ask(f"BASE <{test.query.as_uri()}> {text}", accepted_type(test.result))


def cases(*kinds: str) -> list[object]:
    """The tests of *kinds* as parameters, the known failures marked; the fast run tries the formats of results."""
    return [pytest.param(test, id=name(test), marks=list(marks(test))) for test in TESTS if test.kind in kinds]


def name(test: QueryTest) -> str:
    suite, prefix = ("1.2-", PREFIX_1_2) if test.iri.startswith(PREFIX_1_2) else ("", PREFIX)
    return suite + test.iri.removeprefix(prefix).replace("/manifest#", "-")


def marks(test: QueryTest) -> Iterator[pytest.MarkDecorator]:
    if test.iri in KNOWN_FAILURES:
        yield pytest.mark.xfail(reason=KNOWN_FAILURES[test.iri], raises=AssertionError)
    if not test.iri.removeprefix(PREFIX).startswith(FAST):
        yield pytest.mark.slow


def test_the_suites_are_complete() -> None:
    assert len(SPARQL_1_1) >= 338
    assert len(SPARQL_1_2) >= 246
    assert {test.kind for test in TESTS} == {*ANSWERED, *TAKEN, *REFUSED}


def test_every_known_failure_is_a_test_of_the_suite() -> None:
    assert KNOWN_FAILURES.keys() <= {test.iri for test in TESTS}


@pytest.mark.parametrize("test", cases(*ANSWERED))
def test_a_query_has_the_expected_answer(endpoint: Endpoint, test: QueryTest) -> None:
    assert test.result is not None
    answer = received(endpoint, test)
    assert answer.status_code == 200, answer.text
    assert received_answer(answer.headers["content-type"], answer.content) == expected_answer(test.result)


@pytest.mark.parametrize("test", cases(*TAKEN))
def test_a_right_query_is_taken(endpoint: Endpoint, test: QueryTest) -> None:
    answer = received(endpoint, test)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("test", cases(*REFUSED))
def test_a_wrong_query_is_refused_with_its_place(endpoint: Endpoint, test: QueryTest) -> None:
    answer = received(endpoint, test)
    assert answer.status_code == 400
    if name(test).endswith(("version-bad-01", "version-bad-02")):
        # Refused as the parameter of that name is, which has no line.
        assert answer.json()["kind"] == "bad-request"
        return
    assert answer.json()["kind"] == "malformed-query"
    assert answer.json()["line"] >= 1
