"""What the publication says of itself to machines: the description of its SPARQL endpoint, and dumps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from sotegraph.errors import NotFound
from sotegraph.formats import BINDING_FORMATS, DATASET_FORMATS, GRAPH_FORMATS, by_suffix
from sotegraph.publication import Publication
from sotegraph.store import Version
from sotegraph.terms import RDF_TYPE, term

Node = NamedNode | BlankNode

_FORMATS = "http://www.w3.org/ns/formats/"
_FORMAT_NAMES = {
    "srj": "SPARQL_Results_JSON",
    "srx": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "jsonld": "JSON-LD",
    "nt": "N-Triples",
    "rdf": "RDF_XML",
}
_SIMPLE = NamedNode("http://www.w3.org/ns/entailment/Simple")


def service_description(endpoint: str, version: Version, publication: Publication) -> list[Triple]:
    """Return the SPARQL 1.1 Service Description of the endpoint at the IRI *endpoint*.

    It claims neither federation nor dereferencing, because there is none. Its default graph holds every triple of the
    named graphs once.
    """
    address = NamedNode(endpoint)
    service, dataset, default = NamedNode(f"{endpoint}#service"), NamedNode(f"{endpoint}#dataset"), BlankNode("default")
    triples = [
        Triple(service, RDF_TYPE, term("sd:Service")),
        Triple(service, term("sd:endpoint"), address),
        Triple(service, term("sd:supportedLanguage"), term("sd:SPARQL11Query")),
        Triple(service, term("sd:defaultEntailmentRegime"), _SIMPLE),
        Triple(service, term("sd:defaultDataset"), dataset),
        Triple(dataset, RDF_TYPE, term("sd:Dataset")),
        Triple(dataset, term("owl:versionInfo"), Literal(version.short_id)),
        Triple(dataset, term("sd:defaultGraph"), default),
        *_graph(default, version.triples),
    ]
    for language, title in publication.titles.items():
        text = Literal(title, language=language) if language else Literal(title)
        triples.append(Triple(dataset, term("dct:title"), text))
    for form in (*BINDING_FORMATS, *GRAPH_FORMATS):
        name = NamedNode(_FORMATS + _FORMAT_NAMES[form.suffix])
        triples.append(Triple(service, term("sd:resultFormat"), name))
    for number, (graph, count) in enumerate(version.graphs.items()):
        named, content = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        triples += [
            Triple(dataset, term("sd:namedGraph"), named),
            Triple(named, RDF_TYPE, term("sd:NamedGraph")),
            Triple(named, term("sd:name"), NamedNode(graph)),
            Triple(named, term("sd:graph"), content),
            *_graph(content, count),
        ]
    return triples


def _graph(node: Node, count: int) -> Iterator[Triple]:
    yield Triple(node, RDF_TYPE, term("sd:Graph"))
    yield Triple(node, term("void:triples"), Literal(count))


def dump(publication: Publication, version: Version, suffix: str, graph: str | None, output: BinaryIO) -> None:
    """Write the dataset, or one *graph* by its name or IRI, to *output* in the syntax of *suffix*.

    Raises NotFound for a graph that does not exist, naming those that do.
    """
    form = by_suffix(suffix, (*DATASET_FORMATS, *GRAPH_FORMATS))
    assert form is not None
    assert form.rdf is not None
    version.write(output, form.rdf, publication.prefixes, _named(publication, version, graph) if graph else None)


def _named(publication: Publication, version: Version, name: str) -> NamedNode:
    iri = name if name in version.graphs else publication.graph(name).value
    if iri not in version.graphs:
        known = ", ".join(each.rpartition("/")[2] for each in version.graphs)
        raise NotFound("There is no graph {name}. There are: {known}.", name=name, known=known)
    return NamedNode(iri)
