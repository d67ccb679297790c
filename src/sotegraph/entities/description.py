"""The description of an entity: one set of triples that every format serialises.

It holds the entity's own triples, those of the parts it owns (hash IRIs) and of the nodes its shapes embed, and the
label and types of everything these link to; nothing about classes or properties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.entities.index import Index
from sotegraph.entities.paths import embedded_nodes
from sotegraph.errors import NotFound
from sotegraph.terms import IS_REPLACED_BY, RDF_TYPE, TOMBSTONE
from sotegraph.views import PropertyView


@dataclass(frozen=True)
class Description:
    """A set of triples about *root*; *described* are the nodes whose own triples are in it.

    *classes* are those of *root*, *graphs* the named graphs that speak of it.
    """

    root: NamedNode
    triples: frozenset[Triple]
    described: frozenset[str]
    modified: datetime
    gone: bool = False
    successor: str | None = None
    classes: tuple[str, ...] = ()
    graphs: tuple[str, ...] = ()


def describe(index: Index, iri: NamedNode, *, linked: bool = True) -> Description:
    """Return the description of *iri*; without *linked* it leaves out what a page looks up by itself, names of others.

    Raises NotFound when nothing is published about it. A removed entity's description is its tombstone: *gone* is
    true, and *successor* names what replaced it, if anything.
    """
    own = list(index.version.outgoing(iri))
    if not own:
        raise NotFound("Nothing is published at {iri}.", iri=iri.value)
    types = tuple(index.version.types(iri))
    described = {iri.value}
    triples = [*own, *_parts(index, iri.value, own, described)]
    for view in index.publication.views(types):
        for shown in view.properties:
            if shown.embed:
                triples += _embedded(index, iri, shown, described)
    if linked:
        triples += list(_linked(index, triples, described))
    successors = [each.value for each in index.version.objects(iri, IS_REPLACED_BY) if isinstance(each, NamedNode)]
    return Description(
        root=iri,
        triples=frozenset(triples),
        described=frozenset(described),
        modified=index.last_modified([iri.value]),
        gone=TOMBSTONE.value in types,
        successor=successors[0] if successors else None,
        classes=types,
        graphs=tuple(index.version.graphs_of(iri)),
    )


def is_published(index: Index, iri: NamedNode) -> bool:
    """Whether anything is said of *iri*, be it only that it was removed."""
    return next(iter(index.version.outgoing(iri)), None) is not None


def _parts(index: Index, owner: str, triples: Iterable[Triple], described: set[str]) -> list[Triple]:
    """The triples of the hash IRIs of *owner* that *triples* lead to, and of those that these lead to."""
    found: list[Triple] = []
    beginning = owner + "#"
    for triple in triples:
        value = triple.object
        if isinstance(value, NamedNode) and value.value.startswith(beginning) and value.value not in described:
            described.add(value.value)
            own = list(index.version.outgoing(value))
            found += [*own, *_parts(index, owner, own, described)]
    return found


def _embedded(index: Index, root: NamedNode, view: PropertyView, described: set[str]) -> list[Triple]:
    found: list[Triple] = []
    for node in embedded_nodes(index.version, root, view)[: view.embed_limit]:
        if node not in described:
            described.add(node)
            own = list(index.version.outgoing(NamedNode(node)))
            found += [*own, *_parts(index, node, own, described)]
    return found


def _linked(index: Index, triples: Iterable[Triple], described: set[str]) -> Iterator[Triple]:
    """Label and types of the things that *triples* link to."""
    linked = {
        each.object
        for each in triples
        if isinstance(each.object, NamedNode) and each.predicate != RDF_TYPE and each.object.value not in described
    }
    names = [NamedNode(each) for each in index.publication.label_properties]
    for node in linked:
        for name in names:
            labels = [each for each in index.version.objects(node, name) if isinstance(each, Literal)]
            if labels:
                yield from (Triple(node, name, each) for each in labels)
                break
        for kind in index.version.objects(node, RDF_TYPE):
            yield Triple(node, RDF_TYPE, kind)
