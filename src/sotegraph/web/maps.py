"""``/map``: the collections that have a map of tiles, to find one's way by and to see figures on."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool

from sotegraph.errors import NotFound
from sotegraph.formats import HTML
from sotegraph.overviews import MapFigure
from sotegraph.publication import Collection
from sotegraph.web.asking import answer_to
from sotegraph.web.links import Link
from sotegraph.web.pages import Figure, figures_of, map_page
from sotegraph.web.representations import Content, ask, represent
from sotegraph.web.site import Reader, ReaderDep, Site, SiteDep

router = APIRouter()


@router.get("/map/{segment}")
async def tile_map(segment: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Show the members of a collection on a map of tiles."""
    return await _send(request, site, reader, segment, None)


@router.get("/map/{segment}/{name}")
async def figure_on_map(segment: str, name: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Show a figure of each member of a collection on a map of tiles, and in a table."""
    return await _send(request, site, reader, segment, name)


async def _send(request: Request, site: Site, reader: Reader, segment: str, name: str | None) -> Response:
    collection = site.publication.collection(segment)
    if collection is None or collection.tiles is None:
        raise NotFound("Nothing is published at this address.")
    figure = next((each for each in figures_of(site, collection) if each.name == name), None)
    if name is not None and figure is None:
        raise NotFound("Nothing is published at this address.")
    asked = ask(request, "/".join(filter(None, ("/map", segment, name))), (HTML,))
    kept = site.bodies.find(asked.key(reader))
    if kept is None:
        source = figure.source if figure else None
        answer = await answer_to(request, site, source.question, {}) if isinstance(source, MapFigure) else None
        content = Content(
            root=NamedNode(site.publication.base_iri + asked.resource.path),
            triples=(),
            page=lambda links: map_page(site, reader, asked.resource, links, collection, figure, answer),
            modified=site.latest_change,
            links=_links(site, collection, figure),
        )
        kept = await run_in_threadpool(represent, site, reader, asked, content)
        site.bodies.keep(asked.key(reader), kept)
    return kept.response(request)


def _links(site: Site, collection: Collection, figure: Figure | None) -> tuple[Link, ...]:
    licence = site.publication.licence
    above = f"/map/{collection.segment}" if figure else "/"
    return (Link(above, "up"), *([Link(licence, "license")] if licence else []))
