"""How far shapes see from a focus node: what of a graph decides whether the node conforms, and whom a change touches.

The triples that a shape's paths pass, all that is said of the nodes to which it applies a shape, and the classes of
those it asks for one: on these, and nothing else, the core constraints of the shape give what they give on the whole.
"""

from __future__ import annotations

from collections import defaultdict
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

    def shape(self, node: Any) -> _Shape:
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
        shape = self.shape(node)
        if shape.path is not None or shape.classes or shape.looks:
            return False
        return all(each in seen or self._is_inert(each, seen | {node}) for each in shape.linked)

    def _is_plain(self, node: Any) -> bool:
        """Whether the shape at *node* looks at what is said of its focus node, and at nothing behind it."""
        shape = self.shape(node)
        simple = shape.path is None or shape.path.kind == ""
        return simple and not (shape.classes and shape.path) and not self._applied(node)

    def _applied(self, node: Any) -> tuple[Any, ...]:
        """The shapes that have to be followed from the one at *node*, to its values or for the same node."""
        if node not in self._further:
            shape = self.shape(node)
            self._further[node] = ()  # A shape that comes back to itself is followed from there, not from here.
            is_followed = self._is_inert if shape.path is not None else self._is_plain
            self._further[node] = tuple(each for each in shape.linked if not is_followed(each))
        return self._further[node]

    def make_ready(self, root: Any) -> None:
        """Find out now what the shapes at *root*, and those that it applies, look at."""
        waiting, seen = [root], set()
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                self._is_plain(each)
                waiting.extend(self._applied(each))

    def extract(self, state: State, focus_nodes: Iterable[tuple[Any, Sequence[Any]]]) -> list[Triple]:
        """What of *state* decides about *focus_nodes*, pairs of a shape and its nodes; a triple may come twice."""
        extraction = _Extraction(state)
        waiting: list[tuple[Any, Sequence[Any]]] = list(focus_nodes)
        while waiting:
            shape, nodes = waiting.pop()
            waiting.extend(self._see(shape, extraction.unseen(shape, nodes), extraction))
        return extraction.triples

    def _see(self, node: Any, nodes: Sequence[Any], extraction: _Extraction) -> Iterator[tuple[Any, Sequence[Any]]]:
        """Take what the shape at *node* sees from *nodes*; yield the shapes that see further, and from where."""
        extraction.take(nodes)
        if not nodes or self._is_plain(node):
            return
        shape = self.shape(node)
        values = nodes if shape.path is None else extraction.follow(nodes, shape.path)
        if shape.classes:
            extraction.take_classes(values)
        for each in self._applied(node):
            yield each, values

    def prefixes(self, roots: Iterable[Any]) -> tuple[frozenset[Step], frozenset[Step]]:
        """The paths from a focus node of *roots* to the nodes that are seen beyond it.

        Those to nodes of which anything may be seen, and those to nodes of which only the class is.
        """
        whole: set[Step] = set()
        classes: set[Step] = set()
        waiting: list[tuple[Any, tuple[Step, ...], frozenset[Any]]] = [(root, (), frozenset()) for root in roots]
        while waiting:
            node, before, seen = waiting.pop()
            shape = self.shape(node)
            steps = () if shape.path is None else shape.path.parts if shape.path.kind == "/" else (shape.path,)
            here = (*before, *steps)
            looked_at = [here[:number] for number in range(len(before), len(here)) if number]
            looked_at += [before] if before and shape.looks else []
            looked_at += [here] if steps and steps[-1].predicate is None else []
            whole.update(map(joined, looked_at))
            if shape.classes and here:
                classes.add(joined(here))
            waiting.extend((each, here, seen | {node}) for each in shape.linked if each not in seen)
        return frozenset(whole), frozenset(classes)


def joined(steps: Sequence[Step]) -> Step:
    return steps[0] if len(steps) == 1 else Step("/", None, tuple(steps))


