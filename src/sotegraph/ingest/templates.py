"""Templates: empty tables for people to fill, made from the shape of a class."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from sotegraph.entities.index import Text, sort_key
from sotegraph.errors import NotFound
from sotegraph.facts import Texts
from sotegraph.ingest.arrangement import KEY, LEAD, RECOMMENDED, REQUIRED, Band, arrange
from sotegraph.ingest.columns import Column, TableClass
from sotegraph.ingest.examples import example_row, name_of
from sotegraph.ingest.published import Published
from sotegraph.ingest.sheets import CODES_SHEET
from sotegraph.messages import Messages, read_messages
from sotegraph.terms import PREFIXES

_XSD = PREFIXES["xsd"]
_LONGEST_LIST, _LAST_ROW = 2_000, 2_000
_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")
_NARROWEST, _NARROW, _WIDE, _WIDEST_FROZEN = 12, 16, 27, 70
_BAND_ROW, _HEADER_ROW, _EXAMPLE_ROW = 1, 2, 3
_EXAMPLE = PatternFill("solid", fgColor="F4F4F4")
_FILLS = {
    title: PatternFill("solid", fgColor=colour)
    for title, colour in ((LEAD, "C9DDF0"), (KEY, "C9DDF0"), (REQUIRED, "C9DDF0"), (RECOMMENDED, "FBE9C0"))
}
_GROUPS = (PatternFill("solid", fgColor="E7EEF5"), PatternFill("solid", fgColor="ECEFE4"))
"""The colours of groups in turn, so that one ends where the next begins."""
_BORDER = Border(left=Side("medium", color="7F93A8"))
FORMS = ("xlsx", "csv")


@dataclass(frozen=True)
class _Writing:
    """What a template is made of: the class, its columns as offered, and the language of everything in it."""

    published: Published
    table_class: TableClass
    language: str
    messages: Messages

    @property
    def say(self) -> Callable[[str], str]:
        return self.messages.translator(self.language)

    @cached_property
    def bands(self) -> tuple[Band, ...]:
        return arrange(self.published.publication, self.table_class)

    @cached_property
    def columns(self) -> list[Column]:
        return [column for each in self.bands for column in each.columns]

    @cached_property
    def lists(self) -> Mapping[tuple[str, str, str], tuple[str, ...]]:
        """What can be chosen in each column that has a list, by its key."""
        return {each.key: names for each in self.columns if (names := _listed(each, self))}

    def title(self, band: Band) -> str:
        return band.called(self.say, self.text)

    def header(self, column: Column) -> str:
        return f"{self.bare_header(column)}{mark_of(column)}"

    def bare_header(self, column: Column) -> str:
        return column.header(self.language)

    def quoted(self, columns: Iterable[Column]) -> str:
        """The headers of *columns* as they are named in a sentence."""
        return ", ".join(self.messages.quoted(self.bare_header(each), self.language) for each in columns)

    def text(self, texts: Texts) -> str:
        return next((texts[each] for each in (self.language, "en") if each in texts), next(iter(texts.values()), ""))

    def example(self) -> list[str]:
        """The cells of the example row, the mark that it is one first."""
        found = example_row(self.published, self.table_class, self.language)
        return [self.say("example"), *(found.get(each.key, "") for each in self.columns)] if found else []


def mark_of(column: Column) -> str:
    """The asterisk of a required column; in brackets, those of columns of which any one will do."""
    if column.required:
        return " *"
    return f" ({'*' * column.either})" if column.either else ""


def template(published: Published, name: str, form: str, language: str, messages: Messages | None = None) -> bytes:
    """Return the empty table for the class with the local name *name*, ``xlsx`` or ``csv``, in *language*.

    Its headers and notes come from the shape, its lists from what is published; filled rightly, it validates. Raises
    NotFound for a class that cannot be sent as rows.
    """
    found = next((each for each in published.classes.values() if each.local_name == name), None)
    if found is None or form not in FORMS:
        raise NotFound("There is no template for {name}.", name=name)
    writing = _Writing(published, found, language, messages or read_messages())
    return _to_csv(writing) if form == "csv" else _to_workbook(writing)


def template_classes(published: Published) -> list[TableClass]:
    """The classes that have a template: those with a collection of their own, in its order."""
    return list(published.offered.values())


def _to_csv(writing: _Writing) -> bytes:
    """Semicolons and a byte order mark: what Excel takes for a table without being asked, where commas are decimal."""
    output = io.StringIO(newline="")
    writer = csv.writer(output, delimiter=";")
    writer.writerow(["IRI", *(writing.header(each) for each in writing.columns)])
    example = writing.example()
    if example:
        writer.writerow(example)
    return output.getvalue().encode("utf-8-sig")


def _to_workbook(writing: _Writing) -> bytes:
    workbook = Workbook()
    sheet: Any = workbook.active
    title = writing.text(writing.table_class.names) or writing.table_class.local_name
    sheet.title = _NOT_IN_A_TITLE.sub(" ", title)[:31]
    workbook.properties.title, workbook.properties.creator = title, "sotegraph"
    _write_headers(sheet, writing)
    _write_example(sheet, writing)
    _write_lists(workbook, sheet, writing)
    _write_instructions(workbook, writing, title)
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


def _write_headers(sheet: Any, writing: _Writing) -> None:
    """The headers, and above them the title of each band; no cells are merged, for these are in the way of sorting."""
    sheet.row_dimensions[_HEADER_ROW].height = 45
    number = 1
    for place, (title, headers) in enumerate(_bands(writing)):
        band = writing.bands[place]
        fill = _FILLS.get(band.title, _GROUPS[place % len(_GROUPS)])
        sheet.cell(_BAND_ROW, number, title)
        for offset, (text, note) in enumerate(headers):
            above, cell = sheet.cell(_BAND_ROW, number), sheet.cell(_HEADER_ROW, number, text)
            above.font = cell.font = Font(bold=True)
            above.fill = cell.fill = fill
            above.border = cell.border = Border() if offset else _BORDER
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if note:
                cell.comment = Comment(note, "sotegraph", width=320, height=160)
            number += 1
    _set_widths(sheet, writing)


def _set_widths(sheet: Any, writing: _Writing) -> None:
    """Make columns as wide as what is written in them, each band as wide as its title, and let the first ones stand."""
    widths = [_NARROW, *(_width(each, writing) for each in writing.columns)]
    first = 0
    for place, band in enumerate(writing.bands):
        end = first + len(band.columns) + (1 if place == 0 else 0)
        missing = len(writing.title(band)) + 2 - sum(widths[first:end])
        widths[end - 1] += max(missing, 0)
        first = end
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for number, column in enumerate(writing.columns, 2):
        sheet.column_dimensions[get_column_letter(number)].number_format = number_format(column)
    standing = range(1, len(writing.bands[0].columns) + 2)
    frozen = max(number for number in standing if number == 1 or sum(widths[:number]) <= _WIDEST_FROZEN)
    sheet.freeze_panes = f"{get_column_letter(frozen + 1)}{_HEADER_ROW + 1}"


def _width(column: Column, writing: _Writing) -> int:
    """So wide that the header takes three lines at most, and most of what is written there one."""
    header = writing.header(column)
    least = max(len(header) // 3 + 4, max(map(len, header.split())) + 2, _NARROWEST)
    is_short = column.datatypes and not column.patterns and _XSD + "string" not in column.datatypes
    return max(
        least, _NARROWEST if is_short else _WIDE if column.language or column.is_iri or column.classes else _NARROW
    )


def _bands(writing: _Writing) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The title of each band, and its headers with their notes; the IRI is the first of all."""
    note = writing.say("Leave this empty for something new; give the IRI or the key of what is published already.")
    headers = [("IRI", note)]
    for band in writing.bands:
        for column in band.columns:
            parts = (writing.text(column.descriptions), *_needs(column, writing), *_kinds(column, writing))
            headers.append((writing.header(column), "\n".join(filter(None, parts))))
        yield writing.title(band), headers
        headers = []


