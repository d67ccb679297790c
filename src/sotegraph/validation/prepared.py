"""A shapes graph made ready once, for many checks: compiled, its targets turned into marks, its sight known.

In the place of its targets, each node shape is aimed at what a mark of its own points at. So one compiled graph serves
any choice of focus nodes, blank ones too, and what only stands beside them is never judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import NamedNode, Store, Triple

from sotegraph.errors import MalformedShapes
from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation.core_engine import CompiledCore, Core, core_is_there
from sotegraph.validation.details import Details
from sotegraph.validation.engines import WholeEngine, sparql_name, whole_engine
from sotegraph.validation.reach import Backwards, Reach
from sotegraph.validation.readings import Readings
from sotegraph.validation.report import Result, describe
from sotegraph.validation.shapes import TARGETS, ShapeSet, implicit_targets
from sotegraph.validation.sparql_constraints import FocusNodes, SparqlConstraints
from sotegraph.validation.splitting import Split, split
from sotegraph.validation.state import State, subclasses

_MARK = "urn:x-sotegraph:focus:"
_MARKING = NamedNode("urn:x-sotegraph:focus")
_INVERSE = term("sh:inversePath")
_TARGET_NODE = term("sh:targetNode")
_TARGET_CLASS = term("sh:targetClass")
_TARGET_OBJECTS = term("sh:targetObjectsOf")
_TARGET_SUBJECTS = term("sh:targetSubjectsOf")
_SUBCLASS = term("rdfs:subClassOf")


@dataclass(frozen=True)
class Sight:
    """What a shapes graph can see beyond its focus nodes.

    The paths to nodes of which anything may be seen, those to nodes of which only the *classes* are, the predicates
    *queried* by constraints, and those *watched*: a change of one of these touches the node that it points at. What is
    read on the way along a path stands in *readings*.
    """

    whole: Backwards
    classes: Backwards
    queried: frozenset[NamedNode]
    watched: frozenset[NamedNode]
    readings: Readings


class PreparedShapes:
    """Shapes that judge chosen nodes of a state; raises MalformedShapes when no engine can apply them."""

    def __init__(self, shapes: ShapeSet, whole: WholeEngine | None = None) -> None:
        self.shapes = shapes
        self._constraints = shapes.constraints()
        self._described = describe(self._constraints)
        implicit = implicit_targets(self._constraints)
        aimed = (each.subject for each in self._constraints if each.predicate in TARGETS)
        self.roots = tuple(dict.fromkeys((*aimed, *(each.subject for each in implicit))))
        self._implicit = frozenset(each.subject for each in implicit)
        self._marks = {root: NamedNode(f"{_MARK}{number}") for number, root in enumerate(self.roots)}
        self._whole = whole
        self.reach = Reach(self._described)
        parts = split(self._constraints)
        try:
            self.parts, self.queries = parts, SparqlConstraints(parts)
        except MalformedShapes:
            # An engine that does everything has the last word, and says what is wrong.
            self.parts = Split((), tuple(self._constraints), (), parts.described)
            self.queries = SparqlConstraints(self.parts)
        self._core = self._compiled() if core_is_there() else None
        self._details = Details(self.parts.core)

    def _compiled(self) -> CompiledCore | None:
        """The core constraints, compiled; None when something in them, a pattern say, is not known to it."""
        try:
            return CompiledCore(self._marked(self.parts.core))
        except MalformedShapes:
            return None

    def make_ready(self) -> None:
        """Find out now what the first judgement would: processes forked from this one share it."""
        assert self._targets
        _ = self.sight.readings.ways_back, self.parts.has_full
        self.queries.make_ready()
        for root in self.roots:
            self.reach.make_ready(root)

    @property
    def is_compiled(self) -> bool:
        """Whether the core is judged by the compiled engine, and nothing needs one that does everything."""
        return self._core is not None and not self.parts.has_full

    @property
    def engines(self) -> str:
        """The engines that judge, and their versions."""
        names = [Core().name] if self._core else []
        names += [sparql_name()] if self.queries else []
        names += [self.whole.name] if self._core is None or self.parts.has_full else []
        return ", ".join(names)

    @cached_property
    def sight(self) -> Sight:
        """How far the shapes see, for who asks whom a change touches."""
        whole, classes = self.reach.prefixes(self.roots)
        inverse = {each.object for each in self._constraints if each.predicate == _INVERSE}
        queried = self.queries.predicates
        watched = queried | {each for each in inverse if isinstance(each, NamedNode)}
        readings = Readings(self._described, self.roots)
        return Sight(Backwards(whole), Backwards(classes), queried, watched, readings)

    @cached_property
    def whole(self) -> WholeEngine:
        """The engine for what cannot be split."""
        return self._whole or whole_engine()

    def targets(self, root: Any, triples: Iterable[Triple]) -> Iterator[Any]:
        """The nodes that the node shape *root* targets among *triples*, which name no classes below others."""
        for each in triples:
            for predicate, value in self._described.get(root, ()):
                if predicate == _TARGET_CLASS and each.predicate == RDF_TYPE and each.object == value:
                    yield each.subject
                elif predicate == _TARGET_OBJECTS and each.predicate == value:
                    yield each.object
                elif predicate == _TARGET_SUBJECTS and each.predicate == value:
                    yield each.subject
            if root in self._implicit and each.predicate == RDF_TYPE and each.object == root:
                yield each.subject
        yield from (value for predicate, value in self._described.get(root, ()) if predicate == _TARGET_NODE)

    def _marked(self, shapes: Sequence[Triple]) -> list[Triple]:
        """*shapes* with a mark in the place of every target."""
        implicit = implicit_targets(shapes)
        aimed = {each.subject for each in shapes if each.predicate in TARGETS or each in implicit}
        kept = (each for each in shapes if each.predicate not in TARGETS and each not in implicit)
        return [*kept, *(Triple(root, _TARGET_OBJECTS, self._marks[root]) for root in self.roots if root in aimed)]

    def aimed_at(self, nodes: Iterable[Any], state: State) -> dict[Any, list[Any]]:
        """Those of *nodes* that each node shape targets in *state*."""
        below = subclasses(state.sent, _SUBCLASS)
        found: dict[Any, list[Any]] = {root: [] for root in self.roots}
        by_class, others = self._targets
        for node in nodes:
            facts = state.facts(node)
            classes = set(facts.get(RDF_TYPE, ()))
            roots = {root for class_, roots in by_class.items() if class_ in classes for root in roots}
            if below:
                above = (roots for class_, roots in by_class.items() if classes & below.get(class_, set()))
                found_above = {root for each in above for root in each}
                roots |= found_above
            roots |= {root for root, predicate, value in others if _meets(node, predicate, value, state)}
            for root in roots:
                found[root].append(node)
        return {root: chosen for root, chosen in found.items() if chosen}

    @cached_property
    def _targets(self) -> tuple[Mapping[Any, list[Any]], list[tuple[Any, NamedNode, Any]]]:
        """The node shapes by the class they target, and the other targets."""
        by_class: dict[Any, list[Any]] = {}
        others = []
        for root in self.roots:
            if root in self._implicit:
                by_class.setdefault(root, []).append(root)
            for predicate, value in self._described.get(root, ()):
                if predicate == _TARGET_CLASS:
                    by_class.setdefault(value, []).append(root)
                elif predicate in TARGETS:
                    others.append((root, predicate, value))
        return by_class, others

    def judge(self, state: State, focus_nodes: FocusNodes, store: Store) -> Iterator[Result]:
        """What *focus_nodes* of *state* break; *store* is asked the queries. Raises MalformedShapes."""
        data = self._seen(state, focus_nodes)
        yield from self._by_core(state, data)
        yield from self.queries.find(store, focus_nodes)
        if self.parts.has_full:
            yield from self.whole.find(data, self._marked(self.parts.full))

    def judge_core(self, state: State, focus_nodes: FocusNodes) -> Iterator[Result]:
        """What *focus_nodes* of *state* break in the constraints of the core; raises MalformedShapes."""
        yield from self._by_core(state, self._seen(state, focus_nodes))

    def _seen(self, state: State, focus_nodes: FocusNodes) -> list[Triple]:
        return [*self.reach.extract(state, focus_nodes.items()), *self._marking(focus_nodes)]

    def _by_core(self, state: State, data: Sequence[Triple]) -> Iterator[Result]:
        if self._core is not None:
            yield from self._details.added(
                self._core.find(data), lambda shape, nodes: self.reach.extract(state, [(shape, nodes)])
            )
        elif self.parts.core:
            yield from self.whole.find(data, self._marked(self.parts.core))

    def _marking(self, focus_nodes: FocusNodes) -> Iterator[Triple]:
        for root, nodes in focus_nodes.items():
            for node in nodes:
                yield Triple(_MARKING, self._marks[root], node)


def _meets(node: Any, predicate: NamedNode, value: Any, state: State) -> bool:
    if predicate == _TARGET_NODE:
        return bool(node == value)
    if predicate == _TARGET_OBJECTS:
        return any(True for _ in state.incoming(node, value))
    return value in state.facts(node)
