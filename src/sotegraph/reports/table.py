"""A report as a table: CSV and Excel, one row a finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from babel.dates import format_datetime
from babel.numbers import get_decimal_symbol
from pyoxigraph import Literal

from sotegraph.ingest import Submission, Told, best
from sotegraph.ingest.sheets import FINDING_HEADERS
from sotegraph.messages import Messages
from sotegraph.questions.table import Column, Table, Term, to_csv
from sotegraph.questions.workbook import About, to_workbook
from sotegraph.reports.words import SEVERITY_WORDS, Translate, counted, trail, verdict
from sotegraph.terms import XSD_STRING, offset_of

_TAKEN_FOR_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
_LOCALES = {"fi": "fi", "sv": "sv_FI", "en": "en_GB"}


def to_findings_csv(submission: Submission, language: str, messages: Messages) -> bytes:
    """Return the findings as CSV that Excel opens rightly: UTF-8 with its mark, lines that end in CR LF.

    Where commas are decimal, as in Finnish and Swedish, Excel takes semicolons between values, as templates have them.
    What a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises against CSV injection:
    names and values come from whoever sent the file.
    """
    table = _table(submission, language, messages.translator(language))
    rows = tuple(tuple(map(_harmless, row)) for row in table.rows)
    return b"\xef\xbb\xbf" + to_csv(replace(table, rows=rows), _delimiter(language))


def _delimiter(language: str) -> str:
    return ";" if get_decimal_symbol(_LOCALES[language]) == "," else ","


def _harmless(term: Term | None) -> Term | None:
    is_number = isinstance(term, Literal) and term.datatype != XSD_STRING
    if not isinstance(term, Literal) or is_number or not term.value.startswith(_TAKEN_FOR_FORMULAS):
        return term
    return Literal(f"'{term.value}")


def to_findings_workbook(submission: Submission, language: str, messages: Messages) -> bytes:
    """Return the findings as a workbook, what was checked against what on a second sheet."""
    translate = messages.translator(language)
    title = translate("Findings")
    about = About(title, (title, translate("About the check")), list(facts(submission, language, translate)))
    return to_workbook(_table(submission, language, translate), about)


def facts(submission: Submission, language: str, translate: Translate) -> Iterator[tuple[str, str]]:
    """What is known of the check, as names and values."""
    checked = submission.checked
    yield translate("Result"), f"{verdict(submission, translate)} ({counted(submission, translate)})"
    moment = datetime.fromisoformat(checked.moment)
    written = format_datetime(moment, tzinfo=moment.tzinfo, locale=_LOCALES[language])
    yield translate("Checked at"), f"{written} ({offset_of(moment)})"
    for each in checked.files:
        yield translate("File"), f"{each.name} (SHA-256 {each.sha256})"
    profile = best(checked.profile_names, [language]) or checked.profile or translate("own shapes")
    yield translate("Requirements"), f"{profile} (SHA-256 {checked.shapes})"
    yield translate("Published data"), checked.version if checked.context else translate("left out")
    yield translate("Checked by"), ", ".join(filter(None, (checked.software, checked.engine)))


def _table(submission: Submission, language: str, translate: Translate) -> Table:
    rows = tuple(tuple(row(each, language, translate)) for each in submission.findings)
    return Table(tuple(Column(translate(each)) for each in FINDING_HEADERS), rows)


def row(told: Told, language: str, translate: Translate) -> Iterator[Term | None]:
    """The cells of one finding, in the order of :data:`FINDING_HEADERS`."""
    where = told.where
    column = where.header if where.is_in_table else where.column
    new = {True: translate("Yes"), False: translate("No"), None: None}[told.is_new]
    cells: tuple[str | int | None, ...] = (
        *(where.file, where.sheet, where.cell, where.row, where.line, column),
        *(translate(SEVERITY_WORDS[told.severity]), best(told.message, [language]), best(told.shown, [language])),
        *(best(told.expected, [language]), best(told.mend, [language]), trail(told, language), told.rule, new),
    )
    return (None if each in (None, "") else Literal(each) for each in cells)
