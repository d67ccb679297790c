"""What is counted of a set of triples, so that it can be brought up to date where triples come and go.

The figures of a version (:mod:`sotegraph.catalog.figures`) are made of the tally of its default graph and those of its
named graphs. From one version to the next only those triples are counted whose part in a tally is another: what came
and went, and what has a thing for subject or object whose classes are others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from sotegraph.terms import RDF_TYPE, term

Classes = tuple[str, ...]
Kind = Classes | str | None
"""What an object is: the classes of a node, the datatype of a literal, or neither."""
Scope = NamedNode | DefaultGraph
_DEFAULT = DefaultGraph()
_MAPPINGS = frozenset(
    term(name)
    for name in (
        *("owl:sameAs", "rdfs:seeAlso", "schema:sameAs"),
        *("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch"),
    )
)
"""The standard properties that say of a thing that another publisher describes it, or one like it."""


@dataclass
class Tally:
    """The counts of a set of triples.

    *kinds* counts triples by the classes of the subject, the predicate and what the object is; *links* those that lead
    from a thing of the publication to what may be one of another publisher, by predicate and IRI. *spaces* counts the
    distinct subjects that have an IRI by what these have in common; *instances* those of each class, and *examples*
    holds the first of them that is the publication's own.
    """

    kinds: Counter[tuple[Classes | None, str, Kind]] = field(default_factory=Counter)
    links: Counter[tuple[str, str]] = field(default_factory=Counter)
    spaces: Counter[str] = field(default_factory=Counter)
    instances: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    subjects: int = 0
    objects: int = 0

    @property
    def triples(self) -> int:
        """How many there are."""
        return self.kinds.total()

    @property
    def entities(self) -> int:
        """How many distinct subjects have an IRI."""
        return self.spaces.total()

    def count(self, triple: Triple, own: Classes | None, kind: Kind, base: str) -> None:
        """Count *triple*, whose subject is of the classes *own* here, and its object of *kind*."""
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        self.kinds[own, predicate.value, kind] += 1
        if (kind or predicate in _MAPPINGS) and isinstance(value, NamedNode) and predicate != RDF_TYPE:
            is_own = isinstance(subject, NamedNode) and subject.value.startswith(base + "/id/")
            if is_own and not value.value.startswith(base + "/"):
                self.links[predicate.value, value.value] += 1


def example_order(iri: str) -> tuple[int, str]:
    """Short IRIs first: things before their parts, low numbers before high ones."""
    return len(iri), iri


def space_of(iri: str, base: str) -> str:
    """Return the beginning that *iri* shares with the things of its kind: the base and a segment, or its host.

    >>> space_of("https://library.example/id/book/1", "https://library.example")
    'https://library.example/id/'
    >>> space_of("http://subjects.example/scheme#S1", "https://library.example"), space_of("urn:isbn:1", "https://x.y")
    ('http://subjects.example/', 'urn:isbn:')
    """
    if iri.startswith(base + "/"):
        segment, found, _ = iri[len(base) + 1 :].partition("/")
        return f"{base}/{segment}/" if found else f"{base}/"
    scheme, found, rest = iri.partition("://")
    if found:
        return f"{scheme}://{rest.partition('/')[0]}/"
    return ":".join(iri.split(":")[:2]) + ":"


def classes_of(triples: Iterable[Triple]) -> Mapping[Any, Classes]:
    """Return the classes of each subject of *triples*, all of which are type statements; equal ones are one value."""
    found: defaultdict[Any, list[str]] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.object, NamedNode):
            found[triple.subject].append(triple.object.value)
    known: dict[Classes, Classes] = {}
    return {node: known.setdefault(key, key) for node, names in found.items() for key in (tuple(sorted(names)),)}


def tally_of(
    triples: Iterable[Triple], own: Mapping[Any, Classes], everywhere: Mapping[Any, Classes], base: str
) -> Tally:
    """Return the tally of *triples*, whose subjects have the classes *own* among them, and nodes those *everywhere*."""
    tally = Tally()
    subjects: set[Any] = set()
    objects: set[Any] = set()
    for triple in triples:
        subject, value = triple.subject, triple.object
        subjects.add(subject)
        objects.add(value)
        kind = value.datatype.value if isinstance(value, Literal) else everywhere.get(value)
        tally.count(triple, own.get(subject), kind, base)
    tally.subjects, tally.objects = len(subjects), len(objects)
    tally.spaces.update(space_of(each.value, base) for each in subjects if isinstance(each, NamedNode))
    for node, names in own.items():
        for each in names:
            tally.instances[each] += 1
            _exemplify(tally, each, node, base)
    return tally


def _exemplify(tally: Tally, class_: str, node: Any, base: str) -> None:
    if isinstance(node, NamedNode) and node.value.startswith(base + "/id/"):
        tally.examples[class_] = min(tally.examples.get(class_, node.value), node.value, key=example_order)


Tallies = Mapping[Scope, Tally]
"""The tallies of the default graph and of each named graph."""


def tallies_of(store: Store, graphs: Iterable[str], base: str) -> Tallies:
    """Return the tallies of the default graph of *store* and of those *graphs*."""
    everywhere = classes_of(_triples(store, RDF_TYPE, _DEFAULT))
    found: dict[Scope, Tally] = {_DEFAULT: tally_of(_triples(store, None, _DEFAULT), everywhere, everywhere, base)}
    for graph in map(NamedNode, graphs):
        own = classes_of(_triples(store, RDF_TYPE, graph))
        found[graph] = tally_of(_triples(store, None, graph), own, everywhere, base)
    return found


def _triples(store: Store, predicate: NamedNode | None, scope: Scope) -> Iterator[Triple]:
    return (quad.triple for quad in store.quads_for_pattern(None, predicate, None, scope))


@dataclass
class _Part:
    """That part of a tally that may be another afterwards; terms are as the store writes them."""

    tally: Tally
    subjects: set[Any]
    objects: set[Any]


class Recount:
    """Brings *tallies* of *store* up to date: made before the store changes, and :meth:`completed` after that.

    *changed* are the quads that come and go; among those that go and stay may be ones that the store writes alike.
    """

    def __init__(self, tallies: Tallies, store: Store, changed: Iterable[Quad], base: str) -> None:
        self.tallies, self.store, self.base = dict(tallies), store, base
        self.changed: defaultdict[Scope, set[Triple]] = defaultdict(set)
        self.retyped: set[Any] = set()
        for quad in changed:
            if isinstance(quad.graph_name, NamedNode | DefaultGraph):
                self.changed[quad.graph_name].add(quad.triple)
            if quad.predicate == RDF_TYPE:
                self.retyped.add(quad.subject)
        # What is of another class may be the object of a triple in any graph.
        scopes = {*self.changed, *(self.tallies if self.retyped else ())}
        self.before = {scope: self._part(scope) for scope in scopes}

    def completed(self) -> Tallies:
        """The tallies of the store as it is now."""
        for scope, before in self.before.items():
            tally, after = deepcopy(self.tallies.get(scope, Tally())), self._part(scope)
            for name in ("kinds", "links", "spaces", "instances"):
                counts: Counter[Any] = getattr(tally, name)
                counts.subtract(getattr(before.tally, name))
                counts.update(getattr(after.tally, name))
                setattr(tally, name, Counter({key: count for key, count in counts.items() if count}))
            tally.subjects += len(after.subjects) - len(before.subjects)
            tally.objects += len(after.objects) - len(before.objects)
            for class_ in {*before.tally.instances, *after.tally.instances}:
                self._exemplify(scope, tally, class_)
            self.tallies[scope] = tally
        return {scope: tally for scope, tally in self.tallies.items() if tally.triples or scope == _DEFAULT}

    def _part(self, scope: Scope) -> _Part:
        part = _Part(Tally(), set(), set())
        affected: set[Triple] = set()
        for each in self.changed[scope]:
            affected.update(self._found(each.subject, each.predicate, each.object, scope))
            part.subjects.update(triple.subject for triple in self._first(each.subject, None, scope))
            part.objects.update(triple.object for triple in self._first(None, each.object, scope))
        for node in self.retyped:
            affected.update(self._found(node, None, None, scope))
            affected.update(self._found(None, None, node, scope))
            part.tally.instances.update(self._classes(node, scope) or ())
        for triple in affected:
            part.tally.count(triple, self._classes(triple.subject, scope), self._kind(triple.object), self.base)
        part.tally.spaces.update(
            space_of(each.value, self.base) for each in part.subjects if isinstance(each, NamedNode)
        )
        return part

    def _found(self, subject: Any, predicate: NamedNode | None, value: Any, scope: Scope) -> Iterator[Triple]:
        return (quad.triple for quad in self.store.quads_for_pattern(subject, predicate, value, scope))

    def _first(self, subject: Any, value: Any, scope: Scope) -> Iterator[Triple]:
        return islice(self._found(subject, None, value, scope), 1)

    def _classes(self, node: Any, scope: Scope) -> Classes | None:
        if not isinstance(node, NamedNode | BlankNode):
            return None
        return classes_of(self._found(node, RDF_TYPE, None, scope)).get(node)

    def _kind(self, value: Any) -> Kind:
        return value.datatype.value if isinstance(value, Literal) else self._classes(value, _DEFAULT)

    def _exemplify(self, scope: Scope, tally: Tally, class_: str) -> None:
        """Choose the example of *class_* anew, where it may be another."""
        known = tally.examples.pop(class_, None)
        nodes: Iterable[Any] = self.retyped
        if known is not None and NamedNode(known) in self.retyped:
            nodes = (each.subject for each in self._found(None, RDF_TYPE, NamedNode(class_), scope))
        elif known is not None:
            tally.examples[class_] = known
        for node in nodes:
            if class_ in (self._classes(node, scope) or ()):
                _exemplify(tally, class_, node, self.base)


def tallies_to_values(tallies: Tallies) -> list[Any]:
    """Return *tallies* as values of JSON."""
    return [
        [
            scope.value if isinstance(scope, NamedNode) else None,
            [[*key, count] for key, count in tally.kinds.items()],
            [[*key, count] for key, count in tally.links.items()],
            tally.spaces,
            tally.instances,
            tally.examples,
            tally.subjects,
            tally.objects,
        ]
        for scope, tally in tallies.items()
    ]


def tallies_of_values(values: list[Any]) -> Tallies:
    """Return what :func:`tallies_to_values` was given."""
    found: dict[Scope, Tally] = {}
    for name, kinds, links, spaces, instances, examples, subjects, objects in values:
        found[_DEFAULT if name is None else NamedNode(name)] = Tally(
            Counter({(_key(own), predicate, _key(kind)): count for own, predicate, kind, count in kinds}),
            Counter({(predicate, iri): count for predicate, iri, count in links}),
            Counter(spaces),
            Counter(instances),
            examples,
            subjects,
            objects,
        )
    return found


def _key(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
