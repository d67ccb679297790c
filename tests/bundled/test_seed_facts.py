"""The facts of the five source texts are found from the page of each text's publication, as a reader finds them.

``seed_facts.csv`` says for each statement of the shared table which words tell it in Finnish, and where: on the page of
the publication itself, or on a page that a link there leads to. The list of links may take several pages. A statement
without words is one that the data leave out, listed with its reason where the rows of the tables are accounted for.
"""

from __future__ import annotations

import csv
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app
from tests.client import Client
from tests.conformance_data import conformance_data
from tests.data.test_rows_of_cooperation_tables import LEFT_OUT
from tests.markup import Element, read_page

PUBLICATIONS = {
    "seed0": "publication/18",
    "seed1": "publication/22",
    "seed2": "publication/23",
    "seed3": "publication/24",
    "seed4": "publication/25",
}
"""The publication of each text, by how the ids of its statements begin."""


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def expected() -> list[dict[str, str]]:
    return rows(Path(__file__).with_name("seed_facts.csv"))


class Reader:
    """Somebody who reads pages in Finnish and follows their links."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.pages: dict[str, Element] = {}

    def page(self, address: str) -> Element:
        """What stands between the navigation and the foot of the page at *address*."""
        if address not in self.pages:
            answer = self.client.page(f"{address}{'&' if '?' in address else '?'}lang=fi")
            assert answer.status_code == 200, address
            self.pages[address] = read_page(answer.text).one("main")
        return self.pages[address]

    def opened(self, address: str) -> list[Element]:
        """The page at *address* and the further pages of its lists."""
        found = {address: self.page(address)}
        waiting = [found[address]]
        while waiting:
            for link in waiting.pop().all("a"):
                target = urljoin(address, link.attributes.get("href", ""))
                if urlsplit(target).path == address and urlsplit(target).query and target not in found:
                    found[target] = self.page(target)
                    waiting.append(found[target])
        return list(found.values())

    def links(self, address: str) -> set[str]:
        """The paths that the page and the further pages of its lists lead to."""
        links = (link.attributes.get("href", "") for page in self.opened(address) for link in page.all("a"))
        return {urlsplit(urljoin(address, each)).path for each in links}

    def says(self, address: str, words: str) -> bool:
        """Whether one of the pages at *address* has all the words that a bar separates."""
        return any(all(part in page.text for part in words.split(" | ")) for page in self.opened(address))


@pytest.fixture(scope="module")
def reader(bundled) -> Reader:
    settings = Settings(access_log=False)
    return Reader(
        Client(create_app(settings, bundled.publication, bundled, InProcessEvaluator(bundled.version, settings)))
    )


def test_each_statement_is_looked_for_or_left_out_by_name():
    statements = [row["id"] for row in rows(conformance_data() / "data" / "domain" / "seed_facts.csv")]
    looked_for = [row["statement"] for row in expected()]
    assert len(statements) == 247
    assert sorted([*looked_for, *LEFT_OUT["seed_facts"]]) == sorted(statements)
    assert all(row["words"] for row in expected())


@pytest.mark.parametrize("text", PUBLICATIONS)
def test_the_facts_of_a_text_are_found_from_the_page_of_its_publication(reader, bundled, text):
    start = bundled.addresses.path(bundled.addresses.iri(PUBLICATIONS[text]).value)
    facts = [row for row in expected() if row["statement"].startswith(text)]
    assert len(facts) >= 35
    links = reader.links(start)
    lost = []
    for fact in facts:
        page = f"/doc/{fact['page']}" if fact["page"] else start
        if (page != start and page not in links) or not reader.says(page, fact["words"]):
            lost.append((fact["statement"], page, page in links, fact["words"]))
    assert lost == []


def test_a_fact_that_stands_nowhere_is_not_found(reader, bundled):
    start = bundled.addresses.path(bundled.addresses.iri(PUBLICATIONS["seed0"]).value)
    assert not reader.says(start, "Aluevaltuustolla ei ole päätösvaltaa.")
    assert "/doc/publication/22" not in reader.links(start)
