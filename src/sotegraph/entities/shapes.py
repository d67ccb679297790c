"""Lay out a node shape for a reader: one line a property, with everything that is asked of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from sotegraph.entities.index import Index, Text
from sotegraph.entities.vocabulary import Facts, TermDocument
from sotegraph.terms import PREFIXES, RDF_TYPE, shorten, term

_SH = PREFIXES["sh"]
_SAID_ELSEWHERE = frozenset(
    _SH + name
    for name in (
        *("path", "name", "description", "message", "order", "group", "severity", "deactivated"),
        *("minCount", "maxCount", "datatype", "class", "nodeKind", "prefixes", "declare"),
    )
)
_TYPES = ("sh:datatype", "sh:class", "sh:nodeKind")
_VIOLATION = term("sh:Violation")


@dataclass(frozen=True)
class Demand:
    """One property shape that asks for something: what it says when it is not met, and how grave that is.

    *profiles* holds the gravity where a profile changes it; *constraints* are compact names with their values.
    """

    iri: str
    anchor: str
    message: Text | None
    severity: str
    constraints: tuple[tuple[str, str], ...]
    profiles: tuple[tuple[Text, str], ...]


@dataclass(frozen=True)
class ShapeProperty:
    """One path of a shape: its name and meaning, how many values of what, and the demands made of them."""

    path: str
    name: Text
    description: Text | None
    anchor: str
    cardinality: str
    types: tuple[str, ...]
    demands: tuple[Demand, ...]


@dataclass(frozen=True)
class ShapePage:
    """What the page of a node shape says, in one language."""

    iri: str
    title: Text
    description: Text | None
    targets: tuple[str, ...]
    properties: tuple[ShapeProperty, ...]
    demands: tuple[Demand, ...]


def shape_page(index: Index, document: TermDocument, whole: Facts, language: str) -> ShapePage:
    """Return what the page of the node shape *document* says in *language*; *whole* are the facts of all shapes."""
    facts = document.facts
    reader = _ShapeReader(index, facts, _severities(whole, index.languages(language)), index.languages(language))
    root = NamedNode(document.root)
    return ShapePage(
        iri=document.root,
        title=reader.text(root, "rdfs:label", "sh:name") or Text(shorten(document.root, index.publication.prefixes)),
        description=reader.text(root, "rdfs:comment", "sh:description", "dct:description"),
        targets=tuple(each.value for each in facts.values(root, "sh:targetClass") if isinstance(each, NamedNode)),
        properties=tuple(reader.properties(root)),
        demands=tuple(reader.demands(facts.values(root, "sh:sparql"))),
    )


@dataclass(frozen=True)
class _ShapeReader:
    index: Index
    facts: Facts
    severities: Mapping[Any, Sequence[tuple[Text, str]]]
    languages: Sequence[str]

    def text(self, node: Any, *names: str) -> Text | None:
        return self.facts.text(node, self.languages, *names)

    def properties(self, root: NamedNode) -> Iterator[ShapeProperty]:
        by_path: dict[str, list[Any]] = {}
        for node in self.facts.values(root, "sh:property"):
            for path in self.facts.values(node, "sh:path"):
                by_path.setdefault(self.path(path), []).append(node)
        for path in sorted(by_path, key=lambda each: (self.order(by_path[each]), each)):
            yield self.property(path, by_path[path])

    def order(self, nodes: Sequence[Any]) -> tuple[float, float]:
        """The place of a path on a page: by group, then by order; what has no name comes last."""
        places = []
        for node in nodes:
            names = (each.value for each in self.facts.values(node, "sh:group"))
            group = next((self.index.publication.groups.get(name) for name in names), None)
            for order in self.facts.values(node, "sh:order"):
                places.append((group.order if group else 1_000.0, float(order.value)))
        return min(places, default=(1_000.0, 1_000.0))

    def property(self, path: str, nodes: Sequence[Any]) -> ShapeProperty:
        named = next((node for node in nodes if self.text(node, "sh:name")), nodes[0])
        return ShapeProperty(
            path=path,
            name=self.text(named, "sh:name") or Text(path),
            description=self.text(named, "sh:description"),
            anchor=_anchor(named),
            cardinality=self.cardinality(nodes),
            types=tuple(dict.fromkeys(each for node in nodes for each in self.types(node))),
            demands=tuple(self.demands(nodes)),
        )

    def cardinality(self, nodes: Sequence[Any]) -> str:
        least = self.bounds(nodes, "sh:minCount")
        most = self.bounds(nodes, "sh:maxCount")
        return f"{max(least, default=0)}..{min(most) if most else '*'}"

    def bounds(self, nodes: Sequence[Any], name: str) -> list[int]:
        return [int(each.value) for node in nodes for each in self.facts.values(node, name)]

    def types(self, node: Any) -> Iterator[str]:
        for name in _TYPES:
            yield from (each.value for each in self.facts.values(node, name) if isinstance(each, NamedNode))

    def demands(self, nodes: Sequence[Any]) -> Iterator[Demand]:
        for node in nodes:
            constraints = tuple(self.constraints(node))
            message = self.text(node, "sh:message")
            if constraints or message:
                severity = next(iter(self.facts.values(node, "sh:severity")), _VIOLATION)
                profiles = tuple(self.severities.get(node, ()))
                yield Demand(node.value, _anchor(node), message, _local(severity), constraints, profiles)

    def constraints(self, node: Any) -> Iterator[tuple[str, str]]:
        """What *node* asks for; where a message says it, only what is short and exact, such as a pattern."""
        said = bool(self.facts.values(node, "sh:message"))
        for triple in sorted(self.facts.by_subject.get(node, ()), key=str):
            name = triple.predicate.value
            if name.startswith(_SH) and name not in _SAID_ELSEWHERE:
                exact = isinstance(triple.object, Literal) and "ualified" not in name
                if exact or not said:
                    yield shorten(name), self.written(triple.object)

    def written(self, value: Any) -> str:
        """*value* as one writes it in Turtle, a list between parentheses, a blank node between brackets."""
        if isinstance(value, Literal):
            return value.value
        if isinstance(value, NamedNode):
            return shorten(value.value, self.index.publication.prefixes)
        members = self.facts.members(value)
        if members:
            return f"( {' '.join(self.written(each) for each in members)} )"
        own: Sequence[Triple] = sorted(self.facts.by_subject.get(value, ()), key=str)
        inside = "; ".join(f"{shorten(each.predicate.value)} {self.written(each.object)}" for each in own)
        return f"[ {inside} ]"

    def path(self, node: Any) -> str:
        """A property path as SPARQL writes it."""
        if isinstance(node, NamedNode):
            return shorten(node.value, self.index.publication.prefixes)
        for inverse in self.facts.values(node, "sh:inversePath"):
            return "^" + self.path(inverse)
        for name, sign in (("sh:zeroOrMorePath", "*"), ("sh:oneOrMorePath", "+"), ("sh:zeroOrOnePath", "?")):
            for inner in self.facts.values(node, name):
                return self.path(inner) + sign
        for alternatives in self.facts.values(node, "sh:alternativePath"):
            return "|".join(self.path(each) for each in self.facts.members(alternatives))
        return "/".join(self.path(each) for each in self.facts.members(node))


def _severities(whole: Facts, languages: Sequence[str]) -> Mapping[Any, list[tuple[Text, str]]]:
    """Property shape → the severities that profiles give it, under the profile's name."""
    found: dict[Any, list[tuple[Text, str]]] = {}
    profiles = [each for each in whole.by_subject if term("pub:Profile") in whole.values(each, "rdf:type")]
    for profile in sorted(profiles, key=str):
        name = whole.text(profile, languages, "rdfs:label") or Text(_local(profile))
        for entry in whole.values(profile, "pub:severity"):
            for shape in whole.values(entry, "pub:shape"):
                found.setdefault(shape, []).extend((name, _local(each)) for each in whole.values(entry, "pub:as"))
    return found


def list_shapes(document: TermDocument, index: Index, language: str) -> list[tuple[str, Text]]:
    """The node shapes of *document*, by name in *language*."""
    shapes = [
        each.subject for each in document.triples if each.predicate == RDF_TYPE and each.object == term("sh:NodeShape")
    ]
    named = [
        (each.value, document.facts.text(each, index.languages(language), "rdfs:label") or Text(_local(each)))
        for each in shapes
        if isinstance(each, NamedNode)
    ]
    return sorted(named, key=lambda pair: pair[1].value.casefold())


def _anchor(node: NamedNode | BlankNode) -> str:
    return node.value.partition("#")[2]


def _local(node: Any) -> str:
    value: str = node.value
    return value.rpartition("#")[2].rpartition("/")[2]
