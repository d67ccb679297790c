"""A list is narrowed by a form that needs no script, and every state of it is an address in every form.

An address names words by ``q``, values of a facet by its name, as often as there are values, an order by ``sort``. What
narrows the list stands above it with a way back; a list with nothing in it says what would bring something.
"""

import csv
import io

import pytest

from sotegraph.web.pages import lists
from tests.markup import read_page


def entries(page) -> list[str]:
    return [each.all("a")[0].attributes["href"] for each in page.one("ol", class_="entries").all("li")]


def test_the_form_shows_the_facets_with_their_numbers(client):
    page = read_page(client.page("/book?lang=en").text)
    facets = page.all("details", class_="facet")
    assert [each.one("summary").text.strip() for each in facets] == ["Genre", "Subject", "Held by", "Published in"]
    boxes = facets[0].all("input", type="checkbox")
    assert {each.attributes["name"] for each in boxes} == {"genre"}
    assert "concept/genre/fiction-novel" in {each.attributes["value"] for each in boxes}


def test_what_is_chosen_is_ticked_in_sight_and_can_be_taken_back(client):
    page = read_page(client.page("/book?lang=en&genre=concept/genre/fiction-novel&branch=branch/01").text)
    ticked = [each.attributes["value"] for each in page.all("input", type="checkbox") if "checked" in each.attributes]
    assert ticked == ["concept/genre/fiction-novel", "branch/01"]
    assert [("open" in each.attributes) for each in page.all("details", class_="facet")] == [True, False, True, False]
    back = [each.attributes["href"] for each in page.one("ul", class_="chips").all("a")]
    assert back == ["/book?branch=branch%2F01&lang=en", "/book?genre=concept%2Fgenre%2Ffiction-novel&lang=en"]


@pytest.mark.parametrize(("language", "quoted"), [("en", "“almanac”"), ("fi", "”almanac”")])
def test_words_that_were_searched_for_are_quoted_as_the_language_does(client, language, quoted):
    page = read_page(client.page(f"/book?lang={language}&q=almanac").text)
    (chip,) = page.one("ul", class_="chips").all("a")
    assert chip.text.strip().startswith(f"{quoted} – ")


def test_words_narrow_a_list_with_the_best_first(client):
    page = read_page(client.page("/book?lang=en&q=almanac").text)
    assert entries(page)[0] == "/doc/book/1?lang=en"
    assert page.one("p", class_="total").attributes["role"] == "status"


def test_an_empty_list_says_what_would_bring_something(client):
    page = read_page(client.page("/book?lang=en&q=zzzzzz&genre=concept/genre/fiction-novel").text)
    notice = page.one("div", class_="notice")
    ways = {each.text.strip(): each.attributes["href"] for each in notice.all("a")}
    assert ways["Without the words “zzzzzz”"] == "/book?genre=concept%2Fgenre%2Ffiction-novel&lang=en"
    assert ways["Search everything for “zzzzzz”"] == "/search?q=zzzzzz&lang=en"
    assert ways["Show the whole list"] == "/book?lang=en"
    assert entries(page) == []


def test_pages_and_other_forms_keep_what_was_chosen(client):
    answer = client.get("/holding.ttl?branch=branch%2F01&page=2")
    assert '</holding.ttl?branch=branch%2F01>; rel="first"' in answer.headers["link"]
    assert '</holding.jsonld?branch=branch%2F01&page=2>; rel="alternate"' in answer.headers["link"]
    assert answer.headers["content-location"] == "/holding.ttl?branch=branch%2F01&page=2"


def test_a_narrowed_list_as_json_ld_is_a_collection_of_its_own(client):
    whole = client.get("/book.jsonld").json()
    answer = client.get("/book.jsonld?genre=concept/genre/fiction-novel").json()
    assert answer["id"] == "https://library.example/book?genre=concept%2Fgenre%2Ffiction-novel"
    assert 0 < answer["hydra:totalItems"] < whole["hydra:totalItems"]
    assert len(answer["hydra:member"]) == answer["hydra:totalItems"]


def test_csv_holds_the_whole_narrowed_list_with_names_beside_iris(client, index):
    answer = client.get("/holding.csv")
    assert len(list(csv.reader(io.StringIO(answer.text)))) == len(index.members["holding"]) + 1
    rows = list(csv.DictReader(io.StringIO(client.get("/book.csv?q=almanac&lang=fi").text)))
    first = next(row for row in rows if row["book"] == "https://library.example/id/book/1")
    assert (first["bookLabel"], first["bookLanguage"], first["record"]) == (
        "Majakanvartijan almanakka",
        "fi",
        "R000101",
    )
    assert (first["genre"], first["genreLabel"]) == (
        "https://library.example/id/concept/genre/fiction-novel",
        "Romaani",
    )
    assert first["year"] == "2019"


def test_csv_of_one_page_holds_that_page(client):
    rows = list(csv.reader(io.StringIO(client.get("/holding.csv?page=2").text)))
    assert len(rows) == 21


def test_search_engines_list_the_list_and_not_its_states(client):
    assert "x-robots-tag" not in client.page("/book").headers
    assert client.page("/book?genre=concept/genre/fiction-novel").headers["x-robots-tag"] == "noindex"


def test_an_order_that_there_is_not_is_refused(client):
    answer = client.get("/book?sort=colour")
    assert (answer.status_code, answer.json()["parameter"]) == (400, "sort")
    assert "-year" in answer.json()["expected"]


@pytest.mark.parametrize(
    "query",
    [
        "genre=",
        "genre=%00",
        "genre=%22%3E%3Cscript%3E",
        "genre=http://[x",
        "q=%F0%9F%98%80",
        "q=%22+OR+*",
        "utm_source=x",
    ],
)
def test_whatever_is_asked_is_answered(client, query):
    answer = client.page(f"/book?{query}&lang=en")
    assert answer.status_code == 200
    assert "<script>" not in answer.text.partition("<main")[2]


def test_all_values_of_a_facet_are_shown_on_request(client, monkeypatch):
    monkeypatch.setattr(lists, "_MOST_OPTIONS", 1)
    facet = read_page(client.page("/book?lang=en&sort=name").text).all("details", class_="facet")[0]
    assert len(facet.all("input")) == 1
    address = facet.one("a", rel="nofollow").attributes["href"]
    whole = read_page(client.page(address).text).all("details", class_="facet")[0]
    assert len(whole.all("input")) > 1 and "open" in whole.attributes
    assert facet.one("a", rel="nofollow").text == f"Show all {len(whole.all('input'))} values"
