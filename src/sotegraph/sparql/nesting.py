"""How deeply a query is nested: the parsers call themselves for every level, and a stack has an end."""

from __future__ import annotations

import re

from sotegraph.errors import MalformedQuery

_MAX_DEPTH = 500
_MAX_DEPTH_AT_ALL = 1_000
"""The same where a parser may read a text otherwise than we do here."""
_STRING = (
    r'"""(?:[^"\\]|\\.|""?(?!"))*"""'
    r"|'''(?:[^'\\]|\\.|''?(?!'))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*'"
)
OPAQUE = re.compile(_STRING + r"|<[^<>\"{}|^`\s]*>|#[^\n\r]*", re.DOTALL)
"""Strings, IRIs and comments: a bracket inside one of them opens nothing."""
_OPAQUE_AT_LEAST = re.compile(_STRING, re.DOTALL)
"""What is opaque however ``<`` and ``#`` are read: in ``1<(2)&&3>2`` a parser may see no IRI."""
_BRACKET = re.compile(r"[{(\[\])}]")


def check_nesting(text: str) -> None:
    """Raise MalformedQuery when brackets stand deeper inside each other in *text* than a parser can follow.

    >>> check_nesting("SELECT * { ?s ?p '((((' }")
    >>> check_nesting("SELECT * " + "{" * 501 + "}" * 501)
    Traceback (most recent call last):
    ...
    sotegraph.errors.MalformedQuery: Brackets stand in each other more than 500 deep. Write the query with less nesting.
    """
    for opaque, limit in ((OPAQUE, _MAX_DEPTH), (_OPAQUE_AT_LEAST, _MAX_DEPTH_AT_ALL)):
        if _depth(opaque.sub(" ", text)) > limit:
            raise MalformedQuery(
                "Brackets stand in each other more than {limit} deep. Write the query with less nesting.", limit=limit
            )


def _depth(text: str) -> int:
    """How deep the deepest bracket of *text* stands."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(text):
        depth = depth + 1 if bracket in "{([" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest
