"""A shapes graph taken apart: what a core engine can do, what one query over the whole can do, and the rest.

A node shape whose ``sh:sparql`` constraints are its own, or its property shapes', needs no engine for them: each is one
query. Where such a constraint, or a component that the shapes graph defines, decides whether a nested shape holds, only
an engine that does everything can judge, and it judges that whole node shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation.paths import Described, list_members, path_text
from sotegraph.validation.report import VIOLATION, describe
from sotegraph.validation.shapes import TARGETS, implicit_targets

SPARQL = term("sh:sparql")
_PROPERTY = term("sh:property")
_PATH = term("sh:path")
_SEVERITY = term("sh:severity")
_DEACTIVATED = (term("sh:deactivated"), Literal(True))
_NESTED = frozenset({term("sh:node"), term("sh:not"), term("sh:qualifiedValueShape")})
_NESTED_LISTS = frozenset({term("sh:and"), term("sh:or"), term("sh:xone")})
_COMPONENT = term("sh:ConstraintComponent")


@dataclass(frozen=True)
class Constraint:
    """One ``sh:sparql`` of one shape with targets: *shape* is the node shape itself or one of its property shapes."""

    root: Any
    shape: Any
    node: Any
    path: str | None
    severity: NamedNode


@dataclass(frozen=True)
class Split:
    """The parts of a shapes graph; *core* and *full* are shapes graphs of their own, *full* often without targets."""

    core: tuple[Triple, ...]
    full: tuple[Triple, ...]
    constraints: tuple[Constraint, ...]
    described: Described

    @cached_property
    def has_full(self) -> bool:
        """Whether anything is left for an engine that does everything."""
        return any(each.predicate in TARGETS for each in self.full) or bool(implicit_targets(self.full))


def split(shapes: Sequence[Triple]) -> Split:
    """Return *shapes* taken apart; together, the parts ask what the whole asks.

    >>> split([]).has_full
    False
    """
    return _Splitting(shapes).result()


class _Splitting:
    def __init__(self, shapes: Sequence[Triple]) -> None:
        self.shapes = shapes
        self.described = describe(shapes)
        self.implicit = implicit_targets(shapes)
        aimed = (each.subject for each in shapes if each.predicate in TARGETS)
        self.roots = list(dict.fromkeys((*aimed, *sorted((each.subject for each in self.implicit), key=str))))
        self.parameters = frozenset(self._parameters())

    def result(self) -> Split:
        whole = frozenset(root for root in self.roots if self._needs_everything(root))
        if whole and any(each.subject not in whole for each in self.implicit):
            whole = frozenset(self.roots)
        asked = {each.object for each in self.shapes if each.predicate == SPARQL}
        core = (each for each in self._aimed(self.shapes, whole, kept=False))
        return Split(
            core=tuple(each for each in core if each.predicate != SPARQL and each.subject not in asked),
            full=tuple(self._aimed(self.shapes, whole, kept=True)) if whole else (),
            constraints=tuple(each for root in self.roots if root not in whole for each in self._constraints(root)),
            described=self.described,
        )

    def _aimed(self, shapes: Iterable[Triple], whole: frozenset[Any], *, kept: bool) -> Iterator[Triple]:
        """*shapes* with the targets of *whole* only, or without them."""
        for each in shapes:
            is_target = each.predicate in TARGETS or each in self.implicit
            if not is_target or (each.subject in whole) is kept:
                yield each

    def _parameters(self) -> Iterator[NamedNode]:
        """The properties whose use is a constraint of a component that the shapes graph defines."""
        components = [node for node, facts in self.described.items() if (RDF_TYPE, _COMPONENT) in facts]
        for component in components:
            for name, parameter in self.described[component]:
                if name == term("sh:parameter"):
                    yield from (value for key, value in self.described.get(parameter, ()) if key == _PATH)

    def _direct(self, root: Any) -> Iterator[Any]:
        """The shapes whose focus nodes are those of *root*: itself and its property shapes."""
        if self._is_active(root):
            yield root
            if not self._has(root, _PATH):
                yield from (each for each in self._values(root, _PROPERTY) if self._is_active(each))

    def _needs_everything(self, root: Any) -> bool:
        direct = list(self._direct(root))
        if any(self._is_custom(each) for each in direct):
            return True
        nested: list[Any] = []
        for each in direct:
            nested.extend(self._nested(each, properties=each != root or self._has(root, _PATH)))
        seen: set[Any] = set()
        while nested:
            each = nested.pop()
            if each not in seen:
                seen.add(each)
                if self._has(each, SPARQL) or self._is_custom(each):
                    return True
                nested.extend(self._nested(each, properties=True))
        return False

    def _nested(self, shape: Any, *, properties: bool) -> Iterator[Any]:
        """The shapes that *shape* applies to its values."""
        for name, value in self.described.get(shape, ()):
            if name in _NESTED or (properties and name == _PROPERTY):
                yield value
            elif name in _NESTED_LISTS:
                yield from list_members(value, self.described)

    def _constraints(self, root: Any) -> Iterator[Constraint]:
        for shape in self._direct(root):
            paths = self._values(shape, _PATH)
            path = path_text(paths[0], self.described) if paths else None
            severity = next(iter(self._values(shape, _SEVERITY)), VIOLATION)
            for node in self._values(shape, SPARQL):
                if self._is_active(node):
                    yield Constraint(root, shape, node, path, severity)

    def _is_custom(self, shape: Any) -> bool:
        return any(name in self.parameters for name, _ in self.described.get(shape, ()))

    def _is_active(self, shape: Any) -> bool:
        return _DEACTIVATED not in self.described.get(shape, ())

    def _has(self, node: Any, predicate: NamedNode) -> bool:
        return any(name == predicate for name, _ in self.described.get(node, ()))

    def _values(self, node: Any, predicate: NamedNode) -> list[Any]:
        return [value for name, value in self.described.get(node, ()) if name == predicate]


def values_of(described: Mapping[Any, Sequence[tuple[NamedNode, Any]]], node: Any, predicate: NamedNode) -> list[Any]:
    """Return the values of *predicate* at *node*."""
    return [value for name, value in described.get(node, ()) if name == predicate]
