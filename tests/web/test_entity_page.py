"""The page of an entity: every value as a reader expects it, nothing from the data taken as markup, no bare IRIs.

Sections, names and order come from the shapes; linked things stand with their names; dates, numbers and periods are
written in the language of the page; what the entity is linked from is counted and paged.
"""

import itertools
import re

import pytest
from pyoxigraph import NamedNode

from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app
from tests.client import Client
from tests.markup import read_page

OWN_SCRIPT = re.compile(r'<script src="/static/[^"]+" defer></script>')
"""What helps while one types; the page does without."""


def page(client, path: str, language: str = "en"):
    return read_page(client.page(f"{path}{'&' if '?' in path else '?'}lang={language}").text)


def row(tree, name: str):
    """The value beside *name*."""
    return next(each.one("dd") for each in tree.all("div", class_="row") if each.one("dt").text == name)


def table(tree, caption: str):
    return next(each for each in tree.all("table") if each.one("caption").text.startswith(caption))


def test_the_title_kind_and_way_back_stand_on_top(client):
    tree = page(client, "/doc/book/1")
    assert tree.one("h1").text == "The Lighthouse Keeper's Almanac"
    assert tree.one("title").text == "The Lighthouse Keeper's Almanac – The example library"
    assert tree.one("p", class_="kinds").text == "Book"
    crumbs = tree.one("nav", class_="crumbs").all("a")
    assert [(each.text, each.attributes["href"]) for each in crumbs] == [
        ("Front page", "/?lang=en"),
        ("Books", "/book?lang=en"),
    ]


def test_the_way_back_from_a_concept_leads_through_its_scheme_and_the_schemes(client):
    crumbs = page(client, "/doc/concept/subject/s1-1").one("nav", class_="crumbs").all("a")
    assert [each.attributes["href"] for each in crumbs] == ["/?lang=en", "/concept?lang=en", "/concept/subject?lang=en"]


def test_the_shapes_lay_the_page_out(client):
    tree = page(client, "/doc/book/1", "fi")
    headings = [each.text for each in tree.one("div", class_="body").all("h2")]
    assert headings[:3] == ["Nimet", "Kuvaus", "Yhteydet"]
    names = [each.text for each in tree.all("dt")]
    assert names.index("Nimeke") < names.index("Kuvaus") < names.index("Sivumäärä")


def test_the_name_of_a_property_leads_to_what_it_means(client):
    name = next(each for each in page(client, "/doc/book/1").all("a", class_="meaning") if each.text == "Genre")
    assert name.attributes["href"] == "/shapes/Book?lang=en#genre"
    assert name.attributes["title"]
    assert page(client, "/shapes/Book").one(id="genre").one("th").text.startswith("Genre")


@pytest.mark.parametrize(
    ("path", "language", "name", "expected"),
    [
        ("/doc/book/1", "fi", "Julkaistu", "14.3.2019"),
        ("/doc/book/1", "en", "Published", "14 March 2019"),
        ("/doc/book/3", "fi", "Julkaistu", "syyskuu 2021"),
        ("/doc/book/2", "fi", "Julkaistu", "1987"),
        ("/doc/book/1", "fi", "Korvaushinta", "24,9"),
        ("/doc/book/1", "en", "Replacement price", "24.9"),
        ("/doc/book/11", "fi", "Sivumäärä", "1 024"),
        ("/doc/book/11", "en", "Pages", "1,024"),
        ("/doc/book/1", "fi", "Vain käsikirjastossa", "Ei"),
        ("/doc/book/7", "en", "Reference only", "Yes"),
    ],
)
def test_values_are_written_as_in_the_language_of_the_page(client, path, language, name, expected):
    assert row(page(client, path, language), name).text == expected


def test_values_keep_their_form_for_programs(client):
    tree = page(client, "/doc/book/11", "fi")
    assert row(tree, "Julkaistu").one("time").attributes["datetime"] == "1999-12-31"
    assert row(tree, "Sivumäärä").one("data").attributes["value"] == "1024"


def test_a_period_is_one_value_and_may_be_open(client):
    periods = {each.text for each in table(page(client, "/doc/book/1", "fi"), "Kokoelmatiedot").all("td")}
    assert "1.1.2014–31.12.2014" in periods
    every = [
        each.text
        for number in range(1, 12)
        if number not in (8, 9)
        for each in page(client, f"/doc/book/{number}", "fi").all("td")
    ]
    assert any(re.fullmatch(r"\d+\.\d+\.\d{4} alkaen", text) for text in every)


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("path", ["/doc/book/4", "/book", "/doc/concept/genre/nonfiction-handbook", "/doc/branch/01"])
def test_nothing_from_the_data_is_markup(client, path, language):
    text = OWN_SCRIPT.sub("", client.page(f"{path}?lang={language}").text)
    assert text.lower().count("<script") == text.lower().count("</script") == 1
    shown = text.replace(re.search('<script type="application/ld.json">.*?</script>', text)[0], "")
    assert "alert(1)" not in shown or "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


