"""The page of what a coverage has a row about says what is known of it, and plainly what is not.

An overview on top repeats the row; where a list on the page was counted, what the column does not know stands with it,
even where there is nothing to list. A thing that is no row of the coverage has no overview.
"""

import shutil

import pytest

from tests.conftest import LIBRARY
from tests.markup import Element, read_page
from tests.web.folders import site_of


def page(client, path: str, language: str = "en") -> Element:
    return read_page(client.page(f"{path}?lang={language}").text)


def overview(client, key: str, language: str = "en") -> dict[str, str]:
    facts = page(client, f"/doc/branch/{key}", language).one("section", class_="overview").one("dl").all("div")
    return {each.one("dt").text: each.one("dd").text for each in facts}


def row(tree: Element, name: str) -> Element:
    """The value beside *name*."""
    return next(each.one("dd") for each in tree.all("div", class_="row") if each.one("dt").text == name)


def test_the_overview_says_what_the_coverage_says(client):
    assert overview(client, "01") == {
        "Holdings": "120",
        "Holdings by year": "2014 (10), 2015 (10), 2016 (10), 2017 (10)",
        "Reading room": "1",
        "Texts in Finnish": "100% (3/3)",
        "Texts in English": "100% (3/3)",
    }
    assert overview(client, "05", "fi")["Lukusali"] == "ei ole olemassa"
    assert overview(client, "02")["Reading room"] == "not found; last known: Central Library"


def test_the_overview_leads_to_the_lists_and_to_its_row(client):
    tree = page(client, "/doc/branch/01")
    links = [each.attributes["href"] for each in tree.one("section", class_="overview").all("a")]
    assert "#in--lib-branch" in links
    assert tree.one(id="in--lib-branch").all("a")
    assert links[-1] == "/coverage?lang=en#row-01"
    assert page(client, "/coverage").one("tr", id="row-01")


def test_the_overview_counts_what_is_not_known_and_leads_to_the_list(client):
    links = {
        each.text: each.attributes["href"]
        for each in page(client, "/doc/branch/01").one("section", class_="overview").one("ul").all("a")
    }
    assert links == {"Books without a catalogue record: 8": "/coverage?lang=en#gap-records-01"}
    assert page(client, "/coverage").one("ul", id="gap-records-01")
    assert page(client, "/doc/branch/05").one("section", class_="overview").all("ul") == []


@pytest.mark.parametrize(
    ("language", "name", "told"),
    [
        ("en", "Holdings", ["Holdings: not found", "Holdings by year: not found: 2014–2017"]),
        ("fi", "Kokoelmatiedot", ["Kokoelmatiedot: ei löytynyt", "Kokoelmatiedot vuosittain: ei löytynyt: 2014–2017"]),
    ],
)
def test_an_empty_list_says_that_nothing_was_found(client, language, name, told):
    lines = row(page(client, "/doc/branch/05", language), name).all("p", class_="remark")
    assert [each.text for each in lines] == told


def test_a_list_says_for_which_years_nothing_was_found(tmp_path):
    folder = shutil.copytree(LIBRARY, tmp_path / "library")
    query = folder / "ontology" / "coverage" / "years.rq"
    query.write_text(query.read_text("utf-8").replace("{ 2014", "{ 2012 2013 2014"), "utf-8")
    holdings = row(page(site_of(folder), "/doc/branch/01"), "Holdings")
    assert len(holdings.all("li")) > 50
    assert [each.text for each in holdings.all("p", class_="remark")] == ["Holdings by year: not found: 2012–2013"]


@pytest.mark.parametrize("path", ["/doc/book/1", "/doc/holding/1", "/doc/concept/genre"])
def test_what_is_no_row_has_no_overview(client, path):
    assert page(client, path).all("section", class_="overview") == []
