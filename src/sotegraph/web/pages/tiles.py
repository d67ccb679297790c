"""Maps of tiles: the members of a collection in rows and columns, as navigation and shaded by a figure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from sotegraph.entities import Layout, Text, Value
from sotegraph.entities.index import choose
from sotegraph.publication import Collection
from sotegraph.web.pages.rendering import Writer

SIDE, GAP = 104, 6
_HEIGHT = 74
_LINE, _LETTERS = 16, 11
_SHADES = 5
_BREAKS = re.compile(r"(?<=-)|\s+")


@dataclass(frozen=True)
class Measured:
    """What a figure is for one member: its *text*, and a *number* to shade by, which what is not known has not."""

    text: Markup | str
    number: float | None = None
    href: str | None = None


@dataclass(frozen=True)
class Tile:
    """One member on the map: the corner of its tile, its short name in lines, and the figure there, if there is one."""

    x: int
    y: int
    name: Value
    short: Text
    lines: tuple[str, ...]
    measured: Measured | None = None
    shade: int = 0

    @property
    def href(self) -> str | None:
        return self.measured.href if self.measured and self.measured.href else self.name.href

    @property
    def placed(self) -> list[tuple[int, str, bool]]:
        """Each line with the height at which it stands, and whether it has to be made narrower."""
        top = self.y + 24 if self.measured else self.y + (_HEIGHT - _LINE * len(self.lines)) // 2 + 12
        return [(top + place * _LINE, text, len(text) > _LETTERS) for place, text in enumerate(self.lines)]


@dataclass(frozen=True)
class Shade:
    """One step of the legend: the least and the greatest figure that are shaded so."""

    number: int
    least: Measured
    greatest: Measured


@dataclass(frozen=True)
class TileMap:
    """A map; *rows* are all members with their figures, those without a tile too; *unknown*: some have no figure."""

    collection: Collection
    width: int
    height: int
    tiles: tuple[Tile, ...]
    rows: tuple[tuple[Value, Measured | None], ...]
    shades: tuple[Shade, ...] = ()
    unknown: bool = False

    @property
    def side(self) -> int:
        return SIDE

    @property
    def tall(self) -> int:
        return _HEIGHT


def draw_tiles(writer: Writer, collection: Collection, figures: Mapping[str, Measured] | None = None) -> TileMap | None:
    """Return the map of *collection*, shaded by *figures* if given; None when no member has a place on one."""
    index = writer.site.index
    layout = Layout(index, writer.reader.language)
    iris = index.ordered.get((collection.segment, writer.reader.language), index.members[collection.segment])
    places = {iri: place for iri in iris if (place := _place(writer, collection, iri))}
    if not places:
        return None
    steps = _steps(figures or {})
    tiles = tuple(
        _tile(writer, collection, layout.link(iri), iri, place, (figures or {}).get(iri), steps)
        for iri, place in sorted(places.items(), key=lambda pair: pair[1])
    )
    rows, columns = (max(place[axis] for place in places.values()) for axis in (0, 1))
    return TileMap(
        collection,
        width=columns * (SIDE + GAP) + GAP,
        height=rows * (_HEIGHT + GAP) + GAP,
        tiles=tiles,
        rows=tuple((layout.link(iri), (figures or {}).get(iri)) for iri in iris),
        shades=_legend(figures or {}, steps),
        unknown=any(tile.measured and not tile.shade for tile in tiles),
    )


def _place(writer: Writer, collection: Collection, iri: str) -> tuple[int, int] | None:
    """Row and column of *iri*; None when one of them is missing, or is no number that fits a page."""
    assert collection.tiles is not None
    found = []
    for predicate in (collection.tiles.row, collection.tiles.column):
        values = writer.site.version.objects(NamedNode(iri), NamedNode(predicate))
        numbers = [each.value for each in values if isinstance(each, Literal)]
        if not numbers or not numbers[0].isdecimal() or not 1 <= int(numbers[0]) <= 100:
            return None
        found.append(int(numbers[0]))
    return found[0], found[1]


def _tile(
    writer: Writer,
    collection: Collection,
    link: Value,
    iri: str,
    place: tuple[int, int],
    measured: Measured | None,
    steps: Sequence[float],
) -> Tile:
    name = _short_name(writer, collection, iri) or link.text
    shade = bisect_left(steps, measured.number) + 1 if measured and measured.number is not None else 0
    return Tile(
        x=GAP + (place[1] - 1) * (SIDE + GAP),
        y=GAP + (place[0] - 1) * (_HEIGHT + GAP),
        name=link,
        lines=_lines(name.value),
        short=name,
        measured=measured,
        shade=_spread(shade, len(steps)) if shade else 0,
    )


def _short_name(writer: Writer, collection: Collection, iri: str) -> Text | None:
    assert collection.tiles is not None
    if collection.tiles.name is None:
        return None
    values = writer.site.version.objects(NamedNode(iri), NamedNode(collection.tiles.name))
    literals = sorted((each for each in values if isinstance(each, Literal)), key=str)
    return choose(literals, writer.site.index.languages(writer.reader.language))


def _lines(name: str) -> tuple[str, ...]:
    """*name* in two lines at most, broken at a space or after a hyphen.

    >>> _lines("Etelä-Pohjanmaa"), _lines("Vantaa ja Kerava"), _lines("Lappi")
    (('Etelä-', 'Pohjanmaa'), ('Vantaa ja', 'Kerava'), ('Lappi',))
    """
    if len(name) <= _LETTERS:
        return (name,)
    breaks = [(found.start(), found.end()) for found in _BREAKS.finditer(name) if 0 < found.start() < len(name)]
    if not breaks:
        return (name,)
    start, end = min(breaks, key=lambda pair: (max(pair[0], len(name) - pair[1]), -pair[0]))
    return name[:start], name[end:]


def _steps(figures: Mapping[str, Measured]) -> list[float]:
    """The greatest figure of each shade: as many members a shade as can be, equal figures in one."""
    numbers = sorted(each.number for each in figures.values() if each.number is not None)
    if len(set(numbers)) <= _SHADES:
        return sorted(set(numbers))
    count = len(numbers)
    return sorted({numbers[min(count - 1, (step + 1) * count // _SHADES - 1)] for step in range(_SHADES)})


def _spread(shade: int, count: int) -> int:
    """The shades from lightest to darkest, however few there are.

    >>> [_spread(each, 3) for each in (1, 2, 3)], _spread(1, 1)
    ([1, 3, 5], 3)
    """
    return 1 + round((shade - 1) * (_SHADES - 1) / (count - 1)) if count > 1 else (_SHADES + 1) // 2


def _legend(figures: Mapping[str, Measured], steps: Sequence[float]) -> tuple[Shade, ...]:
    known = sorted((each for each in figures.values() if each.number is not None), key=lambda each: each.number or 0)
    found: dict[int, list[Measured]] = {}
    for each in known:
        found.setdefault(bisect_left(steps, each.number or 0) + 1, []).append(each)
    return tuple(Shade(_spread(step, len(steps)), own[0], own[-1]) for step, own in found.items())
