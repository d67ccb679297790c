"""What the publication says of itself: its own description, and the sources its statements come from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.entities.description import Description, describe
from sotegraph.entities.index import Index, Text, choose
from sotegraph.terms import term

_LICENCE = (term("dct:license"),)
_CHANGED = (term("dct:modified"), term("prov:generatedAtTime"), term("dct:issued"))


@dataclass(frozen=True)
class Source:
    """A named graph with provenance: where some of the statements come from, and under what licence."""

    iri: str
    title: Text
    description: Text | None
    rights: Text | None
    licence: str | None
    changed: Literal | None
    triples: int


def describe_publication(index: Index) -> Description:
    """Return the publication's own triples with those of its sources."""
    own = describe(index, NamedNode(index.publication.iri))
    triples: set[Triple] = set(own.triples)
    described = set(own.described)
    for graph in _described_graphs(index):
        source = describe(index, NamedNode(graph))
        triples |= source.triples
        described |= source.described
    return Description(own.root, frozenset(triples), frozenset(described), index.latest_change)


def list_sources(index: Index, language: str, graphs: Iterable[str] | None = None) -> tuple[Source, ...]:
    """The sources among *graphs*, or all of them, by title in *language*."""
    wanted = _described_graphs(index) if graphs is None else [each for each in graphs if _is_described(index, each)]
    sources = (_source(index, iri, language) for iri in wanted)
    return tuple(sorted(sources, key=lambda source: source.title.value.casefold()))


def licences_of(index: Index, graphs: Iterable[str]) -> tuple[str, ...]:
    """The licences of the sources *graphs*; that of the publication when they name none."""
    found = {each.value for graph in graphs for each in _values(index, graph, _LICENCE) if isinstance(each, NamedNode)}
    return tuple(sorted(found)) or tuple(filter(None, (index.publication.licence,)))


def _described_graphs(index: Index) -> list[str]:
    return [graph for graph in index.version.graphs if _is_described(index, graph)]


def _is_described(index: Index, graph: str) -> bool:
    """Whether the publication itself says where the statements of *graph* come from."""
    return any(each not in index.version.computed for each in index.version.graphs_of(NamedNode(graph)))


def _source(index: Index, iri: str, language: str) -> Source:
    licences = [each.value for each in _values(index, iri, _LICENCE) if isinstance(each, NamedNode)]
    changed = [each for each in _values(index, iri, _CHANGED) if isinstance(each, Literal)]
    return Source(
        iri=iri,
        title=index.name(iri, language),
        description=_text(index, iri, "dct:description", language),
        rights=_text(index, iri, "dct:rights", language),
        licence=licences[0] if licences else None,
        changed=changed[0] if changed else None,
        triples=index.version.graphs[iri],
    )


def _text(index: Index, iri: str, name: str, language: str) -> Text | None:
    literals = (each for each in _values(index, iri, (term(name),)) if isinstance(each, Literal))
    return choose(literals, index.languages(language))


def _values(index: Index, iri: str, predicates: Iterable[NamedNode]) -> list[NamedNode | Literal]:
    values = (each for predicate in predicates for each in index.version.objects(NamedNode(iri), predicate))
    return [each for each in values if isinstance(each, NamedNode | Literal)]
