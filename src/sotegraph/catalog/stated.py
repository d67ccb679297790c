"""What the files of a publication state for a catalogue: of all of it, and of each source.

It stands at the ``pub:Publication`` and at the graph of each source, in the terms of DCAT and DCMI. What a source does
not say of itself holds of it as of the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.catalog.changes import moment_of
from sotegraph.catalog.codes import Codes, read_codes
from sotegraph.publication import Publication
from sotegraph.store import Subject, Term, Version
from sotegraph.terms import term

_NOT_SOURCES = ("ontology", "shapes", "provenance")
_CHANGED = ("dct:modified", "prov:generatedAtTime", "dct:issued")
_NAMES = ("skos:prefLabel", "dct:title", "skos:inScheme")


@dataclass(frozen=True)
class Stated:
    """What *version* states of *publication* and its sources; *changed* tells when datasets really changed last."""

    version: Version
    publication: Publication
    changed: Mapping[str, datetime]

    @property
    def codes(self) -> Codes:
        """What is known of the codes of the EU."""
        return read_codes()

    @cached_property
    def own(self) -> NamedNode:
        """The publication as such."""
        return NamedNode(self.publication.iri)

    def sources(self) -> Iterator[tuple[str, NamedNode]]:
        """The graphs that have a title and a name of their own: what each source says."""
        home = self.publication.graph("").value
        for graph in sorted(self.version.graphs):
            name, node = graph.removeprefix(home), NamedNode(graph)
            if name != graph and name not in _NOT_SOURCES and self.values(node, "dct:title"):
                yield name, node

    def values(self, subject: Subject, name: str) -> list[Term]:
        """The values of one property, in a fixed order."""
        return sorted(self.version.objects(subject, term(name)), key=str)

    def inherited(self, graph: NamedNode | None, name: str) -> list[Term]:
        """What *graph* says of itself, else what is said of the whole."""
        return (self.values(graph, name) if graph else []) or self.values(self.own, name)

    def texts(self, subject: Subject, name: str) -> dict[str, str]:
        """The texts of one property by language."""
        return {each.language or "": each.value for each in self.values(subject, name) if isinstance(each, Literal)}

    def issued(self, graphs: list[NamedNode]) -> Literal | None:
        """When the first of *graphs* was issued, as it says."""
        stated = [each for graph in graphs for each in self.values(graph, "dct:issued") if isinstance(each, Literal)]
        return min(stated, key=lambda each: each.value, default=None)

    def modified(self, dataset: NamedNode, graphs: list[NamedNode]) -> Literal | None:
        """When *dataset* was changed: as the history of versions tells, else as the latest of its *graphs* says."""
        known = self.changed.get(dataset.value)
        if known is not None:
            return moment_of(known)
        found = [stated for each in graphs if (stated := self._said_to_be_changed(each))]
        return max(found, key=_moment, default=None)

    def _said_to_be_changed(self, graph: NamedNode) -> Literal | None:
        for name in _CHANGED:
            for value in self.values(graph, name):
                if isinstance(value, Literal):
                    return value
        return None

    def named(self, node: NamedNode) -> Iterator[Triple]:
        """What the code *node* is called, and which codes it belongs to: as the EU says, else as the files do."""
        for triple in self._called(node):
            yield triple
            if triple.predicate == term("skos:inScheme") and isinstance(triple.object, NamedNode):
                yield from self._called(triple.object)

    def _called(self, node: NamedNode) -> list[Triple]:
        known = list(self.codes.about(node))
        return known or [Triple(node, term(name), value) for name in _NAMES for value in self.values(node, name)]


def _moment(value: Literal) -> datetime:
    try:
        moment = datetime.fromisoformat(value.value)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
