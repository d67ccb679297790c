"""Bar charts of a result: a label and a number a line, each column of numbers with a scale of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sotegraph.questions import Table
from sotegraph.questions.table import Term
from sotegraph.web.pages.cells import Cell, are_numbers, cell, number_of
from sotegraph.web.pages.rendering import Writer

_MOST_BARS = 100
_MOST_SERIES = 6


@dataclass(frozen=True)
class Bar:
    """One bar: what it is of, its value, and where it begins and how long it is, in percent of the width."""

    label: Cell | None
    value: Cell | None
    start: float = 0
    length: float = 0
    negative: bool = False


@dataclass(frozen=True)
class Series:
    """The bars of one column of numbers; *zero* is where its axis stands, in percent of the width."""

    name: str
    bars: tuple[Bar, ...]
    zero: float
    least: tuple[Cell | None, Cell | None]
    greatest: tuple[Cell | None, Cell | None]


@dataclass(frozen=True)
class Chart:
    """One or more series over the labels of the column *label*; *total* counts the lines that are not drawn too."""

    label: str
    series: tuple[Series, ...]
    total: int
    drawn: int

    @property
    def label_within(self) -> str:
        """The label as it stands within a title."""
        return _within(self.label)


def chart(writer: Writer, table: Table, *, common: bool = False) -> Chart | None:
    """Return the chart of *table*; None unless it has a column of labels and one of numbers, and lines to compare.

    With *common* all columns of numbers have the same scale.
    """
    columns = [[row[place] for row in table.rows] for place in range(len(table.columns))]
    figures = [place for place, values in enumerate(columns) if are_numbers(values)]
    labels = [place for place, values in enumerate(columns) if place not in figures and any(values)]
    if not figures or not labels or len(table.rows) < 2:
        return None
    # A column whose values tell the lines apart names them better than one that repeats itself.
    label = next((place for place in labels if len(set(columns[place])) == len(table.rows)), labels[0])
    names = [cell(writer, each) for each in columns[label][:_MOST_BARS]]
    drawn = {place: columns[place][:_MOST_BARS] for place in figures[:_MOST_SERIES]}
    every = [number_of(each) for values in drawn.values() for each in values] if common else []
    series = tuple(_series(writer, table.columns[place].name, names, values, every) for place, values in drawn.items())
    return Chart(table.columns[label].name, series, len(table.rows), len(names))


def _series(
    writer: Writer,
    name: str,
    labels: Sequence[Cell | None],
    terms: Sequence[Term | None],
    every: Sequence[float | None],
) -> Series:
    """The bars of *terms*; on the scale of *every* number, if given."""
    values = [number_of(each) for each in terms]
    known = [each for each in every or values if each is not None] or [0]
    low, high = min(0, *known), max(0, *known)
    scale = 100 / ((high - low) or 1)
    bars = []
    for label, term, value in zip(labels, terms, values, strict=True):
        start, end = sorted((0, value or 0))
        place, length = round((start - low) * scale, 3), round((end - start) * scale, 3)
        bars.append(Bar(label, cell(writer, term), place, length, negative=(value or 0) < 0))
    ordered = sorted(
        (place for place, each in enumerate(values) if each is not None), key=lambda each: values[each] or 0
    )
    least, greatest = (
        ((bars[place].label, bars[place].value) for place in (ordered[0], ordered[-1]))
        if ordered
        else (
            (None, None),
            (None, None),
        )
    )
    return Series(name, tuple(bars), round(-low * scale, 3), least, greatest)


def _within(heading: str) -> str:
    """A heading as it stands within a sentence; what is written in capitals stays so.

    >>> _within("Year"), _within("EU country")
    ('year', 'EU country')
    """
    return heading if heading[1:2].isupper() else heading[:1].lower() + heading[1:]
