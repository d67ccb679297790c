"""Where something stands: in a line of a file, or in a cell of a sheet; and what can be found in several files."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, total_ordering
from typing import Any, Protocol

from pyoxigraph import Literal, NamedNode, Quad

from sotegraph.terms import RDF_TYPE

_REPEATED = frozenset({"MaxCountConstraintComponent", "UniqueLangConstraintComponent"})
_LETTERS = re.compile(r"[A-Z]*")
_MANY = 64


@total_ordering
@dataclass(frozen=True)
class Place:
    """A place in a file: *line* and *column*, 1-based; in a table *row* and *cell* instead, of a *sheet* if it has any.

    *header* is what stands above the cell, as it is written there. What does not apply is None; a place in a table may
    be a whole row, without a cell, or the whole file.
    """

    file: str
    line: int | None = None
    column: int | None = 1
    sheet: str | None = None
    row: int | None = None
    cell: str | None = None
    header: str | None = None

    @classmethod
    def in_table(
        cls, file: str, sheet: str | None = None, row: int | None = None, column: int | None = None, header: str = ""
    ) -> Place:
        """The place of a cell, a row, or a table as a whole; *row* and *column* are 1-based.

        >>> Place.in_table("a.xlsx", "Sheet1", 7, 28).cell
        'AB7'
        """
        cell = f"{_column_letters(column)}{row}" if row and column else None
        return cls(file, None, None, sheet, row, cell, header or None)

    @property
    def is_in_table(self) -> bool:
        """Whether the place is told by row and cell instead of line and column."""
        return self.line is None

    def __str__(self) -> str:
        """The place as people at a terminal read it.

        >>> str(Place("a.ttl", 3, 7)), str(Place.in_table("a.xlsx", "Sheet1", 7, 3))
        ('a.ttl:3:7', 'a.xlsx:Sheet1:C7')
        """
        spots = (self.sheet, self.cell or self.row) if self.is_in_table else (self.line, self.column)
        return ":".join([self.file, *(str(each) for each in spots if each is not None)])

    def __lt__(self, other: Place) -> bool:
        return self._sort_key < other._sort_key

    @property
    def _sort_key(self) -> tuple[Any, ...]:
        letters = _LETTERS.match(self.cell or "")
        cell = letters.group() if letters else ""
        return (
            *(self.file, self.line or 0, self.column or 0, self.sheet or "", self.row or 0),
            *(len(cell), cell, self.header or ""),
        )


def _column_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class Located(Protocol):
    """The quads of one file, each of which has a place."""

    @property
    def name(self) -> str:
        """The name of the file."""

    @property
    def quads(self) -> Sequence[Quad]:
        """The quads, in the order of the file."""

    def place(self, number: int) -> Place:
        """Where the object of quad *number* stands."""

    def place_of_predicate(self, number: int) -> Place:
        """Where the predicate of quad *number* stands, or else its object."""

    def place_of_subject(self, number: int) -> Place:
        """Where the subject of quad *number* stands, its first quad in this file."""

    def place_of_absent(
        self, subject: Any, predicate: NamedNode | None, languages: Container[str] = ()
    ) -> Place | None:
        """Where a value of *predicate* would stand if *subject* had one, a text in one of *languages* if there are any.

        None where the file has no such place.
        """

    def without(self, subjects: Container[Any]) -> Located:
        """The same file without what it says of *subjects*."""


class Locations:
    """Finds triples and nodes in a number of files."""

    def __init__(self, files: Iterable[Located]) -> None:
        self.files = tuple(files)
        self._by_value: dict[Any, dict[Any, list[tuple[Located, int]]]] = {}

    @cached_property
    def _by_subject(self) -> dict[Any, list[tuple[Located, int]]]:
        found: defaultdict[Any, list[tuple[Located, int]]] = defaultdict(list)
        for file in self.files:
            for number, quad in enumerate(file.quads):
                found[quad.subject].append((file, number))
        return dict(found)

    @cached_property
    def _naming(self) -> dict[Any, tuple[Located, int]]:
        found: dict[Any, tuple[Located, int]] = {}
        for file in self.files:
            for number, quad in enumerate(file.quads):
                if isinstance(quad.object, NamedNode):
                    found.setdefault(quad.object, (file, number))
        return found

    def of_triple(self, subject: Any, predicate: Any, value: Any) -> Place | None:
        """Where this triple stands first; *predicate* None means any."""
        for file, number in self._that_may_have(subject, value):
            quad = file.quads[number]
            if quad.object == value and predicate in (None, quad.predicate):
                return file.place(number)
        return None

    def _that_may_have(self, subject: Any, value: Any) -> Sequence[tuple[Located, int]]:
        """The quads of *subject*; where they are many, those with *value*: nobody looks through all for each."""
        quads = self._by_subject.get(subject, ())
        if len(quads) < _MANY:
            return quads
        if subject not in self._by_value:
            found: defaultdict[Any, list[tuple[Located, int]]] = defaultdict(list)
            for file, number in quads:
                found[file.quads[number].object].append((file, number))
            self._by_value[subject] = dict(found)
        return self._by_value[subject].get(value, ())

    def of_subject(self, node: Any, predicate: NamedNode | None = None) -> Place | None:
        """Where the description of *node* starts: in the file that states *predicate* of it, else where it is typed."""
        quads = self._by_subject.get(node, ())
        if not quads:
            return None
        for wanted in (predicate, RDF_TYPE):
            files = [file for file, number in quads if file.quads[number].predicate == wanted]
            if files:
                break
        else:
            files = [quads[0][0]]
        return next(file.place_of_subject(number) for file, number in quads if file is files[0])

    def of_link(self, node: Any) -> Place | None:
        """Where something first names *node* as a value."""
        found = self._naming.get(node)
        return found[0].place(found[1]) if found else None

    def of_result(
        self, focus: Any, path: str | None, value: Any, component: str = "", languages: Container[str] = ()
    ) -> Place | None:
        """Where a validation result is mended: at the value, else at the description that lacks or repeats one.

        What lacks is a text in one of *languages*, if there are any.
        """
        predicate, inverse = _predicate(path)
        if value is not None and not _same(value, focus):
            found = (
                self.of_triple(value, predicate, focus)
                if inverse
                else self.of_triple(focus, predicate, value) or self.of_triple(focus, None, value)
            )
            if found:
                return found
        if component in _REPEATED and predicate and not inverse:
            repeated = [
                each for each in self._by_subject.get(focus, ()) if each[0].quads[each[1]].predicate == predicate
            ]
            if repeated:
                file, number = repeated[-1]
                return file.place(number)
        forward = None if inverse else predicate
        return self.of_absent(focus, forward, languages) or self.of_subject(focus, forward)

    def of_absent(self, node: Any, predicate: NamedNode | None, languages: Container[str] = ()) -> Place | None:
        """Where a value of *predicate* would stand, in a file that describes *node*."""
        for file in dict.fromkeys(file for file, _ in self._by_subject.get(node, ())):
            found = file.place_of_absent(node, predicate, languages)
            if found:
                return found
        return None


def _same(value: Any, focus: Any) -> bool:
    """Whether a result names its focus node as value, as those of node shapes do."""
    return not isinstance(value, Literal) and value == focus


def _predicate(path: str | None) -> tuple[NamedNode | None, bool]:
    """The predicate of SPARQL path text that has only one, and whether it is followed backwards."""
    if path is None or path.count("<") != 1 or not path.endswith(">"):
        return None, False
    return NamedNode(path[path.index("<") + 1 : -1]), path.startswith("^")
