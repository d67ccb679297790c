"""The query operation of the SPARQL 1.1 Protocol: how a query is sent, for which dataset, and in which form it returns.

Numbers are sections of https://www.w3.org/TR/sparql11-protocol/.
"""

from __future__ import annotations

import json
from urllib.parse import urlencode

import httpx2 as httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.terms import term
from sotegraph.web.app import create_app
from tests.client import Client

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
QUERY = {"Content-Type": "application/sparql-query"}
Pairs = dict[str, str] | list[tuple[str, str]]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def client(index) -> Client:
    """A client of the whole application, with a low limit on results; queries are evaluated in a thread."""
    settings = Settings(access_log=False, query_result_limit_bytes=40_000)
    evaluator = InProcessEvaluator(index.version, settings, index.publication.prefixes)
    return Client(create_app(settings, index.publication, index, evaluator))


def get(client: Client, query: str, accept: str | None = None, **parameters: object) -> httpx.Response:
    headers = {"Accept": accept} if accept else {}
    return client.request("GET", "/sparql", params={"query": query, **parameters}, headers=headers)


def post(client: Client, content: str | bytes, headers: dict[str, str] = QUERY, **options: object) -> httpx.Response:
    return client.request("POST", "/sparql", content=content, headers=headers, **options)


def post_form(client: Client, pairs: Pairs, **options: object) -> httpx.Response:
    return post(client, urlencode(pairs), FORM, **options)


def number(answer: httpx.Response) -> int:
    assert answer.status_code == 200, answer.text
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


def problem(answer: httpx.Response, status: int, kind: str) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["kind"] == kind
    return answer.json()


# 2.1: three ways to send a query, and one more by a method made for it


def test_a_query_in_the_address(client, version):
    assert number(get(client, COUNT)) == version.triples


def test_a_query_in_a_form(client, version):
    assert number(post_form(client, {"query": COUNT})) == version.triples


def test_a_query_as_the_body_itself(client, version):
    assert number(post(client, COUNT)) == version.triples
    stated = {"Content-Type": "application/sparql-query; charset=UTF-8"}
    assert number(post(client, COUNT, stated)) == version.triples


def test_a_query_by_the_method_of_that_name(client, version):
    assert number(client.request("QUERY", "/sparql", content=COUNT, headers=QUERY)) == version.triples


def test_head_is_answered_like_get(client):
    answer = client.request("HEAD", "/sparql", params={"query": COUNT})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/sparql-results+json"
    assert answer.content == b""


def test_parameters_that_nobody_knows_are_left_aside(client, version):
    assert number(get(client, COUNT, ac=1, endpoint="x")) == version.triples


# 2.1.4: exactly one query


@pytest.mark.parametrize("pairs", [[("query", COUNT), ("query", COUNT)], [("default-graph-uri", "a:b")]])
def test_no_query_or_two_are_a_wrong_request(client, pairs):
    assert "exactly one" in problem(client.request("GET", "/sparql", params=pairs), 400, "bad-request")["detail"]
    assert "exactly one" in problem(post_form(client, pairs), 400, "bad-request")["detail"]


def test_a_query_in_the_address_and_another_in_the_body_are_two(client):
    problem(post(client, COUNT, params={"query": COUNT}), 400, "bad-request")


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "text/plain"}, {"Content-Type": "multipart/form-data"}])
@pytest.mark.parametrize("body", [COUNT, urlencode({"query": COUNT})])
def test_another_type_of_body_is_not_read(client, headers, body):
    problem(post(client, body, headers), 415, "unsupported-media-type")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_another_method_is_not_allowed(client, method):
    answer = client.request(method, "/sparql", content=COUNT, headers=QUERY)
    problem(answer, 405, "method-not-allowed")
    assert {"GET", "POST", "HEAD"} <= set(answer.headers["allow"].split(", "))


def test_a_body_that_is_not_utf_8_is_a_wrong_request(client):
    utf_16 = {"Content-Type": "application/sparql-query; charset=UTF-16"}
    problem(post(client, COUNT.encode("utf-16"), utf_16), 400, "bad-request")
    problem(post(client, COUNT.encode("utf-16")), 400, "bad-request")
    problem(post(client, b"query=%FF", FORM), 400, "bad-request")
    problem(client.get("/sparql?query=%FF"), 400, "bad-request")


def test_a_body_above_the_limit_is_too_large(client):
    body = COUNT + " #" + "x" * Settings().max_body_bytes
    problem(post(client, body), 413, "body-too-large")


def test_more_parameters_than_anybody_needs_are_a_wrong_request(client):
    problem(post(client, "a=b&" * 5_000, FORM), 400, "bad-request")


# 2.1.4: the dataset


@pytest.fixture(scope="module")
def graphs(version) -> tuple[str, str]:
    """The two largest graphs of the publication."""
    first, second, *_ = sorted(version.graphs, key=lambda name: -version.graphs[name])
    return first, second


