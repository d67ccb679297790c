"""The store answers SPARQL 1.1 queries, refuses wrong ones and writes results as the W3C suite expects.

What it is known to get wrong is listed with the reason; a listed test that starts to pass fails the run.
"""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Store

from tests.conformance.answers import actual_answer, expected_answer
from tests.conformance.manifests import QueryTest, query_tests
from tests.conformance_data import conformance_data

SUITE = conformance_data() / "suites" / "sparql11"
TESTS = [test for part in ("query", "results") for test in query_tests(SUITE / f"manifest-sparql11-{part}.ttl")]
PREFIX = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
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
        "property-path/manifest#zero_or_more_set_end": PATH_FROM_NOWHERE,
        "property-path/manifest#zero_or_more_set_start": PATH_FROM_NOWHERE,
        "property-path/manifest#zero_or_one_set_end": PATH_FROM_NOWHERE,
        "property-path/manifest#zero_or_one_set_start": PATH_FROM_NOWHERE,
    }.items()
}


def unbound(*_arguments: object) -> None:
    """No value: what a syntax test calls has to be known, or the store refuses the query before it runs."""


def answer(test: QueryTest) -> QuerySolutions | QueryBoolean | QueryTriples:
    """What a store with the test's data answers."""
    store = Store()
    for file in test.data:
        store.load(path=file, base_iri=file.as_uri())
    for file in test.named_graphs:
        store.load(path=file, base_iri=file.as_uri(), to_graph=NamedNode(file.as_uri()))
    return store.query(
        test.query.read_text(encoding="utf-8"),
        base_iri=test.query.as_uri(),
        custom_functions={NamedNode("http://example/function"): unbound},
    )


def cases(*kinds: str) -> list[object]:
    """The tests of *kinds* as parameters, the known failures marked."""
    return [
        pytest.param(
            test,
            id=test.iri.removeprefix(PREFIX).replace("/manifest#", "-"),
            marks=[pytest.mark.xfail(reason=KNOWN_FAILURES[test.iri], raises=AssertionError)]
            if test.iri in KNOWN_FAILURES
            else [],
        )
        for test in TESTS
        if test.kind in kinds
    ]


def test_the_suite_is_complete() -> None:
    assert len(TESTS) >= 338


def test_every_known_failure_is_a_test_of_the_suite() -> None:
    assert KNOWN_FAILURES.keys() <= {test.iri for test in TESTS}


@pytest.mark.parametrize("test", cases("QueryEvaluationTest", "CSVResultFormatTest"))
def test_a_query_has_the_expected_answer(test: QueryTest) -> None:
    assert test.result is not None
    assert actual_answer(answer(test), test.result) == expected_answer(test.result)


@pytest.mark.parametrize("test", cases("PositiveSyntaxTest11"))
def test_a_right_query_is_taken(test: QueryTest) -> None:
    assert answer(test) is not None


@pytest.mark.parametrize("test", cases("NegativeSyntaxTest11"))
def test_a_wrong_query_is_refused(test: QueryTest) -> None:
    with pytest.raises(SyntaxError):
        answer(test)
