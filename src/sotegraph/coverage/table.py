"""The table of a coverage: what the queries of its columns answer for each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode, QuerySolution, QuerySolutions

from sotegraph.coverage.description import KNOWN, NOT_FOUND, Column, Coverage
from sotegraph.sparql import run
from sotegraph.store import Version


@dataclass(frozen=True)
class Entry:
    """What is known in one cell, of one *period* if the column has periods: a number, perhaps *out_of* another.

    Where nothing was found, *latest* may be what was known last.
    """

    count: int
    state: str
    out_of: int | None = None
    period: Literal | None = None
    latest: str | None = None


@dataclass(frozen=True)
class Row:
    """One row: the entity it is about, and the entries of each column in the order of their periods.

    *gaps* holds, for each gap, the things of this row that it is about.
    """

    iri: str
    cells: tuple[tuple[Entry, ...], ...]
    gaps: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class RowGroup:
    """Rows that belong together; *heading* is an IRI, or a text, or None."""

    heading: NamedNode | Literal | None
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Total:
    """The entries of a column together: their sums, and in how many rows each state is the state of an entry."""

    count: int
    out_of: int | None
    states: Mapping[str, int]


@dataclass(frozen=True)
class CoverageTable:
    """A coverage, filled from one version; *elsewhere* holds, for each gap, the things that belong to no row."""

    coverage: Coverage
    groups: tuple[RowGroup, ...]
    elsewhere: tuple[tuple[str, ...], ...] = ()

    @property
    def rows(self) -> list[Row]:
        """All rows, in order."""
        return [row for group in self.groups for row in group.rows]

    def row(self, iri: str) -> Row | None:
        """The row about *iri*, if it has one."""
        return self._by_iri.get(iri)

    @cached_property
    def _by_iri(self) -> Mapping[str, Row]:
        return {each.iri: each for each in self.rows}

    def missing(self) -> list[int]:
        """How many things each gap is about; a thing that belongs to several rows counts once."""
        found = ({thing for row in self.rows for thing in row.gaps[place]} for place in range(len(self.elsewhere)))
        return [len(things | set(others)) for things, others in zip(found, self.elsewhere, strict=True)]

    def totals(self) -> list[Total]:
        """The total of each column."""
        return [_total([row.cells[place] for row in self.rows]) for place in range(len(self.coverage.columns))]


def fill_coverage(coverage: Coverage, version: Version, members: Sequence[str]) -> CoverageTable:
    """Return the table of *coverage* in *version*: a row for each of *members*, in their order or that of the query."""
    answers = [_answers(version, column) for column in coverage.columns]
    missing = [_things(version, gap, members) for gap in coverage.gaps]
    nothing = (Entry(0, NOT_FOUND),)
    headings = _headings(coverage, version, members)
    grouped: dict[NamedNode | Literal | None, list[Row]] = {}
    for iri, heading in headings.items():
        cells = tuple(tuple(each.get(iri, nothing)) for each in answers)
        grouped.setdefault(heading, []).append(Row(iri, cells, tuple(each.get(iri, ()) for each in missing)))
    groups = tuple(RowGroup(heading, tuple(rows)) for heading, rows in grouped.items())
    return CoverageTable(coverage, groups, tuple(each.get(None, ()) for each in missing))


def _things(version: Version, gap: Column, members: Sequence[str]) -> dict[str | None, tuple[str, ...]]:
    """The things that *gap* is about, by row; under None those that belong to no row."""
    found: dict[str | None, set[str]] = {}
    for solution in run(version, gap.query):
        row, thing = solution["row"], solution["thing"]
        if isinstance(thing, NamedNode):
            own = row.value if isinstance(row, NamedNode) and row.value in members else None
            found.setdefault(own, set()).add(thing.value)
    return {row: tuple(sorted(things)) for row, things in found.items()}


def _headings(coverage: Coverage, version: Version, members: Sequence[str]) -> dict[str, NamedNode | Literal | None]:
    """The rows in order, each with the heading of its group; members that the query leaves out come last."""
    found: dict[str, NamedNode | Literal | None] = {}
    if coverage.rows_query:
        for solution in _solutions(version, coverage.rows_query, "group"):
            row, group = solution
            if row in members:
                found.setdefault(row, group)
    return found | {each: None for each in members if each not in found}


def _solutions(version: Version, text: str, name: str) -> Iterator[tuple[str, NamedNode | Literal | None]]:
    solutions = run(version, text)
    for solution in solutions:
        row, value = solution["row"], _value(solutions, solution, name)
        if isinstance(row, NamedNode):
            yield row.value, value


def _value(solutions: QuerySolutions, solution: QuerySolution, name: str) -> NamedNode | Literal | None:
    """The value of a variable that a query need not select."""
    if all(each.value != name for each in solutions.variables):
        return None
    value = solution[name]
    return value if isinstance(value, NamedNode | Literal) else None


def _answers(version: Version, column: Column) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    solutions = run(version, column.query)
    for solution in solutions:
        row = solution["row"]
        if isinstance(row, NamedNode):
            found.setdefault(row.value, []).append(_entry(solutions, solution))
    return {row: sorted(entries, key=_by_period) for row, entries in found.items()}


def _entry(solutions: QuerySolutions, solution: QuerySolution) -> Entry:
    count = _number(_value(solutions, solution, "count")) or 0
    state = _value(solutions, solution, "state")
    period = _value(solutions, solution, "period")
    out_of = _number(_value(solutions, solution, "outOf"))
    latest = _value(solutions, solution, "latest")
    return Entry(
        count=count,
        state=state.value if isinstance(state, NamedNode) else KNOWN if count or out_of else NOT_FOUND,
        out_of=out_of,
        period=period if isinstance(period, Literal) else None,
        latest=latest.value if isinstance(latest, NamedNode) else None,
    )


def _number(value: NamedNode | Literal | None) -> int | None:
    return int(value.value) if isinstance(value, Literal) else None


def _by_period(entry: Entry) -> tuple[str, str]:
    return (entry.period.value if entry.period else "", entry.state)


def _total(cells: Iterable[Sequence[Entry]]) -> Total:
    states: Counter[str] = Counter()
    entries: list[Entry] = []
    for cell in cells:
        states.update({entry.state for entry in cell})
        entries += cell
    bases = [each.out_of for each in entries if each.out_of is not None]
    return Total(sum(each.count for each in entries), sum(bases) if bases else None, states)
