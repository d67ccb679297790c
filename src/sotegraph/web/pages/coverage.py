"""The page of the coverage: a table of numbers and states, each state in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from babel.numbers import format_percent
from markupsafe import Markup, escape
from pyoxigraph import Literal, NamedNode

from sotegraph.coverage import DOES_NOT_EXIST, KNOWN, NOT_FOUND, Column, CoverageTable, Entry, Row, RowGroup, Total
from sotegraph.entities import Telling, Text
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages.rendering import Writer, anchor, downloads
from sotegraph.web.site import Reader, Site

_FIGURES = Markup('<span class="figures">{} <span class="count">({})</span></span>')
_WHOLE = Markup('<span class="figures">{}</span>')
_LINK = Markup('<a href="{}">{}</a>')
_KINDS = {KNOWN: "known", NOT_FOUND: "not-found", DOES_NOT_EXIST: "not-existing"}


def _place(state: str) -> tuple[int, str]:
    """Orders states: what is known, what else a publication says, what was not found, what does not exist."""
    return ((KNOWN, "", NOT_FOUND, DOES_NOT_EXIST).index(state if state in _KINDS else ""), state)


@dataclass(frozen=True)
class Line:
    """One line of a cell; *kind* is for the eye only, *text* says it all."""

    kind: str
    text: Markup


@dataclass(frozen=True)
class Teller:
    """Tells the entries of *table* in the language of *writer*."""

    writer: Writer
    table: CoverageTable

    def cell(self, entries: Sequence[Entry], href: str | None = None, *, brief: bool = False) -> list[Line]:
        """The lines of one cell: one for each state, with the periods that it holds for.

        What is known leads to *href*, where the things stand that were counted; *brief* hides names to save room.
        """
        states = sorted({each.state for each in entries}, key=_place)
        return [self._line(state, [each for each in entries if each.state == state], href, brief) for state in states]

    def _line(self, state: str, entries: Sequence[Entry], href: str | None, brief: bool) -> Line:
        kind = _KINDS.get(state, "stated")
        periods = [each for each in entries if each.period is not None]
        if state == KNOWN:
            told = Markup(", ").join(map(self._figure, entries))
            return Line(kind, _LINK.format(href, told) if href else told)
        told = self.state(state)
        if periods:
            return Line(kind, Markup("{}: {}").format(told, Markup(", ").join(map(_WHOLE.format, spans(periods)))))
        count = sum(each.count for each in entries)
        told = Markup("{}: {}").format(told, self.number(count)) if count else told
        for latest in dict.fromkeys(each.latest for each in entries if each.latest):
            told = Markup("{}; {}").format(told, self._latest(latest, brief))
        return Line(kind, told)

    def _latest(self, iri: str, brief: bool) -> Markup:
        """What was known last, by its name; *brief* gives that to the ear only."""
        if not brief:
            return Markup(self.writer.say("last known: {thing}", thing=self.thing(iri)))
        value = self.telling.link(iri)
        words = Markup('{} <span class="hidden">{}</span>').format(
            self.writer.say("the last known"), self.writer.text(value.text)
        )
        return _LINK.format(self.writer.reader.link(value.href or iri), words)

    def beside(self, entries: Sequence[Entry]) -> list[Line]:
        """The lines of a cell that stands beside the name of its row: of shares the per cent alone."""
        if all(each.out_of for each in entries):
            return [Line("known", escape(self.per_cent(each.count, each.out_of or 1))) for each in entries]
        return self.cell(entries, brief=True)

    def thing(self, iri: str) -> Markup:
        """A link to a thing, with its name and the language of that."""
        value = self.telling.link(iri)
        link = _LINK.format(self.writer.reader.link(value.href or iri), self.writer.text(value.text))
        return link + self.writer.mark(value.text)

    @cached_property
    def telling(self) -> Telling:
        """Tells things by their names."""
        return Telling(self.writer.site.index, self.writer.reader.language)

    def place(self, column: Column) -> str:
        """The fragment at which the page of a row lists what *column* counts; empty when it does not."""
        views = self.writer.site.index.publication.classes.values()
        shown = (each for view in views for each in view.properties if each.iri in column.shapes)
        return next((f"#{anchor(self.telling.key(each))}" for each in shown), "")

    def list_of(self, iri: str, column: Column) -> str | None:
        """The address at which the page of the row *iri* lists what *column* counts; None where it lists nothing."""
        path, place = self.writer.site.index.addresses.path(iri), self.place(column)
        return self.writer.reader.link(path + place) if path and place else None

    def key(self, iri: str) -> str:
        """What a row is called in a fragment."""
        return (self.writer.site.index.addresses.key(iri) or iri).rpartition("/")[2]

    def _figure(self, entry: Entry) -> Markup:
        if entry.period is not None:
            return _FIGURES.format(entry.period.value, self.number(entry.count))
        if entry.out_of is not None:
            return self.share(entry.count, entry.out_of)
        return escape(self.number(entry.count))

    def share(self, count: int, out_of: int) -> Markup:
        """A part of a whole, in per cent and in numbers."""
        numbers = f"{self.number(count)}/{self.number(out_of)}"
        if not out_of:
            return escape(numbers)
        return _FIGURES.format(self.per_cent(count, out_of), numbers)

    def per_cent(self, count: int, out_of: int) -> str:
        """A part of a whole in per cent."""
        return str(format_percent(count / out_of, locale=self.writer.formatter.locale))

    def number(self, value: int) -> str:
        """A number as people write it."""
        return self.writer.formatter.number(value)

    def state(self, iri: str) -> Markup:
        """What a state is called."""
        own = self.table.coverage.states.get(iri)
        if own is not None:
            return self.writer.texts(own)
        return self.writer.text(self.writer.site.index.name(iri, self.writer.reader.language))

    def heading(self, group: RowGroup) -> Markup | None:
        """What a group of rows is called."""
        if isinstance(group.heading, NamedNode):
            return self.writer.text(self.writer.site.index.name(group.heading.value, self.writer.reader.language))
        if isinstance(group.heading, Literal):
            return self.writer.text(Text(group.heading.value, group.heading.language or ""))
        return None

    def sum(self, total: Total) -> Markup:
        """The sum of a column."""
        return escape(self.number(total.count)) if total.out_of is None else self.share(total.count, total.out_of)

    def tally(self, total: Total) -> Iterator[Line]:
        """In how many rows each state stands."""
        for state in sorted(total.states, key=_place):
            yield Line(_KINDS.get(state, "stated"), Markup("{}: {}").format(self.state(state), total.states[state]))


def spans(entries: Iterable[Entry]) -> list[str]:
    """The periods of *entries*, years that follow one another as a range.

    >>> years = [Entry(0, NOT_FOUND, period=Literal(year)) for year in ("2019", "2023", "2024", "2025")]
    >>> spans(years)
    ['2019', '2023–2025']
    """
    periods = [each.period.value for each in entries if each.period is not None]
    years = [each for each in periods if each.isdigit()]
    found = []
    for _, group in groupby(enumerate(years), lambda pair: int(pair[1]) - pair[0]):
        run = [year for _, year in group]
        found.append(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}")
    return found + [each for each in periods if not each.isdigit()]


@dataclass(frozen=True)
class GapList:
    """The things that one gap is about, row by row; under None those that belong to no row."""

    gap: Column
    total: int
    rows: tuple[tuple[Row | None, tuple[str, ...]], ...]


def _gap_lists(table: CoverageTable) -> Iterator[GapList]:
    for place, (gap, total) in enumerate(zip(table.coverage.gaps, table.missing(), strict=True)):
        rows: list[tuple[Row | None, tuple[str, ...]]] = [(row, row.gaps[place]) for row in table.rows]
        rows.append((None, table.elsewhere[place]))
        yield GapList(gap, total, tuple(pair for pair in rows if pair[1]))


def coverage_page(site: Site, reader: Reader, resource: Resource, links: tuple[Link, ...], table: CoverageTable) -> str:
    """Return the page of the coverage."""
    writer = Writer(site, reader)
    columns = tuple(zip(table.coverage.columns, table.totals(), strict=True))
    return writer.render(
        "coverage.html",
        resource,
        links,
        table=table,
        tell=Teller(writer, table),
        collection=site.publication.collection(table.coverage.segment),
        columns=[(place, column, total) for place, (column, total) in enumerate(columns) if not column.in_heading],
        beside=[(place, column, total) for place, (column, total) in enumerate(columns) if column.in_heading],
        gaps=list(_gap_lists(table)),
        forms=downloads(resource),
    )


@dataclass(frozen=True)
class Known:
    """What the coverage knows of one entity: the lines of each column, and how much each gap is about."""

    title: Text | None
    key: str
    cells: tuple[tuple[Column, list[Line]], ...]
    gaps: tuple[tuple[Column, int], ...]


def tell_known(teller: Teller, iri: str) -> Known | None:
    """What the coverage knows of *iri*; None for what is no row of it."""
    row, described = teller.table.row(iri), teller.table.coverage
    if row is None:
        return None
    cells = zip(described.columns, row.cells, strict=True)
    return Known(
        title=teller.writer.choose(described.titles),
        key=teller.key(iri),
        cells=tuple((column, teller.cell(cell, teller.place(column) or None)) for column, cell in cells),
        gaps=tuple((gap, len(things)) for gap, things in zip(described.gaps, row.gaps, strict=True) if things),
    )
