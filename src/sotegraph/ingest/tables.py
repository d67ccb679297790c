"""Tables become RDF: each row a thing of a class, each cell one or more statements about it, each with its place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from sotegraph.facts import Texts
from sotegraph.ingest.columns import Column, Nested, TableClass
from sotegraph.ingest.examples import copied_from, is_example
from sotegraph.ingest.files import Limits, SubmittedFile
from sotegraph.ingest.headers import Header, HeaderFinder, Matched
from sotegraph.ingest.links import LinkReader
from sotegraph.ingest.placed import PlacedQuads
from sotegraph.ingest.published import Published
from sotegraph.ingest.remarks import Remarks
from sotegraph.ingest.sheets import Cell, Row, Sheet, check_rows
from sotegraph.ingest.values import Read, read_values
from sotegraph.soundness import findings as checks
from sotegraph.terms import RDF_TYPE, key_of
from sotegraph.validation.places import Place

_EXAMPLE = frozenset({"esimerkki", "exempel", "example"})
"""What marks the example row of a template, in the column of IRIs."""
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass
class _RowOf:
    """One row on its way: its sheet and header, its thing, and its nested nodes by role and repeat."""

    sheet: Sheet
    header: Header
    number: int
    cells: Row
    subject: NamedNode
    nested: dict[tuple[str, int], NamedNode] = field(default_factory=dict)

    def place(self, column: int | None = None) -> Place:
        """The place of the row, or of its cell in *column*."""
        header = self.header.texts.get(column, "") if column else ""
        return Place.in_table(self.sheet.file, self.sheet.name, self.number, column, header)


class TableReader:
    """Reads the sheets of the files of one submission: *remarks* gathers what is wrong and what was not read."""

    def __init__(self, published: Published, remarks: Remarks, language: str | None, limits: Limits) -> None:
        self.published, self.remarks, self.limits = published, remarks, limits
        self.base = published.publication.base_iri
        self.finder = published.once(
            ("headers", language), lambda: HeaderFinder(published, language, remarks.teller.messages)
        )
        self.links = LinkReader(published, remarks)

    def read(self, file: SubmittedFile, sheets: Sequence[Sheet]) -> PlacedQuads:
        """The statements of the sheets of one file."""
        digest = hashlib.sha256(file.content).hexdigest()[:12]
        rows = [row for sheet in sheets for row in self._rows(sheet, sheets, digest)]
        self.links.know(self._names(rows))
        writer = _Writer(file.name)
        for row in rows:
            self._write(row, writer)
        return writer.table()

    def _rows(self, sheet: Sheet, sheets: Sequence[Sheet], digest: str) -> Iterator[_RowOf]:
        """The rows of *sheet* that say something, with the things they describe."""
        header = None if sheet.hidden or self.remarks.is_ours(sheet) else self.finder.find(sheet)
        if header is None:
            self.remarks.unread_sheet(sheet, alone=len(sheets) == 1)
            return
        check_rows(sheet.file, self.limits, sum(number > header.row for number in sheet.rows))
        self._remark_on_header(sheet, header)
        for number, cells in sorted(sheet.rows.items()):
            if number <= header.row:
                self.remarks.unread(sheet, number, cells)
                continue
            known = {column: cell for column, cell in cells.items() if column in header.columns}
            if any(header.columns[column].column for column in known):
                subject = self._subject(sheet, header, number, known, digest)
                if subject is not None:
                    yield _RowOf(sheet, header, number, known, subject)
            elif cells:
                place = Place.in_table(sheet.file, sheet.name, number)
                self.remarks.add(checks.UNREAD_ROW, place)
            others = {column: cell for column, cell in cells.items() if column not in header.columns}
            self.remarks.unread(sheet, number, others)
            self._remark_on_unheaded(sheet, header, number, others)
        self.remarks.unread_notes(sheet)

    def _remark_on_header(self, sheet: Sheet, header: Header) -> None:
        """What is wrong with the header itself."""
        place = Place.in_table(sheet.file, sheet.name, header.row)
        table, fitting = sheet.name or sheet.file, header.table_class
        if header.unknown is not None:
            near = self.finder.suggest_class(header.unknown)
            self.remarks.add(
                checks.UNKNOWN_CLASS, place, name=header.unknown, hint=self.remarks.hint([near] if near else [])
            )
        if header.named is not None and header.named is not fitting:
            named = header.named.names
            self.remarks.add(checks.WRONG_TABLE, place, table=table, named=named, fitting=fitting.names)
        elif header.rivals:
            names = _together([fitting, *header.rivals])
            self.remarks.add(checks.AMBIGUOUS_TABLE, place, table=table, names=names)
        below = {column for row, cells in sheet.rows.items() if row > header.row for column in cells}
        for column, text in header.unmatched.items():
            if column in below and text:
                near = self.finder.suggest_column(header, text)
                self.remarks.add(
                    checks.UNKNOWN_COLUMN,
                    Place.in_table(sheet.file, sheet.name, header.row, column, text),
                    header=text,
                    class_name=fitting.names,
                    hint=self.remarks.hint([near] if near else []),
                )

    def _remark_on_unheaded(self, sheet: Sheet, header: Header, number: int, others: Row) -> None:
        """The first value of a row that stands below no header at all, often what was behind a separator."""
        unheaded = (column for column in sorted(others) if not header.unmatched.get(column))
        for column in islice(unheaded, 1):
            place = Place.in_table(sheet.file, sheet.name, number, column)
            self.remarks.add(checks.UNHEADED_VALUE, place)

    def _subject(self, sheet: Sheet, header: Header, number: int, cells: Row, digest: str) -> NamedNode | None:
        """What the row describes: the thing whose IRI or key it gives, else a new one; None for an example."""
        fresh = (
            self._by_code(header, cells) or f"{self.base}/submissions/{digest}/{key_of(sheet.name or 'row')}-{number}"
        )
        column = next((each for each, matched in header.columns.items() if matched.column is None), None)
        cell = cells.get(column) if column else None
        if cell is None:
            return self._copied(sheet, header, number, cells) or NamedNode(fresh)
        if cell.text.casefold() in _EXAMPLE:
            if not is_example(self.published, header, cells):
                place = Place.in_table(sheet.file, sheet.name, number, column, header.texts[column or 0])
                self.remarks.add(checks.MARKED_AS_EXAMPLE, place)
                self.remarks.unread(sheet, number, cells)
            return None
        iri = self._iri(cell.text, header.table_class)
        if iri is None:
            place = Place.in_table(sheet.file, sheet.name, number, column, header.texts[column or 0])
            self.remarks.add(
                checks.UNKNOWN_KEY, place, focus=NamedNode(fresh), value=Literal(cell.text), sent=cell.text
            )
        return iri or NamedNode(fresh)

    def _copied(self, sheet: Sheet, header: Header, number: int, cells: Row) -> NamedNode | None:
        """The published thing that the first row below *header* is the example of, though nothing marks it as that."""
        found = copied_from(self.published, header, cells) if number == header.row + 1 else None
        if found is not None:
            place = Place.in_table(sheet.file, sheet.name, number)
            key = self.published.codes.written(found)
            self.remarks.add(checks.PUBLISHED_ALREADY, place, focus=found, key=key)
        return found

    def _by_code(self, header: Header, cells: Row) -> str | None:
        """The IRI of what is known by a code that stands in the row; None where its class has keys of another kind."""
        table = header.table_class
        for number, cell in cells.items():
            column = header.columns[number].column
            if column and not column.nested and column.predicate == table.key_property and not cell.is_error:
                key = next((key_of(each.term.value) for each in read_values(cell, column)), "")
                return f"{self.base}/id/{table.segment}/{key}" if key else None
        return None

    def _iri(self, text: str, table_class: TableClass) -> NamedNode | None:
        if "://" in text or text.startswith("urn:"):
            try:
                return NamedNode(text)
            except ValueError:
                return None
        for key in (text, f"{table_class.segment}/{text}"):
            node = NamedNode(f"{self.base}/id/{key}") if _KEY.fullmatch(key.replace("/", "-")) else None
            if node is not None and self.published.codes.describes(node):
                return node
        return None

    def _names(self, rows: Iterable[_RowOf]) -> Iterator[tuple[str, str, NamedNode]]:
        """What other rows may call the things of these: class, name, thing."""
        labels = set(self.published.publication.label_properties)
        for row in rows:
            for number, cell in row.cells.items():
                column = row.header.columns[number].column
                if column and not column.nested and column.predicate.value in labels:
                    for type_ in row.header.table_class.types:
                        yield type_.value, cell.text, row.subject

    def _write(self, row: _RowOf, writer: _Writer) -> None:
        for type_ in row.header.table_class.types:
            writer.add(row.subject, RDF_TYPE, type_, row.place())
        writer.home(row.subject, row.place())
        for number, matched in sorted(row.header.columns.items()):
            if matched.column is None:
                continue
            cell = row.cells.get(number)
            if cell is None:
                self._write_absent(row, matched.column, matched.repeat, row.place(number), writer)
            else:
                self._write_cell(row, number, matched, cell, writer)
        self._keep_published(row, writer)

    def _keep_published(self, row: _RowOf, writer: _Writer) -> None:
        """Say again what is published of the thing and has no column here: a table changes only what it shows."""
        columns = [(each.column, each.repeat) for each in row.header.columns.values() if each.column]
        own = {column.predicate for column, _ in columns if column.nested is None}
        shown: set[Any] = set()
        for column, repeat in columns:
            known = self._published_nodes(row.subject, column.nested) if column.nested else []
            shown.update(node for node in known[:repeat] if any(self.published.graph.objects(node, column.predicate)))
        for triple in self.published.graph.outgoing(row.subject):
            if triple.predicate not in own and triple.object not in shown:
                writer.add(row.subject, triple.predicate, triple.object, row.place())

    def _is_of_role(self, node: Any, nested: Nested) -> bool:
        graph = self.published.graph
        return all(value in set(graph.objects(node, predicate)) for predicate, value in nested.constants)

    def _write_absent(self, row: _RowOf, column: Column, repeat: int, place: Place, writer: _Writer) -> None:
        """Remember the empty cell: what the thing lacks, or its node, or that it has no such node."""
        if column.nested is None:
            writer.absent(row.subject, column, place)
            return
        used = any(
            each.column and each.column.nested == column.nested and each.repeat == repeat
            for number, each in row.header.columns.items()
            if number in row.cells
        )
        if used:
            writer.absent(self._nested_iri(row, column.nested, repeat), column, place)
        else:
            writer.absent(row.subject, column, place, column.nested.predicate)

    def _write_cell(self, row: _RowOf, number: int, matched: Matched, cell: Cell, writer: _Writer) -> None:
        column = matched.column
        assert column is not None
        place = row.place(number)
        if cell.formula or cell.is_error:
            check = checks.FORMULA_WITHOUT_RESULT if cell.formula else checks.CELL_ERROR
            self.remarks.lost(
                row.subject, column, check, place, value=Literal(cell.text) if cell.text else None, sent=cell.text
            )
            return
        subject = (
            row.subject if column.nested is None else self._node(row, column.nested, matched.repeat, place, writer)
        )
        if not column.is_link:
            for read in read_values(cell, column):
                self._write_value(subject, column, read, place, cell, writer)
            return
        for found in self.links.read(cell.text, column, subject, place):
            if column.new and column.new_predicate and found.is_address:
                node = self._node(row, column.new, 100 + number, place, writer)
                writer.add(node, column.new_predicate, found.term, place)
            else:
                writer.add(subject, column.predicate, found.term, place)

    def _write_value(
        self, subject: NamedNode, column: Column, read: Read, place: Place, cell: Cell, writer: _Writer
    ) -> None:
        writer.add(subject, column.predicate, read.term, place)
        if read.repaired is not None:
            self.remarks.repaired(subject, column, cell.text, read.repaired, place)

    def _node(self, row: _RowOf, nested: Nested, repeat: int, place: Place, writer: _Writer) -> NamedNode:
        """The nested node of the row, described when first met."""
        key = (nested.role, repeat)
        if key not in row.nested:
            known = self._published_nodes(row.subject, nested)[repeat - 1 : repeat]
            node = row.nested[key] = known[0] if known else self._nested_iri(row, nested, repeat)
            writer.add(row.subject, nested.predicate, node, place)
            writer.home(node, place)
            for type_ in nested.types:
                writer.add(node, RDF_TYPE, type_, place)
            for predicate, value in nested.constants:
                writer.add(node, predicate, value, place)
        return row.nested[key]

    def _published_nodes(self, subject: NamedNode, nested: Nested) -> list[NamedNode]:
        """The nodes that the published thing has in this role already, and nobody else has."""
        found = {
            each
            for each in self.published.graph.objects(subject, nested.predicate)
            if isinstance(each, NamedNode) and self._is_of_role(each, nested)
            if not nested.shared or "#" in each.value
        }
        return sorted(found, key=lambda each: each.value)

    @staticmethod
    def _nested_iri(row: _RowOf, nested: Nested, repeat: int) -> NamedNode:
        parts = [nested.predicate.value, *(value.value for _, value in nested.constants)]
        names = [re.split(r"[/#]", part.rstrip("/#"))[-1] for part in parts]
        ending = f"-{repeat}" if repeat > 1 else ""
        base = row.subject.value.partition("#")[0]
        return NamedNode(f"{base}#{'-'.join(names)}-row-{row.number}{ending}")


def _together(classes: Sequence[TableClass]) -> Texts:
    """The names of several classes as one text in each language."""
    languages = dict.fromkeys(language for each in classes for language in each.names)
    return {language: ", ".join(_nearest(each.names, language) for each in classes) for language in languages}


def _nearest(texts: Texts, language: str) -> str:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


class _Writer:
    """Gathers the statements of one file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.quads: list[Quad] = []
        self.cells: list[Place] = []
        self.homes: dict[Any, Place] = {}
        self.missing: dict[tuple[Any, str], list[tuple[str, Place]]] = {}

    def add(self, subject: NamedNode, predicate: NamedNode, value: Any, place: Place) -> None:
        self.quads.append(Quad(subject, predicate, value))
        self.cells.append(place)

    def home(self, subject: NamedNode, place: Place) -> None:
        self.homes.setdefault(subject, place)

    def absent(self, subject: NamedNode, column: Column, place: Place, link: NamedNode | None = None) -> None:
        key = (subject, (link or column.predicate).value)
        self.missing.setdefault(key, []).append((column.language, place))

    def table(self) -> PlacedQuads:
        return PlacedQuads(self.name, self.quads, self.cells, self.homes, self.missing)
