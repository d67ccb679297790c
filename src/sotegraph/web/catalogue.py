"""``/catalog``: what is offered, for portals that harvest it page by page, and for people (DCAT-AP 3)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from sotegraph import jsonld
from sotegraph.catalog import CATALOG_PATH, Catalogue, Page
from sotegraph.errors import CatalogueMissing, CatalogueMoved, NotFound, PublisherError
from sotegraph.formats import HTML, JSON, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Format
from sotegraph.versions import Entry
from sotegraph.versions.files import DERIVED
from sotegraph.web.answers import CURRENT, FRESH, Answer
from sotegraph.web.links import Link
from sotegraph.web.pages import catalogue_page
from sotegraph.web.representations import Asked, Content, ask, represent
from sotegraph.web.site import VERSION, Reader, ReaderDep, Site, SiteInTimeDep, address_of, require_now

router = APIRouter()
FORMATS = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES, JSON, HTML)
"""Harvesters send no ``Accept`` and want RDF; people's browsers ask for a page."""
_MARK = re.compile(r"(?P<version>[0-9a-f]{16})-[0-9a-f]{12}")
_TAG_DIGITS = 20
_EARLIER = 3
"""Of how many entries of the history before the current one a harvest that has begun can be ended."""


@router.get(CATALOG_PATH)
def catalogue(request: Request, site: SiteInTimeDep, reader: ReaderDep, page: int = 1, version: str = "") -> Response:
    """Send one page of the catalogue, in the form preferred: the datasets, their files and services.

    With *version*, as the links between pages name it, a page of that catalogue and of no other one. Programs that ask
    for another page than the first without it are led to the address that names the catalogue of now.
    """
    return _page(request, site, reader, CATALOG_PATH, page, version)


@router.get(CATALOG_PATH + ".{suffix}")
def catalogue_in_one_form(
    suffix: str, request: Request, site: SiteInTimeDep, reader: ReaderDep, page: int = 1, version: str = ""
) -> Response:
    """One page of the catalogue in one fixed form; the pages that it leads to are in the same."""
    return _page(request, site, reader, f"{CATALOG_PATH}.{suffix}", page, version)


def catalogue_of(site: Site) -> Catalogue:
    """The catalogue of the version; raises CatalogueMissing where it was made without one."""
    return site.once("catalogue", lambda: Catalogue.read(site.publication, site.version))


def catalogue_context(site: Site) -> jsonld.Context:
    """Prefixes, and nothing that portals would have to fetch."""
    return jsonld.read_context({"@context": {"id": "@id", "type": "@type", **site.publication.prefixes}})


def _page(request: Request, site: Site, reader: Reader, path: str, number: int, mark: str) -> Response:
    require_now(request, own=(VERSION,) if _MARK.fullmatch(mark) else ())
    asked = ask(request, path, FORMATS, (("page", str(number)),) if number != 1 else ())
    asked = replace(asked, resource=replace(asked.resource, version=mark))
    if asked.resource.path != CATALOG_PATH:
        raise NotFound("Nothing is published at this address.")
    if asked.form is HTML:
        home = site.publication.base_iri
        return site.bodies.get(asked.key(reader), lambda: _answer(site, reader, asked, number, home)).response(request)
    if number != 1 and not mark:
        return _to_marked(request, site, asked, number)
    # What leads to the next page has to be an address at which this site answers, whatever the data's own IRIs are.
    address = address_of(request)
    key = (address, asked.key(reader))
    return site.catalogues.get(key, lambda: _answer(site, reader, asked, number, address)).response(request)


def _to_marked(request: Request, site: Site, asked: Asked, number: int) -> Response:
    """The way to page *number* of the catalogue of now, so that what is sent says of which catalogue it is a page.

    Raises NotFound for a page that there is not.
    """
    catalogue, size = catalogue_of(site), site.settings.page_size
    catalogue.require_page(number, size)
    target = request.url.include_query_params(**{VERSION: catalogue.mark(size)})
    headers = {"Location": f"{target.path}?{target.query}", "Cache-Control": CURRENT}
    return Response(status_code=307, headers=headers if asked.fixed else {**headers, "Vary": "Accept"})


def _answer(site: Site, reader: Reader, asked: Asked, number: int, address: str) -> Answer:
    wanted = asked.resource.version
    catalogue = _catalogue_at(site, wanted, asked.form)
    mark = catalogue.mark(site.settings.page_size)
    own = JSON_LD if asked.form is JSON else asked.form
    page = catalogue.page(number, site.settings.page_size, lambda each: address + page_path(own, each, mark))
    licence = site.publication.licence
    answer = represent(
        site,
        reader,
        asked,
        Content(
            root=catalogue.names.catalog,
            triples=page.triples,
            page=lambda links: catalogue_page(site, reader, asked.resource, links, catalogue, page),
            modified=site.latest_change,
            links=(
                *_links(page, asked.form if asked.fixed else None, mark),
                *([Link(licence, "license")] if licence else []),
            ),
            context=catalogue_context(site),
            order=page.order(site.publication.languages),
            headers=(("Publication-Version", catalogue.version),),
            fresh=FRESH if wanted else CURRENT,
        ),
    )
    # A page names the address by which it was asked for; the same statements may be catalogued otherwise by now.
    return replace(answer, etag=f'"{mark}-{hashlib.sha256(answer.body).hexdigest()[:_TAG_DIGITS]}"')


def _catalogue_at(site: Site, mark: str, form: Format) -> Catalogue:
    """The catalogue with that *mark*: the current one, or, for programs, one that was so shortly before.

    Raises CatalogueMoved where it is neither: who began with another one begins again.
    """
    size, now = site.settings.page_size, catalogue_of(site)
    if not mark or mark == now.mark(size):
        return now
    found = (each for each in _earlier(site, mark) if each.mark(size) == mark) if form is not HTML else iter(())
    for each in found:
        return each
    raise CatalogueMoved(
        "This page belongs to the catalogue {version}, and here is another one by now. Begin again at {path}.",
        version=mark,
        path=CATALOG_PATH,
    )


def _earlier(site: Site, mark: str) -> Iterator[Catalogue]:
    """The catalogues of the versions before the current one whose ids *mark* begins with, read once each."""
    past = site.past
    if past is None:
        return
    for entry in past.entries()[-2 : -2 - _EARLIER : -1]:
        if mark.startswith(entry.short_id):
            # What is no longer kept, or was laid out at another address, is none to go on with.
            with suppress(PublisherError, OSError):
                yield site.once(f"catalogue of {entry.folder}", lambda entry=entry: _read(site, entry))  # type: ignore[misc]


def _read(site: Site, entry: Entry) -> Catalogue:
    if site.past is None:
        raise CatalogueMissing("This version of the data has no catalogue. Publish it once more.")
    with (site.past.archive.folder(entry) / DERIVED).open("rb") as derived:
        return Catalogue.parse(site.publication, entry.short_id, derived)


def page_path(form: Format | None, number: int, mark: str) -> str:
    """The local address of a page of the catalogue with that *mark*, in one form, or in whichever is preferred."""
    query = urlencode([*([("page", number)] if number != 1 else []), (VERSION, mark)])
    return f"{CATALOG_PATH}{f'.{form.suffix}' if form else ''}?{query}"


def _links(page: Page, form: Format | None, mark: str) -> list[Link]:
    """The links to the other pages (RFC 8288), as a list has them."""
    neighbours = {"first": 1, "prev": page.number - 1, "next": page.number + 1, "last": page.pages}
    return [Link(page_path(form, number, mark), rel) for rel, number in neighbours.items() if 1 <= number <= page.pages]
