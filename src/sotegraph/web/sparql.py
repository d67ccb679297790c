"""``/sparql``: the SPARQL 1.1 Protocol with its query operation complete, and the form for people."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from sotegraph import sparql
from sotegraph.catalog import service_description
from sotegraph.errors import NotAcceptable, PublisherError, ResultLimitReached
from sotegraph.formats import GRAPH_FORMATS, HTML, RESULTS_JSON, TURTLE, Format, negotiate, serialize_triples, types
from sotegraph.sparql import RESULT_FORMATS, QueryRequest
from sotegraph.web.answers import FRESH, Answer, field_value, matches
from sotegraph.web.pages import sparql_page, sparql_results_page
from sotegraph.web.protocol import Operation, read_operation
from sotegraph.web.site import Site, SiteDep

router = APIRouter()
_LOGGER = logging.getLogger("sotegraph")
_PAGE_LIMIT_BYTES = 4 << 20
_HTTP_1_0_LIMIT_BYTES = 16 << 20
_GONE = 499  # Nobody reads this status; the log tells by it that the client went away.
_CACHED = "public, max-age=60"
_NEW_EACH_TIME = re.compile(r"\b(?:now|rand|uuid|struuid|bnode)\b", re.IGNORECASE)
"""Functions whose value is another one at every evaluation; a comment may stand between the name and its bracket."""


@router.get("/sparql")
async def query_by_get(request: Request, site: SiteDep) -> Response:
    """Answer the query in the address. Without one, describe the endpoint, or show the query form."""
    operation = await read_operation(request)
    if operation is None:
        return await _about(request, site)
    wanted = Wanted.by(operation.accept)
    tag = None if wanted.page or _NEW_EACH_TIME.search(operation.text) else _tag(request, site, operation, wanted)
    headers = {"Cache-Control": _CACHED, "ETag": tag} if tag else {"Cache-Control": "no-store"}
    if tag and _is_known(field_value(request, "if-none-match") or "", tag):
        return Response(status_code=304, headers={**headers, "Vary": "Accept"})
    return await _answer(request, site, operation, wanted, headers)


@router.post("/sparql")
async def query_by_post(request: Request, site: SiteDep) -> Response:
    """Answer the query in the body, as a form or as itself."""
    operation = await read_operation(request)
    assert operation is not None
    return await _answer(request, site, operation, Wanted.by(operation.accept), {"Cache-Control": "no-store"})


@router.api_route("/sparql", methods=["QUERY"], include_in_schema=False)
async def query_by_query(request: Request, site: SiteDep) -> Response:
    """Answer the query in the body of the safe method made for that."""
    return await query_by_post(request, site)


@dataclass(frozen=True)
class Wanted:
    """The form that a client wants of each kind of result; HTML stands for a page, None for no form of it."""

    bindings: Format | None
    boolean: Format | None
    graph: Format | None

    @classmethod
    def by(cls, accept: str) -> Wanted:
        """What *accept* prefers; raises NotAcceptable when it takes no form of any kind of result."""
        forms = {kind: _preferred(accept, (*offers, HTML)) for kind, offers in RESULT_FORMATS.items()}
        if not any(forms.values()):
            offered = types(form for offers in RESULT_FORMATS.values() for form in (*offers, HTML))
            raise NotAcceptable("None of the accepted types is offered here. Offered: {offered}.", offered=offered)
        return cls(**forms)

    @property
    def page(self) -> bool:
        """Whether pages are preferred wherever there is a choice of them."""
        return self.boolean is HTML

    def shows(self, form: Format) -> bool:
        """Whether a result that came in *form* goes into a page."""
        return (self.graph if form in GRAPH_FORMATS else self.boolean) is HTML and form in (RESULTS_JSON, TURTLE)

    def suffixes(self) -> Mapping[str, str | None]:
        """The suffixes to ask an evaluator for: what a page is made of stands for the page."""
        source = {"bindings": RESULTS_JSON, "boolean": RESULTS_JSON, "graph": TURTLE}
        forms = {kind: source[kind] if form is HTML else form for kind, form in vars(self).items()}
        return {kind: form.suffix if form else None for kind, form in forms.items()}


def _preferred(accept: str, offers: tuple[Format, ...]) -> Format | None:
    try:
        return negotiate(accept, offers)
    except NotAcceptable:
        return None


def _endpoint(request: Request) -> str:
    """The address at which the client asked, which is the endpoint's IRI and the base of relative ones."""
    return str(request.url.replace(query="", fragment=""))


