"""The pages about the data: one entity, and a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote, urlencode

from sotegraph import versions
from sotegraph.entities import (
    LIST_OF_CHOICES,
    Description,
    EntityPage,
    Index,
    Layout,
    Line,
    Profile,
    Row,
    Source,
    Table,
    Value,
    list_sources,
)
from sotegraph.errors import NotFound
from sotegraph.formats import TURTLE
from sotegraph.overviews import Overview
from sotegraph.publication import Collection
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages.coverage import Teller, tell_known
from sotegraph.web.pages.paging import Paging, pages_of, paging
from sotegraph.web.pages.rendering import Writer, anchor, downloads
from sotegraph.web.pages.steps import draw_steps
from sotegraph.web.pages.structured import structured
from sotegraph.web.site import Reader, Site

_SUMMARY = 300
_MANY_COLUMNS = 5
_LONG_TEXT = 40


@dataclass(frozen=True)
class Block:
    """Some rows of a section, or the one row whose values are a grid."""

    rows: tuple[Row, ...]
    grid: Table | None = None

    @property
    def row(self) -> Row:
        return self.rows[0]

    @property
    def notes(self) -> dict[Value, int]:
        """The sources of the lines, numbered in the order in which they are met."""
        sources = dict.fromkeys(each for line in self.grid.lines for each in line.sources) if self.grid else {}
        return {each: number for number, each in enumerate(sources, 1)}

    @property
    def is_linked(self) -> bool:
        """Whether a line of the grid leads to a page of its own besides its first value."""
        return self.grid is not None and any(line.link for line in self.grid.lines)

    @property
    def below(self) -> tuple[int, ...]:
        """The columns of a wide grid whose texts are too long for a cell: they stand below the line, at full width."""
        if self.grid is None or len(self.grid.columns) < _MANY_COLUMNS:
            return ()
        lines = self.grid.lines
        columns = range(1, len(self.grid.columns))
        return tuple(
            each for each in columns if any(map(_is_long, (value for line in lines for value in line.cells[each])))
        )


def _is_long(value: Value) -> bool:
    return value.href is None and len(value.text.value) > _LONG_TEXT


def entity_page(
    site: Site,
    index: Index,
    reader: Reader,
    resource: Resource,
    links: tuple[Link, ...],
    description: Description,
    profiles: tuple[Profile, ...],
    incoming: str | None,
    number: int,
    end: tuple[versions.Entry, versions.Entry] | None = None,
) -> str:
    """Return the page of one entity, told by *index*, which came to its *end* by some version after another one.

    Raises NotFound for a page of incoming links that does not exist.
    """
    size = site.settings.page_size
    page = Layout(index, reader.language, size).page(description, incoming, number)
    _check_page(page, incoming, number, size)
    writer = Writer(site, reader)
    crumbs = above(site, site.index.addresses.key(page.iri) or "")
    teller = Teller(writer, site.index.covered) if site.index.covered else None
    return writer.render(
        "entity.html",
        resource,
        links,
        page=page,
        tell=teller,
        known=tell_known(teller, page.iri) if teller else None,
        gone=description.gone,
        ways=_ways(site, page.iri),
        crumbs=crumbs,
        structured=""
        if description.gone
        else structured(site, index, reader, page.iri, resource.path, page.title.value, crumbs),
        end=end,
        now=quote(resource.path),
        history=quote(resource.path.replace("/doc/", "/history/", 1))
        if site.past is not None and site.past.is_told_of(site.version, description.root)
        else None,
        blocks=blocks,
        draw_steps=draw_steps,
        anchor=anchor,
        paging=lambda key, total, limit: paging_on(
            reader, resource, key, number if key == incoming else 1, total, limit
        ),
        page_size=size,
        forms=downloads(resource),
        exports=[(each, resource.in_profile(each.token).address(TURTLE)) for each in profiles if not each.is_native],
        choices=resource.in_profile(LIST_OF_CHOICES).address(),
        sources=_sources(site, reader, description.graphs),
        graphs=description.graphs,
        modified=description.modified,
        summary=_summary(page),
    )


def profiles_page(
    site: Site,
    reader: Reader,
    resource: Resource,
    links: tuple[Link, ...],
    description: Description,
    profiles: tuple[Profile, ...],
) -> str:
    """Return the page that lists in which profiles, and in which forms of each, an entity is described."""
    return Writer(site, reader).render(
        "profiles.html",
        resource,
        links,
        title=site.index.name(description.root.value, reader.language),
        document=resource.path,
        offers=[(each, downloads(resource.in_profile(each.variant))) for each in profiles],
        forms=downloads(resource),
        crumbs=above(site, site.index.addresses.key(description.root.value) or ""),
    )


def _sources(site: Site, reader: Reader, graphs: tuple[str, ...]) -> tuple[Source, ...]:
    """Where what is said in *graphs* comes from; most things are told of in the same few."""
    known: dict[tuple[str, tuple[str, ...]], tuple[Source, ...]] = site.once("sources of graphs", dict)
    place = (reader.language, graphs)
    if place not in known:
        known[place] = list_sources(site.index, reader.language, graphs)
    return known[place]


def _check_page(page: EntityPage, asked: str | None, number: int, size: int) -> None:
    """Raise NotFound unless the list *asked* for is on *page* and has a page *number*."""
    rows = (row for section in page.sections for row in section.rows)
    lists = {each.name: pages_of(each.total, size) for each in page.incoming}
    lists |= {row.key: pages_of(row.total, row.limit) for row in rows if row.limit}
    if asked is not None and not 1 <= number <= lists.get(asked, 0):
        raise NotFound("This list has no page {number}.", number=number)


def paging_on(reader: Reader, resource: Resource, key: str, number: int, total: int, limit: int) -> Paging:
    """The links between the pages of the list *key* on the page at *resource*."""

    def address(page: int) -> str:
        query = urlencode({"in": key, "page": page})
        return reader.link(f"{quote(resource.path)}?{query}#{anchor(key)}")

    return paging(number, pages_of(total, limit), address)


def above(site: Site, key: str) -> list[Collection]:
    """The lists above the address *key*, from the outermost."""
    steps = key.split("/")[:-1]
    paths = ("/".join(steps[: place + 1]) for place in range(len(steps)))
    return [found for path in paths if (found := site.publication.collection(path))]


def _ways(site: Site, iri: str) -> list[tuple[Overview, str]]:
    """The overviews of *iri*, with their addresses."""
    collection = site.index.collection_of(iri)
    found = site.index.overviews.of(collection) if collection else []
    return [(each, overview_address(site, each, [iri])) for each in found]


def overview_address(site: Site, overview: Overview, members: Sequence[str]) -> str:
    """Where *overview* is about *members*, as many of them as it takes; else where one chooses."""
    keys = [(site.index.addresses.key(each) or "").rpartition("/")[2] for each in members]
    if overview.compares and len(keys) == 1:
        return f"/view/{overview.name}?" + urlencode({"first": keys[0]})
    taken = keys[: 2 if overview.compares else 1] if overview.collection else []
    return "/".join((f"/view/{overview.name}", *map(quote, taken)))


def _summary(page: EntityPage) -> str:
    """The first longer text of the page, for search engines."""
    rows = (row for section in page.sections for row in section.rows)
    texts = (value.text.value for row in rows for value in row.values if value.href is None)
    return next((text for text in texts if len(text) > len(page.title.value) + 20), page.title.value)[:_SUMMARY]


def blocks(rows: Iterable[Row]) -> list[Block]:
    """The rows of a section: those with plain values together, each grid by itself."""
    found: list[Block] = []
    for is_grid, group in groupby(((row, row.table or _parts_grid(row)) for row in rows), lambda pair: bool(pair[1])):
        pairs = list(group)
        if is_grid:
            found += [Block((row,), grid) for row, grid in pairs if grid]
        else:
            found.append(Block(tuple(row for row, _ in pairs)))
    return found


def _parts_grid(row: Row) -> Table | None:
    """The parts of *row* as a grid, when there are several and they say more than one thing each."""
    names = {each.iri: each.name for value in row.values for each in value.parts}
    if len(row.values) < 2 or len(names) < 2 or not all(value.parts for value in row.values):
        return None
    lines = tuple(Line(tuple(_cell(value.parts, iri) for iri in names), sources=value.sources) for value in row.values)
    return Table(tuple(names.values()), lines)


def _cell(part: Sequence[Row], iri: str) -> tuple[Value, ...]:
    return next((each.values for each in part if each.iri == iri), ())
