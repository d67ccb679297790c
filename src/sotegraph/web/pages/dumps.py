"""The pages of downloads: which versions have files, and the files of one, dataset by dataset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sotegraph.dumps import Offer
from sotegraph.entities import Text
from sotegraph.versions import Entry
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages.rendering import Writer, downloads
from sotegraph.web.site import Reader, Site


@dataclass(frozen=True)
class DumpedVersion:
    """A version with its files; *entry* is the first one of it in the history, where there is one."""

    id: str
    time: datetime
    offers: tuple[Offer, ...]
    entry: Entry | None = None

    @property
    def short_id(self) -> str:
        """The first 16 digits of the id."""
        return self.id[:16]

    @property
    def is_made(self) -> bool:
        """Whether the files are there, and not only offered."""
        return all(each.size is not None for each in self.offers)

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(each.size or 0 for each in self.offers)


@dataclass(frozen=True)
class Dataset:
    """The files of one dataset; *path* leads to what is said of its graph."""

    name: str
    title: Text | None
    path: str | None
    offers: tuple[Offer, ...]


def dumps_page(
    site: Site, reader: Reader, resource: Resource, links: tuple[Link, ...], versions: Sequence[DumpedVersion]
) -> str:
    """Return the page of downloads: the files of the first of *versions*, and which others there are."""
    return _page(site, reader, resource, links, versions[0], versions[1:], is_current=True)


def version_dumps_page(
    site: Site, reader: Reader, resource: Resource, links: tuple[Link, ...], version: DumpedVersion
) -> str:
    """Return the page of the files of one version."""
    return _page(site, reader, resource, links, version, (), is_current=False)


def _page(
    site: Site,
    reader: Reader,
    resource: Resource,
    links: tuple[Link, ...],
    version: DumpedVersion,
    others: Sequence[DumpedVersion],
    *,
    is_current: bool,
) -> str:
    return Writer(site, reader).render(
        "dumps.html",
        resource,
        links,
        version=version,
        datasets=list(_datasets(site, reader, version)),
        others=others,
        is_current=is_current,
        forms=downloads(resource),
    )


def _datasets(site: Site, reader: Reader, version: DumpedVersion) -> Iterator[Dataset]:
    for (name, graph), offers in groupby(version.offers, key=lambda each: (each.dataset, each.graph)):
        title = site.index.label(graph, reader.language) if graph else None
        path = site.index.addresses.path(graph) if graph in site.version.graphs and graph else None
        yield Dataset(name, title or (Text(name) if graph else None), path, tuple(offers))
