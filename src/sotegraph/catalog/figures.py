"""What a set of triples holds, in figures: made of its tally, grouped by the classes of subject and object.

The work is linear in the distinct combinations of (classes of the subject, predicate, classes or datatype of the
object), of which even a large publication has few, and in the links that lead elsewhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sotegraph.catalog.tallies import Kind, Tally, space_of


@dataclass
class PropertyFigures:
    """The triples of one predicate, and of what kind their objects are."""

    triples: int = 0
    object_classes: Counter[str] = field(default_factory=Counter)
    datatypes: Counter[str] = field(default_factory=Counter)

    def add(self, count: int, kind: Kind) -> None:
        """Count *count* triples whose object is of *kind*."""
        self.triples += count
        if isinstance(kind, str):
            self.datatypes[kind] += count
        elif kind is not None:
            for each in kind:
                self.object_classes[each] += count


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


def figures_of(tally: Tally, base: str, targets: Iterable[str] = ()) -> Figures:
    """Return the figures that *tally* comes to; *targets* are IRI spaces of others that the publication describes."""
    return Figures(
        triples=tally.triples,
        entities=tally.entities,
        subjects=tally.subjects,
        objects=tally.objects,
        spaces=tuple(sorted(tally.spaces)),
        classes=_by_class(tally),
        properties=_by_property(tally),
        links=_links(tally.links, base, tuple(targets)),
    )


def _by_property(tally: Tally) -> Mapping[str, PropertyFigures]:
    found: defaultdict[str, PropertyFigures] = defaultdict(PropertyFigures)
    for (_, predicate, kind), count in tally.kinds.items():
        found[predicate].add(count, kind)
    return dict(sorted(found.items()))


def _by_class(tally: Tally) -> Mapping[str, ClassFigures]:
    found = {each: ClassFigures(count, tally.examples.get(each)) for each, count in tally.instances.items()}
    for (of_subject, predicate, kind), count in tally.kinds.items():
        for each in of_subject or ():
            found[each].properties[predicate].add(count, kind)
    return dict(sorted(found.items()))


def _links(links: Mapping[tuple[str, str], int], base: str, targets: tuple[str, ...]) -> Mapping[tuple[str, str], int]:
    """The links by predicate and target space, each space as long as what its IRIs have in common.

    A space is the longest described one that fits, else that of the host.
    """
    counts: Counter[tuple[str, str]] = Counter()
    common: dict[str, str] = {}
    for (predicate, iri), count in links.items():
        target = max((each for each in targets if iri.startswith(each)), key=len, default="") or space_of(iri, base)
        counts[predicate, target] += count
        common[target] = _common(common.get(target, iri), iri)
    spaces = {each: each if each in targets else namespace(common[each]) for each in common}
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
