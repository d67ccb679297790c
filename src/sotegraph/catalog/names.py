"""The IRIs by which the publication speaks of itself: its own graphs, its endpoint, and the nodes of its description.

They are made of what they name and of the base IRI, never of a counter, so that equal data give equal triples.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from pyoxigraph import NamedNode

from sotegraph.formats import Format
from sotegraph.publication import Publication
from sotegraph.terms import shorten

EXAMPLES_PATH = "/sparql/.well-known/sparql-examples"
"""Where the SIB's query editor looks for examples, below the address of the endpoint."""
ENTITY_FEED_PATH, CATALOGUE_FEED_PATH = "/feed/entities", "/feed/catalog"
"""The feeds of what changed, of things and of the catalogue."""
FEEDS_PATH = "/feed"
"""The page that explains them."""
VOID_PATH = "/void"
"""The description of the data in figures."""
OPENAPI_PATH = "/openapi.json"
"""The description of everything that has an address for programs."""
CATALOG_PATH = "/catalog"
"""The catalogue of what is offered, for portals and for people."""
_W3C_FORMATS = "http://www.w3.org/ns/formats/"
_W3C_NAMES = {
    "srj": "SPARQL_Results_JSON",
    "srx": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "jsonld": "JSON-LD",
    "nt": "N-Triples",
    "rdf": "RDF_XML",
}


def format_iri(form: Format) -> NamedNode:
    """Return the IRI that the W3C gave to *form* (https://www.w3.org/ns/formats/)."""
    return NamedNode(_W3C_FORMATS + _W3C_NAMES[form.suffix])


@dataclass(frozen=True)
class Names:
    """The names of one publication's nodes."""

    base: str
    prefixes: Mapping[str, str]

    @classmethod
    def of(cls, publication: Publication) -> Names:
        """The names at the base IRI of *publication*."""
        return cls(publication.base_iri, publication.prefixes)

    @property
    def endpoint(self) -> NamedNode:
        """The SPARQL endpoint, where the publication is at home."""
        return NamedNode(f"{self.base}/sparql")

    @property
    def service(self) -> NamedNode:
        """The service that answers at the endpoint."""
        return NamedNode(f"{self.base}/sparql#service")

    @property
    def openapi(self) -> NamedNode:
        """The document that describes the endpoint for programs, with its parameters and errors."""
        return NamedNode(self.base + OPENAPI_PATH)

    @property
    def offered(self) -> NamedNode:
        """The RDF dataset, in the sense of SPARQL, that the service offers."""
        return NamedNode(f"{self.base}/sparql#dataset")

    @property
    def void(self) -> NamedNode:
        """The document that describes the data in figures."""
        return NamedNode(self.base + VOID_PATH)

    def node(self, fragment: str) -> NamedNode:
        """The node called *fragment* of that document."""
        return NamedNode(f"{self.base}{VOID_PATH}#{fragment}")

    @property
    def dataset(self) -> NamedNode:
        """Everything that the files of the publication say."""
        return self.node("dataset")

    def content(self, graph: str) -> NamedNode:
        """What is in the graph called *graph*, as distinct from its name."""
        home = f"{self.base}/id/graph/"
        return self.node("graph/" + (graph[len(home) :] if graph.startswith(home) else self.short(graph)))

    def part(self, whole: NamedNode, kind: str, iri: str) -> NamedNode:
        """The part of *whole* that *iri*, a class, a property or a datatype, makes out."""
        return NamedNode(f"{whole.value}/{kind}/{self.short(iri)}")

    def short(self, iri: str) -> str:
        """*iri* as a piece of a fragment: a compact name where a prefix fits."""
        compact = shorten(iri, self.prefixes)
        return quote(iri, safe=":") if compact.startswith("<") else compact

    @property
    def examples(self) -> NamedNode:
        """The graph of example queries, and the document that holds them."""
        return NamedNode(self.base + EXAMPLES_PATH)

    @property
    def feed(self) -> NamedNode:
        """The stream of all changes of things."""
        return NamedNode(f"{self.base}{ENTITY_FEED_PATH}#stream")

    @property
    def feeds(self) -> NamedNode:
        """The page that explains the feeds."""
        return NamedNode(self.base + FEEDS_PATH)

    @property
    def catalogue_feed(self) -> NamedNode:
        """The feed of the changes of the catalogue."""
        return NamedNode(self.base + CATALOGUE_FEED_PATH)

    @property
    def catalogue_feed_service(self) -> NamedNode:
        """The service that sends that feed."""
        return NamedNode(f"{self.base}{CATALOGUE_FEED_PATH}#service")

    def example(self, name: str) -> NamedNode:
        """The example made of the question *name*."""
        return NamedNode(f"{self.examples.value}/{name}")

    @property
    def catalog(self) -> NamedNode:
        """The catalogue of what is offered."""
        return NamedNode(self.base + CATALOG_PATH)

    def catalogued(self, name: str) -> NamedNode:
        """The dataset *name* as portals know it, apart from the graph that holds its statements."""
        return NamedNode(f"{self.base}/id/dataset/{name}")

    def document(self, thing: NamedNode) -> NamedNode:
        """The page about a thing of the publication."""
        return NamedNode(thing.value.replace(f"{self.base}/id/", f"{self.base}/doc/", 1))

    @property
    def access(self) -> NamedNode:
        """The service at the endpoint as the way to a distribution.

        Harvesters that take services for themselves leave out those that a distribution names: so it is another node.
        """
        return NamedNode(f"{self.base}/sparql#access")
