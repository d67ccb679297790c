"""Nothing of the shared tables vanishes silently on its way into the publication.

For each table: every row is in the graph or is left out by a rule that is written down; every column is copied word
for word into the source's own table, or the place where it went is written down; every name is a literal of its thing
in the language of its column. The rules stand in `shared_tables.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from tests.data.plan_tables import PLANS
from tests.data.shared_tables import DATA, DCT, ID, SKOS, SOTE, TABLES, Keys, Row, Table, read, shared

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
EVERY = (*TABLES, *PLANS)
each_table = pytest.mark.parametrize("table", EVERY, ids=[table.name for table in EVERY])


def published(table: Table) -> Iterator[Row]:
    """The rows of the shared table that are published."""
    leaves_out = table.left_out[0]
    return (row for row in shared(table.name) if not leaves_out(row))


@pytest.fixture(scope="module")
def graph() -> dict[str, set[tuple[str, str, str]]]:
    """(predicate, value, language) of every subject of the published Turtle."""
    found: dict[str, set[tuple[str, str, str]]] = {}
    for path in sorted(DATA.glob("*/*.ttl")):
        if path.name.endswith(".rml.ttl"):
            continue
        for quad in parse(path=str(path), format=RdfFormat.TURTLE):
            assert isinstance(quad.subject, NamedNode)
            value = quad.object
            tag = value.language or "" if isinstance(value, Literal) else ""
            found.setdefault(quad.subject.value, set()).add((quad.predicate.value, value.value, tag))
    return found


@pytest.fixture(scope="module")
def keys() -> Keys:
    return {(row["segment"], row["id"]): row["key"] for row in read(DATA / "keys.csv")}


@each_table
def test_every_row_is_a_thing_of_its_class(table, graph, keys):
    rows = list(published(table))
    things = {table.iri(row, keys) for row in rows}
    missing = sorted(thing for thing in things if thing not in graph)
    assert rows and not missing
    assert len(things) == len(rows)
    if table.type:
        assert not [thing for thing in things if (TYPE, table.type, "") not in graph[thing]]


@each_table
def test_a_row_is_left_out_only_for_a_reason(table):
    leaves_out, reason = table.left_out
    left_out = [row for row in shared(table.name) if leaves_out(row)]
    assert bool(left_out) <= bool(reason)
    assert len(left_out) < len(shared(table.name)) or not left_out


@each_table
def test_every_column_is_copied_or_accounted_for(table):
    copied = {column for name in table.copies for column in read(DATA / name)[0]}
    columns = set(shared(table.name)[0])
    assert not columns - copied - set(table.elsewhere)
    assert not set(table.elsewhere) - columns


@each_table
def test_copies_say_what_the_table_says(table):
    for name in table.copies:
        rows = {tuple(row[column] for column in table.key): row for row in read(DATA / name) if table.key[0] in row}
        columns = (set(shared(table.name)[0]) & set(next(iter(rows.values())))) - set(table.elsewhere)
        for row in published(table):
            copy = rows.get(tuple(row[column] for column in table.key))
            assert copy is not None or not row.get("responsibility_from", "none"), row
            assert {c: copy[c] for c in columns} == {c: row[c] for c in columns}


@each_table
def test_names_are_literals_of_the_thing(table, graph, keys):
    for row in published(table):
        facts = graph[table.iri(row, keys)]
        for column, (predicate, tag) in table.literals.items():
            said = {(each, row[column], tag) for each in (predicate, SKOS + "altLabel")}
            assert not row[column] or said & facts, f"{row[column]}@{tag} of {table.iri(row, keys)}"


@pytest.mark.parametrize(
    ("type_", "count"),
    [
        ("http://www.w3.org/ns/org#Organization", 327 + 25 + 41 + 6),
        ("http://www.w3.org/ns/org#Membership", 122 + 9),
        (SOTE + "AreaOfOperation", 198),
        (SOTE + "Activity", 311),
        (SOTE + "Municipality", 308),
        (SOTE + "FormerMunicipality", 2),
        (SOTE + "WellbeingArea", 23),
        ("http://data.europa.eu/eli/ontology#LegalResource", 16 + 1),
    ],
)
def test_nothing_is_there_that_no_row_says(graph, type_, count):
    """Organisations are those of their table, further named bodies, collaborations and organs."""
    assert sum((TYPE, type_, "") in facts for facts in graph.values()) == count


def test_memberships_of_areas_are_those_of_the_classification(graph):
    """Area, region and collaborative area of each municipality, and the five of them, from the rows of the tables."""
    part_of = {thing: {value for p, value, _ in facts if p == DCT + "isPartOf"} for thing, facts in graph.items()}
    for row in shared("reference/municipalities.csv"):
        wholes = part_of[f"{ID}municipality/{row['code']}"]
        assert wholes == {f"{ID}area/{row['county_code']}", f"{ID}region/{row['region_code']}"}
        collaborative = part_of[f"{ID}area/{row['county_code']}"]
        expected = row["collaborative_area_code"]
        assert collaborative == ({f"{ID}collaborative-area/{expected}"} if expected != "6" else set())


def test_counts_and_codes_left_out_follow_from_the_memberships(graph):
    areas: dict[str, set[str]] = {}
    regions: dict[str, set[str]] = {}
    for row in read(DATA / "statistics-finland" / "municipalities.csv"):
        areas.setdefault(row["county_code"], set()).add(row["code"])
        regions.setdefault(row["region_code"], set()).add(row["county_code"])
    for row in shared("reference/wellbeing_counties.csv"):
        if row["municipality_count"]:
            assert len(areas[row["code"]]) == int(row["municipality_count"])
            assert {code for code, parts in regions.items() if row["code"] in parts} == set(row["region_codes"].split())
    for row in shared("reference/regions.csv"):
        assert regions[row["code"]] == set(row["county_codes"].split())


def test_every_population_is_an_observation(graph):
    observed = {}
    for facts in graph.values():
        said = {predicate.rpartition("#")[2]: value for predicate, value, _ in facts}
        if said.get("dataSet") == f"{ID}dataset/population":
            observed[said["refArea"], said["refPeriod"]] = said["obsValue"]
    expected = {}
    for segment, name in (("municipality", "municipalities"), ("area", "wellbeing_counties")):
        for row in shared(f"reference/{name}.csv"):
            if row["population"]:
                expected[f"{ID}{segment}/{row['code']}", row["population_year"]] = row["population"]
    assert observed == expected


def test_umbrellas_of_organisations_are_memberships():
    members = {row["organisation_id"] for row in shared("domain/organisation_memberships.csv")}
    assert {row["id"] for row in shared("domain/organisations.csv") if row["parent_or_umbrella"]} <= members


def test_numbers_that_stand_in_two_tables_are_the_same():
    counties = {row["organisation_id"]: row for row in read(DATA / "counties" / "counties.csv")}
    oids = {
        row["entity_code"]: row["identifier"]
        for row in shared("reference/external_identifiers.csv")
        if "oid" in row["scheme"]
    }
    for row in shared("domain/organisations.csv"):
        county = counties.get(row["id"])
        if county is None:
            assert not (row["oid"] or row["predecessor_business_id"])
            continue
        assert row["oid"] == oids.get(county["code"], "")
        assert row["business_id"] == county["business_id"]
        assert row["predecessor_business_id"] == county["predecessor_business_id"]


def test_a_doubtful_number_is_never_a_business_id(graph, keys):
    doubtful = {row["predecessor_business_id"]: row for row in shared("domain/organisations.csv")}
    doubtful.pop("")
    assert len(doubtful) == 6
    for number, row in doubtful.items():
        organisation = f"{ID}organisation/{keys['organisation', row['id']]}"
        facts = graph[f"{organisation}#id-predecessor-business-id"]
        assert (SKOS + "notation", number, "") in facts
        assert (SOTE + "certainty", f"{ID}concept/certainty/inferred", "") in facts
        assert {tag for predicate, _, tag in facts if predicate == SKOS + "note"} == {"fi", "sv", "en"}
        assert f"{organisation}#id-business-id" not in graph


def test_business_ids_have_a_valid_check_digit_and_are_no_keys(graph, keys):
    numbers = {
        value
        for facts in graph.values()
        if (DCT + "type", f"{ID}concept/identifier-type/business-id", "") in facts
        for predicate, value, _ in facts
        if predicate == SKOS + "notation"
    }
    assert len(numbers) == 31
    for number in numbers:
        digits, check = number.split("-")
        rest = sum(int(d) * w for d, w in zip(digits, (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
        assert rest != 1
        assert int(check) == (11 - rest) % 11
    assert not {number.replace("-", "") for number in numbers} & set(keys.values())
