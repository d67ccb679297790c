"""A few lines about one thing, for a frame in the page of somebody else."""

from __future__ import annotations

from sotegraph.search import identifiers_of, values_of
from sotegraph.web.links import Resource
from sotegraph.web.pages.lists import entry, option_text
from sotegraph.web.pages.rendering import Writer
from sotegraph.web.pages.searching import summary_of
from sotegraph.web.site import Reader, Site

_MOST_ROWS = 4


def preview_page(site: Site, reader: Reader, iri: str) -> str:
    """Return the preview of *iri*."""
    collection = site.index.collection_of(iri)
    identified = identifiers_of(site.index, iri)
    rows = []
    if collection is not None:
        for kind in collection.identifier_kinds:
            if texts := identified.get(kind.type):
                rows.append((kind.labels, ", ".join(texts)))
        for facet in collection.facets:
            values = sorted(values_of(site.version, facet, iri))
            if values:
                rows.append((facet.labels, ", ".join(option_text(site, reader, each).value for each in values[:3])))
    return Writer(site, reader).render(
        "preview.html",
        Resource(site.index.addresses.path(iri) or "/"),
        entry=entry(site, reader, iri),
        collection=collection,
        summary=summary_of(site, reader, iri),
        rows=rows[:_MOST_ROWS],
    )
