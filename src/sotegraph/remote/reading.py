"""From pieces of bytes to a file that pyoxigraph reads, and from an engine's form of a result to the client's.

Everything an engine sends is parsed to its end and written anew. So a result that was cut, or that has an error text in
it, is never passed on as a whole one, and every form can be had of every engine.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import IO, cast

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
    serialize,
)

from sotegraph.errors import EngineFailed
from sotegraph.formats import N_TRIPLES, RDF_XML, RESULTS_JSON, RESULTS_XML, TURTLE, Format, by_media_type, output_for

ACCEPTED: Mapping[str, str] = {
    "bindings": f"{RESULTS_JSON.media_type}, {RESULTS_XML.media_type};q=0.5",
    "boolean": f"{RESULTS_JSON.media_type}, {RESULTS_XML.media_type};q=0.5",
    "graph": f"{N_TRIPLES.media_type}, {TURTLE.media_type};q=0.5, {RDF_XML.media_type};q=0.1",
}
"""What an engine is asked for: forms that end with a mark of their own; of the forms of graphs, the plainest."""
_PREFIXED = (RdfFormat.TURTLE, RdfFormat.RDF_XML)
# Virtuoso writes blank nodes as addresses in a scheme of its own. An unescaped quotation mark stands in no string.
_ADDRESS_OF_NODE = b'"type": "bnode", "value": "nodeID://'
_LABEL_OF_NODE = b'"type": "bnode", "value": "'
_TRUTH = "__ASK_RETVAL"  # what Virtuoso sends for ASK: a solution of this variable


class Pieces(io.RawIOBase):
    """A file of what *next_piece* returns; an empty piece ends it."""

    def __init__(self, next_piece: Callable[[], bytes]) -> None:
        self._next_piece = next_piece
        self._held = memoryview(b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        if not self._held:
            self._held = memoryview(self._next_piece())
        size = len(self._held) if size is None or size < 0 else size
        piece, self._held = self._held[:size], self._held[size:]
        return bytes(piece)


def with_plain_labels(next_piece: Callable[[], bytes]) -> Callable[[], bytes]:
    """Return pieces in which blank nodes have labels as SPARQL 1.1 JSON results write them, and no addresses."""
    held, ended = b"", False

    def plain() -> bytes:
        nonlocal held, ended
        while not ended:
            piece = next_piece()
            ended = not piece
            held = (held + piece).replace(_ADDRESS_OF_NODE, _LABEL_OF_NODE)
            known = len(held) if ended else len(held) - len(_ADDRESS_OF_NODE) + 1
            if known > 0:
                piece, held = held[:known], held[known:]
                return piece
        return b""

    return plain


def read_rows(content_type: str, data: bytes) -> list[list[str]]:
    """Return the values of each solution of a short result whose variables are all bound; raises EngineFailed."""
    syntax = by_media_type(content_type, (RESULTS_JSON, RESULTS_XML))
    if syntax is None or syntax.results is None:
        raise unexpected(content_type)
    pieces = iter((data,))
    rows = _rows(with_plain_labels(lambda: next(pieces, b"")), syntax.results)
    if rows is None:
        raise not_whole()
    return rows


def _rows(next_piece: Callable[[], bytes], syntax: QueryResultsFormat) -> list[list[str]] | None:
    """The values of each solution; None when there is something else."""
    try:
        results = parse_query_results(cast(IO[bytes], Pieces(next_piece)), syntax)
        if isinstance(results, QuerySolutions):
            return [[cast(NamedNode, value).value for value in solution] for solution in results]
    except SyntaxError:
        pass
    return None


def convert(
    kind: str,
    content_type: str,
    next_piece: Callable[[], bytes],
    form: Format,
    output: IO[bytes],
    prefixes: Mapping[str, str],
) -> None:
    """Write the result of this *kind* that comes as *content_type* to *output* in *form*.

    Raises EngineFailed when it is not whole, or not what was asked for. What *output* and *next_piece* raise comes
    through.
    """
    try:
        if kind == "graph":
            return _convert_graph(content_type, next_piece, form, output, prefixes)
        return _convert_results(kind, content_type, next_piece, form, output)
    except SyntaxError:
        pass  # Its traceback holds what pyoxigraph wants freed in this thread: the error is a new one.
    raise not_whole()


def _convert_graph(
    content_type: str,
    next_piece: Callable[[], bytes],
    form: Format,
    output: IO[bytes],
    prefixes: Mapping[str, str],
) -> None:
    syntax = by_media_type(content_type, (N_TRIPLES, TURTLE, RDF_XML))
    if syntax is None:
        raise unexpected(content_type)
    assert form.rdf is not None
    quads, output = parse(cast(IO[bytes], Pieces(next_piece)), syntax.rdf), output_for(form, output)
    named = dict(prefixes) if form.rdf in _PREFIXED else None
    serialize((quad.triple for quad in quads), output, form.rdf, prefixes=named)


def _convert_results(
    kind: str, content_type: str, next_piece: Callable[[], bytes], form: Format, output: IO[bytes]
) -> None:
    syntax = by_media_type(content_type, (RESULTS_JSON, RESULTS_XML))
    if syntax is None:
        raise unexpected(content_type)
    assert syntax.results is not None
    assert form.results is not None
    if syntax is RESULTS_JSON:
        next_piece = with_plain_labels(next_piece)
    results = parse_query_results(cast(IO[bytes], Pieces(next_piece)), syntax.results)
    output = output_for(form, output)
    if kind == "boolean":
        _boolean(results).serialize(output, form.results)
    elif isinstance(results, QuerySolutions):
        results.serialize(output, form.results)
    else:
        raise unexpected(content_type)


def _boolean(results: QuerySolutions | QueryBoolean) -> QueryBoolean:
    if isinstance(results, QueryBoolean):
        return results
    if [each.value for each in results.variables] != [_TRUTH]:
        raise unexpected("solutions")
    values = [solution[_TRUTH] for solution in results]
    truth = any(isinstance(each, Literal) and each.value not in ("0", "false") for each in values)
    told = b'{"head":{},"boolean":true}' if truth else b'{"head":{},"boolean":false}'
    boolean = parse_query_results(told, QueryResultsFormat.JSON)
    assert isinstance(boolean, QueryBoolean)
    return boolean


def not_whole() -> EngineFailed:
    """Return the error for a result that ends before its end, or has something in it that is no result."""
    return EngineFailed(
        "The result of the query engine is not whole: most likely it was cut at a limit of the engine's own. Ask for "
        "less."
    )


def unexpected(found: str) -> EngineFailed:
    """Return the error for a result that is of another kind than its query."""
    return EngineFailed("The query engine sent something else than a result of this query: {found}.", found=found)
