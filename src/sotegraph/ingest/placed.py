"""Statements made from tables, each with its cell."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import NamedNode, Quad

from sotegraph.validation.places import Place


@dataclass(frozen=True, eq=False)
class PlacedQuads:
    """The quads of one file; *cells* has the place of each, *homes* that of each subject.

    *absent* has, for a subject and a predicate, the empty cells of the row where its values would stand, each with the
    language of its column; *keys* has the place of each predicate, where that is another.
    """

    name: str
    quads: Sequence[Quad]
    cells: Sequence[Place]
    homes: Mapping[Any, Place]
    absent: Mapping[tuple[Any, str], Sequence[tuple[str, Place]]] = field(default_factory=dict)
    keys: Sequence[Place] = ()

    def place(self, number: int) -> Place:
        """The cell of the object of quad *number*."""
        return self.cells[number]

    def place_of_predicate(self, number: int) -> Place:
        """The key that quad *number* stands below; in a table, the same cell."""
        return self.keys[number] if self.keys else self.cells[number]

    def place_of_subject(self, number: int) -> Place:
        """The row of the subject of quad *number*, or the first cell of a node within a row."""
        return self.homes.get(self.quads[number].subject, self.cells[number])

    def place_of_absent(
        self, subject: Any, predicate: NamedNode | None, languages: Container[str] = ()
    ) -> Place | None:
        """The empty cell of the row where a value would stand, a text in one of *languages* if there are any."""
        found = self.absent.get((subject, predicate.value), ()) if predicate is not None else ()
        return next((place for language, place in found if not languages or language in languages), None)

    def without(self, subjects: Container[Any]) -> PlacedQuads:
        """The same tables without what they say of *subjects*."""
        kept = [number for number, quad in enumerate(self.quads) if quad.subject not in subjects]
        quads, cells = [self.quads[each] for each in kept], [self.cells[each] for each in kept]
        keys = [self.keys[each] for each in kept] if self.keys else ()
        return PlacedQuads(self.name, quads, cells, self.homes, self.absent, keys)
