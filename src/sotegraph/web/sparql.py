"""``/sparql``: the SPARQL 1.1 Protocol with its query operation complete, and the form for people."""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import URL
from starlette.types import ASGIApp, Receive, Scope, Send

from sotegraph import sparql
from sotegraph.errors import BadRequest, NotAcceptable, NotFound, PublisherError, ResultLimitReached
from sotegraph.formats import GRAPH_FORMATS, HTML, RESULTS_JSON, TURTLE, Format, negotiate, types
from sotegraph.sparql import RESULT_FORMATS, QueryRequest
from sotegraph.web.answers import field_value
from sotegraph.web.descriptions import endpoint_description
from sotegraph.web.mementos import dated, endpoint_at, version_wanted, way_back
from sotegraph.web.pages import Entered, Outcome, sparql_page, sparql_results_page
from sotegraph.web.pages.queries import ADDRESS
from sotegraph.web.pages.results import TABLE, VIEWS
from sotegraph.web.problems import problem
from sotegraph.web.protocol import Operation, read_operation
from sotegraph.web.results import collected, respond
from sotegraph.web.site import Site, SiteInTimeDep, reader_at, site_at

router = APIRouter()
_PAGE_LIMIT_BYTES = 4 << 20
_KEPT_CHOICES = 256


@router.get(ADDRESS)
async def query_by_get(request: Request, site: SiteInTimeDep) -> Response:
    """Answer the query in the address. Without one, describe the endpoint, or show the query form."""
    return await _now_or_then(request, site)


@router.post(ADDRESS)
async def query_by_post(request: Request, site: SiteInTimeDep) -> Response:
    """Answer the query in the body, as a form or as itself."""
    return await _now_or_then(request, site)


@router.api_route(ADDRESS, methods=["QUERY"], include_in_schema=False)
async def query_by_query(request: Request, site: SiteInTimeDep) -> Response:
    """Answer the query in the body of the safe method made for that."""
    return await _now_or_then(request, site)


_METHODS = {"GET": query_by_get, "POST": query_by_post, "QUERY": query_by_query}


async def _now_or_then(request: Request, site: Site) -> Response:
    """The answer, or with Accept-Datetime the way to the endpoint of an earlier version."""
    found = version_wanted(request, site)
    if found is not None:
        return way_back(request, found, lambda each: request.url.replace(path=endpoint_at(each)))
    return dated(await answer_operation(request, site), site, ADDRESS, endpoint_at)


async def answer_operation(request: Request, site: Site) -> Response:
    """Answer the query that *request* brings on the version of *site*, or tell about the endpoint."""
    operation = await read_operation(request, site.settings)
    return await (_about(request, site) if operation is None else _answer(request, site, operation))


class Shortcut:
    """Hands requests to the endpoint over to its handlers, past the framework's search for them.

    The routes stand all the same: they tell which methods there are, and what is documented.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and scope["path"] == ADDRESS
        handler = _METHODS.get(scope["method"]) if asked else None
        if handler is None:
            return await self.app(scope, receive, send)
        request = Request(scope, receive)
        try:
            response = await handler(request, site_at(request))
        except PublisherError as error:
            response = await problem(request, error)
        return await response(scope, receive, send)


@dataclass(frozen=True)
class Wanted:
    """The form that a client wants of each kind of result; HTML stands for a page, None for no form of it."""

    bindings: Format | None
    boolean: Format | None
    graph: Format | None

    @classmethod
    @functools.lru_cache(maxsize=_KEPT_CHOICES)
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

    def suffixes(self) -> dict[str, Any]:
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
    scope = request.scope
    return _address(scope["scheme"], request.headers.get("host"), scope.get("server"), scope["path"])


@functools.lru_cache(maxsize=_KEPT_CHOICES)
def _address(scheme: str, host: str | None, server: tuple[str, int | None] | None, path: str) -> str:
    headers = [(b"host", host.encode("latin-1"))] if host is not None else []
    scope = {"type": "http", "scheme": scheme, "server": server, "path": path, "query_string": b"", "headers": headers}
    return str(URL(scope=scope).replace(fragment=""))


async def _answer(request: Request, site: Site, operation: Operation) -> Response:
    wanted = Wanted.by(operation.accept)
    if operation.view and operation.view not in VIEWS:
        raise BadRequest("There is no view {view}. Offered: {offered}.", view=operation.view, offered=", ".join(VIEWS))
    if wanted.page:
        # A browser's form ends lines by CR LF (HTML, section 4.10.21.4), which the writer of the query did not.
        operation = replace(operation, text=operation.text.replace("\r\n", "\n"))
    limit_ms = min(operation.timeout_ms or site.settings.query_time_limit_ms, site.settings.query_time_limit_ms)
    query = QueryRequest(
        text=operation.text,
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
        base_iri=_endpoint(request),
        time_limit_ms=limit_ms,
        **wanted.suffixes(),
    )
    if not wanted.page:
        return await respond(request, site, query)

    begun = time.perf_counter()

    async def present(answer: sparql.Answer) -> Response | None:
        return await _shown(request, operation, answer, begun) if wanted.shows(answer.form) else None

    try:
        return await respond(request, site, query, present)
    except PublisherError as error:
        return await _page(request, operation, Outcome(error=error))


async def _shown(request: Request, operation: Operation, answer: sparql.Answer, begun: float) -> Response:
    """The result on a page."""
    result = await collected(answer.body, _PAGE_LIMIT_BYTES)
    if result is None:
        raise ResultLimitReached(
            "The result is longer than {limit} bytes, too long for a page. Choose another form, or ask for less by "
            "LIMIT.",
            limit=_PAGE_LIMIT_BYTES,
        )
    took_ms = max(1, round((time.perf_counter() - begun) * 1000))
    return await _page(request, operation, Outcome(result, answer.form is TURTLE, milliseconds=took_ms))


async def _page(request: Request, operation: Operation, outcome: Outcome) -> Response:
    entered = Entered(
        text=operation.text,
        graphs=(
            *(("default-graph-uri", each) for each in operation.default_graphs),
            *(("named-graph-uri", each) for each in operation.named_graphs),
        ),
        timeout=f"{operation.timeout_ms / 1000:g}" if operation.timeout_ms else "",
        view=operation.view or TABLE,
        path=site_at(request).endpoint,
    )
    page = await run_in_threadpool(sparql_results_page, site_at(request), reader_at(request), entered, outcome)
    return page.response(request)


async def _about(request: Request, site: Site) -> Response:
    """The endpoint's description, or the query form, with the example that the address names."""
    form = negotiate(field_value(request, "accept"), (*GRAPH_FORMATS, HTML))
    if form is not HTML:
        return await run_in_threadpool(endpoint_description, request, site, _endpoint(request), form)
    name = request.query_params.get("example")
    question = site.index.question(name) if name else None
    if name and question is None:
        raise NotFound("There is no question {name}.", name=name)
    reader = reader_at(request)
    key = (ADDRESS, name, reader)
    page = await run_in_threadpool(site.bodies.get, key, lambda: sparql_page(site, reader, question))
    return page.response(request)
