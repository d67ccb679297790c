"""Documents about words: the triples at one address of the ontology or the shapes, and what a reader sees of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from sotegraph.entities.index import Index, Text, choose, natural
from sotegraph.errors import NotFound
from sotegraph.terms import RDF_FIRST, RDF_NIL, RDF_REST, RDF_TYPE, shorten, term

_DEFINITIONS = ("skos:definition", "rdfs:comment", "dct:description")
_LABELS = ("rdfs:label", "dct:title", "skos:prefLabel", "sh:name")
_VERSION_IRI = term("owl:versionIRI")
_KINDS = (
    ("class", ("owl:Class", "rdfs:Class")),
    ("property", ("owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty", "rdf:Property")),
    ("row", ("sh:PropertyShape",)),
    ("shape", ("sh:NodeShape",)),
    ("group", ("sh:PropertyGroup",)),
    ("profile", ("prof:Profile",)),
)


@dataclass(frozen=True)
class Facts:
    """Triples by subject, with the readings that documents need."""

    triples: frozenset[Triple]
    by_subject: Mapping[Any, Sequence[Triple]] = field(compare=False, repr=False)

    def values(self, subject: Any, *names: str) -> list[Any]:
        """The values of the first predicate of *names* that has any, in a fixed order."""
        for name in names:
            predicate = term(name)
            found = [each.object for each in self.by_subject.get(subject, ()) if each.predicate == predicate]
            if found:
                return sorted(found, key=lambda value: natural(str(value)))
        return []

    def text(self, subject: Any, languages: Sequence[str], *names: str) -> Text | None:
        """The text of the first of *names* that has one, in the first of *languages*."""
        return choose((each for each in self.values(subject, *names) if isinstance(each, Literal)), languages)

    def members(self, head: Any) -> list[Any]:
        """The members of an RDF list."""
        members = []
        while head not in (None, RDF_NIL):
            own = {each.predicate: each.object for each in self.by_subject.get(head, ())}
            members += [own[RDF_FIRST]] if RDF_FIRST in own else []
            head = own.get(RDF_REST)
        return members


def gather(triples: Iterable[Triple]) -> Facts:
    """Return *triples* ready to be read by subject."""
    kept = frozenset(triples)
    by_subject: dict[Any, list[Triple]] = {}
    for triple in kept:
        by_subject.setdefault(triple.subject, []).append(triple)
    return Facts(kept, by_subject)


@dataclass(frozen=True)
class TermDocument:
    """The triples about the terms of one address: *root* itself and its hash IRIs."""

    root: str
    facts: Facts

    @property
    def triples(self) -> frozenset[Triple]:
        return self.facts.triples

    @property
    def subjects(self) -> list[NamedNode]:
        """The terms, in the order of their names."""
        own = (each for each in self.facts.by_subject if isinstance(each, NamedNode) and each.value != self.root)
        return sorted(own, key=lambda node: natural(node.value.casefold()))


def read_part(index: Index, part: str) -> Facts:
    """Return everything the graph *part* says: the ontology, or the shapes."""
    return gather(index.version.triples_of(index.publication.graph(part)))


def describe_terms(facts: Facts, iri: str) -> TermDocument:
    """Return the document at *iri*: what *facts* say of it and its hash IRIs.

    The IRI of a version leads to the ontology that has it. Raises NotFound when nothing is said there.
    """
    root = next((_name(each.subject) for each in facts.triples if _is_version(each, iri)), iri)
    document = cut(facts, root)
    if not document.triples:
        raise NotFound("Nothing is published at this address.")
    return document


def read_terms(path: Path, iri: str) -> TermDocument:
    """Return the document at *iri* that the Turtle file *path* holds."""
    return cut(gather(quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE)), iri)


def cut(facts: Facts, root: str) -> TermDocument:
    """Return what *facts* say of *root* and its hash IRIs, with the blank nodes that hang on them."""
    own: list[Any] = [each for each in facts.by_subject if isinstance(each, NamedNode) and _is_part(each.value, root)]
    found: set[Triple] = set()
    while own:
        triples = facts.by_subject.get(own.pop(), ())
        own += [each.object for each in triples if isinstance(each.object, BlankNode) and each not in found]
        found.update(triples)
    return TermDocument(root, gather(found))


def _name(node: Any) -> str:
    value: str = node.value
    return value


def _is_part(iri: str, root: str) -> bool:
    return iri == root or iri.startswith(root + "#")


def _is_version(triple: Triple, iri: str) -> bool:
    return triple.predicate == _VERSION_IRI and isinstance(triple.object, NamedNode) and triple.object.value == iri


@dataclass(frozen=True)
class TermEntry:
    """One term as a reader sees it: *reason* says why it is needed, *links* are IRIs under their predicate's name."""

    iri: str
    anchor: str
    kind: str
    label: Text
    definition: Text | None
    reason: Text | None
    status: str | None
    links: tuple[tuple[str, tuple[str, ...]], ...]


