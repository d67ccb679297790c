"""What a set of triples holds, in figures: one pass over the triples, grouped by the classes of subject and object.

The work is linear in the triples. Everything after the pass is linear in the distinct combinations of (classes of the
subject, predicate, classes or datatype of the object), of which even a large publication has few.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from sotegraph.terms import RDF_TYPE, term

Classes = tuple[str, ...]
Node = NamedNode | BlankNode

_MAPPINGS = frozenset(
    term(name)
    for name in (
        *("owl:sameAs", "rdfs:seeAlso", "schema:sameAs"),
        *("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch"),
    )
)
"""The standard properties that say of a thing that another publisher describes it, or one like it."""


@dataclass
class PropertyFigures:
    """The triples of one predicate, and of what kind their objects are."""

    triples: int = 0
    object_classes: Counter[str] = field(default_factory=Counter)
    datatypes: Counter[str] = field(default_factory=Counter)

    def add(self, count: int, kind: _Kind) -> None:
        """Count *count* triples whose object is of *kind*."""
        self.triples += count
        if isinstance(kind, NamedNode):
            self.datatypes[kind.value] += count
        elif kind is not None:
            for each in kind:
                self.object_classes[each] += count


_Kind = Classes | NamedNode | None
"""What an object is: the classes of a node, the datatype of a literal, or neither."""


@dataclass
class ClassFigures:
    """The instances of one class, and the triples that have them as subjects."""

    entities: int = 0
    example: str | None = None
    properties: defaultdict[str, PropertyFigures] = field(default_factory=lambda: defaultdict(PropertyFigures))

    @property
    def triples(self) -> int:
        """The triples whose subject is an instance."""
        return sum(each.triples for each in self.properties.values())


@dataclass(frozen=True)
class Figures:
    """The figures of a set of triples.

    *entities* counts the distinct subjects that have an IRI, *spaces* are the beginnings that these IRIs have in
    common, and *links* counts the triples that lead to an IRI of another publisher, by predicate and target space.
    """

    triples: int
    entities: int
    subjects: int
    objects: int
    spaces: tuple[str, ...]
    classes: Mapping[str, ClassFigures]
    properties: Mapping[str, PropertyFigures]
    links: Mapping[tuple[str, str], int]

    @property
    def vocabularies(self) -> tuple[str, ...]:
        """The namespaces of the predicates and classes."""
        return tuple(sorted({namespace(iri) for iri in (*self.properties, *self.classes)}))


@dataclass(frozen=True)
class Surroundings:
    """What is known of every node, wherever it is said: its classes; and which IRIs are the publication's own.

    *targets* are the IRI spaces of other publishers that the publication describes itself.
    """

    base: str
    classes: Mapping[Any, Classes]
    targets: tuple[str, ...] = ()

    def space(self, iri: str) -> str:
        """What *iri* has in common with its like: the base and one segment, or the host of somebody else."""
        return space_of(iri, self.base)

    def target(self, iri: str) -> str:
        """The IRI space that a link to *iri* leads to: the longest described one that fits, else that of its host."""
        return max((each for each in self.targets if iri.startswith(each)), key=len, default="") or self.space(iri)


def classes_of(triples: Iterable[Triple]) -> Mapping[Any, Classes]:
    """Return the classes of each subject of *triples*, all of which are type statements; equal ones are one value."""
    found: defaultdict[Any, list[str]] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.object, NamedNode):
            found[triple.subject].append(triple.object.value)
    known: dict[Classes, Classes] = {}
    return {node: known.setdefault(key, key) for node, names in found.items() for key in (tuple(sorted(names)),)}


def measure(triples: Iterable[Triple], classes: Mapping[Any, Classes], around: Surroundings) -> Figures:
    """Return the figures of *triples*, whose subjects have the *classes* that are stated among them."""
    tally: Counter[tuple[Classes | None, NamedNode, _Kind]] = Counter()
    subjects: set[Any] = set()
    objects: set[Any] = set()
    links: list[tuple[str, str]] = []
    own, everywhere, things = classes.get, around.classes.get, around.base + "/id/"
    for triple in triples:
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        subjects.add(subject)
        objects.add(value)
        kind: _Kind
        if isinstance(value, Literal):
            kind = value.datatype
        else:
            kind = everywhere(value)
            if (kind or predicate in _MAPPINGS) and isinstance(value, NamedNode) and predicate != RDF_TYPE:
                iri = value.value
                if not iri.startswith(things) and isinstance(subject, NamedNode) and subject.value.startswith(things):
                    links.append((predicate.value, iri))
        tally[own(subject), predicate, kind] += 1
    iris = [each.value for each in subjects if isinstance(each, NamedNode)]
    return Figures(
        triples=sum(tally.values()),
        entities=len(iris),
        subjects=len(subjects),
        objects=len(objects),
        spaces=tuple(sorted({around.space(iri) for iri in iris})),
        classes=_by_class(tally, classes, things),
        properties=_by_property(tally),
        links=_links(links, around),
    )


def _by_property(tally: Mapping[tuple[Classes | None, NamedNode, _Kind], int]) -> Mapping[str, PropertyFigures]:
    found: defaultdict[str, PropertyFigures] = defaultdict(PropertyFigures)
    for (_, predicate, kind), count in tally.items():
        found[predicate.value].add(count, kind)
    return dict(sorted(found.items()))


def _by_class(
    tally: Mapping[tuple[Classes | None, NamedNode, _Kind], int], classes: Mapping[Any, Classes], things: str
) -> Mapping[str, ClassFigures]:
    found: defaultdict[str, ClassFigures] = defaultdict(ClassFigures)
    for node, names in classes.items():
        for each in names:
            figures = found[each]
            figures.entities += 1
            if isinstance(node, NamedNode) and node.value.startswith(things):
                figures.example = min(figures.example or node.value, node.value, key=_example_order)
    for (of_subject, predicate, kind), count in tally.items():
        for each in of_subject or ():
            found[each].properties[predicate.value].add(count, kind)
    return dict(sorted(found.items()))


def _example_order(iri: str) -> tuple[int, str]:
    """Short IRIs first: things before their parts, low numbers before high ones."""
    return len(iri), iri


def _links(links: Iterable[tuple[str, str]], around: Surroundings) -> Mapping[tuple[str, str], int]:
    """The links by predicate and target space, each space as long as what its IRIs have in common."""
    own = around.base + "/"
    counts: Counter[tuple[str, str]] = Counter()
    common: dict[str, str] = {}
    for predicate, iri in links:
        if not iri.startswith(own):
            target = around.target(iri)
            counts[predicate, target] += 1
            common[target] = _common(common.get(target, iri), iri)
    spaces = {each: each if each in around.targets else namespace(common[each]) for each in common}
    found: Counter[tuple[str, str]] = Counter()
    for (name, target), count in counts.items():
        found[name, spaces[target]] += count
    return dict(sorted(found.items()))


def _common(one: str, other: str) -> str:
    if other.startswith(one):
        return one
    length = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(other))
    return one[:length]


def namespace(iri: str) -> str:
    """Return *iri* up to its last ``#``, ``/`` or ``:``.

    >>> namespace("http://www.w3.org/2004/02/skos/core#Concept"), namespace("urn:isbn:123")
    ('http://www.w3.org/2004/02/skos/core#', 'urn:isbn:')
    """
    for mark in "#/:":
        start, found, _ = iri.rpartition(mark)
        if found:
            return start + found
    return iri


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
