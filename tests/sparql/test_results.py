"""Each kind of result in each of its forms, as the W3C's result formats define them."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import pytest
from pyoxigraph import RdfFormat, parse

from sotegraph.errors import BadRequest, MalformedQuery, NotAcceptable, QueryRefused
from sotegraph.sparql import query, run
from tests.sparql.asking import ask
from tests.sparql.data import EX, ONE, SHARED, TWO

OTHERS = f"SELECT ?s ?o {{ VALUES ?s {{ <{EX}other> <{EX}shared> }} ?s ?p ?o }} ORDER BY ?s"


def test_solutions_in_json(evaluator):
    result = json.loads(ask(evaluator, OTHERS, bindings="srj"))
    assert result["head"] == {"vars": ["s", "o"]}
    first, second = (each["o"] for each in result["results"]["bindings"])
    assert first == {"type": "literal", "value": 'a "b", c'}
    assert second == {"type": "literal", "value": "the same in two graphs", "xml:lang": "en"}


def test_solutions_in_csv_have_lines_that_end_with_cr_lf(evaluator):
    text = ask(evaluator, OTHERS, bindings="csv").decode()
    assert text.startswith("s,o\r\n")
    assert text.count("\n") == text.count("\r\n") == 3
    assert list(csv.reader(io.StringIO(text, newline="")))[1] == [EX + "other", 'a "b", c']


def test_solutions_in_tsv_are_terms(evaluator):
    lines = ask(evaluator, OTHERS, bindings="tsv").decode().split("\n")
    assert lines[0] == "?s\t?o"
    assert lines[1] == f'<{EX}other>\t"a \\"b\\", c"'


def test_solutions_in_xml(evaluator):
    assert b"<sparql xmlns" in ask(evaluator, OTHERS, bindings="srx")


def test_what_xml_has_no_place_for_is_replaced_in_both_forms_of_xml(evaluator):
    solutions = ask(evaluator, r'SELECT ?o { BIND("a\u0001\uFFFEb" AS ?o) }', bindings="srx")
    graph = ask(evaluator, r'CONSTRUCT { <urn:s> <urn:x:p> ?o } { BIND("a\u0001\uFFFEb" AS ?o) }', graph="rdf")
    for each in (solutions, graph):
        assert "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}b" in ElementTree.fromstring(each).itertext()


@pytest.mark.parametrize(("form", "start"), [("srj", b"{"), ("srx", b"<?xml")])
def test_truth_in_both_of_its_forms(evaluator, form, start):
    result = ask(evaluator, "ASK { ?s ?p ?o }", boolean=form)
    assert result.startswith(start)
    assert b"true" in result


@pytest.mark.parametrize(
    ("suffix", "form"),
    [("ttl", RdfFormat.TURTLE), ("nt", RdfFormat.N_TRIPLES), ("rdf", RdfFormat.RDF_XML), ("jsonld", RdfFormat.JSON_LD)],
)
def test_a_graph_in_each_of_its_forms_is_the_same_graph(evaluator, suffix, form):
    template = f"CONSTRUCT {{ ?s a <{EX}Thing> ; <{EX}says> ?o }} {{ VALUES ?s {{ <{EX}other> }} ?s ?p ?o }}"
    triples = {str(quad.triple) for quad in parse(ask(evaluator, template, graph=suffix), format=form)}
    assert len(triples) == 2


def test_json_ld_is_expanded(evaluator):
    nodes = json.loads(ask(evaluator, f"DESCRIBE {SHARED}", graph="jsonld"))
    assert nodes == [
        {"@id": SHARED.value, EX + "says": [{"@language": "en", "@value": "the same in two graphs"}]},
    ]


def test_turtle_uses_the_prefixes_of_the_publication(evaluator):
    text = ask(evaluator, "CONSTRUCT { ?s a <http://www.w3.org/2004/02/skos/core#Concept> } { ?s ?p ?o } LIMIT 1")
    assert b"a skos:Concept" in text


def test_a_constructed_graph_has_each_triple_once(evaluator):
    text = f"CONSTRUCT {{ <a:a> <a:b> ?o }} {{ VALUES ?g {{ {ONE} {TWO} }} GRAPH ?g {{ ?s ?p ?o }} }}"
    assert len(ask(evaluator, text, graph="nt").splitlines()) == 2


@pytest.mark.parametrize(
    ("text", "kind"), [("SELECT * {}", "bindings"), ("ASK {}", "boolean"), ("DESCRIBE <a:a>", "graph")]
)
def test_a_kind_of_result_that_the_client_does_not_take_is_not_acceptable(evaluator, text, kind):
    with pytest.raises(NotAcceptable) as caught:
        ask(evaluator, text, **{kind: None})
    assert len(caught.value.offered) >= 2
    with pytest.raises(NotAcceptable):
        ask(evaluator, "ASK {}", boolean="csv")


def test_relative_iris_are_resolved_against_the_endpoint(evaluator):
    assert EX.encode() + b"other" in ask(evaluator, "SELECT (IRI(<other>) AS ?x) {}", base_iri=EX + "sparql")
    with pytest.raises(MalformedQuery):
        ask(evaluator, "SELECT (<other> AS ?x) {}")


def test_all_variables_come_in_alphabetical_order(evaluator):
    assert ask(evaluator, "SELECT * { ?z ?a ?M } LIMIT 0", bindings="csv") == b"M,a,z\r\n"


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("SELEC * {}", 1, 1, "begins with “SELEC"),
        ("SELECT * {\n  ?s ?p ?o .\n  optinal { ?s ?p ?x }\n}", 3, 3, "begins with “optinal"),
        ("SELECT * { ?s ?p ?o", 1, 20, "ends too early"),
        ("", 1, 1, "ends too early"),
        ("SELECT * {\n\t?s foo:bar ?o }", 2, 5, "foo: is not declared"),
        ("SELECT (COUNT(?s) AS ?n) ?p { ?s ?p ?o }", 1, 41, "unbound"),
        ("SELECT * { ?s ?p ?o BIND(1 AS ?s) }", 1, 36, "before line 1"),
        ("SELECT * {} # insert", 0, 0, ""),
    ],
)
def test_a_syntax_error_names_its_place(evaluator, text, line, column, words):
    if not words:
        assert ask(evaluator, text)
        return
    with pytest.raises(MalformedQuery) as caught:
        ask(evaluator, text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert words in str(caught.value)


def test_a_function_that_does_not_exist_is_a_wrong_request(evaluator):
    with pytest.raises(BadRequest, match="custom function"):
        ask(evaluator, f"SELECT (<{EX}f>(1) AS ?x) {{}}")


def test_a_text_with_an_error_and_a_word_of_updates_is_malformed(evaluator):
    with pytest.raises(MalformedQuery):
        ask(evaluator, "SELECT * { ?load ?p }")
    with pytest.raises(QueryRefused):
        ask(evaluator, "PREFIX x: <a:> INSERT DATA { x:a x:b x:c } ; CLEAR ALL")


def test_a_question_of_the_machinery_is_a_file(version):
    counted = {row["class"].value: int(row["instances"].value) for row in run(version, query("count_instances"))}
    assert counted
    with pytest.raises(FileNotFoundError):
        query("no_such_question")


def test_a_question_is_asked_with_values_in_place_of_variables(small):
    from pyoxigraph import Variable

    [row] = run(small, "SELECT ?s ?o { ?s ?p ?o }", {Variable("s"): SHARED})
    assert row["o"].value == "the same in two graphs"
