"""The lists of the publication, each at the segment of its entities; the last router, because it takes any path."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from sotegraph import jsonld
from sotegraph.entities import HYDRA, Listing, list_members, listing_triples
from sotegraph.entities.listing import listing_iri
from sotegraph.formats import DOCUMENT_FORMATS, HTML
from sotegraph.web.answers import Answer
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages import list_page
from sotegraph.web.representations import Asked, Content, ask, represent
from sotegraph.web.site import Reader, ReaderDep, Site, SiteDep

router = APIRouter()


@router.get("/{segment:path}")
def listed(segment: str, request: Request, site: SiteDep, reader: ReaderDep, page: int = 1) -> Response:
    """Send one page of the list of a collection."""
    query = (("page", str(page)),) if page != 1 else ()
    asked = ask(request, f"/{segment}", DOCUMENT_FORMATS, query)
    kept = site.bodies.get(asked.key(reader), lambda: _answer(site, reader, asked, page))
    return kept.response(request)


def _answer(site: Site, reader: Reader, asked: Asked, number: int) -> Answer:
    # RDF never varies by language: there the order is that of the publication's first one.
    language = reader.language if asked.form is HTML else site.publication.languages[0]
    listing = list_members(site.index, asked.resource.path[1:], language, number, site.settings.page_size)
    return represent(
        site,
        reader,
        asked,
        Content(
            root=listing_iri(site.index, listing.collection),
            triples=listing_triples(site.index, listing),
            page=lambda links: list_page(site, reader, asked.resource, links, listing),
            modified=site.index.latest_change,
            links=tuple(_links(site, asked, listing)),
            context=_context(site),
        ),
    )


def _links(site: Site, asked: Asked, listing: Listing) -> list[Link]:
    form = asked.form if asked.fixed else None
    pages = [Link(turned(asked.resource, number).address(form), rel) for rel, number in listing.neighbours.items()]
    licence = site.publication.licence
    items = (site.index.addresses.path(iri) for iri in listing.entries)
    return [
        *pages,
        *([Link(licence, "license")] if licence else []),
        Link("/", "up"),
        *(Link(path, "item") for path in items if path),
    ]


def turned(resource: Resource, number: int) -> Resource:
    """The same list at page *number*."""
    return Resource(resource.path, resource.offers, (("page", str(number)),) if number != 1 else ())


def _context(site: Site) -> jsonld.Context:
    own = site.publication.context["@context"]
    return jsonld.read_context({"@context": {**own, "hydra": HYDRA}})
