"""A publication folder as one value: what is published, how it is laid out, and under which addresses.

A folder holds ``ontology/`` (vocabulary, ``publication.ttl``, ``context.jsonld``), ``shapes/`` and ``data/<source>/``.
Nothing here opens a store: :attr:`Publication.files` says which file goes to which named graph.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pyoxigraph import Literal, NamedNode, Quad, parse

from sotegraph.errors import UnreadableFile, UnsoundPublication
from sotegraph.facts import Facts, Node, Texts
from sotegraph.formats import JSON_LD, N_TRIPLES, RDF_XML, TURTLE, by_suffix
from sotegraph.markups import TripleRule, read_markups
from sotegraph.statements import Statement, read_statement
from sotegraph.terms import CATALOG, PREFIXES, SERVICE, VOID, WHOLE, Addresses, term
from sotegraph.views import (
    ClassView,
    Facet,
    Group,
    IdentifierKind,
    PropertyView,
    Route,
    read_class_views,
    read_columns,
    read_facets,
    read_groups,
    read_identifier_kinds,
    read_search_routes,
)

_RESERVED = (
    "accessibility api catalog context coverage doc dumps feed graph-store health history id map metrics ns "
    "opensearch queries reconcile search shacl shapes sparql static submissions suggest templates timemap validate "
    "version versions view void"
)
RESERVED_SEGMENTS = frozenset(_RESERVED.split())
"""First path segments that belong to the machinery."""
_NAMES = "skos:altLabel skos:hiddenLabel dct:alternative schema:alternateName skos:notation dct:identifier"
"""What things are called besides their labels, and by what they are known, where a publication does not say."""
_TEXTS = "dct:description skos:definition skos:note skos:scopeNote rdfs:comment schema:keywords"
"""What is said of things in sentences, where a publication does not say."""
_USUAL_VIEWS = Path(__file__).parent / "vocabulary" / "catalogue.ttl"
"""How the publisher's own descriptions are shown, unless the publication has shapes for them."""
_DIGITS = 12
_FILE_FORMATS = (TURTLE, N_TRIPLES, RDF_XML, JSON_LD)


@dataclass(frozen=True)
class GraphFile:
    """A file whose triples stand in the named graph *graph*."""

    path: Path
    graph: NamedNode


@dataclass(frozen=True)
class Tiles:
    """By which predicates the members of a collection stand on a map of tiles: *row*, *column*, and a short *name*."""

    row: str
    column: str
    name: str | None


@dataclass(frozen=True)
class Collection:
    """A path segment and the class (or concept scheme) whose members live below it."""

    iri: str
    segment: str
    classes: tuple[str, ...]
    scheme: str | None
    key_property: str | None
    labels: Texts
    descriptions: Texts
    order: float
    on_front_page: bool
    has_template: bool = True
    tiles: Tiles | None = None
    facets: tuple[Facet, ...] = ()
    identifier_kinds: tuple[IdentifierKind, ...] = ()
    search_routes: tuple[Route, ...] = ()


@dataclass(frozen=True)
class Publication:
    """One publication folder, read."""

    root: Path
    iri: str
    base_iri: str
    written_base: str
    languages: tuple[str, ...]
    time_zone: tzinfo
    titles: Texts
    descriptions: Texts
    licence: str | None
    rights: Texts
    context: Mapping[str, Any]
    context_path: str
    vocabulary_path: str | None
    validation_domain: str | None
    collections: tuple[Collection, ...]
    classes: Mapping[str, ClassView]
    groups: Mapping[str, Group]
    columns: Mapping[str, PropertyView]
    label_properties: tuple[str, ...]
    translation_properties: tuple[str, ...]
    name_properties: tuple[str, ...]
    text_properties: tuple[str, ...]
    name_forms: tuple[str, ...]
    incoming_labels: Mapping[str, Texts]
    markups: Mapping[str, tuple[TripleRule, ...]]
    statement: Statement | None
    files: tuple[GraphFile, ...]
    rebase: Callable[[Quad], Quad]

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """Prefixes for people: the context's own, then the well-known ones."""
        own = self.context.get("@context", {})
        return {
            name: iri
            for name, iri in own.items()
            if isinstance(iri, str) and iri.endswith(("#", "/")) and name.isalnum()
        } | dict(PREFIXES)

    def graph(self, name: str) -> NamedNode:
        """The IRI of the named graph *name*."""
        return NamedNode(f"{self.base_iri}/id/graph/{name}")

    def collection(self, segment: str) -> Collection | None:
        """The collection at *segment*, or None."""
        return next((each for each in self.collections if each.segment == segment), None)

    def views(self, classes: Iterable[str]) -> list[ClassView]:
        """The views of those *classes* that have one."""
        return [self.classes[each] for each in classes if each in self.classes]

    def addresses(self, pages: Mapping[str, str] | None = None) -> Addresses:
        """The map between this publication's IRIs and paths; *pages* gives external IRIs a path."""
        return Addresses(self.base_iri, pages or {})

    def read(self, file: GraphFile) -> Iterator[Quad]:
        """The triples of *file* in its named graph, blank nodes renamed apart, IRIs re-based.

        Raises UnreadableFile with the line and column of the first syntax error.
        """
        return (self.rebase(quad) for quad in read_file(file))


