"""A document is sent in the profile that the client prefers (W3C Content Negotiation by Profile).

The address wins over ``Accept-Profile``, weights count, a profile is known by its own IRI and by that of its standard,
what is not known leads to the default, and a page for people is the same in every profile.
"""

import json
from dataclasses import replace

import pytest
from pyld import jsonld
from pyoxigraph import NamedNode, RdfFormat, parse

from sotegraph.entities import describe, export, read_profiles
from sotegraph.errors import UnreadableFile, UnsoundPublication
from sotegraph.formats import GRAPH_FORMATS, HTML
from sotegraph.loading import load_folder
from sotegraph.settings import Settings
from sotegraph.terms import term
from tests.client import varies_by
from tests.conftest import LIBRARY
from tests.markup import read_page
from tests.web.test_links import links, targets

BOOK = NamedNode("https://library.example/id/book/1")
OWN, EXPORT = ("https://library.example/ns/profiles#" + token for token in ("lib", "schema-org"))
STANDARD = "https://schema.org/"
LIST = "http://www.w3.org/ns/dx/connegp/altr"
NAME = NamedNode("https://schema.org/name")

CHOICES = [
    ("", None, OWN),
    ("", "", OWN),
    ("", f"<{EXPORT}>", EXPORT),
    ("", f"<{STANDARD}>", EXPORT),
    ("", f"<{OWN}>", OWN),
    ("", f"<{OWN}>;q=0.5, <{STANDARD}>", EXPORT),
    ("", f"<{STANDARD}>;q=0.5, <{OWN}>;q=0.6", OWN),
    ("", f"<{STANDARD}>;q=0", OWN),
    ("", f"<https://elsewhere.example/a,b>, <{STANDARD}>;q=0.1", EXPORT),
    ("", "<https://elsewhere.example/>", OWN),
    ("", "nonsense", OWN),
    ("", f"<{LIST}>", LIST),
    ("?_profile=schema-org", None, EXPORT),
    ("?_profile=schema-org", f"<{OWN}>", EXPORT),
    ("?_profile=lib", f"<{STANDARD}>", OWN),
    ("?_profile=unknown", f"<{STANDARD}>", OWN),
    ("?_profile=alternates", None, LIST),
]


def graph(answer):
    return {quad.triple for quad in parse(answer.content, RdfFormat.TURTLE, rename_blank_nodes=True)}


