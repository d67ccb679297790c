"""What a cell says as RDF: dates, numbers and truth values as people write them become literals of their types.

What is not of the type that a column wants becomes a plain string, so that the shape says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pyoxigraph import Literal, NamedNode

from sotegraph.ingest.columns import Column
from sotegraph.ingest.sheets import Cell
from sotegraph.terms import PREFIXES

_XSD = PREFIXES["xsd"]
_SPLIT = re.compile(r"\s*[;|\n]\s*")
_ISO = re.compile(r"(-?\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_FINNISH = re.compile(r"(?:(?:(\d{1,2})\s*[./]\s*)?(\d{1,2})\s*[./]\s*)?(\d{4})")
_TIME = re.compile(
    r"^(.*?\d)(?:\s*(?:klo|kl\.?|at|,)\s*|T|\s+)(\d{1,2})[.:](\d{2})(?:[.:](\d{2}))?(Z|[+-]\d{2}:\d{2})?$"
)
_INTEGER = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)")
_CURRENCY = re.compile(r"\s*(€|eur|euroa|euro)\s*", re.IGNORECASE)
_SPACED = re.compile(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}(\D|$))")
_WEB = re.compile(r"https?://\S+$", re.IGNORECASE)
_BARE_WEB = re.compile(r"www\.[\w-]+(\.[\w-]+)+(/\S*)?$", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:\S+$", re.IGNORECASE)
_TRUE = frozenset(["true", "tosi", "kyllä", "on", "joo", "sant", "ja", "yes", "x", "1"])
_FALSE = frozenset(["false", "epätosi", "ei", "falskt", "nej", "no", "0"])
_INTEGERS = frozenset(_XSD + name for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger"))
_NUMBERS = frozenset(_XSD + name for name in ("decimal", "double", "float"))
_DATES = {"date": 3, "gYearMonth": 2, "gYear": 1}
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 80_000
_FIRST_DAY = date(1899, 12, 30)
_LONGEST_PADDED = 12


@dataclass(frozen=True)
class Read:
    """A term, and if it was not written quite so, what it was read as."""

    term: Literal | NamedNode
    repaired: str | None = None


def split(text: str) -> list[str]:
    """The several values that one cell holds.

    >>> split("Espoo; Vantaa")
    ['Espoo', 'Vantaa']
    """
    return [each for each in _SPLIT.split(text) if each]


def read_values(cell: Cell, column: Column) -> Iterator[Read]:
    """The values of a cell in a column that is no link."""
    if column.single or not isinstance(cell.value, str):
        yield _read(cell, cell.text, column)
        return
    for text in split(cell.text):
        yield _read(cell, text, column)


def _read(cell: Cell, text: str, column: Column) -> Read:
    if column.language:
        return Read(Literal(text, language=column.language))
    if column.is_iri:
        return as_iri(cell.link if cell.link and not _SCHEME.match(text) else text) or Read(Literal(text))
    for choice in column.choices:
        if text in (choice.value, re.split(r"[/#]", choice.value)[-1]):
            return Read(choice)
    for fitting, convert in _CONVERTERS:
        if any(fitting(each) for each in column.datatypes):
            found = convert(cell, text, column.datatypes)
            if found is not None:
                return found
    if not column.datatypes and not column.patterns and _WEB.match(text):
        # Where the shape does not say what the values are, an address is an address.
        return as_iri(text) or Read(Literal(text))
    return _as_string(text, column)


def as_iri(text: str) -> Read | None:
    """The IRI that *text* is, also without its scheme; None for anything else.

    >>> as_iri("www.example.org/a").term.value
    'https://www.example.org/a'
    """
    whole = f"https://{text}" if _BARE_WEB.match(text) else text
    if not _SCHEME.match(whole) or ("@" in whole and not _WEB.match(whole)):
        return None
    try:
        return Read(NamedNode(whole), None if whole == text else whole)
    except ValueError:
        return None


def _as_string(text: str, column: Column) -> Read:
    """The text itself; digits that lost the noughts before them get them back where the pattern tells how many."""
    patterns = [_compiled(each) for each in column.patterns]
    if text.isdecimal() and any(pattern and not pattern.search(text) for pattern in patterns):
        for length in range(len(text) + 1, _LONGEST_PADDED + 1):
            padded = text.zfill(length)
            if all(pattern is None or pattern.search(padded) for pattern in patterns):
                return Read(Literal(padded), padded)
    return Read(Literal(text))


def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _date(cell: Cell, text: str, datatypes: Sequence[str]) -> Read | None:
    """A day, a month or a year; a moment where the column has moments."""
    names = {each[len(_XSD) :] for each in datatypes if each.startswith(_XSD)}
    moment = _moment(cell, text) if "dateTime" in names else None
    if moment is not None:
        return moment
    repaired = None
    if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        number = cell.value
        if "date" in names and _FIRST_SERIAL < number < _LAST_SERIAL:
            text = repaired = (_FIRST_DAY + timedelta(days=int(number))).isoformat()
    parts = date_parts(text)
    for name, count in _DATES.items():
        if name in names and parts is not None and len(parts) == count:
            written = "-".join(f"{part:0{2 if place else 4}d}" for place, part in enumerate(parts))
            return Read(Literal(written, datatype=NamedNode(_XSD + name)), repaired)
    return None


def date_parts(text: str) -> tuple[int, ...] | None:
    """Year, month and day, as many as *text* gives; None for what is no date of the calendar.

    >>> date_parts("31.12.2026"), date_parts("12/2026"), date_parts("2026"), date_parts("31.2.2026")
    ((2026, 12, 31), (2026, 12), (2026,), None)
    """
    iso, finnish = _ISO.fullmatch(text), _FINNISH.fullmatch(text)
    found = iso.groups() if iso else tuple(reversed(finnish.groups())) if finnish else ()
    parts = tuple(int(each) for each in found if each is not None)
    try:
        date(*parts, *(1,) * (3 - len(parts)))
    except (ValueError, TypeError):
        return None
    return parts


def _moment(cell: Cell, text: str) -> Read | None:
    if isinstance(cell.value, datetime):
        if not cell.value.time().replace(microsecond=0).isoformat().strip("0:"):
            return None
        return Read(_date_time(cell.value.replace(microsecond=0).isoformat()))
    found = _TIME.match(text)
    parts = date_parts(found[1].strip()) if found else None
    if found is None or parts is None or len(parts) != 3 or int(found[2]) > 23 or int(found[3]) > 59:
        return None
    year, month, day = parts
    zone = found[5] or ""
    return Read(_date_time(f"{year:04d}-{month:02d}-{day:02d}T{int(found[2]):02d}:{found[3]}:{found[4] or '00'}{zone}"))


def _date_time(text: str) -> Literal:
    return Literal(text, datatype=NamedNode(_XSD + "dateTime"))


def _integer(_: Cell, text: str, datatypes: Sequence[str]) -> Read | None:
    plain = _SPACED.sub("", text)
    kind = next(each for each in datatypes if each in _INTEGERS)
    return Read(Literal(plain, datatype=NamedNode(kind))) if _INTEGER.fullmatch(plain) else None


def _number(_: Cell, text: str, datatypes: Sequence[str]) -> Read | None:
    """A decimal number with a point or a comma, with spaces between thousands, with or without the euro."""
    plain = _CURRENCY.sub("", _SPACED.sub("", text)).replace("−", "-")
    kind = next(each for each in datatypes if each in _NUMBERS)
    return Read(Literal(plain.replace(",", "."), datatype=NamedNode(kind))) if _DECIMAL.fullmatch(plain) else None


def _truth(cell: Cell, text: str, _: Sequence[str]) -> Read | None:
    told = text.casefold()
    if told not in _TRUE | _FALSE:
        return None
    return Read(Literal("true" if told in _TRUE else "false", datatype=NamedNode(_XSD + "boolean")))


def _typed(_: Cell, text: str, datatypes: Sequence[str]) -> Read | None:
    """Text of the only type there is, when that is none of those which text is converted to."""
    [kind, *others] = datatypes
    known = _INTEGERS | _NUMBERS | {_XSD + name for name in (*_DATES, "dateTime", "boolean", "string")}
    return Read(Literal(text, datatype=NamedNode(kind))) if not others and kind not in known else None


_CONVERTERS: Sequence[tuple[Callable[[str], bool], Callable[[Cell, str, Sequence[str]], Read | None]]] = (
    (lambda kind: kind in {_XSD + name for name in (*_DATES, "dateTime")}, _date),
    (_INTEGERS.__contains__, _integer),
    (_NUMBERS.__contains__, _number),
    ((_XSD + "boolean").__eq__, _truth),
    (bool, _typed),
)
"""By datatype, the ways to make literals; the first that succeeds counts."""
