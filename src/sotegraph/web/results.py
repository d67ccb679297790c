"""From a query to the response: known to the client, remembered, whole or as it comes; ended when nobody waits."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from fastapi import Request, Response
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from sotegraph import sparql
from sotegraph.errors import PublisherError, ResultLimitReached
from sotegraph.sparql import QueryRequest
from sotegraph.web.answers import field_value, matches
from sotegraph.web.site import Site

_LOGGER = logging.getLogger("sotegraph")
_HTTP_1_0_LIMIT_BYTES = 16 << 20
_GONE = 499  # Nobody reads this status; the log tells by it that the client went away.
_PATIENCE_S = 0.05
CACHED = "public, max-age=60"
_SAFE = ("GET", "QUERY")
_OF_A_BODY = ("content-length", "content-type", "content-encoding")

Present = Callable[[sparql.Answer], Awaitable[Response | None]]
"""Makes a page of an answer that goes into one, and returns None for another."""


async def respond(request: Request, site: Site, query: QueryRequest, present: Present | None = None) -> Response:
    """Answer *request* with the result of *query*; *present* has the first word in how it looks.

    Raises the PublisherError that ended the evaluation. A result that fails after its beginning breaks the connection.
    """
    lasting = request.method in _SAFE and query.repeatable and present is None
    # A weak validator, because a result has no order unless the query gives it one.
    tag = f'W/"{site.version.short_id}-{query.digest()}-{site.look}"' if lasting else None
    headers = {"Cache-Control": CACHED, "ETag": tag} if tag else {"Cache-Control": "no-store"}
    if tag and is_known(field_value(request, "if-none-match") or "", tag):
        return Response(status_code=304, headers={**headers, "Vary": "Accept"})
    response = await unless_gone(request, lambda: _evaluated(request, site, query, headers, present))
    return await unless_any_is_known(request, response)


async def unless_any_is_known(request: Request, response: Response) -> Response:
    """*response*, or 304 when it is a success with a tag and any one will do: ``If-None-Match: *``."""
    known = "*" in (field_value(request, "if-none-match") or "") and "etag" in response.headers
    if not known or response.status_code != 200:
        return response
    if isinstance(response, _Streamed):
        await response.aclose()
    kept = {name: value for name, value in response.headers.items() if name not in _OF_A_BODY}
    return Response(status_code=304, headers=kept)


def is_known(tags: str, tag: str) -> bool:
    """Whether *tags* name this very answer; ``*`` names none, for whether there is one, only evaluation tells."""
    return "*" not in tags and matches(tags, tag)


async def _evaluated(
    request: Request, site: Site, query: QueryRequest, headers: Mapping[str, str], present: Present | None
) -> Response:
    answer = await site.evaluator.evaluate(query, request.client.host if request.client else "")
    response = None
    try:
        response = await present(answer) if present else None
        if response is None:
            response = await sent(request, answer, {**headers, **_about(query, answer)})
        return response
    finally:
        if not isinstance(response, _Streamed):
            await answer.body.aclose()


def _about(query: QueryRequest, answer: sparql.Answer) -> Mapping[str, str]:
    """What the header tells of every result."""
    return {"Vary": "Accept", "X-Robots-Tag": "noindex", "Cache-Status": cache_status(query, answer)}


def cache_status(query: QueryRequest, answer: sparql.Answer) -> str:
    """The field value that tells whether *answer* was evaluated for this request (RFC 9211)."""
    status = "hit" if answer.remembered else "fwd=miss" if query.repeatable else "fwd=bypass"
    return f"sotegraph; {status}"


async def sent(request: Request, answer: sparql.Answer, headers: Mapping[str, str]) -> Response:
    """The result in its own form: whole if it is short, else as it comes."""
    media_type = answer.form.content_type
    if request.scope.get("http_version") == "1.0":
        # There the end of the connection is the end of the body: a broken answer would look whole.
        whole = await collected(answer.body, _HTTP_1_0_LIMIT_BYTES)
        if whole is None:
            raise ResultLimitReached(
                "The result is longer than {limit} bytes, too long for HTTP/1.0, which cannot tell a whole answer from "
                "a broken one. Use HTTP/1.1, or ask for less.",
                limit=_HTTP_1_0_LIMIT_BYTES,
            )
        return Response(whole, headers=dict(headers), media_type=media_type)
    beginning = []
    async for piece in answer.body:
        beginning.append(piece)
        if len(beginning) == 2:
            return _Streamed(beginning, answer.body, headers, media_type)
    return Response(b"".join(beginning), headers=dict(headers), media_type=media_type)


async def collected(body: sparql.Body, limit: int) -> bytes | None:
    """The whole of *body*, or None when it is longer than *limit*."""
    result = bytearray()
    async for piece in body:
        result += piece
        if len(result) > limit:
            return None
    return bytes(result)


class _Streamed(StreamingResponse):
    """A body passed on as it comes; its evaluation ends when nobody reads it any longer.

    An error in its course leaves the response unfinished. uvicorn breaks the connection then, and the client knows.
    """

    def __init__(self, beginning: list[bytes], body: sparql.Body, headers: Mapping[str, str], media_type: str) -> None:
        self._body = body
        super().__init__(self._pieces(beginning), headers=headers, media_type=media_type)

    async def aclose(self) -> None:
        """End the evaluation: nobody is sent the body."""
        await self._body.aclose()

    async def _pieces(self, beginning: list[bytes]) -> AsyncIterator[bytes]:
        for piece in beginning:
            yield piece
        async for piece in self._body:
            yield piece

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except PublisherError as error:
            _LOGGER.warning("a result was broken off: %s", error.kind)
        finally:
            await self._body.aclose()


async def unless_gone(request: Request, respond: Callable[[], Awaitable[Response]]) -> Response:
    """What *respond* returns; should the client go away before that, *respond* is cancelled.

    Whether the client is still there is looked at only when the response takes its time: most are there before that.
    """
    tasks = {asyncio.ensure_future(respond())}
    try:
        done, _ = await asyncio.wait(tasks, timeout=_PATIENCE_S)
        if not done:
            tasks.add(going := asyncio.ensure_future(_gone(request)))
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            done.discard(going)
        return done.pop().result() if done else Response(status_code=_GONE)
    finally:
        for task in tasks:
            if not task.done():
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task


async def _gone(request: Request) -> Any:
    while (await request.receive())["type"] != "http.disconnect":
        pass
