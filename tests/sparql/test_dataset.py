"""A query's dataset: graphs of the version and no others, and a triple of two graphs counts once."""

from __future__ import annotations

import pytest

from sotegraph.errors import BadRequest, QueryRefused
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator, reading
from tests.sparql.asking import ask, count, rows
from tests.sparql.data import EX, FILLER, MANY, ONE, SHARED, TWO

COUNT = "SELECT (COUNT(*) AS ?n) {} WHERE {{ ?s ?p ?o }}"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) {} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}"
BOTH = (ONE.value, TWO.value)


def test_the_default_graph_has_each_triple_once(evaluator):
    assert count(evaluator, COUNT.format("")) == FILLER + 2
    assert count(evaluator, COUNT_NAMED.format("")) == FILLER + 3


def test_a_triple_of_two_graphs_is_selected_once(evaluator):
    assert len(rows(evaluator, f"SELECT * {{ <{SHARED.value}> ?p ?o }}")) == 1


@pytest.mark.parametrize(
    "clauses",
    [
        f"FROM {ONE} FROM {TWO}",
        f"from {ONE}\n# and\nfrom {TWO} from {ONE}",
        f"FROM NAMED {MANY} FROM {TWO} FROM {ONE}",
    ],
)
def test_a_triple_of_two_graphs_counts_once_when_both_are_merged(evaluator, clauses):
    assert count(evaluator, COUNT.format(clauses)) == 2


def test_the_same_graph_named_twice_is_one_graph(evaluator):
    assert count(evaluator, COUNT.format(f"FROM {ONE} FROM {ONE}")) == 1


def test_a_triple_of_two_graphs_counts_once_in_the_dataset_of_the_protocol(evaluator):
    assert count(evaluator, COUNT.format(""), default_graphs=BOTH) == 2
    assert count(evaluator, COUNT.format(""), default_graphs=(*BOTH, *BOTH)) == 2


@pytest.mark.parametrize("query", [f"DESCRIBE {SHARED}", f"DESCRIBE {SHARED} ?s {{ ?s ?p ?o }} LIMIT 1"])
@pytest.mark.parametrize("graphs", [(), BOTH])
def test_a_description_has_each_triple_once(evaluator, query, graphs):
    lines = ask(evaluator, query, default_graphs=graphs, graph="nt").splitlines()
    assert len(lines) == len(set(lines)) >= 1


def test_the_dataset_of_the_protocol_replaces_that_of_the_text(evaluator):
    text = COUNT.format(f"FROM {MANY} FROM NAMED {MANY}")
    assert count(evaluator, text, default_graphs=(ONE.value,)) == 1
    assert count(evaluator, text, default_graphs=BOTH) == 2
    assert count(evaluator, text, named_graphs=BOTH) == 0
    named = COUNT_NAMED.format(f"FROM {MANY} FROM NAMED {MANY}")
    assert count(evaluator, named, default_graphs=BOTH) == 0
    assert count(evaluator, named, named_graphs=BOTH) == 3


def test_only_the_named_graphs_of_a_dataset_have_names(evaluator):
    assert count(evaluator, COUNT_NAMED.format(f"FROM {MANY}")) == 0
    assert count(evaluator, COUNT_NAMED.format(f"FROM {MANY} FROM {TWO} FROM NAMED {ONE} FROM NAMED {TWO}")) == 3


def test_a_graph_that_is_not_there_is_empty(evaluator):
    assert count(evaluator, COUNT.format("FROM <urn:nowhere>")) == 0
    assert count(evaluator, COUNT.format(f"FROM <urn:nowhere> FROM {ONE}")) == 1
    assert count(evaluator, COUNT.format(""), default_graphs=("urn:nowhere",)) == 0


def test_names_of_graphs_are_resolved_as_in_the_rest_of_the_query(evaluator):
    prefixed = f"BASE <{EX}graph/> PREFIX g: <{EX}graph/> " + COUNT.format("FROM g:one FROM <two>")
    assert count(evaluator, prefixed) == 2
    assert count(evaluator, COUNT.format("FROM <graph/one> FROM <graph/two>"), base_iri=EX + "sparql") == 2
    escaped = COUNT.format(rf"FROM <{EX}graph/on\u0065> FROM <{EX}graph/t\U00000077o>")
    assert count(evaluator, escaped) == 2


def test_a_dataset_in_new_syntax_is_read_by_the_store_as_long_as_nothing_is_merged(evaluator):
    newer = "{ ?s ?p ?o LATERAL { SELECT * { ?s ?p ?o2 } LIMIT 1 } }"
    assert count(evaluator, f"SELECT (COUNT(*) AS ?n) FROM {TWO} FROM NAMED {ONE} {newer}") == 2
    with pytest.raises(QueryRefused, match="default-graph-uri"):
        ask(evaluator, f"SELECT (COUNT(*) AS ?n) FROM {TWO} FROM {ONE} {newer}")
    assert count(evaluator, f"SELECT (COUNT(*) AS ?n) {newer}", default_graphs=BOTH) == 2


def test_the_word_from_elsewhere_changes_nothing(evaluator):
    assert (
        count(evaluator, 'SELECT (COUNT(*) AS ?n) { ?from ?p ?o . FILTER(?o != "from from") } # from <x> from <y>') > 2
    )


def test_a_name_that_is_no_iri_is_a_wrong_request(evaluator):
    with pytest.raises(BadRequest, match="no valid IRI"):
        ask(evaluator, COUNT.format(""), default_graphs=("not an iri",))
    with pytest.raises(BadRequest, match="no valid IRI"):
        ask(evaluator, COUNT.format(""), named_graphs=("relative",))


def test_merging_has_a_limit(small):
    strict = InProcessEvaluator(small, Settings(query_merge_limit_triples=10))
    assert count(strict, COUNT.format(f"FROM {ONE} FROM {TWO}")) == 2
    with pytest.raises(QueryRefused, match="3003 triples"):
        ask(strict, COUNT.format(f"FROM {ONE} FROM {TWO} FROM NAMED {MANY}"))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?validFrom { ?x <urn:validFrom> ?validFrom ; ex:from ?y . ?y ex:notFrom 'from'@from } # from",
        'ASK { ?s ?p """ from """ FILTER(?from != $from) }',
    ],
)
def test_the_word_alone_starts_no_second_parser(monkeypatch, text):
    monkeypatch.setattr(reading, "parseQuery", lambda text: pytest.fail("parsed"))
    assert reading.read_dataset(text, None) is None


@pytest.mark.parametrize("clause", ["FROM{}", "from {}", "fRoM\n{}", "# x\nFROM # y\n {}", r"FR\u004FM {}"])
@pytest.mark.parametrize(
    "before", ["SELECT * ", "SELECT*", "SELECT (1 AS ?x)", "ASK ", "DESCRIBE <urn:a>", "DESCRIBE ?x "]
)
def test_a_clause_is_found_wherever_it_stands(before, clause):
    found = reading.read_dataset(f"{before}{clause.format('<urn:a>')} FROM <urn:b> {{ ?x ?y ?z }}", None)
    assert found == reading.DatasetClauses(("urn:a", "urn:b"))


def test_a_name_that_is_a_word_of_the_language_counts_for_no_clause(evaluator):
    """In a syntax that only pyoxigraph knows, two variables of such a name are no two clauses."""
    text = "SELECT (COUNT(?validFrom) AS ?n) { ?s ?p ?validFrom LATERAL { BIND(?validFrom AS ?o) } }"
    assert count(evaluator, text) == FILLER + 2
