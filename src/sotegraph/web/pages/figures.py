"""Figures of the members of a collection, shaded on its map of tiles, and the page that shows one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from sotegraph.coverage import KNOWN, Column, Entry
from sotegraph.facts import Texts
from sotegraph.overviews import MapFigure
from sotegraph.publication import Collection
from sotegraph.questions import Table
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages.cells import number_of
from sotegraph.web.pages.coverage import Teller
from sotegraph.web.pages.rendering import Writer
from sotegraph.web.pages.tiles import Measured, draw_tiles
from sotegraph.web.site import Reader, Site


@dataclass(frozen=True)
class Figure:
    """Something that a map can show of each member: a column of the coverage, or of the answer to a question."""

    name: str
    labels: Texts
    descriptions: Texts
    source: Column | MapFigure

    @property
    def address(self) -> str:
        """Where the same figures stand with all that belongs to them."""
        if isinstance(self.source, MapFigure):
            return f"/queries/{self.source.question.name}"
        return "/coverage"


def figures_of(site: Site, collection: Collection) -> list[Figure]:
    """The figures of the members of *collection*: those that are described, then what its coverage counts."""
    described = [each for each in site.index.overviews.figures if each.collection == collection]
    found = [Figure(each.name, each.labels, each.descriptions, each) for each in described]
    covered = site.index.covered
    if covered is not None and covered.coverage.segment == collection.segment:
        names = {each.name for each in found}
        columns = (each for each in covered.coverage.columns if each.name not in names)
        found += [Figure(each.name, each.labels, each.descriptions, each) for each in columns]
    return found


def map_page(
    site: Site,
    reader: Reader,
    resource: Resource,
    links: tuple[Link, ...],
    collection: Collection,
    figure: Figure | None,
    answer: Table | None,
) -> str:
    """Return the page of a map: for finding one's way, or shaded by *figure*, whose question got *answer*."""
    writer = Writer(site, reader)
    measured = dict(_measured(writer, collection, figure, answer)) if figure else None
    return writer.render(
        "map.html",
        resource,
        links,
        collection=collection,
        figure=figure,
        figures=figures_of(site, collection),
        map=draw_tiles(writer, collection, measured),
    )


def _measured(
    writer: Writer, collection: Collection, figure: Figure, answer: Table | None
) -> Iterator[tuple[str, Measured]]:
    covered = writer.site.index.covered
    if isinstance(figure.source, MapFigure):
        assert answer is not None
        known = _answered(writer, figure.source, answer)
        nothing = Measured(writer.translate("no figure"))
        yield from ((iri, known.get(iri, nothing)) for iri in writer.site.index.members[collection.segment])
    elif covered is not None:
        teller, place = Teller(writer, covered), covered.coverage.columns.index(figure.source)
        for row in covered.rows:
            href = covered_at(teller, row.iri, figure.source)
            yield row.iri, _counted(teller, row.cells[place], href)


def covered_at(teller: Teller, iri: str, column: Column) -> str | None:
    """The path at which the page of *iri* lists what *column* counts, before a language is added to it."""
    path, place = teller.writer.site.index.addresses.path(iri), teller.place(column)
    return path + place if path and place else None


def _answered(writer: Writer, figure: MapFigure, answer: Table) -> Mapping[str, Measured]:
    """The last number that the answer gives for each member."""
    about, value = answer.header.index(figure.about), answer.header.index(figure.value)
    found = {}
    for row in answer.rows:
        member, term = row[about], row[value]
        number = number_of(term)
        if isinstance(member, NamedNode) and isinstance(term, Literal) and number is not None:
            found[member.value] = Measured(writer.formatter.literal(term.value, term.datatype.value), number)
    return found


def _counted(teller: Teller, entries: tuple[Entry, ...], href: str | None) -> Measured:
    """What is known in a cell as one number: of shares the per cent, of periods their sum; else its states in words."""
    known = [each for each in entries if each.state == KNOWN]
    if not known:
        states = [line.text for line in teller.cell(entries)]
        return Measured(Markup("; ").join(states), None)
    count = sum(each.count for each in known)
    bases = [each.out_of for each in known if each.out_of is not None]
    if bases and sum(bases):
        return Measured(teller.per_cent(count, sum(bases)), count / sum(bases), href)
    return Measured(teller.number(count), count, href)
