"""The catalogue as portals read it: page by page, each whole in itself.

A page has the catalogue's own node, some of its datasets with everything these lead to, and no trace of the others:
harvesters take whatever a page calls a dataset for one, and would miss it on the page on which it really stands. All
pages together say everything that the graph says, but for the links between datasets of different pages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.catalog.changes import catalogue_in
from sotegraph.catalog.names import Names
from sotegraph.errors import CatalogueMissing, NotFound
from sotegraph.formats import TripleOrder
from sotegraph.publication import Publication
from sotegraph.store import Version
from sotegraph.terms import CATALOG, RDF_TYPE, WHOLE, term

_DATASET, _SERVICE, _SERVES = term("dcat:dataset"), term("dcat:service"), term("dcat:servesDataset")
_CLASSES: Mapping[NamedNode, NamedNode] = {
    term(name): term(class_)
    for name, class_ in {
        "dct:language": "dct:LinguisticSystem",
        "dct:accrualPeriodicity": "dct:Frequency",
        "dct:license": "dct:LicenseDocument",
        "dct:accessRights": "dct:RightsStatement",
        "dct:spatial": "dct:Location",
        "dct:conformsTo": "dct:Standard",
        "dct:format": "dct:MediaTypeOrExtent",
        "dcat:mediaType": "dct:MediaType",
        "dcat:compressFormat": "dct:MediaType",
        "dcat:packageFormat": "dct:MediaType",
        "dcat:landingPage": "foaf:Document",
        "foaf:page": "foaf:Document",
        "foaf:homepage": "foaf:Document",
        "dct:type": "skos:Concept",
        "dcat:theme": "skos:Concept",
        "dcat:themeTaxonomy": "skos:ConceptScheme",
        "skos:inScheme": "skos:ConceptScheme",
        "dcatap:availability": "skos:Concept",
        "dcatap:hvdCategory": "skos:Concept",
        "dcatap:applicableLegislation": "eli:LegalResource",
        "dcat:accessURL": "rdfs:Resource",
        "dcat:downloadURL": "rdfs:Resource",
        "dcat:endpointURL": "rdfs:Resource",
        "dcat:endpointDescription": "rdfs:Resource",
        "vcard:hasEmail": "rdfs:Resource",
        "vcard:hasURL": "rdfs:Resource",
        "foaf:mbox": "rdfs:Resource",
    }.items()
}
"""Of which class the values are: DCAT-AP's shapes ask for it in the file; in the store it would say nothing new."""
_LOCATION = term("dct:Location")
_MARK_DIGITS = 12
_TYPED_FOR_SHAPES = frozenset(map(term, ("dcat:landingPage", "foaf:page", "foaf:homepage")))


def with_classes(triples: Iterable[Triple]) -> frozenset[Triple]:
    """*triples*, and of which class each value is: what validators without inference ask for."""
    known = frozenset(triples)
    return known | {
        Triple(each.object, RDF_TYPE, class_)
        for each in known
        if isinstance(each.object, NamedNode)
        for class_ in _classes_of(each)
    }


def _classes_of(triple: Triple) -> Iterator[NamedNode]:
    if triple.predicate in _CLASSES:
        yield _CLASSES[triple.predicate]
    if triple.predicate in _TYPED_FOR_SHAPES:
        yield term("rdfs:Resource")


