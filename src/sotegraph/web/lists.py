"""The lists of the publication, each at the segment of its entities; the last router, because it takes any path.

A list is narrowed by words (``q``) and by the facets of its collection, each a parameter that may come several times;
every state has an address of its own, in every form.
"""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from sotegraph import jsonld
from sotegraph.entities import HYDRA, Listing, listing_triples
from sotegraph.entities.listing import listing_iri, pages_of
from sotegraph.errors import NotFound, WrongValue
from sotegraph.formats import HTML, RESULTS_CSV, TABLE_FORMATS
from sotegraph.search import Choice, Narrowed, Shelf, list_csv, narrow
from sotegraph.search.narrowing import RELEVANCE
from sotegraph.search.shelves import NAME
from sotegraph.web.answers import FRESH, Answer, uncached
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages import list_page
from sotegraph.web.representations import Asked, Content, ask, represent
from sotegraph.web.site import Reader, ReaderDep, Site, SiteInTimeDep, require_now

router = APIRouter()


@router.get("/{segment:path}")
def listed(segment: str, request: Request, site: SiteInTimeDep, reader: ReaderDep, page: int = 1) -> Response:
    """Send one page of the list of a collection, narrowed by words and facets; as CSV the whole list."""
    if segment.endswith("/") and site.search.shelf(segment[:-1]) is not None:
        query = f"?{request.url.query}" if request.url.query else ""
        return Response(status_code=308, headers={"Location": f"/{segment[:-1]}{query}", "Cache-Control": FRESH})
    asked = ask(request, f"/{segment}", TABLE_FORMATS)
    shelf = site.search.shelf(asked.resource.path[1:])
    if shelf is None:
        raise NotFound("Nothing is published at this address.")
    require_now(request, own=shelf.values)
    choice = read_choice(request, shelf)
    moved = (
        (("page", str(page)),) if page != 1 or (asked.form is RESULTS_CSV and "page" in request.query_params) else ()
    )
    asked = _placed(asked, reader, choice, moved)

    def answer() -> Answer:
        return _answer(site, reader, asked, shelf, choice, page)

    if choice.text and not site.search.complete:
        return uncached(answer()).response(request)
    return site.bodies.get(asked.key(reader), answer).response(request)


def read_choice(request: Request, shelf: Shelf) -> Choice:
    """What the parameters of *request* choose of *shelf*; raises WrongValue for an order that there is not."""
    pairs = request.query_params.multi_items()
    values = {
        name: tuple(dict.fromkeys(value for each, value in pairs if each == name and value)) for name in shelf.values
    }
    sort = request.query_params.get("sort", "")
    years = [each.facet.name for each in shelf.values.values() if each.years]
    orders = [RELEVANCE, NAME, f"-{NAME}", *years, *(f"-{each}" for each in years)]
    if sort and sort not in orders:
        raise WrongValue(
            "The value {value} of the parameter {parameter} is not understood. Expected: {expected}.",
            parameter="sort",
            value=sort,
            expected=" | ".join(orders),
        )
    text = " ".join(request.query_params.get("q", "").split())
    whole = tuple(name for name in shelf.values if name in request.query_params.getlist("whole"))
    return Choice(text, {name: chosen for name, chosen in values.items() if chosen}, sort, whole)


def _placed(asked: Asked, reader: Reader, choice: Choice, moved: tuple[tuple[str, str], ...]) -> Asked:
    """*asked* with the parameters that are part of its address; names in a CSV are in the language of the address."""
    query, spoken = (*choice.query(), *moved), reader.language if reader.named else ""
    resource = Resource(asked.resource.path, asked.resource.offers, query, spoken=spoken)
    return replace(asked, resource=resource)


def _answer(site: Site, reader: Reader, asked: Asked, shelf: Shelf, choice: Choice, number: int) -> Answer:
    # RDF never varies by language: there the order is that of the publication's first one.
    speaks = asked.form is HTML or (asked.form is RESULTS_CSV and reader.named)
    language = reader.language if speaks else site.publication.languages[0]
    narrowed = narrow(site.search, shelf, choice)
    size = site.settings.page_size
    pages = pages_of(narrowed.total, number, size)
    entries = narrowed.page(_known(site, language), number, size)
    listing = Listing(shelf.collection, entries, narrowed.total, number, pages, choice.query())
    return represent(
        site,
        reader,
        asked,
        Content(
            root=listing_iri(site.index, listing.collection, listing.query),
            triples=listing_triples(site.index, listing),
            page=lambda links: list_page(site, reader, asked.resource, links, narrowed, listing),
            modified=site.latest_change,
            links=tuple(_links(site, asked, listing)),
            context=list_context(site),
            table=lambda: _csv(site, asked, narrowed, listing, language),
            indexed=not choice.query(),
            members=listing.entries,
        ),
    )


def _known(site: Site, language: str) -> str:
    """*language*, or the first of the publication where the site speaks one that the publication does not."""
    return language if language in site.publication.languages else site.publication.languages[0]


def _csv(site: Site, asked: Asked, narrowed: Narrowed, listing: Listing, language: str) -> bytes:
    """The page asked for, or without one the whole list."""
    paged = any(name == "page" for name, _ in asked.resource.query)
    entries = listing.entries if paged else narrowed.entries(_known(site, language))
    return list_csv(site.index, listing.collection, entries, language)


def _links(site: Site, asked: Asked, listing: Listing) -> list[Link]:
    pages = [Link(turned(asked, number), rel) for rel, number in listing.neighbours.items()]
    licence = site.publication.licence
    items = (site.index.addresses.path(iri) for iri in listing.entries)
    return [
        *pages,
        *([Link(licence, "license")] if licence else []),
        Link("/", "up"),
        *(Link(path, "item") for path in items if path),
    ]


def turned(asked: Asked, number: int) -> str:
    """The address of page *number* of the same list, in the form and the language that this address names."""
    kept = tuple(pair for pair in asked.resource.query if pair[0] != "page")
    # A table without a number is the whole list.
    moved = (("page", str(number)),) if number != 1 or asked.form is RESULTS_CSV else ()
    there = replace(asked.resource, query=(*kept, *moved))
    return there.address(asked.form) if asked.fixed else there.address(language=there.spoken)


def list_context(site: Site) -> jsonld.Context:
    """The context of the publication, and the terms of lists besides."""
    own = site.publication.context["@context"]
    classes = {f"hydra:{name}": f"hydra:{name}" for name in ("Collection", "PartialCollectionView")}
    return jsonld.read_context({"@context": {**own, "hydra": HYDRA, **classes}})
