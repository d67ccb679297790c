"""Maps of a result: a dot for each point, over a net of degrees.

Points stand in a column of ``geo:wktLiteral``, or in two columns of numbers whose names end in latitude and longitude.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from pyoxigraph import Literal, NamedNode

from sotegraph.questions import Table
from sotegraph.questions.table import Term
from sotegraph.web.pages.cells import Cell, cell, number_of
from sotegraph.web.pages.rendering import Writer
from sotegraph.web.pages.values import WKT, place_of

_MOST_DOTS = 1_000
_WIDTH, _MOST_HEIGHT, _EDGE = 640.0, 800.0, 64.0
_LEAST_SPAN = 0.05
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 45, 90)
_LEAST_GAP = 95
"""How far the lines of the net are apart, so that what they are called fits in between on a small screen too."""
_WKT = NamedNode(WKT)
_LATITUDE = re.compile(r"(?:(?:^|_)(?i:lat(?:itude)?)|(?<=[a-z0-9])Lat(?:itude)?)$")
_LONGITUDE = re.compile(r"(?:(?:^|_)(?i:lon|lng|long(?:itude)?)|(?<=[a-z0-9])(?:Lon|Lng|Long(?:itude)?))$")

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


@dataclass(frozen=True)
class _Located:
    """Where each row is: the *name* of that, the columns it comes from, and a point in WKT or None a row."""

    name: str
    columns: tuple[int, ...]
    points: Sequence[Literal | None]


def draw_map(writer: Writer, table: Table) -> Map | None:
    """Return the map of *table*; None unless it has points on the globe, and no other values where it has them."""
    columns = [[row[place] for row in table.rows] for place in range(len(table.columns))]
    located = next(chain(_by_points(table, columns), _by_numbers(table, columns)), None)
    if located is None:
        return None
    labels = [place for place, values in enumerate(columns) if place not in located.columns and any(values)]
    label = next((place for place in labels if len(set(columns[place])) == len(table.rows)), next(iter(labels), None))
    named = columns[label] if label is not None else [None] * len(table.rows)
    found = [(name, point, at) for name, point in zip(named, located.points, strict=True) if (at := _place(point))]
    frame = _Frame.around([at for _, _, at in found])
    return Map(
        name=located.name,
        label=table.columns[label].name if label is not None else "",
        width=round(frame.width),
        height=round(frame.height),
        dots=tuple(
            Dot(frame.x(east), frame.y(north), cell(writer, name), _shown(writer, point))
            for name, point, (east, north) in found[:_MOST_DOTS]
        ),
        meridians=tuple(Degree(frame.x(each), writer.formatter.longitude(each)) for each in frame.net(0)),
        parallels=tuple(Degree(frame.y(each), writer.formatter.latitude(each)) for each in frame.net(1)),
        total=len(found),
    )


def _by_points(table: Table, columns: Sequence[Sequence[Term | None]]) -> Iterator[_Located]:
    """The columns in which each value is a point."""
    for column, values in enumerate(columns):
        points = [each if isinstance(each, Literal) and _place(each) else None for each in values]
        if any(points) and points == list(values):
            yield _Located(table.columns[column].name, (column,), points)


def _by_numbers(table: Table, columns: Sequence[Sequence[Term | None]]) -> Iterator[_Located]:
    """The pairs of columns of the same name but for its end, in which each row has a latitude and a longitude or none.

    >>> [bool(_LATITUDE.search(each)) for each in ("lat", "homeLatitude", "home_lat", "flat", "latest")]
    [True, True, True, False, False]
    """
    names = [each.name for each in table.columns]
    for north, name in enumerate(names):
        stem = _LATITUDE.sub("", name)
        partners = (place for place, each in enumerate(names) if each != _LONGITUDE.sub("", each) == stem)
        east = next(partners, None)
        if stem == name or east is None:
            continue
        pairs = [*zip(columns[east], columns[north], strict=True)]
        points = [_point(*each) for each in pairs]
        if any(points) and all(point or not any(pair) for point, pair in zip(points, pairs, strict=True)):
            yield _Located(f"{name}, {names[east]}", (north, east), points)


def _point(east: Term | None, north: Term | None) -> Literal | None:
    """The point at so many degrees; None unless both are numbers and there is such a place."""
    degrees = [number_of(each) for each in (east, north)]
    if None in degrees:
        return None
    written = " ".join(f"{Decimal(str(each)):f}" for each in degrees)
    point = Literal(f"POINT({written})", datatype=_WKT)
    return point if _place(point) else None


def _place(value: Literal | None) -> Place | None:
    return place_of(value.value) if value is not None and value.datatype == _WKT else None


def _shown(writer: Writer, point: Literal | None) -> Cell:
    shown = cell(writer, point)
    assert shown is not None
    return shown


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
