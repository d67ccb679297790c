"""Shapes aimed at chosen nodes, for tests that ask an engine about some of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from pyoxigraph import NamedNode, Quad, Triple

from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation import ShapeSet
from sotegraph.validation.shapes import TARGETS, implicit_targets

_TARGET_NODE = term("sh:targetNode")
_TARGET_SUBJECTS = term("sh:targetSubjectsOf")
_TARGET_OBJECTS = term("sh:targetObjectsOf")
_SUBCLASS = term("rdfs:subClassOf")


def aimed(shapes: ShapeSet, nodes: Collection[Any], data: Iterable[Triple | Quad]) -> ShapeSet:
    """*shapes*, aimed at those of *nodes* that they would aim at in *data* anyway, and at nothing else.

    The targets are rewritten because engines' own ways to choose focus nodes skip nested and named shapes.
    """
    chosen = _Chosen(frozenset(nodes), data)
    implicit = implicit_targets(shapes.triples)
    kept: list[Triple] = []
    for each in shapes.triples:
        if each.predicate in TARGETS:
            kept.extend(_aim(each.subject, chosen.targets(each.predicate, each.object)))
        elif each in implicit:
            kept.extend(_aim(each.subject, chosen.instances(each.subject)))
        else:
            kept.append(each)
    return replace(shapes, triples=tuple(dict.fromkeys(kept)))


def _aim(shape: Any, nodes: Iterable[Any]) -> Iterator[Triple]:
    return (Triple(shape, _TARGET_NODE, node) for node in nodes)


class _Chosen:
    """The focus nodes chosen, and which targets they meet in the data."""

    def __init__(self, nodes: frozenset[Any], data: Iterable[Triple | Quad]) -> None:
        self.nodes = nodes
        self.types: defaultdict[Any, set[Any]] = defaultdict(set)
        self.subjects: defaultdict[Any, set[Any]] = defaultdict(set)
        self.objects: defaultdict[Any, set[Any]] = defaultdict(set)
        self.subclasses: defaultdict[Any, set[Any]] = defaultdict(set)
        for each in data:
            if each.predicate == _SUBCLASS:
                self.subclasses[each.object].add(each.subject)
            if each.subject in nodes:
                self.subjects[each.predicate].add(each.subject)
                if each.predicate == RDF_TYPE:
                    self.types[each.object].add(each.subject)
            if each.object in nodes:
                self.objects[each.predicate].add(each.object)

    def targets(self, predicate: NamedNode, value: Any) -> Iterable[Any]:
        if predicate == _TARGET_NODE:
            return [value] if value in self.nodes else []
        if predicate == _TARGET_SUBJECTS:
            return sorted(self.subjects[value], key=str)
        if predicate == _TARGET_OBJECTS:
            return sorted(self.objects[value], key=str)
        return self.instances(value)

    def instances(self, class_: Any) -> list[Any]:
        """The chosen SHACL instances of *class_*: typed with it or with a subclass that the data states."""
        found: set[Any] = set()
        waiting, seen = [class_], set()
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                found |= self.types[each]
                waiting.extend(self.subclasses[each])
        return sorted(found, key=str)
