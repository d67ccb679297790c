"""Pages composed of sections: about one thing, about two side by side, or about none in particular."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest

from pyoxigraph import Literal, NamedNode

from sotegraph.coverage import Column as CoverageColumn
from sotegraph.entities import Layout, Row, Text, Value, list_sources
from sotegraph.errors import PublisherError
from sotegraph.formats import RESULTS_CSV, XLSX, Format
from sotegraph.overviews import BARS, TIMELINE, Overview, Section
from sotegraph.questions import Column as Named
from sotegraph.questions import Table
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages.cells import Cell, are_numbers, cell
from sotegraph.web.pages.charts import Chart, chart
from sotegraph.web.pages.coverage import Known, Line, Teller, tell_known
from sotegraph.web.pages.entities import blocks, overview_address, paging_on
from sotegraph.web.pages.rendering import Writer, anchor
from sotegraph.web.pages.steps import draw_steps
from sotegraph.web.pages.timeline import Timeline, draw_timeline
from sotegraph.web.site import Reader, Site

_SHOWN_LINES = 200
_SIDE_BY_SIDE = 12


@dataclass(frozen=True)
class Grid:
    """An answer as a table: names and kinds of its columns, its lines, and how many lines there are in all."""

    columns: tuple[tuple[str, bool], ...]
    lines: tuple[tuple[Cell | None, ...], ...]
    total: int
    numbered: bool = False


@dataclass(frozen=True)
class Answered:
    """The answer to the question of a section about one thing, with its picture, and where it is to be had."""

    grid: Grid
    chart: Chart | None = None
    timeline: Timeline | None = None
    address: str = ""
    downloads: tuple[tuple[Format, str], ...] = ()


@dataclass(frozen=True)
class Pair:
    """What is said of two things in one respect; *common* are the addresses of what both have."""

    name: Text | None
    sides: tuple[tuple[Value, ...], ...]
    totals: tuple[int, ...]
    common: frozenset[str] = frozenset()

    def is_common(self, value: Value) -> bool:
        """Whether both are said to have *value*."""
        return (value.href or "") in self.common


@dataclass(frozen=True)
class Shown:
    """A section as its page shows it: one of these for one thing, two answers for two; *failure* where none came."""

    section: Section
    rows: Sequence[Row] = ()
    known: Sequence[Known | None] = ()
    answers: Sequence[Answered] = ()
    pairs: Sequence[Pair] = ()
    figures: Sequence[tuple[CoverageColumn, Sequence[list[Line]]]] = ()
    beside: Grid | None = None
    chart: Chart | None = None
    failure: str = ""


@dataclass(frozen=True)
class Composing:
    """Composes the sections of an overview about *members*; *answers* holds what came of each question."""

    writer: Writer
    overview: Overview
    members: Sequence[str]
    answers: Mapping[tuple[str, int], Table | PublisherError]
    layout: Layout = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "layout", Layout(self.writer.site.index, self.writer.reader.language))

    @cached_property
    def teller(self) -> Teller | None:
        covered = self.writer.site.index.covered
        return Teller(self.writer, covered) if covered else None

    def sections(self) -> Iterator[Shown]:
        """Each section, in order."""
        for section in self.overview.sections:
            if section.known:
                yield self._known(section)
            elif section.shapes:
                yield self._shaped(section)
            else:
                yield self._answered(section)

    def _known(self, section: Section) -> Shown:
        found = [tell_known(self.teller, each) if self.teller else None for each in self.members]
        if not self.overview.compares:
            return Shown(section, known=found)
        cells = [{column.iri: told for column, told in each.cells} if each else {} for each in found]
        columns = self.teller.table.coverage.columns if self.teller else ()
        figures = [(column, [own.get(column.iri, []) for own in cells]) for column in columns]
        return Shown(section, known=found, figures=figures)

    def _shaped(self, section: Section) -> Shown:
        found = [self.layout.rows(each, section.shapes) for each in self.members]
        if not self.overview.compares:
            return Shown(section, rows=found[0])
        keys = dict.fromkeys((row.iri, row.name) for rows in found for row in rows)
        return Shown(section, pairs=[self._pair(name, iri, found) for iri, name in keys])

    def _pair(self, name: Text, iri: str, found: Sequence[Sequence[Row]]) -> Pair:
        rows = [next((row for row in rows if row.iri == iri), None) for rows in found]
        sides = [_values_of(row) for row in rows]
        totals = tuple(max(row.total, len(side)) if row else 0 for row, side in zip(rows, sides, strict=True))
        common = frozenset.intersection(*(frozenset(each.href for each in side if each.href) for side in sides))
        return Pair(name, tuple(side[:_SIDE_BY_SIDE] for side in sides), totals, common)

    def _answered(self, section: Section) -> Shown:
        found = [self.answers[section.name, place] for place in range(max(1, len(self.members)))]
        for each in found:
            if isinstance(each, PublisherError):
                return Shown(section, failure=each.text(self.writer.translate))
        tables = [_shown_columns(section, each) for each in found if isinstance(each, Table)]
        if self.overview.compares and section.by is not None:
            merged = self._beside(section, tables)
            drawn = chart(self.writer, merged, common=True) if section.drawn == BARS else None
            return Shown(section, beside=self._grid(merged), chart=drawn)
        return Shown(section, answers=[self._answer(section, each, place) for place, each in enumerate(tables)])

    def _answer(self, section: Section, table: Table, place: int) -> Answered:
        question = section.question
        assert question is not None
        written = self.writer.site.askable(question).written
        values = {section.about: written(NamedNode(self.members[place]))} if section.about else {}
        resource = Resource(f"/queries/{question.name}", query=tuple(values.items()))
        drawn = chart(self.writer, self._named(section, table)) if section.drawn == BARS else None
        line = self._timeline(table) if section.drawn == TIMELINE else None
        return Answered(
            self._grid(self._named(section, table), numbered=line is not None),
            drawn,
            line,
            resource.address(),
            tuple((form, resource.address(form)) for form in (RESULTS_CSV, XLSX)),
        )

    def _timeline(self, table: Table) -> Timeline | None:
        """The line of time of *table*: what in the first column, from when in the second, until when in the third."""
        writer = self.writer
        lines = []
        for row in table.rows:
            times = row[1:3]
            ends = [each for each in times if isinstance(each, Literal)]
            if len(ends) == 2:
                words = str(writer.formatter.period(*ends).striptags())
            else:
                words = "–".join(str(writer.literal(each.value).striptags()) for each in map(self._cell, times) if each)
            lines.append((self._cell(row[0]), times, words))
        return draw_timeline(lines)

    def _cell(self, term: object) -> Cell | None:
        return cell(self.writer, term)  # type: ignore[arg-type]

    def _beside(self, section: Section, tables: Sequence[Table]) -> Table:
        """One table of two: by the column that they are compared by, the last column of each side by side."""
        found: list[dict[object, list[object]]] = []
        for table in tables:
            place = table.header.index(section.by or "")
            own: dict[object, list[object]] = {}
            for row in table.rows:
                own.setdefault(row[place], []).append(row[-1])
            found.append(own)
        keys = sorted(
            dict.fromkeys(key for own in found for key in own if key is not None),
            key=lambda key: (-sum(key in own for own in found), self._sorted_by(key)),
        )
        rows: list[tuple[object, ...]] = []
        for key in keys:
            rows += [(key, *pair) for pair in zip_longest(*(own.get(key, []) for own in found))]
        names = [self.writer.plain(self.layout.link(each).text) for each in self.members]
        return Table((self._column(section, section.by or ""), *map(Named, names)), tuple(rows))  # type: ignore[arg-type]

    def _sorted_by(self, key: object) -> str:
        name = self._cell(key)
        return name.value.text.value.casefold() if name else ""

    def _named(self, section: Section, table: Table) -> Table:
        """*table* with its columns called as the question calls them."""
        return Table(tuple(self._column(section, each.name) for each in table.columns), table.rows)

    def _column(self, section: Section, name: str) -> Named:
        assert section.question is not None
        names = section.question.column_names.get(name)
        parameter = section.question.parameter(name)
        chosen = self.writer.choose(names or (parameter.names if parameter else {})) if names or parameter else None
        return Named(chosen.value if chosen else name)

    def _grid(self, table: Table, *, numbered: bool = False) -> Grid:
        columns = tuple(
            (each.name, are_numbers(row[place] for row in table.rows)) for place, each in enumerate(table.columns)
        )
        lines = tuple(tuple(map(self._cell, row)) for row in table.rows[:_SHOWN_LINES])
        return Grid(columns, lines, len(table.rows), numbered)


def _values_of(row: Row | None) -> tuple[Value, ...]:
    """What stands for each value of *row* in a list: the first cell of each line of a table."""
    if row is None:
        return ()
    if row.table is not None:
        return tuple(line.link or line.cells[0][0] for line in row.table.lines if line.link or line.cells[0])
    return row.values


def _shown_columns(section: Section, table: Table) -> Table:
    """*table* with the columns that the section shows, without a line that says the same as one before."""
    wanted = section.columns or [each.name for each in table.columns if each.name != section.about]
    if section.by is not None and section.by not in wanted:
        wanted = (section.by, *wanted)
    places = [table.header.index(name) for name in wanted]
    rows = dict.fromkeys(tuple(row[place] for place in places) for row in table.rows)
    return Table(tuple(table.columns[place] for place in places), tuple(row for row in rows if any(row)))


def overview_page(
    site: Site,
    reader: Reader,
    resource: Resource,
    links: tuple[Link, ...],
    overview: Overview,
    members: Sequence[str],
    answers: Mapping[tuple[str, int], Table | PublisherError],
) -> str:
    """Return the page of *overview* about *members*."""
    writer = Writer(site, reader)
    composing = Composing(writer, overview, members, answers)
    about = [composing.layout.link(each) for each in members]
    graphs = sorted({graph for each in members for graph in site.version.graphs_of(NamedNode(each))})
    return writer.render(
        "overview.html",
        resource,
        links,
        overview=overview,
        about=about,
        iris=members,
        shown=list(composing.sections()),
        tell=composing.teller,
        others=[each for each in site.index.overviews.of(overview.collection) if each != overview],
        keys=[site.index.addresses.key(each) or "" for each in members],
        address=lambda other: overview_address(site, other, members),
        blocks=blocks,
        draw_steps=draw_steps,
        anchor=anchor,
        paging=lambda key, total, limit: paging_on(
            reader, Resource(site.index.addresses.path(members[0]) or "/"), key, 1, total, limit
        ),
        sources=list_sources(site.index, reader.language, graphs),
    )


def choosing_page(
    site: Site, reader: Reader, resource: Resource, links: tuple[Link, ...], overview: Overview, first: str | None
) -> str:
    """Return the page on which one chooses what *overview* shall be about."""
    assert overview.collection is not None
    index = site.index
    iris = index.ordered.get((overview.collection.segment, reader.language), index.members[overview.collection.segment])
    layout = Layout(index, reader.language)
    keys = [(index.addresses.key(each) or "").rpartition("/")[2] for each in iris]
    return Writer(site, reader).render(
        "choosing.html",
        resource,
        links,
        overview=overview,
        choices=[(key, layout.link(iri)) for key, iri in zip(keys, iris, strict=True)],
        first=first,
    )