def _needs(column: Column, writing: _Writing) -> Iterator[str]:
    """Whether the cells of *column* may be left empty, in words."""
    say = writing.say
    if column.required:
        yield say("Required.")
    elif column.recommended:
        yield say("Recommended.")
    elif column.needed_with:
        name = writing.text(column.outer)
        yield say("Required when something else is given of “{name}”.").format(name=name)
    if column.required and column.new:
        start = f"{column.title(writing.language)}: "
        yield say("Something new may be described in the columns that begin “{start}” instead.").format(start=start)
    if column.either:
        alike = [each for each in writing.columns if each.either == column.either]
        yield say("At least one of these columns is required: {names}.").format(names=writing.quoted(alike))
    if column.together and not column.required:
        same = [each for each in writing.columns if each.key[:2] == column.key[:2]]
        names = writing.quoted(each for each in same if each.language in column.together)
        yield say("If one of these columns is filled, all of them are required: {names}.").format(names=names)


def _kinds(column: Column, writing: _Writing) -> Iterator[str]:
    """What one may write in the cells of *column*, in words."""
    say = writing.say
    names = {each[len(_XSD) :] for each in column.datatypes if each.startswith(_XSD)}
    if column.is_link:
        both = say("Choose from the list, or write the name or the code.")
        yield both if column.key in writing.lists else say("Write the name or the code.")
    elif column.choices:
        yield say("Choose from the list.")
    elif column.is_iri:
        yield say("A web address, such as https://www.example.org/.")
    elif names & {"date", "dateTime"} and names & {"gYear", "gYearMonth"}:
        yield say("A day (31.12.2026), a month (12/2026) or a year (2026).")
    elif names & {"date", "dateTime"}:
        yield say("A day, such as 31.12.2026.")
    elif "gYear" in names:
        yield say("A year, such as 2026.")
    elif "integer" in names:
        yield say("A whole number.")
    elif names & {"decimal", "double", "float"}:
        yield say("A number.")
    elif "boolean" in names:
        yield say("Yes or no.")
    if not column.single:
        yield say("Separate several values with semicolons.")


