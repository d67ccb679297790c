"""Where boxes and lines go: in columns from left to right, lines leading to the right wherever they can.

The layered layout of Sugiyama, Tagawa and Toda (1981), small and deterministic: cycles are cut, boxes put in columns,
long lines led between the boxes by way points, and columns ordered by the mean place of what their members are tied to.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import fmean

GAP_X, GAP_Y = 60.0, 22.0
_WAY_POINT, _SWEEPS = 10.0, 16


@dataclass(eq=False)
class Box:
    """A box, or a way point when *key* is None; *x* and *y* of its corner are found by the layout."""

    key: Hashable
    width: float = 0.0
    height: float = _WAY_POINT
    column: int = 0
    x: float = 0.0
    y: float = 0.0
    _before: list[tuple[Box, float, float]] = field(default_factory=list)
    _after: list[tuple[Box, float, float]] = field(default_factory=list)

    def wish(self, *, left: bool = True, right: bool = True) -> float:
        """The place at which the lines to the *left* and *right* neighbours would be level, on the average."""
        ties = (self._before if left else []) + (self._after if right else [])
        return fmean(other.y + theirs - ours for other, ours, theirs in ties) if ties else self.y


@dataclass(frozen=True)
class Line:
    """A line from one box to another, which leaves and enters so far below their upper edges."""

    source: Hashable
    target: Hashable
    leaves: float
    enters: float


@dataclass(frozen=True)
class Layout:
    """The boxes in their places, and the way of each line through boxes and way points."""

    width: float
    height: float
    boxes: Mapping[Hashable, Box]
    ways: Sequence[tuple[Line, Sequence[Box]]]


def lay_out(boxes: Iterable[Box], lines: Iterable[Line]) -> Layout:
    """Return the places of *boxes*, which are changed, and the ways of *lines* between different ones of them."""
    by_key = {box.key: box for box in boxes}
    drawn = [line for line in lines if line.source != line.target]
    pairs = list(dict.fromkeys((line.source, line.target) for line in drawn))
    turned = _closing_a_cycle(by_key, pairs)
    _choose_columns(by_key, [(b, a) if (a, b) in turned else (a, b) for a, b in pairs])
    columns: list[list[Box]] = [[] for _ in range(max(box.column for box in by_key.values()) + 1)]
    tied = {key for pair in pairs for key in pair}
    for key in (each for each in by_key if each in tied):
        columns[by_key[key].column].append(by_key[key])
    points: dict[tuple[Hashable, int, int], Box] = {}
    ways = [(line, _way(line, by_key, columns, points)) for line in drawn]
    _order(columns)
    _settle_all(columns)
    for key in (each for each in by_key if each not in tied):
        _add_below(by_key[key], columns)
    width = _put_side_by_side(columns)
    return Layout(width, max(map(_bottom, columns)), by_key, ways)


def _closing_a_cycle(boxes: Mapping[Hashable, Box], pairs: Sequence[tuple[Hashable, Hashable]]) -> set[object]:
    """The pairs that lead back, met depth first from the boxes that more leaves than enters."""
    after = {key: [b for a, b in pairs if a == key] for key in boxes}
    entering = {key: sum(b == key for _, b in pairs) for key in boxes}
    back: set[object] = set()
    done: set[Hashable] = set()
    open_: set[Hashable] = set()

    def visit(key: Hashable) -> None:
        open_.add(key)
        for following in after[key]:
            if following in open_:
                back.add((key, following))
            elif following not in done:
                visit(following)
        open_.discard(key)
        done.add(key)

    for key in sorted(boxes, key=lambda each: (entering[each] - len(after[each]), entering[each])):
        if key not in done:
            visit(key)
    return back


def _choose_columns(boxes: Mapping[Hashable, Box], pairs: Sequence[tuple[Hashable, Hashable]]) -> None:
    """Put each box right of what leads to it; one that little leads to, next to what it leads to."""
    for _ in boxes:
        for a, b in pairs:
            boxes[b].column = max(boxes[b].column, boxes[a].column + 1)
    for _ in boxes:
        for key, box in boxes.items():
            after = [boxes[b].column for a, b in pairs if a == key]
            if after and sum(b == key for _, b in pairs) <= len(after):
                box.column = max(box.column, min(after) - 1)


def _way(
    line: Line,
    boxes: Mapping[Hashable, Box],
    columns: Sequence[list[Box]],
    points: dict[tuple[Hashable, int, int], Box],
) -> list[Box]:
    """The boxes and way points that *line* joins; lines to one box share their way *points*."""
    start, end = boxes[line.source], boxes[line.target]
    step = 1 if end.column > start.column else -1
    way = []
    for column in range(start.column + step, end.column, step):
        point = points.get((line.target, column, step))
        if point is None:
            point = points[line.target, column, step] = Box(None, column=column)
            columns[column].append(point)
        way.append(point)
    chain = [start, *way, end]
    places = [line.leaves, *(_WAY_POINT / 2 for _ in way), line.enters]
    for (one, ours), (other, theirs) in pairwise(zip(chain, places, strict=True)):
        left, right = ((one, ours), (other, theirs)) if step > 0 else ((other, theirs), (one, ours))
        left[0]._after.append((right[0], left[1], right[1]))
        right[0]._before.append((left[0], right[1], left[1]))
    return chain


def _order(columns: Sequence[list[Box]]) -> None:
    for column in columns:
        _stack(column)
    for sweep in range(_SWEEPS):
        rightwards = sweep % 2 == 0
        for column in columns if rightwards else reversed(columns):
            wishes = {box: box.wish(left=rightwards, right=not rightwards) for box in column}
            column.sort(key=wishes.__getitem__)
            _stack(column)


def _stack(column: Sequence[Box], y: float = 0.0) -> None:
    for box in column:
        box.y = y
        y += box.height + GAP_Y


def _settle_all(columns: Sequence[list[Box]]) -> None:
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 else reversed(columns):
            _settle(column, [box.wish() for box in column])
    top = min((box.y for column in columns for box in column), default=0.0)
    for column in columns:
        for box in column:
            box.y -= top


def _settle(column: Sequence[Box], wishes: Sequence[float]) -> None:
    """Give every box the place it wishes for; those that would overlap stand together around their common wish."""
    groups: list[tuple[list[Box], float, float]] = []
    for box, wish in zip(column, wishes, strict=True):
        members, total, size = [box], wish, box.height + GAP_Y
        while groups and groups[-1][1] / len(groups[-1][0]) + groups[-1][2] > total / len(members):
            above, above_total, above_size = groups.pop()
            total += above_total - above_size * len(members)
            members, size = [*above, *members], above_size + size
        groups.append((members, total, size))
    for members, total, _ in groups:
        _stack(members, total / len(members))


def _bottom(column: Sequence[Box]) -> float:
    return max((box.y + box.height for box in column), default=-GAP_Y)


def _add_below(box: Box, columns: Sequence[list[Box]]) -> None:
    """Put a box that no line ties to anything where there is most room."""
    shortest = min(columns, key=_bottom)
    box.y = _bottom(shortest) + GAP_Y
    shortest.append(box)


def _put_side_by_side(columns: Sequence[Sequence[Box]]) -> float:
    """Make the boxes of each column equally wide, and return where the last one ends."""
    x = 0.0
    for column in columns:
        width = max((box.width for box in column), default=0.0)
        for box in column:
            box.x, box.width = x, width
        x += width + GAP_X
    return x - GAP_X