_LINKS = (
    "rdfs:subClassOf",
    "rdfs:subPropertyOf",
    "rdfs:domain",
    "rdfs:range",
    "owl:inverseOf",
    "dct:isReplacedBy",
    "skos:example",
    "sh:targetClass",
    "sh:path",
    "pub:class",
    "dct:conformsTo",
    "prof:isProfileOf",
)


@dataclass(frozen=True)
class OntologyPage:
    """What the page of an ontology says, in one language."""

    iri: str
    title: Text
    description: Text | None
    version: str | None
    version_iri: str | None
    licence: str | None
    terms: tuple[TermEntry, ...]

    def of_kind(self, kind: str) -> list[TermEntry]:
        """The terms of one kind."""
        return [each for each in self.terms if each.kind == kind]


def ontology_page(index: Index, document: TermDocument, language: str) -> OntologyPage:
    """Return what the page of *document* says in *language*."""
    facts, root, chain = document.facts, NamedNode(document.root), index.languages(language)
    version = facts.text(root, chain, "owl:versionInfo")
    return OntologyPage(
        iri=document.root,
        title=facts.text(root, chain, *_LABELS) or Text(shorten(document.root, index.publication.prefixes)),
        description=facts.text(root, chain, "dct:description", "rdfs:comment"),
        version=version.value if version else None,
        version_iri=next(iter(_iris(facts, root, "owl:versionIRI")), None),
        licence=next(iter(_iris(facts, root, "dct:license")), None),
        terms=tuple(_entry(index, facts, node, chain) for node in document.subjects),
    )


def _entry(index: Index, facts: Facts, node: NamedNode, chain: Sequence[str]) -> TermEntry:
    anchor = node.value.partition("#")[2]
    status = facts.text(node, chain, "vs:term_status")
    links = ((name, tuple(_iris(facts, node, name))) for name in _LINKS)
    return TermEntry(
        iri=node.value,
        anchor=anchor,
        kind=_kind(facts, node),
        label=facts.text(node, chain, *_LABELS) or Text(anchor or shorten(node.value, index.publication.prefixes)),
        definition=facts.text(node, chain, *_DEFINITIONS),
        reason=facts.text(node, chain, "skos:scopeNote"),
        status=status.value if status else None,
        links=tuple((name, iris) for name, iris in links if iris),
    )


def _kind(facts: Facts, node: NamedNode) -> str:
    types = set(facts.values(node, "rdf:type"))
    return next((kind for kind, names in _KINDS if types & {term(name) for name in names}), "other")


def _iris(facts: Facts, node: Any, name: str) -> Iterator[str]:
    return (each.value for each in facts.values(node, name) if isinstance(each, NamedNode))


def is_shape(document: TermDocument) -> bool:
    """Whether the root of *document* is a node shape."""
    return Triple(NamedNode(document.root), RDF_TYPE, term("sh:NodeShape")) in document.triples