def number_format(column: Column) -> str:
    """The format of the cells of *column*: text stays text, so that no nought is lost and no code becomes a date."""
    names = {each[len(_XSD) :] for each in column.datatypes if each.startswith(_XSD)}
    if names == {"date"}:
        return "d.m.yyyy"
    if names & {"integer", "decimal", "double", "float", "gYear", "date", "dateTime", "boolean"}:
        return "General"
    return "@"


def _write_example(sheet: Any, writing: _Writing) -> None:
    for number, text in enumerate(writing.example(), 1):
        cell = sheet.cell(_EXAMPLE_ROW, number, text or None)
        cell.data_type = "s" if text else "n"
        cell.font, cell.fill = Font(italic=True, color="595959"), _EXAMPLE


def _write_lists(workbook: Any, sheet: Any, writing: _Writing) -> None:
    """The code lists on a sheet of their own, which is hidden, and a drop-down list for each column that takes one."""
    lists: Any = workbook.create_sheet(CODES_SHEET)
    lists.sheet_state = "hidden"
    places: dict[Sequence[str], str] = {}
    for number, column in enumerate(writing.columns, 2):
        names = writing.lists.get(column.key)
        if names is None:
            continue
        if names not in places:
            letter = get_column_letter(len(places) + 1)
            for row, name in enumerate(names, 1):
                cell = lists[f"{letter}{row}"]
                cell.value, cell.data_type = name, "s"
            places[names] = f"'{CODES_SHEET}'!${letter}$1:${letter}${len(names)}"
        letter = get_column_letter(number)
        rule = DataValidation(type="list", formula1=places[names], allow_blank=True, showErrorMessage=True)
        # A warning, not a stop: a cell may hold several names, a code or an address as well.
        rule.errorStyle, rule.errorTitle = "warning", writing.say("Choose a value")
        rule.error = _advice(column, writing.say)
        sheet.add_data_validation(rule)
        rule.add(f"{letter}{_EXAMPLE_ROW}:{letter}{_LAST_ROW}")


def _advice(column: Column, say: Callable[[str], str]) -> str:
    """What a program says that has been given something else than the list of *column* has."""
    if not column.is_link:
        return say("The list does not have this value. Choose one from it.")
    if column.single:
        return say("The list does not have this value. Choose one from it, or write its code.")
    return say("The list does not have this value. Choose one from it, or write several with semicolons between them.")


def _listed(column: Column, writing: _Writing) -> tuple[str, ...]:
    if column.datatypes == (_XSD + "boolean",):
        return (writing.say("yes"), writing.say("no"))
    if column.choices:
        return tuple(re.split(r"[/#]", each.value)[-1] for each in column.choices)
    if not column.is_link or len(writing.published.code_list(column).members) > _LONGEST_LIST:
        return ()
    members = writing.published.code_list(column).members
    names = (name_of(writing.published, column, each, writing.language) for each in members)
    return tuple(sorted(names, key=lambda name: sort_key(Text(name, writing.language))))


def _write_instructions(workbook: Any, writing: _Writing, title: str) -> None:
    say = writing.say
    sheet: Any = workbook.create_sheet(say("Instructions"))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 44, 100
    _lines(sheet, [(title, "")], bold=True)
    _lines(
        sheet,
        (
            ("", text)
            for text in (
                say("Write one thing in each row of the first sheet, below the headers. Do not change the headers."),
                say("Headers with an asterisk are required. Columns that you do not need may be removed."),
                say(
                    "What is required stands first, then what is recommended, and after that the rest, group by group."
                ),
                say(
                    "Of the headers with the same mark in brackets, such as (*), at least one is required; which ones "
                    "belong together is said below."
                ),
                say("The example below the headers is not read; remove it or leave it."),
                say(
                    "No information on natural persons may be given: no names, no identity codes, no e-mail addresses."
                ),
            )
        ),
    )
    _lines(sheet, [("", ""), (say("Column"), say("What it says"))], bold=True)
    for band, headers in _bands(writing):
        _lines(sheet, [(band, "")], bold=True)
        _lines(sheet, headers)


def _lines(sheet: Any, lines: Iterable[tuple[str, str]], *, bold: bool = False) -> None:
    for line in lines:
        sheet.append(list(line))
        for cell in sheet[sheet.max_row]:
            cell.font, cell.alignment = Font(bold=bold), Alignment(wrap_text=True, vertical="top")