def test_a_default_graph_is_chosen_by_the_protocol(client, version, graphs):
    expected = version.graphs[graphs[0]]
    parameters = {"default-graph-uri": graphs[0]}
    assert number(get(client, COUNT, **parameters)) == expected
    assert number(post_form(client, {"query": COUNT, **parameters})) == expected
    assert number(post_form(client, {"query": COUNT}, params=parameters)) == expected
    assert number(post(client, COUNT, params=parameters)) == expected


def test_several_default_graphs_are_merged(client, version, graphs):
    merged = {str(triple) for graph in graphs for triple in version.triples_of(NamedNode(graph))}
    pairs = [("query", COUNT), *(("default-graph-uri", graph) for graph in graphs)]
    assert number(client.request("GET", "/sparql", params=pairs)) == len(merged)
    assert number(post_form(client, pairs)) == len(merged)


def test_named_graphs_are_chosen_by_the_protocol(client, graphs):
    names = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    parameters = {"named-graph-uri": graphs[0]}
    for answer in (get(client, names, **parameters), post_form(client, {"query": names}, params=parameters)):
        assert [each["g"]["value"] for each in answer.json()["results"]["bindings"]] == [graphs[0]]


def test_the_protocols_dataset_replaces_the_querys(client, version, graphs):
    query = COUNT.replace("{", f"FROM <{graphs[0]}> {{", 1)
    assert number(get(client, query)) == version.graphs[graphs[0]]
    assert number(get(client, query, **{"default-graph-uri": graphs[1]})) == version.graphs[graphs[1]]


def test_a_graph_without_an_iri_is_a_wrong_request(client):
    problem(get(client, COUNT, **{"default-graph-uri": "no iri"}), 400, "bad-request")


# 2.1.5, 2.1.6: forms of the result


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/turtle, text/csv;q=0.1", "text/csv; charset=utf-8"),
        ("text/html;q=0.5, text/csv", "text/csv; charset=utf-8"),
        (BROWSER, "text/html; charset=utf-8"),
    ],
)
def test_solutions_come_in_the_form_that_is_accepted(client, accept, content_type):
    answer = get(client, COUNT, accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == content_type
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "text/turtle; charset=utf-8"),
        ("application/sparql-results+json, */*;q=0.1", "text/turtle; charset=utf-8"),
        ("application/ld+json", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("text/turtle, text/html;q=0.5", "text/turtle; charset=utf-8"),
        (BROWSER, "text/html; charset=utf-8"),
    ],
)
def test_a_graph_comes_in_the_form_that_is_accepted(client, accept, content_type):
    answer = get(client, "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3", accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == content_type


def test_truth_comes_in_the_form_that_is_accepted(client):
    assert get(client, "ASK {}").json()["boolean"] is True
    assert b"<boolean>true" in get(client, "ASK {}", "application/sparql-results+xml").content
    assert get(client, "ASK {}", BROWSER).headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("query", "accept"),
    [("SELECT * {}", "text/turtle"), ("ASK {}", "text/csv"), ("DESCRIBE <a:a>", "text/csv"), ("ASK {}", "image/png")],
)
def test_nothing_acceptable_is_told_with_what_is_offered(client, query, accept):
    offered = problem(get(client, query, accept), 406, "not-acceptable")["offered"]
    assert offered
    assert accept not in offered


