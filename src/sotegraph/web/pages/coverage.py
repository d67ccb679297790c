"""The page of the coverage: a table of numbers and states, each state in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from babel.numbers import format_percent
from markupsafe import Markup, escape
from pyoxigraph import Literal, NamedNode

from sotegraph.coverage import DOES_NOT_EXIST, KNOWN, NOT_FOUND, CoverageTable, Entry, Row, RowGroup, Total
from sotegraph.entities import Text
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages.entities import downloads
from sotegraph.web.pages.rendering import Writer
from sotegraph.web.site import Reader, Site

_FIGURES = Markup('<span class="figures">{} <span class="count">({})</span></span>')
_WHOLE = Markup('<span class="figures">{}</span>')
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

    def cell(self, entries: Sequence[Entry]) -> list[Line]:
        """The lines of one cell: one for each state, with the periods that it holds for."""
        states = sorted({each.state for each in entries}, key=_place)
        return [self._line(state, [each for each in entries if each.state == state]) for state in states]

    def _line(self, state: str, entries: Sequence[Entry]) -> Line:
        kind = _KINDS.get(state, "stated")
        periods = [each for each in entries if each.period is not None]
        if state == KNOWN:
            return Line(kind, Markup(", ").join(map(self._figure, entries)))
        if periods:
            return Line(
                kind, Markup("{}: {}").format(self.state(state), Markup(", ").join(map(_WHOLE.format, spans(periods))))
            )
        count = sum(each.count for each in entries)
        told = self.state(state)
        return Line(kind, Markup("{}: {}").format(told, self.number(count)) if count else told)

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
        per_cent = format_percent(count / out_of, locale=self.writer.formatter.locale)
        return _FIGURES.format(per_cent, numbers)

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
class Known:
    """What the coverage tells of one entity, for the page of that entity: *address* leads to its row."""

    title: Markup
    address: str
    columns: tuple[tuple[Markup, list[Line]], ...]


def known_of(site: Site, reader: Reader, iri: str) -> Known | None:
    """What the coverage tells of *iri*, column by column; None when it has no row about it."""
    described = site.index.coverage
    if described is None or iri not in site.index.members[described.segment] or site.coverage is None:
        return None
    row = site.coverage.row(iri)
    if row is None:
        return None
    writer = Writer(site, reader)
    teller = Teller(writer, site.coverage)
    return Known(
        title=writer.texts(described.titles),
        address=reader.link(f"/coverage#{row_anchor(site, iri)}"),
        columns=tuple(
            (writer.texts(column.labels), teller.cell(cell))
            for column, cell in zip(described.columns, row.cells, strict=True)
        ),
    )


def row_anchor(site: Site, iri: str) -> str:
    """What the row about *iri* is called in the address of the coverage."""
    return "row-" + (site.index.addresses.key(iri) or iri).replace("/", "-")


def coverage_page(site: Site, reader: Reader, resource: Resource, links: tuple[Link, ...], table: CoverageTable) -> str:
    """Return the page of the coverage."""
    writer = Writer(site, reader)

    def row_link(row: Row) -> Markup:
        value = writer.named(row.iri)
        return Markup('<a href="{}">{}</a>').format(reader.link(value.href or row.iri), writer.text(value.text))

    return writer.render(
        "coverage.html",
        resource,
        links,
        table=table,
        tell=Teller(writer, table),
        row_link=row_link,
        row_anchor=lambda row: row_anchor(site, row.iri),
        collection=site.publication.collection(table.coverage.segment),
        totals=list(zip(table.coverage.columns, table.totals(), strict=True)),
        forms=downloads(resource),
    )
