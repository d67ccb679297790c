"""``/catalog/check`` tells people and programs what portals would make of our own catalogue, and of no other."""

from __future__ import annotations

import pytest

from tests.markup import read_page

PATH = "/catalog/check"


def test_every_portal_takes_the_small_publication(client):
    told = client.get(PATH, accept="application/json").json()
    assert told["datasets"] >= 4
    verdicts = {each["portal"]: each["verdict"] for each in told["portals"]}
    assert verdicts == {"ckan": "all", "udata": "all", "avoindata": "all", "dcat-ap": "losses"}
    assert told["passes"] is True


@pytest.mark.parametrize(
    ("language", "said"), [("fi", "Ottaa kaikki aineistot"), ("en", "Takes all 4 datasets as they are.")]
)
def test_the_page_says_it_in_words(language, said, client):
    page = read_page(client.page(f"{PATH}?lang={language}").text)
    assert said in page.text
    sections = [each.attributes["id"] for each in page.all("section") if "id" in each.attributes]
    assert sections[:4] == ["ckan", "udata", "avoindata", "dcat-ap"]
    tables = list(page.all("table"))
    assert len(tables) >= 4
    assert "Esimerkkikirjasto: Luettelo" in tables[0].text
    assert "The example library: Catalogue" in tables[0].text


def test_an_answer_is_known_already(client):
    first = client.page(PATH + "?lang=fi")
    assert client.page(PATH + "?lang=fi", if_none_match=first.headers["etag"]).status_code == 304


def test_nothing_in_the_address_makes_it_ask_somebody_else(client):
    plain = client.get(PATH, accept="application/json")
    other = client.get(PATH + "?url=http://127.0.0.2:9/catalog.ttl", accept="application/json")
    assert other.json() == plain.json()