@dataclass(frozen=True)
class Catalogue:
    """The catalogue of one version: the triples of its graph, by subject; *version* begins its mark."""

    names: Names
    version: str
    triples: Mapping[NamedNode, tuple[Triple, ...]]

    @classmethod
    def read(cls, publication: Publication, version: Version) -> Catalogue:
        """The catalogue of *version*; raises CatalogueMissing where the version was made without one."""
        return cls._of(publication, version.short_id, version.triples_of(publication.graph(CATALOG)))

    @classmethod
    def parse(cls, publication: Publication, version: str, derived: Iterable[bytes]) -> Catalogue:
        """The catalogue in the lines *derived* of the version with that short id.

        Raises CatalogueMissing where there is none of *publication*.
        """
        return cls._of(publication, version, catalogue_in(publication, derived))

    @classmethod
    def _of(cls, publication: Publication, version: str, triples: Iterable[Triple]) -> Catalogue:
        found: dict[NamedNode, list[Triple]] = {}
        for triple in triples:
            if isinstance(triple.subject, NamedNode):
                found.setdefault(triple.subject, []).append(triple)
        names = Names.of(publication)
        if names.catalog not in found:
            raise CatalogueMissing("This version of the data has no catalogue. Publish it once more.")
        return cls(names, version, {subject: tuple(triples) for subject, triples in found.items()})

    def mark(self, size: int) -> str:
        """What tells the pages of *size* datasets each from those of every other catalogue: the version, and a hash.

        The same statements may be described otherwise, after another release or a way back to an earlier version.
        """
        return f"{self.version}-{hashlib.sha256(f'{size} {self._digest}'.encode()).hexdigest()[:_MARK_DIGITS]}"

    @cached_property
    def _digest(self) -> str:
        lines = sorted(str(each) for triples in self.triples.values() for each in triples)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    @cached_property
    def datasets(self) -> tuple[NamedNode, ...]:
        """The datasets, the whole first."""
        whole = self.names.catalogued(WHOLE)
        found = {each.object for each in self.triples[self.names.catalog] if each.predicate == _DATASET}
        named = (each for each in found if isinstance(each, NamedNode))
        return tuple(sorted(named, key=lambda each: (each != whole, each.value)))

    def about(self, datasets: Iterable[NamedNode]) -> frozenset[Triple]:
        """The catalogue as if it had only these *datasets*, with everything that they lead to."""
        kept = set(datasets)
        hidden = set(self.datasets) - kept
        services = {
            subject
            for subject, triples in self.triples.items()
            if any(each.predicate == _SERVES and each.object in kept for each in triples)
        }
        found: set[Triple] = set()
        reached, ahead = {self.names.catalog}, [self.names.catalog]
        while ahead:
            for triple in self.triples.get(ahead.pop(), ()):
                value = triple.object
                if value in hidden or (triple.predicate == _SERVICE and value not in services):
                    continue
                found.add(triple)
                if isinstance(value, NamedNode) and value not in reached:
                    reached.add(value)
                    ahead.append(value)
        return frozenset(found)

    def require_page(self, number: int, size: int) -> int:
        """Return how many pages of *size* datasets there are; raises NotFound where none of them is *number*."""
        pages = max(1, -(-len(self.datasets) // size))
        if not 1 <= number <= pages:
            raise NotFound("This list has no page {number}; the last page is {last}.", number=number, last=pages)
        return pages

    def page(self, number: int, size: int, address: Callable[[int], str]) -> Page:
        """The page of that *number* of *size* datasets each; *address* tells where a page is.

        Raises NotFound for a page that there is not.
        """
        pages = self.require_page(number, size)
        datasets = self.datasets[(number - 1) * size : number * size]
        view = _View(self.names.catalog, number, pages, len(self.datasets), size, address)
        return Page(number, pages, datasets, with_classes(self.about(datasets)) | set(view.triples()))


@dataclass(frozen=True)
class Page:
    """One page of the catalogue: its *datasets*, and all that it says."""

    number: int
    pages: int
    datasets: tuple[NamedNode, ...]
    triples: frozenset[Triple]

    def order(self, languages: Sequence[str]) -> TripleOrder:
        """In which order the page is written: where a text stands in several languages, by the first of *languages*.

        Of what explains a node, such as a statement of rights, CKAN takes the text that it reads first, whichever
        language the portal has; of the names of a place it takes the last.
        """
        places = {each.subject for each in self.triples if each.predicate == RDF_TYPE and each.object == _LOCATION}
        ranks = {language: number for number, language in enumerate(languages)}

        def key(triple: Triple) -> tuple[str | int, ...]:
            value = triple.object
            language = value.language if isinstance(value, Literal) else None
            rank = ranks.get(language, len(ranks)) if language else len(ranks)
            if language and triple.subject in places:
                rank = -rank
            return str(triple.subject), triple.predicate.value, rank, str(value)

        return key


@dataclass(frozen=True)
class _View:
    """Where a page stands among the others, in the words of Hydra: those of today, and those of 2013 beside them.

    CKAN reads ``hydra:next`` of a PartialCollectionView, its fork at avoindata.fi only ``hydra:nextPage`` of a
    PagedCollection, udata either of the two with the class that belongs to it. The last page names no next one.
    """

    collection: NamedNode
    number: int
    pages: int
    total: int
    size: int
    address: Callable[[int], str]

    def triples(self) -> Iterator[Triple]:
        """The page, its neighbours, and how many datasets there are."""
        view = NamedNode(self.address(self.number))
        yield Triple(self.collection, RDF_TYPE, term("hydra:Collection"))
        yield Triple(self.collection, term("hydra:totalItems"), Literal(self.total))
        yield Triple(self.collection, term("hydra:view"), view)
        yield Triple(view, RDF_TYPE, term("hydra:PartialCollectionView"))
        yield Triple(view, RDF_TYPE, term("hydra:PagedCollection"))
        yield Triple(view, term("hydra:totalItems"), Literal(self.total))
        yield Triple(view, term("hydra:itemsPerPage"), Literal(self.size))
        neighbours = {"first": 1, "last": self.pages, "previous": self.number - 1, "next": self.number + 1}
        for name, page in neighbours.items():
            if 1 <= page <= self.pages:
                for each in (name, f"{name}Page"):
                    yield Triple(view, term(f"hydra:{each}"), NamedNode(self.address(page)))
