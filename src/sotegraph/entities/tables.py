"""Lay embedded nodes out as a table, one line each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pyoxigraph import NamedNode

from sotegraph.entities.index import natural
from sotegraph.entities.shown import Line, Table, Value
from sotegraph.entities.telling import SOURCE, Telling
from sotegraph.terms import term
from sotegraph.views import PropertyView

_NO_COLUMNS = frozenset({SOURCE.value, term("adms:identifier").value})
"""What a line says by a note, or leaves to the node's own page: a column of it would crowd out the rest."""


def lay_table(telling: Telling, view: PropertyView, nodes: Sequence[str]) -> Table | None:
    """Return the table of the *nodes* that *view* embeds; None when there is nothing to show of them.

    Its columns are those that the view names; without them, what the shapes of the nodes name, except the way back.
    """
    columns = _chosen(telling, view, nodes) if view.columns else _columns(telling, view, nodes)
    if not nodes or not columns:
        return None
    cells = {iri: [_cell(telling, NamedNode(iri), each) for each in columns] for iri in nodes}
    used = [place for place in range(len(columns)) if any(cells[iri][place] for iri in nodes)]
    named = columns[used[0]][0].predicate in telling.index.publication.label_properties if used else False
    lines = [_line(telling, iri, tuple(cells[iri][place] for place in used), named) for iri in nodes]
    if not view.order_by:
        lines.sort(key=_line_key)
    return Table(tuple(telling.name(columns[place][0]) for place in used), tuple(lines))


def _cell(telling: Telling, node: NamedNode, column: Sequence[PropertyView]) -> tuple[Value, ...]:
    """The values of the first view of *column* that has any: nodes of several classes have one shape each."""
    return next((values for view in column if (values := telling.shown(node, view, one=True))), ())


def _line(telling: Telling, iri: str, cells: tuple[tuple[Value, ...], ...], named: bool) -> Line:
    """The line of a node; where it begins with a name, this leads to its page."""
    sources = telling.sources(NamedNode(iri))
    if not telling.index.addresses.key(iri) or "#" in iri:
        return Line(cells, sources=sources)
    link = telling.link(iri)
    if not named or len(cells[0]) != 1:
        return Line(cells, link, sources)
    return Line(((replace(cells[0][0], href=link.href),), *cells[1:]), sources=sources)


def _chosen(telling: Telling, view: PropertyView, nodes: Iterable[str]) -> list[list[PropertyView]]:
    """The columns that *view* names: described ones, and predicates as the shapes of the nodes show them."""
    own = _own(telling, nodes)
    described = telling.index.publication.columns
    named = ([described[each]] if each in described else own.get(each, []) for each in view.columns)
    return [column for column in named if column]


def _columns(telling: Telling, view: PropertyView, nodes: Iterable[str]) -> list[list[PropertyView]]:
    own = _own(telling, nodes)
    left_out = _NO_COLUMNS | {view.inverse_of}
    columns = [column for predicate, column in own.items() if predicate not in left_out]
    return sorted(columns, key=lambda column: (_group_order(telling, column[0]), column[0].order))


def _own(telling: Telling, nodes: Iterable[str]) -> dict[str, list[PropertyView]]:
    """What the shapes of *nodes* show, by predicate."""
    found: dict[str, list[PropertyView]] = {}
    shown = {each.iri: each for iri in nodes for each in telling.properties(NamedNode(iri))}
    for each in shown.values():
        if each.predicate is not None and not each.hidden:
            found.setdefault(each.predicate, []).append(each)
    return found


def _group_order(telling: Telling, view: PropertyView) -> float:
    group = telling.index.publication.groups.get(view.group or "")
    return group.order if group else 1_000


def _line_key(line: Line) -> list[list[object]]:
    return [natural(_sort_text(cell[0])) if cell else [""] for cell in line.cells]


def _sort_text(value: Value) -> str:
    if value.period is not None:
        return " ".join(end.value if end else "" for end in value.period)
    return value.amount.number.value if value.amount else value.text.value.casefold()
