"""A catalogue in DCAT, read: its datasets, their distributions and publishers, each text in every language it has.

Every reading starts from the triples of one graph and asks nothing else, so that what is computed of a catalogue here
and of one that somebody else published is computed alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from sotegraph.entities.vocabulary import Facts, gather
from sotegraph.terms import RDF_TYPE, term

Texts = Mapping[str, str]
"""A text per language tag; "" for one without."""
_LABELS = ("skos:prefLabel", "dct:title", "rdfs:label", "foaf:name")
_DATASETS = frozenset((term("dcat:Dataset"), term("dcat:DatasetSeries")))


@dataclass(frozen=True)
class Resource:
    """A node of the catalogue, and what it says."""

    node: Any
    facts: Facts

    @property
    def iri(self) -> str:
        """Its IRI; nothing for a blank node."""
        return self.node.value if isinstance(self.node, NamedNode) else ""

    def texts(self, *names: str) -> Texts:
        """The texts of the first of *names* that has any, one in each language."""
        found = [each for each in self.facts.values(self.node, *names) if isinstance(each, Literal)]
        return {each.language or "": each.value for each in reversed(found)}

    def lists(self, name: str) -> Mapping[str, list[str]]:
        """The texts of *name*, all of them, by language."""
        lists: dict[str, list[str]] = {}
        for each in self.facts.values(self.node, name):
            if isinstance(each, Literal):
                lists.setdefault(each.language or "", []).append(each.value)
        return lists

    def value(self, *names: str) -> str:
        """The first value of *names* as text, an IRI or a literal; nothing without one."""
        values = self.facts.values(self.node, *names)
        return next((each.value for each in values if not isinstance(each, BlankNode | Triple)), "")

    def iris(self, name: str) -> list[str]:
        """The IRIs among the values of *name*."""
        return [each.value for each in self.facts.values(self.node, name) if isinstance(each, NamedNode)]

    def linked(self, name: str) -> list[Resource]:
        """What *name* leads to."""
        values = self.facts.values(self.node, name)
        return [Resource(each, self.facts) for each in values if not isinstance(each, Literal | Triple)]

    def one(self, *names: str) -> Resource | None:
        """The first thing that one of *names* leads to."""
        return next((each for name in names for each in self.linked(name)), None)

    def labels(self) -> Texts:
        """What it is called: its label, its title, or its name."""
        return self.texts(*_LABELS)

    @property
    def is_described(self) -> bool:
        """Whether the catalogue says anything of it."""
        return bool(self.facts.by_subject.get(self.node))

    @property
    def code(self) -> str:
        """The last part of its IRI, which in lists of codes is the code.

        >>> Resource(NamedNode("http://publications.europa.eu/resource/authority/frequency/WEEKLY"), gather(())).code
        'WEEKLY'
        """
        return self.iri.rstrip("/#").replace("#", "/").rpartition("/")[2]


@dataclass(frozen=True)
class Catalogue:
    """The datasets of one graph; *languages* are those in which texts are wanted, the first one most."""

    facts: Facts
    languages: tuple[str, ...]

    @classmethod
    def read(cls, triples: Iterable[Triple], languages: Sequence[str]) -> Catalogue:
        """The catalogue that *triples* are."""
        return cls(gather(triples), tuple(languages))

    @cached_property
    def datasets(self) -> tuple[Resource, ...]:
        """Every node that is a dataset, as harvesters look for them: by class, in the order of their IRIs."""
        found = {each.subject for each in self.facts.triples if each.predicate == RDF_TYPE and each.object in _DATASETS}
        return tuple(Resource(each, self.facts) for each in sorted(found, key=lambda node: (str(node),)))

    @cached_property
    def services(self) -> tuple[Resource, ...]:
        """Every data service."""
        return self._of_class("dcat:DataService")

    @cached_property
    def catalogues(self) -> tuple[Resource, ...]:
        """The nodes that are catalogues; usually one."""
        return self._of_class("dcat:Catalog")

    def _of_class(self, name: str) -> tuple[Resource, ...]:
        class_ = term(name)
        found = {each.subject for each in self.facts.triples if each.predicate == RDF_TYPE and each.object == class_}
        return tuple(Resource(each, self.facts) for each in sorted(found, key=str))

    @cached_property
    def publishers(self) -> tuple[Resource, ...]:
        """Who publishes the datasets, each once."""
        found = {each.node: each for dataset in self.datasets if (each := dataset.one("dct:publisher"))}
        return tuple(found[node] for node in sorted(found, key=str))

    def choose(self, texts: Texts) -> str:
        """The text in the first of the languages that has one, else without a language, else any."""
        wanted = (*self.languages, "", *sorted(texts))
        return next((texts[each] for each in wanted if each in texts), "")
