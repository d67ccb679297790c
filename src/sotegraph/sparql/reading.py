"""What a query says of its dataset and of other endpoints, read before it is evaluated.

pyoxigraph calls ``SERVICE`` with no switch to stop it, and counts a triple of two ``FROM`` graphs twice. So a text with
the word ``service`` or ``from`` in it is read by rdflib's parser first. Where the two parsers cut a text into tokens
differently, the one would see a comment where the other calls an endpoint; :func:`alike` takes those places out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from pyparsing import ParseBaseException
from rdflib.plugins.sparql.parser import parseQuery, parseUpdate
from rdflib.plugins.sparql.parserutils import CompValue

from sotegraph.errors import QueryRefused
from sotegraph.sparql.nesting import OPAQUE

_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_ESCAPE = re.compile(_CODEPOINT.pattern + r"""|\\([tbnrf\\"'])""")
_ENDS_A_TOKEN = frozenset("\"'\\<>{}|^`#")
_WORD = re.compile(
    rf"{OPAQUE.pattern}|[?$]\w++|@[A-Za-z-]++|(?P<word>[^\W\d_][\w.-]*+)(?::(?:[\w.:%-]|\\.)*+)?|:(?:[\w.:%-]|\\.)*+",
    re.DOTALL,
)
_DECLARATION = re.compile(
    r"\s*+(?:BASE\s*+<[^<>]*+>|PREFIX\s*+[^\s:<>]*+:\s*+<[^<>]*+>"
    r"|VERSION\s*+(?:\"(?P<version>[^\"\\\n\r]*+)\"|'(?P<same>[^'\\\n\r]*+)'))",
    re.IGNORECASE,
)
_MAX_CODEPOINT = 0x10FFFF
_MAX_CHARACTERS = 50_000
UNREADABLE = (ParseBaseException, RecursionError, ValueError)
"""What rdflib's parser raises for a text that it cannot read."""


@dataclass(frozen=True)
class DatasetClauses:
    """The graphs of ``FROM`` and ``FROM NAMED``, each once."""

    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


def read_dataset(text: str, base_iri: str | None) -> DatasetClauses | None:
    """Return the dataset clauses of a query, having made sure that it calls no other endpoint.

    None stands for a dataset that pyoxigraph reads by itself: the query has none, or names one default graph in a
    syntax that only pyoxigraph knows. Raises QueryRefused for a query with ``SERVICE``, and for one that would have to
    be read here and cannot be.
    """
    federated, dataset = "service" in decode(text).casefold(), _may_name_graphs(text)
    if not (federated or dataset):
        return None
    try:
        prologue, query = parse_query(text)
    except UNREADABLE as error:
        if federated:
            raise _unreadable(error) from None
        if _count_from(text) > 1:
            raise _several_from(error) from None
        return None
    if federated and any(node.name == "ServiceGraphPattern" for node in _nodes(query)):
        raise QueryRefused(
            "This endpoint calls no other endpoint. Take SERVICE out of the query, and join the results yourself."
        )
    return _clauses(prologue, query, base_iri)


def announced_versions(text: str) -> Iterator[str]:
    r"""Yield the versions of the language that the query *text* declares (SPARQL 1.2 grammar, VersionDecl).

    >>> list(announced_versions('PREFIX x: <urn:x> # VERSION "1.0"\nversion "1.2" ASK {}'))
    ['1.2']
    """
    if "version" not in text.casefold():
        return
    plain = OPAQUE.sub(lambda match: " " if match[0].startswith("#") else match[0], text)
    place = 0
    while declaration := _DECLARATION.match(plain, place):
        place = declaration.end()
        version = declaration["version"] if declaration["same"] is None else declaration["same"]
        if version is not None:
            yield version


def _may_name_graphs(text: str) -> bool:
    """Whether there may be a FROM: the word stands somewhere else than in a variable, a string, an IRI or a comment."""
    decoded = decode(text)
    if "from" not in decoded.casefold():
        return False
    # An escape may hide a word or make one, so there any "from" counts.
    return decoded != text or any("from" in each for each in _words(text))


def _count_from(text: str) -> int:
    """How many times FROM names a default graph, at most."""
    words = _words(text)
    return sum("from" in word and after != "named" for word, after in zip(words, [*words[1:], ""], strict=True))


def _words(text: str) -> list[str]:
    """What may be a keyword, or begin with one, in lower case."""
    return [match["word"].casefold() for match in _WORD.finditer(text) if match["word"]]


def parse_query(text: str) -> Any:
    """Return what rdflib's parser reads in *text*; raises one of UNREADABLE when it cannot, or should not try."""
    return parseQuery(alike(_short(text)))


def parse_update(text: str) -> Any:
    """Return what rdflib's parser reads in *text* as an update; raises like :func:`parse_query`."""
    return parseUpdate(alike(_short(text)))


def _short(text: str) -> str:
    """*text* itself; what is longer would take rdflib's parser too long."""
    if len(text) > _MAX_CHARACTERS:
        raise ValueError(f"it is longer than {_MAX_CHARACTERS} characters")
    return text


def decode(text: str) -> str:
    r"""Return *text* with its codepoint escapes decoded (SPARQL 1.1 section 19.2).

    >>> decode(r"SERV\u0049CE \U0001F600")
    'SERVICE 😀'
    """
    return _CODEPOINT.sub(lambda match: _character(match[1] or match[2]), text)


def alike(text: str) -> str:
    r"""Return *text* so that rdflib cuts it into the same tokens as pyoxigraph.

    rdflib decodes every escape before it looks for tokens, pyoxigraph only inside them: a decoded quotation mark would
    end a string for the one and not for the other. For rdflib a comment ends at a line feed only, and not at a
    carriage return.

    >>> alike('"\\u0022 # " # comment\r SERVICE')
    '"_ # " # comment\n SERVICE'
    """

    def neutral(match: re.Match[str]) -> str:
        if match[3]:
            return "__"
        character = _character(match[1] or match[2])
        return character if character.isprintable() and character not in _ENDS_A_TOKEN | {" "} else "_"

    return _ESCAPE.sub(neutral, text).replace("\r", "\n")


def _character(digits: str) -> str:
    codepoint = int(digits, 16)
    return chr(codepoint) if codepoint <= _MAX_CODEPOINT else "\N{REPLACEMENT CHARACTER}"


def _nodes(value: Any) -> Iterator[CompValue]:
    """Every node of rdflib's parse tree."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, CompValue):
            yield each
            pending.extend(each.values())
        elif isinstance(each, list | tuple) or type(each).__name__ in ("ParseResults", "plist"):
            pending.extend(each)


def _clauses(prologue: Any, query: CompValue, base_iri: str | None) -> DatasetClauses | None:
    if not query.datasetClause:
        return None
    base, prefixes = base_iri or "", {}
    for declaration in prologue:
        iri = urljoin(base, str(declaration.iri))
        if declaration.name == "Base":
            base = iri
        else:
            prefixes[declaration.prefix or ""] = iri

    def resolved(name: Any) -> str:
        if isinstance(name, CompValue):
            return str(prefixes.get(name.prefix or "", "")) + str(name.localname or "")
        return urljoin(base, str(name))

    clauses = query.datasetClause
    return DatasetClauses(
        tuple(dict.fromkeys(resolved(each.default) for each in clauses if each.default)),
        tuple(dict.fromkeys(resolved(each.named) for each in clauses if each.named)),
    )


def _unreadable(error: Exception) -> QueryRefused:
    return QueryRefused(
        "This endpoint calls no other endpoint. The query has the word SERVICE in it, and whether it is a call cannot "
        "be told, because the query cannot be read as SPARQL 1.1: {problem}.",
        problem=_place(error),
    )


def _several_from(error: Exception) -> QueryRefused:
    return QueryRefused(
        "The query seems to have several FROM clauses, and cannot be read as SPARQL 1.1: {problem}. Correct it there, "
        "or name the graphs by the parameter default-graph-uri.",
        problem=_place(error),
    )


def _place(error: Exception) -> str:
    if isinstance(error, ParseBaseException):
        return f"line {error.lineno}, column {error.column}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
