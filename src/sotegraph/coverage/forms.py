"""A coverage for machines: a graph of cells, and a table with one line for each entry."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.coverage.description import Column
from sotegraph.coverage.table import CoverageTable, Entry, Row
from sotegraph.facts import Texts
from sotegraph.terms import RDF_TYPE, term

_LABEL, _DESCRIPTION = term("rdfs:label"), term("dct:description")


def coverage_triples(table: CoverageTable, key: Callable[[str], str]) -> Iterator[Triple]:
    """The triples of *table*: what it is, its columns, and each entry as a node; *key* names a row in their IRIs."""
    root = NamedNode(table.coverage.iri)
    yield Triple(root, RDF_TYPE, term("pub:Coverage"))
    yield Triple(root, term("pub:segment"), Literal(table.coverage.segment))
    yield from _texts(root, term("dct:title"), table.coverage.titles)
    yield from _texts(root, _DESCRIPTION, table.coverage.descriptions)
    for column in table.coverage.columns:
        yield from _column(root, column, "pub:column", "pub:CoverageColumn")
    for gap in table.coverage.gaps:
        yield from _column(root, gap, "pub:gap", "pub:CoverageGap")
    for row in table.rows:
        for column, cell in zip(table.coverage.columns, row.cells, strict=True):
            for entry in cell:
                yield from _entry(root, row, column, entry, key(row.iri))
        for gap, things in zip(table.coverage.gaps, row.gaps, strict=True):
            yield from _missing(root, row.iri, gap, things, key(row.iri))
    for gap, things in zip(table.coverage.gaps, table.elsewhere, strict=True):
        yield from _missing(root, None, gap, things, "none")


def _texts(subject: NamedNode, predicate: NamedNode, texts: Texts) -> Iterator[Triple]:
    for language, text in texts.items():
        yield Triple(subject, predicate, Literal(text, language=language or None))


def _column(root: NamedNode, column: Column, link: str, kind: str) -> Iterator[Triple]:
    node = NamedNode(column.iri)
    yield Triple(root, term(link), node)
    yield Triple(node, RDF_TYPE, term(kind))
    yield Triple(node, term("pub:query"), Literal(f"{column.name}.rq"))
    yield from _texts(node, _LABEL, column.labels)
    yield from _texts(node, _DESCRIPTION, column.descriptions)


def _entry(root: NamedNode, row: Row, column: Column, entry: Entry, key: str) -> Iterator[Triple]:
    period = f"-{entry.period.value}" if entry.period else ""
    state = f"-{entry.state.rpartition('#')[2].rpartition('/')[2]}" if entry.period else ""
    node = NamedNode(f"{root.value}#cell-{column.name}-{key}{period}{state}")
    yield Triple(root, term("pub:cell"), node)
    yield Triple(node, RDF_TYPE, term("pub:CoverageCell"))
    yield Triple(node, term("pub:row"), NamedNode(row.iri))
    yield Triple(node, term("pub:inColumn"), NamedNode(column.iri))
    yield Triple(node, term("pub:count"), Literal(entry.count))
    yield Triple(node, term("pub:state"), NamedNode(entry.state))
    if entry.out_of is not None:
        yield Triple(node, term("pub:outOf"), Literal(entry.out_of))
    if entry.period is not None:
        yield Triple(node, term("pub:period"), entry.period)
    if entry.latest is not None:
        yield Triple(node, term("pub:latest"), NamedNode(entry.latest))


def _missing(root: NamedNode, row: str | None, gap: Column, things: Sequence[str], key: str) -> Iterator[Triple]:
    node = NamedNode(f"{root.value}#cell-{gap.name}-{key}")
    yield Triple(root, term("pub:cell"), node)
    yield Triple(node, RDF_TYPE, term("pub:CoverageCell"))
    if row is not None:
        yield Triple(node, term("pub:row"), NamedNode(row))
    yield Triple(node, term("pub:inColumn"), NamedNode(gap.iri))
    yield Triple(node, term("pub:count"), Literal(len(things)))
    for thing in things:
        yield Triple(node, term("pub:thing"), NamedNode(thing))


def coverage_csv(table: CoverageTable, languages: Sequence[str], names: Callable[[str], Mapping[str, str]]) -> bytes:
    """Return *table* as CSV, a line for each entry; *names* gives what a row is called in each of *languages*."""
    output = io.StringIO(newline="")
    writer = csv.writer(output)
    writer.writerow(
        ["row", *(f"name_{each}" for each in languages), "column", "period", "count", "out_of", "state", "latest"]
    )
    for row in table.rows:
        named = names(row.iri)
        start = [row.iri, *(named.get(each, "") for each in languages)]
        for column, cell in zip(table.coverage.columns, row.cells, strict=True):
            for entry in cell:
                period = entry.period.value if entry.period else ""
                base = "" if entry.out_of is None else entry.out_of
                writer.writerow([*start, column.name, period, entry.count, base, entry.state, entry.latest or ""])
        for gap, things in zip(table.coverage.gaps, row.gaps, strict=True):
            writer.writerow([*start, gap.name, "", len(things), "", "", ""])
    for gap, things in zip(table.coverage.gaps, table.elsewhere, strict=True):
        writer.writerow(["", *("" for _ in languages), gap.name, "", len(things), "", "", ""])
    return output.getvalue().encode()
