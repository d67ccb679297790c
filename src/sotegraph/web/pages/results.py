"""What came of a query, ready to be shown: in which views it can be, and what the chosen one shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import RdfFormat, parse

from sotegraph.errors import MalformedQuery, PublisherError
from sotegraph.questions import Table, read_table
from sotegraph.questions.table import Column as Named
from sotegraph.questions.table import Term
from sotegraph.web.pages.cells import Cell, are_numbers, cell
from sotegraph.web.pages.charts import Chart, chart
from sotegraph.web.pages.maps import Map, draw_map
from sotegraph.web.pages.rendering import Writer

TABLE, CHART, MAP, RAW = VIEWS = ("table", "chart", "map", "raw")
_SHOWN_LINES = 1_000
_SHOWN_CHARACTERS = 200_000
_EXCERPT_CHARACTERS = 120
_WORD = re.compile(r"[?$]?[\w:.-]{1,80}|.")


@dataclass(frozen=True)
class Outcome:
    """What came of a query: a *result* in SPARQL JSON or, a graph, in Turtle; or the *error* in its place."""

    result: bytes = b""
    graph: bool = False
    error: PublisherError | None = None
    milliseconds: int = 0


@dataclass(frozen=True)
class Column:
    """A column of the table: its *name*, a word of the page where *ours*, and whether its values are numbers."""

    name: str
    figures: bool = False
    ours: bool = False


@dataclass(frozen=True)
class Grid:
    """A table; there may be more lines than are shown."""

    columns: tuple[Column, ...]
    lines: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True)
class Shown:
    """A result in one *view* of several: a *verdict*, or *total* lines as *grid*, *chart*, *map* or *raw* text."""

    view: str = TABLE
    views: tuple[str, ...] = ()
    wanted: str = TABLE
    graph: bool = False
    total: int = 0
    verdict: bool | None = None
    grid: Grid | None = None
    chart: Chart | None = None
    map: Map | None = None
    raw: str | None = None
    cut: bool = False


@dataclass(frozen=True)
class Fault:
    """The line of a query in which something is wrong: what stands before the place, the word at it, what follows."""

    line: int
    before: str
    at: str
    after: str


def shown(writer: Writer, outcome: Outcome, wanted: str) -> Shown:
    """Return the result of *outcome* in the view that is *wanted*, or as a table when it cannot be shown so."""
    if outcome.graph:
        return _shown_graph(writer, outcome.result.decode(), wanted)
    document = json.loads(outcome.result)
    if "boolean" in document:
        return Shown(verdict=document["boolean"])
    table = read_table(outcome.result)
    drawn = chart(writer, table)
    mapped = draw_map(writer, table)
    views = (TABLE, *([CHART] if drawn else []), *([MAP] if mapped else []), RAW) if table.rows else ()
    view = wanted if wanted in views else TABLE
    text = json.dumps(document, ensure_ascii=False, indent=1) if view == RAW else ""
    return Shown(
        view=view,
        views=views,
        wanted=wanted,
        total=len(table.rows),
        grid=_grid(writer, table) if view == TABLE else None,
        chart=drawn if view == CHART else None,
        map=mapped if view == MAP else None,
        raw=text[:_SHOWN_CHARACTERS] if view == RAW else None,
        cut=len(text) > _SHOWN_CHARACTERS if view == RAW else view == TABLE and len(table.rows) > _SHOWN_LINES,
    )


def _shown_graph(writer: Writer, turtle: str, wanted: str) -> Shown:
    """A graph as a table of its triples, in the order of the document, or as the document."""
    rows = [(each.subject, each.predicate, each.object) for each in parse(turtle, format=RdfFormat.TURTLE)]
    view = RAW if wanted == RAW and rows else TABLE
    names = tuple(Column(each, ours=True) for each in ("subject", "property", "value"))
    return Shown(
        view=view,
        views=(TABLE, RAW) if rows else (),
        wanted=wanted,
        graph=True,
        total=len(rows),
        grid=Grid(names, tuple(_lines(writer, rows))) if view == TABLE else None,
        raw=turtle[:_SHOWN_CHARACTERS] if view == RAW else None,
        cut=len(turtle) > _SHOWN_CHARACTERS if view == RAW else len(rows) > _SHOWN_LINES,
    )


def _grid(writer: Writer, table: Table) -> Grid:
    columns = tuple(_column(table, place, each) for place, each in enumerate(table.columns))
    return Grid(columns, tuple(_lines(writer, table.rows)))


def _column(table: Table, place: int, column: Named) -> Column:
    return Column(column.name, figures=are_numbers(row[place] for row in table.rows))


def _lines(writer: Writer, rows: Sequence[Sequence[Term | None]]) -> Iterator[tuple[Cell | None, ...]]:
    for row in rows[:_SHOWN_LINES]:
        yield tuple(cell(writer, each) for each in row)


def fault_in(text: str, error: PublisherError | None) -> Fault | None:
    r"""Return the line of *text* that *error* is about, when it tells the place.

    >>> fault_in("ASK {\n  ?s ?p\n}", MalformedQuery("", line=3, column=1))
    Fault(line=3, before='', at='}', after='')
    """
    lines = text.splitlines()
    if not isinstance(error, MalformedQuery) or not 1 <= error.line <= len(lines):
        return None
    line, place = lines[error.line - 1], max(0, error.column - 1)
    word = _WORD.match(line, place)
    end = word.end() if word else place
    before, at, after = line[:place], line[place:end], line[end:]
    if len(before) > _EXCERPT_CHARACTERS:
        before = f"…{before[-_EXCERPT_CHARACTERS:]}"
    if len(after) > _EXCERPT_CHARACTERS:
        after = f"{after[:_EXCERPT_CHARACTERS]}…"
    return Fault(error.line, before, at, after)
