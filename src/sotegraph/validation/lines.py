"""Where a triple stands in its file: the parser is fed one line per ``read()``, so the line is known at every triple.

A triple comes out of the parser when its end has been read. That is the line of its object, or a later one (a literal
of several lines, a string whose terminator opens the next line, a node written inside another), and never earlier than
the triple before it. Within these bounds the text is searched, but only for the triples that somebody asks about.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from typing import IO, Any, cast

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from sotegraph.terms import XSD_STRING
from sotegraph.validation.needles import find_term, find_text
from sotegraph.validation.places import Locations, Place
from sotegraph.validation.tokens import Token, Tokens, begun_before, turtle_tokens, xml_tokens

__all__ = ["LocatedFile", "Locations", "Place"]

_STRING_AT_THE_END = re.compile(r"""(["'])(?:\\.|(?!\1).)*\1\s*(?:#.*)?""")
_PART_BYTES, _LONG_LINE = 2_048, 8_192
_END, _LONE = re.compile(rb"\r\n?|\n"), re.compile(rb"\r(?!\n)")
_TURTLES = (RdfFormat.TURTLE, RdfFormat.TRIG)
_LONGEST_LINE = 100_000
"""A line longer than this is searched as it is written: its tokens would be too many."""


class _Lines:
    """A file that is read one line at a time, and knows how many, and how many characters of the last one."""

    def __init__(self, content: bytes) -> None:
        self._lines = _lines_of(content)
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._line, self._at = b"", 0
        self.count = self.characters = 0

    def read(self, size: int = -1) -> bytes:
        """The next line, or as much of it as is asked for: the parser ends the process when it is given more."""
        if self._at >= len(self._line):
            line = next(self._lines, b"")
            if not line:
                return b""
            self._line, self._at = line, 0
            self.count, self.characters = self.count + 1, 0
        end = self._at + (_PART_BYTES if size < 0 else min(size, _PART_BYTES))
        part, self._at = self._line[self._at : end], end
        self.characters += len(self._decoder.decode(part))
        return part


def _lines_of(content: bytes) -> Iterator[bytes]:
    """The lines of *content* with their ends, of which there are three kinds (RDF 1.1 Turtle section 6.2)."""
    start = 0
    for match in _END.finditer(content):
        yield content[start : match.end()]
        start = match.end()
    if start < len(content):
        yield content[start:]


class LocatedFile:
    """The quads of one RDF file, and where each of them stands."""

    def __init__(
        self,
        name: str,
        content: bytes,
        form: RdfFormat,
        quads: Sequence[Quad],
        ends: Sequence[int],
        columns: Mapping[int, int],
    ) -> None:
        self.name = name
        self.form = form
        self.content = content
        self.quads = quads
        self.ends = ends
        self.columns = columns
        self._known_tokens: dict[int, Tokens] = {}

    @classmethod
    def parse(
        cls,
        name: str,
        content: bytes,
        form: RdfFormat,
        base_iri: str,
        change: Callable[[Quad], Quad] = lambda quad: quad,
    ) -> LocatedFile:
        """Return the quads of *content*, blank nodes renamed apart, each put through *change*; raises SyntaxError."""
        lines = _Lines(content)
        quads: list[Quad] = []
        ends: list[int] = []
        columns: dict[int, int] = {}
        try:
            for quad in parse(cast(IO[bytes], lines), format=form, base_iri=base_iri, rename_blank_nodes=True):
                if lines.characters > _LONG_LINE:
                    columns[len(quads)] = lines.characters
                quads.append(change(quad))
                ends.append(lines.count)
        except SyntaxError:
            if _LONE.search(content):  # The parser counts no lines that end like this.
                for _ in parse(_LONE.sub(b"\n", content), format=form, base_iri=base_iri):
                    pass
            raise
        return cls(name, content, form, quads, ends, columns)

    def without(self, subjects: Container[Any]) -> LocatedFile:
        """The same file without what it says of *subjects*."""
        kept = [number for number, quad in enumerate(self.quads) if quad.subject not in subjects]
        quads, ends = [self.quads[each] for each in kept], [self.ends[each] for each in kept]
        columns = {new: self.columns[old] for new, old in enumerate(kept) if old in self.columns}
        return LocatedFile(self.name, self.content, self.form, quads, ends, columns)

    @cached_property
    def text(self) -> list[str]:
        """The lines of the file, as the parser is given them."""
        return [each.decode("utf-8", "replace") for each in self.content.splitlines()]

    @cached_property
    def _begun_before(self) -> Mapping[int, int]:
        return begun_before(self.text)

    def _tokens(self, line: int) -> Tokens:
        """The tokens of a line, read once."""
        if line not in self._known_tokens:
            text = self.text[line - 1]
            if len(text) > _LONGEST_LINE:
                found: Iterable[Token] = ()
            elif self.form == RdfFormat.RDF_XML:
                found = xml_tokens(text)
            else:
                found = turtle_tokens(text, self._begun_before.get(line, 0))
            self._known_tokens[line] = Tokens(found)
        return self._known_tokens[line]

    def place(self, number: int) -> Place:
        """Where the object of quad *number* stands; else its predicate, else the line that completed it."""
        quad, last = self.quads[number], self.ends[number]
        found = self._search(quad.object, number, last, after=quad.predicate)
        if found is None:
            inner = self._described_inside(number)
            if inner is not None:
                number, last = inner, self.ends[inner]
                found = self._search(quad.object, number, last, after=quad.predicate)
        return found or self._search(quad.predicate, number, last) or Place(self.name, last)

    def place_of_predicate(self, number: int) -> Place:
        """Where the predicate of quad *number* stands, or else its object."""
        found = self.place(number)
        return self._search(self.quads[number].predicate, number, found.line or self.ends[number]) or found

    def place_of_subject(self, number: int) -> Place:
        """Where the subject of quad *number* stands, its first quad in this file; else the line of that quad."""
        last = self.ends[number]
        found = self._search(self.quads[number].subject, number, last)
        return found or Place(self.name, last)

    def place_of_absent(self, subject: Any, predicate: NamedNode | None, languages: Container[str] = ()) -> None:
        """In a text, what is missing has no place."""

    def _line_before(self, number: int) -> int:
        return self.ends[number - 1] if number else 1

    def _described_inside(self, number: int) -> int | None:
        """The first quad about the object of quad *number*, where that node is written inside the statement."""
        node, first = self.quads[number].object, None
        if isinstance(node, Literal):
            return None
        for earlier in range(number - 1, -1, -1):
            if self.quads[earlier].subject == node:
                first = earlier
            elif first is not None and self.quads[earlier].subject == self.quads[number].subject:
                break
        return first

    def _search(self, node: Any, number: int, last: int, after: NamedNode | None = None) -> Place | None:
        """Where *node* stands in a line up to *last* that quad *number* may be written in, the last first.

        It is looked for as a whole text, or else as it is mostly written; in a long line, near to where the quad came
        out of it.
        """
        lines = range(min(last, len(self.text)), self._line_before(number) - 1, -1)
        ways = (find_text, find_term) if isinstance(node, Literal) else (find_term,)
        near = self._in_long_line(node, number, after) if self.ends[number] in lines else 0
        if near and not (self.ends[number] == last and self._is_open(node, self.text[last - 1][near - 1 :])):
            return Place(self.name, self.ends[number], near)
        for find, line in product(ways, lines):
            text = self.text[line - 1]
            column = find(node, text, after, self._tokens(line))
            if column and not (line == last and self._is_open(node, text[column - 1 :])):
                return Place(self.name, line, column)
        return None

    def _in_long_line(self, node: Any, number: int, after: NamedNode | None) -> int:
        """The column of *node* near to where quad *number* came out of a long line; else 0."""
        end = self.columns.get(number)
        if end is None:
            return 0
        same = number and self.ends[number - 1] == self.ends[number]
        start = max(0, self.columns.get(number - 1, 0) - _PART_BYTES) if same else 0
        column = find_term(node, self.text[self.ends[number] - 1][start:end], after)
        return column and column + start

    def _is_open(self, node: Any, rest: str) -> bool:
        """Whether *rest*, the line from *node* on, may be followed by a language tag or a datatype on a later line."""
        plain = isinstance(node, Literal) and node.datatype == XSD_STRING
        return plain and self.form in _TURTLES and bool(_STRING_AT_THE_END.fullmatch(rest))
