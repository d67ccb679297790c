"""How a term looks in the text of Turtle, N-Triples, RDF/XML or JSON-LD, so that a reader's eye can be led to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from pyoxigraph import Literal, NamedNode

from sotegraph.terms import RDF_TYPE
from sotegraph.validation.tokens import Tokens

_SEPARATORS = re.compile(r"[/#:]")
_ABBREVIATED = re.compile(r"[^\s\"'(\[,;^]*$")
_NAME_BEFORE = re.compile(r"[\w.-]\Z")
_NAME_AFTER = re.compile(r"[\w-]|\.\w")
_TYPE_KEYWORD = re.compile(r"(?<!\S)a(?=\s)")
_NONE = Tokens()


def find_term(node: Any, line: str, after: NamedNode | None = None, tokens: Tokens = _NONE) -> int:
    """Return the 1-based column at which *node* stands in *line*, behind the predicate *after* if both do; else 0.

    An IRI among the *tokens* of the line is found however it is escaped.

    >>> find_term(Literal("Kirja", language="fi"), '    rdfs:label "Book"@en , "Kirja"@fi ;')
    28
    >>> find_term(NamedNode("http://example.org/p"), "<a> ex:p <b> .")
    5
    """
    behind = find_term(after, line, tokens=tokens) if after is not None else 0
    if isinstance(node, NamedNode):
        columns = tokens.columns(node)
        found = next((each for each in columns if each > behind), 0) or _find_iri(node, line, behind)
        return found or next(iter(columns), 0) or _find_iri(node, line, 0)
    if isinstance(node, Literal):
        return _find_literal(node, line, behind) or _find_literal(node, line, 0)
    return 0


def find_text(node: Literal, line: str, after: NamedNode | None, tokens: Tokens) -> int:
    """Return the same of a text, which is one of the *tokens* of the line, however it is escaped."""
    columns = tokens.columns(node)
    if len(columns) < 2 or after is None:
        return next(iter(columns), 0)
    behind = find_term(after, line, tokens=tokens)
    return next((each for each in columns if each > behind), columns[0])


def _find_iri(node: NamedNode, line: str, start: int) -> int:
    if node == RDF_TYPE:
        keyword = _TYPE_KEYWORD.search(line, start)
        if keyword:
            return keyword.start() + 1
    iri = node.value.rstrip("/#")
    local = _SEPARATORS.split(iri)[-1] or iri
    position = line.find(local, start)
    while position >= 0 and (_NAME_BEFORE.search(line, 0, position) or _NAME_AFTER.match(line, position + len(local))):
        position = line.find(local, position + 1)
    return _start_of_name(line, position) + 1 if position >= 0 else 0


def _start_of_name(line: str, position: int) -> int:
    """Where the IRI or compact name begins whose last part is at *position*."""
    before = line[:position]
    bracket = before.rfind("<")
    if bracket >= 0 and not re.search(r"[>\s]", before[bracket:]):
        return bracket
    match = _ABBREVIATED.search(before)
    return match.start() if match else position


def _find_literal(node: Literal, line: str, start: int) -> int:
    for needle in _written(node):
        position = line.find(needle, start)
        if position >= 0:
            return position + (needle[0] == ">") + 1
    match = re.compile(rf"(?<![\w.-]){re.escape(node.value)}(?![\w-])").search(line, start) if node.value else None
    return match.start() + 1 if match else 0


def _written(node: Literal) -> Iterator[str]:
    """The ways to write *node*, the most telling first; of a text of several lines, the first."""
    whole, first = json.dumps(node.value, ensure_ascii=False)[1:-1], node.value.partition("\n")[0]
    if node.language:
        yield f'"{whole}"@{node.language}'
    for quote in ('"', "'"):
        yield f"{quote}{whole}{quote}"
    if first != node.value:
        yield f'"""{first}'
        yield f"'''{first}"
    if first.strip():
        yield f">{escape(first)}"
