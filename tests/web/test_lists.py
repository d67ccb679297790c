"""The list of a collection is paged and stands in the order of its names; programs get the same page as a graph.

Names stand in the language of the page; where the publication has others too, they stand beside. Pages are linked to
one another in the page, in ``Link``, and in the graph (Hydra Core, section 4.3); a page that is not there is 404.
"""

import re

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from sotegraph.entities import Layout
from sotegraph.entities.index import natural
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app
from tests.client import Client
from tests.markup import read_page

HYDRA = "http://www.w3.org/ns/hydra/core#"
BASE = "https://library.example"


def graph(answer) -> set[Triple]:
    return {quad.triple for quad in parse(answer.content, format=RdfFormat.TURTLE)}


def names(client, address: str) -> list[str]:
    entries = read_page(client.page(address).text).one("ol", class_="entries")
    return [each.all("a")[0].text for each in entries.all("li")]


def test_the_names_stand_in_the_order_of_their_language(client):
    assert names(client, "/branch?lang=fi") == [
        "Kirjastoauto",
        "Pohjoinen kirjasto",
        "Pääkirjasto",
        "Satamakirjasto",
        "Varastokirjasto",
    ]
    assert names(client, "/branch?lang=en") == [
        "Central Library",
        "Depot Library",
        "Harbour Library",
        "Mobile Library",
        "North Library",
    ]


def test_names_in_other_languages_stand_beside(client):
    entries = read_page(client.page("/branch?lang=fi").text).one("ol", class_="entries").all("li")
    assert [each.text for each in entries[0].all("span", lang="en")] == ["Mobile Library"]


def test_a_list_says_what_it_is_and_how_long(client):
    tree = read_page(client.page("/branch?lang=en").text)
    assert tree.one("h1").text == "Branches"
    assert tree.one("p", class_="lead").text == "The places where the library serves its readers."
    assert tree.one("p", class_="total").text == "5 in all"


def test_every_entity_is_on_exactly_one_page(client, index):
    seen = []
    for number in range(1, 9):
        tree = read_page(client.page(f"/holding?page={number}").text)
        entries = tree.one("ol", class_="entries")
        assert entries.attributes["start"] == str(len(seen) + 1)
        seen += [each.all("a")[0].attributes["href"] for each in entries.all("li")]
    assert sorted(seen) == sorted(index.addresses.path(iri) for iri in index.members["holding"])
    assert tree.one("p", class_="total").text == "141–143 of 143"


@pytest.mark.parametrize("page", ["9", "0", "-1", "99999999999999999999"])
def test_a_page_that_is_not_there_is_not_found(client, page):
    assert client.get(f"/holding?page={page}").status_code == 404


def test_a_page_number_that_is_none_is_refused(client):
    answer = client.get("/holding?page=two")
    assert (answer.status_code, answer.json()["name"]) == (400, "page")


def test_the_pages_are_linked_to_one_another(client):
    answer = client.get("/holding.ttl?page=3")
    found = dict(
        reversed(each) for each in re.findall(r'<([^>]*)>; rel="(first|prev|next|last)"', answer.headers["link"])
    )
    assert found == {
        "first": "/holding.ttl",
        "prev": "/holding.ttl?page=2",
        "next": "/holding.ttl?page=4",
        "last": "/holding.ttl?page=8",
    }
    pager = read_page(client.page("/holding?page=3&lang=fi").text).one("nav", class_="pager")
    assert pager.one("a", rel="prev").attributes["href"] == "/holding?page=2&lang=fi"
    assert pager.one("a", rel="next").attributes["href"] == "/holding?page=4&lang=fi"
    assert pager.one("a", aria_current="page").text == "Sivu 3"


def test_the_first_and_the_last_page_have_one_neighbour(client):
    assert 'rel="prev"' not in client.get("/holding").headers["link"]
    assert 'rel="next"' not in client.get("/holding?page=8").headers["link"]
    assert "pager" not in client.page("/book").text.partition("<main")[2]


def test_other_forms_of_a_page_keep_its_number(client):
    answer = client.get("/holding?page=2", accept="text/turtle")
    assert answer.headers["content-location"] == "/holding.ttl?page=2"
    assert '</holding.jsonld?page=2>; rel="alternate"' in answer.headers["link"]


