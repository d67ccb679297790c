"""What search engines are told of the instances of a class, as triple rules say it (SHACL Advanced Features, 8.4).

A rule states a constant of the thing, or what a path leads to from it, perhaps on the condition that it has some value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode

from sotegraph.errors import UnsoundPublication
from sotegraph.facts import Facts, Node
from sotegraph.terms import term
from sotegraph.views import Route, read_routes


@dataclass(frozen=True)
class Condition:
    """That one of the values that *routes* lead to is *value*."""

    routes: tuple[Route, ...]
    value: NamedNode | Literal


@dataclass(frozen=True)
class TripleRule:
    """States *predicate* with the *value*, or with what *routes* lead to, of a thing that meets all *conditions*."""

    predicate: str
    value: NamedNode | Literal | None
    routes: tuple[Route, ...]
    conditions: tuple[Condition, ...]


def read_markups(facts: Facts) -> Mapping[str, tuple[TripleRule, ...]]:
    """The rules of each class that a ``pub:Markup`` is about, in a fixed order.

    Raises UnsoundPublication for a rule that says anything of another node than ``sh:this``, or by another way.
    """
    found: dict[str, tuple[TripleRule, ...]] = {}
    for node in facts.of_type("pub:Markup"):
        rules = sorted((_rule(facts, each) for each in facts.objects(node, "sh:rule")), key=_order)
        for each in facts.iris(node, "pub:class"):
            found[each] = (*found.get(each, ()), *rules)
    return found


def _order(rule: TripleRule) -> tuple[str, str]:
    return rule.predicate, repr((rule.value, rule.routes))


def _rule(facts: Facts, node: Node) -> TripleRule:
    predicate = facts.iri(node, "sh:predicate")
    objects = facts.objects(node, "sh:object")
    if facts.iri(node, "sh:subject") != term("sh:this").value or predicate is None or len(objects) != 1:
        raise _unclear(node)
    (value,) = objects
    paths = [] if isinstance(value, Literal) else facts.objects(value, "sh:path")
    routes = tuple(route for path in paths for route in read_routes(facts, path))
    constant = value if isinstance(value, NamedNode | Literal) else None
    if constant is None and not routes:
        raise _unclear(node)
    return TripleRule(predicate, constant, routes, tuple(_conditions(facts, facts.objects(node, "sh:condition"))))


def _conditions(facts: Facts, shapes: Iterable[Any]) -> Iterator[Condition]:
    for shape in shapes:
        for each in facts.objects(shape, "sh:property"):
            routes = tuple(route for path in facts.objects(each, "sh:path") for route in read_routes(facts, path))
            for value in facts.objects(each, "sh:hasValue"):
                yield Condition(routes, value)


def _unclear(node: Node) -> UnsoundPublication:
    return UnsoundPublication(
        "The rule {rule} of a pub:Markup is not clear: its sh:subject is sh:this, its sh:predicate an IRI, and its "
        "sh:object one constant or a node with a sh:path.",
        rule=str(node),
    )