@pytest.mark.parametrize("path", ["/doc/book/1", "/doc/book/1.ttl"])
@pytest.mark.parametrize(("query", "header", "expected"), CHOICES)
def test_the_preferred_profile_is_sent_and_named(client, path, query, header, expected):
    headers = {} if header is None else {"accept_profile": header}
    answer = client.get(path + query, accept="text/turtle", **headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/turtle")
    assert targets(answer, "profile")[0] == expected


def test_the_export_is_what_its_query_makes_and_nothing_else(client):
    book = {triple for triple in graph(client.get("/doc/book/1.ttl?_profile=schema-org")) if triple.subject == BOOK}
    assert {triple.predicate.value.rpartition("/")[2].rpartition("#")[2] for triple in book} == {
        *("type", "name", "numberOfPages", "datePublished", "about")
    }
    assert sorted(triple.object.language for triple in book if triple.predicate == NAME) == ["en", "fi"]


def test_without_a_profile_everything_is_sent(client, index):
    assert graph(client.get("/doc/book/1.ttl")) == describe(index, BOOK).triples


@pytest.mark.parametrize("form", GRAPH_FORMATS, ids=lambda form: form.suffix)
def test_every_form_of_an_export_says_the_same(client, form):
    answer = client.get("/doc/book/1?_profile=schema-org", accept=form.media_type)
    assert answer.headers["content-location"] == f"/doc/book/1.{form.suffix}?_profile=schema-org"
    assert client.get(answer.headers["content-location"]).content == answer.content
    content = answer.content
    if form.rdf == RdfFormat.JSON_LD:
        content = jsonld.to_rdf(json.loads(content), {"format": "application/n-quads"}).encode()
    syntax = RdfFormat.N_QUADS if form.rdf == RdfFormat.JSON_LD else form.rdf
    expected = graph(client.get("/doc/book/1.ttl?_profile=schema-org"))
    assert {quad.triple for quad in parse(content, syntax)} == expected


def test_a_page_is_the_same_in_every_profile(client):
    page = client.page("/doc/book/1?lang=en")
    assert client.page("/doc/book/1?lang=en&_profile=schema-org").content == page.content
    assert client.page("/doc/book/1?lang=en", accept_profile=f"<{STANDARD}>").content == page.content
    assert "_profile" not in page.headers["content-location"]
    assert targets(page, "profile") == []


def test_the_page_leads_to_the_exports_and_to_the_list(client):
    page = read_page(client.page("/doc/book/1?lang=en").text)
    addresses = {each.attributes["href"] for each in page.one("aside").all("a")}
    assert {"/doc/book/1.ttl?_profile=schema-org", "/doc/book/1?_profile=alternates&lang=en"} <= addresses


def test_what_depends_on_accept_profile_says_so(client):
    assert varies_by(client.get("/doc/book/1")) == ["Accept", "Accept-Profile", "Accept-Language"]
    assert varies_by(client.get("/doc/book/1.ttl")) == ["Accept-Profile"]
    assert varies_by(client.get("/doc/book/1.html")) == ["Accept-Language"]
    named = client.get("/doc/book/1?_profile=schema-org", accept="text/turtle")
    assert varies_by(named) == ["Accept", "Accept-Language"]
    assert varies_by(client.get("/doc/book/1.ttl?_profile=schema-org")) == []


def test_each_profile_has_its_own_validator(client):
    tags = {client.get(f"/doc/book/1.ttl{query}").headers["etag"] for query in ("", "?_profile=schema-org")}
    tags.add(client.get("/doc/book/1.ttl?_profile=alternates").headers["etag"])
    assert len(tags) == 3


@pytest.mark.parametrize("form", [HTML, *GRAPH_FORMATS], ids=lambda form: form.suffix)
def test_the_other_profiles_are_linked(client, form):
    answer = client.get(f"/doc/book/1.{form.suffix}")
    others = {(target, attributes["profile"]) for target, attributes in links(answer) if attributes.get("profile")}
    suffix = "ttl" if form is HTML else form.suffix
    assert others == {(f"/doc/book/1.{suffix}?_profile=schema-org", EXPORT)}


def test_the_list_of_choices_is_data(client):
    answer = client.get("/doc/book/1.ttl?_profile=alternates")
    triples = graph(answer)
    document = NamedNode("https://library.example/doc/book/1")
    offered = {triple.object for triple in triples if triple.subject == document}
    conform = {(t.subject, t.object.value) for t in triples if t.predicate == term("dct:conformsTo")}
    assert {iri for _, iri in conform} == {OWN, EXPORT, STANDARD}
    assert {subject for subject, _ in conform} == offered
    linked = {(target, attributes["profile"]) for target, attributes in links(answer) if "profile" in attributes}
    assert len(linked) == len(offered) == 2 * 5
    for target, profile in linked:
        assert targets(client.get(target), "profile")[0] == profile


@pytest.mark.parametrize("language", ["en", "fi"])
def test_the_list_of_choices_is_a_page(client, language):
    answer = client.page(f"/doc/book/1?_profile=alternates&lang={language}")
    assert answer.headers["content-type"].startswith("text/html")
    page = read_page(answer.text)
    addresses = {each.attributes["href"] for each in page.one("main").all("a")}
    assert {"/doc/book/1.ttl", "/doc/book/1.ttl?_profile=schema-org", "/doc/book/1.nt?_profile=alternates"} <= addresses


def test_a_thing_that_no_profile_is_for_has_none(client):
    plain = client.get("/doc/branch/01.ttl")
    assert client.get("/doc/branch/01.ttl?_profile=schema-org", accept_profile=f"<{STANDARD}>").content == plain.content
    assert client.get("/doc/branch/01.ttl?_profile=alternates").content == plain.content
    assert targets(plain, "profile") == []


def test_the_way_from_the_thing_to_the_document_keeps_the_profile(client):
    answer = client.get("/id/book/1?_profile=schema-org", accept="text/turtle")
    assert answer.headers["location"] == "/doc/book/1?_profile=schema-org"


def test_profiles_are_described_like_other_terms(client):
    assert "schema-org" in read_page(client.page("/ns/profiles?lang=en").text).one("main").text
    assert client.get("/ns/profiles.ttl").status_code == 200


def test_queries_are_no_data(publication):
    assert not [file.path for file in publication.files if file.path.suffix == ".rq"]


BROKEN = [
    ("SELECT ?this WHERE { ?this ?p ?o }", "no CONSTRUCT query"),
    ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "no CONSTRUCT query"),
    ("CONSTRUCT { ?this ?p ?o } WHERE { ?this ?p }", "Line 1"),
    ("CONSTRUCT { ?this ?p ?o } WHERE { SERVICE <http://a.example/> { ?this ?p ?o } }", "no other endpoint"),
    ("CONSTRUCT { ?this ?p ?o } FROM <http://a.example/> WHERE { ?this ?p ?o }", "FROM"),
]


@pytest.mark.parametrize(("query", "problem"), BROKEN)
def test_a_query_that_cannot_serve_stops_the_start(index, tmp_path, query, problem):
    broken = _with_query(index, tmp_path, query)
    with pytest.raises(UnsoundPublication, match=problem):
        read_profiles(broken)


def test_a_query_that_is_missing_stops_the_start(index, tmp_path):
    with pytest.raises(UnreadableFile):
        read_profiles(replace(index, publication=replace(index.publication, root=tmp_path)))


def _with_query(index, root, query):
    folder = root / "ontology" / "profiles"
    folder.mkdir(parents=True)
    (folder / "schema-org.rq").write_text(query)
    return replace(index, publication=replace(index.publication, root=root))


def test_a_publication_that_moves_takes_its_queries_along():
    moved = load_folder(LIBRARY, Settings(base_iri="https://moved.example"))
    (_, profile) = read_profiles(moved)
    exported = export(moved, profile, NamedNode("https://moved.example/id/book/1"))
    assert any(triple.predicate == NAME for triple in exported)
