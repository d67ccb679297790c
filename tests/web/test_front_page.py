"""The front page says what this is, what is in it, where the doors are, and from whom the statements come."""

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from tests.markup import read_page


@pytest.fixture(scope="module")
def front(client):
    return read_page(client.page("/?lang=en").text)


def test_it_says_what_this_is(front, publication):
    assert front.one("h1").text == publication.titles["en"]
    assert front.one("head").one("title").text == publication.titles["en"]
    assert publication.descriptions["en"] in front.one("section", class_="hero").text
    assert front.one("meta", name="description").attributes["content"] == publication.descriptions["en"]


@pytest.mark.parametrize("language", ["en", "fi"])
def test_it_lists_every_collection_with_its_number_and_meaning(client, index, language):
    main = read_page(client.page(f"/?lang={language}").text).one("main")
    for collection in index.publication.collections:
        link = main.one("a", href=f"/{collection.segment}?lang={language}")
        assert link.text == collection.labels[language]
        entry = link.parent if link.parent.tag == "li" else link.parent.parent
        assert entry.tag == "li"
        assert f" {len(index.members[collection.segment])} " in entry.text
        assert collection.descriptions[language] in entry.text


def test_every_door_opens(client, front):
    doors = [each.attributes["href"] for each in front.all("a") if each.attributes["href"].startswith("/")]
    assert {"/sparql?lang=en", "/ns/lib?lang=en", "/shapes?lang=en", "/context/lib/1.jsonld"} <= set(doors)
    assert len(doors) > 20
    assert {door: client.page(door).status_code for door in doors if client.page(door).status_code != 200} == {}


def test_every_source_is_there_with_licence_date_and_number(front, index):
    table = front.one("table")
    lines = {each.all("a")[0].text: each for each in table.one("tbody").all("tr")}
    assert set(lines) == {"Branch register", "Catalogue", "Subjects and genres"}
    cells = [each.text for each in lines["Branch register"].all("td")]
    assert cells == ["CC0 1.0", "30 April 2026", str(index.version.graphs["https://library.example/id/graph/branches"])]
    assert lines["Branch register"].all("a")[0].attributes["href"] == "/doc/graph/branches?lang=en"


def test_the_version_and_the_licence_stand_at_the_foot(front, version):
    foot = front.one("footer")
    assert version.short_id in foot.text
    assert foot.one("a", rel="license nofollow noopener external").text == "CC0 1.0"
    assert "Invented data; free for any use." in foot.text


@pytest.mark.parametrize("suffix", ["ttl", "nt"])
def test_as_data_it_is_what_the_publication_says_of_itself(client, publication, suffix):
    form = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES}[suffix]
    answer = client.get(f"/index.{suffix}")
    found = {quad.triple for quad in parse(answer.content, format=form)}
    title = NamedNode("http://purl.org/dc/terms/title")
    assert Triple(NamedNode(publication.iri), title, Literal("The example library", language="en")) in found
    for name in ("branches", "catalogue", "subjects"):
        assert any(triple.subject == NamedNode(f"https://library.example/id/graph/{name}") for triple in found)


def test_its_forms_have_addresses(client):
    assert client.get("/", accept="text/turtle").headers["content-location"] == "/index.ttl"
    assert client.get("/index.jsonld").json()["id"] == "https://library.example/"
    assert client.get("/index.pdf").status_code == 404


def test_the_process_says_that_it_is_well(client, version):
    answer = client.get("/health")
    assert answer.json() == {"status": "ok", "version": version.id, "triples": version.triples}
    assert answer.headers["cache-control"] == "no-store"


def test_crawlers_are_kept_from_what_has_no_end(client):
    answer = client.get("/robots.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Disallow: /sparql" in answer.text.splitlines()


def test_the_site_has_a_sign(client):
    answer = client.get("/favicon.ico")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text.startswith("<svg")
