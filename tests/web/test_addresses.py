"""A thing and the document about it have two addresses; what is gone says so, or leads to its successor.

``/id/…`` answers 303 to ``/doc/…`` (Cool URIs for the Semantic Web, section 4.3). An address with nothing behind it is
404. A removed thing is 410 in every form, with the reason; one that was replaced leads to its successor with 301.
"""

from urllib.parse import quote

import pytest
from pyoxigraph import RdfFormat, parse

from sotegraph.formats import DOCUMENT_FORMATS
from tests.client import PAGE

SOMETHING = [
    "book/1",
    "branch/01",
    "concept/genre",
    "concept/genre/fiction-novel",
    "concept/subject/s1-1",
    "graph/branches",
]
NOTHING = [
    "book/99",
    "book",
    "nothing/here",
    "",
    "book/",
    "/book/1",
    "book/1/",
    "BOOK/1",
    "book/1#x",
    'book/a b<>"',
    "å/é",
]


@pytest.mark.parametrize("key", SOMETHING)
def test_a_thing_leads_to_the_document_about_it(client, key):
    answer = client.get(f"/id/{key}")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/doc/{key}"
    assert answer.headers["cache-control"] == "max-age=3600"
    assert client.get(answer.headers["location"]).status_code == 200


def test_the_way_keeps_the_language_that_was_asked_for(client):
    assert client.get("/id/book/1?lang=fi").headers["location"] == "/doc/book/1?lang=fi"


@pytest.mark.parametrize("key", NOTHING)
@pytest.mark.parametrize("space", ["id", "doc"])
def test_an_address_with_nothing_behind_it_is_not_found(client, space, key):
    answer = client.get(f"/{space}/{quote(key)}")
    assert answer.status_code == 404
    assert answer.json()["kind"] == "not-found"


def test_a_suffix_belongs_to_the_document_and_not_to_the_thing(client):
    assert client.get("/id/book/1.ttl").status_code == 404


@pytest.mark.parametrize("form", DOCUMENT_FORMATS, ids=lambda form: form.suffix)
def test_what_was_removed_is_gone_in_every_form_and_says_why(client, form):
    for address in ("/doc/book/8", f"/doc/book/8.{form.suffix}"):
        answer = client.get(address, accept=form.media_type)
        assert answer.status_code == 410
        assert answer.headers["content-type"] == form.content_type
        assert "The only copy was lost in a water leak" in answer.text


def test_what_was_removed_keeps_its_identifier(client):
    assert client.get("/id/book/8").headers["location"] == "/doc/book/8"


def test_what_was_replaced_leads_to_its_successor_in_the_same_form(client):
    for address, target in {
        "/doc/book/9": "/doc/book/1",
        "/doc/book/9.ttl": "/doc/book/1.ttl",
        "/doc/book/9?lang=fi": "/doc/book/1?lang=fi",
    }.items():
        answer = client.request("GET", address, headers=PAGE)
        assert (answer.status_code, answer.headers["location"]) == (301, target)


def test_an_identifier_of_somebody_else_has_its_page_under_its_collection(client, index):
    answer = client.get("/doc/concept/subject/s1-1.nt")
    subjects = {triple.subject for triple in parse(answer.content, format=RdfFormat.N_TRIPLES)}
    iri = index.addresses.iri("concept/subject/s1-1")
    assert iri.value == "http://subjects.example/scheme/code/S1.1"
    assert iri in subjects


def test_every_entity_of_every_collection_is_there(client, index):
    paths = [index.addresses.path(iri) for iris in index.members.values() for iri in iris]
    assert len(paths) > 150
    assert {path: client.get(path).status_code for path in paths if client.get(path).status_code != 200} == {}
