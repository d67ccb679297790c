"""What is known of a query before an engine sees it: that it is one, that it may be asked, and its kind of result.

The same guard as for our own evaluation, on a dataset without triples. It runs in a worker that may be killed, for a
parser can be kept busy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import IO, Any

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Store

from sotegraph.errors import BadRequest
from sotegraph.formats import RESULTS_JSON, Format
from sotegraph.sparql.nesting import check_nesting
from sotegraph.sparql.reading import DatasetClauses, read_dataset
from sotegraph.sparql.request import QueryRequest
from sotegraph.sparql.substitution import write_values
from sotegraph.sparql.syntax import complaint
from sotegraph.store import Version

_KINDS = {QuerySolutions: "bindings", QueryBoolean: "boolean", QueryTriples: "graph"}


@dataclass(frozen=True)
class Examined:
    """A query that may be asked: the *kind* of its result, its own dataset, and whether it has relative IRIs."""

    kind: str
    clauses: DatasetClauses | None
    relative: bool

    @classmethod
    def of(cls, data: bytes) -> Examined:
        """Read what an examination wrote."""
        told = json.loads(data)
        clauses = told["clauses"]
        return cls(
            told["kind"],
            DatasetClauses(*(tuple(graphs) for graphs in clauses.values())) if clauses else None,
            told["relative"],
        )


class Examination:
    """The outcome, as a worker sends it."""

    form: Format = RESULTS_JSON

    def __init__(self, examined: Examined) -> None:
        self.examined = examined

    def write(self, output: IO[bytes]) -> None:
        """Write what was found."""
        output.write(json.dumps(asdict(self.examined)).encode())


_RESOLVES = re.compile(r"\b[iu]ri\b", re.IGNORECASE)


def examine(
    version: Version, request: QueryRequest, *, merge_limit_triples: int, prefixes: Mapping[str, str]
) -> Examination:
    """Return what is known of *request* without its data.

    Raises a RequestError for what is no query or is refused, and NotAcceptable when the client takes no form of its
    result.
    """
    request = with_values(request)
    check_nesting(request.text)
    clauses = read_dataset(request.text, request.base_iri)
    # IRI() resolves what it is given by the base too, which no parser can foresee.
    kind, relative = _kind(request.text, None), bool(_RESOLVES.search(request.text))
    if kind is None:
        kind, relative = _kind(request.text, request.base_iri), True
    if kind is None:
        raise _complaint(request)
    request.form(kind)
    return Examination(Examined(kind, clauses, relative))


def with_values(request: QueryRequest) -> QueryRequest:
    """Return *request* with its values written into the text."""
    return replace(request, text=write_values(request.text, dict(request.substitutions)), substitutions=())


def _kind(text: str, base_iri: str | None) -> str | None:
    """The kind of result; None for what cannot be read, or only with another base."""
    try:
        # Only the type is kept: pyoxigraph wants the result freed in this thread, and a traceback may carry it off.
        return _KINDS[type(Store().query(text, base_iri=base_iri))]
    except (SyntaxError, RuntimeError, ValueError, OSError):
        return None


def _complaint(request: QueryRequest) -> BadRequest:
    problem: Any = None
    try:
        Store().query(request.text, base_iri=request.base_iri)
    except SyntaxError as error:
        return complaint(request.text, str(error))
    except (RuntimeError, ValueError, OSError) as error:
        problem = str(error).rstrip(".")
    return BadRequest("The query cannot be evaluated: {problem}.", problem=problem)
