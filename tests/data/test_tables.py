"""Each source's tables are closed: what a mapping looks up in another table is there, in three languages, and used.

A mapping joins; what it does not find, it leaves out without a word. Therefore every text of a table stands in
`texts.csv`, every address in `documents.csv`, every id in `keys.csv`, and no row of theirs is without use.
"""

from __future__ import annotations

import pytest

from sotegraph.mapping import mapped_sources, tables
from tests.data.shared_tables import DATA, read

ROOT = DATA.parent
SOURCES = mapped_sources(ROOT)
FORMS = ("agreements", "collaborations", "operating_models", "organs", "projects")
LEVELS = ("awards", "planned_awards", "rounds", "subtotals", "theme_shares")
LOOKED_UP = [
    (
        "cooperation",
        "texts",
        "source",
        [
            *((form, said) for form in FORMS for said in ("appointed_as_stated", "status_as_stated", "description")),
            *((form, "term") for form in FORMS),
            ("body_terms", "text"),
            *((table, "note") for table in ("involvements", "memberships", "seats")),
        ],
    ),
    ("counties", "texts", "source", [("counties", "business_id_note"), ("responsibilities", "note")]),
    (
        "events",
        "texts",
        "source",
        [(t, c) for t in ("events", "event_series") for c in ("basis", "description")] + [("event_areas", "basis")],
    ),
    (
        "events",
        "names",
        "source",
        [(t, c) for t in ("events", "event_series") for c in ("place_ours", "organiser_as_stated")],
    ),
    (
        "grants",
        "texts",
        "source",
        [*((level, "description") for level in LEVELS), ("decisions", "basis_text"), ("disputes", "text")],
    ),
    ("identifiers", "texts", "source", [("external_identifiers", "match")]),
    (
        "legislation",
        "texts",
        "source",
        [("acts", "governs"), ("acts", "verification"), ("acts", "in_force_note")],
    ),
    ("legislation", "verifications", "verification", [("acts", "verification")]),
    ("negotiations", "texts", "source", [("negotiations", "note")]),
    ("organisations", "rules", "rule", [("organisation_areas", "rule")]),
    (
        "publications",
        "texts",
        "source",
        [
            *(("publications", column) for column in ("author", "licence", "description", "note")),
            *(("claims", column) for column in ("text", "note")),
            ("new_acts", "description"),
        ],
    ),
    ("publications", "names", "source", [("publications", "publisher_as_stated")]),
    (
        "service-paths",
        "texts",
        "source",
        [("service_paths", "status"), ("service_paths", "organisations_role_en"), ("step_roles", "description")],
    ),
    ("sotkanet", "texts", "source", [("population", "note")]),
    ("statistics", "texts", "source", [("observations", "note"), ("observations", "respondents")]),
    ("statistics-finland", "texts", "source", [("area_memberships", "note")]),
    (
        "strategies",
        "texts",
        "source",
        [("strategies", "status"), ("strategies", "description_en"), ("decisions", "note")],
    ),
]


def values(source: str, table: str, column: str) -> set[str]:
    return {row[column] for row in read(DATA / source / f"{table}.csv") if row[column]}


@pytest.mark.parametrize(("source", "table", "column", "users"), LOOKED_UP, ids=lambda value: str(value)[:20])
def test_what_is_looked_up_is_there_and_used(source, table, column, users):
    wanted = {value for user, name in users for value in values(source, user, name)}
    assert wanted
    assert values(source, table, column) == wanted


def test_texts_of_organisations_are_there_and_used():
    inferred = {value for value in values("organisations", "organisation_memberships", "certainty") if "infer" in value}
    wanted = values("organisations", "organisations", "description_en") | inferred
    wanted |= values("organisations", "organisation_activities", "basis_text")
    assert values("organisations", "texts", "source") == wanted


def test_parents_that_are_only_named_are_there_and_used():
    rows = read(DATA / "organisations" / "organisation_memberships.csv")
    named = {row["parent_name"] for row in rows if row["parent_table"] != "organisations.csv"}
    assert values("organisations", "parents", "parent_name") == named


@pytest.mark.parametrize("path", sorted(DATA.glob("*/texts.csv")), ids=lambda path: path.parent.name)
def test_every_text_is_in_three_languages(path):
    rows = read(path)
    assert rows
    for row in rows:
        texts = [row[tag] for tag in ("fi", "sv", "en")]
        assert all(texts), row["source"]
        assert len(set(texts)) == 3, row["source"]
        # A sentence in one language is a sentence in all; the name of a body or a role is none.
        assert len({text[-1] in ".!" for text in texts}) == 1, row["source"]


@pytest.mark.parametrize("source", SOURCES)
def test_every_cited_address_is_a_document(source):
    cited = {
        address
        for path in (DATA / source).glob("*.csv")
        for row in read(path)
        for column, cell in row.items()
        if column.endswith("source_url")
        for address in cell.split()
    }
    assert cited
    assert values(source, "documents", "address") == cited


def test_a_document_has_one_title_in_all_sources():
    titles = {
        (row["address"], row["title"], row["lang"]) for path in DATA.glob("*/documents.csv") for row in read(path)
    }
    assert len(titles) == len({address for address, _, _ in titles})


def test_no_key_and_no_id_stands_twice_in_a_segment():
    rows = read(DATA / "keys.csv")
    for column in ("key", "id"):
        assert len({(row["segment"], row[column]) for row in rows}) == len(rows) > 2_000


@pytest.mark.parametrize("source", SOURCES)
def test_rows_of_described_tables_have_keys(source):
    keyed = {(row["segment"], row["id"]) for row in read(DATA / "keys.csv")}
    described = tables(ROOT, source)
    assert described
    for table in described:
        assert not {(table.segment, row[table.id_column]) for row in read(table.file)} - keyed