def read_file(file: GraphFile) -> Iterator[Quad]:
    """The triples of *file* in its named graph, as written; raises UnreadableFile."""
    form = by_suffix(file.path.suffix[1:], _FILE_FORMATS)
    assert form is not None
    try:
        base = file.graph.value
        for quad in parse(path=str(file.path), format=form.rdf, base_iri=base, rename_blank_nodes=True):
            yield Quad(quad.subject, quad.predicate, quad.object, file.graph)
    except SyntaxError as error:
        raise UnreadableFile(
            "{file}:{line}:{column}: {problem}. Correct the syntax at this place.",
            file=str(file.path),
            line=error.lineno or 0,
            column=error.offset or 0,
            problem=error.msg,
        ) from None
    except OSError as error:
        raise UnreadableFile("{file} cannot be read: {problem}.", file=str(file.path), problem=error.strerror) from None


def read_publication(root: Path, base_iri: str | None = None) -> Publication:
    """Return the publication in the folder *root*, re-based to *base_iri* when given.

    Raises UnreadableFile for a missing or malformed file, UnsoundPublication for one that contradicts itself.
    """
    description = root / "ontology" / "publication.ttl"
    if not description.is_file():
        raise UnreadableFile(
            "{file} is missing: {folder} is not a publication folder.", file=str(description), folder=str(root)
        )
    written = Facts(read_file(GraphFile(description, NamedNode("urn:x-publication"))))
    node = written.one_of_type("pub:Publication", description)
    written_base = written.text(node, "pub:baseIri").rstrip("/")
    base = (base_iri or written_base).rstrip("/")
    rebase = _rebaser(written_base, base)
    files = tuple(files_of(root, base))
    _refuse_computed(files, base)
    laid_out = ("/id/graph/ontology", "/id/graph/shapes")
    facts = Facts(rebase(quad) for file in files if file.graph.value.endswith(laid_out) for quad in read_file(file))
    usual = Facts(read_file(GraphFile(_USUAL_VIEWS, NamedNode("urn:x-views"))))
    node = facts.one_of_type("pub:Publication", description)
    return Publication(
        root=root,
        iri=node.value,
        base_iri=base,
        written_base=written_base,
        languages=tuple(facts.text(node, "pub:languages").split()),
        time_zone=_time_zone(facts.texts(node, "pub:timeZone")),
        titles=facts.texts(node, "dct:title"),
        descriptions=facts.texts(node, "dct:description"),
        licence=facts.iri(node, "dct:license"),
        rights=facts.texts(node, "dct:rights"),
        context=_read_context(root / "ontology" / "context.jsonld", written_base, base),
        context_path=facts.text(node, "pub:contextPath"),
        vocabulary_path=next(iter(facts.texts(node, "pub:vocabularyPath").values()), None),
        validation_domain=next(iter(facts.texts(node, "pub:validationDomain").values()), None),
        collections=_collections(facts),
        classes=_with_usual(read_class_views(facts), read_class_views(usual)),
        groups={**read_groups(facts), **read_groups(usual)},
        columns=read_columns(facts),
        label_properties=tuple(term(name).value for name in facts.text(node, "pub:labelProperties").split()),
        translation_properties=facts.iris(node, "pub:translationProperty"),
        name_properties=facts.iris(node, "pub:nameProperty") or tuple(term(each).value for each in _NAMES.split()),
        text_properties=facts.iris(node, "pub:textProperty") or tuple(term(each).value for each in _TEXTS.split()),
        name_forms=tuple(sorted({each.value for each in facts.objects(node, "pub:nameForm")})),
        incoming_labels={
            subject.value: facts.texts(subject, "pub:incomingLabel")
            for subject in facts.subjects("pub:incomingLabel")
            if isinstance(subject, NamedNode)
        },
        markups=_together(read_markups(facts), read_markups(usual)),
        statement=read_statement(facts),
        files=files,
        rebase=rebase,
    )


def _time_zone(stated: Texts) -> tzinfo:
    for name in stated.values():
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise UnsoundPublication(
                "There is no time zone {name}. State pub:timeZone by a name of the Time Zone Database, such as "
                "{example}.",
                name=name,
                example="Europe/Helsinki",
            ) from None
    return UTC


def _with_usual(own: Mapping[str, ClassView], usual: Mapping[str, ClassView]) -> Mapping[str, ClassView]:
    """*own* views first: they name what several classes have."""
    return {**own, **{name: view for name, view in usual.items() if name not in own}}


def _together(
    own: Mapping[str, tuple[TripleRule, ...]], usual: Mapping[str, tuple[TripleRule, ...]]
) -> Mapping[str, tuple[TripleRule, ...]]:
    return {each: (*own.get(each, ()), *usual.get(each, ())) for each in {**own, **usual}}


