"""Asking a question of the publication for a page of it: under the limits of any query, and remembered like one."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request

from sotegraph.errors import ResultLimitReached
from sotegraph.questions import Question, Table, read_table
from sotegraph.questions.description import Value
from sotegraph.sparql import Answer, QueryRequest
from sotegraph.web.results import collected
from sotegraph.web.site import Site

_LIMIT_BYTES = 4 << 20


async def answer_to(request: Request, site: Site, question: Question, values: Mapping[str, Value]) -> Table:
    """The answer to the SELECT *question* with *values*; others that it needs have their defaults, the rest are open.

    Raises the PublisherError that kept it from being given.
    """
    needed = {each.name for each in question.parameters if not each.optional}
    defaults = {name: value for name, value in question.defaults.items() if name in needed}
    query = QueryRequest(
        text=question.text,
        bindings="srj",
        boolean="srj",
        graph="ttl",
        base_iri=f"{site.publication.base_iri}/queries/{question.name}",
        time_limit_ms=site.settings.query_time_limit_ms,
        substitutions=tuple({**defaults, **values}.items()),
    )
    answer = await site.evaluator.evaluate(query, request.client.host if request.client else "")
    return read_table(await whole(answer))


async def whole(answer: Answer) -> bytes:
    """The result of a question, all of it, for a form that cannot be sent piece by piece; raises ResultLimitReached."""
    try:
        result = await collected(answer.body, _LIMIT_BYTES)
    finally:
        await answer.body.aclose()
    if result is None:
        raise ResultLimitReached(
            "The answer is longer than {limit} bytes, too long for this form. Ask for less, or take CSV or JSON "
            "with labels=0, which has no such limit.",
            limit=_LIMIT_BYTES,
        )
    return result
