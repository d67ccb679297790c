"""The page of what was found in all lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode

from sotegraph.entities import Text
from sotegraph.entities.index import choose
from sotegraph.publication import Collection
from sotegraph.search import Results
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages.lists import (
    Chip,
    Entry,
    ShownFacet,
    entry,
    list_downloads,
    option_text,
    show_facet,
    stranger,
)
from sotegraph.web.pages.paging import paging
from sotegraph.web.pages.rendering import Writer
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
        return _address(reader, results, number)

    return Writer(site, reader).render(
        "search.html",
        resource,
        links,
        results=results,
        counts=results.counts() if results.asks else [],
        facets=_facets(site, reader, results) if results.total or results.chosen else [],
        chips=_chips(site, reader, results),
        hits=[_hit(site, reader, iri) for iri in entries],
        start=(place[0] - 1) * site.settings.page_size + 1,
        paging=paging(*place, address),
        everywhere=reader.link("/search?" + urlencode({"q": results.text})),
        forms=list_downloads(resource, reader),
    )


def _address(reader: Reader, results: Results, number: int = 1) -> str:
    query = urlencode((*results.query(), *((("page", str(number)),) if number != 1 else ())))
    return reader.link("/search" + (f"?{query}" if query else ""))


def _facets(site: Site, reader: Reader, results: Results) -> list[ShownFacet]:
    """By what lists that something was found in can be narrowed together."""
    shown = []
    for facet in results.facets:
        options = results.options(facet.name)
        wider = replace(results, whole=(*results.whole, facet.name))
        whole = None if facet.name in results.whole else _address(reader, wider)
        if len(options) > 1 or facet.name in results.chosen:
            shown.append(show_facet(site, reader, facet, options, whole))
    return shown


def _chips(site: Site, reader: Reader, results: Results) -> list[Chip]:
    """The chosen values, and the lists that there are not, each with the way to be without it."""
    kind = str(Writer(site, reader).say("Kind of thing"))
    found = []
    for segment in results.strangers:
        without = replace(results, segments=tuple(each for each in results.segments if each != segment))
        found.append(Chip(Text(segment), None, _address(reader, without), kind=kind))
    facets = {each.name: each for each in results.facets}
    for name, values in results.chosen.items():
        known = {each.key: each.value for each in results.options(name)}
        for key in values:
            text = option_text(site, reader, known[key]) if known[key] != key else stranger(site, reader, key)
            without = replace(results, chosen=results.toggled(name, key))
            found.append(Chip(text, facets[name], _address(reader, without)))
    return found


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
