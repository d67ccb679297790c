"""How something published would be written as a row: the example in a template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from sotegraph.ingest.columns import Column, TableClass
from sotegraph.ingest.published import Published
from sotegraph.terms import RDF_TYPE

_LOOKED_AT, _MOST_VALUES = 60, 20
Texts = Mapping[tuple[str, str, str], str]
"""What stands in the cells of a row, by the keys of its columns."""


def example_of(published: Published, table_class: TableClass, language: str) -> tuple[NamedNode, Texts] | None:
    """The published thing that fills most columns, the required ones above all, and its row; None without any."""
    triples = islice(published.graph.incoming(NamedNode(table_class.iri), RDF_TYPE), _LOOKED_AT)
    nodes = sorted(
        {each.subject for each in triples if isinstance(each.subject, NamedNode)}, key=lambda each: each.value
    )
    rows = [(node, row_of(published, table_class, node, language)) for node in nodes]
    required = {each.key for each in table_class.columns if each.required}
    return max(rows, key=lambda each: (len(required & set(each[1])), len(each[1])), default=None)


def row_of(published: Published, table_class: TableClass, node: NamedNode, language: str) -> Texts:
    """The row that describes *node*, names of other things in *language*."""
    cells = {}
    taken: dict[str, Any] = {}
    for column in table_class.columns:
        owner = _owner(published, column, node, taken)
        values = [] if owner is None else list(_written(published, column, owner, language))
        if values:
            cells[column.key] = "; ".join(values[:1] if column.single else values[:_MOST_VALUES])
    return cells


def _owner(published: Published, column: Column, node: NamedNode, taken: dict[str, Any]) -> Any:
    """What the column speaks of: the thing, or the one of its nodes that the column is about."""
    if column.nested is None:
        return node
    if not column.nested.constants and column.rare:
        return None
    if column.nested.role not in taken:
        found = (
            each
            for each in published.graph.objects(node, column.nested.predicate)
            if isinstance(each, NamedNode | BlankNode)
            if all(value in set(published.graph.objects(each, name)) for name, value in column.nested.constants)
            if not (column.nested.shared and isinstance(each, NamedNode) and "#" not in each.value)
        )
        taken[column.nested.role] = min(found, key=str, default=None)
    return taken[column.nested.role]


def _written(published: Published, column: Column, owner: Any, language: str) -> Iterator[str]:
    for value in sorted(published.graph.objects(owner, column.predicate), key=str):
        if isinstance(value, Literal):
            if (value.language or "") == column.language:
                yield value.value
        elif isinstance(value, NamedNode):
            if column.nested is None and column.new and "#" in value.value:
                continue
            yield name_of(published, column, value, language) if column.is_link else value.value


def name_of(published: Published, column: Column, node: NamedNode, language: str) -> str:
    """The shortest that a cell of *column* can say to mean *node*: its label, its code, or its IRI."""
    codes = published.code_list(column)
    labels = published.codes.labels(node)
    chain = (language, *published.publication.languages)
    label = next((labels[each] for each in chain if each in labels), None)
    for text in (label, published.codes.notation(node)):
        if text and ";" not in text and "\n" not in text and codes.find(text) == (node,):
            return text
    return node.value
