"""Tables as people send them: sheets of cells, whatever program has written the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from sotegraph.errors import BodyTooLarge
from sotegraph.ingest.encoding import decode
from sotegraph.ingest.files import Limits, SubmittedFile

Value = str | int | float | bool | date | datetime | time | Decimal
_SEPARATORS = ";\t,|"
_LOOKED_AT = _MOST_ABOVE = 30
CODES_SHEET = "codes"
"""The hidden sheet of a template that holds its lists."""
INSTRUCTIONS = frozenset({"instructions", "ohjeet", "anvisningar"})
"""What the sheet of a template is called that tells how to fill it."""
FINDING_HEADERS = (
    *("File", "Sheet", "Cell", "Row", "Line", "Column", "Severity", "What is wrong", "Value", "Expected"),
    *("How to mend", "What it is about", "Rule", "New"),
)
"""The header of a table of findings, in English: a sheet that has it, in any language, is a report of ours."""
NOTE_MARK = "sotegraph:"
"""The line that begins our part of a note on a cell; programs begin notes with the name of who wrote them."""


@dataclass(frozen=True)
class Cell:
    """A cell that is not empty: its *value*, the *text* a person sees, what it is linked to.

    *formula* is set where the program that wrote the file has left no result beside the formula; *is_error* where the
    result is an error.
    """

    value: Value
    text: str
    link: str | None = None
    formula: str | None = None
    is_error: bool = False


Row = Mapping[int, Cell]
"""The cells of a row that are not empty, by 1-based column."""


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook, or a CSV file, whose *name* is None; rows are numbered as their programs show them.

    *merged* holds the first and the last cell, as row and column, of each range that is one cell to the eye.
    """

    file: str
    name: str | None
    rows: Mapping[int, Row]
    merged: Sequence[tuple[int, int, int, int]] = ()
    hidden: bool = False
    notes: Mapping[tuple[int, int], str] = field(default_factory=dict)

    def cell(self, row: int, column: int) -> Cell | None:
        """The cell there, or None for an empty one."""
        return self.rows.get(row, {}).get(column)


class BrokenTable(Exception):
    """The file is no table: *problem* tells why, *row* where."""

    def __init__(self, problem: str, row: int | None = None) -> None:
        super().__init__(problem)
        self.problem, self.row = problem, row


def read_csv(file: SubmittedFile, limits: Limits) -> Sheet:
    r"""Return the rows of a CSV file, whatever it separates values by; raises BrokenTable, BodyTooLarge.

    >>> sheet = read_csv(SubmittedFile("a.csv", "name;city\nÄ ry;091\n".encode("cp1252")), Limits())
    >>> sheet.cell(2, 1).text, sheet.cell(2, 2).text
    ('Ä ry', '091')
    """
    text = decode(file.content)
    separator, skipped = _separator(text)
    rows: dict[int, Row] = {}
    count = 0
    for number, record in _records(text, separator):
        if number <= skipped:
            continue
        row = {column: _text_cell(value) for column, value in enumerate(record, 1) if value.strip()}
        if row:
            rows[number] = row
            count += len(row)
        check_extent(file.name, limits, len(rows), len(record), count)
    return Sheet(file.name, None, rows)


def note_of_sender(text: str) -> str:
    r"""The part of a note on a cell that is the sender's own: what stands before ours.

    >>> note_of_sender("Look here.\n\nsotegraph:\nError: The name is missing.")
    'Look here.'
    """
    lines = text.splitlines(keepends=True)
    end = next((number for number, line in enumerate(lines) if line.strip() == NOTE_MARK), len(lines))
    return "".join(lines[:end]).rstrip("\n") if end < len(lines) else text


def check_extent(name: str, limits: Limits, rows: int, columns: int, cells: int) -> None:
    """Raise BodyTooLarge when a table has more of something than *limits* say.

    Which rows are above the data is not known yet, so that a few more are let through.
    """
    check_rows(name, limits, rows - _MOST_ABOVE)
    if columns > limits.max_columns:
        raise BodyTooLarge("{file} has more than {limit} columns. Use a template.", file=name, limit=limits.max_columns)
    if cells > limits.max_cells:
        raise BodyTooLarge(
            "{file} has more than {limit} cells. Send it in smaller parts.", file=name, limit=limits.max_cells
        )


def check_rows(name: str, limits: Limits, rows: int) -> None:
    """Raise BodyTooLarge when a table has more *rows* of data than *limits* say."""
    if rows > limits.max_rows:
        raise BodyTooLarge(
            "{file} has more than {limit} rows. Send it in smaller parts.", file=name, limit=limits.max_rows
        )


def _text_cell(value: str) -> Cell:
    return Cell(value, value.replace("\xa0", " ").strip())


def _separator(text: str) -> tuple[str, int]:
    """The separator, and how many rows at the start are not part of the table."""
    first = text[:20].partition("\n")[0].strip().strip('"')
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], 1
    head = "".join(text.splitlines(keepends=True)[:_LOOKED_AT])

    def rectangular(separator: str) -> tuple[int, int]:
        widths = [len(record) for record in csv.reader(io.StringIO(head, newline=""), delimiter=separator) if record]
        many = [width for width in widths if width > 1]
        return (max((many.count(width) for width in set(many)), default=0), max(many, default=0))

    try:
        return max(_SEPARATORS, key=rectangular), 0
    except csv.Error as error:
        raise BrokenTable(str(error)) from None


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The records with their numbers; a quotation mark that nobody closes is an error at the record it opens."""
    number = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for number, record in enumerate(reader, 1):
            yield number, record
    except csv.Error as error:
        raise BrokenTable(str(error), number + 1) from None
    if _is_left_open(text, separator):
        raise BrokenTable("a quotation mark is not closed", number)


def _is_left_open(text: str, separator: str) -> bool:
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False
