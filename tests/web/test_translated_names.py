"""A translation by the publication itself stands in for a name in other languages, and never passes for it.

It is marked wherever people see it, with the name beside it. Data, and what other programs match, keep the name.
"""

import json

import pytest

from sotegraph.entities import Step, Text, Value
from sotegraph.entities.index import sort_key
from sotegraph.web.pages.rendering import Writer
from sotegraph.web.pages.steps import draw_steps
from sotegraph.web.site import Reader
from tests.markup import read_page

OURS, NAME = "From Under the Snow", "Lumen alta"
BOOK = "https://library.example/id/book/5"


def marked(page) -> list[str]:
    """The translations on a page, each of which must be marked and have the name beside it."""
    found = page.all("span", class_="translated")
    for each in found:
        assert each.one("span", class_="language").text == "our translation"
        assert each.one("span", class_="official").one("span", lang="fi").text
    return [each.text for each in found]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/doc/book/5", "h1"),
        ("/book", "ol"),
        ("/search?q=lumen+alta", "ol"),
        ("/search?q=from+under+the+snow", "ol"),
        ("/doc/concept/subject/s1", "main"),
        ("/doc/branch/01", "table"),
        ("/queries/list-holdings-of-branch?branch=branch/01", "table"),
    ],
)
def test_it_is_marked_wherever_the_thing_is_named_and_the_name_stands_beside_it(client, path, place):
    page = read_page(client.page(path + ("&" if "?" in path else "?") + "lang=en").text)
    assert any(OURS in each and NAME in each for part in page.all(place) for each in marked(part)), path


def test_a_title_made_of_facts_is_marked_where_one_of_them_is_translated(index):
    title = next(
        name
        for iri in index.members["holding"]
        if OURS in (name := index.name(iri, "en")).value and name.official is not None
    )
    assert title.value.replace(OURS, NAME) == title.official.value == title.stated.value


def test_the_name_needs_no_translation_in_its_own_language(client):
    page = client.page("/doc/book/5?lang=fi").text
    assert read_page(page).one("h1").text == NAME
    assert "translated" not in page


def test_a_thing_without_translation_falls_back_as_ever(index):
    assert index.name("https://library.example/id/book/6", "en") == Text("Visor från skären", "sv")


def test_lists_are_in_the_order_of_what_is_shown(index):
    keys = [sort_key(index.label(iri, "en")) for iri in index.ordered["book", "en"]]
    assert (False, OURS.casefold()) in keys and keys == sorted(keys)


def test_window_titles_and_suggestions_mark_it_in_words(client):
    in_words = f"{OURS} (our translation: {NAME})"
    assert in_words in read_page(client.page("/doc/book/5?lang=en").text).one("title").text
    assert json.loads(client.get("/suggest?q=lumen&lang=en").text)[1] == [in_words]


def test_data_keep_the_name(client):
    table = client.get("/book.csv?lang=en").text
    assert f"{BOOK},{NAME},fi" in table and OURS not in table
    answer = client.get("/queries/list-holdings-of-branch.csv?branch=branch/01&lang=en").text
    assert NAME in answer and OURS not in answer
    tree = client.get("/doc/book/5.jsonld").json()
    assert tree["title"] == {"fi": [NAME]} or tree["title"] == {"fi": NAME}
    page = read_page(client.page("/doc/book/5?lang=en").text)
    thing = json.loads(page.one("script", type="application/ld+json").text)["@graph"][0]
    assert thing["name"] == NAME


def test_a_drawn_step_says_what_it_is_called_below_the_translation(app):
    writer = Writer(app.state.site, Reader("en"))
    name = Value(Text(OURS, "en", official=Text(NAME, "fi")), "/doc/book/5")
    box = draw_steps([Step(None, name, ())], writer).boxes[0]
    told = [(each.value.text.language, " ".join(line for _, line in each.lines)) for each in box.words]
    assert told == [("en", f"{OURS} (our translation)"), ("fi", NAME)]
