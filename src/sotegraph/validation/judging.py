"""What a submission breaks in the company of a published version, and which of that is broken there already.

Judged are the things that are sent, and those published ones that a change can reach: what a changed triple points
at, and what sees a changed node through the paths of a shape or the predicates of a query. Of the latter, only what is
new is told. The core of SHACL is judged on what the shapes can see, as it was sent; queries see the whole graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from pyoxigraph import NamedNode, Store, Triple

from sotegraph.terms import RDF_TYPE, is_part
from sotegraph.validation.prepared import PreparedShapes
from sotegraph.validation.report import Result
from sotegraph.validation.state import State

Key = tuple[Any, ...]


class Judge:
    """Judges by one shapes graph beside one published graph; *published* is written to meanwhile, and restored.

    *names* are the predicates by which things are named that are only mentioned.
    """

    def __init__(
        self,
        prepared: PreparedShapes,
        published: Store,
        beside: Sequence[Triple] = (),
        names: Iterable[NamedNode] = (),
    ) -> None:
        self.prepared = prepared
        self.published = published
        self.beside = beside
        self.names = tuple(names)

    def results(self, sent: Sequence[Triple]) -> tuple[list[Result], int]:
        """What *sent* breaks, and how many of its nodes have been judged that are not parts of others.

        Raises MalformedShapes.
        """
        state = State(self.published, sent, self.beside, self.names)
        chosen = list(state.subjects)
        own = set(chosen)
        touched = [each for each in _Touched(state, self.prepared).nodes() if each not in own]
        focus_nodes = self.prepared.aimed_at([*chosen, *touched], state)
        with _changed(self.published, state):
            found = list(self.prepared.judge(state, focus_nodes, self.published))
        known = self._known(found, state)
        told = (replace(each, known=_key(each, state) in known) for each in found)
        results = [_as_sent(each, state) for each in told if each.focus in own or not each.known]
        parts = {each.object for each in sent if is_part(each.object)}
        return results, len({node for nodes in focus_nodes.values() for node in nodes if node in own} - parts)

    def _known(self, found: Iterable[Result], state: State) -> set[Key]:
        """The results that the published graph gives at the focus nodes of *found*."""
        before = State(self.published, (), self.beside)
        nodes = [each for each in dict.fromkeys(result.focus for result in found) if state.is_published(each)]
        if not nodes:
            return set()
        focus_nodes = self.prepared.aimed_at(nodes, before)
        return {_key(each, state) for each in self.prepared.judge(before, focus_nodes, self.published)}


def _key(result: Result, state: State) -> Key:
    value = state.spelled(result.value)
    return result.focus, result.path, value, result.component, result.source_shape, result.source_constraint


def _as_sent(result: Result, state: State) -> Result:
    value = state.as_sent(result.focus, result.value)
    return result if value is result.value else replace(result, value=value)


@contextmanager
def _changed(store: Store, state: State) -> Iterator[None]:
    """Inside, *store* holds what *state* says, as it would write it."""
    added, removed = state.added, state.removed
    try:
        for quad in removed:
            store.remove(quad)
        store.extend(added)
        yield
    finally:
        for quad in added:
            store.remove(quad)
        store.extend(removed)


class _Touched:
    """Whom the change from what is published to *state* touches, beyond the things that are sent."""

    def __init__(self, state: State, prepared: PreparedShapes) -> None:
        self.state, self.prepared = state, prepared
        self.changes = [*state.added, *state.removed]

    def nodes(self) -> list[Any]:
        """The published nodes that are to be judged again."""
        found: dict[Any, None] = {}
        if self.changes:
            found.update(dict.fromkeys(self._pointed_at()))
            found.update(dict.fromkeys(self._seeing()))
        return [each for each in found if self.state.is_published(each)]

    def _pointed_at(self) -> Iterator[Any]:
        watched = self.prepared.sight.watched
        for quad in self.changes:
            if quad.predicate in watched and isinstance(quad.object, NamedNode):
                yield quad.object

    def _seeing(self) -> Iterator[Any]:
        """The nodes that see a changed one through a path of a shape, or meet it in a query."""
        sight = self.prepared.sight
        subjects = dict.fromkeys(quad.subject for quad in self.changes)
        yield from sight.readings.touched(self.state, self.changes)
        yield from sight.whole.starts(self.state, subjects)
        classed = dict.fromkeys(quad.subject for quad in self.changes if quad.predicate == RDF_TYPE)
        yield from sight.classes.starts(self.state, classed)
        for node in subjects:
            yield from self._links(node, sight.queried)

    def _links(self, node: Any, predicates: frozenset[NamedNode]) -> Iterator[Any]:
        for predicate, values in self.state.facts(node).items():
            if predicate in predicates:
                yield from (each for each in values if isinstance(each, NamedNode))
        for each in self.state.incoming(node):
            if each.predicate in predicates:
                yield each.subject
