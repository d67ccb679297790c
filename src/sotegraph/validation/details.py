"""What lies below a result of ``sh:node``: the results that the nested shape gives at the value (SHACL 3.6.2.5).

The compiled engine for core constraints leaves them out. So each nested shape is aimed at the values that broke it, and
asked once more about these alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from pyoxigraph import NamedNode, Triple

from sotegraph.terms import term
from sotegraph.validation.core_engine import CompiledCore
from sotegraph.validation.report import Result, describe, sort_key
from sotegraph.validation.shapes import TARGETS, implicit_targets

Extract = Callable[[Any, Sequence[Any]], Iterable[Triple]]
"""What of the data a shape sees from some nodes."""
_NODE = term("sh:node")
_COMPONENT = term("sh:NodeConstraintComponent")
_MARK, _MARKING = NamedNode("urn:x-sotegraph:detail"), NamedNode("urn:x-sotegraph:details")
_DEEPEST, _MOST_VALUES = 5, 1_000


class Details:
    """Finds the details of results by core constraints of one shapes graph."""

    def __init__(self, shapes: Sequence[Triple]) -> None:
        implicit = implicit_targets(shapes)
        self._described = describe(each for each in shapes if each.predicate not in TARGETS and each not in implicit)
        self._compiled: dict[Any, CompiledCore] = {}

    def added(self, results: Iterable[Result], extract: Extract, depth: int = 0) -> list[Result]:
        """*results*, those of ``sh:node`` with what the nested shape finds at the value."""
        known = list(results)
        wanted: dict[Any, dict[Any, None]] = {}
        for each in known if depth < _DEEPEST else ():
            for shape in self._nested(each):
                wanted.setdefault(shape, {})[each.value] = None
        found = {
            shape: self._found(shape, list(values)[:_MOST_VALUES], extract, depth) for shape, values in wanted.items()
        }
        return [self._with_details(each, found) for each in known]

    def _nested(self, result: Result) -> list[Any]:
        if result.component != _COMPONENT:
            return []
        return [value for name, value in self._described.get(result.source_shape, ()) if name == _NODE]

    def _found(self, shape: Any, values: Sequence[Any], extract: Extract, depth: int) -> dict[Any, list[Result]]:
        """What *shape* finds at *values*, by value."""
        data = [*extract(shape, values), *(Triple(_MARKING, _MARK, each) for each in values)]
        found: dict[Any, list[Result]] = {}
        for each in self.added(self._core(shape).find(data), extract, depth + 1):
            found.setdefault(each.focus, []).append(each)
        return found

    def _core(self, shape: Any) -> CompiledCore:
        """*shape* with all that it refers to, aimed at what is marked."""
        if shape not in self._compiled:
            triples, waiting, seen = [Triple(shape, term("sh:targetObjectsOf"), _MARK)], [shape], set()
            while waiting:
                node = waiting.pop()
                if node not in seen:
                    seen.add(node)
                    triples += [Triple(node, name, value) for name, value in self._described.get(node, ())]
                    waiting += [value for _, value in self._described.get(node, ()) if value in self._described]
            self._compiled[shape] = CompiledCore(triples)
        return self._compiled[shape]

    def _with_details(self, result: Result, found: dict[Any, dict[Any, list[Result]]]) -> Result:
        # Two nested shapes of one shape give a result each; which of them is whose, a result does not tell.
        details = [each for shape in self._nested(result) for each in found.get(shape, {}).get(result.value, ())]
        return replace(result, details=tuple(sorted(details, key=sort_key))) if details else result
