"""The description of the SPARQL endpoint (SPARQL 1.1 Service Description)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.catalog.functions import EXTENSION_FUNCTIONS
from sotegraph.catalog.graphs import Describer
from sotegraph.catalog.names import OPENAPI_PATH, Names, format_iri
from sotegraph.catalog.telling import Translate
from sotegraph.catalog.void import dates_of
from sotegraph.formats import BINDING_FORMATS, GRAPH_FORMATS
from sotegraph.publication import Publication
from sotegraph.settings import Settings
from sotegraph.store import Version
from sotegraph.terms import RDF_TYPE, SERVICE, term

_SIMPLE = NamedNode("http://www.w3.org/ns/entailment/Simple")
_VERSION = "http://www.w3.org/ns/sparql#version-"
_GRAPH = term("sd:graph")
_PARTITIONS = (term("void:classPartition"), term("void:propertyPartition"))
_NOT_FOR_PLANS = (term("void:uriSpace"), term("void:vocabulary"))


def service_triples(describer: Describer, settings: Settings) -> Iterator[Triple]:
    """The service at the endpoint: what it speaks, in which forms it answers, its limits, and its default dataset.

    It claims neither federation nor dereferencing, because there is none, and of an engine not which functions beyond
    SPARQL it has. There is no ``void:dataDump``, because there is no address of the whole.
    """
    names, version = describer.names, describer.version
    service, dataset, default = names.service, names.offered, names.node("default")
    yield Triple(service, RDF_TYPE, term("sd:Service"))
    yield Triple(service, RDF_TYPE, term("dcat:DataService"))
    yield Triple(service, term("sd:endpoint"), names.endpoint)
    yield Triple(service, term("dcat:endpointURL"), names.endpoint)
    yield Triple(service, term("dcat:endpointDescription"), names.openapi)
    yield Triple(service, term("sd:supportedLanguage"), term("sd:SPARQL11Query"))
    for spoken in ("1.1", *(("1.2-basic", "1.2") if settings.sparql_draft else ())):
        yield Triple(service, term("sd:supportedVersion"), NamedNode(_VERSION + spoken))
    yield Triple(service, term("sd:defaultEntailmentRegime"), _SIMPLE)
    # The default graph holds what the named graphs hold, each triple once.
    yield Triple(service, term("sd:feature"), term("sd:UnionDefaultGraph"))
    for form in (*BINDING_FORMATS, *GRAPH_FORMATS):
        yield Triple(service, term("sd:resultFormat"), format_iri(form))
    if settings.store_address is None:
        yield from (Triple(service, term("sd:extensionFunction"), each) for each in EXTENSION_FUNCTIONS)
    yield from describer.texts(service, "rdfs:comment", lambda translate: _limits(translate, settings))
    yield Triple(service, term("sd:defaultDataset"), dataset)
    yield Triple(service, term("sd:availableGraphs"), dataset)
    yield Triple(dataset, RDF_TYPE, term("sd:Dataset"))
    for title in version.objects(NamedNode(describer.publication.iri), term("dct:title")):
        yield Triple(dataset, term("dct:title"), title)
    for predicate, day in dates_of(version):
        yield Triple(dataset, predicate, day)
        yield Triple(default, predicate, day)
    yield Triple(dataset, term("owl:versionInfo"), Literal(version.short_id))
    yield Triple(dataset, term("rdfs:seeAlso"), names.void)
    yield Triple(dataset, term("sd:defaultGraph"), default)
    yield Triple(default, RDF_TYPE, term("sd:Graph"))


def service_document(version: Version, publication: Publication, address: str) -> Iterator[Triple]:
    """The description of the endpoint at *address*: the service, and each graph with its parts of the first order.

    Left out are the spaces of IRIs and the vocabularies. Comunica, which plans by this document, takes the first space
    for a pattern of every IRI in the graph, and would expect nothing where an IRI of another stands.
    """
    names = Names.of(publication)
    here: dict[Any, Any] = {
        names.endpoint: NamedNode(address),
        names.service: NamedNode(f"{address}#service"),
        names.openapi: NamedNode(urljoin(address, OPENAPI_PATH)),
    }
    for triple in version.triples_of(publication.graph(SERVICE)):
        subject, value = (here.get(each, each) for each in (triple.subject, triple.object))
        yield Triple(subject, triple.predicate, value)
        if triple.predicate == _GRAPH and isinstance(value, NamedNode):
            yield from _content(version, value)
    yield from _content(version, names.node("default"))


def _content(version: Version, content: NamedNode) -> Iterator[Triple]:
    for triple in version.outgoing(content):
        if triple.predicate not in _NOT_FOR_PLANS:
            yield triple
        if triple.predicate in _PARTITIONS and isinstance(triple.object, NamedNode):
            yield from (each for each in version.outgoing(triple.object) if each.predicate not in _PARTITIONS)


def _limits(translate: Translate, settings: Settings) -> str:
    return translate(
        "A query may take {seconds} seconds and {memory} MiB of memory, and its result {result} MiB; an address may be "
        "{address} bytes long, a body {body}. Beyond a limit there is an error, never a shortened result."
    ).format(
        seconds=f"{settings.query_time_limit_ms / 1000:g}",
        memory=settings.query_memory_limit_bytes >> 20,
        result=f"{settings.query_result_limit_bytes / (1 << 20):g}",
        address=settings.max_address_bytes,
        body=settings.max_body_bytes,
    )