def test_a_text_with_markup_reads_as_it_was_written(client):
    tree = page(client, "/doc/book/4")
    assert tree.one("h1").text == 'Hello <script>alert(1)</script> & "quotes"'
    assert row(tree, "Other titles").text == "Tags, </title>, &amp; and 'apostrophes'"


def test_lines_of_a_text_stay_lines(client):
    assert "First line.\nSecond line" in client.page("/doc/book/4?lang=en").text


def test_linked_things_stand_with_their_names(client, index):
    for iris in index.members.values():
        for iri in iris[:8]:
            tree = page(client, index.addresses.path(iri)).one("main").one("div", class_="body")
            for link in tree.all("a"):
                assert link.text, iri
                assert not link.text.startswith(("http://", "https://")), (iri, link.text)


def test_a_link_to_elsewhere_shows_where_it_leads_and_carries_no_weight(client):
    link = row(page(client, "/doc/branch/01"), "Home page").one("a")
    assert link.attributes["href"] == "https://branches.example/01"
    assert link.attributes["rel"] == "nofollow noopener external"
    assert link.text == "branches.example/01"
    source = row(page(client, "/doc/branch/01"), "Source")
    assert source.text == "Register of branches branches.example"
    assert source.one("span", class_="host").text == "branches.example"


def test_only_web_addresses_become_links(client, index):
    for iris in index.members.values():
        for iri in iris[:5]:
            for link in page(client, index.addresses.path(iri)).all("a"):
                assert re.match(r"(https?://|/|#)", link.attributes["href"]), link.attributes["href"]


def test_a_very_long_address_is_shortened_for_the_eye_only(client):
    links = page(client, "/doc/book/11").all("a", class_="external")
    long = next(each for each in links if "volume-32" in each.attributes["href"])
    assert len(long.text) <= 60


def test_embedded_nodes_are_a_table_with_their_number_and_own_pages(client):
    holdings = table(page(client, "/doc/book/1"), "Holdings")
    assert holdings.one("caption").one("span", class_="count").text == "32"
    assert all(each.attributes["scope"] == "col" for each in holdings.one("thead").all("th"))
    lines = holdings.one("tbody").all("tr")
    assert len(lines) == 20
    for line in lines:
        assert line.all("th")[0].attributes["scope"] == "row"
        details = line.all("a")[-1]
        assert (details.text, details.attributes["href"][:13]) == ("Details", "/doc/holding/")
        assert details.attributes["aria-label"].startswith("Details: Holding")


def test_a_long_table_goes_on_at_the_same_place_of_the_next_page(client):
    first = page(client, "/doc/book/1")
    following = first.one("a", rel="next").attributes["href"]
    assert following == "/doc/book/1?in=%5Elib%3Abook&page=2&lang=en#in--lib-book"
    second = read_page(client.page(following).text)
    assert second.one("div", id="in--lib-book").one("caption").text == "Holdings 32"
    shown = [{each.attributes["href"] for each in table(tree, "Holdings").all("a")} for tree in (first, second)]
    assert len([each for each in shown[0] | shown[1] if "/holding/" in each]) == 32


def test_what_links_here_and_has_no_place_in_a_shape_is_counted_and_named(client):
    group = page(client, "/doc/concept/subject/s1-1").one("section", class_="incoming", id="in--dct-subject")
    assert group.one("h3").text == "Books on this subject 3"
    assert [each.text for each in group.all("li")] == [
        "The Book of Stars",
        "The Lighthouse Keeper's Almanac",
        "The Lighthouse Keeper's Daughter",
    ]


def test_long_lists_of_incoming_links_are_paged(index):
    settings = Settings(page_size=2, access_log=False)
    app = create_app(settings, index.publication, index, InProcessEvaluator(index.version, settings))
    client = Client(app)
    group = page(client, "/doc/concept/subject/s1-1").one("section", id="in--dct-subject")
    assert group.one("h3").text == "Books on this subject 3"
    assert len(group.one("ul", class_="entries").all("li")) == 2
    following = group.one("a", rel="next").attributes["href"]
    assert following == "/doc/concept/subject/s1-1?in=%5Edct%3Asubject&page=2&lang=en#in--dct-subject"
    rest = read_page(client.page(following).text).one("section", id="in--dct-subject")
    assert [each.text for each in rest.one("ul", class_="entries").all("li")] == ["The Lighthouse Keeper's Daughter"]


