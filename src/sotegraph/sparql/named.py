"""The machinery's own questions: files in ``sotegraph/queries``, asked with values in place of variables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple, Variable

from sotegraph.errors import MalformedQuery
from sotegraph.sparql.syntax import complaint
from sotegraph.store import Version

Term = NamedNode | BlankNode | Literal | Triple


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


def run(version: Version, text: str, substitutions: Mapping[Variable, Term] | None = None) -> QuerySolutions:
    """Return the solutions of a SELECT query on the default graph, its variables replaced by *substitutions*.

    Only for the machinery's own texts: nothing guards or limits them. pyoxigraph takes a substitution only for a
    variable that the query also selects.
    """
    solutions = version.store.query(text, substitutions=dict(substitutions or {}))
    assert isinstance(solutions, QuerySolutions), "a named query is a SELECT query"
    return solutions
