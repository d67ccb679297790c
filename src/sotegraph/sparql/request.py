"""What is asked of an evaluator, and what it gives back."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Protocol

from sotegraph.errors import NotAcceptable
from sotegraph.formats import (
    BINDING_FORMATS,
    BOOLEAN_FORMATS,
    GRAPH_FORMATS,
    RESULTS_JSON,
    TURTLE,
    Format,
    by_suffix,
    types,
)
from sotegraph.sparql.reading import decode
from sotegraph.sparql.substitution import Value, from_json, to_json

RESULT_FORMATS: Mapping[str, tuple[Format, ...]] = {
    "bindings": BINDING_FORMATS,
    "boolean": BOOLEAN_FORMATS,
    "graph": GRAPH_FORMATS,
}
"""The forms of each kind of result: solutions of SELECT, truth of ASK, triples of CONSTRUCT and DESCRIBE."""


_NEW_EACH_TIME = re.compile(r"\b(?:now|rand|uuid|struuid|bnode)\b", re.IGNORECASE)
"""Functions whose value is another one at every evaluation; a comment may stand between the name and its bracket."""


@dataclass(frozen=True)
class QueryRequest:
    """One query, and everything its evaluation depends on besides the data.

    The protocol's dataset (*default_graphs*, *named_graphs*, as IRIs) replaces the query's own ``FROM`` and ``FROM
    NAMED`` when either is given. *bindings*, *boolean* and *graph* are the suffix of the form wanted for that kind of
    result, or None where the client accepts no form of it. *base_iri* resolves relative IRIs.

    *substitutions* pairs variables with their values. They are terms until an evaluator writes them into the text, by
    :func:`~sotegraph.sparql.substitution.write_values`, for whichever engine it asks. *version* names an earlier
    version of the data, as an evaluator that knows of it calls it; none is the one that is served.
    """

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    bindings: str | None = RESULTS_JSON.suffix
    boolean: str | None = RESULTS_JSON.suffix
    graph: str | None = TURTLE.suffix
    base_iri: str | None = None
    time_limit_ms: int = 10_000
    substitutions: tuple[tuple[str, Value], ...] = ()
    version: str = ""

    def form(self, kind: str) -> Format:
        """The form in which a result of this *kind* is sent; raises NotAcceptable when the client takes none."""
        offers = RESULT_FORMATS[kind]
        form = by_suffix(getattr(self, kind) or "", offers)
        if form is None:
            raise NotAcceptable(
                "None of the accepted types is offered for this kind of query. Offered: {offered}.",
                offered=types(offers),
            )
        return form

    @cached_property
    def repeatable(self) -> bool:
        """Whether the same version of the data always gives the same result.

        >>> [QueryRequest(text).repeatable for text in ("ASK {}", "SELECT (NOW () AS ?n) {}")]
        [True, False]
        """
        return not _NEW_EACH_TIME.search(decode(self.text))

    def digest(self) -> str:
        """Digits that are others for every request with another result; the time it may take is no part of that."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        asked = [value for name, value in self.to_json().items() if name != "time_limit_ms"]
        return hashlib.blake2b(json.dumps(asked).encode(), digest_size=16).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """The request as a JSON object."""
        pairs = [(name, to_json(value)) for name, value in self.substitutions]
        return {name: getattr(self, name) for name in _FIELDS} | {"substitutions": pairs}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> QueryRequest:
        """Read what *to_json* wrote.

        >>> from pyoxigraph import Literal
        >>> values = (("x", Literal("y", language="fi")),)
        >>> request = QueryRequest("ASK {}", default_graphs=("http://example.org/g",), substitutions=values)
        >>> QueryRequest.from_json(request.to_json()) == request
        True
        """
        graphs = {name: tuple(value[name]) for name in ("default_graphs", "named_graphs")}
        pairs = tuple((name, from_json(written)) for name, written in value["substitutions"])
        return cls(**{**value, **graphs, "substitutions": pairs})


_FIELDS = tuple(each.name for each in fields(QueryRequest))


class Body(Protocol):
    """The bytes of an answer, as they come; *aclose* ends the evaluation when somebody no longer wants the rest."""

    def __aiter__(self) -> Body: ...

    async def __anext__(self) -> bytes: ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True)
class Answer:
    """A result in the chosen form. An error raised by *body* means that what came before is not the whole of it.

    *remembered* is true when nothing was evaluated for it.
    """

    form: Format
    body: Body
    remembered: bool = False


class WholeBody:
    """A body that is there already."""

    def __init__(self, data: bytes) -> None:
        self._pieces = iter([data] if data else [])

    def __aiter__(self) -> WholeBody:
        return self

    async def __anext__(self) -> bytes:
        for piece in self._pieces:
            return piece
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Leave the rest aside."""
        self._pieces = iter([])


class Evaluator(Protocol):
    """Something that evaluates queries on one version of the publication."""

    def health(self) -> Mapping[str, str]:
        """What an operator is told of it; nothing when it goes with the process that asks."""
        ...

    async def evaluate(self, request: QueryRequest, client: str = "") -> Answer:
        """Return the answer once its beginning is known; raises the PublisherError that ended the evaluation.

        *client* is the address of who asks, so that the queries of one leave room for those of others.
        """
        ...
