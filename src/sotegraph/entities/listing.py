"""List the entities of one collection, a page at a time, as a value and as triples (Hydra Core, section 4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.entities.index import Index
from sotegraph.errors import NotFound
from sotegraph.publication import Collection
from sotegraph.terms import RDF_TYPE, term

HYDRA = "http://www.w3.org/ns/hydra/core#"
_LABEL = term("rdfs:label")


@dataclass(frozen=True)
class Listing:
    """Page *number* of *pages*: some of the *total* entities of *collection*, in order."""

    collection: Collection
    entries: tuple[str, ...]
    total: int
    number: int
    pages: int

    @property
    def neighbours(self) -> dict[str, int]:
        """The pages one can go to from here, by the name of the link."""
        links = {"first": 1, "prev": self.number - 1, "next": self.number + 1, "last": self.pages}
        return {name: number for name, number in links.items() if 1 <= number <= self.pages}


def list_members(index: Index, segment: str, language: str, number: int, size: int) -> Listing:
    """Return page *number* of the collection at *segment*, ordered by label in *language*.

    Raises NotFound for a collection or a page that does not exist; an empty collection has one empty page.
    """
    collection = index.publication.collection(segment)
    if collection is None:
        raise NotFound("Nothing is published at this address.")
    iris = index.ordered.get((segment, language), index.members[segment])
    pages = max(1, -(-len(iris) // size))
    if not 1 <= number <= pages:
        raise NotFound("This list has no page {number}; the last page is {last}.", number=number, last=pages)
    return Listing(collection, iris[(number - 1) * size : number * size], len(iris), number, pages)


def listing_triples(index: Index, listing: Listing) -> frozenset[Triple]:
    """The triples of one page of a list: how many there are, where the other pages are, who the members are."""
    return frozenset((*_about(index, listing), *_view(index, listing), *_members(index, listing)))


def listing_iri(index: Index, collection: Collection) -> NamedNode:
    """The IRI of a list."""
    return NamedNode(f"{index.publication.base_iri}/{collection.segment}")


def _page_iri(index: Index, collection: Collection, number: int) -> NamedNode:
    return NamedNode(f"{listing_iri(index, collection).value}?page={number}")


def _about(index: Index, listing: Listing) -> Iterator[Triple]:
    collection = listing.collection
    root = listing_iri(index, collection)
    yield Triple(root, RDF_TYPE, NamedNode(HYDRA + "Collection"))
    yield Triple(root, NamedNode(HYDRA + "totalItems"), Literal(listing.total))
    for predicate, texts in ((_LABEL, collection.labels), (term("dct:description"), collection.descriptions)):
        for language, text in texts.items():
            yield Triple(root, predicate, Literal(text, language=language or None))


def _view(index: Index, listing: Listing) -> Iterator[Triple]:
    if listing.pages == 1:
        return
    view = _page_iri(index, listing.collection, listing.number)
    yield Triple(listing_iri(index, listing.collection), NamedNode(HYDRA + "view"), view)
    yield Triple(view, RDF_TYPE, NamedNode(HYDRA + "PartialCollectionView"))
    names = {"first": "first", "prev": "previous", "next": "next", "last": "last"}
    for rel, number in listing.neighbours.items():
        yield Triple(view, NamedNode(HYDRA + names[rel]), _page_iri(index, listing.collection, number))


def _members(index: Index, listing: Listing) -> Iterator[Triple]:
    root = listing_iri(index, listing.collection)
    for iri in listing.entries:
        node = NamedNode(iri)
        yield Triple(root, NamedNode(HYDRA + "member"), node)
        for kind in index.version.types(node):
            yield Triple(node, RDF_TYPE, NamedNode(kind))
        for name in index.publication.label_properties:
            labels = [each for each in index.version.objects(node, NamedNode(name)) if isinstance(each, Literal)]
            if labels:
                yield from (Triple(node, NamedNode(name), label) for label in labels)
                break
