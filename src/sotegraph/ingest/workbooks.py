"""Excel workbooks (Office Open XML), read without ever evaluating or fetching anything."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from itertools import groupby
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException

from sotegraph.errors import BodyTooLarge, PublisherError
from sotegraph.ingest.files import Limits, SubmittedFile, too_large
from sotegraph.ingest.refused import Refused
from sotegraph.ingest.sheets import BrokenTable, Cell, Sheet, Value, check_extent, note_of_sender

_PARTS_LIMIT = 2_000
_DECLARATIONS = tuple(
    text.encode(code) for text in ("<!DOCTYPE", "<!ENTITY") for code in ("ascii", "utf-16-le", "utf-16-be")
)
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml")
_CELLS, _FORMULA = re.compile(rb"<(?:\w+:)?c[\s>/]"), re.compile(rb"<(?:\w+:)?f[\s>/]")
_ZEROS = re.compile(r"0{2,}")
UNREADABLE = (
    *(
        zipfile.BadZipFile,
        InvalidFileException,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
    ),
    *(EOFError, OSError, NotImplementedError, RuntimeError, SyntaxError, OverflowError, zlib.error),
)
"""What openpyxl raises for parts that are missing, cut short or contradict each other."""


def read_workbook(file: SubmittedFile, limits: Limits) -> list[Sheet]:
    """Return the sheets of a workbook, formulas as the results saved with them.

    Raises BrokenTable for what is no workbook, Refused for one with an XML document type in it, and BodyTooLarge.
    """
    formulas = _examine(file, limits)
    values = _load(file, data_only=True)
    written = _load(file, data_only=False) if formulas else None
    try:
        return [
            _sheet(file.name, sheet, written[sheet.title] if written else None, limits) for sheet in values.worksheets
        ]
    except UNREADABLE as error:
        raise BrokenTable(_said(error)) from None
    finally:
        values.close()


def _load(file: SubmittedFile, *, data_only: bool) -> Any:
    try:
        return load_workbook(io.BytesIO(file.content), data_only=data_only, keep_links=False, keep_vba=False)
    except UNREADABLE as error:
        raise BrokenTable(_said(error)) from None


def _said(error: BaseException) -> str:
    return str(error).strip("'\"") or type(error).__name__


def _examine(file: SubmittedFile, limits: Limits) -> bool:
    """Whether there is a formula; every part is unpacked once, within the limits, before anything is made of it."""
    formulas, size, cells = False, 0, 0
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            if len(archive.infolist()) > _PARTS_LIMIT:
                raise BodyTooLarge("{file} has more than {limit} parts.", file=file.name, limit=_PARTS_LIMIT)
            for part in archive.infolist():
                size += part.file_size
                if size > limits.max_parts_bytes:
                    raise too_large(file.name, limits.max_parts_bytes)
                if not part.filename.endswith((".xml", ".rels", ".vml")):
                    continue
                content = archive.read(part)
                if any(each in content for each in _DECLARATIONS):
                    raise Refused(
                        PublisherError("a part of the workbook has an XML document type, which no workbook may have")
                    )
                if _SHEET_PART.fullmatch(part.filename):
                    cells += len(_CELLS.findall(content))
                    formulas = formulas or bool(_FORMULA.search(content))
    except UNREADABLE as error:
        raise BrokenTable(_said(error)) from None
    check_extent(file.name, limits, 0, 0, cells)
    return formulas


def _sheet(name: str, sheet: Any, written: Any, limits: Limits) -> Sheet:
    rows: dict[int, Mapping[int, Cell]] = {}
    notes: dict[tuple[int, int], str] = {}
    # Rows that openpyxl iterates over have a cell at every place up to the last: one far cell makes 10^10 of them.
    stored = sorted(sheet._cells.values(), key=lambda each: (each.row, each.column))
    for number, cells in groupby(stored, key=lambda each: each.row):
        found = {}
        for each in cells:
            cell = _cell(each, written)
            if cell is not None:
                found[each.column] = cell
            note = note_of_sender(each.comment.text or "") if each.comment is not None else ""
            if note:
                notes[each.row, each.column] = note
        if found:
            rows[number] = found
            check_extent(name, limits, len(rows), max(found), 0)
    return Sheet(name, sheet.title, rows, list(_merged(sheet)), sheet.sheet_state != "visible", notes)


def _merged(sheet: Any) -> Iterator[tuple[int, int, int, int]]:
    for each in sheet.merged_cells.ranges:
        yield each.min_row, each.min_col, each.max_row, each.max_col


def _cell(cell: Any, written: Any) -> Cell | None:
    value = cell.value
    formula = written[cell.coordinate].value if written is not None else None
    is_formula = isinstance(formula, str) and formula.startswith("=")
    if value is None:
        return Cell("", "", formula=formula) if is_formula and isinstance(formula, str) else None
    if isinstance(value, str):
        value = _unescaped(value)
    text = shown(value, cell.number_format or "")
    if not text:
        return None
    link = cell.hyperlink.target if cell.hyperlink is not None else None
    return Cell(value if not isinstance(value, str) else text, text, link, None, cell.data_type == "e")


def _unescaped(text: str) -> str:
    r"""The text of a cell, in which Excel escapes what XML has no place for (ISO/IEC 29500-1, 22.9.2.19).

    >>> _unescaped("Malli_x000D_ ry"), _unescaped("_xD83D__xDE00_")
    ('Malli\n ry', '😀')
    """
    whole = unescape(text).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return "\n".join(whole.splitlines()) if "\r" in whole else whole


def shown(value: Value, number_format: str = "") -> str:
    """Return *value* as a person sees it in a cell.

    >>> shown(8, "00"), shown(2.0), shown(0.1 + 0.2), shown(datetime(2026, 12, 31))
    ('08', '2', '0.3', '2026-12-31')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        if isinstance(value, float):
            value = int(value) if value.is_integer() and abs(value) < 1e15 else float(f"{value:.15g}")
        return str(value).zfill(len(number_format)) if _ZEROS.fullmatch(number_format) else str(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).replace("\xa0", " ").strip()
