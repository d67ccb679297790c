"""Maps of a result: a dot for each point of a column of ``geo:wktLiteral``, over a net of degrees."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal

from sotegraph.questions import Table
from sotegraph.questions.table import Term
from sotegraph.web.pages.cells import Cell, cell
from sotegraph.web.pages.rendering import Writer
from sotegraph.web.pages.values import WKT, place_of

_MOST_DOTS = 1_000
_WIDTH, _MOST_HEIGHT, _EDGE = 640.0, 800.0, 64.0
_LEAST_SPAN = 0.05
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 45, 90)
_LEAST_GAP = 95
"""How far the lines of the net are apart, so that what they are called fits in between on a small screen too."""

Place = tuple[float, float]
"""Degrees east and degrees north."""


@dataclass(frozen=True)
class Dot:
    """One point: where it is drawn, what it is of, and its place in words."""

    x: float
    y: float
    label: Cell | None
    place: Cell


@dataclass(frozen=True)
class Degree:
    """One line of the net: where it stands, and how many degrees it is at."""

    at: float
    text: str


@dataclass(frozen=True)
class Map:
    """The dots of the column *name*, over a net of *meridians* and *parallels*; numbers are units of the picture."""

    name: str
    label: str
    width: int
    height: int
    dots: tuple[Dot, ...]
    meridians: tuple[Degree, ...]
    parallels: tuple[Degree, ...]
    total: int


def draw_map(writer: Writer, table: Table) -> Map | None:
    """Return the map of *table*; None unless it has a column in which each value is a point on the globe."""
    columns = [[row[place] for row in table.rows] for place in range(len(table.columns))]
    found = next(((place, points) for place, each in enumerate(columns) if (points := _points(each))), None)
    if found is None:
        return None
    column, points = found
    labels = [place for place, values in enumerate(columns) if place != column and any(values)]
    label = next((place for place in labels if len(set(columns[place])) == len(table.rows)), next(iter(labels), None))
    frame = _Frame.around([each for each in points if each])
    shown = [(row, place) for row, place in zip(table.rows, points, strict=True) if place][:_MOST_DOTS]
    return Map(
        name=table.columns[column].name,
        label=table.columns[label].name if label is not None else "",
        width=round(frame.width),
        height=round(frame.height),
        dots=tuple(_dots(writer, frame, shown, column, label)),
        meridians=tuple(Degree(frame.x(each), writer.formatter.longitude(each)) for each in frame.net(0)),
        parallels=tuple(Degree(frame.y(each), writer.formatter.latitude(each)) for each in frame.net(1)),
        total=sum(1 for each in points if each),
    )


def _points(values: Sequence[Term | None]) -> list[Place | None]:
    """The places that *values* are; empty when one of them is none, or there are none."""
    points = [_place(each) for each in values]
    whole = all(place is not None or value is None for place, value in zip(points, values, strict=True))
    return points if whole and any(points) else []


def _place(value: Term | None) -> Place | None:
    return place_of(value.value) if isinstance(value, Literal) and value.datatype.value == WKT else None


def _dots(
    writer: Writer,
    frame: _Frame,
    shown: Sequence[tuple[Sequence[Term | None], Place]],
    column: int,
    label: int | None,
) -> Iterator[Dot]:
    for row, (east, north) in shown:
        place = cell(writer, row[column])
        assert place is not None
        name = cell(writer, row[label]) if label is not None else None
        yield Dot(frame.x(east), frame.y(north), name, place)


@dataclass(frozen=True)
class _Frame:
    """An equirectangular projection, true to scale in the middle of what is drawn."""

    west: float
    south: float
    east: float
    north: float
    scale: float
    narrowing: float

    @classmethod
    def around(cls, places: Sequence[Place]) -> _Frame:
        """The frame that holds *places* and fits the picture."""
        (west, east), (south, north) = (_span([each[axis] for each in places]) for axis in (0, 1))
        narrowing = max(0.05, math.cos(math.radians((south + north) / 2)))
        inner_width, inner_height = _WIDTH - 2 * _EDGE, _MOST_HEIGHT - 2 * _EDGE
        scale = min(inner_width / ((east - west) * narrowing), inner_height / (north - south))
        return cls(west, south, east, north, scale, narrowing)

    @property
    def width(self) -> float:
        return 2 * _EDGE + (self.east - self.west) * self.narrowing * self.scale

    @property
    def height(self) -> float:
        return 2 * _EDGE + (self.north - self.south) * self.scale

    def x(self, east: float) -> float:
        return round(_EDGE + (east - self.west) * self.narrowing * self.scale, 1)

    def y(self, north: float) -> float:
        return round(_EDGE + (self.north - north) * self.scale, 1)

    def net(self, axis: int) -> list[float]:
        """The round degrees inside the frame, of longitude on axis 0 and of latitude on axis 1."""
        low, high = (self.west, self.east) if axis == 0 else (self.south, self.north)
        degree = self.scale * (self.narrowing if axis == 0 else 1)
        step = next((each for each in _STEPS if each * degree >= _LEAST_GAP), _STEPS[-1])
        return [round(each * step, 2) for each in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _span(values: Sequence[float]) -> tuple[float, float]:
    """The least and the greatest of *values*, some way apart."""
    low, high = min(values), max(values)
    missing = max(0.0, _LEAST_SPAN - (high - low)) / 2
    return low - missing, high + missing
