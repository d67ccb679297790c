"""What is found in all lists is narrowed by the facets that these share, and every state of it is there as data.

The library's books and holdings share the facet of branches; genres and years are those of books alone.
"""

import csv
import io

from tests.markup import read_page

TEXT = "harbour"


def rows(client, query: str) -> list[dict[str, str]]:
    answer = client.get(f"/search.csv?{query}")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def facets(client, query: str) -> dict[str, dict[str, int]]:
    """The counts of the values by facet, as the page has them."""
    page = read_page(client.page(f"/search?{query}&lang=en").text)
    found: dict[str, dict[str, int]] = {}
    for box in page.all("input", type="checkbox"):
        count = box.parent.one("span", class_="count").text.replace(",", "")
        found.setdefault(box.attributes["name"], {})[box.attributes["value"]] = int(count)
    return found


def test_lists_that_something_was_found_in_share_their_facets(client):
    shown = facets(client, f"q={TEXT}")
    assert set(shown["type"]) >= {"book", "holding"}
    assert set(shown) == {"type", "branch"}
    assert {"genre", "branch"} <= facets(client, f"q={TEXT}&type=book").keys()


def test_each_count_is_what_its_choice_leads_to(client):
    for name, values in facets(client, f"q={TEXT}").items():
        for value, count in values.items():
            assert len(rows(client, f"q={TEXT}&{name}={value}")) == count > 0, (name, value)


def test_values_of_one_facet_add_up_and_several_facets_narrow(client):
    shown = facets(client, f"q={TEXT}")["branch"]
    first, second = list(shown)[:2]
    either = {row["thing"] for row in rows(client, f"q={TEXT}&branch={first}&branch={second}")}
    assert either == {row["thing"] for each in (first, second) for row in rows(client, f"q={TEXT}&branch={each}")}
    books = {row["thing"] for row in rows(client, f"q={TEXT}&branch={first}&type=book")}
    assert books == {each for each in either if "/book/" in each} & {
        row["thing"] for row in rows(client, f"q={TEXT}&branch={first}")
    }


def test_what_has_the_value_is_found_without_words(client):
    found = rows(client, "branch=branch/02")
    assert {row["type"] for row in found} == {"book", "holding"}
    page = read_page(client.page("/search?branch=branch/02&lang=en").text)
    assert page.one("p", class_="total").text == f"{len(found)} found"
    assert len(page.one("ol", class_="entries").all("li")) == len(found) <= 20


def test_a_choice_is_taken_back_by_its_chip(client):
    page = read_page(client.page(f"/search?q={TEXT}&branch=branch/02&lang=en").text)
    (chip,) = page.one("ul", class_="chips").all("a")
    assert "Harbour" in chip.text
    assert chip.attributes["href"] == f"/search?q={TEXT}&lang=en"


def test_a_value_that_nothing_has_finds_nothing_and_says_so(client):
    for value in ("branch/99", "no such value", "é<>\"'"):
        page = read_page(client.page(f"/search?q={TEXT}&branch={value}&lang=en").text)
        assert page.all("ol", class_="hits")[0].all("li") == []
        assert page.one("div", class_="notice", role="status").one("h2").text == "Nothing was found"
        assert not page.all("p", class_="total")
        assert len(page.one("ul", class_="chips").all("li")) == 1
    assert rows(client, f"q={TEXT}&branch=branch/99") == []


def test_csv_has_all_that_was_found_with_names_and_the_shared_values(client):
    found = rows(client, f"q={TEXT}&lang=fi")
    header = ["thing", "thingLabel", "thingLanguage", "type", "typeLabel", "branch", "branchLabel"]
    assert list(found[0]) == header
    assert (found[0]["thingLabel"], found[0]["typeLabel"]) == ("Satamakirjasto", "Toimipisteet")
    assert all(row["branchLabel"] for row in found if row["type"] == "holding")
    total = client.get(f"/search.jsonld?q={TEXT}").json()["hydra:totalItems"]
    assert len(found) == total
    assert len(rows(client, "q=library&page=1")) == 20 < len(rows(client, "q=library"))
    assert client.get(f"/search?q={TEXT}", accept="text/csv").headers["content-type"].startswith("text/csv")


def test_graphs_hold_the_members_that_the_page_shows(client):
    query = f"q={TEXT}&branch=branch/02"
    document = client.get(f"/search.jsonld?{query}").json()
    members = document["hydra:member"]
    members = members if isinstance(members, list) else [members]
    assert {each["id"] for each in members} == {row["thing"] for row in rows(client, query)}
    turtle = client.get(f"/search.ttl?{query}")
    assert turtle.status_code == 200 and all(f"<{each['id']}>" in turtle.text for each in members)


def test_the_page_leads_to_the_same_state_as_data(client):
    page = read_page(client.page(f"/search?q={TEXT}&branch=branch/02&lang=en").text)
    addresses = [each.attributes["href"] for each in page.one("ul", class_="formats").all("a")]
    assert f"/search.csv?q={TEXT}&branch=branch%2F02&lang=en" in addresses
    for address in addresses:
        assert client.get(address).status_code == 200
