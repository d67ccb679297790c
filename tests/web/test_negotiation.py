"""The document about a thing is sent in the form that the client prefers (RFC 9110 section 12).

Weights count, the more specific range wins, ``q=0`` excludes, among equals the site's own order decides, parameters of
media types don't break a match, and where nothing fits the answer is 406 with the list of what is offered.
"""

import pytest

from sotegraph.formats import DOCUMENT_FORMATS, TABLE_FORMATS, types
from tests.client import varies_by

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"

CHOICES = [
    (None, "text/html"),
    ("", "text/html"),
    ("*/*", "text/html"),
    (BROWSER, "text/html"),
    ("text/html", "text/html"),
    ("application/xhtml+xml", "text/html"),
    ("text/turtle", "text/turtle"),
    ("application/x-turtle", "text/turtle"),
    ("application/ld+json", "application/ld+json"),
    ('application/ld+json; profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
    ("application/json", "application/json"),
    ("application/n-triples", "application/n-triples"),
    ("text/plain", "application/n-triples"),
    ("application/rdf+xml", "application/rdf+xml"),
    ("application/xml", "application/rdf+xml"),
    ("text/turtle;q=0.5, application/ld+json", "application/ld+json"),
    ("text/turtle;q=0.5, application/ld+json;q=0.4", "text/turtle"),
    ("text/*;q=0.5, text/turtle", "text/turtle"),
    ("*/*, text/html;q=0", "text/turtle"),
    ("text/*", "text/html"),
    ("text/turtle;q=0.9, */*;q=0.1", "text/turtle"),
    ("TEXT/TURTLE", "text/turtle"),
    ("text/turtle;charset=utf-8", "text/turtle"),
    ("application/*", "application/ld+json"),
]


@pytest.mark.parametrize(("accept", "expected"), CHOICES)
def test_the_preferred_form_is_sent(client, accept, expected):
    headers = {} if accept is None else {"accept": accept}
    answer = client.get("/doc/book/1", **headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == expected


@pytest.mark.parametrize("path", ["/doc/book/1", "/book", "/", "/ns/lib", "/shapes", "/shapes/Book", "/concept/genre"])
@pytest.mark.parametrize("form", DOCUMENT_FORMATS, ids=lambda form: form.suffix)
def test_every_negotiated_address_has_every_form(client, path, form):
    answer = client.get(path, accept=form.media_type)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == form.content_type


@pytest.mark.parametrize("path", ["/doc/book/1", "/", "/ns/lib", "/shapes/Book"])
@pytest.mark.parametrize("accept", ["image/png", "text/html;q=0", "*/*;q=0", "nonsense"])
def test_where_nothing_fits_the_answer_names_what_is_offered(client, path, accept):
    answer = client.get(path, accept=accept)
    assert answer.status_code == 406
    offered = TABLE_FORMATS if path == "/book" else DOCUMENT_FORMATS
    assert answer.json()["offered"] == list(types(offered))


def test_an_excluded_type_is_never_sent(client):
    answer = client.get("/doc/book/1", accept="*/*, text/html;q=0, text/turtle;q=0")
    assert answer.headers["content-type"] == "application/ld+json"


@pytest.mark.parametrize("form", DOCUMENT_FORMATS, ids=lambda form: form.suffix)
def test_a_suffix_names_the_form_whatever_the_client_accepts(client, form):
    answer = client.get(f"/doc/book/1.{form.suffix}", accept="image/png")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == form.content_type
    assert "accept," not in answer.headers.get("vary", "").lower() + ","


@pytest.mark.parametrize("form", DOCUMENT_FORMATS, ids=lambda form: form.suffix)
def test_the_negotiated_answer_names_the_address_of_its_form(client, form):
    answer = client.get("/doc/book/1", accept=form.media_type)
    assert answer.headers["content-location"] == f"/doc/book/1.{form.suffix}"
    fixed = client.get(answer.headers["content-location"], accept_language="en")
    assert fixed.content == answer.content


def test_an_unknown_suffix_is_no_form(client):
    assert client.get("/doc/book/1.pdf").status_code == 404


def test_what_was_negotiated_says_by_what(client):
    assert varies_by(client.get("/doc/branch/01")) == ["Accept", "Accept-Language"]
    assert varies_by(client.get("/doc/branch/01?lang=fi")) == ["Accept"]
    assert varies_by(client.get("/doc/branch/01.html")) == ["Accept-Language"]
    assert varies_by(client.get("/doc/branch/01.html?lang=fi")) == []
    assert varies_by(client.get("/doc/branch/01.ttl")) == []


def test_several_lines_of_a_header_are_one_list(client):
    lines = [("Accept", "text/html;q=0.1"), ("Accept", "text/turtle")]
    assert client.request("GET", "/doc/book/1", headers=lines).headers["content-type"].startswith("text/turtle")
    lines = [("Accept", "text/html"), ("Accept-Language", "en;q=0.1"), ("Accept-Language", "fi")]
    assert client.request("GET", "/doc/book/1", headers=lines).headers["content-language"] == "fi"
    lines = [("Accept", "application/json;q=0.1"), ("Accept", "text/html")]
    assert client.request("GET", "/nothing", headers=lines).headers["content-type"].startswith("text/html")
