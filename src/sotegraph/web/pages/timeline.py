"""Lines of time: a numbered mark for each line of an answer, along years, and as many rows as it takes side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal

from sotegraph.questions.table import Term
from sotegraph.web.pages.cells import Cell

_MOST_MARKS = 150
_WIDTH, _EDGE, _ROW, _RADIUS, _AXIS = 720.0, 24.0, 26.0, 10.0, 30.0
_LEAST_GAP = 56
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]|2[1-4])(?:-(\d{2}))?)?(?!\d)")
"""A day, a month, a season or a year, also where EDTF says that it is about then, or that more follows."""
_SPRING, _FIRST_MONTH, _SEASON = 21, 3, 3
"""The number of the first season in EDTF, the month with which it begins, and how many months one has."""


@dataclass(frozen=True)
class Mark:
    """One line of the answer: its number there, what it is, and where it begins and ends."""

    number: int
    x: float
    end: float
    y: float
    what: Cell | None
    when: str

    @property
    def is_long(self) -> bool:
        return self.end - self.x > 1


@dataclass(frozen=True)
class Timeline:
    """A picture; *years* are the lines of its net, and *undated* says how many lines have no day to stand at."""

    width: int
    height: int
    marks: tuple[Mark, ...]
    years: tuple[tuple[float, int], ...]
    undated: int
    total: int

    @property
    def radius(self) -> float:
        return _RADIUS


def draw_timeline(lines: Sequence[tuple[Cell | None, Sequence[Term | None], str]]) -> Timeline | None:
    """Return the picture of *lines*: what each is, the terms that tell when, and these in words.

    None when fewer than two of them can be placed.
    """
    dated = [
        (number, what, span, words) for number, (what, terms, words) in enumerate(lines, 1) if (span := _span(terms))
    ]
    shown = dated[:_MOST_MARKS]
    if len(shown) < 2:
        return None
    first = int(min(span[0] for _, _, span, _ in shown))
    last = max(first + 1, int(-(-max(span[1] for _, _, span, _ in shown) // 1)))
    scale = (_WIDTH - 2 * _EDGE) / (last - first)
    rows: list[float] = []
    marks = []
    for number, what, (start, end), words in sorted(shown, key=lambda each: each[2]):
        x, until = (round(_EDGE + (place - first) * scale, 1) for place in (start, end))
        y = round(_RADIUS + 2 + _row(rows, x, until) * _ROW, 1)
        marks.append(Mark(number, x, until, y, what, words))
    return Timeline(
        width=round(_WIDTH),
        height=round(len(rows) * _ROW + _AXIS),
        marks=tuple(marks),
        years=tuple((round(_EDGE + (year - first) * scale, 1), year) for year in _years(first, last, scale)),
        undated=len(lines) - len(dated),
        total=len(dated),
    )


def _years(first: int, last: int, scale: float) -> range:
    step = next((each for each in _STEPS if each * scale >= _LEAST_GAP), _STEPS[-1])
    return range(-(-first // step) * step, last + 1, step)


def _row(rows: list[float], start: float, end: float) -> int:
    """The first row in which a mark has room; *rows* holds where each is taken up to."""
    for place, taken in enumerate(rows):
        if start - _RADIUS > taken:
            rows[place] = max(start, end) + _RADIUS + 2
            return place
    rows.append(max(start, end) + _RADIUS + 2)
    return len(rows) - 1


def _span(terms: Sequence[Term | None]) -> tuple[float, float] | None:
    """When something begins and ends, in years; what has only one of the two is as long as its precision says."""
    found = [place for each in terms if isinstance(each, Literal) and (place := place_in_time(each.value))]
    return (found[0][0], max(found[0][0], found[-1][1])) if found else None


def place_in_time(text: str) -> tuple[float, float] | None:
    """The beginning and the end of a day, month, season or year, counted in years; None for what is none of these.

    >>> [round(each, 2) for each in place_in_time("2022-21")], place_in_time("2022-21-01")
    ([2022.16, 2022.41], None)
    >>> place_in_time("2024"), place_in_time("2024-07-01~")[0] < 2024.5, place_in_time("soon")
    ((2024.0, 2025.0), True, None)
    """
    found = _DATE.match(text)
    if not found or not 1 <= int(found[1]) <= 9998:
        return None
    year, month, day = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    try:
        if not month:
            return float(year), float(year + 1)
        if not day:
            length = 1
            if month >= _SPRING:
                month, length = _FIRST_MONTH + _SEASON * (month - _SPRING), _SEASON
            last = month + length - 1
            after = date(year + last // 12, last % 12 + 1, 1)
            return _in_years(date(year, month, 1)), _in_years(after)
        moment = date(year, month, day)
    except ValueError:
        return None
    return _in_years(moment), _in_years(moment)


def _in_years(moment: date) -> float:
    start = date(moment.year, 1, 1)
    return moment.year + (moment - start).days / (date(moment.year + 1, 1, 1) - start).days