def test_a_thing_with_very_many_incoming_links_is_sorted_by_place_in_the_lists(index):
    """No name is read for a link that stands on another page, and the links of such a thing are found once."""
    books = index.members["book"]
    links = index.incoming
    backwards = [
        *reversed(index.ordered["book", "fi"]),
        "https://library.example/id/graph/none",
        index.members["branch"][0],
    ]
    assert links.in_order(backwards, "fi") == [*index.ordered["book", "fi"], *backwards[-1:], backwards[-2]]
    found = links.of(index.version, index.addresses, NamedNode(books[0]))
    assert {len(set(each)) == len(each) for each in found.values()} == {True}


@pytest.mark.parametrize("query", ["in=nothing:here", "in=^dct:subject&page=99", "in=^dct:subject&page=0"])
def test_a_page_of_incoming_links_that_is_not_there_is_not_found(client, query):
    assert client.page(f"/doc/concept/subject/s1-1?{query}").status_code == 404


def test_the_address_to_cite_and_the_other_forms_stand_beside(client):
    about = page(client, "/doc/book/1").one("aside")
    assert about.one("code", class_="cite").text == "https://library.example/id/book/1"
    citation = about.one("p", class_="citation").text
    assert citation.startswith("The Lighthouse Keeper's Almanac. The example library, version ")
    assert citation.endswith(". https://library.example/id/book/1")
    forms = about.one("ul", class_="formats").all("a")
    assert [each.attributes["href"] for each in forms] == [
        f"/doc/book/1.{suffix}" for suffix in ("ttl", "jsonld", "json", "nt", "rdf")
    ]


def test_the_sources_of_the_statements_are_named_with_their_licences(client):
    about = page(client, "/doc/branch/01").one("aside")
    assert [each.text for each in about.one("ul", class_="sources").all("li")] == [
        "Branch register CC0 1.0",
        "Catalogue CC0 1.0",
    ]
    assert about.all("time")[0].attributes["datetime"] == "2026-05-04"


def test_the_page_of_what_was_removed_says_so(client):
    tree = page(client, "/doc/book/8")
    assert "has been removed" in tree.one("p", class_="notice").text
    assert row(tree, "Why").text == "The only copy was lost in a water leak and the book is out of print."


def test_a_page_needs_no_script_and_nothing_from_elsewhere(client, index):
    for iris in index.members.values():
        tree = page(client, index.addresses.path(iris[0]))
        scripts = [each for each in tree.all("script") if not each.attributes.get("src", "").startswith("/static/")]
        assert {each.attributes["type"] for each in scripts} <= {"application/ld+json"}
        assert tree.all("style") == tree.all("iframe") == []
        assert not any("style" in each.attributes or "onclick" in each.attributes for each in tree.all())
        fetched = [each.attributes["href"] for each in tree.all("link", rel="stylesheet")]
        fetched += [each.attributes["src"] for each in tree.all("img")]
        assert fetched
        assert all(each.startswith("/static/") for each in fetched)


def test_headings_follow_one_another_and_anchors_are_unique(client, index):
    paths = ["/", "/book", "/ns/lib", "/shapes/Book", "/sparql", "/ns/problem", "/no/such/page"]
    paths += [index.addresses.path(iris[0]) for iris in index.members.values()]
    for path in paths:
        tree = page(client, path)
        levels = [int(each.tag[1]) for each in tree.one("main").all() if re.fullmatch("h[1-6]", each.tag)]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), path
        anchors = [each.attributes["id"] for each in tree.all() if "id" in each.attributes]
        assert len(anchors) == len(set(anchors)), path
        assert tree.one("a", class_="skip").attributes["href"] == "#content"
        assert tree.one("main").attributes["id"] == "content"


def test_what_follows_one_another_is_drawn_as_boxes_with_those_who_act_in_each(client):
    tree = page(client, "/doc/branch/01", "fi")
    picture = tree.one("div", class_="steps")
    boxes = picture.all("g", class_="step")
    named = [each.all("a")[0] for each in boxes]
    rows = table(tree, "Kirjat").one("tbody").all("tr")
    assert [each.attributes["href"] for each in named] == [each.all("a")[0].attributes["href"] for each in rows]
    assert all("/doc/branch/01?lang=fi" in [link.attributes["href"] for link in box.all("a")] for box in boxes)
    assert len(picture.all("path", class_="arrow")) == len(boxes) - 1
    assert [each.text for each in named] == [each.attributes["aria-label"] for each in named]


def test_a_page_without_pictures_does_without_their_stylesheet(client):
    sheets = {path: "pictures.css" in client.page(path).text for path in ("/doc/branch/01", "/doc/book/1")}
    assert sheets == {"/doc/branch/01": True, "/doc/book/1": False}
