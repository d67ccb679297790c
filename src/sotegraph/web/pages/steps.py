"""The picture of a sequence: boxes one below the other, arrows where one follows another, and those who act in each."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sotegraph.entities import Step, Value
from sotegraph.web.pages.rendering import Writer

WIDTH = 340
_EDGE, _PADDING, _ARROW = 2, 14, 30
_TITLE_LINE, _LINE = 20, 19
# The text is not measured here: so many letters of a wide system font fit at the sizes that the stylesheet sets.
_TITLE_LETTERS, _LETTERS = 34, 42
_MOST_ACTORS = 12


@dataclass(frozen=True)
class Written:
    """One thing in a box: its lines, each with the height at which it stands, and where it leads."""

    value: Value
    lines: tuple[tuple[int, str], ...]
    kind: str


@dataclass(frozen=True)
class StepBox:
    """The box of one step; *more* actors are left to the table."""

    y: int
    height: int
    words: tuple[Written, ...]
    more: int
    more_at: int
    follows: bool


@dataclass(frozen=True)
class StepPicture:
    """A whole picture; *arrows* are the heights between which a line leads from one box to the next."""

    height: int
    boxes: tuple[StepBox, ...]
    width: int = WIDTH

    @property
    def arrows(self) -> list[tuple[int, int]]:
        pairs = pairwise(self.boxes)
        return [(each.y + each.height + 3, after.y - 3) for each, after in pairs if after.follows]


def draw_steps(steps: Sequence[Step], writer: Writer) -> StepPicture:
    """Return the picture of *steps*, as *writer* marks what is translated."""
    boxes = tuple(_boxes(steps, writer))
    return StepPicture(boxes[-1].y + boxes[-1].height + _EDGE if boxes else 0, boxes)


def _boxes(steps: Sequence[Step], writer: Writer) -> Iterator[StepBox]:
    y = _EDGE
    for step in steps:
        number = f"{step.number.text.value}. " if step.number and len(step.number.text.value) <= 4 else ""
        line = y + _PADDING + 8
        name, official = step.name.text.value, step.name.text.official
        if official is not None:
            name += f" ({writer.translation_mark.striptags()})"
        words = [_written(step.name, number + name, line, _TITLE_LINE, _TITLE_LETTERS, "name")]
        line += _TITLE_LINE * len(words[0].lines) + 2
        if official is not None:
            words.append(_written(Value(official), official.value, line, _LINE, _LETTERS, "official"))
            line += _LINE * len(words[-1].lines)
        for actor in step.actors[:_MOST_ACTORS]:
            words.append(_written(actor, writer.plain(actor.text), line, _LINE, _LETTERS, "actor"))
            line += _LINE * len(words[-1].lines)
        more = len(step.actors[_MOST_ACTORS:])
        height = line + (_LINE if more else 0) - y - 8
        yield StepBox(y, height, tuple(words), more, line, step.follows)
        y += height + _ARROW


def _written(value: Value, text: str, y: int, height: int, letters: int, kind: str) -> Written:
    lines = textwrap.wrap(text, letters) or [text]
    return Written(value, tuple((y + place * height, each) for place, each in enumerate(lines)), kind)
