"""JSON with the place of every value: a flat list in the order of the text, without recursion."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sotegraph.errors import PublisherError
from sotegraph.ingest.refused import Refused

_TOKEN = re.compile(r'\s*("(?:[^"\\\x00-\x1f]|\\.)*"|[{}\[\],:]|[^\s"{}\[\],:]+)')
_CONSTANT = re.compile(r"true|false|null|-?\d+(\.\d+)?([eE][+-]?\d+)?")
OBJECT, ARRAY, STRING, OTHER = "{", "[", '"', ""


@dataclass
class Value:
    """A value: where it starts and ends, its kind and text, below which *key*, in which object.

    *key_start* is where the key stands; members of an array have the key of the array. *holder* is the number of the
    object that the key belongs to, -1 for none.
    """

    start: int
    end: int
    kind: str
    text: str
    key: str | None
    key_start: int
    holder: int


class JsonText:
    """A JSON text and its values; raises, with its place, SyntaxError for what is no JSON, Refused for deep nesting."""

    def __init__(self, text: str, max_nesting: int) -> None:
        self.text = text
        self.values: list[Value] = []
        self._read(max_nesting)

    @cached_property
    def _starts(self) -> Sequence[int]:
        return [0, *(each.end() for each in re.finditer("\n", self.text))]

    def position(self, offset: int) -> tuple[int, int]:
        """The line and the column, 1-based, of a place in the text."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def members(self) -> dict[int, dict[str, list[int]]]:
        """For each object, the numbers of the values below each of its keys."""
        found: dict[int, dict[str, list[int]]] = {}
        for number, value in enumerate(self.values):
            if value.kind == OBJECT:
                found.setdefault(number, {})
            if value.holder >= 0 and value.key is not None:
                found.setdefault(value.holder, {}).setdefault(value.key, []).append(number)
        return found

    def _tokens(self) -> Iterator[tuple[str, int]]:
        offset, length = 0, len(self.text.rstrip())
        while offset < length:
            match = _TOKEN.match(self.text, offset)
            if match is None:
                raise self._error("a value is expected here", offset)
            yield match[1], match.start(1)
            offset = match.end()

    def _read(self, max_nesting: int) -> None:
        open_values: list[int] = []
        key: str | None = None
        key_start = 0
        wants_key = False
        for token, start in self._tokens():
            inside = self.values[open_values[-1]] if open_values else None
            if token in "}]":
                if inside is None or (token == "}") != (inside.kind == OBJECT):
                    raise self._error("nothing is open that this could close", start)
                inside.end = start + 1
                open_values.pop()
                wants_key = False
            elif token == ",":
                wants_key = inside is not None and inside.kind == OBJECT
            elif token == ":":
                wants_key = False
            elif wants_key and token[0] == STRING:
                key, key_start, wants_key = self._string(token, start), start, False
            else:
                self._add(token, start, open_values, key, key_start)
                if token in "{[":
                    open_values.append(len(self.values) - 1)
                    wants_key = token == "{"
                    if len(open_values) > max_nesting:
                        problem = PublisherError("values are nested more than {limit} levels deep", limit=max_nesting)
                        raise Refused(problem, *self.position(start))
        if open_values:
            raise self._error("the text ends before everything is closed", len(self.text))

    def _add(self, token: str, start: int, open_values: Sequence[int], key: str | None, key_start: int) -> None:
        holder, inside = -1, self.values[open_values[-1]] if open_values else None
        if inside is not None and inside.kind == OBJECT:
            holder = open_values[-1]
        elif inside is not None:
            key, key_start, holder = inside.key, inside.key_start, inside.holder
        else:
            key = None
        kind = token[0] if token[0] in '{["' else OTHER
        if kind == OTHER and not _CONSTANT.fullmatch(token):
            raise self._error(f"{token[:20]} is no JSON value", start)
        text = self._string(token, start) if kind == STRING else token
        self.values.append(Value(start, start + len(token), kind, text, key, key_start, holder))

    def _string(self, token: str, start: int) -> str:
        try:
            return str(json.loads(token))
        except ValueError:
            raise self._error("a string has an escape that is none", start) from None

    def _error(self, problem: str, offset: int) -> SyntaxError:
        line, column = self.position(offset)
        return SyntaxError(problem, (None, line, column, None))
