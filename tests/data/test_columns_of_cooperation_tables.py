"""Every column of the tables on cooperation, grants, events, publications and statistics is in the graph as it is.

The rows are compared with the published Turtle itself, not with the tables it is made from: a sum, a date or a role
that is changed in either is seen here.
"""

from __future__ import annotations

import pytest

from tests.data.cooperation_columns import CODES, COLUMNS, Reading
from tests.data.shared_tables import read, shared
from tests.data.test_rows_of_cooperation_tables import LEFT_OUT, TABLES

CHECKED = [(table, column) for table, rules in COLUMNS.items() for column in rules if isinstance(rules[column], tuple)]


@pytest.fixture(scope="module")
def reading() -> Reading:
    return Reading()


def test_every_column_of_every_table_is_followed_or_accounted_for():
    assert set(COLUMNS) == set(TABLES)
    for table, rules in COLUMNS.items():
        assert set(rules) == set(shared(f"domain/{table}.csv")[0]) - {"id"}, table
    assert len(CHECKED) >= 80


@pytest.mark.parametrize(("table", "column"), CHECKED, ids=lambda value: value)
def test_the_graph_says_what_the_column_says(reading, table, column):
    wrong = {}
    for row in shared(f"domain/{table}.csv"):
        if row["id"] not in LEFT_OUT.get(table, {}):
            assert reading.graph.things(row["id"]), row["id"]
            said = reading.said(table, column, row)
            meant = reading.meant(table, column, row, said)
            if said != meant:
                wrong[row["id"]] = (row[column], said, meant)
    assert not wrong


def test_every_code_and_every_exception_is_of_use(reading):
    rows = {(table, row["id"]): row for table in COLUMNS for row in shared(f"domain/{table}.csv")}
    cells = {(table, column, row[column]) for (table, _), row in rows.items() for column in COLUMNS[table]}
    listed = read(CODES)
    assert len(listed) == len({(each["table"], each["column"], each["cell"], each["id"]) for each in listed}) > 900
    for each in listed:
        if each["id"]:
            assert (each["table"], each["id"]) in rows
            assert not each["cell"]
        else:
            assert (each["table"], each["column"], each["cell"]) in cells
