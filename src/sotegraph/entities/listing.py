"""List the entities of one collection, a page at a time, as a value and as triples (Hydra Core, section 4.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.entities.index import Index
from sotegraph.errors import NotFound
from sotegraph.publication import Collection
from sotegraph.terms import RDF_TYPE, term

HYDRA = "http://www.w3.org/ns/hydra/core#"
_LABEL = term("rdfs:label")


@dataclass(frozen=True)
class Listing:
    """Page *number* of *pages*: some of the *total* entities of *collection*, in order.

    *query* is what the list was narrowed by, as parameters of its address.
    """

    collection: Collection
    entries: tuple[str, ...]
    total: int
    number: int
    pages: int
    query: tuple[tuple[str, str], ...] = ()

    @property
    def neighbours(self) -> dict[str, int]:
        """The pages one can go to from here, by the name of the link."""
        links = {"first": 1, "prev": self.number - 1, "next": self.number + 1, "last": self.pages}
        return {name: number for name, number in links.items() if 1 <= number <= self.pages}


def pages_of(total: int, number: int, size: int) -> int:
    """How many pages of *size* a list of *total* has; raises NotFound when *number* is none of them.

    An empty list has one empty page.
    """
    pages = max(1, -(-total // size))
    if not 1 <= number <= pages:
        raise NotFound("This list has no page {number}; the last page is {last}.", number=number, last=pages)
    return pages


def listing_triples(index: Index, listing: Listing) -> frozenset[Triple]:
    """The triples of one page of a list: how many there are, where the other pages are, who the members are."""
    members = member_triples(index, listing_iri(index, listing.collection, listing.query), listing.entries)
    return frozenset((*_about(index, listing), *_view(index, listing), *members))


def listing_iri(index: Index, collection: Collection, query: Sequence[tuple[str, str]] = ()) -> NamedNode:
    """The IRI of a list, narrowed by *query*."""
    return NamedNode(f"{index.publication.base_iri}/{collection.segment}{'?' if query else ''}{urlencode(query)}")


def _page_iri(index: Index, listing: Listing, number: int) -> NamedNode:
    return listing_iri(index, listing.collection, (*listing.query, ("page", str(number))))


def _about(index: Index, listing: Listing) -> Iterator[Triple]:
    collection = listing.collection
    root = listing_iri(index, collection, listing.query)
    yield Triple(root, RDF_TYPE, NamedNode(HYDRA + "Collection"))
    yield Triple(root, NamedNode(HYDRA + "totalItems"), Literal(listing.total))
    for predicate, texts in ((_LABEL, collection.labels), (term("dct:description"), collection.descriptions)):
        for language, text in texts.items():
            yield Triple(root, predicate, Literal(text, language=language or None))


def _view(index: Index, listing: Listing) -> Iterator[Triple]:
    root = listing_iri(index, listing.collection, listing.query)
    return page_triples(root, listing.number, listing.pages, lambda number: _page_iri(index, listing, number))


def page_triples(root: NamedNode, number: int, pages: int, page_iri: Callable[[int], NamedNode]) -> Iterator[Triple]:
    """The triples that lead from page *number* of the list *root* to its others; none where it has no other."""
    if pages == 1:
        return
    view = page_iri(number)
    yield Triple(root, NamedNode(HYDRA + "view"), view)
    yield Triple(view, RDF_TYPE, NamedNode(HYDRA + "PartialCollectionView"))
    for name, other in {"first": 1, "previous": number - 1, "next": number + 1, "last": pages}.items():
        if 1 <= other <= pages:
            yield Triple(view, NamedNode(HYDRA + name), page_iri(other))


def member_triples(index: Index, root: NamedNode, entries: Iterable[str]) -> Iterator[Triple]:
    """The triples about the members of a list: that they are its members, their classes and names."""
    for iri in entries:
        node = NamedNode(iri)
        yield Triple(root, NamedNode(HYDRA + "member"), node)
        for kind in index.version.types(node):
            yield Triple(node, RDF_TYPE, NamedNode(kind))
        for name in index.publication.label_properties:
            labels = [each for each in index.version.objects(node, NamedNode(name)) if isinstance(each, Literal)]
            if labels:
                yield from (Triple(node, NamedNode(name), label) for label in labels)
                break
