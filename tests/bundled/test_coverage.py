"""The coverage of the bundled publication: every area is a row, bilingual ones first, and each column is quick."""

import time

import pytest

from sotegraph.coverage import DOES_NOT_EXIST, fill_coverage
from sotegraph.sparql import run

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
