"""The one shape of every error: ``application/problem+json`` (RFC 9457), or a page for those who read pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Match

from sotegraph.errors import BadRequest, MethodNotAllowed, NotAcceptable, NotFound, PublisherError
from sotegraph.formats import HTML, PROBLEM, choose_language, negotiate
from sotegraph.web.answers import field_value
from sotegraph.web.links import Resource
from sotegraph.web.pages import problem_page
from sotegraph.web.site import Reader, Site, reader_at, site_at

_PATH = "/ns/problem"


async def problem(request: Request, error: PublisherError, reader: Reader | None = None) -> Response:
    """Return the answer that tells the sender of *request*, or *reader*, about *error*, in the reader's language."""
    site = site_at(request)
    reader = reader or _reader(request)
    headers = {
        **error.headers(),
        "Cache-Control": "no-store",
        "Content-Language": reader.language,
        "Vary": "Accept, Accept-Language",
    }
    if _wants_page(request):
        body = await run_in_threadpool(problem_page, request, reader, error)
        return Response(body, error.status, headers, media_type=HTML.content_type)
    document = _document(site, reader, error) | {"instance": Resource(request.scope["path"]).address()}
    return Response(_written(document), error.status, headers, media_type=PROBLEM.content_type)


def refusal(site: Site, accept_language: str, error: PublisherError) -> Response:
    """Return the answer to what is not read so far that it were a request; the form is not up to the sender."""
    reader = Reader(choose_language(accept_language, site.languages))
    headers = {**error.headers(), "Cache-Control": "no-store", "Content-Language": reader.language}
    return Response(_written(_document(site, reader, error)), error.status, headers, media_type=PROBLEM.content_type)


def _written(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)


def _reader(request: Request) -> Reader:
    try:
        return reader_at(request)
    except BadRequest:
        site = site_at(request)
        return Reader(choose_language(field_value(request, "accept-language"), site.languages))


def _wants_page(request: Request) -> bool:
    try:
        return negotiate(field_value(request, "accept"), (PROBLEM, HTML)) is HTML
    except NotAcceptable:
        return False


def _document(site: Site, reader: Reader, error: PublisherError) -> dict[str, Any]:
    """The members of RFC 9457 section 3.1, and what this kind of error knows besides."""
    translate = site.messages.translator(reader.language)
    return {**error.members()} | {
        "type": f"{site.publication.base_iri}{_PATH}#{error.kind}",
        "title": translate(error.title),
        "status": error.status,
        "detail": error.text(translate),
        "kind": error.kind,
    }


def allowed_methods(request: Request) -> str:
    """The methods that some route has for the path of *request*, as a field value."""
    app: FastAPI = request.app
    methods = {"OPTIONS"}
    for route in app.routes:
        match, _ = route.matches(request.scope)
        if match is not Match.NONE:
            methods |= set(getattr(route, "methods", None) or ())
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def add_problem_handlers(app: FastAPI) -> None:
    """Make *app* answer every error in the one shape."""

    @app.exception_handler(PublisherError)
    async def _(request: Request, error: PublisherError) -> Response:
        return await problem(request, error)

    @app.exception_handler(HTTPException)
    async def _(request: Request, error: HTTPException) -> Response:
        return await problem(request, _of_the_framework(request, error))

    @app.exception_handler(RequestValidationError)
    async def _(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        name = str(first["loc"][-1])
        return await problem(request, BadRequest("The value of the parameter {name} cannot be read.", name=name))


def _of_the_framework(request: Request, error: HTTPException) -> PublisherError:
    if error.status_code == 404:
        return NotFound("Nothing is published at this address.")
    if error.status_code == 405:
        return MethodNotAllowed(
            "{method} does nothing here. Allowed: {allowed}.", method=request.method, allowed=allowed_methods(request)
        )
    return BadRequest("The request cannot be read.")
