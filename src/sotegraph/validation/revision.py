"""What a graph breaks, found from what it broke before it changed: only what the change can affect is judged again.

The core of each shape is asked about the nodes that a change touches. A query is asked of the whole graph, for nobody
knows how far it looks, unless it reads no triples but those whose predicates it names, and none of these changed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pyoxigraph import BlankNode, Store, Triple

from sotegraph.errors import MalformedShapes, MemoryLimitReached
from sotegraph.terms import term
from sotegraph.validation.engines import store_of
from sotegraph.validation.exchange import decode_results, encode_results
from sotegraph.validation.forked import run_forked
from sotegraph.validation.isolated import Isolated
from sotegraph.validation.prepared import PreparedShapes
from sotegraph.validation.readings import Readings
from sotegraph.validation.report import Report, Result
from sotegraph.validation.shapes import ShapeSet
from sotegraph.validation.state import State

_BY_QUERY = term("sh:SPARQLConstraintComponent")
_TIME_LIMIT_S = 600
_MEMORY_BYTES = 16 << 30


@dataclass(frozen=True)
class Known:
    """The *report* on a graph, which has changed since by some triples: at most these were added or removed.

    The shapes and the profile are the same. No blank node is in what *changed*.
    """

    report: Report
    changed: Sequence[Triple]


class Revision:
    """Brings what is *known* up to date; where that cannot be done, *whole* judges everything."""

    def __init__(self, known: Known, whole: Isolated | None = None) -> None:
        self.known, self.whole = known, whole or Isolated()
        self.name = ""
        """The engines that took part, after the work."""

    def find(self, data: Sequence[Triple], shapes: Sequence[Triple]) -> list[Result]:
        """What *data* breaks in *shapes*, found in a process of its own.

        Where what is known does not help, or that process needs too much memory or dies, *whole* judges everything.
        Raises MalformedShapes when the shapes cannot be applied, TimeLimitReached when it takes too long.
        """
        prepared = self.prepared(shapes)
        if prepared is not None:
            with contextlib.suppress(MemoryLimitReached):
                made = run_forked(lambda: encode_results(self.results(data, prepared)), _TIME_LIMIT_S, _MEMORY_BYTES)
                self.name = prepared.engines
                return decode_results(made)
        found = self.whole.find(data, shapes)
        self.name = self.whole.name
        return found

    def prepared(self, shapes: Sequence[Triple]) -> PreparedShapes | None:
        """*shapes* made ready to judge some nodes; None where what is known does not help with that."""
        try:
            prepared = PreparedShapes(ShapeSet.read(shapes))
        except MalformedShapes:
            return None
        readings = Readings(prepared.parts.described, prepared.roots)
        fits = prepared.is_compiled and prepared.engines == self.known.report.engine and readings.are_known
        return prepared if fits and not any(map(_has_blank, self.known.report.results)) else None

    def results(self, data: Sequence[Triple], prepared: PreparedShapes) -> list[Result]:
        """The same in this process, by shapes that :meth:`prepared` made ready."""
        return list(_Revised(self.known, data, prepared).results())


class _Revised:
    def __init__(self, known: Known, data: Sequence[Triple], prepared: PreparedShapes) -> None:
        self.known, self.data, self.prepared = known, data, prepared
        self.state = State(Store(), data)

    def results(self) -> Iterator[Result]:
        """Every result, those that stand from before among them."""
        touched = self._touched()
        unmoved = self.prepared.queries.unmoved({each.predicate for each in self.known.changed})
        for each in self.known.report.results:
            stands = each.source_constraint in unmoved if each.component == _BY_QUERY else each.focus not in touched
            if stands:
                yield each
        yield from self.prepared.judge_core(self.state, self.prepared.aimed_at(touched, self.state))
        if self.prepared.queries.nodes - unmoved:
            for each in self.prepared.queries.find(store_of(self.data), left_out=unmoved):
                yield _as_sent(each, self.state)

    def _touched(self) -> dict[Any, None]:
        """The nodes that the core is asked about again: all that a shape targets which reads without a bound."""
        readings = Readings(self.prepared.parts.described, self.prepared.roots)
        found = readings.touched(self.state, self.known.changed)
        for root in readings.endless:
            found.update(dict.fromkeys(self.prepared.targets(root, self.data)))
        return found


def _as_sent(result: Result, state: State) -> Result:
    value = state.as_sent(result.focus, result.value)
    return result if value is result.value else replace(result, value=value)


def _has_blank(result: Result) -> bool:
    """Whether a blank node is in *result*: its name means another one elsewhere."""
    nodes = (result.focus, result.value, result.source_shape, result.source_constraint)
    return any(isinstance(each, BlankNode) for each in nodes) or any(map(_has_blank, result.details))
