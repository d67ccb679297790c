"""The catalogue of datasets: the publication and its sources say what open-data portals don't do without.

What a source does not say of itself holds of it as of the whole, so most is missing once and not for each source.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import Literal, NamedNode

from sotegraph.soundness.findings import (
    DATASET_LANGUAGE,
    DATASET_TAKEN,
    INCOMPLETE_DATASET,
    PLACEHOLDER_CONTACT,
    Check,
    Finding,
)
from sotegraph.soundness.material import DATA, ONTOLOGY, Material
from sotegraph.terms import RDF_TYPE, WHOLE, leads_nowhere, term

_PUBLICATION = term("pub:Publication")
_NOT_SOURCES = ("ontology", "shapes", "provenance")
_LINKS = ("dct:license", "dct:publisher", "dcat:contactPoint")
_TEXTS = ("dct:title", "dct:description")
_KEYWORD = "dcat:keyword"
_MAIL = "vcard:hasEmail"
_OF_PARTIES = {"dct:publisher": ("foaf:name",), "dcat:contactPoint": ("vcard:fn", _MAIL)}
_PROPERTIES = (*_LINKS, *_TEXTS, _KEYWORD, *(each for names in _OF_PARTIES.values() for each in names))


def check_catalogue(material: Material) -> Iterator[Finding]:
    """What keeps portals from taking the datasets: no licence, contact or publisher; no title in a language.

    And contacts whom nobody reaches.
    """
    examined = _Examined(material)
    yield from examined.whole()
    for graph in examined.sources:
        yield from examined.source(graph)
    yield from examined.contacts()


@dataclass(frozen=True)
class _Examined:
    material: Material

    @cached_property
    def stated(self) -> dict[tuple[Any, str], list[Any]]:
        """The values of what portals ask for, by subject and property."""
        names = {term(each): each for each in _PROPERTIES}
        found: dict[tuple[Any, str], list[Any]] = defaultdict(list)
        for quad in self.material.quads(ONTOLOGY, DATA):
            if quad.predicate in names:
                found[quad.subject, names[quad.predicate]].append(quad.object)
        return found

    @property
    def own(self) -> NamedNode:
        """The publication as such."""
        return NamedNode(self.material.publication.iri)

    @cached_property
    def sources(self) -> list[NamedNode]:
        """The graphs of the sources that have a title: the others are no datasets."""
        publication = self.material.publication
        left_out = {publication.graph(name) for name in _NOT_SOURCES}
        graphs = {file.graph for file in publication.files} - left_out
        return sorted((each for each in graphs if self.stated.get((each, "dct:title"))), key=str)

    def whole(self) -> Iterator[Finding]:
        """What is missing of the whole, and so of every source that does not say it."""
        yield from self._missing(self.own, (*_LINKS, *_TEXTS, _KEYWORD))
        yield from self._unspoken(self.own, (*_TEXTS, _KEYWORD))
        yield from self._parties(self.own)
        yield from self._taken(WHOLE, self.own)

    def source(self, graph: NamedNode) -> Iterator[Finding]:
        """What is missing of one source beyond that."""
        yield from self._missing(graph, ("dct:description",))
        yield from self._unspoken(graph, [each for each in (*_TEXTS, _KEYWORD) if self.stated.get((graph, each))])
        yield from self._parties(graph)
        yield from self._taken(graph.value.rpartition("/")[2], graph)

    def _missing(self, node: NamedNode, names: tuple[str, ...]) -> Iterator[Finding]:
        for name in names:
            if not self.stated.get((node, name)):
                yield self._found(INCOMPLETE_DATASET, node, name)

    def _unspoken(self, node: NamedNode, names: Any) -> Iterator[Finding]:
        """The texts that are not there in one of the languages; what is missing altogether is told already."""
        for name in names:
            values = self.stated.get((node, name), [])
            spoken = {each.language for each in values if isinstance(each, Literal)}
            for language in self.material.publication.languages if values else ():
                if language not in spoken:
                    yield self._found(DATASET_LANGUAGE, node, name, language)

    def _parties(self, node: NamedNode) -> Iterator[Finding]:
        """The publishers and contacts that have no name, or no address for mail."""
        for name, asked in _OF_PARTIES.items():
            for each in self.stated.get((node, name), []):
                if isinstance(each, NamedNode):
                    yield from self._missing(each, asked)

    def contacts(self) -> Iterator[Finding]:
        """The contacts at whose address nobody is; a publication that has such an address itself is an example."""
        if leads_nowhere(self.material.publication.base_iri):
            return
        stated = [each for (_, name), values in self.stated.items() if name == "dcat:contactPoint" for each in values]
        for contact in sorted({each for each in stated if isinstance(each, NamedNode)}, key=str):
            for address in self.stated.get((contact, _MAIL), []):
                if isinstance(address, NamedNode) and leads_nowhere(address.value):
                    place = self.material.locations.of_triple(contact, term(_MAIL), address)
                    yield self.material.teller.finding(
                        PLACEHOLDER_CONTACT,
                        place or self.material.place_of(contact),
                        severity=PLACEHOLDER_CONTACT.severity,
                        focus=contact,
                        path=_MAIL,
                        value=address,
                        contact=self.material.short(contact),
                        address=address.value.removeprefix("mailto:"),
                    )

    def _taken(self, name: str, node: NamedNode) -> Iterator[Finding]:
        """The thing that has the IRI of a dataset of the catalogue."""
        dataset = NamedNode(f"{self.material.publication.base_iri}/id/dataset/{name}")
        if dataset in self.material.subjects:
            place = self.material.place_of(dataset)
            yield self.material.teller.finding(DATASET_TAKEN, place, focus=dataset, thing=self.material.short(dataset))

    def _found(self, check: Check, node: NamedNode, name: str, language: str = "") -> Finding:
        # A node may be mentioned before it is described, as the publication is by the base of its file.
        described = self.material.locations.of_triple(node, RDF_TYPE, _PUBLICATION) if node == self.own else None
        place = described or self.material.place_of(node)
        words = {"dataset": self.material.short(node), "property": name, "language": language}
        return self.material.teller.finding(check, place, severity=check.severity, focus=node, path=name, **words)
