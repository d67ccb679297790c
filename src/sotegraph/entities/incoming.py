"""The links that lead to a thing, by predicate and in the order of a page.

A thing may have very many: sorting them by what each is called would read a name for every one. The lists of the
publication are in order already, so the place of a thing in its list is kept, and links are sorted by that number.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from sotegraph.publication import Collection
from sotegraph.store import Version
from sotegraph.terms import Addresses

_MANY = 500
_KEPT = 64


@dataclass(frozen=True)
class IncomingLinks:
    """Finds links; of things with many it remembers what it found.

    *places* holds, by language, the place of each thing that has a list: by the order of the lists, then in its own.
    """

    places: Mapping[str, Mapping[str, int]]
    _kept: dict[str, Mapping[str, Sequence[str]]] = field(default_factory=dict, repr=False, compare=False)

    def of(self, version: Version, addresses: Addresses, node: NamedNode) -> Mapping[str, Sequence[str]]:
        """The things with a page that link to *node* or that own a part which does, each once, by predicate."""
        if node.value in self._kept:
            return self._kept[node.value]
        listed: Container[str] = next(iter(self.places.values()), {})
        found: dict[str, dict[str, None]] = {}
        for triple in version.incoming(node):
            subject = triple.subject
            if not isinstance(subject, NamedNode):
                continue
            owner = subject.value
            if owner not in listed:
                owner = owner.partition("#")[0] if addresses.key(owner) else owner
                if not addresses.key(owner):
                    continue
            if owner != node.value:
                found.setdefault(triple.predicate.value, {})[owner] = None
        links = {predicate: tuple(owners) for predicate, owners in found.items()}
        if sum(map(len, links.values())) > _MANY:
            if len(self._kept) >= _KEPT:
                self._kept.pop(next(iter(self._kept)), None)
            self._kept[node.value] = links
        return links

    def in_order(self, things: Sequence[str], language: str) -> list[str]:
        """*things* as their lists have them in *language*; what has no list comes last, by IRI."""
        places = self.places.get(language) or next(iter(self.places.values()), {})
        last = len(places)
        return sorted(sorted(things), key=lambda iri: places.get(iri, last))


def find_places(
    collections: Sequence[Collection],
    members: Mapping[str, Sequence[str]],
    ordered: Mapping[tuple[str, str], Sequence[str]],
    languages: Sequence[str],
) -> dict[str, dict[str, int]]:
    """The place of each of *members* by language: the lists in their order, each as it is *ordered*."""
    found: dict[str, dict[str, int]] = {}
    for language in languages:
        places: dict[str, int] = {}
        for collection in collections:
            own = ordered.get((collection.segment, language), members[collection.segment])
            places |= {iri: len(places) + number for number, iri in enumerate(own) if iri not in places}
        found[language] = places
    return found
