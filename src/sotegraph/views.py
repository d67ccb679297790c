"""How the things of a publication are shown, as its shapes say: which values, under which names, in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from pyoxigraph import NamedNode

from sotegraph.facts import Facts, Node, Texts
from sotegraph.terms import PREFIXES

_EMBED_LIMIT = 500
_STEPS = PREFIXES["pub"] + "Steps"


@dataclass(frozen=True)
class Group:
    """A ``sh:PropertyGroup``: a heading on a page."""

    iri: str
    labels: Texts
    order: float


@dataclass(frozen=True, order=True)
class Step:
    """One step of a path: to the values of a predicate, or, *inverse*, to what has the node as its value."""

    predicate: str
    inverse: bool = False


Route = tuple[Step, ...]
"""A path without choices: its steps from first to last."""


@dataclass(frozen=True)
class PropertyView:
    """How the values of one path are shown: the property shape that carries name, order and group (SHACL 2.3.2).

    The path is the union of *routes*. *counted* shows how many values there are in place of them, *hidden* nothing at
    all; a value in *unsaid* goes without saying where an amount is told in one line. Where the values are embedded,
    *columns* name what their table shows, each by the IRI of a predicate or of a column described for it; without them
    it shows all that the shapes of the values name. The lines are ordered by what *order_by* leads to. *as_steps* draws
    them as a picture too, one box after another, with those whom the routes *actors* lead to in their boxes; where the
    predicate *follows* is named, an arrow leads only from a box to one that follows it by that.
    """

    iri: str
    routes: tuple[Route, ...]
    names: Texts
    descriptions: Texts
    order: float
    group: str | None
    embed: bool
    embed_limit: int
    in_title: bool
    counted: bool = False
    hidden: bool = False
    columns: tuple[str, ...] = ()
    order_by: tuple[Route, ...] = ()
    descending: bool = False
    unsaid: tuple[str, ...] = ()
    as_steps: bool = False
    actors: tuple[Route, ...] = ()
    follows: str | None = None

    @cached_property
    def single(self) -> Step | None:
        """The path when it is one step."""
        return self.routes[0][0] if len(self.routes) == 1 and len(self.routes[0]) == 1 else None

    @cached_property
    def predicate(self) -> str | None:
        """The predicate when the path is nothing else."""
        return self.single.predicate if self.single and not self.single.inverse else None

    @cached_property
    def inverse_of(self) -> str | None:
        """The predicate that the path follows backwards, when that is all it does."""
        return self.single.predicate if self.single and self.single.inverse else None


@dataclass(frozen=True)
class ClassView:
    """How the instances of one class are shown: a node shape, its name, and its property views in order."""

    iri: str
    target: str
    labels: Texts
    properties: tuple[PropertyView, ...]


@dataclass(frozen=True)
class Facet:
    """A way to choose among the things of a list: by what *routes* lead to, called *name* in addresses.

    *parents* lead from a value to the wider one that it belongs to; with *by_year* the values are the years of dates.
    """

    iri: str
    name: str
    routes: tuple[Route, ...]
    labels: Texts
    order: float
    parents: tuple[Route, ...] = ()
    by_year: bool = False


@dataclass(frozen=True)
class IdentifierKind:
    """A kind of identifier that things of a list have: the type that ``adms:Identifier`` nodes state, and its name."""

    iri: str
    name: str
    type: str
    labels: Texts


def read_facets(facts: Facts, collection: Node) -> tuple[Facet, ...]:
    """The facets of *collection*, in order."""
    found = [
        Facet(
            iri=node.value,
            name=facts.text(node, "pub:parameter"),
            routes=_all_routes(facts, node, "sh:path"),
            labels=facts.texts(node, "rdfs:label"),
            order=facts.number(node, "sh:order", 1_000),
            parents=_all_routes(facts, node, "pub:parentPath"),
            by_year=facts.flag(node, "pub:byYear"),
        )
        for node in facts.objects(collection, "pub:facet")
    ]
    return tuple(sorted(found, key=lambda each: (each.order, each.name)))


def read_identifier_kinds(facts: Facts, collection: Node) -> tuple[IdentifierKind, ...]:
    """The kinds of identifiers that the things of *collection* have, by name."""
    found = [
        IdentifierKind(
            iri=node.value,
            name=facts.text(node, "pub:parameter"),
            type=facts.iri(node, "pub:identifierType") or "",
            labels=facts.texts(node, "rdfs:label"),
        )
        for node in facts.objects(collection, "pub:identifierKind")
    ]
    return tuple(sorted(found, key=lambda each: each.name))


def _all_routes(facts: Facts, node: Node, name: str) -> tuple[Route, ...]:
    return tuple(route for path in facts.objects(node, name) for route in read_routes(facts, path))


def read_search_routes(facts: Facts, collection: Node) -> tuple[Route, ...]:
    """The paths to things by whose names the things of *collection* are found as well."""
    return _all_routes(facts, collection, "pub:searchPath")


def read_groups(facts: Facts) -> Mapping[str, Group]:
    """The groups that *facts* describe, by IRI."""
    return {
        node.value: Group(node.value, facts.texts(node, "rdfs:label"), facts.number(node, "sh:order", 1_000))
        for node in facts.of_type("sh:PropertyGroup")
    }


def read_class_views(facts: Facts) -> Mapping[str, ClassView]:
    """The views of all classes that have a node shape, by class."""
    views = {}
    for node in facts.of_type("sh:NodeShape"):
        found = _views(facts, facts.objects(node, "sh:property"))
        properties = tuple(sorted(found, key=lambda each: (each.order, each.routes)))
        for target in facts.objects(node, "sh:targetClass"):
            views[target.value] = ClassView(node.value, target.value, facts.texts(node, "rdfs:label"), properties)
    return views


def read_columns(facts: Facts) -> Mapping[str, PropertyView]:
    """The columns described for tables, by IRI."""
    return {each.iri: each for each in _views(facts, facts.of_type("pub:TableColumn"))}


def _views(facts: Facts, nodes: Iterable[Node]) -> Iterator[PropertyView]:
    for node in nodes:
        names = facts.texts(node, "sh:name")
        routes = tuple(route for path in facts.objects(node, "sh:path") for route in read_routes(facts, path))
        if names and routes:
            descending, ascending = (_routes_of(facts, node, f"pub:{name}By") for name in ("descending", "ascending"))
            yield PropertyView(
                iri=node.value,
                routes=routes,
                names=names,
                descriptions=facts.texts(node, "sh:description"),
                order=facts.number(node, "sh:order", 1_000),
                group=facts.iri(node, "sh:group"),
                embed=facts.flag(node, "pub:embed"),
                embed_limit=int(facts.number(node, "pub:embedLimit", _EMBED_LIMIT)),
                in_title=facts.flag(node, "pub:inTitle"),
                counted=facts.flag(node, "pub:counted"),
                hidden=facts.flag(node, "pub:hidden"),
                columns=tuple(
                    each.value for head in facts.objects(node, "pub:columns") for each in facts.members(head)
                ),
                order_by=descending or ascending,
                descending=bool(descending),
                unsaid=facts.iris(node, "pub:unsaid"),
                as_steps=facts.iri(node, "pub:drawnAs") == _STEPS,
                actors=_routes_of(facts, node, "pub:actors"),
                follows=facts.iri(node, "pub:follows"),
            )


def _routes_of(facts: Facts, node: Node, name: str) -> tuple[Route, ...]:
    """The routes of the column, or the predicate, that *node* names: by which it orders, or to whom it leads."""
    for column in facts.objects(node, name):
        paths = facts.objects(column, "sh:path") or [column]
        return tuple(route for path in paths for route in read_routes(facts, path))
    return ()


def read_routes(facts: Facts, path: Any) -> Iterator[Route]:
    """The routes of a path of predicates, inverses, sequences, alternatives (SHACL 2.3.1); no other has any."""
    if isinstance(path, NamedNode):
        yield (Step(path.value),)
        return
    for inner in facts.objects(path, "sh:inversePath"):
        for route in read_routes(facts, inner):
            yield tuple(Step(step.predicate, not step.inverse) for step in reversed(route))
    for head in facts.objects(path, "sh:alternativePath"):
        for member in facts.members(head):
            yield from read_routes(facts, member)
    members = list(facts.members(path))
    if members:
        for parts in product(*(tuple(read_routes(facts, member)) for member in members)):
            yield tuple(step for part in parts for step in part)