def _tag(request: Request, site: Site, operation: Operation, wanted: Wanted) -> str:
    """A weak validator, because a result has no order unless the query gives it one."""
    asked = json.dumps([_endpoint(request), vars(operation), wanted.suffixes()])
    digest = hashlib.blake2b(asked.encode(), digest_size=8).hexdigest()
    return f'W/"{site.version.short_id}-{digest}"'


def _is_known(tags: str, tag: str) -> bool:
    """Whether *tags* name this very answer; ``*`` names none, for whether there is one, only evaluation tells."""
    return "*" not in tags and matches(tags, tag)


async def _answer(
    request: Request, site: Site, operation: Operation, wanted: Wanted, headers: Mapping[str, str]
) -> Response:
    limit_ms = min(operation.timeout_ms or site.settings.query_time_limit_ms, site.settings.query_time_limit_ms)
    query = QueryRequest(
        text=operation.text,
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
        base_iri=_endpoint(request),
        time_limit_ms=limit_ms,
        **wanted.suffixes(),
    )
    try:
        return await _unless_gone(request, lambda: _respond(request, site, query, wanted, headers))
    except PublisherError as error:
        if not wanted.page:
            raise
        return await _page(request, operation.text, None, error, None)


async def _respond(
    request: Request, site: Site, query: QueryRequest, wanted: Wanted, headers: Mapping[str, str]
) -> Response:
    answer = await site.evaluator.evaluate(query, request.client.host if request.client else "")
    response = None
    try:
        if wanted.shows(answer.form):
            response = await _shown(request, query, answer)
        else:
            response = await _sent(request, answer, {**headers, "Vary": "Accept", "X-Robots-Tag": "noindex"})
        return response
    finally:
        if not isinstance(response, _Streamed):
            await answer.body.aclose()


async def _shown(request: Request, query: QueryRequest, answer: sparql.Answer) -> Response:
    """The result on a page."""
    result = await _collected(answer.body, _PAGE_LIMIT_BYTES)
    if result is None:
        raise ResultLimitReached(
            "The result is longer than {limit} bytes, too long for a page. Choose another form, or ask for less by "
            "LIMIT.",
            limit=_PAGE_LIMIT_BYTES,
        )
    if answer.form is TURTLE:
        return await _page(request, query.text, None, None, result.decode())
    return await _page(request, query.text, await run_in_threadpool(json.loads, result), None, None)


async def _page(
    request: Request, text: str, results: Any, error: PublisherError | None, graph_text: str | None
) -> Response:
    page = await run_in_threadpool(sparql_results_page, request, text, results, error, graph_text)
    page.headers["Cache-Control"] = "no-store"
    return page


async def _sent(request: Request, answer: sparql.Answer, headers: Mapping[str, str]) -> Response:
    """The result in its own form: whole if it is short, else as it comes."""
    media_type = answer.form.content_type
    if request.scope.get("http_version") == "1.0":
        # There the end of the connection is the end of the body: a broken answer would look whole.
        whole = await _collected(answer.body, _HTTP_1_0_LIMIT_BYTES)
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


async def _collected(body: sparql.Body, limit: int) -> bytes | None:
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


async def _unless_gone(request: Request, respond: Callable[[], Awaitable[Response]]) -> Response:
    """What *respond* returns; should the client go away before that, *respond* is cancelled."""
    responding = asyncio.ensure_future(respond())
    going = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait((responding, going), return_when=asyncio.FIRST_COMPLETED)
        return responding.result() if responding.done() else Response(status_code=_GONE)
    finally:
        for task in (responding, going):
            if not task.done():
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _about(request: Request, site: Site) -> Response:
    """The endpoint's description, or the query form."""
    accept = ", ".join(request.headers.getlist("accept"))
    form = negotiate(accept, (*GRAPH_FORMATS, HTML))
    if form is HTML:
        return await run_in_threadpool(sparql_page, request)
    endpoint = _endpoint(request)
    triples = service_description(endpoint, site.version, site.publication)
    answer = Answer(
        body=serialize_triples(triples, form, site.publication.prefixes),
        content_type=form.content_type,
        headers=(("Cache-Control", FRESH), ("Vary", "Accept")),
        etag=f'"{site.version.short_id}-{form.suffix}"',
    )
    return answer.response(request)
