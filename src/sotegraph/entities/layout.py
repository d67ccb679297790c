"""Lay out a description for a reader: sections, rows and tables, by the order, groups and names of the shapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from sotegraph.entities.description import Description, embedded_nodes
from sotegraph.entities.index import Index, Text, choose_text, natural
from sotegraph.publication import ClassView, PropertyView, Texts
from sotegraph.store import Term
from sotegraph.terms import RDF_TYPE, XSD_STRING, shorten, term

_PERIOD = term("dct:PeriodOfTime")
_STARTS = (term("dcat:startDate"), term("schema:startDate"))
_ENDS = (term("dcat:endDate"), term("schema:endDate"))
_ENDS_OF_PERIODS = frozenset(each.value for each in (*_STARTS, *_ENDS))
_SOURCE = term("dct:source")
_NO_COLUMNS = frozenset({_SOURCE.value, term("adms:identifier").value})
"""What a line says by a note, or leaves to the node's own page: a column of it would crowd out the rest."""


@dataclass(frozen=True)
class Value:
    """One value as a reader sees it.

    *href* is a local path or an http(s) address; *datatype* is the datatype's IRI for literals that are no plain text;
    *period* holds the two ends of an interval, either of them possibly open; *parts* are the named values of a part,
    *sources* say where it was taken from, and *facts* tell a member of a list from others of the same name.
    """

    text: Text
    href: str | None = None
    external: bool = False
    datatype: str | None = None
    period: tuple[Literal | None, Literal | None] | None = None
    parts: tuple[Row, ...] = ()
    sources: tuple[Value, ...] = ()
    facts: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Line:
    """One node in a table: its values column by column, the link to its own page, and where it was taken from."""

    cells: tuple[tuple[Value, ...], ...]
    link: Value | None = None
    sources: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Table:
    """Nodes that one property embeds, one line each."""

    columns: tuple[Text, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Row:
    """One property: its name, what it means, and its values or a table.

    Of a property with more than *limit* nodes one page is shown; *key* names the property when another is asked for.
    """

    iri: str
    name: Text
    description: Text | None
    values: tuple[Value, ...] = ()
    table: Table | None = None
    key: str = ""
    total: int = 0
    limit: int = 0


@dataclass(frozen=True)
class Section:
    """The rows under one heading; the heading is None for properties without a group."""

    heading: Text | None
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class IncomingGroup:
    """Entities that link here by one predicate and that no shape lays out; *shown* is one page of *total*."""

    predicate: str
    name: str
    heading: Text
    shown: tuple[Value, ...]
    total: int


@dataclass(frozen=True)
class EntityPage:
    """What the page of one entity says, in one language."""

    iri: str
    title: Text
    kinds: tuple[Text, ...]
    sections: tuple[Section, ...]
    incoming: tuple[IncomingGroup, ...]


@dataclass(frozen=True)
class Layout:
    """Lays descriptions out in one language."""

    index: Index
    language: str
    page_size: int = 50

    def page(self, description: Description, incoming: str | None = None, number: int = 1) -> EntityPage:
        """Return the page of *description*; of the long list whose key is *incoming*, page *number* is shown."""
        iri = description.root.value
        views = self._views(description.root)
        return EntityPage(
            iri=iri,
            title=self.index.name(iri, self.language),
            kinds=tuple(filter(None, (self._text(view.labels) for view in views))),
            sections=tuple(self._sections(description.root, views, incoming, number)),
            incoming=tuple(self._incoming(description, views, incoming, number)),
        )

    def link(self, iri: str) -> Value:
        """A link to *iri* with its name: to the page here, else to http(s); other IRIs are shown, not linked."""
        path = self.index.addresses.path(iri)
        name = self.index.name(iri, self.language)
        if path is not None:
            return Value(name, path)
        href = iri if iri.startswith(("http://", "https://")) else None
        return Value(name, href, external=href is not None)

    def member(self, iri: str) -> Value:
        """A link in a list; beside a name stands what tells *iri* from others that have it too."""
        facts = self.index.key_facts(iri, self.language) if self.index.labels(iri) else ()
        return replace(self.link(iri), facts=tuple(facts))

    def _text(self, texts: Texts) -> Text | None:
        return choose_text(texts, self.index.languages(self.language))

    def _views(self, node: NamedNode) -> list[ClassView]:
        return self.index.publication.views(self.index.version.types(node))

    def _sections(
        self, root: NamedNode, views: Sequence[ClassView], asked: str | None, number: int
    ) -> Iterator[Section]:
        groups = self.index.publication.groups
        rows: dict[str | None, list[Row]] = {}
        for view in _properties(views):
            row = self._row(root, view, number if self._key(view) == asked else 1)
            if row is not None:
                rows.setdefault(view.group if view.group in groups else None, []).append(row)
        unshaped = list(self._unshaped(root, views))
        if unshaped:
            rows.setdefault(None, []).extend(unshaped)
        for iri in sorted(rows, key=lambda each: (each is None, groups[each].order if each else 0)):
            yield Section(self._text(groups[iri].labels) if iri else None, tuple(rows[iri]))

    def _row(self, root: NamedNode, view: PropertyView, number: int = 1) -> Row | None:
        name = self._text(view.names) or Text(shorten(view.path))
        if not view.embed and not view.inverse:
            values = self._values(root, list(self.index.version.objects(root, NamedNode(view.path))), view)
            return Row(view.iri, name, self._text(view.descriptions), tuple(values)) if values else None
        nodes = list(embedded_nodes(self.index, root, view))
        shown = nodes[(number - 1) * view.embed_limit : number * view.embed_limit]
        table = self._table(root, view, shown) if view.embed else None
        links = () if view.embed else tuple(self._values(root, [NamedNode(iri) for iri in shown], view))
        if not table and not links:
            return None
        note = self._text(view.descriptions)
        return Row(view.iri, name, note, links, table, self._key(view), len(nodes), view.embed_limit)

    def _key(self, view: PropertyView) -> str:
        """What a list is called in an address: the compact name of its predicate, after a sign for the way back."""
        return ("^" if view.inverse else "") + shorten(view.path, self.index.publication.prefixes)

    def _ends(self, root: NamedNode, view: PropertyView) -> list[Term]:
        """The values of one column; what leads back to a node is no column."""
        return list(self.index.version.objects(root, NamedNode(view.path)))

    def _unshaped(self, root: NamedNode, views: Sequence[ClassView]) -> Iterator[Row]:
        """What the entity says beyond its shapes: nothing published is hidden from its page."""
        shaped = {view.path for view in _properties(views) if not view.inverse} | {RDF_TYPE.value}
        found = {triple.predicate.value for triple in self.index.version.outgoing(root)} - shaped
        for path in sorted(found):
            values = self._values(root, list(self.index.version.objects(root, NamedNode(path))), None)
            yield Row(path, self._predicate_name(path), None, tuple(values))

    def _predicate_name(self, path: str) -> Text:
        """The name of a predicate: its own label, else the name some shape gives it, else its compact IRI."""
        label = self.index.label(path, self.language)
        for view in self.index.publication.classes.values():
            for each in view.properties:
                if label is None and each.path == path and not each.inverse:
                    label = self._text(each.names)
        return label or Text(shorten(path, self.index.publication.prefixes))

    def _values(
        self, root: NamedNode, ends: Iterable[Term], view: PropertyView | None, *, one: bool = False
    ) -> list[Value]:
        """The values as a reader sees them; with *one*, even names only in the best language."""
        literals = [each for each in ends if isinstance(each, Literal)]
        every = view is None or (view.path in self.index.publication.label_properties and not one)
        values = [self._literal(each) for each in self._readable(literals, every)]
        iris = (each.value for each in ends if isinstance(each, NamedNode))
        links = [self._node(root, iri) for iri in sorted(iris, key=natural)]
        return values + sorted(links, key=lambda each: natural(each.text.value.casefold()))

    def _readable(self, literals: Sequence[Literal], every: bool) -> list[Literal]:
        """The literals in *every* language, or those in the best language for the reader."""
        chain = (*self.index.languages(self.language), "")
        ordered = sorted(literals, key=lambda each: (_rank(chain, each.language or ""), natural(each.value)))
        if every:
            return ordered
        tagged = [each.language for each in ordered if each.language]
        return [each for each in ordered if not each.language or each.language == tagged[0]]

    def _literal(self, literal: Literal) -> Value:
        datatype = None if literal.language or literal.datatype == XSD_STRING else literal.datatype.value
        text = Text(literal.value, literal.language or "")
        linkable = datatype == term("xsd:anyURI").value and literal.value.startswith(("http://", "https://"))
        return Value(text, literal.value if linkable else None, external=linkable, datatype=datatype)

    def _node(self, root: NamedNode, iri: str) -> Value:
        """A link, or what a part of *root* says of itself: of a period that says no more than its ends, these."""
        if not iri.startswith(root.value + "#"):
            return self.link(iri)
        node = NamedNode(iri)
        views = (view for view in _properties(self._views(node)) if not view.inverse and view.path != _SOURCE.value)
        said = {view.path: row for view in views if (row := self._row(node, view))}
        rows = tuple(said.values())
        if _PERIOD.value in self.index.version.types(node) and said.keys() <= _ENDS_OF_PERIODS:
            return Value(Text(""), period=(self._end(node, _STARTS), self._end(node, _ENDS)))
        return Value(self.index.name(iri, self.language), parts=rows, sources=self._sources(node))

    def _end(self, period: NamedNode, predicates: Iterable[NamedNode]) -> Literal | None:
        ends = (end for each in predicates for end in self.index.version.objects(period, each))
        return next((end for end in ends if isinstance(end, Literal)), None)

    def _table(self, root: NamedNode, view: PropertyView, shown: Sequence[str]) -> Table | None:
        columns = self._columns(root, view, shown)
        if not shown or not columns:
            return None
        cells: dict[str, list[tuple[Value, ...]]] = {}
        for iri in shown:
            node = NamedNode(iri)
            cells[iri] = [tuple(self._values(node, self._ends(node, each), each, one=True)) for each in columns]
        used = [place for place in range(len(columns)) if any(cells[iri][place] for iri in shown)]
        lines = sorted((self._line(iri, tuple(cells[iri][place] for place in used)) for iri in shown), key=_line_key)
        names = tuple(self._text(columns[place].names) or Text(shorten(columns[place].path)) for place in used)
        return Table(names, tuple(lines))

    def _line(self, iri: str, cells: tuple[tuple[Value, ...], ...]) -> Line:
        link = self.link(iri) if self.index.addresses.key(iri) and "#" not in iri else None
        return Line(cells, link, self._sources(NamedNode(iri)))

    def _sources(self, node: NamedNode) -> tuple[Value, ...]:
        return tuple(self._values(node, list(self.index.version.objects(node, _SOURCE)), None))

    def _columns(self, root: NamedNode, view: PropertyView, nodes: Iterable[str]) -> list[PropertyView]:
        """What the embedded nodes' shapes name, without the way back to *root*, each path once."""
        columns: dict[str, PropertyView] = {}
        for iri in nodes:
            for each in _properties(self._views(NamedNode(iri))):
                way_back = view.inverse and each.path == view.path
                if not each.inverse and not way_back and each.path not in _NO_COLUMNS:
                    columns.setdefault(each.path, each)
        return sorted(columns.values(), key=lambda each: (self._group_order(each), each.order))

    def _group_order(self, view: PropertyView) -> float:
        group = self.index.publication.groups.get(view.group or "")
        return group.order if group else 1_000

    def _incoming(
        self, description: Description, views: Sequence[ClassView], asked: str | None, number: int
    ) -> Iterator[IncomingGroup]:
        laid_out = {view.path for view in _properties(views) if view.inverse} | {RDF_TYPE.value}
        by_predicate: dict[str, set[str]] = {}
        for triple in self.index.version.incoming(description.root):
            subject = triple.subject
            if not isinstance(subject, NamedNode) or triple.predicate.value in laid_out:
                continue
            owner = subject.value.partition("#")[0] if self.index.addresses.key(subject.value) else subject.value
            if owner != description.root.value and self.index.addresses.key(owner):
                by_predicate.setdefault(triple.predicate.value, set()).add(owner)
        for predicate in sorted(by_predicate, key=self._heading_key):
            name = shorten(predicate, self.index.publication.prefixes)
            yield self._group(predicate, name, by_predicate[predicate], number if name == asked else 1)

    def _heading_key(self, predicate: str) -> tuple[bool, str]:
        return predicate not in self.index.publication.incoming_labels, predicate

    def _group(self, predicate: str, name: str, subjects: set[str], number: int) -> IncomingGroup:
        labels = self.index.publication.incoming_labels.get(predicate)
        heading = self._text(labels) if labels else None
        ordered = sorted(subjects, key=lambda iri: (natural(self.index.name(iri, self.language).value.casefold()), iri))
        start = (number - 1) * self.page_size
        return IncomingGroup(
            predicate=predicate,
            name=name,
            heading=heading or self._predicate_name(predicate),
            shown=tuple(self.member(iri) for iri in ordered[start : start + self.page_size]),
            total=len(ordered),
        )


def _properties(views: Sequence[ClassView]) -> list[PropertyView]:
    """The property views of all *views*, each path once, in order."""
    chosen: dict[tuple[str, bool], PropertyView] = {}
    for view in views:
        for each in view.properties:
            chosen.setdefault((each.path, each.inverse), each)
    return sorted(chosen.values(), key=lambda each: (each.order, each.path))


def _rank(chain: Sequence[str], language: str) -> int:
    return chain.index(language) if language in chain else len(chain)


def _line_key(line: Line) -> list[list[object]]:
    return [natural(_sort_text(cell[0])) if cell else [""] for cell in line.cells]


def _sort_text(value: Value) -> str:
    if value.period is not None:
        return " ".join(end.value if end else "" for end in value.period)
    return value.text.value.casefold()
