"""A table as an Excel workbook (Office Open XML): values of their own types, and a sheet that says what it is."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from pyoxigraph import Literal

from sotegraph.errors import ResultLimitReached
from sotegraph.questions.table import Table, Term, plain
from sotegraph.terms import PREFIXES

_XSD = PREFIXES["xsd"]
_INTEGERS = frozenset(
    _XSD + name
    for name in (
        *("integer", "int", "long", "short", "byte", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
    )
)
_NUMBERS = frozenset((_XSD + "decimal", _XSD + "double", _XSD + "float"))
_EXACT_DIGITS = 15
_MOST_ROWS, _MOST_CHARACTERS = 1_048_575, 32_767
"""What one sheet holds below its header, and one cell (Excel specifications and limits)."""
_FIRST_DAY = date(1900, 3, 1)
"""Excel takes 1900 for a leap year: before this day it counts differently from the calendar."""
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NARROWEST, _WIDEST, _MEASURED_ROWS = 10, 60, 200


@dataclass(frozen=True)
class About:
    """What stands beside the table: its *title*, names of the two *sheets*, and *facts* as names and values."""

    title: str
    sheets: tuple[str, str]
    facts: Sequence[tuple[str, str]]


def to_workbook(table: Table, about: About) -> bytes:
    """Return *table* as a workbook, the table on its first sheet, what is known about it on the second.

    Numbers are numbers, dates dates, true and false truth values; everything else, and what Excel would round, is text.
    Text never becomes a formula. Raises ResultLimitReached when there is more than a sheet, or a cell, can hold.
    """
    _check_limits(table)
    workbook = Workbook(write_only=True)
    workbook.properties.title = _clean(about.title)
    workbook.properties.creator = "sotegraph"
    _write_table(workbook.create_sheet(about.sheets[0]), table)
    _write_about(workbook.create_sheet(about.sheets[1]), about)
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


def _check_limits(table: Table) -> None:
    if len(table.rows) > _MOST_ROWS:
        raise ResultLimitReached(
            "The answer has {count} rows; an Excel sheet holds {limit}. Take CSV, or ask for less.",
            count=len(table.rows),
            limit=_MOST_ROWS,
        )
    longest = max((len(plain(value)) for row in table.rows for value in row), default=0)
    if longest > _MOST_CHARACTERS:
        raise ResultLimitReached(
            "A text has {count} characters; a cell of Excel holds {limit}. Take CSV or JSON.",
            count=longest,
            limit=_MOST_CHARACTERS,
        )


def _write_table(sheet: Any, table: Table) -> None:
    sheet.freeze_panes = "A2"
    for number, width in enumerate(_widths(table), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_bold(sheet, name) for name in table.header])
    for row in table.rows:
        sheet.append([_cell(sheet, value) for value in row])


def _widths(table: Table) -> Iterable[int]:
    for place, column in enumerate(table.columns):
        shown = (len(plain(row[place])) for row in table.rows[:_MEASURED_ROWS])
        yield min(_WIDEST, max(_NARROWEST, len(column.name), *shown) + 2)


def _write_about(sheet: Any, about: About) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 100
    sheet.append([_bold(sheet, about.title)])
    for name, value in about.facts:
        cell = _text(sheet, value)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append([_bold(sheet, name), cell])


def _bold(sheet: Any, text: str) -> Any:
    cell = _text(sheet, text)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(vertical="top")
    return cell


def _cell(sheet: Any, value: Term | None) -> Any:
    if value is None:
        return None
    native = native_value(value) if isinstance(value, Literal) else None
    if native is None:
        return _text(sheet, plain(value))
    cell = WriteOnlyCell(sheet, value=native)
    if isinstance(native, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm:ss"
    elif isinstance(native, date):
        cell.number_format = "yyyy-mm-dd"
    return cell


def native_value(value: Literal) -> bool | int | float | date | None:
    """Return the value of a literal where Excel has one that means the same, else None.

    >>> from sotegraph.terms import term
    >>> native_value(Literal("2026-01-31", datatype=term("xsd:date")))
    datetime.date(2026, 1, 31)
    >>> native_value(Literal("12345678901234567890", datatype=term("xsd:integer"))) is None
    True
    """
    kind, text = value.datatype.value, value.value
    try:
        if kind in _INTEGERS or (kind == _XSD + "gYear" and re.fullmatch(r"\d{4}", text)):
            return int(text) if len(text) <= _EXACT_DIGITS else None
        if kind in _NUMBERS:
            number = float(text)
            exact = kind != _XSD + "decimal" or sum(map(str.isdigit, text)) <= _EXACT_DIGITS
            return number if math.isfinite(number) and exact else None
        if kind == _XSD + "boolean":
            return {"true": True, "1": True, "false": False, "0": False}.get(text)
        if kind == _XSD + "date":
            day = date.fromisoformat(text)
            return day if day >= _FIRST_DAY else None
        if kind == _XSD + "dateTime":
            moment = datetime.fromisoformat(text)
            # A cell knows no time zone: with one, the text says more.
            return moment if moment.tzinfo is None and moment.date() >= _FIRST_DAY else None
    except ValueError:
        return None
    return None


def clean_text(text: str) -> str:
    """*text* as a cell can hold it: no character that Excel refuses, and not too long."""
    return _clean(text)[:_MOST_CHARACTERS]


def is_like_formula(text: str) -> bool:
    """Whether a spreadsheet would take *text* for a formula."""
    return text.startswith(_A_FORMULA)


def _text(sheet: Any, text: str) -> Any:
    """A cell with *text*, whatever it looks like."""
    cell = WriteOnlyCell(sheet, value=clean_text(text))
    cell.data_type = "s"
    if is_like_formula(text):
        cell.quotePrefix = True
    return cell


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
