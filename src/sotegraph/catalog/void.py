"""The VoID description of a version (https://www.w3.org/TR/void/): figures, partitions and links, as triples.

``/void#dataset`` is everything that the files of the publication say, ``/void#graph/{name}`` what stands in one named
graph; a part adds its class, property or kind of object: ``/void#graph/books/class/schema:Book/property/dct:title``.
The nesting is that of the SIB's void-generator, whose clients complete queries by it: kinds of objects are told in the
named graphs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import DefaultGraph, Literal, NamedNode, Triple

from sotegraph.catalog.figures import ClassFigures, Figures, PropertyFigures, figures_of
from sotegraph.catalog.names import ENTITY_FEED_PATH, Names, format_iri
from sotegraph.catalog.tallies import Tallies, tallies_of
from sotegraph.formats import GRAPH_FORMATS
from sotegraph.publication import Publication
from sotegraph.store import Version
from sotegraph.terms import RDF_TYPE, term

_COPIED = ("dct:title", "dct:description", "dct:license", "dct:rights", "dct:creator", "dct:publisher")


def void_triples(version: Version, publication: Publication, tallies: Tallies | None = None) -> Iterator[Triple]:
    """What *version*, loaded from the files of *publication*, holds as a whole and in each of its named graphs.

    *tallies* are those of its default graph and its named graphs; without them they are made.
    """
    names, base = Names.of(publication), publication.base_iri
    counted = tallies_of(version.store, version.graphs, base) if tallies is None else tallies
    described = dict(_described_targets(version))
    whole = figures_of(counted[DefaultGraph()], base, described)
    yield from _about(version, publication, names, whole)
    yield from _parts(names, names.dataset, whole, kinds=False)
    yield from _links(names, whole.links, described)
    for name in version.graphs:
        graph, content = NamedNode(name), names.content(name)
        yield Triple(names.dataset, term("void:subset"), content)
        yield Triple(content, RDF_TYPE, term("void:Dataset"))
        figures = figures_of(counted[graph], base, described)
        yield from _totals(content, figures)
        yield from _parts(names, content, figures, kinds=True)


def dates_of(version: Version) -> Iterator[tuple[NamedNode, Literal]]:
    """When the first of the named graphs was issued, and when the last one was changed, as far as they say."""
    for name, choose in (("dct:issued", min), ("dct:modified", max)):
        stated = [each for graph in version.graphs for each in version.objects(NamedNode(graph), term(name))]
        days = [each.value[:10] for each in stated if isinstance(each, Literal)]
        if days:
            yield term(name), Literal(choose(days), datatype=term("xsd:date"))


def _about(version: Version, publication: Publication, names: Names, figures: Figures) -> Iterator[Triple]:
    """Who publishes what on which terms, and where it is to be had."""
    document, dataset, own = names.void, names.dataset, NamedNode(publication.iri)
    yield Triple(document, RDF_TYPE, term("void:DatasetDescription"))
    yield Triple(document, term("foaf:primaryTopic"), dataset)
    yield Triple(dataset, RDF_TYPE, term("void:Dataset"))
    yield Triple(dataset, term("foaf:homepage"), own)
    for name in _COPIED:
        for value in version.objects(own, term(name)):
            yield Triple(dataset, term(name), value)
            if name == "dct:title":
                yield Triple(document, term(name), value)
    for predicate, day in dates_of(version):
        yield Triple(dataset, predicate, day)
        yield Triple(document, predicate, day)
    yield Triple(dataset, term("owl:versionInfo"), Literal(version.short_id))
    yield Triple(dataset, term("void:sparqlEndpoint"), names.endpoint)
    yield Triple(dataset, term("rdfs:seeAlso"), names.feed)
    yield Triple(names.feed, RDF_TYPE, term("ldes:EventStream"))
    yield Triple(names.feed, term("tree:view"), NamedNode(names.base + ENTITY_FEED_PATH))
    for form in GRAPH_FORMATS:
        yield Triple(dataset, term("void:feature"), format_iri(form))
    for classes in (each.classes for each in publication.collections if each.on_front_page):
        for example in filter(None, (figures.classes[each].example for each in classes if each in figures.classes)):
            yield Triple(dataset, term("void:exampleResource"), NamedNode(example))
    yield from _totals(dataset, figures)


def _totals(node: NamedNode, figures: Figures) -> Iterator[Triple]:
    yield from (
        _count(node, "void:triples", figures.triples),
        _count(node, "void:entities", figures.entities),
        _count(node, "void:distinctSubjects", figures.subjects),
        _count(node, "void:distinctObjects", figures.objects),
        _count(node, "void:properties", len(figures.properties)),
        _count(node, "void:classes", len(figures.classes)),
    )
    for space in figures.spaces:
        yield Triple(node, term("void:uriSpace"), Literal(space))
    for vocabulary in figures.vocabularies:
        yield Triple(node, term("void:vocabulary"), NamedNode(vocabulary))


def _parts(names: Names, whole: NamedNode, figures: Figures, *, kinds: bool) -> Iterator[Triple]:
    """The parts of *whole* by class and by property; with *kinds*, those of each class by kinds of objects too."""
    for iri, of_class in figures.classes.items():
        yield from _class_part(names, whole, iri, of_class, kinds=kinds)
    for iri, of_property in figures.properties.items():
        yield from _property_part(names, whole, iri, of_property, kinds=False)


def _class_part(names: Names, whole: NamedNode, iri: str, figures: ClassFigures, *, kinds: bool) -> Iterator[Triple]:
    node = names.part(whole, "class", iri)
    yield from _class_node(whole, node, iri)
    yield _count(node, "void:entities", figures.entities)
    if figures.example and not kinds:
        yield Triple(node, term("void:exampleResource"), NamedNode(figures.example))
    for each, of_property in sorted(figures.properties.items()):
        yield from _property_part(names, node, each, of_property, kinds=kinds)


def _class_node(whole: NamedNode, node: NamedNode, iri: str) -> Iterator[Triple]:
    yield Triple(whole, term("void:classPartition"), node)
    yield Triple(node, RDF_TYPE, term("void:Dataset"))
    yield Triple(node, term("void:class"), NamedNode(iri))


def _property_part(
    names: Names, whole: NamedNode, iri: str, figures: PropertyFigures, *, kinds: bool
) -> Iterator[Triple]:
    node = names.part(whole, "property", iri)
    yield Triple(whole, term("void:propertyPartition"), node)
    yield Triple(node, term("void:property"), NamedNode(iri))
    yield _count(node, "void:triples", figures.triples)
    if kinds and iri != RDF_TYPE.value:
        for each, count in sorted(figures.object_classes.items()):
            part = names.part(node, "class", each)
            yield from _class_node(node, part, each)
            yield _count(part, "void:triples", count)
        for each, count in sorted(figures.datatypes.items()):
            part = names.part(node, "datatype", each)
            yield Triple(node, term("void-ext:datatypePartition"), part)
            yield Triple(part, term("void-ext:datatype"), NamedNode(each))
            yield _count(part, "void:triples", count)


def _links(names: Names, links: Mapping[tuple[str, str], int], described: Mapping[str, NamedNode]) -> Iterator[Triple]:
    """The links to other publishers: each set has one predicate and leads to one space of IRIs."""
    for (predicate, space), count in links.items():
        target = described.get(space) or names.part(names.node("target"), "space", space)
        node = names.part(names.part(names.dataset, "links", predicate), "space", space)
        yield Triple(names.dataset, term("void:subset"), node)
        yield Triple(node, RDF_TYPE, term("void:Linkset"))
        yield Triple(node, term("void:subjectsTarget"), names.dataset)
        yield Triple(node, term("void:linkPredicate"), NamedNode(predicate))
        yield Triple(node, term("void:objectsTarget"), target)
        yield _count(node, "void:triples", count)
        yield Triple(target, RDF_TYPE, term("void:Dataset"))
        yield Triple(target, term("void:uriSpace"), Literal(space))


def _described_targets(version: Version) -> Iterator[tuple[str, NamedNode]]:
    """The datasets of others that the publication describes itself, by the beginning of their IRIs."""
    for node in version.instances(term("void:Dataset")):
        if isinstance(node, NamedNode):
            for space in version.objects(node, term("void:uriSpace")):
                if isinstance(space, Literal):
                    yield space.value, node


def _count(node: NamedNode, name: str, number: int) -> Triple:
    return Triple(node, term(name), Literal(number))