@pytest.mark.parametrize(
    ("form", "content_type"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("xml", "application/sparql-results+xml"),
        ("json", "application/sparql-results+json"),
        ("srj", "application/sparql-results+json"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
    ],
)
def test_the_parameter_format_stands_in_place_of_the_header(client, form, content_type):
    assert get(client, COUNT, BROWSER, format=form).headers["content-type"] == content_type


@pytest.mark.parametrize(
    ("form", "content_type"),
    [
        ("turtle", "text/turtle; charset=utf-8"),
        ("n3", "text/turtle; charset=utf-8"),
        ("rdf+xml", "application/rdf+xml"),
        ("xml", "application/rdf+xml"),
        ("json-ld", "application/ld+json"),
        ("ntriples", "application/n-triples"),
    ],
)
def test_the_names_that_common_clients_have_for_graphs_are_understood(client, form, content_type):
    graph = "CONSTRUCT WHERE { ?s a ?class } LIMIT 3"
    assert get(client, graph, BROWSER, format=form).headers["content-type"] == content_type


def test_a_format_that_does_not_exist_is_a_wrong_request(client):
    assert "csv" in problem(get(client, COUNT, format="parquet"), 400, "bad-request")["detail"]


# 2.1.8 and on: failures


def test_a_syntax_error_is_told_with_its_place(client):
    told = problem(get(client, "SELECT * {\n  ?s ?p }"), 400, "malformed-query")
    assert (told["line"], told["column"]) == (2, 3)


@pytest.mark.parametrize(
    "send",
    [
        lambda client: get(client, "INSERT DATA { <a:a> <a:b> <a:c> }"),
        lambda client: client.request("GET", "/sparql", params={"update": "CLEAR ALL"}),
        lambda client: post_form(client, {"update": "CLEAR ALL"}),
        lambda client: post_form(client, {"update": "CLEAR ALL", "query": COUNT}),
        lambda client: post(client, "CLEAR ALL", {"Content-Type": "application/sparql-update"}),
        lambda client: post(client, "CLEAR ALL"),
    ],
)
def test_an_update_is_refused_and_changes_nothing(client, version, send):
    problem(send(client), 400, "query-refused")
    assert number(get(client, COUNT)) == version.triples


def test_a_call_of_another_endpoint_is_refused(client):
    problem(get(client, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"), 400, "query-refused")


def test_a_result_above_the_limit_is_told_as_that(client):
    problem(get(client, "SELECT * { ?s ?p ?o }"), 503, "result-limit")


def test_a_person_is_told_of_an_error_on_the_page_of_the_query(client):
    answer = get(client, "SELECT * { <wrong", BROWSER)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "&lt;wrong" in answer.text


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "nan", "inf"])
def test_a_time_limit_that_is_none_is_a_wrong_request(client, seconds):
    problem(get(client, COUNT, timeout=seconds), 400, "bad-request")


def test_another_version_of_the_language_is_a_wrong_request(client, version):
    assert number(get(client, COUNT, version="1.1")) == version.triples
    problem(get(client, COUNT, version="3.0"), 400, "bad-request")


# Caching


def test_an_answer_is_known_again_by_its_tag(client, version):
    answer = get(client, COUNT)
    assert version.short_id in answer.headers["etag"]
    assert answer.headers["cache-control"] == "public, max-age=60"
    again = client.request("GET", "/sparql", params={"query": COUNT}, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == answer.headers["etag"]
    assert again.headers["vary"] == answer.headers["vary"] == "Accept"


def test_a_query_is_not_known_before_it_is_evaluated(client):
    for tags in ("*", '"a", *'):
        wrong = client.request("GET", "/sparql", params={"query": "nonsense"}, headers={"If-None-Match": tags})
        problem(wrong, 400, "malformed-query")
        for query in (COUNT, "SELECT * { ?s ?p ?o } LIMIT 9", "CONSTRUCT WHERE { ?s a ?o } LIMIT 9"):
            right = client.request("GET", "/sparql", params={"query": query}, headers={"If-None-Match": tags})
            assert (right.status_code, right.content) == (304, b"")
            assert right.headers["etag"] == get(client, query).headers["etag"]
            assert not {"content-type", "content-length"} & set(right.headers)
        random = client.request(
            "GET", "/sparql", params={"query": "ASK { FILTER(RAND() < 2) }"}, headers={"If-None-Match": tags}
        )
        assert random.status_code == 200, "it has no tag, and is another one each time"


def test_another_query_dataset_or_form_has_another_tag(client, graphs):
    answers = [
        get(client, COUNT),
        get(client, COUNT + " "),
        get(client, COUNT, "text/csv"),
        get(client, COUNT, **{"default-graph-uri": graphs[0]}),
        get(client, COUNT, **{"named-graph-uri": graphs[0]}),
    ]
    assert len({answer.headers["etag"] for answer in answers}) == len(answers)


def test_what_is_new_each_time_and_what_is_posted_is_not_kept(client):
    calls = ("NOW()", "now #\n ()", "RAND ()", "UUID()", "STRUUID()", "BNODE()")
    new = [get(client, f"SELECT ({call} AS ?n) {{}}") for call in calls]
    for answer in (*new, post_form(client, {"query": COUNT})):
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers


def test_an_answer_names_the_version_of_the_data(client, version):
    assert get(client, COUNT).headers["publication-version"] == version.short_id


# The endpoint itself


def test_the_address_alone_describes_the_endpoint(client, version):
    answer = client.get("/sparql")
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    described = {quad.triple for quad in parse(answer.content, format=RdfFormat.TURTLE)}
    [service] = [each.subject for each in described if each.object == term("sd:Service")]
    assert Triple(service, term("sd:endpoint"), NamedNode("http://site.example/sparql")) in described
    assert Triple(service, term("sd:supportedLanguage"), term("sd:SPARQL11Query")) in described
    names = {each.object.value for each in described if each.predicate == term("sd:name")}
    assert names == set(version.graphs)


@pytest.mark.parametrize("accept", ["application/ld+json", "application/rdf+xml", "application/n-triples"])
def test_the_description_comes_in_the_form_that_is_accepted(client, accept):
    answer = client.request("GET", "/sparql", headers={"Accept": accept})
    assert answer.headers["content-type"] == accept
    known = client.request("GET", "/sparql", headers={"Accept": accept, "If-None-Match": answer.headers["etag"]})
    assert known.status_code == 304


def test_a_person_gets_the_form(client):
    answer = client.request("GET", "/sparql", headers={"Accept": BROWSER})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<textarea" in answer.text


def test_a_person_gets_the_results_as_a_table(client):
    answer = get(client, "SELECT ?s ?o { ?s a ?o } LIMIT 2", BROWSER)
    assert "<table" in answer.text
    assert json.loads(get(client, "SELECT ?s ?o { ?s a ?o } LIMIT 2").text)["head"]["vars"] == ["s", "o"]
