"""The page of what was found in all lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode

from sotegraph.entities import Text
from sotegraph.entities.index import choose
from sotegraph.publication import Collection
from sotegraph.search import Results
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages.lists import Entry, entry
from sotegraph.web.pages.paging import paging
from sotegraph.web.pages.rendering import Writer, downloads
from sotegraph.web.site import Reader, Site

_SUMMARY = 200


@dataclass(frozen=True)
class Hit:
    """Something that was found, the list where it stands, and what is said of it."""

    entry: Entry
    collection: Collection | None
    summary: Text | None


def search_page(
    site: Site,
    reader: Reader,
    resource: Resource,
    links: tuple[Link, ...],
    results: Results,
    entries: Sequence[str],
    place: tuple[int, int],
) -> str:
    """Return page *place* (its number, and how many there are) of what was found."""

    def address(number: int) -> str:
        query = (*results.query(), *((("page", str(number)),) if number != 1 else ()))
        return reader.link(f"/search?{urlencode(query)}")

    return Writer(site, reader).render(
        "search.html",
        resource,
        links,
        results=results,
        counts=results.counts() if results.text else [],
        hits=[_hit(site, reader, iri) for iri in entries],
        start=(place[0] - 1) * site.settings.page_size + 1,
        paging=paging(*place, address),
        everywhere=reader.link("/search?" + urlencode({"q": results.text})),
        forms=downloads(resource),
    )


def _hit(site: Site, reader: Reader, iri: str) -> Hit:
    return Hit(entry(site, reader, iri), site.index.collection_of(iri), summary_of(site, reader, iri))


def summary_of(site: Site, reader: Reader, iri: str) -> Text | None:
    """What is said of *iri* in the language that the reader understands best, not more than two lines of it."""
    for name in site.publication.text_properties:
        values = [each for each in site.version.objects(NamedNode(iri), NamedNode(name)) if isinstance(each, Literal)]
        text = choose(sorted(values, key=str), site.index.languages(reader.language))
        if text:
            short = text.value if len(text.value) <= _SUMMARY else text.value[:_SUMMARY].rsplit(" ", 1)[0] + " …"
            return Text(short, text.language)
    return None
