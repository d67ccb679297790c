"""The forms in which the values of a datatype are written (XML Schema Definition Language 1.1 Part 2: Datatypes)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time

from sotegraph.terms import PREFIXES

_XSD = PREFIXES["xsd"]
_ZONE = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_YEAR = r"-?(?:[1-9]\d{4,}|\d{4})"
_DAY = rf"{_YEAR}-\d\d-\d\d"
_TIME = r"\d\d:\d\d:\d\d(?:\.\d+)?"
_DECIMAL = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
_INTEGER = re.compile(r"[+-]?\d+")


@dataclass(frozen=True)
class _Form:
    """How the values of a datatype look, an *example* of them, and what a pattern cannot tell."""

    pattern: re.Pattern[str]
    example: str
    check: Callable[[str], bool] = lambda _: True


def _is_day(text: str) -> bool:
    """Whether the day exists; years beyond those of the standard library's calendar are believed."""
    year, month, day = re.match(r"(-?\d+)-(\d\d)-(\d\d)", text).groups()  # type: ignore[union-attr]
    # The calendar repeats itself after 400 years.
    return _exists(lambda: date(int(year) % 400 + 2000, int(month), int(day)))


def _is_moment(text: str) -> bool:
    day, _, rest = text.partition("T")
    return _is_day(day) and _is_time(rest)


def _is_time(text: str) -> bool:
    hour, minute, second = int(text[:2]), int(text[3:5]), int(text[6:8])
    return _exists(lambda: time(hour, minute, second)) or (hour, minute, second) == (24, 0, 0)


def _is_month(text: str) -> bool:
    found = re.match(r"-?\d+-(\d\d)", text)
    return found is not None and 1 <= int(found[1]) <= 12


def _exists(make: Callable[[], object]) -> bool:
    try:
        make()
    except ValueError:
        return False
    return True


def _between(least: int | None, most: int | None, example: str = "12") -> _Form:
    def within(text: str) -> bool:
        if len(text) > 1_000:
            return least is None and most is None
        return (least is None or int(text) >= least) and (most is None or int(text) <= most)

    return _Form(_INTEGER, example, within)


_FORMS = {
    "boolean": _Form(re.compile("true|false|0|1"), "true"),
    "decimal": _Form(re.compile(_DECIMAL), "12.5"),
    "double": _Form(re.compile(rf"{_DECIMAL}(?:[eE][+-]?\d+)?|[+-]?INF|NaN"), "12.5"),
    "float": _Form(re.compile(rf"{_DECIMAL}(?:[eE][+-]?\d+)?|[+-]?INF|NaN"), "12.5"),
    "date": _Form(re.compile(_DAY + _ZONE), "2026-01-31", _is_day),
    "dateTime": _Form(re.compile(f"{_DAY}T{_TIME}{_ZONE}"), "2026-01-31T12:00:00", _is_moment),
    "dateTimeStamp": _Form(re.compile(f"{_DAY}T{_TIME}{_ZONE[:-1]}"), "2026-01-31T12:00:00Z", _is_moment),
    "time": _Form(re.compile(_TIME + _ZONE), "12:00:00", _is_time),
    "gYear": _Form(re.compile(_YEAR + _ZONE), "2026"),
    "gYearMonth": _Form(re.compile(rf"{_YEAR}-\d\d{_ZONE}"), "2026-01", _is_month),
    "anyURI": _Form(re.compile(r"\S+"), "https://example.org/"),
    "language": _Form(re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*"), "fi"),
    "integer": _between(None, None),
    "nonNegativeInteger": _between(0, None),
    "positiveInteger": _between(1, None),
    "nonPositiveInteger": _between(None, 0, "-12"),
    "negativeInteger": _between(None, -1, "-12"),
    "long": _between(-(2**63), 2**63 - 1),
    "int": _between(-(2**31), 2**31 - 1),
    "short": _between(-(2**15), 2**15 - 1),
    "byte": _between(-(2**7), 2**7 - 1),
    "unsignedLong": _between(0, 2**64 - 1),
    "unsignedInt": _between(0, 2**32 - 1),
    "unsignedShort": _between(0, 2**16 - 1),
    "unsignedByte": _between(0, 2**8 - 1),
}


def is_form_of(text: str, datatype: str) -> bool:
    """Return whether *text* is written as *datatype* demands; a datatype that is not known here takes any text.

    >>> [is_form_of(text, _XSD + "date") for text in ("2024-02-29", "2023-02-29", "29.2.2024")]
    [True, False, False]
    >>> [is_form_of(text, _XSD + "byte") for text in ("127", "128", "1.0")]
    [True, False, False]
    """
    form = _FORMS.get(datatype.removeprefix(_XSD))
    return form is None or (form.pattern.fullmatch(text) is not None and form.check(text))


def example_of(datatype: str) -> str:
    """Return how a value of *datatype* may look; nothing for a datatype that is not known here.

    >>> example_of(_XSD + "date")
    '2026-01-31'
    """
    form = _FORMS.get(datatype.removeprefix(_XSD))
    return form.example if form else ""
