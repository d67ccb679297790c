"""Follow the paths of the shapes from a node to what they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.entities.index import natural
from sotegraph.store import Term, Version
from sotegraph.views import PropertyView, Route, Step

_MANY = 1_000


def follow(version: Version, node: NamedNode, routes: Iterable[Route]) -> list[Term]:
    """What *routes* lead to from *node*, each once."""
    routes = tuple(routes)
    if len(routes) == 1 == len(routes[0]):
        return list(_ends(version, node, routes[0][0]))
    found: dict[Term, None] = {}
    for route in routes:
        ends: Iterable[Term] = (node,)
        for step in route:
            ends = dict.fromkeys(end for start in ends for end in _ends(version, start, step))
        found |= dict.fromkeys(ends)
    return list(found)


def follow_each(version: Version, iris: Sequence[str], routes: Iterable[Route]) -> Iterator[list[Term]]:
    """What *routes* lead to from each of *iris*, in their order.

    For many of them the statements of each predicate are gone through once, which is far less than to look each one up.
    """
    routes = tuple(routes)
    if len(iris) < _MANY:
        yield from (follow(version, NamedNode(iri), routes) for iri in iris)
        return
    known = {step: _all_ends(version, step) for route in routes for step in route}
    for iri in iris:
        found: dict[Term, None] = {}
        for route in routes:
            ends: Iterable[Term] = (NamedNode(iri),)
            for step in route:
                ends = dict.fromkeys(end for start in ends for end in known[step].get(start, ()))
            found |= dict.fromkeys(ends)
        yield list(found)


def _all_ends(version: Version, step: Step) -> Mapping[Term, Sequence[Term]]:
    found: dict[Term, list[Term]] = {}
    for triple in version.statements(NamedNode(step.predicate)):
        start, end = (triple.object, triple.subject) if step.inverse else (triple.subject, triple.object)
        if not isinstance(start, Literal | Triple):
            found.setdefault(start, []).append(end)
    return found


def _ends(version: Version, start: Term, step: Step) -> Iterator[Term]:
    if isinstance(start, Literal | Triple):
        return
    predicate = NamedNode(step.predicate)
    if step.inverse:
        yield from (each.subject for each in version.incoming(start, predicate))
    else:
        yield from version.objects(start, predicate)


def embedded_nodes(version: Version, root: NamedNode, view: PropertyView) -> list[str]:
    """The IRIs that the path of *view* leads to: in the order it names, then in that of their keys."""
    iris = {each.value for each in follow(version, root, view.routes) if isinstance(each, NamedNode)}
    ordered = sorted(iris, key=natural)
    if not view.order_by:
        return ordered

    def place(iri: str) -> list[object]:
        ends = follow(version, NamedNode(iri), view.order_by)
        values = (natural(each.value) for each in ends if not isinstance(each, Triple))
        return max(values, default=[""])

    return sorted(ordered, key=place, reverse=view.descending)
