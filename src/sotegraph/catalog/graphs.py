"""The named graphs of the default dataset, described: name, title, content, and where the computed ones come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from sotegraph import __version__
from sotegraph.catalog.names import Names
from sotegraph.catalog.telling import Said, spoken
from sotegraph.catalog.void import dates_of
from sotegraph.messages import Messages
from sotegraph.publication import Publication
from sotegraph.store import Version
from sotegraph.terms import RDF_TYPE, term

_TITLES: Mapping[str, Said] = {
    "ontology": lambda translate: translate("Vocabulary"),
    "shapes": lambda translate: translate("Data requirements"),
    "provenance": lambda translate: translate("Descriptions of the sources"),
}
"""What the graphs are called that every publication has, where it has no name of its own for them."""


@dataclass(frozen=True)
class Computed:
    """A graph that the publisher computes: its IRI, what it is, and its triples."""

    graph: NamedNode
    title: Said
    description: Said
    triples: frozenset[Triple]


@dataclass(frozen=True)
class Describer:
    """Describes the graphs of *version* in the languages of *publication*."""

    version: Version
    publication: Publication
    messages: Messages

    @property
    def names(self) -> Names:
        """The IRIs of the publication."""
        return Names.of(self.publication)

    def texts(self, node: NamedNode, name: str, said: Said) -> Iterator[Triple]:
        """What is *said*, as values of *name*: one in each language of the publication that the catalogue has."""
        for language, text in spoken(self.publication, self.messages, said).items():
            yield Triple(node, term(name), Literal(text, language=language))

    def own(self, graph: str) -> Iterator[Triple]:
        """A graph of the publication itself."""
        node, content, title = NamedNode(graph), self.names.content(graph), term("dct:title")
        yield from self._named(node)
        stated = [Triple(content, title, each) for each in self.version.objects(node, title)]
        usual = next((said for name, said in _TITLES.items() if self.publication.graph(name) == node), None)
        if not stated and usual:
            yield from self.texts(node, "dct:title", usual)
            yield from self.texts(content, "dct:title", usual)
        yield from stated

    def computed(self, graph: Computed) -> Iterator[Triple]:
        """A computed graph, described as the files of the publication describe theirs."""
        node = graph.graph
        yield from self._named(node)
        yield Triple(node, RDF_TYPE, term("prov:Entity"))
        yield from self.texts(node, "dct:title", graph.title)
        yield from self.texts(self.names.content(node.value), "dct:title", graph.title)
        yield from self.texts(node, "dct:description", graph.description)
        if self.publication.licence:
            yield Triple(node, term("dct:license"), NamedNode(self.publication.licence))
        for predicate, day in dates_of(self.version):
            yield Triple(node, predicate, day)
        yield Triple(node, term("prov:wasGeneratedBy"), self.names.node("computation"))
        yield Triple(node, term("prov:wasAttributedTo"), self.names.node("software"))

    def computation(self) -> Iterator[Triple]:
        """Who computed the graphs, and from what."""
        computation, software = self.names.node("computation"), self.names.node("software")
        yield Triple(computation, RDF_TYPE, term("prov:Activity"))
        yield from self.texts(
            computation, "dct:title", lambda translate: translate("Computed by the server from this version")
        )
        yield Triple(computation, term("prov:wasAssociatedWith"), software)
        for graph in self.version.graphs:
            yield Triple(computation, term("prov:used"), NamedNode(graph))
        yield Triple(software, RDF_TYPE, term("prov:SoftwareAgent"))
        yield Triple(software, term("dct:title"), Literal(f"sotegraph {__version__}"))
        yield Triple(software, term("owl:versionInfo"), Literal(__version__))

    def _named(self, graph: NamedNode) -> Iterator[Triple]:
        """The name of a graph, and the node that describes its content (Service Description, section 3.2)."""
        content = self.names.content(graph.value)
        yield Triple(self.names.offered, term("sd:namedGraph"), graph)
        yield Triple(graph, RDF_TYPE, term("sd:NamedGraph"))
        yield Triple(graph, term("sd:name"), graph)
        yield Triple(graph, term("sd:graph"), content)
        yield Triple(content, RDF_TYPE, term("sd:Graph"))
