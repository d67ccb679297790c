"""``/catalog``: what is offered, for portals that harvest it page by page, and for people (DCAT-AP 3)."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from sotegraph import jsonld
from sotegraph.catalog import CATALOG_PATH, Catalogue, Page
from sotegraph.errors import NotFound
from sotegraph.formats import HTML, JSON, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Format
from sotegraph.web.answers import Answer
from sotegraph.web.links import Link
from sotegraph.web.pages import catalogue_page
from sotegraph.web.representations import Asked, Content, ask, represent
from sotegraph.web.site import Reader, ReaderDep, Site, SiteDep, address_of

router = APIRouter()
FORMATS = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES, JSON, HTML)
"""Harvesters send no ``Accept`` and want RDF; people's browsers ask for a page."""


@router.get(CATALOG_PATH)
def catalogue(request: Request, site: SiteDep, reader: ReaderDep, page: int = 1) -> Response:
    """Send one page of the catalogue, in the form preferred: the datasets, their files and services."""
    return _page(request, site, reader, CATALOG_PATH, page)


@router.get(CATALOG_PATH + ".{suffix}")
def catalogue_in_one_form(suffix: str, request: Request, site: SiteDep, reader: ReaderDep, page: int = 1) -> Response:
    """One page of the catalogue in one fixed form; the pages that it leads to are in the same."""
    return _page(request, site, reader, f"{CATALOG_PATH}.{suffix}", page)


def catalogue_of(site: Site) -> Catalogue:
    """The catalogue of the version; raises CatalogueMissing where it was made without one."""
    return site.once("catalogue", lambda: Catalogue.read(site.publication, site.version))


def catalogue_context(site: Site) -> jsonld.Context:
    """Prefixes, and nothing that portals would have to fetch."""
    return jsonld.read_context({"@context": {"id": "@id", "type": "@type", **site.publication.prefixes}})


def _page(request: Request, site: Site, reader: Reader, path: str, number: int) -> Response:
    asked = ask(request, path, FORMATS, (("page", str(number)),) if number != 1 else ())
    if asked.resource.path != CATALOG_PATH:
        raise NotFound("Nothing is published at this address.")
    if asked.form is HTML:
        home = site.publication.base_iri
        return site.bodies.get(asked.key(reader), lambda: _answer(site, reader, asked, number, home)).response(request)
    # What leads to the next page has to be an address at which this site answers, whatever the data's own IRIs are.
    address = address_of(request)
    key = (address, asked.key(reader))
    return site.catalogues.get(key, lambda: _answer(site, reader, asked, number, address)).response(request)


def _answer(site: Site, reader: Reader, asked: Asked, number: int, address: str) -> Answer:
    catalogue = catalogue_of(site)
    own = JSON_LD if asked.form is JSON else asked.form
    page = catalogue.page(number, site.settings.page_size, lambda each: address + page_path(own, each))
    licence = site.publication.licence
    return represent(
        site,
        reader,
        asked,
        Content(
            root=catalogue.names.catalog,
            triples=page.triples,
            page=lambda links: catalogue_page(site, reader, asked.resource, links, catalogue, page),
            modified=site.latest_change,
            links=(
                *_links(page, asked.form if asked.fixed else None),
                *([Link(licence, "license")] if licence else []),
            ),
            context=catalogue_context(site),
        ),
    )


def page_path(form: Format | None, number: int) -> str:
    """The local address of a page in one form, or in whichever is preferred."""
    query = f"?{urlencode({'page': number})}" if number != 1 else ""
    return f"{CATALOG_PATH}{f'.{form.suffix}' if form else ''}{query}"


def _links(page: Page, form: Format | None) -> list[Link]:
    """The links to the other pages (RFC 8288), as a list has them."""
    neighbours = {"first": 1, "prev": page.number - 1, "next": page.number + 1, "last": page.pages}
    return [Link(page_path(form, number), rel) for rel, number in neighbours.items() if 1 <= number <= page.pages]
