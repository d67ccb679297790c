"""A submission in the company of the published data: the same questions as of a publication under examination."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Quad

from sotegraph.entities import Index
from sotegraph.publication import Publication
from sotegraph.soundness.material import DATA, ONTOLOGY, SHAPES, Material, Source, read_source
from sotegraph.soundness.standard import Vocabularies
from sotegraph.soundness.telling import Teller
from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation.places import Place
from sotegraph.validation.state import State

_TARGET_OBJECTS = term("sh:targetObjectsOf")
_TARGET_NODE = term("sh:targetNode")
_ONTOLOGY, _VERSION = term("owl:Ontology"), term("owl:versionIRI")


class Words:
    """The ontology and the shapes of a publication, and what is asked of them again and again."""

    def __init__(self, publication: Publication, teller: Teller, sources: Sequence[Source]) -> None:
        self.sources = sources
        material = Material(publication, teller, (), sources)
        self.defined, self.targeted, self.namespaces = material.defined, material.targeted, material.namespaces
        self.vocabularies = material.vocabularies
        self.stated = frozenset(quad.subject for quad in material.quads(ONTOLOGY, SHAPES))
        targets = [(quad.predicate, quad.object) for quad in material.quads(SHAPES)]
        self.targeted_nodes = frozenset(value for predicate, value in targets if predicate == _TARGET_NODE)
        self.linking = frozenset(value for predicate, value in targets if predicate == _TARGET_OBJECTS)
        self.ontologies = _documents(publication, material, ONTOLOGY)
        self.documents = self.ontologies | _documents(publication, material, SHAPES)


class Company(Material):
    """The *examined* files beside *words*, ontology and shapes, and beside the published data if *with_data*."""

    def __init__(
        self, index: Index, teller: Teller, examined: Sequence[Source], words: Words, *, with_data: bool
    ) -> None:
        super().__init__(index.publication, teller, examined, words.sources)
        self.version = index.version
        self.words, self.with_data = words, with_data

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces whose terms have to be defined."""
        return self.words.namespaces

    @property
    def defined(self) -> frozenset[str]:
        """The terms that the ontology or the core's vocabulary defines."""
        return self.words.defined

    @property
    def vocabularies(self) -> Vocabularies:
        """The terms of known vocabularies."""
        return self.words.vocabularies

    @property
    def targeted(self) -> frozenset[str]:
        """The classes that a node shape describes."""
        return self.words.targeted

    @cached_property
    def types(self) -> Mapping[Any, frozenset[str]]:
        """The classes of every subject that is examined: as it states them, else as they are published."""
        own: defaultdict[Any, set[str]] = defaultdict(set)
        for quad in self.quads(DATA, context=False):
            classes = own[quad.subject]
            if quad.predicate == RDF_TYPE and isinstance(quad.object, NamedNode):
                classes.add(quad.object.value)
        return {subject: frozenset(classes or self._published_types(subject)) for subject, classes in own.items()}

    def _published_types(self, subject: Any) -> Sequence[str]:
        is_node = isinstance(subject, NamedNode | BlankNode)
        return self.version.types(subject) if self.with_data and is_node else ()

    @property
    def subjects(self) -> Container[Any]:  # type: ignore[override]
        """Everything of which something is said, here or in the published data."""
        return _Subjects(self)

    @cached_property
    def stated(self) -> frozenset[Any]:
        """Everything of which the files, the ontology or the shapes say something."""
        return self.words.stated.union(self.own_subjects)

    @cached_property
    def targeted_nodes(self) -> frozenset[Any]:
        """The examined nodes that a shape describes by name, or because something links to them."""
        linking = self.words.linking
        linked = {quad.object for quad in self.quads(DATA, context=False) if quad.predicate in linking}
        if self.with_data and linking:
            linked |= {each for each in self.own_subjects if self._is_linked(each, linking)}
        return self.words.targeted_nodes | linked

    @cached_property
    def repeated(self) -> frozenset[Any]:
        """The subjects of which the files say nothing but what is published already."""
        if not self.with_data:
            return frozenset()
        return State(self.version.store, [quad.triple for quad in self.quads(DATA, context=False)]).repeated

    def _is_linked(self, node: Any, linking: Container[Any]) -> bool:
        return isinstance(node, NamedNode) and any(each.predicate in linking for each in self.version.incoming(node))

    def place_of(self, subject: Any) -> Place:
        """Where *subject* stands, or the start of the first file."""
        return self.locations.of_subject(subject) or Place(self.examined[0].file.name, 1)


class _Subjects:
    """Everything of which something is said, asked one by one: the published data are too many to list."""

    def __init__(self, company: Company) -> None:
        self.company = company

    def __contains__(self, node: object) -> bool:
        if node in self.company.stated:
            return True
        version = self.company.version
        is_published = isinstance(node, NamedNode) and next(version.outgoing(node), None) is not None
        return self.company.with_data and is_published


def _documents(publication: Publication, material: Material, part: str) -> frozenset[str]:
    """The IRIs of a *part* of the publication: its graph, its ontologies, and what its terms are fragments of."""
    quads = list(material.quads(part))
    own = (quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode))
    terms = {each.partition("#")[0] for each in own if "#" in each and each.startswith(publication.base_iri + "/")}
    return ontologies_of(quads) | terms | {f"{publication.base_iri}/id/graph/{part}"}


def ontologies_of(quads: Iterable[Quad]) -> frozenset[str]:
    """What *quads* state to be an ontology, and the IRIs of its versions (OWL 2 section 3.1)."""
    nodes = (
        quad.object if quad.predicate == _VERSION else quad.subject
        for quad in quads
        if quad.predicate == _VERSION or (quad.predicate == RDF_TYPE and quad.object == _ONTOLOGY)
    )
    return frozenset(document_of(each.value) for each in nodes if isinstance(each, NamedNode))


def document_of(iri: str) -> str:
    """The document that *iri* names: an empty fragment is no other one.

    >>> document_of("https://example.org/ns#")
    'https://example.org/ns'
    """
    return iri.rstrip("#")


def read_words(publication: Publication, teller: Teller) -> Words:
    """Return the ontology and the shapes of *publication*."""
    files = (file for file in publication.files if file.path.relative_to(publication.root).parts[0] != DATA)
    return Words(publication, teller, tuple(read_source(publication, file) for file in files))
