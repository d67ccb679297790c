"""Which triples the core constraints of shapes read, and from how far: whom a change touches, none left out.

Where a change makes a difference to a focus node, its shape reads a changed triple on one of its paths. The first such
triple on the way begins at a node that the path leads to in both graphs. So the graph as it is now is all that has to
be walked back through, from the ends of the changed triples, for what was removed as for what was added.

Who is found that way is the focus node of the shape that the walk began with. What a property shape says of its values
by property shapes of its own has these as focus nodes (SHACL 2.3.2), so such shapes are left to others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pyoxigraph import NamedNode, Quad, Triple

from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation.paths import Described
from sotegraph.validation.reach import Backwards, Reach, Step, joined
from sotegraph.validation.shapes import TARGETS
from sotegraph.validation.state import State

_TARGET_CLASS = term("sh:targetClass")
_TARGET_NODE = term("sh:targetNode")
_TARGET_OBJECTS = term("sh:targetObjectsOf")
_AMONG_SIBLINGS = term("sh:qualifiedValueShapesDisjoint")
_OF_VALUES = frozenset({term("sh:path"), term("sh:property")})
Steps = tuple[Step, ...]
Statement = Triple | Quad


@dataclass(frozen=True)
class _Reading:
    """Triples with a *predicate*, or all, are read from their subject, or *backwards* from their object."""

    backwards: bool
    predicate: NamedNode | None

    def ends(self, changed: Mapping[NamedNode | None, Sequence[Statement]]) -> list[Any]:
        """The nodes at which one of the *changed* triples, by predicate and all below None, is read."""
        read = changed.get(self.predicate, ())
        return list(dict.fromkeys(each.object if self.backwards else each.subject for each in read))


@dataclass
class Readings:
    """What the shapes at *roots* read, by the paths that lead to where they do; *endless* is what has no bound.

    A shape that applies itself to its own values, at any remove, has none.
    """

    described: Described
    roots: Sequence[Any]
    endless: list[Any] = field(default_factory=list)
    _from: defaultdict[_Reading, set[Steps]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        reach = Reach(self.described)
        for root in self.roots:
            if not self._follow(root, reach):
                self.endless.append(root)
            for predicate, value in self.described.get(root, ()):
                if predicate in TARGETS and predicate not in (_TARGET_NODE, _TARGET_CLASS):
                    self._from[_Reading(predicate == _TARGET_OBJECTS, value)].add(())
        self._from[_Reading(False, RDF_TYPE)].add(())

    @property
    def are_known(self) -> bool:
        """Whether shapes read nothing but what is found here, and tell it of the nodes at which they begin.

        They do not where something is asked of the shapes beside them, or a property shape has property shapes.
        """
        named = [{name for name, _ in facts} for facts in self.described.values()]
        return not any(_AMONG_SIBLINGS in each or each >= _OF_VALUES for each in named)

    def _follow(self, root: Any, reach: Reach) -> bool:
        """Note what the shape at *root* reads, and those that it applies; return False if it comes back to itself."""
        is_bounded = True
        waiting: list[tuple[Any, Steps, frozenset[Any]]] = [(root, (), frozenset((root,)))]
        while waiting:
            node, before, seen = waiting.pop()
            shape = reach.shape(node)
            here = (*before, *_steps(shape.path))
            for steps, backwards, predicate in _passed(shape.path):
                self._from[_Reading(backwards, predicate)].add((*before, *steps))
            if shape.classes:
                self._from[_Reading(False, RDF_TYPE)].add(here)
            if shape.looks:
                self._from[_Reading(False, None)].update((before, here))
            is_bounded = is_bounded and seen.isdisjoint(shape.linked)
            waiting.extend((each, here, seen | {each}) for each in shape.linked if each not in seen)
        return is_bounded

    def touched(self, state: State, changed: Sequence[Statement]) -> dict[Any, None]:
        """The nodes of *state* about which a shape may say something else than before the *changed* statements were."""
        found: dict[Any, None] = {}
        by_predicate: defaultdict[NamedNode | None, list[Statement]] = defaultdict(list, {None: list(changed)})
        for each in changed:
            by_predicate[each.predicate].append(each)
        for reading, ways in self.ways_back.items():
            ends = reading.ends(by_predicate)
            if ends:
                found.update(ways.starts(state, ends))
        return found

    @cached_property
    def ways_back(self) -> Mapping[_Reading, Backwards]:
        """Of each reading the paths that lead to where it begins; one that leads nowhere begins at the focus node."""
        return {each: Backwards(map(joined, ways)) for each, ways in self._from.items()}


def _steps(path: Step | None) -> Steps:
    if path is None:
        return ()
    return path.parts if path.kind == "/" else (path,)


def _passed(path: Step | None) -> Iterator[tuple[Steps, bool, NamedNode]]:
    """Each predicate that is read on *path*: after which steps, and whether backwards."""
    if path is None:
        return
    if path.predicate is not None:
        yield (), path.kind == "^", path.predicate
        return
    before: Steps = (Step("*", None, path.parts),) if path.kind in ("*", "+") else ()
    for part in path.parts:
        for steps, backwards, predicate in _passed(part):
            yield (*before, *steps), backwards, predicate
        if path.kind == "/":
            before = (*before, part)
