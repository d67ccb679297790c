"""What to tell the sender of a text that pyoxigraph takes for no query.

pyoxigraph's own message is the truth, but names a place up to a keyword's length too far and a chance selection of what
it tried there. rdflib's parser names the start of the part that cannot be read, and knows an update when it sees one.
"""

from __future__ import annotations

import re

from pyparsing import ParseBaseException

from sotegraph.errors import MalformedQuery, QueryRefused
from sotegraph.sparql.reading import UNREADABLE, parse_query, parse_update

_UPDATE = re.compile(r"\b(?:insert|delete|load|clear|drop|create|add|move|copy)\b", re.IGNORECASE)
_MESSAGE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_SENTENCE = re.compile(r"[A-Z][A-Za-z]* [A-Za-z ]+")
_NAME = re.compile(r"([\w.-]*):[^\s:]*$")
_EXCERPT_CHARACTERS = 40


def complaint(text: str, message: str) -> MalformedQuery | QueryRefused:
    """Return what is wrong with *text*, of which pyoxigraph said *message*."""
    if _is_update(text):
        return QueryRefused("This endpoint only reads: it accepts queries, and no SPARQL update.")
    found = _MESSAGE.fullmatch(message)
    line, column, expected = (int(found[1]), int(found[2]), found[3]) if found else (0, 0, message)
    sentence = _SENTENCE.search(expected)
    if sentence:
        return _about(sentence[0], text, line, column)
    try:
        parse_query(text.replace("\t", " "))
    except ParseBaseException as error:
        return _from_here(error)
    except UNREADABLE:
        pass
    return MalformedQuery(
        "The query is not valid SPARQL, because of something before line {line}, column {column}.",
        line=line,
        column=column,
    )


def _is_update(text: str) -> bool:
    if not _UPDATE.search(text):
        return False
    try:
        return bool(parse_update(text).request)
    except UNREADABLE:
        return False


def _about(sentence: str, text: str, line: int, column: int) -> MalformedQuery:
    before = (text.split("\n")[line - 1] if line else "")[: column - 1]
    name = _NAME.search(before)
    if sentence == "Prefix not found" and name:
        return MalformedQuery(
            "Line {line}, column {column}: the prefix {prefix} is not declared. Declare it by PREFIX at the beginning.",
            line=line,
            column=name.start() + 1,
            prefix=f"{name[1]}:",
        )
    return MalformedQuery("Before line {line}, column {column}: {problem}.", line=line, column=column, problem=sentence)


def _from_here(error: ParseBaseException) -> MalformedQuery:
    rest = error.line[error.column - 1 :].strip()
    if not rest:
        return MalformedQuery(
            "Line {line}, column {column}: the query ends too early.", line=error.lineno, column=error.column
        )
    return MalformedQuery(
        "Line {line}, column {column}: the part that begins with “{excerpt}” is not valid SPARQL here.",
        line=error.lineno,
        column=error.column,
        excerpt=rest[:_EXCERPT_CHARACTERS],
    )
