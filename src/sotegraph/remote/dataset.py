"""The dataset of a query, stated to the engine by the parameters of the protocol and nothing else.

What an engine takes for the dataset when nobody states it differs: its own default graph, or the union of everything
in it, the graphs of others and our marker among them. Some keep to ``FROM`` where a parameter should replace it (SPARQL
1.1 Protocol section 2.1.4). So the parameters are always there, and ``FROM`` is taken out of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from sotegraph.remote.examination import Examined
from sotegraph.sparql.request import QueryRequest

NOTHING = "urn:x-sotegraph:nothing"
"""A graph that is nowhere: named where there is none to be named, for no name at all may mean all of them."""
Parameters = Mapping[str, Sequence[str]]

_TOKEN = re.compile(
    r"""(?P<opaque>\"{3}(?:[^"\\]|\\.|""?(?!"))*\"{3}|'{3}(?:[^'\\]|\\.|''?(?!'))*'{3}"""
    r"""|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'|\#[^\n\r]*)"""
    r"""|(?P<iri><[^<>"{}|^`\\\x00-\x20]*(?:\\u[0-9A-Fa-f]{4}[^<>"{}|^`\\\x00-\x20]*)*>)"""
    r"""|(?P<name>[^\W\d_][\w.-]*:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)*|:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)*)"""
    r"""|(?P<variable>[?$]\w+)|(?P<language>@[A-Za-z][\w-]*)|(?P<word>\w+)|(?P<other>\S)""",
    re.DOTALL,
)


def stated(
    request: QueryRequest, examined: Examined, default_graph: str, graphs: Sequence[str]
) -> tuple[str, Parameters]:
    """Return the text for the engine and the parameters that state its dataset.

    That of *request* comes before the query's own, and where there is neither, it is *default_graph* with all *graphs*.
    """
    text, has_clauses = without_clauses(request.text)
    if request.default_graphs or request.named_graphs:
        return text, _parameters(request.default_graphs, request.named_graphs)
    if examined.clauses is not None:
        return text, _parameters(examined.clauses.default_graphs, examined.clauses.named_graphs)
    if has_clauses:  # in a syntax that only the engine may know
        return request.text, {}
    return text, _parameters((default_graph,), graphs)


def without_clauses(text: str) -> tuple[str, bool]:
    """Return *text* with blanks in the place of its dataset clauses, and whether there were any.

    >>> without_clauses("SELECT ?from FROM NAMED <urn:a> FROM x:from WHERE { ?from x:y 'FROM <urn:b>' }")
    ("SELECT ?from                                WHERE { ?from x:y 'FROM <urn:b>' }", True)
    >>> without_clauses("SELECT ('a'@from AS ?x) { 'a'@from <urn:p> <urn:a> }")[1]
    False
    """
    left, end = [], 0
    for start, stop in _clauses(text):
        left += [text[end:start], " " * (stop - start)]
        end = stop
    return "".join((*left, text[end:])), end > 0


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    """Where each dataset clause begins and ends: ``FROM``, perhaps ``NAMED``, and a name (SPARQL 1.1 grammar 13 to 16).

    The word has no other place in the grammar.
    """
    begun: int | None = None
    for token in _TOKEN.finditer(text):
        word = token[0].upper() if token.lastgroup == "word" else ""
        if word == "FROM":
            begun = token.start()
        elif begun is not None and token.lastgroup in ("iri", "name"):
            yield begun, token.end()
            begun = None
        elif word != "NAMED" and not token[0].startswith("#"):
            begun = None


def _parameters(default_graphs: Sequence[str], named_graphs: Sequence[str]) -> Parameters:
    return {
        "default-graph-uri": list(default_graphs) or [NOTHING],
        "named-graph-uri": list(named_graphs) or [NOTHING],
    }
