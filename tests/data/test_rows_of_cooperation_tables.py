"""Every row of the tables on cooperation, grants, events, publications, statistics and seeds is in the graph.

A row is there when a node carries its id as a table identifier, or when it is listed below with its reason. A row that
is neither has vanished, and a listed row that turns up again makes the list wrong.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from tests.conformance_data import conformance_data

ROOT = Path(__file__).parents[2]
NOTATION = NamedNode("http://www.w3.org/2004/02/skos/core#notation")
LEFT_OUT = {
    "partnership_members": {"pa_pohjois_savo_kumppanuusmalli_m02": "the author of an operating model is a person"},
    "seed_facts": {"seed0_065": "the author of an article is a person", "seed4_004": "the picture on a page"},
}
TABLES = (
    "partnerships",
    "partnership_members",
    "projects",
    "grants",
    "events",
    "event_areas",
    "publications",
    "statistics",
    "glossary",
)
LEAST = {"grants": 159, "partnership_members": 210, "seed_facts": 247}


def rows(table: str) -> list[dict[str, str]]:
    path = conformance_data() / "data" / "domain" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _notations() -> Iterator[str]:
    for path in sorted(ROOT.glob("data/*/*.ttl")):
        if path.name.endswith(".rml.ttl"):
            continue
        for quad in parse(path=str(path), format=RdfFormat.TURTLE):
            if quad.predicate == NOTATION and isinstance(quad.object, Literal):
                yield quad.object.value


@pytest.fixture(scope="module")
def notations() -> set[str]:
    return set(_notations())


@pytest.mark.parametrize("table", TABLES)
def test_every_row_is_in_the_graph_or_listed_with_its_reason(table: str, notations: set[str]) -> None:
    ids = {row["id"] for row in rows(table)}
    assert len(ids) >= LEAST.get(table, 1)
    listed = LEFT_OUT.get(table, {})
    assert ids - notations == set(listed)


def test_every_statement_of_the_seeds_has_a_home_that_exists(notations: set[str]) -> None:
    path = ROOT / "data" / "publications" / "statement_homes.csv"
    with path.open(encoding="utf-8", newline="") as file:
        homes = {row["statement"]: row["things"].split() for row in csv.DictReader(file)}
    assert set(homes) == {row["id"] for row in rows("seed_facts")}
    assert {statement for statement, things in homes.items() if not things} == set(LEFT_OUT["seed_facts"])
    claims = {row["id"]: row for row in _own("publications", "claims")}
    for statement, things in homes.items():
        for thing in things:
            if thing in claims:
                assert statement in claims[thing]["statements"].split()
                assert statement in notations
            else:
                assert thing in notations, (statement, thing)


def test_levels_of_grants_are_apart() -> None:
    levels = {"rounds": 72, "subtotals": 21, "theme_shares": 5, "awards": 53, "planned_awards": 8}
    assert {name: len(_own("grants", name)) for name in levels} == levels


def test_events_and_areas_are_joined_as_the_table_says() -> None:
    stated = {(row["event_id"], row["id"]) for row in rows("event_areas")}
    assert {(row["event"], row["id"]) for row in _own("events", "event_areas")} == stated


def _own(source: str, table: str) -> list[dict[str, str]]:
    path = ROOT / "data" / source / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
