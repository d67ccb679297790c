"""What is examined: the files of a publication or of a submission, read once, with a place for every triple."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from sotegraph.formats import PARSED_FORMATS, by_suffix
from sotegraph.publication import GraphFile, Publication
from sotegraph.soundness.standard import Vocabularies
from sotegraph.soundness.telling import Teller
from sotegraph.terms import PREFIXES, RDF_TYPE, shorten, term
from sotegraph.validation.lines import LocatedFile
from sotegraph.validation.places import Located, Locations, Place

ONTOLOGY, SHAPES, DATA = "ontology", "shapes", "data"
VOCABULARY = Path(__file__).parents[1] / "vocabulary" / "publication.ttl"
"""The core's own vocabulary, ``pub:``."""


@dataclass(frozen=True)
class Source:
    """A file and the part of a publication it belongs to."""

    part: str
    file: Located


def read_source(publication: Publication, graph_file: GraphFile) -> Source:
    """Return *graph_file* of the publication, located and re-based; raises SyntaxError."""
    name = graph_file.path.relative_to(publication.root).as_posix()
    form = by_suffix(graph_file.path.suffix[1:], PARSED_FORMATS)
    assert form is not None
    assert form.rdf is not None
    content, base = graph_file.path.read_bytes(), graph_file.graph.value
    return Source(name.partition("/")[0], LocatedFile.parse(name, content, form.rdf, base, change=publication.rebase))


class Material:
    """The sources under examination, and those that are only their context."""

    def __init__(
        self, publication: Publication, teller: Teller, examined: Sequence[Source], context: Sequence[Source] = ()
    ) -> None:
        self.publication = publication
        self.teller = teller
        self.examined = examined
        self.context = context

    @cached_property
    def locations(self) -> Locations:
        """Where everything under examination stands; the data first, because they are what is mostly meant."""
        ordered = sorted(self.examined, key=lambda source: source.part != DATA)
        return Locations(source.file for source in ordered)

    def quads(self, *parts: str, context: bool = True) -> Iterator[Quad]:
        """The quads of those *parts*, with those of the context or without."""
        for source in (*self.examined, *self.context) if context else self.examined:
            if source.part in parts:
                yield from source.file.quads

    def files(self, *parts: str) -> Iterator[Located]:
        """The files of those *parts* under examination."""
        return (source.file for source in self.examined if source.part in parts)

    @cached_property
    def types(self) -> Mapping[Any, frozenset[str]]:
        """The classes of every subject of the data; none for a subject without one."""
        found: defaultdict[Any, set[str]] = defaultdict(set)
        for quad in self.quads(DATA):
            classes = found[quad.subject]
            if quad.predicate == RDF_TYPE and isinstance(quad.object, NamedNode):
                classes.add(quad.object.value)
        return {subject: frozenset(classes) for subject, classes in found.items()}

    @cached_property
    def subjects(self) -> frozenset[Any]:
        """Everything of which something is said."""
        return frozenset(quad.subject for quad in self.quads(ONTOLOGY, SHAPES, DATA))

    @cached_property
    def own_subjects(self) -> tuple[Any, ...]:
        """The subjects of the data under examination, in their order."""
        return tuple(dict.fromkeys(quad.subject for quad in self.quads(DATA, context=False)))

    @cached_property
    def repeated(self) -> frozenset[Any]:
        """The subjects of which nothing is said but what is published already: none in a publication's own files."""
        return frozenset()

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces whose terms have to be defined: the publication's own and the core's."""
        path = self.publication.vocabulary_path
        return ((self.publication.base_iri + path + "#",) if path else ()) + (PREFIXES["pub"],)

    @cached_property
    def defined(self) -> frozenset[str]:
        """The terms that the ontology or the core's vocabulary defines: whatever has a class there."""
        core = parse(path=str(VOCABULARY), format=RdfFormat.TURTLE)
        quads: Iterable[Quad] = (*self.quads(ONTOLOGY), *core)
        return frozenset(
            quad.subject.value for quad in quads if quad.predicate == RDF_TYPE and isinstance(quad.subject, NamedNode)
        )

    @cached_property
    def vocabularies(self) -> Vocabularies:
        """The standard vocabularies, and of others those terms that the ontology and the shapes use."""
        spaces = tuple(each for each in self.publication.prefixes.values() if not each.startswith(self.namespaces))
        nodes = {node for quad in self.quads(ONTOLOGY, SHAPES) for node in (quad.subject, quad.predicate, quad.object)}
        return Vocabularies(
            each.value for each in nodes if isinstance(each, NamedNode) and each.value.startswith(spaces)
        )

    @cached_property
    def targeted(self) -> frozenset[str]:
        """The classes that a node shape describes."""
        target = term("sh:targetClass")
        objects = (quad.object for quad in self.quads(SHAPES) if quad.predicate == target)
        return frozenset(each.value for each in objects if isinstance(each, NamedNode))

    @cached_property
    def targeted_nodes(self) -> frozenset[Any]:
        """The nodes that a shape describes by name, or because something links to them."""
        names, predicates = term("sh:targetNode"), term("sh:targetObjectsOf")
        named = {quad.object for quad in self.quads(SHAPES) if quad.predicate == names}
        links = {quad.object for quad in self.quads(SHAPES) if quad.predicate == predicates}
        return frozenset(named | {quad.object for quad in self.quads(DATA) if quad.predicate in links})

    def place_of(self, subject: Any) -> Place:
        """Where *subject* stands, or the start of the publication's description."""
        return self.locations.of_subject(subject) or Place("ontology/publication.ttl", 1)

    def short(self, node: Any) -> str:
        """*node* for people: a compact name, or an IRI cut to what follows the base."""
        if not isinstance(node, NamedNode):
            return str(node)
        compact = shorten(node.value, self.publication.prefixes)
        base = self.publication.base_iri + "/"
        return f"<{node.value[len(base) :]}>" if compact.startswith("<" + base) else compact
