"""The front page, and the few addresses that every site has."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pyoxigraph import Triple

from sotegraph.entities import Description, describe_publication
from sotegraph.errors import NotFound
from sotegraph.formats import DOCUMENT_FORMATS
from sotegraph.web import openapi
from sotegraph.web.answers import FOR_EVER, Answer
from sotegraph.web.catalogue import catalogue_of
from sotegraph.web.links import Link
from sotegraph.web.pages import front_page
from sotegraph.web.representations import Asked, Content, ask, represent
from sotegraph.web.site import Reader, ReaderDep, Site, SiteDep

router = APIRouter()
_FAVICON = "logo.svg"


@router.get("/")
def front(request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Say what this is, what is in it, and where the doors are."""
    return _about(request, site, reader, "/index")


@router.get("/index.{suffix}")
def front_in_one_form(suffix: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """The front page in one fixed form: what the publication says of itself."""
    return _about(request, site, reader, f"/index.{suffix}")


def _about(request: Request, site: Site, reader: Reader, path: str) -> Response:
    asked = ask(request, path, DOCUMENT_FORMATS)
    if asked.resource.path != "/index":
        raise NotFound("Nothing is published at this address.")
    return site.bodies.get(asked.key(reader), lambda: _answer(site, reader, asked)).response(request)


def _answer(site: Site, reader: Reader, asked: Asked) -> Answer:
    description = describe_publication(site.index)
    licence = site.publication.licence
    return represent(
        site,
        reader,
        asked,
        Content(
            root=description.root,
            triples=_triples(site, description),
            page=lambda links: front_page(site, reader, asked.resource, links),
            modified=site.latest_change,
            links=(
                Link(description.root.value, "cite-as"),
                Link(openapi.PATH, "service-desc", type="application/json"),
                *([Link(licence, "license")] if licence else []),
            ),
        ),
    )


def _triples(site: Site, description: Description) -> Iterator[Triple]:
    """What the publication says of itself, and its whole catalogue; nothing is read before it is needed."""
    catalogue = catalogue_of(site)
    yield from description.triples | catalogue.about(catalogue.datasets)


@router.get("/health")
def health(site: SiteDep) -> Response:
    """Say that this process answers, with which version, and, where queries go to an engine, what that is good for."""
    state = {"status": "ok", "version": site.version.id, "triples": site.version.triples}
    return JSONResponse(state | dict(site.evaluator.health()), headers={"Cache-Control": "no-store"})


@router.get("/favicon.ico")
def favicon(site: SiteDep) -> Response:
    """The sign of the site."""
    asset = site.assets.files[_FAVICON]
    return Response(asset.body, media_type=asset.content_type, headers={"Cache-Control": "max-age=86400"})


@router.get("/static/{digest}/{name}")
def static(digest: str, name: str, site: SiteDep) -> Response:
    """A file of the pages' looks, for ever: its address changes with its content."""
    asset = site.assets.files.get(name)
    if asset is None or asset.digest != digest:
        raise NotFound("Nothing is published at this address.")
    return Response(asset.body, media_type=asset.content_type, headers={"Cache-Control": FOR_EVER})
