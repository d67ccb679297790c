"""Lay out a description for a reader: sections, rows and tables, by the order, groups and names of the shapes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode

from sotegraph.coverage import KNOWN
from sotegraph.entities.description import Description
from sotegraph.entities.index import Index, natural
from sotegraph.entities.paths import embedded_nodes, follow
from sotegraph.entities.shown import EntityPage, IncomingGroup, Remark, Row, Section, Step, Value
from sotegraph.entities.tables import lay_table
from sotegraph.entities.telling import Telling
from sotegraph.terms import RDF_TYPE, shorten
from sotegraph.views import PropertyView


@dataclass(frozen=True)
class Layout:
    """Lays descriptions out in one language."""

    index: Index
    language: str
    page_size: int = 50

    @cached_property
    def telling(self) -> Telling:
        """Tells single values in the language."""
        return Telling(self.index, self.language)

    def page(self, description: Description, incoming: str | None = None, number: int = 1) -> EntityPage:
        """Return the page of *description*; of the long list whose key is *incoming*, page *number* is shown."""
        iri = description.root.value
        views = self.telling.views(description.root)
        return EntityPage(
            iri=iri,
            title=self.index.name(iri, self.language),
            kinds=tuple(filter(None, (self.telling.text(view.labels) for view in views))),
            sections=tuple(self._sections(description.root, incoming, number)),
            incoming=tuple(self._incoming(description, incoming, number)),
        )

    def rows(self, iri: str, shapes: Collection[str]) -> list[Row]:
        """The rows of *iri* that the property shapes with the IRIs *shapes* lay out, in their order."""
        root = NamedNode(iri)
        wanted = (view for view in self.telling.properties(root) if view.iri in shapes)
        remarks = self._remarks(root)
        rows = (self._row(root, view, remarks=tuple(remarks.get(view.iri, ()))) for view in wanted)
        return [row for row in rows if row is not None]

    def link(self, iri: str) -> Value:
        """A link to *iri* with its name."""
        return self.telling.link(iri)

    def member(self, iri: str) -> Value:
        """A link in a list; beside a name stands what tells *iri* from others that have it too."""
        return self.telling.member(iri)

    def _sections(self, root: NamedNode, asked: str | None, number: int) -> Iterator[Section]:
        groups = self.index.publication.groups
        remarks = self._remarks(root)
        rows: dict[str | None, list[Row]] = {}
        for view in self.telling.properties(root):
            turned = asked is not None and self.telling.key(view) == asked
            row = self._row(root, view, number if turned else 1, tuple(remarks.get(view.iri, ())))
            if row is not None:
                rows.setdefault(view.group if view.group in groups else None, []).append(row)
        unshaped = list(self._unshaped(root))
        if unshaped:
            rows.setdefault(None, []).extend(unshaped)
        for iri in sorted(rows, key=lambda each: (each is None, groups[each].order if each else 0)):
            yield Section(self.telling.text(groups[iri].labels) if iri else None, tuple(rows[iri]))

    def _remarks(self, root: NamedNode) -> dict[str, list[Remark]]:
        """What the coverage does not know of *root*, by the property shape whose values it counted."""
        row = self.index.covered.row(root.value) if self.index.covered else None
        if self.index.covered is None or row is None:
            return {}
        found: dict[str, list[Remark]] = {}
        for column, cell in zip(self.index.covered.coverage.columns, row.cells, strict=True):
            entries = tuple(each for each in cell if each.state != KNOWN)
            for shape in column.shapes if entries else ():
                found.setdefault(shape, []).append(Remark(column, entries))
        return found

    def _row(
        self, root: NamedNode, view: PropertyView, number: int = 1, remarks: tuple[Remark, ...] = ()
    ) -> Row | None:
        if view.hidden:
            return None
        if not view.embed and (view.predicate or view.counted):
            values = self.telling.shown(root, view)
            if not values and not remarks:
                return None
            head = self.telling.wording.head(view)
            return Row(view.iri, head.name, head.description, values, key=head.key, remarks=remarks)
        nodes = embedded_nodes(self.index.version, root, view)
        shown = nodes[(number - 1) * view.embed_limit : number * view.embed_limit]
        table = lay_table(self.telling, view, shown) if view.embed else None
        links = () if view.embed else tuple(self.telling.values(root, map(NamedNode, shown), view))
        if not table and not links and not remarks:
            return None
        steps = tuple(self._steps(view, shown)) if view.as_steps and table else ()
        head, total, limit = self.telling.wording.head(view), len(nodes), view.embed_limit
        return Row(view.iri, head.name, head.description, links, table, head.key, total, limit, remarks, steps)

    def _steps(self, view: PropertyView, nodes: Sequence[str]) -> Iterator[Step]:
        before: str | None = None
        for iri in nodes:
            node = NamedNode(iri)
            numbers, actors = (
                self.telling.values(node, follow(self.index.version, node, routes), view, one=True)
                for routes in (view.order_by, view.actors)
            )
            ahead = self.index.version.objects(node, NamedNode(view.follows)) if view.follows else None
            follows = ahead is None or before in {each.value for each in ahead if isinstance(each, NamedNode)}
            yield Step(numbers[0] if numbers else None, self.link(iri), tuple(actors), follows)
            before = iri

    def _unshaped(self, root: NamedNode) -> Iterator[Row]:
        """What the entity says beyond its shapes: only what a shape hides is hidden from its page."""
        shaped = {view.predicate for view in self.telling.properties(root)} | {RDF_TYPE.value}
        found = {triple.predicate.value for triple in self.index.version.outgoing(root)} - shaped
        for path in sorted(found):
            values = self.telling.values(root, self.index.version.objects(root, NamedNode(path)), None)
            yield Row(path, self.telling.predicate_name(path), None, tuple(values))

    def _incoming(self, description: Description, asked: str | None, number: int) -> Iterator[IncomingGroup]:
        laid_out = {view.inverse_of for view in self.telling.properties(description.root)} | {RDF_TYPE.value}
        found = self.index.incoming.of(self.index.version, self.index.addresses, description.root)
        for predicate in sorted(found.keys() - laid_out, key=self._heading_key):
            name = "^" + shorten(predicate, self.index.publication.prefixes)
            yield self._group(predicate, name, found[predicate], number if name == asked else 1)

    def _heading_key(self, predicate: str) -> tuple[bool, str]:
        return predicate not in self.index.publication.incoming_labels, predicate

    def _group(self, predicate: str, name: str, subjects: Sequence[str], number: int) -> IncomingGroup:
        labels = self.index.publication.incoming_labels.get(predicate)
        heading = self.telling.text(labels) if labels else None
        ordered = self._in_order(subjects)
        start = (number - 1) * self.page_size
        return IncomingGroup(
            predicate=predicate,
            name=name,
            heading=heading or self.telling.predicate_name(predicate),
            shown=tuple(self.member(iri) for iri in ordered[start : start + self.page_size]),
            total=len(ordered),
        )

    def _in_order(self, things: Sequence[str]) -> list[str]:
        """*things* by name where they fit on one page, else as the lists of the publication have them."""
        if len(things) > self.page_size:
            return self.index.incoming.in_order(things, self.language)
        return sorted(things, key=lambda iri: (natural(self.index.name(iri, self.language).value.casefold()), iri))
