"""Standard vocabularies: which terms they define, and what is meant by one that they do not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, parse
from rapidfuzz import fuzz, process

from sotegraph.facts import Facts

_FILE = Path(__file__).parents[1] / "vocabulary" / "standard.ttl"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_MEMBER = re.compile(r"_[1-9][0-9]*")
_NEAR_ENOUGH, _MOST = 65, 2


@dataclass(frozen=True)
class Vocabulary:
    """The local names of the terms in one namespace; unless it *is_complete*, there may be others."""

    classes: frozenset[str]
    others: frozenset[str] = frozenset()
    is_complete: bool = False

    def __contains__(self, local: object) -> bool:
        return local in self.classes or local in self.others

    def near(self, local: str, *, is_class: bool) -> list[str]:
        """The terms that look like *local*, the nearest first; of an incomplete vocabulary, what differs in case only.

        >>> Vocabulary(frozenset(["Title"]), frozenset(["title", "type"]), True).near("titel", is_class=False)
        ['title']
        """
        known = self._classes if is_class else self._others
        same = known.get(local.casefold(), ())
        if same or not self.is_complete:
            return list(same)
        near = process.extract(
            local.casefold(), tuple(known), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH, limit=_MOST
        )
        return [name for each, _, _ in near for name in known[each]][:_MOST]

    @cached_property
    def _classes(self) -> Mapping[str, Sequence[str]]:
        return _by_case(self.classes)

    @cached_property
    def _others(self) -> Mapping[str, Sequence[str]]:
        return _by_case(self.others)


class Vocabularies:
    """The standard vocabularies, and the terms that are *used* in other namespaces.

    Of those, nobody knows whether there are more: a term there is only doubted when nothing but the case of its letters
    tells it from a used one. Of namespaces where nothing is used, nothing is known.
    """

    def __init__(self, used: Iterable[str] = ()) -> None:
        names: defaultdict[str, set[str]] = defaultdict(set)
        standard = standard_vocabularies()
        for iri in used:
            namespace, local = split(iri)
            if local and (namespace not in standard or not standard[namespace].is_complete):
                names[namespace].add(local)
        for namespace in names.keys() & standard.keys():
            names[namespace] |= standard[namespace].classes | standard[namespace].others
        self.by_namespace = {**standard, **{namespace: _loose(found) for namespace, found in names.items()}}

    def is_undefined(self, iri: str, *, is_class: bool = False) -> bool:
        """Whether *iri* is in a known namespace, and none of its terms."""
        namespace, local = split(iri)
        known = self.by_namespace.get(namespace)
        # RDF Schema 5.1.6: rdf:_1, rdf:_2 and so on are properties.
        if known is None or not local or local in known or (namespace == _RDF and _MEMBER.fullmatch(local)):
            return False
        return known.is_complete or bool(known.near(local, is_class=is_class))

    def near(self, iri: str, *, is_class: bool = False) -> list[str]:
        """The terms that may be meant by *iri*."""
        namespace, local = split(iri)
        known = self.by_namespace.get(namespace)
        return [] if known is None else [namespace + each for each in known.near(local, is_class=is_class)]


def split(iri: str) -> tuple[str, str]:
    """The namespace of *iri* and its local name.

    >>> split("http://purl.org/dc/terms/title")
    ('http://purl.org/dc/terms/', 'title')
    """
    end = (iri.rfind("#") if "#" in iri else iri.rfind("/")) + 1
    return iri[:end], iri[end:]


@cache
def standard_vocabularies() -> Mapping[str, Vocabulary]:
    """The vocabularies that come with sotegraph, by namespace."""
    facts = _facts()
    return {
        facts.text(node, "pub:namespace"): Vocabulary(
            _locals(facts.iris(node, "pub:definesClass")),
            _locals((*facts.iris(node, "pub:definesProperty"), *facts.iris(node, "pub:definesName"))),
            facts.flag(node, "pub:isComplete"),
        )
        for node in facts.of_type("pub:StandardVocabulary")
    }


@cache
def standard_superclasses() -> Mapping[str, tuple[str, ...]]:
    """The superclasses that standard vocabularies state of their classes."""
    facts = _facts()
    nodes = (each for each in facts.subjects("rdfs:subClassOf") if isinstance(each, NamedNode))
    return {node.value: facts.iris(node, "rdfs:subClassOf") for node in nodes}


@cache
def _facts() -> Facts:
    return Facts(parse(path=str(_FILE), format=RdfFormat.TURTLE))


def _locals(iris: Iterable[str]) -> frozenset[str]:
    return frozenset(split(each)[1] for each in iris)


def _by_case(names: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """*names* in their order, below what is left of them when case does not count."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for each in sorted(names):
        found[each.casefold()].append(each)
    return dict(found)


def _loose(names: Iterable[str]) -> Vocabulary:
    """The vocabulary of which only *names* are known; by custom, classes begin with a capital."""
    found = frozenset(names)
    classes = frozenset(each for each in found if each[0].isupper())
    return Vocabulary(classes, found - classes)
