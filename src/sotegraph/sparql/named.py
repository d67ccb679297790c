"""Queries by name: the machinery's own in ``sotegraph/queries``, and those that a publication brings along.

Values take the place of variables; no text is ever glued.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
    Variable,
)

from sotegraph.errors import BadRequest, MalformedQuery
from sotegraph.sparql.nesting import check_nesting
from sotegraph.sparql.reading import read_dataset
from sotegraph.sparql.substitution import variables_in
from sotegraph.sparql.syntax import complaint
from sotegraph.store import Version
from sotegraph.terms import RDF_TYPE

Term = NamedNode | BlankNode | Literal | Triple
_THIS = Variable("this")
_IRI = re.compile(r"<([A-Za-z][^<>\"{}|^`\\\s]*)>")


@cache
def query(name: str) -> str:
    """Return the text of the query *name*; a missing one is a fault of the machinery, and raises FileNotFoundError."""
    return files("sotegraph").joinpath("queries", f"{name}.rq").read_text("utf-8")


def selected_variables(text: str) -> tuple[str, ...]:
    """Return the names of the variables that the SELECT query *text* selects; raises MalformedQuery for any other text.

    >>> selected_variables("SELECT ?row (COUNT(?x) AS ?count) WHERE { ?x a ?row } GROUP BY ?row")
    ('row', 'count')
    """
    try:
        solutions = Store().query(text)
    except SyntaxError as error:
        raise complaint(text, str(error)) from None
    if not isinstance(solutions, QuerySolutions):
        raise MalformedQuery("The query is no SELECT query.")
    return tuple(each.value for each in solutions.variables)


@dataclass(frozen=True)
class Examined:
    """What kind of query a text is, which variables it selects, and which of its parameters it does not have."""

    kind: str
    columns: tuple[str, ...]
    missing: tuple[str, ...]


def examine_question(text: str, parameters: Sequence[str]) -> Examined:
    """Return what the query *text* is, whose *parameters* are to get values.

    Raises a BadRequest for what is no query, or one that this endpoint refuses: one that calls another endpoint.

    >>> examine_question("SELECT ?s ?n { ?s <urn:x> ?n }", ["s", "o"])
    Examined(kind='SELECT', columns=('s', 'n'), missing=('o',))
    """
    check_nesting(text)
    read_dataset(text, None)
    try:
        results = Store().query(text)
    except SyntaxError as error:
        raise complaint(text, str(error)) from None
    columns = tuple(each.value for each in results.variables) if isinstance(results, QuerySolutions) else ()
    kind = {QuerySolutions: "SELECT", QueryBoolean: "ASK", QueryTriples: "CONSTRUCT"}[type(results)]
    del results  # pyoxigraph wants it freed in this thread.
    spoken_of = variables_in(text)
    return Examined(kind, columns, tuple(each for each in parameters if each not in spoken_of))


def rebased(text: str, rebase: Callable[[Quad], Quad]) -> str:
    """Return the query *text* with the IRIs in it moved as *rebase* moves those of quads."""

    def moved(match: re.Match[str]) -> str:
        node = NamedNode(match[1])
        return str(rebase(Quad(node, RDF_TYPE, node)).subject)

    return _IRI.sub(moved, text)


def run(version: Version, text: str, substitutions: Mapping[Variable, Term] | None = None) -> QuerySolutions:
    """Return the solutions of a SELECT query on the default graph, its variables replaced by *substitutions*.

    Only for the machinery's own texts: nothing guards or limits them. pyoxigraph takes a substitution only for a
    variable that the query also selects.
    """
    solutions = version.store.query(text, substitutions=dict(substitutions or {}))
    assert isinstance(solutions, QuerySolutions), "a named query is a SELECT query"
    return solutions


def construct(version: Version, text: str, this: NamedNode, base_iri: str) -> frozenset[Triple]:
    """Return the triples that the CONSTRUCT query *text* makes of the default graph, ``?this`` replaced by *this*.

    Only for texts that passed :func:`examine_construct`: nothing limits them.
    """
    triples = version.store.query(text, base_iri=base_iri, substitutions={_THIS: this})
    assert isinstance(triples, QueryTriples), "examined when the publication was read"
    return frozenset(triples)


def examine_construct(text: str, base_iri: str) -> None:
    """Make sure that *text* is a CONSTRUCT query about ``?this``, on the default graph, that calls nobody.

    Raises a BadRequest that says what it is instead.
    """
    if read_dataset(text, base_iri) is not None:
        raise BadRequest("The query names graphs of its own. Leave FROM out: it is asked of everything published.")
    try:
        # An empty store: there is nothing to find, and what is wrong with the query shows all the same. Only the kind
        # of the result is kept: pyoxigraph wants the result freed in this thread, and a traceback may carry it off.
        kind: type | None = type(Store().query(text, base_iri=base_iri, substitutions={_THIS: NamedNode(base_iri)}))
    except SyntaxError as error:
        raise complaint(text, str(error)) from None
    except RuntimeError:
        kind = None
    if kind is not QueryTriples:
        raise BadRequest("The query is no CONSTRUCT query with ?this in its pattern. Write one.")
