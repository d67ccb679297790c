"""What browsers, proxies and clients of other versions meet at the endpoint: CORS, field lists, versions, limits."""

from __future__ import annotations

import httpx2 as httpx
import pytest

from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app
from tests.client import Client

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"


def get(client: Client, **parameters: str) -> httpx.Response:
    return client.request("GET", "/sparql", params={"query": COUNT, **parameters})


def test_a_browser_is_told_that_it_may_post_a_query(client):
    asked = {"Origin": "https://editor.example", "Access-Control-Request-Method": "POST"}
    asked["Access-Control-Request-Headers"] = "content-type, accept"
    answer = client.request("OPTIONS", "/sparql", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert {"GET", "HEAD", "POST", "QUERY"} <= set(answer.headers["access-control-allow-methods"].split(", "))
    allowed = answer.headers["access-control-allow-headers"].lower().split(", ")
    assert {"content-type", "accept", "if-none-match"} <= set(allowed)
    assert answer.headers["access-control-max-age"] == "86400"


def test_a_script_of_another_site_may_read_answers_and_errors(client):
    for answer in (get(client), get(client, query="nonsense"), client.get("/sparql")):
        assert answer.headers["access-control-allow-origin"] == "*"
        exposed = answer.headers["access-control-expose-headers"].split(", ")
        assert {"ETag", "Retry-After", "Cache-Status", "Publication-Version"} <= set(exposed)


def test_several_fields_are_one_list(client):
    fields = [("Accept", "text/csv;q=0.2"), ("Accept", "application/sparql-results+xml")]
    answer = client.request("GET", "/sparql", params={"query": COUNT}, headers=fields)
    assert answer.headers["content-type"] == "application/sparql-results+xml"
    described = client.request("GET", "/sparql", headers=[("Accept", "text/html;q=0.1"), ("Accept", "text/turtle")])
    assert described.headers["content-type"] == "text/turtle; charset=utf-8"


@pytest.mark.parametrize(
    "accept",
    ["application/sparql-results+json;version=1.2", "application/sparql-results+json; charset=utf-8;q=0.8"],
)
def test_parameters_of_a_media_type_break_no_match(client, accept):
    answer = client.request("GET", "/sparql", params={"query": COUNT}, headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/sparql-results+json"


def test_the_endpoint_says_what_the_method_query_takes(client):
    refused = client.request("QUERY", "/sparql", content=COUNT, headers={"Content-Type": "text/plain"})
    assert refused.status_code == 415
    for answer in (client.get("/sparql"), client.page("/sparql"), client.request("OPTIONS", "/sparql"), refused):
        assert answer.headers["accept-query"] == f'"{QUERY}", "{FORM}"'
        assert "Accept-Query" in answer.headers["access-control-expose-headers"]
    assert "accept-query" not in client.request("OPTIONS", "/queries").headers


def test_a_long_address_is_refused_with_a_hint(client):
    answer = get(client, padding="x" * 9_000)
    assert (answer.status_code, answer.json()["kind"]) == (414, "address-too-long")
    assert "POST" in answer.json()["detail"]


# SPARQL 1.2 Protocol: a client may announce its version of the language


def posted(client: Client, version: str, media_type: str = QUERY) -> httpx.Response:
    body = COUNT if media_type == QUERY else f"query={COUNT}"
    headers = {"Content-Type": f'{media_type}; charset=UTF-8; version="{version}"'}
    return client.request("POST", "/sparql", content=body, headers=headers)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_version_that_is_answered_changes_nothing(client, version):
    assert get(client, version=version).content == get(client).content
    assert posted(client, version).content == get(client).content
    assert posted(client, version, FORM).status_code == 200


@pytest.mark.parametrize("version", ["1.2", "1.2-basic", "2", "1.1 ", ""])
def test_another_version_is_refused_with_those_that_are_answered(client, version):
    for answer in (get(client, version=version), posted(client, version or "0")):
        assert (answer.status_code, answer.json()["kind"]) == (400, "bad-request")
        assert answer.json()["offered"] == "1.0, 1.1"
    assert client.request("POST", "/sparql", data={"query": COUNT, "version": "3"}).status_code == 400


@pytest.mark.parametrize("prologue", ['VERSION "9.9"', "PREFIX a: <a:>#\nversion '1.2'", 'VERSION "1.1" VERSION "9"'])
def test_a_version_in_the_text_is_refused_like_that_of_the_parameter(client, prologue):
    for answer in (
        get(client, query=f"{prologue} {COUNT}"),
        client.request("POST", "/sparql", data={"query": prologue + COUNT}),
    ):
        assert (answer.status_code, answer.json()["kind"]) == (400, "bad-request")
        assert answer.json()["offered"] == "1.0, 1.1"


def test_a_version_in_the_text_is_taken_when_it_is_answered_or_the_parameter_says_another_one(client):
    assert get(client, query='VERSION "1.1" ' + COUNT).status_code == 200
    assert get(client, query='VERSION "9.9" ' + COUNT, version="1.1").status_code == 200
    assert get(client, query="""ASK { BIND('VERSION "9.9"' AS ?x) } # VERSION "9" """).status_code == 200


def test_the_draft_is_answered_where_the_operator_says_so(index):
    settings = Settings(access_log=False, sparql_draft=True)
    evaluator = InProcessEvaluator(index.version, settings)
    client = Client(create_app(settings, index.publication, index, evaluator))
    triple = "ASK { BIND(<<( <a:a> <a:b> 1 )>> AS ?t) FILTER(isTRIPLE(?t)) }"
    assert get(client, query=triple, version="1.2").json()["boolean"] is True
    assert get(client, version="1.2-basic").status_code == 200
    assert get(client, version="1.3").json()["offered"] == "1.0, 1.1, 1.2-basic, 1.2"
