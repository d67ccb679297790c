"""The picture of a class diagram: boxes with a line of text a property, from which a line leads to another box."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sotegraph.entities import ClassBox, Diagram, LinkRow
from sotegraph.web.pages.layered import Box, Layout, Line, lay_out

# The text is not measured here: these widths are those of wide system fonts, at the sizes that the stylesheet sets.
_LETTER, _TITLE_LETTER = 7.0, 8.2
_LONGEST = 32
_PADDING, _ROW, _HEAD = 12.0, 22.0, 34.0
_EDGE = 16.0


@dataclass(frozen=True)
class Words:
    """A text in a box; *full* is the whole of it when it did not fit."""

    x: float
    y: float
    text: str
    language: str
    full: str | None
    kind: str


@dataclass(frozen=True)
class Rectangle:
    """A box with its texts, the title first."""

    x: float
    y: float
    width: float
    height: float
    words: tuple[Words, ...]
    in_focus: bool


@dataclass(frozen=True)
class Curve:
    """A line and its arrow head as SVG path data."""

    path: str
    head: str
    is_kind: bool


@dataclass(frozen=True)
class Drawing:
    """A whole picture; its numbers are pixels."""

    width: int
    height: int
    boxes: tuple[Rectangle, ...]
    curves: tuple[Curve, ...]


def picture(diagram: Diagram) -> Drawing:
    """Return the picture of *diagram*."""
    rows = dict(_lines(diagram))
    layout = lay_out((_box(each) for each in diagram.boxes), rows)
    return Drawing(
        width=round(layout.width + 2 * _EDGE),
        height=round(layout.height + 2 * _EDGE),
        boxes=tuple(_rectangle(each, layout, diagram) for each in diagram.boxes),
        curves=tuple(_curve(way, line, rows[line].is_kind) for line, way in layout.ways),
    )


def _box(box: ClassBox) -> Box:
    longest = max((len(_said(row, box)) for row in box.rows), default=0)
    width = max(len(box.title.value) * _TITLE_LETTER, min(longest, _LONGEST) * _LETTER) + 2 * _PADDING
    return Box(box.iri, width, _HEAD + len(box.rows) * _ROW + (6 if box.rows else 0))


def _lines(diagram: Diagram) -> Iterator[tuple[Line, LinkRow]]:
    for box in diagram.boxes:
        for number, row in enumerate(box.rows):
            for target in row.targets:
                yield Line(box.iri, target, _middle(number), _HEAD / 2), row


def _middle(row: int) -> float:
    return _HEAD + (row + 0.5) * _ROW


def _said(row: LinkRow, box: ClassBox) -> str:
    """The words of a row; what no line shows is said: a class that stands apart, or the class itself."""
    apart = f" → {', '.join(each.value for each in row.apart)}" if row.apart else ""
    return row.name.value + apart + (" ↺" if box.iri in row.targets else "")


def _rectangle(box: ClassBox, layout: Layout, diagram: Diagram) -> Rectangle:
    place = layout.boxes[box.iri]
    x, y = place.x + _EDGE, place.y + _EDGE
    words = [Words(x + _PADDING, y + _HEAD / 2, box.title.value, box.title.language, None, "name")]
    for number, row in enumerate(box.rows):
        text, kind = _said(row, box), "row linked" if row.targets else "row"
        full = text if len(text) > _LONGEST else None
        shown = text[: _LONGEST - 1].rstrip() + "…" if full else text
        words.append(Words(x + _PADDING, y + _middle(number), shown, row.name.language, full, kind))
    return Rectangle(x, y, place.width, place.height, tuple(words), box.iri in diagram.focus)


def _curve(way: Sequence[Box], line: Line, is_kind: bool) -> Curve:
    """A line that swings between columns and is level where it passes one."""
    rightwards = way[-1].column > way[0].column

    def side(box: Box, *, right: bool) -> float:
        return box.x + _EDGE + (box.width if right else 0)

    x, y = side(way[0], right=rightwards), way[0].y + line.leaves + _EDGE
    parts = [f"M{x:.0f} {y:.0f}"]
    for box in way[1:]:
        to_x = side(box, right=not rightwards)
        to_y = box.y + _EDGE + (line.enters if box is way[-1] else box.height / 2)
        middle = (x + to_x) / 2
        parts.append(f"C{middle:.0f} {y:.0f} {middle:.0f} {to_y:.0f} {to_x:.0f} {to_y:.0f}")
        x, y = to_x, to_y
        if box is not way[-1]:
            x = side(box, right=rightwards)
            parts.append(f"H{x:.0f}")
    tail = x - 8 if rightwards else x + 8
    head = f"M{tail:.0f} {y - 4.5:.1f}L{x:.0f} {y:.0f}L{tail:.0f} {y + 4.5:.1f}"
    return Curve("".join(parts), head + ("Z" if is_kind else ""), is_kind)