def test_the_graph_counts_the_members_and_names_them(client):
    found = graph(client.get("/branch.ttl"))
    root = NamedNode(f"{BASE}/branch")
    assert Triple(root, NamedNode(HYDRA + "totalItems"), Literal(5)) in found
    members = {each.object for each in found if each.predicate == NamedNode(HYDRA + "member")}
    assert members == {NamedNode(f"{BASE}/id/branch/0{number}") for number in range(1, 6)}
    label = NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    assert Triple(NamedNode(f"{BASE}/id/branch/01"), label, Literal("Pääkirjasto", language="fi")) in found


def test_the_graph_of_a_page_leads_to_the_next(client):
    found = graph(client.get("/holding.ttl?page=2"))
    view = NamedNode(f"{BASE}/holding?page=2")
    assert Triple(NamedNode(f"{BASE}/holding"), NamedNode(HYDRA + "view"), view) in found
    assert Triple(view, NamedNode(HYDRA + "next"), NamedNode(f"{BASE}/holding?page=3")) in found
    assert len([each for each in found if each.predicate == NamedNode(HYDRA + "member")]) == 20


@pytest.mark.parametrize("segment", ["concept/genre", "concept/subject", "concept", "graph"])
def test_nested_segments_have_lists_too(client, index, segment):
    assert len(names(client, f"/{segment}")) == len(index.members[segment])
    assert client.get(f"/{segment}.jsonld").json()["hydra:totalItems"] == len(index.members[segment])


@pytest.mark.parametrize("path", ["/nothing", "/books", "/concept/nothing", "/book.pdf", "/BOOK"])
def test_what_is_no_collection_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_members_of_one_name_are_told_apart(bundled):
    settings = Settings(access_log=False, page_size=1_000)
    client = Client(create_app(settings, bundled.publication, bundled, InProcessEvaluator(bundled.version, settings)))
    entries = read_page(client.page("/activity?lang=fi").text).one("ol", class_="entries").all("li")
    names = [each.all("a")[0].text for each in entries]
    assert len(set(names)) < len(names)
    assert len({each.text for each in entries}) == len(entries)


@pytest.mark.parametrize(
    ("keys", "ordered"),
    [(["b²", "b10", "b2"], ["b2", "b10", "b²"]), (["a", "9" * 5_000], ["9" * 5_000, "a"]), (["1", ""], ["", "1"])],
)
def test_any_text_has_a_place_in_the_order(keys, ordered):
    assert sorted(keys, key=natural) == ordered


def test_members_of_one_name_are_told_apart_where_they_link_to_a_page(bundled):
    layout = Layout(bundled, "fi")
    iri = bundled.members["activity"][0]
    facts = [each.value for each in bundled.key_facts(iri, "fi")]
    assert facts and [each.value for each in layout.member(iri).facts] == facts


def test_what_is_named_by_its_key_facts_does_not_say_them_twice(index):
    layout = Layout(index, "fi")
    iri = index.members["holding"][0]
    assert index.key_facts(iri, "fi") and layout.member(iri).facts == ()


def test_a_list_says_in_short_words_what_it_is(client):
    document = client.get("/holding.jsonld").json()
    assert document["type"] == "hydra:Collection"
    assert document["hydra:view"]["type"] == "hydra:PartialCollectionView"


@pytest.mark.parametrize("segment", ["book", "concept/genre"])
def test_a_slash_at_the_end_leads_to_the_list(client, segment):
    answer = client.page(f"/{segment}/?lang=fi&q=a%20b")
    assert (answer.status_code, answer.headers["location"]) == (308, f"/{segment}?lang=fi&q=a%20b")
    assert client.request("HEAD", f"/{segment}/").headers["location"] == f"/{segment}"
    assert client.page(answer.headers["location"]).status_code == 200


@pytest.mark.parametrize("path", ["/nothing/", "/book//", "/book.csv/"])
def test_a_slash_leads_nowhere_where_there_is_no_list(client, path):
    assert client.page(path).status_code == 404
