"""SPARQLWrapper and rdflib's SPARQLStore get along with the running endpoint: every form, every stored question."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from pyoxigraph import NamedNode
from rdflib import RDF, Graph, URIRef, Variable
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from rdflib.query import Result
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML
from SPARQLWrapper import SPARQLWrapper as Wrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from tests.clients.questions import Question, Row, read_csv, texts

pytestmark = pytest.mark.slow
AREA = URIRef("https://w3id.org/sotegraph/id/area/08")
CONSTRUCT = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?s {{ <{AREA}> }} ?s ?p ?o }}"


def wrapped(endpoint: str, text: str, form: str, method: str = GET, request: str = URLENCODED) -> Wrapper:
    wrapper = Wrapper(endpoint)
    wrapper.setQuery(text)
    wrapper.setReturnFormat(form)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(request)
    return wrapper


def from_json(endpoint: str, text: str) -> tuple[Row, list[Row]]:
    found = wrapped(endpoint, text, JSON).queryAndConvert()
    columns = tuple(found["head"]["vars"])
    rows = [[row[name]["value"] if name in row else None for name in columns] for row in found["results"]["bindings"]]
    return columns, texts(rows)


def from_xml(endpoint: str, text: str) -> tuple[Row, list[Row]]:
    document = wrapped(endpoint, text, XML).queryAndConvert()
    return from_result(Result.parse(io.BytesIO(document.toxml("utf-8")), format="xml"))


def from_csv(endpoint: str, text: str) -> tuple[Row, list[Row]]:
    columns, *rows = read_csv(wrapped(endpoint, text, CSV).queryAndConvert().decode())
    return columns, rows


def from_tsv(endpoint: str, text: str) -> tuple[Row, list[Row]]:
    return from_result(Result.parse(io.BytesIO(wrapped(endpoint, text, TSV).queryAndConvert()), format="tsv"))


def from_post(endpoint: str, text: str) -> tuple[Row, list[Row]]:
    columns, *rows = read_csv(wrapped(endpoint, text, CSV, POST).queryAndConvert().decode())
    return columns, rows


def from_direct_post(endpoint: str, text: str) -> tuple[Row, list[Row]]:
    columns, *rows = read_csv(wrapped(endpoint, text, CSV, POST, POSTDIRECTLY).queryAndConvert().decode())
    return columns, rows


def from_store(endpoint: str, text: str) -> tuple[Row, list[Row]]:
    return from_result(Graph(SPARQLStore(endpoint)).query(text))


def from_result(result: Result) -> tuple[Row, list[Row]]:
    assert result.vars is not None
    columns = tuple(map(str, result.vars))
    return columns, texts([row.get(variable) for variable in result.vars] for row in result.bindings)


CLIENTS = (from_json, from_xml, from_csv, from_tsv, from_post, from_direct_post, from_store)


@pytest.mark.parametrize("client", CLIENTS)
def test_every_question_is_answered_as_expected(
    endpoint: str, asked: list[Question], client: Callable[[str, str], tuple[Row, list[Row]]]
):
    for question in asked:
        assert client(endpoint, question.text) == (question.columns, question.rows), question.name


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("form", [TURTLE, N3, RDFXML, XML, JSONLD])
def test_a_graph_becomes_a_graph_of_rdflib(endpoint, bundled, form):
    found = wrapped(endpoint, CONSTRUCT, form).queryAndConvert()
    graph = found if isinstance(found, Graph) else Graph().parse(data=found)
    expected = set(bundled.version.outgoing(NamedNode(AREA)))
    assert len(graph) == len(expected) > 5
    assert {str(each) for each in graph.objects(AREA)} == {each.object.value for each in expected}


def test_ask_is_a_truth_value(endpoint):
    assert wrapped(endpoint, f"ASK {{ <{AREA}> ?p ?o }}", JSON).queryAndConvert()["boolean"] is True
    assert Graph(SPARQLStore(endpoint)).query("ASK { <urn:nothing> ?p ?o }").askAnswer is False


def test_a_wrong_query_is_the_exception_that_clients_know(endpoint):
    with pytest.raises(QueryBadFormed, match="line"):
        wrapped(endpoint, "SELECT * {\n ?s ?p }", JSON).queryAndConvert()


def test_a_graph_of_rdflib_may_stand_on_the_endpoint(endpoint, bundled):
    graph = Graph(SPARQLStore(endpoint))
    expected = list(bundled.version.outgoing(NamedNode(AREA)))
    assert {str(each) for each in graph.objects(AREA)} == {each.object.value for each in expected}
    assert (AREA, RDF.type, None) in graph
    assert len(graph) == bundled.version.triples


def test_a_value_may_be_bound_by_the_store(endpoint):
    graph = Graph(SPARQLStore(endpoint))
    (row,) = graph.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", initBindings={"s": AREA}).bindings
    assert int(row[Variable("n")]) > 5
