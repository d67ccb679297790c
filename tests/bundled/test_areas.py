"""The page of an area shows its things of every kind, in Finnish and Swedish, and says plainly what is not known.

What a page lists is compared with the graph, kind by kind; of three areas in every run, of all in the slow one.
"""

from __future__ import annotations

import re

import pytest
from pyoxigraph import NamedNode

from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app
from tests.client import Client
from tests.markup import Element, read_page

SOTE = "https://w3id.org/sotegraph/ns/sote#"
KINDS = {
    "organisations": ("in--sote-operatesIn", "?link sote:operatesIn ?area ; sote:operator ?thing"),
    "strategies": ("in--sote-strategyArea", "?thing sote:strategyArea ?area"),
    "elements": ("in--sote-strategyArea--sote-elementOf", "?thing sote:elementOf/sote:strategyArea ?area"),
    "paths": ("in--sote-pathArea", "?thing sote:pathArea ?area"),
    "cooperation": ("in--sote-cooperationArea", "?thing sote:cooperationArea ?area"),
    "negotiations": ("in--sote-negotiationArea", "?thing sote:negotiationArea ?area"),
    "grants": ("in--sote-grantArea", "?thing sote:grantArea ?area"),
    "events": ("in--sote-concernsArea", "?link sote:concernsArea ?area ; sote:concernsEvent ?thing"),
    "figures": ("in--sdmx-dimension-refArea", "?thing sdmx-dimension:refArea ?area"),
}
"""Each kind: where the page lists it, and what the graph says of it."""
PREFIXES = f"PREFIX sote: <{SOTE}> PREFIX sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#> "
NONE = {"fi": "ei löytynyt", "sv": "hittades inte"}
SAMPLE = ("01", "07", "20")


@pytest.fixture(scope="module")
def site(bundled) -> Client:
    settings = Settings(access_log=False, cache_bodies=0)
    return Client(create_app(settings, bundled.publication, bundled, InProcessEvaluator(bundled.version, settings)))


def page(site, key: str, language: str) -> Element:
    return read_page(site.page(f"/doc/area/{key}?lang={language}").text).one("main")


def lines(listed: Element) -> list[Element]:
    """The lines of a table, without the texts that stand below them."""
    return [
        each for body in listed.all("tbody") for each in body.all("tr") if not each.is_like("tr", {"class_": "below"})
    ]


def things(bundled, key: str, pattern: str) -> set[str]:
    area = bundled.addresses.iri(f"area/{key}")
    solutions = bundled.version.store.query(
        f"{PREFIXES} SELECT DISTINCT ?thing WHERE {{ {pattern} }}".replace("?area", str(area))
    )
    return {each["thing"].value for each in solutions}


def check_lists(site, bundled, key: str, language: str) -> int:
    """Compare what the page of an area lists with the graph; return how many things there are."""
    tree, total = page(site, key, language), 0
    for name, (anchor, pattern) in KINDS.items():
        listed, wanted = tree.one(id=anchor), things(bundled, key, pattern)
        assert len(lines(listed)) == len(wanted), (key, language, name)
        paths = {f"{bundled.addresses.path(each)}?lang={language}" for each in wanted}
        assert paths <= {each.attributes["href"] for each in listed.all("a")}, (key, language, name)
        total += len(wanted)
    return total


@pytest.mark.parametrize("language", ["fi", "sv"])
@pytest.mark.parametrize("key", SAMPLE)
def test_the_page_of_an_area_lists_what_the_graph_holds(site, bundled, key, language):
    assert check_lists(site, bundled, key, language) >= 20


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_page_of_every_area_lists_what_the_graph_holds(site, bundled, language):
    keys = [bundled.addresses.key(iri).rpartition("/")[2] for iri in bundled.members["area"]]
    assert len(keys) == 23
    assert sum(check_lists(site, bundled, key, language) for key in keys) > 800


@pytest.mark.parametrize("language", ["fi", "sv"])
@pytest.mark.parametrize(
    ("key", "unknown"),
    [("01", {"paths"}), ("03", {"cooperation", "paths"}), ("20", {"paths", "events", "elements"})],
)
def test_what_is_not_known_is_said_where_it_would_stand(site, bundled, key, language, unknown):
    tree = page(site, key, language)
    for name in unknown:
        anchor, pattern = KINDS[name]
        listed = tree.one(id=anchor)
        assert things(bundled, key, pattern) == set() or name == "elements"
        assert NONE[language] in [each.text.rpartition(": ")[2] for each in remarks(listed)], (key, name)


def remarks(listed: Element) -> list[Element]:
    """What stands with a list on what is not known."""
    assert listed.parent is not None
    return listed.parent.all("p", class_="remark")


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_page_of_an_area_repeats_its_row_of_the_coverage(site, bundled, language):
    for key in SAMPLE:
        overview = page(site, key, language).one("section", class_="overview")
        told = {each.one("dt").text: each.one("dd").text for each in overview.one("dl").all("div")}
        assert list(told) == [each.labels[language] for each in bundled.covered.coverage.columns]
        *_, in_swedish, in_finnish = told.values()
        assert re.search(r"^\d+ ?% \(\d+/\d+\)$", in_swedish), "what is known comes first, how much is translated last"
        assert re.search(r"^\d+ ?% \(\d+/\d+\)$", in_finnish)
        assert all(told.values())
        assert overview.all("a")[-1].attributes["href"] == f"/coverage?lang={language}#row-{key}"


def test_grants_stand_with_year_level_and_qualified_sum_the_newest_first(site):
    listed = page(site, "09", "fi").one(id="in--sote-grantArea")
    heads = [each.text for each in listed.one("thead").all("th")]
    assert heads[:5] == ["Nimi", "Vuosi", "Taso", "Laji", "Myönnetty summa"]
    rows = [[cell.text for cell in line.all("th") + line.all("td")] for line in lines(listed)]
    assert [row[1] for row in rows] == sorted((row[1] for row in rows), reverse=True)
    assert {row[2] for row in rows} >= {"Avustuskierros", "Myönnetty avustus"}
    assert any(row[4].endswith("€") for row in rows)
    assert listed.all("tfoot") == [], "levels are never added up"


@pytest.mark.parametrize(("language", "word"), [("fi", "yli"), ("sv", "över")])
def test_a_sum_keeps_its_qualifier(site, bundled, language, word):
    over = NamedNode("https://w3id.org/sotegraph/id/concept/figure-qualifier/over")
    sums = [each.subject for each in bundled.version.incoming(over, NamedNode(SOTE + "qualifier"))]
    grants = sorted(each.value.partition("#")[0] for each in sums if "/grant-round/" in each.value)
    tree = read_page(site.page(f"{bundled.addresses.path(grants[0])}?lang={language}").text)
    assert any(re.match(rf"{word} [\d\s,.]+€", each.text) for each in tree.all("dd"))


def test_a_body_stands_with_its_kind_and_whether_its_members_are_known(site):
    listed = page(site, "09", "fi").one(id="in--sote-cooperationArea")
    heads = [each.text for each in listed.one("thead").all("th")]
    assert heads[:5] == ["Nimi", "Muoto", "Laji", "Tila", "Jäseniä ja osallisia"]
    told = [line.all("td")[3].text for line in lines(listed)]
    assert all(each.isdecimal() or each == "ei löytynyt" for each in told)
    assert any(map(str.isdecimal, told))
