"""The front page: what is in the publication, and the doors to it."""

from __future__ import annotations

from dataclasses import dataclass

from sotegraph.entities import Layout, Text, list_sources
from sotegraph.publication import Collection
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages.rendering import Writer, downloads, is_main
from sotegraph.web.pages.structured import structured
from sotegraph.web.pages.tiles import draw_tiles
from sotegraph.web.site import Reader, Site


@dataclass(frozen=True)
class Shelf:
    """Lists that belong together on the front page; *collection* is the list of these lists, if there is one."""

    heading: Text
    collections: tuple[Collection, ...]


def front_page(site: Site, reader: Reader, resource: Resource, links: tuple[Link, ...]) -> str:
    """Return the front page."""
    writer = Writer(site, reader)
    example = next((iris[0] for iris in site.index.members.values() if iris), None)
    return writer.render(
        "front.html",
        Resource("/"),
        links,
        structured=structured(site, site.index, reader, site.publication.iri, "/", "", ()),
        main=[each for each in site.publication.collections if is_main(each)],
        shelves=_shelves(site, writer),
        count=lambda collection: len(site.index.members[collection.segment]),
        sources=list_sources(site.index, reader.language),
        example=Layout(site.index, reader.language).link(example) if example else None,
        forms=downloads(resource),
        modified=site.latest_change,
        maps=[drawn for each in site.publication.collections if each.tiles and (drawn := draw_tiles(writer, each))],
        overviews=site.index.overviews.pages,
    )


def _shelves(site: Site, writer: Writer) -> list[Shelf]:
    """The lists that are no main ones: those under one first segment together, then the rest."""
    others = [each for each in site.publication.collections if not is_main(each)]
    parents = sorted({each.segment.partition("/")[0] for each in others if "/" in each.segment})
    shelves = []
    for parent in parents:
        own = tuple(each for each in others if each.segment.startswith(parent + "/") or each.segment == parent)
        collection = site.publication.collection(parent)
        heading = writer.choose(collection.labels) if collection else None
        shelves.append(Shelf(heading or Text(str(writer.say("Classifications"))), own))
    rest = tuple(each for each in others if each.segment.partition("/")[0] not in parents)
    return [*shelves, Shelf(Text(str(writer.say("Further data"))), rest)] if rest else shelves
