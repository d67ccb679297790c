"""The machinery's own questions: files in ``sotegraph/queries``, asked with values in place of variables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Triple, Variable

from sotegraph.store import Version

Term = NamedNode | BlankNode | Literal | Triple


@cache
def query(name: str) -> str:
    """Return the text of the query *name*; a missing one is a fault of the machinery, and raises FileNotFoundError."""
    return files("sotegraph").joinpath("queries", f"{name}.rq").read_text("utf-8")


def run(version: Version, text: str, substitutions: Mapping[Variable, Term] | None = None) -> QuerySolutions:
    """Return the solutions of a SELECT query on the default graph, its variables replaced by *substitutions*.

    Only for the machinery's own texts: nothing guards or limits them. pyoxigraph takes a substitution only for a
    variable that the query also selects.
    """
    solutions = version.store.query(text, substitutions=dict(substitutions or {}))
    assert isinstance(solutions, QuerySolutions), "a named query is a SELECT query"
    return solutions
