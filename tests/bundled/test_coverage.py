"""The coverage of the bundled publication: every area is a row, bilingual ones first, and each column is quick."""

import time

import pytest

from sotegraph.coverage import DOES_NOT_EXIST, fill_coverage
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator, run
from sotegraph.web.app import create_app
from tests.client import Client
from tests.markup import Element, read_page

AREA = "https://w3id.org/sotegraph/id/area/"
LANGUAGE = "https://w3id.org/sotegraph/id/concept/area-language/"
COUNTED_EVERYWHERE = {"organisations", "events", "figures", "swedish", "finnish"}


@pytest.fixture(scope="module")
def table(bundled):
    return fill_coverage(bundled.coverage, bundled.version, bundled.members["area"])


def test_every_area_is_a_row_and_the_bilingual_ones_come_first(table, bundled):
    assert sorted(each.iri for each in table.rows) == sorted(bundled.members["area"])
    groups = {group.heading.value.removeprefix(LANGUAGE): len(group.rows) for group in table.groups}
    assert list(groups.items()) == [("bilingual", 8), ("finnish", 14), ("swedish", 1)]
    assert [each.iri.removeprefix(AREA) for each in table.groups[0].rows] == [
        *("01", "03", "04", "05", "10", "17", "18", "90")
    ]


def test_the_province_has_by_design_none_of_what_belongs_to_a_county(table):
    for row in table.rows:
        for column, cell in zip(table.coverage.columns, row.cells, strict=True):
            by_design = row.iri == AREA + "91" and column.name not in COUNTED_EVERYWHERE
            assert (DOES_NOT_EXIST in {each.state for each in cell}) == by_design, (row.iri, column.name)


def test_every_column_is_answered_in_a_second(bundled):
    assert len(bundled.coverage.columns) == 12
    for column in bundled.coverage.columns:
        started = time.perf_counter()
        list(run(bundled.version, column.query))
        assert time.perf_counter() - started < 1, column.name


def test_every_text_is_there_in_three_languages(bundled):
    coverage = bundled.coverage
    texts = [coverage.titles, coverage.descriptions]
    texts += [each for column in coverage.columns for each in (column.labels, column.descriptions)]
    assert all(set(each) == {"fi", "sv", "en"} for each in [*texts, *coverage.states.values()])


@pytest.fixture(scope="module")
def site(bundled) -> Client:
    settings = Settings(access_log=False)
    return Client(create_app(settings, bundled.publication, bundled, InProcessEvaluator(bundled.version, settings)))


def page(site, address: str) -> Element:
    return read_page(site.page(address).text).one("main")


def known_on(site, area: str, language: str) -> tuple[str, dict[str, str]]:
    """The address of the row that the page of *area* leads to, and what the page itself tells of the columns."""
    main = page(site, f"/doc/area/{area}?lang={language}")
    (link,) = [each for each in main.all("a") if each.attributes["href"].startswith("/coverage")]
    assert link.parent is not None
    assert link.parent.parent is not None
    rows = link.parent.parent.all("div", class_="row")
    return link.attributes["href"], {each.one("dt").text: each.one("dd").text for each in rows}


@pytest.mark.parametrize(
    ("language", "title", "column", "none", "years"),
    [
        ("fi", "Itä-Uudenmaan hyvinvointialue", "Palvelupolut", "ei löytynyt", "ei löytynyt: 2023–2026"),
        ("sv", "Östra Nylands välfärdsområde", "Servicestigar", "hittades inte", "hittades inte: 2023–2026"),
    ],
)
def test_the_page_of_an_area_says_what_is_not_known_and_leads_to_its_row(site, language, title, column, none, years):
    address, told = known_on(site, "01", language)
    assert len(told) == 12
    assert told[column] == none
    assert years in told.values()
    path, _, anchor = address.partition("#")
    row = page(site, path).one("tr", id=anchor)
    assert row.one("a").text == title
    assert [each.text for each in row.all("td")] == list(told.values())


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_page_of_every_area_leads_to_its_row(site, bundled, language):
    table = page(site, f"/coverage?lang={language}")
    for iri in bundled.members["area"]:
        area = iri.removeprefix(AREA)
        address, told = known_on(site, area, language)
        row = table.one("tr", id=address.partition("#")[2])
        assert row.one("a").attributes["href"] == f"/doc/area/{area}?lang={language}"
        assert [each.text for each in row.all("td")] == list(told.values())
