"""Sitemaps (sitemaps.org 0.9): every page once in each language, with the day its data changed, in parts.

A day is only told where something says one: the history of the versions, of a thing that was changed since the first of
them, else the sources that speak of it. Nothing is made up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

from sotegraph.catalog import CATALOG_PATH, VOID_PATH, Names
from sotegraph.terms import term, utc
from sotegraph.web.links import Resource
from sotegraph.web.site import Site

_PART_ADDRESSES = 6_000
"""So few that a part is written in a tenth of a second; the protocol allows 50,000, and 50 MB uncompressed."""
_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
_HEAD = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{_SCHEMA}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)
_FOOT = "</urlset>\n"


@dataclass(frozen=True)
class Page:
    """The path of a page, and when what it shows was changed, as far as the data says so."""

    path: str
    changed: datetime | None = None


def pages_of(site: Site) -> list[Page]:
    """The pages that people may look for: the front page, lists, documents, questions, words."""
    index, publication = site.index, site.publication
    since = site.past.changed() if site.past else {}

    def changed(iri: str) -> datetime | None:
        return since.get(iri) or index.changed(iri)

    words, shapes = (index.modified.get(publication.graph(name).value) for name in ("ontology", "shapes"))
    pages = [Page("/", max(index.modified.values(), default=None))]
    for collection in publication.collections:
        members = index.members[collection.segment]
        entities = [Page(path, changed(each)) for each in members if (path := index.addresses.path(each))]
        pages.append(
            Page(f"/{collection.segment}", max(filter(None, (each.changed for each in entities)), default=None))
        )
        pages += entities
    if index.questions:
        pages += [Page("/queries", words), *(Page(f"/queries/{each.name}", words) for each in index.questions)]
    pages += [Page(publication.vocabulary_path, words)] if publication.vocabulary_path else []
    pages += [Page("/shapes", shapes), Page(VOID_PATH), Page("/dumps"), Page("/feed")]
    pages += _datasets(site, pages[0].changed)
    pages += [Page("/coverage")] if index.covered else []
    pages += [Page(f"/map/{each.segment}") for each in publication.collections if each.tiles]
    pages += list(_overviews(site, changed))
    return list({each.path: each for each in pages}.values())


def _datasets(site: Site, changed: datetime | None) -> Iterator[Page]:
    """The catalogue and its datasets; nothing where the version was made without one."""
    names = Names.of(site.publication)
    for triple in site.version.outgoing(names.catalog):
        path = site.index.addresses.path(str(getattr(triple.object, "value", "")))
        if triple.predicate == term("dcat:dataset") and path is not None:
            yield Page(path, changed)
    yield Page(CATALOG_PATH, changed)


def _overviews(site: Site, changed: Callable[[str], datetime | None]) -> Iterator[Page]:
    """The overviews, each with one for every member; which two one compares is left to people."""
    for each in site.index.overviews.pages:
        yield Page(f"/view/{each.name}")
        for iri in site.index.members[each.collection.segment] if each.collection and not each.compares else ():
            key = (site.index.addresses.key(iri) or "").rpartition("/")[2]
            yield Page(f"/view/{each.name}/{key}", changed(iri))


def parts_of(site: Site) -> list[list[Page]]:
    """The pages in parts, each of which keeps within the limits."""
    pages, each = pages_of(site), max(1, _PART_ADDRESSES // len(site.languages))
    return [pages[start : start + each] for start in range(0, len(pages), each)]


def write_part(site: Site, base: str, pages: Sequence[Page]) -> bytes:
    """One part of the sitemap at the site's address *base*: each page in each language, with the others beside it."""
    return "".join((_HEAD, *(_entries(site, base, page) for page in pages), _FOOT)).encode()


def _entries(site: Site, base: str, page: Page) -> str:
    resource = Resource(page.path)
    addresses = {each: escape(base + resource.address(language=each)) for each in site.languages}
    changed = _lastmod(site, page.changed)
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{address}"/>'
        for language, address in (*addresses.items(), ("x-default", escape(base + resource.address())))
    )
    return "".join(f"<url><loc>{address}</loc>{changed}{links}</url>\n" for address in addresses.values())


def write_index(site: Site, parts: Sequence[Sequence[Page]], address: Callable[[int], str]) -> bytes:
    """The sitemap of the sitemaps: *address* tells where the part of a number is."""

    def entries() -> Iterator[str]:
        for number, part in enumerate(parts, 1):
            changed = max(filter(None, (each.changed for each in part)), default=None)
            yield f"<sitemap><loc>{escape(address(number))}</loc>{_lastmod(site, changed)}</sitemap>\n"

    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{_SCHEMA}">\n'
    return "".join((head, *entries(), "</sitemapindex>\n")).encode()


def _lastmod(site: Site, changed: datetime | None) -> str:
    """The moment as ``Last-Modified`` of the page tells it; nothing where the data says none."""
    if changed is None:
        return ""
    return f"<lastmod>{utc(min(changed, site.since).replace(microsecond=0))}</lastmod>"
