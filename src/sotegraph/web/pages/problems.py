"""The pages about errors: one error, and the list of all kinds."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from fastapi import Request

from sotegraph.errors import PublisherError
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages.rendering import Writer
from sotegraph.web.site import Reader, Site, site_at


def problem_page(request: Request, reader: Reader, error: PublisherError) -> str:
    """Return the page that tells of *error*."""
    site = site_at(request)
    writer = Writer(site, reader)
    return writer.render(
        "problem.html",
        _resource(request),
        error=error,
        detail=error.text(writer.translate),
        kind_address=f"/ns/problem#{error.kind}",
    )


def _resource(request: Request) -> Resource:
    query = tuple((name, value) for name, value in request.query_params.multi_items() if name != "lang")
    return Resource(request.scope["path"], query=query)


def problems_page(site: Site, reader: Reader, resource: Resource, links: tuple[Link, ...]) -> str:
    """Return the page that lists every kind of error: what the ``type`` of a problem document leads to."""
    kinds = {each.kind: each for each in _leaves(PublisherError)}
    ordered = sorted(kinds.values(), key=lambda each: (each.status, each.kind))
    return Writer(site, reader).render("problems.html", resource, links, kinds=ordered, reason=_reason)


def _leaves(error: type[PublisherError]) -> Iterator[type[PublisherError]]:
    yield error
    for each in error.__subclasses__():
        yield from _leaves(each)


def _reason(status: int) -> str:
    return HTTPStatus(status).phrase
