"""The example in a template: the invented values that shapes give, or how something published would be written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from sotegraph.ingest.columns import Column, TableClass
from sotegraph.ingest.headers import Header, Matched
from sotegraph.ingest.published import Published
from sotegraph.ingest.sheets import Cell, Row
from sotegraph.ingest.values import read_values
from sotegraph.terms import RDF_TYPE

_LOOKED_AT, _MOST_LOOKED_AT, _MOST_VALUES = 60, 600, 20
Texts = Mapping[tuple[str, str, str], str]
"""What stands in the cells of a row, by the keys of its columns."""


def example_row(published: Published, table_class: TableClass, language: str) -> Texts | None:
    """The cells of the example: what ``skos:example`` gives, if that is all that is required, else something published.

    None where there is neither.
    """
    row = _invented(published, table_class, language)
    if row is not None:
        return row
    node = published_example(published, table_class)
    return None if node is None else row_of(published, table_class, node, language)


def _invented(published: Published, table_class: TableClass, language: str) -> Texts | None:
    row = {}
    for column in table_class.columns:
        written = list(_as_written(published, column, column.examples, language))
        if written and not column.rare:
            row[column.key] = written[0]
    if row and not any(demand.isdisjoint(row) for demand in _demands(table_class)):
        return row
    return None


def is_example(published: Published, header: Header, cells: Row) -> bool:
    """Whether nothing stands in a row, below *header*, but what the template's example has there in some language."""
    filled = [(header.columns[number], cell) for number, cell in cells.items() if header.columns[number].column]
    return any(
        all(_is_same(cell, matched, _example(published, header.table_class, language)) for matched, cell in filled)
        for language in published.publication.languages
    )


def copied_from(published: Published, header: Header, cells: Row) -> NamedNode | None:
    """The published thing whose row is the template's example, where a row holds just that; else None.

    None as well where the thing is of another class besides: the row is not all that is asked of it.
    """
    table = header.table_class
    filled = {column.key for number in cells if (column := header.columns[number].column)}
    for language in published.publication.languages:
        if filled == set(_example(published, table, language)) and is_example(published, header, cells):
            is_invented = _invented(published, table, language) is not None
            found = None if is_invented else published_example(published, table)
            return found if found is not None and _is_plain(published, table, found) else None
    return None


def _is_plain(published: Published, table: TableClass, node: NamedNode) -> bool:
    """Whether *node* is of no other class with a shape than that of *table*: it may ask for more."""
    types = {each.value for each in published.graph.objects(node, RDF_TYPE)}
    return types.intersection(published.classes) <= {table.iri, *(each.value for each in table.types)}


def _example(published: Published, table: TableClass, language: str) -> Texts:
    return published.once(("example", table.iri, language), lambda: example_row(published, table, language) or {})


def _is_same(cell: Cell, matched: Matched, example: Texts) -> bool:
    """Whether *cell* says what *example* does, however the program that saved it writes a day or a number."""
    column = matched.column
    text = example.get(column.key) if column is not None and matched.repeat == 1 else None
    if column is None or text is None or cell.is_error:
        return False
    if cell.text.split() == text.split():
        return True
    written = read_values(Cell(text, text), column)
    return not column.is_link and [each.term for each in read_values(cell, column)] == [each.term for each in written]


def published_example(published: Published, table_class: TableClass) -> NamedNode | None:
    """The published thing that an example is made of, looked for once; None without any."""
    return published.once(("example", table_class.iri), lambda: _best_example(published, table_class))


def _best_example(published: Published, table_class: TableClass) -> NamedNode | None:
    """What fills most columns: the required ones above all, and then those that shapes give an example for, with it.

    What is of another class besides only follows what is not.
    More are looked at only until one says all that is required.
    """
    language = published.publication.languages[0]
    triples = published.graph.incoming(NamedNode(table_class.iri), RDF_TYPE)
    nodes = sorted(
        {each.subject for each in triples if isinstance(each.subject, NamedNode)}, key=lambda each: each.value
    )
    demands = _demands(table_class)
    wanted = {
        each.key: set(_as_written(published, each, each.examples, language))
        for each in table_class.columns
        if each.examples
    }
    best: NamedNode | None = None
    highest = (-1, False, -1, -1)
    for number, node in enumerate(nodes[:_MOST_LOOKED_AT]):
        if number >= _LOOKED_AT and highest[0] == len(demands):
            break
        row = row_of(published, table_class, node, language)
        alike = sum(row.get(key) in texts for key, texts in wanted.items())
        plain = _is_plain(published, table_class, node)
        score = (sum(not demand.isdisjoint(row) for demand in demands), plain, alike, len(row))
        if score > highest:
            best, highest = node, score
    return best


def _demands(table_class: TableClass) -> list[set[tuple[str, str, str]]]:
    """The sets of columns of each of which a row fills at least one."""
    columns = table_class.columns
    either = [{each.key for each in columns if each.either == number} for number in {each.either for each in columns}]
    single = [{each.key} for each in columns if each.required]
    return single + [each for each in either if not any(column.key in each and not column.either for column in columns)]


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
    return _as_written(published, column, published.graph.objects(owner, column.predicate), language)


def _as_written(published: Published, column: Column, values: Iterable[Any], language: str) -> Iterator[str]:
    for value in sorted(values, key=str):
        if isinstance(value, Literal):
            if (value.language or "") == column.language:
                yield value.value
        elif isinstance(value, NamedNode):
            if column.nested is None and column.new and "#" in value.value:
                continue
            yield name_of(published, column, value, language) if column.is_link else value.value


def name_of(published: Published, column: Column, node: NamedNode, language: str) -> str:
    """What a cell of *column* can say to mean *node*: its label, with its code if need be, its code, key or IRI."""
    codes = published.code_list(column)
    chain = (language, *published.publication.languages)
    names = (published.codes.labels(node), published.codes.called(node))
    label, called = (next((each[tag] for tag in chain if tag in each), None) for each in names)
    for text in (label, called, published.codes.notation(node), published.codes.written(node)):
        if text and ";" not in text and "\n" not in text and codes.find(text) == (node,):
            return text
    return node.value
