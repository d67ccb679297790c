"""How deeply a query is nested: the parsers call themselves for every level, and a stack has an end.

Brackets are one way of nesting. Operators and groups that follow one another are another: ``1+1+1`` is a sum of a sum,
``{} UNION {} UNION {}`` a union of a union, and each OPTIONAL has all that stands before it on its left side.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sotegraph.errors import MalformedQuery

_MAX_DEPTH, _MAX_LINKS = 500, 2_000
_MAX_DEPTH_AT_ALL, _MAX_LINKS_AT_ALL = 750, 3_000
"""The same where a parser may read a text otherwise than we do here."""
_LINKS_OF_A_GROUP = 2
"""A group on top of others takes more of a stack than an operator does."""
_STRING = (
    r'"""(?:[^"\\]|\\.|""?(?!"))*"""'
    r"|'''(?:[^'\\]|\\.|''?(?!'))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*'"
)
OPAQUE = re.compile(_STRING + r"|<[^<>\"{}|^`\s]*>|#[^\n\r]*", re.DOTALL)
"""Strings, IRIs and comments: a bracket inside one of them opens nothing."""
_SIGN = (
    r"[?$]\w++|@[A-Za-z-]++"
    r"|(?P<word>[^\W\d_][\w.-]*+)(?P<local>:(?:[\w.:%-]|\\.)*+)?|:(?:[\w.:%-]|\\.)*+"
    r"|(?P<open>[{(\[]|<<)|(?P<close>[\])}]|>>)|(?P<next>[.,;])|(?P<link>!(?!=)|[-+*/|&]++)"
)
_READINGS = (
    (re.compile(rf"{OPAQUE.pattern}|{_SIGN}", re.DOTALL), _MAX_DEPTH, _MAX_LINKS),
    # What is opaque however "<" is read: in ``1<(2)&&3>2`` a parser may see no IRI. A blank stands in none.
    (re.compile(rf"{_STRING}|(?:^|(?<=[ \t\r\n]))#[^\n\r]*|{_SIGN}", re.DOTALL), _MAX_DEPTH_AT_ALL, _MAX_LINKS_AT_ALL),
)


def check_nesting(text: str) -> None:
    """Raise MalformedQuery, with the place, when *text* is nested more deeply than a parser can follow.

    >>> check_nesting("SELECT * { ?s ?p '((((' }")
    >>> check_nesting("SELECT * " + "{" * 501 + "}" * 501)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    sotegraph.errors.requests.MalformedQuery: Line 1, column 510: brackets nest more than 500 deep...
    """
    if len(text) <= _MAX_DEPTH:  # Each level takes a character.
        return
    for signs, most_deep, most_links in _READINGS:
        _check(text, signs, most_deep, most_links)


@dataclass
class _Level:
    """What stands between two brackets: its kind, the groups in it, and the operators of the expression it ends in.

    Groups pile up until the closing bracket; operators of one expression until the next one begins. *data* are the
    rows of VALUES, in which nothing stands on top of anything.
    """

    bracket: str
    data: bool
    groups: int = 0
    operators: int = 0

    @property
    def links(self) -> int:
        return self.groups * _LINKS_OF_A_GROUP + self.operators

    def read(self, sign: re.Match[str]) -> None:
        """Note what *sign* adds."""
        if self.data:
            return
        if sign["open"]:
            self.groups += self.bracket == "{" and sign["open"] in "{("
        elif sign["next"]:
            # Between round brackets only a comma parts expressions: there is the point of 1.5 too.
            self.operators = 0 if self.bracket != "(" or sign["next"] == "," else self.operators
        elif sign["link"]:
            self.operators += 1
        elif sign["word"] and not sign["local"]:
            self.operators += sign["word"].count("-")


def _check(text: str, signs: re.Pattern[str], most_deep: int, most_links: int) -> None:
    levels, links, before_data = [_Level("{", data=False)], 0, False
    for sign in signs.finditer(text):
        if sign["close"]:
            if len(levels) > 1:
                links -= levels.pop().links
            continue
        level = levels[-1]
        before = level.links
        level.read(sign)
        links += level.links - before
        if links > most_links:
            raise MalformedQuery(
                "Line {line}, column {column}: too many operators or groups follow one another. Write the query "
                "shorter, by VALUES or IN in place of many alternatives.",
                **_place(text, sign.start()),
            )
        if sign["open"]:
            data = level.data or (before_data and sign["open"] == "{")
            before_data &= not data
            levels.append(_Level(sign["open"], data))
            if len(levels) > most_deep + 1:
                raise MalformedQuery(
                    "Line {line}, column {column}: brackets nest more than {limit} deep. Write it with less nesting.",
                    **_place(text, sign.start()),
                    limit=most_deep,
                )
        elif sign["word"]:
            before_data = sign["word"].upper() == "VALUES" and not sign["local"]


def _place(text: str, place: int) -> dict[str, int]:
    return {"line": text.count("\n", 0, place) + 1, "column": place - text.rfind("\n", 0, place)}
