"""The coverage of the bundled publication: every area is a row, bilingual ones first, and each column is quick."""

import time

import pytest

from sotegraph.coverage import DOES_NOT_EXIST, NOT_FOUND
from sotegraph.soundness import check
from sotegraph.sparql import run
from tests.conftest import ROOT

AREA = "https://w3id.org/sotegraph/id/area/"
LANGUAGE = "https://w3id.org/sotegraph/id/concept/area-language/"
COUNTED_EVERYWHERE = {"organisations", "events", "figures", "swedish", "finnish"}


GAPS = {
    "bodies-without-members": ("Collaboration#members-known",),
    "paths-without-steps": ("ServicePath#steps-two",),
    "steps-without-role": ("PathStep#roles-wanted",),
    "strategies-without-elements": ("Strategy#elements-wanted",),
    "names-missing": ("#prefLabel-fi", "#prefLabel-sv"),
}
"""The gaps, with the ends of the names of the shapes whose warnings they count."""


@pytest.fixture(scope="module")
def table(bundled):
    return bundled.covered


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
    described = bundled.covered.coverage
    assert (len(described.columns), len(described.gaps)) == (12, 5)
    for column in (*described.columns, *described.gaps):
        started = time.perf_counter()
        list(run(bundled.version, column.query))
        assert time.perf_counter() - started < 1, column.name


def test_where_no_strategy_in_force_was_found_the_last_known_is_named(table, bundled):
    place = [each.name for each in table.coverage.columns].index("strategy")
    cells = {row.iri.removeprefix(AREA): row.cells[place][0] for row in table.rows}
    unknown = {area: cell for area, cell in cells.items() if cell.state == NOT_FOUND}
    assert {"20", "90"} <= set(unknown)
    named = {area: bundled.name(cell.latest, "fi").value for area, cell in unknown.items() if cell.latest}
    assert len(named) >= 6
    assert "Kainuu" in named["20"]
    assert {cell.latest for cell in cells.values() if cell.count} == {None}


def test_priorities_are_what_the_question_of_supported_ones_counts(table, bundled):
    place = [each.name for each in table.coverage.columns].index("priorities")
    counted = {row.iri: row.cells[place][0].count for row in table.rows if row.iri != AREA + "91"}
    query = (ROOT / "ontology" / "questions" / "count-supported-priorities.rq").read_text("utf-8")
    asked = {each["area"].value: int(each["elements"].value) for each in run(bundled.version, query)}
    assert asked == counted
    assert counted[AREA + "07"] == 3


@pytest.mark.slow
def test_what_is_not_known_is_what_the_shapes_warn_of(table):
    warned: dict[str, set[str]] = {name: set() for name in GAPS}
    for finding in check(ROOT).findings:
        for name, shapes in GAPS.items():
            if finding.name.endswith(shapes):
                warned[name].add(finding.focus.value)
    assert [each.name for each in table.coverage.gaps] == list(GAPS)
    for place, name in enumerate(GAPS):
        listed = {thing for row in table.rows for thing in row.gaps[place]} | set(table.elsewhere[place])
        # No shape asks an event for a Finnish name.
        others = {each for each in listed - warned[name] if "/event" not in each}
        assert (warned[name] - listed, others) == (set(), set()), name
        assert len(listed) == table.missing()[place] > 5


def test_every_text_is_there_in_three_languages(bundled):
    coverage = bundled.covered.coverage
    texts = [coverage.titles, coverage.descriptions]
    texts += [each for column in (*coverage.columns, *coverage.gaps) for each in (column.labels, column.descriptions)]
    assert all(set(each) == {"fi", "sv", "en"} for each in [*texts, *coverage.states.values()])
