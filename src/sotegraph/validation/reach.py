"""How far shapes see from a focus node: what of a graph decides whether the node conforms, and whom a change touches.

The triples that a shape's paths pass, all that is said of the nodes to which it applies a shape, and the classes of
those it asks for one: on these, and nothing else, the core constraints of the shape give what they give on the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Triple

from sotegraph.terms import RDF_FIRST, RDF_TYPE, term
from sotegraph.validation.paths import Described, list_members
from sotegraph.validation.state import State

_PATH = term("sh:path")
_CLASS = term("sh:class")
_APPLIED = frozenset({term("sh:property"), term("sh:node"), term("sh:not"), term("sh:qualifiedValueShape")})
_APPLIED_LISTS = frozenset({term("sh:and"), term("sh:or"), term("sh:xone")})
_PAIRS = frozenset({term(f"sh:{word}") for word in ("equals", "disjoint", "lessThan", "lessThanOrEquals")})
_LOOKING = _PAIRS | {term("sh:closed")}
_INVERSE = term("sh:inversePath")
_ALTERNATIVE = term("sh:alternativePath")
_REPEATED = {term("sh:zeroOrMorePath"): "*", term("sh:oneOrMorePath"): "+", term("sh:zeroOrOnePath"): "?"}


@dataclass(frozen=True)
class Step:
    """A path: one predicate (*kind* "" or "^"), or a sequence "/", alternative "|" or repetition of *parts*."""

    kind: str
    predicate: NamedNode | None = None
    parts: tuple[Step, ...] = ()

    def reversed(self) -> Step:
        """The same path, walked from its end."""
        if self.predicate is not None:
            return Step("" if self.kind == "^" else "^", self.predicate)
        parts = tuple(each.reversed() for each in self.parts)
        return Step(self.kind, None, parts[::-1] if self.kind == "/" else parts)


def read_path(node: Any, described: Described) -> Step:
    """Return the path at *node* of a shapes graph."""
    if isinstance(node, NamedNode):
        return Step("", node)
    facts = dict(described.get(node, ()))
    if RDF_FIRST in facts:
        return Step("/", None, tuple(read_path(each, described) for each in list_members(node, described)))
    if _INVERSE in facts:
        return read_path(facts[_INVERSE], described).reversed()
    if _ALTERNATIVE in facts:
        members = list_members(facts[_ALTERNATIVE], described)
        return Step("|", None, tuple(read_path(each, described) for each in members))
    for predicate, kind in _REPEATED.items():
        if predicate in facts:
            return Step(kind, None, (read_path(facts[predicate], described),))
    return Step("|")


@dataclass(frozen=True)
class _Shape:
    """What a shape asks of a node, or with a *path* of its values, and which shapes it applies to these."""

    path: Step | None
    classes: bool
    looks: bool
    linked: tuple[Any, ...]


class Reach:
    """The sight of the shapes of one shapes graph."""

    def __init__(self, described: Described) -> None:
        self._described = described
        self._shapes: dict[Any, _Shape] = {}
        self._further: dict[Any, tuple[Any, ...]] = {}

    def _shape(self, node: Any) -> _Shape:
        if node not in self._shapes:
            path, classes, looks, linked = None, False, False, []
            for name, value in self._described.get(node, ()):
                if name == _PATH:
                    path = read_path(value, self._described)
                elif name in _APPLIED:
                    linked.append(value)
                elif name in _APPLIED_LISTS:
                    linked.extend(list_members(value, self._described))
                classes = classes or name == _CLASS
                looks = looks or name in _LOOKING
            self._shapes[node] = _Shape(path, classes, looks, tuple(linked))
        return self._shapes[node]

    def _is_inert(self, node: Any, seen: frozenset[Any] = frozenset()) -> bool:
        """Whether the shape at *node* looks at a node itself, and at no triple."""
        shape = self._shape(node)
        if shape.path is not None or shape.classes or shape.looks:
            return False
        return all(each in seen or self._is_inert(each, seen | {node}) for each in shape.linked)

    def _is_plain(self, node: Any) -> bool:
        """Whether the shape at *node* looks at what is said of its focus node, and at nothing behind it."""
        shape = self._shape(node)
        simple = shape.path is None or shape.path.kind == ""
        return simple and not (shape.classes and shape.path) and not self._applied(node)

    def _applied(self, node: Any) -> tuple[Any, ...]:
        """The shapes that have to be followed from the one at *node*, to its values or for the same node."""
        if node not in self._further:
            shape = self._shape(node)
            self._further[node] = ()  # A shape that comes back to itself is followed from there, not from here.
            is_followed = self._is_inert if shape.path is not None else self._is_plain
            self._further[node] = tuple(each for each in shape.linked if not is_followed(each))
        return self._further[node]

    def extract(self, state: State, focus_nodes: Iterable[tuple[Any, Sequence[Any]]]) -> dict[Triple, None]:
        """What of *state* decides about *focus_nodes*, pairs of a shape and its nodes."""
        extraction = _Extraction(state)
        waiting = [(shape, node) for shape, nodes in focus_nodes for node in nodes]
        while waiting:
            shape, focus = pair = waiting.pop()
            if pair not in extraction.seen:
                extraction.seen.add(pair)
                waiting.extend(self._see(shape, focus, extraction))
        return extraction.triples

    def _see(self, node: Any, focus: Any, extraction: _Extraction) -> Iterator[tuple[Any, Any]]:
        """Take what the shape at *node* sees from *focus*; yield the shapes that see further, and from where."""
        extraction.take(focus)
        if self._is_plain(node):
            return
        shape = self._shape(node)
        values = [focus] if shape.path is None else extraction.follow(focus, shape.path)
        for value in values:
            if shape.classes:
                extraction.take_classes(value)
            for each in self._applied(node):
                yield each, value

    def prefixes(self, roots: Iterable[Any]) -> tuple[frozenset[Step], frozenset[Step]]:
        """The paths from a focus node of *roots* to the nodes that are seen beyond it.

        Those to nodes of which anything may be seen, and those to nodes of which only the class is.
        """
        whole: set[Step] = set()
        classes: set[Step] = set()
        waiting: list[tuple[Any, tuple[Step, ...], frozenset[Any]]] = [(root, (), frozenset()) for root in roots]
        while waiting:
            node, before, seen = waiting.pop()
            shape = self._shape(node)
            steps = () if shape.path is None else shape.path.parts if shape.path.kind == "/" else (shape.path,)
            here = (*before, *steps)
            looked_at = [here[:number] for number in range(len(before), len(here)) if number]
            looked_at += [before] if before and shape.looks else []
            looked_at += [here] if steps and steps[-1].predicate is None else []
            whole.update(map(_joined, looked_at))
            if shape.classes and here:
                classes.add(_joined(here))
            waiting.extend((each, here, seen | {node}) for each in shape.linked if each not in seen)
        return frozenset(whole), frozenset(classes)


def _joined(steps: Sequence[Step]) -> Step:
    return steps[0] if len(steps) == 1 else Step("/", None, tuple(steps))


class Backwards:
    """*paths* walked from their ends, found by the predicate that a node at an end has to be the object of."""

    def __init__(self, paths: Iterable[Step]) -> None:
        self._by_predicate: dict[NamedNode, list[Step]] = {}
        self._others: list[Step] = []
        for each in paths:
            back = each.reversed()
            first = back.parts[0] if back.kind == "/" and back.parts else back
            if first.kind == "^" and first.predicate is not None:
                self._by_predicate.setdefault(first.predicate, []).append(back)
            else:
                self._others.append(back)

    def starts(self, state: State, node: Any) -> Iterator[Any]:
        """The nodes of *state* from which one of the paths leads to *node*."""
        arriving = state.predicates_to(node)
        for predicate in self._by_predicate if arriving is None else arriving:
            for path in self._by_predicate.get(predicate, ()):
                yield from walk(state, node, path)
        for path in self._others:
            yield from walk(state, node, path)


class _Extraction:
    """The triples taken so far, and what has been seen on the way."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.triples: dict[Triple, None] = {}
        self.seen: set[tuple[Any, Any]] = set()
        self._taken: set[Any] = set()

    def take(self, node: Any) -> None:
        """Take all that is said of *node*."""
        if node not in self._taken:
            self._taken.add(node)
            self.triples.update(dict.fromkeys(self.state.outgoing(node)))

    def take_classes(self, node: Any) -> None:
        """Take what *node* is said to be."""
        if node not in self._taken and isinstance(node, NamedNode | BlankNode):
            for class_ in self.state.facts(node).get(RDF_TYPE, ()):
                self.triples[Triple(node, RDF_TYPE, class_)] = None

    def follow(self, node: Any, path: Step) -> list[Any]:
        """The nodes at the end of *path* from *node*; the triples on the way are taken."""
        return list(dict.fromkeys(walk(self.state, node, path, self.triples)))


