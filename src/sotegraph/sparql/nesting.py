"""How deeply a query is nested: the parsers call themselves for every level, and a stack has an end."""

from __future__ import annotations

import re

from sotegraph.errors import MalformedQuery

_MAX_DEPTH = 500
OPAQUE = re.compile(
    r'"""(?:[^"\\]|\\.|""?(?!"))*"""'
    r"|'''(?:[^'\\]|\\.|''?(?!'))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*'"
    r"|<[^<>\"{}|^`\\\s]*>"
    r"|#[^\n\r]*",
    re.DOTALL,
)
"""Strings, IRIs and comments: a bracket inside one of them opens nothing."""
_BRACKET = re.compile(r"[{(\[\])}]")


def check_nesting(text: str) -> None:
    """Raise MalformedQuery when brackets stand deeper inside each other in *text* than a parser can follow.

    >>> check_nesting("SELECT * { ?s ?p '((((' }")
    >>> check_nesting("SELECT * " + "{" * 501 + "}" * 501)
    Traceback (most recent call last):
    ...
    sotegraph.errors.MalformedQuery: Brackets stand in each other more than 500 deep. Write the query with less nesting.
    """
    depth = 0
    for bracket in _BRACKET.findall(OPAQUE.sub(" ", text)):
        depth = depth + 1 if bracket in "{([" else max(0, depth - 1)
        if depth > _MAX_DEPTH:
            raise MalformedQuery(
                "Brackets stand in each other more than {limit} deep. Write the query with less nesting.",
                limit=_MAX_DEPTH,
            )
