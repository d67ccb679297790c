"""A value enters a query as a term and stays one: whatever it says, the query asks the same, and answers with it.

It is written at the beginning of each group that speaks of the variable. Every engine reads the same text; ours gives
the same answer as with substitutions of its own, except where those are wrong.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, Store, Variable, parse_query_results

from sotegraph.errors import QueryRefused
from sotegraph.sparql import write_values
from tests.sparql.asking import ask

A, B = NamedNode("urn:a"), NamedNode("urn:b")
NESTED = """# {?x} "{"
SELECT ?x ?o ?n (COUNT(?y) AS ?count) WHERE {
  ?x <urn:p> ?o . FILTER(?o != '{ ?x }' && BOUND(?x))
  OPTIONAL { { ?x <urn:q> ?y } UNION { ?y <urn:q> ?x FILTER NOT EXISTS { ?x a ?z } } }
  { SELECT ?x (COUNT(*) AS ?n) WHERE { ?x ?any ?thing } GROUP BY ?x }
  OPTIONAL { SELECT (SAMPLE(?p) AS ?sample) { ?x ?p ?other } }
} GROUP BY ?x ?o ?n ORDER BY ?o"""
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.one_of(
    TEXTS.map(Literal),
    st.builds(lambda text, tag: Literal(text, language=tag), TEXTS, st.sampled_from(["fi", "sv-FI"])),
    st.builds(lambda text: Literal(text, datatype=NamedNode("urn:type")), TEXTS),
    st.sampled_from(["urn:x", "https://example.org/ä?a='b'&c=(d)#e"]).map(NamedNode),
)


@pytest.fixture(scope="module")
def store():
    store = Store()
    store.update(
        "INSERT DATA { <urn:a> <urn:p> 1, 2 ; <urn:q> <urn:b> . <urn:b> <urn:p> 3 ; <urn:q> <urn:a> ; a <urn:c> }"
    )
    return store


def rows(solutions) -> list[list[str | None]]:
    return [[str(value) if value else None for value in solution] for solution in solutions]


@given(VALUES)
def test_any_value_comes_back_as_it_was(value):
    (solution,) = Store().query(write_values("SELECT ?x { }", {"x": value}))
    assert solution["x"] == value


@given(VALUES)
def test_a_value_changes_nothing_else_of_the_query(value):
    text = "SELECT ?x ?one { BIND(1 AS ?one) } # the end"
    assert write_values(text, {"x": value}) == text.replace("{", f"{{ VALUES ?x {{ {value} }}", 1)


@pytest.mark.parametrize("value", [A, B, NamedNode("urn:none")])
def test_the_answer_is_that_of_the_engines_own_substitution(store, value):
    text = NESTED.replace(" && BOUND(?x)", "")
    own = store.query(text, substitutions={Variable("x"): value})
    assert rows(store.query(write_values(text, {"x": value}))) == rows(own)


def test_a_variable_with_a_value_is_bound(store):
    """Pyoxigraph's own substitution takes a variable that the query does not bind for unbound."""
    text = "SELECT ?y ?s { ?s <urn:p> ?o FILTER(!BOUND(?y) || ?o = ?y) }"
    assert rows(store.query(write_values(text, {"y": Literal(3)}))) == [[str(Literal(3)), "<urn:b>"]]


def test_a_subquery_that_does_not_select_the_variable_keeps_its_own():
    text = "SELECT ?x { { SELECT ?y { ?x ?p ?y } } { SELECT * { ?x ?p ?y } } }"
    written = write_values(text, {"x": A})
    assert "SELECT ?y { ?x" in written
    assert "SELECT * { VALUES ?x { <urn:a> } ?x" in written


def test_braces_that_open_no_group_get_no_values():
    text = "CONSTRUCT { ?x a ?y } WHERE { VALUES ?y { <urn:c> } VALUES (?x ?z) { (UNDEF 1) } ?x a ?y , ex:select }"
    written = write_values(f"PREFIX ex: <urn:> {text}", {"x": B, "y": A})
    values = "VALUES ?x { <urn:b> } VALUES ?y { <urn:a> }"
    assert written == f"PREFIX ex: <urn:> {text}".replace("WHERE {", f"WHERE {{ {values}")


def test_a_short_construct_takes_no_values():
    with pytest.raises(QueryRefused):
        write_values("CONSTRUCT WHERE { ?x ?p ?o }", {"x": A})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DESCRIBE ?x", "DESCRIBE ?x WHERE { VALUES ?x { <urn:a> } }"),
        ("DESCRIBE <urn:b> ?x # {\n", "DESCRIBE <urn:b> ?x WHERE { VALUES ?x { <urn:a> } } # {\n"),
        ("DESCRIBE ?x FROM <urn:g>\nLIMIT 1", "DESCRIBE ?x FROM <urn:g> WHERE { VALUES ?x { <urn:a> } }\nLIMIT 1"),
        ("DESCRIBE ?x ?y VALUES ?y { 1 }", "DESCRIBE ?x ?y WHERE { VALUES ?x { <urn:a> } } VALUES ?y { 1 }"),
        ("DESCRIBE ?x { ?x ?p ?y }", "DESCRIBE ?x { VALUES ?x { <urn:a> } ?x ?p ?y }"),
    ],
)
def test_a_describe_without_a_group_gets_one(store, text, expected):
    written = write_values(text, {"x": A})
    assert written == expected
    if "FROM" not in text:
        assert A in {triple.subject for triple in store.query(written)}


def test_values_of_a_request_reach_the_evaluation(evaluator):
    value = Literal('"} SERVICE <urn:x> { #\n\\', language="fi")
    answer = ask(evaluator, "SELECT ?x ?y { BIND(STR(?x) AS ?y) }", substitutions=(("x", value),))
    (solution,) = parse_query_results(answer, QueryResultsFormat.JSON)
    assert (solution["x"], solution["y"]) == (value, Literal(value.value))