def walk(state: State, node: Any, path: Step, passed: dict[Triple, None] | None = None) -> Iterator[Any]:
    """Yield the nodes at the end of *path* from *node*, some twice; *passed* is given the triples on the way."""
    if path.kind == "^":
        for each in state.incoming(node, path.predicate):
            if passed is not None:
                passed[each] = None
            yield each.subject
    elif path.predicate is not None:
        for value in state.facts(node).get(path.predicate, ()) if isinstance(node, NamedNode | BlankNode) else ():
            if passed is not None:
                passed[Triple(node, path.predicate, value)] = None
            yield value
    elif path.kind == "/":
        ends = [node]
        for part in path.parts:
            ends = list(dict.fromkeys(end for each in ends for end in walk(state, each, part, passed)))
        yield from ends
    elif path.kind == "|":
        for part in path.parts:
            yield from walk(state, node, part, passed)
    else:
        yield from _repeat(state, node, path, passed)


def _repeat(state: State, node: Any, path: Step, passed: dict[Triple, None] | None) -> Iterator[Any]:
    (part,) = path.parts
    if path.kind != "+":
        yield node
    seen: set[Any] = set()
    waiting = [node]
    while waiting:
        for end in walk(state, waiting.pop(), part, passed):
            if end not in seen:
                seen.add(end)
                yield end
                if path.kind != "?":
                    waiting.append(end)