class _Way:
    """A place on the ways back along many paths: where each step leads on from it, and whether a path begins here."""

    def __init__(self) -> None:
        self.is_start = False
        self._after: dict[Step, _Way] = {}
        self._arriving: defaultdict[NamedNode, list[_Way]] = defaultdict(list)
        self._leaving: defaultdict[NamedNode, list[_Way]] = defaultdict(list)
        self._others: list[tuple[Step, _Way]] = []

    def after(self, step: Step) -> _Way:
        """Where *step* leads from here."""
        if step not in self._after:
            way = self._after[step] = _Way()
            parts = step.parts if step.kind == "|" else (step,)
            simple = [(each.kind, each.predicate) for each in parts if each.predicate is not None]
            if len(simple) < len(parts):
                self._others.append((step, way))
            else:
                for kind, predicate in simple:
                    (self._arriving if kind == "^" else self._leaving)[predicate].append(way)
        return self._after[step]

    def nexts(self, state: State, nodes: Iterable[Any]) -> Iterator[tuple[_Way, dict[Any, None]]]:
        """The places one step on, each with the nodes that *nodes* lead to."""
        found: defaultdict[_Way, dict[Any, None]] = defaultdict(dict)
        for node in nodes:
            known = state.predicates_to(node) if self._arriving else ()
            for predicate in self._arriving if known is None else known:
                for way in self._arriving.get(predicate, ()):
                    found[way].update((each.subject, None) for each in state.incoming(node, predicate))
            for predicate, values in state.facts(node).items() if self._leaving else ():
                for way in self._leaving.get(predicate, ()):
                    found[way].update(dict.fromkeys(values))
            for step, way in self._others:
                found[way].update(dict.fromkeys(walk(state, node, step)))
        yield from found.items()


class Backwards:
    """*paths* walked from their ends, all of them and from many nodes at once: no place is come to twice."""

    def __init__(self, paths: Iterable[Step]) -> None:
        self._end = _Way()
        for each in paths:
            back = each.reversed()
            way = self._end
            for step in back.parts if back.kind == "/" else (back,):
                way = way.after(step)
            way.is_start = True

    def starts(self, state: State, nodes: Iterable[Any]) -> dict[Any, None]:
        """The nodes of *state* from which one of the paths leads to one of *nodes*."""
        found: dict[Any, None] = {}
        waiting = [(self._end, dict.fromkeys(nodes))]
        while waiting:
            way, ends = waiting.pop()
            if way.is_start:
                found |= ends
            if ends:
                waiting.extend(way.nexts(state, ends))
        return found


class _Extraction:
    """The triples taken so far, and what has been seen on the way."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.triples: list[Triple] = []
        self._seen: dict[Any, set[Any]] = {}
        self._taken: set[Any] = set()
        self._classed: set[Any] = set()

    def unseen(self, shape: Any, nodes: Iterable[Any]) -> list[Any]:
        """Those of *nodes* that *shape* has not been seen from; from now on it has."""
        seen = self._seen.setdefault(shape, set())
        found = [each for each in dict.fromkeys(nodes) if each not in seen]
        seen.update(found)
        return found

    def take(self, nodes: Iterable[Any]) -> None:
        """Take all that is said of *nodes*."""
        for node in nodes:
            if node not in self._taken:
                self._taken.add(node)
                self.triples.extend(self.state.outgoing(node))

    def take_classes(self, nodes: Iterable[Any]) -> None:
        """Take what *nodes* are said to be."""
        for node in nodes:
            if node not in self._taken and node not in self._classed and isinstance(node, NamedNode | BlankNode):
                self._classed.add(node)
                for class_ in self.state.facts(node).get(RDF_TYPE, ()):
                    self.triples.append(Triple(node, RDF_TYPE, class_))

    def follow(self, nodes: Iterable[Any], path: Step) -> list[Any]:
        """The nodes at the end of *path* from *nodes*, which have been taken; the triples on the way are taken too."""
        predicate, facts = path.predicate, self.state.facts
        if path.kind == "" and predicate is not None:
            return list(dict.fromkeys(value for node in nodes for value in facts(node).get(predicate, ())))
        passed: dict[Triple, None] = {}
        ends = dict.fromkeys(end for node in nodes for end in walk(self.state, node, path, passed))
        self.triples.extend(passed)
        return list(ends)


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
