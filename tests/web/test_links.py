"""Answers say by ``Link`` (RFC 8288, FAIR Signposting) what they are about, in which other forms, under which licence.

Everything public may be read from any page of the web (CORS), HEAD is answered wherever GET is, and OPTIONS says what
an address takes.
"""

import re

import pytest
from fastapi.routing import APIRoute

from sotegraph.formats import DOCUMENT_FORMATS, GRAPH_FORMATS, HTML
from sotegraph.web import history
from sotegraph.web.links import Link
from tests.addresses import ADDRESSES
from tests.markup import read_page

CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"


def links(answer) -> list[tuple[str, dict[str, str]]]:
    """Target and attributes of every link."""
    found = re.findall(r"<([^>]*)>((?:; \w+=\"[^\"]*\")*)", answer.headers["link"])
    return [(target, dict(re.findall(r'(\w+)="([^"]*)"', attributes))) for target, attributes in found]


def targets(answer, rel: str) -> list[str]:
    return [target for target, attributes in links(answer) if attributes["rel"] == rel]


@pytest.mark.parametrize("form", DOCUMENT_FORMATS, ids=lambda form: form.suffix)
def test_a_document_says_what_it_is_about(client, form):
    answer = client.get("/doc/book/1", accept=form.media_type)
    assert targets(answer, "cite-as") == ["https://library.example/id/book/1"]
    assert targets(answer, "license") == [CC0]
    assert targets(answer, "collection") == ["/book"]
    assert set(targets(answer, "type")) == {"https://library.example/ns/lib#Book", "https://schema.org/Book"}


@pytest.mark.parametrize("form", DOCUMENT_FORMATS, ids=lambda form: form.suffix)
def test_every_form_leads_to_the_others_and_to_each_language(client, form):
    answer = client.get("/doc/book/1", accept=form.media_type)
    alternates = {
        attributes.get("hreflang") or attributes["type"]
        for _, attributes in links(answer)
        if attributes["rel"] == "alternate" and "profile" not in attributes
    }
    assert alternates == {each.media_type for each in DOCUMENT_FORMATS if each is not form} - {HTML.media_type} | {
        "en",
        "fi",
        "x-default",
    } | ({HTML.media_type} if form is not HTML else set())
    for target in targets(answer, "alternate") + targets(answer, "describedby"):
        assert client.get(target).status_code == 200


def test_the_forms_that_describe_the_thing_are_named(client):
    answer = client.get("/doc/book/1")
    described = {attributes["type"] for _, attributes in links(answer) if attributes["rel"] == "describedby"}
    assert described == {each.media_type for each in GRAPH_FORMATS} | {"application/schema+json"}


def test_the_canonical_address_is_the_page_in_its_language_and_else_the_negotiated_one(client):
    assert targets(client.page("/doc/book/1.html", accept_language="fi"), "canonical") == ["/doc/book/1?lang=fi"]
    assert targets(client.get("/doc/book/1.ttl"), "canonical") == ["/doc/book/1"]


def test_plain_json_leads_to_its_context(client):
    rel = "http://www.w3.org/ns/json-ld#context"
    (context,) = targets(client.get("/doc/book/1.json"), rel)
    assert client.get(context).content == client.get("/context/lib/1.jsonld").content
    assert targets(client.get("/doc/book/1.jsonld"), rel) == []


def test_the_head_of_a_page_repeats_the_links(client):
    answer = client.page("/doc/book/1?lang=en")
    head = read_page(answer.text).one("head")
    written = {(each.attributes["href"], each.attributes["rel"]) for each in head.all("link")}
    for target, attributes in links(answer):
        if attributes["rel"] in ("canonical", "alternate", "cite-as", "license", "collection"):
            assert (target, attributes["rel"]) in written


def test_a_link_to_an_iri_with_letters_beyond_ascii_is_a_valid_field():
    assert str(Link("https://äiti.example/ö?a=1#b", "cite-as")) == (
        '<https://%C3%A4iti.example/%C3%B6?a=1#b>; rel="cite-as"'
    )


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_head_request_is_answered_like_a_get_without_the_body(client, address):
    got, head = (client.request(method, address, headers={"Accept": "text/html"}) for method in ("GET", "HEAD"))
    assert head.status_code == got.status_code
    assert head.content == b""
    # The second one may have been kept, and says so.
    own = {"date": "", "cache-status": ""}
    assert {**head.headers, **own} == {**got.headers, **own}


def test_there_is_an_example_of_every_route(app):
    routes = [route for route in app.routes if isinstance(route, APIRoute) and "GET" in route.methods]
    unseen = [
        route.path for route in routes if not any(route.path_regex.match(each.partition("?")[0]) for each in ADDRESSES)
    ]
    assert len(routes) > 10
    of_versions = {route.path for route in history.router.routes}  # tests/versions asks for them where there are any
    assert set(unseen) - of_versions == {"/static/{digest}/{name}"}


@pytest.mark.parametrize("address", ADDRESSES)
def test_everything_may_be_read_from_any_page_and_names_the_version(client, version, address):
    headers = client.get(address).headers
    assert headers["access-control-allow-origin"] == "*"
    assert {"Link", "ETag", "Content-Location"} <= set(headers["access-control-expose-headers"].split(", "))
    assert headers["publication-version"] == version.short_id


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_is_run_framed_or_guessed(client, address):
    headers = client.get(address).headers
    policy = dict(rule.partition(" ")[::2] for rule in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["style-src"] == "'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"


def test_a_preflight_is_answered_for_a_day(client):
    preflight = {"Origin": "https://other.example", "Access-Control-Request-Method": "GET"}
    answer = client.request("OPTIONS", "/doc/book/1", headers=preflight)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert {"Accept", "Accept-Language", "Content-Type"} <= set(
        answer.headers["access-control-allow-headers"].split(", ")
    )
    assert answer.headers["access-control-max-age"] == "86400"


def test_options_say_what_an_address_takes(client):
    assert client.request("OPTIONS", "/doc/book/1").headers["allow"] == "GET, HEAD, OPTIONS"
    assert client.request("OPTIONS", "/sparql").headers["allow"] == "GET, HEAD, OPTIONS, POST, QUERY"
