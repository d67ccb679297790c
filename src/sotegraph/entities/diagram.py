"""The classes that have shapes and how their instances link to one another, read from the shapes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from sotegraph.entities.index import Index, Text, natural
from sotegraph.entities.vocabulary import Facts
from sotegraph.terms import RDF_TYPE, shorten, term
from sotegraph.views import Step

_HUB_SHARE = 0.4
_HUB_LEAST = 6


@dataclass(frozen=True)
class LinkRow:
    """A property of a class and the classes its values have; *apart* are those to which almost every class links."""

    name: Text
    targets: tuple[str, ...]
    apart: tuple[Text, ...]
    is_kind: bool = False


@dataclass(frozen=True)
class ClassBox:
    """A class that has a shape, by its IRI, with the properties that link it to others."""

    iri: str
    shape: str
    title: Text
    rows: tuple[LinkRow, ...]


@dataclass(frozen=True)
class Diagram:
    """Classes and their links; *focus* are the classes it is about, empty when it is about all."""

    boxes: tuple[ClassBox, ...]
    focus: frozenset[str]

    @property
    def by_iri(self) -> Mapping[str, ClassBox]:
        return {each.iri: each for each in self.boxes}

    @property
    def links(self) -> list[tuple[ClassBox, LinkRow, tuple[Text, ...]]]:
        """Class, property and the titles of the classes it leads to, one line each."""
        titles = {each.iri: each.title for each in self.boxes}
        return [
            (box, row, (*(titles[each] for each in row.targets), *row.apart)) for box in self.boxes for row in box.rows
        ]


@dataclass(frozen=True)
class _Edge:
    source: str
    predicate: str
    target: str
    order: tuple[float, float]
    name: Text


def draw(
    index: Index, shapes: Facts, language: str, *, also: str, focus: Collection[str] | None = None
) -> Diagram | None:
    """Return the diagram of all classes with shapes, or of those in *focus* with their neighbours; None without links.

    Where there are several classes in focus, one to which a large part of all classes link is named beside the property
    instead of being linked, unless it is in focus itself. *also* names the link to a class that a shape demands, too.
    """
    reader = _Reader(index, shapes, index.languages(language), Text(also, language))
    edges = reader.edges()
    hubs = _hubs(edges, len(reader.titles)) if focus is None or len(focus) > 1 else set()
    if focus is not None:
        edges = [each for each in edges if each.source in focus or each.target in focus]
        hubs -= set(focus)
    if not edges:
        return None
    drawn = {each.source for each in edges} | {each.target for each in edges if each.target not in hubs}
    boxes = tuple(reader.box(iri, edges, hubs) for iri in sorted(drawn, key=reader.sort_key))
    return Diagram(boxes, frozenset(focus or ()))


def _hubs(edges: Sequence[_Edge], classes: int) -> set[str]:
    sources: dict[str, set[str]] = defaultdict(set)
    for each in edges:
        sources[each.target].add(each.source)
    return {target for target, found in sources.items() if len(found) > max(_HUB_LEAST, classes * _HUB_SHARE)}


class _Reader:
    def __init__(self, index: Index, facts: Facts, languages: Sequence[str], also: Text) -> None:
        self.index, self.facts, self.languages, self.also = index, facts, languages, also
        self.shapes: dict[str, str] = {}
        self.titles: dict[str, Text] = {}
        for node in sorted((each for each in facts.by_subject if isinstance(each, NamedNode)), key=str):
            for target in facts.values(node, "sh:targetClass"):
                self.shapes[target.value] = node.value
                self.titles[target.value] = self._name(node, target.value, "rdfs:label")

    def _name(self, node: Any, iri: str, *names: str) -> Text:
        return self.facts.text(node, self.languages, *names) or Text(shorten(iri, self.index.publication.prefixes))

    def sort_key(self, iri: str) -> Any:
        return natural(self.titles[iri].value.casefold()), iri

    def box(self, iri: str, edges: Sequence[_Edge], hubs: set[str]) -> ClassBox:
        """The class *iri* with one row a property, in the order of its shape."""
        own: dict[tuple[Text, str], list[_Edge]] = defaultdict(list)
        for each in sorted((each for each in edges if each.source == iri), key=lambda each: each.order):
            own[each.name, each.predicate].append(each)
        rows = tuple(self._row(name, predicate, found, hubs) for (name, predicate), found in own.items())
        return ClassBox(iri, self.shapes[iri], self.titles[iri], rows)

    def _row(self, name: Text, predicate: str, edges: Sequence[_Edge], hubs: set[str]) -> LinkRow:
        targets = sorted({each.target for each in edges}, key=self.sort_key)
        return LinkRow(
            name=name,
            targets=tuple(each for each in targets if each not in hubs),
            apart=tuple(self.titles[each] for each in targets if each in hubs),
            is_kind=predicate == RDF_TYPE.value,
        )

    def edges(self) -> list[_Edge]:
        """Every link once: where both ends have a property shape for it, as the one at its subject says."""
        forward: list[_Edge] = []
        backward: list[_Edge] = []
        for iri, shape in self.shapes.items():
            for edge, inverse in self._edges_of(iri, NamedNode(shape)):
                (backward if inverse else forward).append(edge)
        named = {(each.source, each.predicate): each for each in forward}
        known = {(each.source, each.predicate, each.target) for each in forward}
        for each in backward:
            known_at_subject = named.get((each.target, each.predicate))
            if known_at_subject is None:
                forward.append(each)
            elif (each.target, each.predicate, each.source) not in known:
                forward.append(
                    _Edge(each.target, each.predicate, each.source, known_at_subject.order, known_at_subject.name)
                )
        return sorted(set(forward), key=lambda each: (each.source, each.order, each.predicate, each.target))

    def _edges_of(self, iri: str, shape: NamedNode) -> Iterator[tuple[_Edge, bool]]:
        shown = self.index.publication.classes.get(iri)
        views = {view.single: view for view in (shown.properties if shown else ()) if view.single}
        groups = self.index.publication.groups
        for node in self.facts.values(shape, "sh:property"):
            for path, inverse in self._paths(node):
                view = views.get(Step(path, inverse))
                name = self.also if path == RDF_TYPE.value else self._choose(view.names) if view else None
                group = groups.get(view.group) if view and view.group else None
                order = (group.order if group else 1_000.0, view.order if view else 1_000.0)
                for target in self._classes(node, path):
                    yield _Edge(iri, path, target, order, name or self._name(node, path, "sh:name")), inverse

    def _choose(self, names: Mapping[str, str]) -> Text | None:
        return next((Text(names[each], each) for each in self.languages if each in names), None)

    def _paths(self, node: Any) -> Iterator[tuple[str, bool]]:
        for path in self.facts.values(node, "sh:path"):
            if isinstance(path, NamedNode):
                yield path.value, False
            else:
                yield from ((each.value, True) for each in self.facts.values(path, "sh:inversePath"))

    def _classes(self, node: Any, path: str) -> Iterator[str]:
        """The classes of the values: by ``sh:class``, also under ``sh:or``; for ``rdf:type`` the class demanded."""
        found = list(self.facts.values(node, "sh:class"))
        for head in self.facts.values(node, "sh:or"):
            found += [each for member in self.facts.members(head) for each in self.facts.values(member, "sh:class")]
        if path == RDF_TYPE.value:
            found = self.facts.values(node, "sh:hasValue")
        return (each.value for each in found if isinstance(each, NamedNode) and each.value in self.shapes)


def shaped_classes(shapes: Facts) -> frozenset[str]:
    """The classes that have a shape."""
    target = term("sh:targetClass")
    return frozenset(each.object.value for each in shapes.triples if each.predicate == target)  # type: ignore[union-attr]