def _refuse_computed(files: Iterable[GraphFile], base: str) -> None:
    for name in (VOID, SERVICE, CATALOG):
        if any(file.graph.value == f"{base}/id/graph/{name}" for file in files):
            raise UnsoundPublication("The server computes a graph called {name}; rename data/{name}.", name=name)
    if any(file.graph.value == f"{base}/id/graph/{WHOLE}" for file in files):
        raise UnsoundPublication("All graphs together are called {name}; rename data/{name}.", name=WHOLE)


def files_of(root: Path, base: str) -> Iterator[GraphFile]:
    """The RDF files of the folder *root*, each with its named graph below *base*, in a stable order."""

    def found(folder: Path, pattern: str) -> list[Path]:
        return sorted(
            path
            for path in folder.glob(pattern)
            if by_suffix(path.suffix[1:], _FILE_FORMATS) and not path.name.endswith((".rml.ttl", "context.jsonld"))
        )

    for part in ("ontology", "shapes"):
        for path in found(root / part, "**/*"):
            yield GraphFile(path, NamedNode(f"{base}/id/graph/{part}"))
    for path in found(root / "data", "*/*"):
        name = "provenance" if path.stem == "source" else path.parent.name
        yield GraphFile(path, NamedNode(f"{base}/id/graph/{name}"))


def _rebaser(old: str, new: str) -> Callable[[Quad], Quad]:
    """A function that moves every IRI below *old* to *new*; addresses in ``xsd:anyURI`` literals move along."""
    if old == new:
        return lambda quad: quad
    any_uri = term("xsd:anyURI")

    def moved(node: Any) -> Any:
        if isinstance(node, NamedNode) and (node.value == old or node.value.startswith((old + "/", old + "#"))):
            return NamedNode(new + node.value[len(old) :])
        if isinstance(node, Literal) and node.datatype == any_uri and node.value.startswith(old):
            return Literal(new + node.value[len(old) :], datatype=any_uri)
        return node

    return lambda quad: Quad(moved(quad.subject), moved(quad.predicate), moved(quad.object), moved(quad.graph_name))


def _read_context(path: Path, old: str, new: str) -> Mapping[str, Any]:
    try:
        text = path.read_text("utf-8")
        context: Mapping[str, Any] = json.loads(text.replace(f'"{old}/', f'"{new}/'))
    except OSError:
        raise UnreadableFile("{file} is missing.", file=str(path)) from None
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            "{file}:{line}:{column}: {problem}. Correct the JSON at this place.",
            file=str(path),
            line=error.lineno,
            column=error.colno,
            problem=error.msg,
        ) from None
    return context


def former_contexts(publication: Publication) -> list[Mapping[str, Any]]:
    """The contexts that the publication once had, from the files ``ontology/contexts/*.context.jsonld``."""
    files = sorted((publication.root / "ontology" / "contexts").glob("*.context.jsonld"))
    return [_read_context(each, publication.written_base, publication.base_iri) for each in files]


def addressed_contexts(publication: Publication) -> Mapping[str, bytes]:
    """Every context the publication has or had, by the path that its content has for ever; the current one first."""
    stem, dot, suffix = publication.context_path.rpartition(".")
    found = {}
    for document in (publication.context, *former_contexts(publication)):
        body = json.dumps(document, ensure_ascii=False, indent=2).encode()
        found[f"{stem}-{hashlib.sha256(body).hexdigest()[:_DIGITS]}{dot}{suffix}"] = body
    return found


def _tiles(facts: Facts, node: Node) -> Tiles | None:
    row, column = facts.iri(node, "pub:tileRow"), facts.iri(node, "pub:tileColumn")
    return Tiles(row, column, facts.iri(node, "pub:tileName")) if row and column else None


def _collections(facts: Facts) -> tuple[Collection, ...]:
    collections = [
        Collection(
            iri=node.value,
            segment=facts.text(node, "pub:segment"),
            classes=tuple(sorted(each.value for each in facts.objects(node, "pub:class"))),
            scheme=facts.iri(node, "pub:scheme"),
            key_property=facts.iri(node, "pub:keyProperty"),
            labels=facts.texts(node, "rdfs:label"),
            descriptions=facts.texts(node, "dct:description"),
            order=facts.number(node, "sh:order", 1_000),
            on_front_page=facts.flag(node, "pub:onFrontPage"),
            has_template=not facts.objects(node, "pub:template") or facts.flag(node, "pub:template"),
            tiles=_tiles(facts, node),
            facets=read_facets(facts, node),
            identifier_kinds=read_identifier_kinds(facts, node),
            search_routes=read_search_routes(facts, node),
        )
        for node in facts.of_type("pub:Collection")
    ]
    for each in collections:
        if each.segment.partition("/")[0] in RESERVED_SEGMENTS:
            raise UnsoundPublication(
                "The segment {segment} belongs to the machinery; choose another for {collection}.",
                segment=each.segment,
                collection=each.iri,
            )
    return tuple(sorted(collections, key=lambda each: (each.order, each.segment)))
