"""Classes that shapes demand beside another: a thing that lacks one is told so once, and judged as if it had it.

A shape may ask of the instances of a class that they state a superclass too, because nothing is inferred from data.
Were they judged as stated only, the rules of the superclass would come up after the first correction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation.report import VIOLATION, Result
from sotegraph.validation.shapes import ShapeSet

_COMPONENT = term("sh:HasValueConstraintComponent")
_PATH, _PROPERTY, _VALUE = term("sh:path"), term("sh:property"), term("sh:hasValue")
_DEACTIVATED = (term("sh:deactivated"), Literal(True))
_SEVERITY, _TARGET = term("sh:severity"), term("sh:targetClass")


class Superclasses:
    """What the node shapes of *shapes* demand: for each target class further ones, if shapes describe those as well."""

    def __init__(self, shapes: ShapeSet) -> None:
        self.shapes = shapes

    @cached_property
    def demanded(self) -> dict[Any, list[tuple[NamedNode, NamedNode]]]:
        """For each class the further ones, each with the property shape that demands it."""
        described = self.shapes.described
        active = {shape: facts for shape, facts in described.items() if _DEACTIVATED not in facts}
        targets = [(shape, value) for shape, facts in active.items() for name, value in facts if name == _TARGET]
        taken = {class_ for _, class_ in targets}
        found: defaultdict[Any, list[tuple[NamedNode, NamedNode]]] = defaultdict(list)
        for shape, class_ in targets:
            for name, constraint in active[shape]:
                facts = active.get(constraint, ())
                if name == _PROPERTY and isinstance(constraint, NamedNode) and (_PATH, RDF_TYPE) in facts:
                    wanted = (value for predicate, value in facts if predicate == _VALUE and value in taken)
                    found[class_] += [(each, constraint) for each in wanted]
        return dict(found)

    def missing(self, sent: Iterable[Triple]) -> list[tuple[Triple, Result]]:
        """The triples that *sent* lacks for its things to have all the classes demanded, each with its result."""
        own: defaultdict[Any, set[Any]] = defaultdict(set)
        for each in sent:
            if each.predicate == RDF_TYPE:
                own[each.subject].add(each.object)
        return [pair for node, classes in own.items() for pair in self._missing_of(node, classes)]

    def _missing_of(self, node: Any, classes: set[Any]) -> Iterator[tuple[Triple, Result]]:
        waiting = sorted(classes & self.demanded.keys(), key=str)
        while waiting:
            for wanted, constraint in self.demanded.get(waiting.pop(), ()):
                if wanted not in classes:
                    classes.add(wanted)
                    waiting.append(wanted)
                    yield Triple(node, RDF_TYPE, wanted), self._result(node, constraint)

    def _result(self, node: Any, constraint: NamedNode) -> Result:
        facts = self.shapes.described[constraint]
        severity = next((value for name, value in facts if name == _SEVERITY), VIOLATION)
        return Result(node, str(RDF_TYPE), None, _COMPONENT, severity, constraint)

    def told_once(self, results: Iterable[Result]) -> list[Result]:
        """*results* without those that say again, of another shape, that a class is missing."""
        found: list[Result] = []
        seen: set[tuple[Any, Sequence[Any]]] = set()
        for each in results:
            if each.component == _COMPONENT and each.path == str(RDF_TYPE):
                facts = self.shapes.described.get(each.source_shape, ())
                key = (each.focus, tuple(value for name, value in facts if name == _VALUE))
                if key in seen:
                    continue
                seen.add(key)
            found.append(each)
        return found
