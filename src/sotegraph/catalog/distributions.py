"""How a dataset is to be had: files to be downloaded, tables, the endpoint for queries, and the feed of changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.catalog.codes import media_type
from sotegraph.catalog.names import ENTITY_FEED_PATH, Names
from sotegraph.catalog.stated import Stated
from sotegraph.catalog.telling import Said, Translate, spoken
from sotegraph.dumps import TABLES, Offer
from sotegraph.facts import Texts
from sotegraph.formats import FEED_FORMATS, RESULTS_CSV, RESULTS_JSON, Format
from sotegraph.messages import Messages
from sotegraph.publication import Collection
from sotegraph.terms import RDF_TYPE, term

SPARQL_PROTOCOL = NamedNode("https://www.w3.org/TR/sparql11-protocol/")
LDES = NamedNode("https://w3id.org/ldes/specification")
DCAT_AP_FEEDS = NamedNode("https://semiceu.github.io/LDES-DCAT-AP-feeds/")


@dataclass(frozen=True)
class Way:
    """One way to a dataset, before it is said in DCAT.

    *address* is where it is, *download* whether that is the file itself; *form* is what one gets there, and *standard*
    what it follows besides.
    """

    name: str
    titles: Texts
    descriptions: Texts
    address: str
    form: Format
    download: bool = True
    standard: NamedNode | None = None
    compression: str | None = None
    packaging: str | None = None


@dataclass(frozen=True)
class Ways:
    """The ways to the datasets of a publication."""

    stated: Stated
    names: Names
    messages: Messages

    def _said(self, said: Said) -> Texts:
        return spoken(self.stated.publication, self.messages, said)

    def file(self, offer: Offer) -> Way:
        """A file with all statements, or all tables."""
        form = offer.form

        def title(translate: Translate) -> str:
            return translate("Tables (CSV, zipped)") if form is TABLES else f"{form.inside.label} (gzip)"

        def description(translate: Translate) -> str:
            if form is TABLES:
                return translate("A table of the things of each list, all in one archive.")
            return translate("All statements in one file, compressed.")

        return Way(
            name=form.suffix.replace(".", "-"),
            titles=self._said(title),
            descriptions=self._said(description),
            address=self.names.base + offer.path(),
            form=form.inside,
            compression=form.compression,
            packaging=form.packaging,
        )

    def table(self, collection: Collection) -> Way:
        """The table of one list."""
        return Way(
            name=f"csv-{collection.segment.replace('/', '-')}",
            titles={language: f"{text} (CSV)" for language, text in collection.labels.items()},
            descriptions=collection.descriptions,
            address=f"{self.names.base}/{collection.segment}.csv",
            form=RESULTS_CSV,
        )

    def endpoint(self, graph: NamedNode | None) -> Way:
        """Queries on the whole, or on what stands in *graph*."""

        def said(translate: Translate) -> str:
            if graph is None:
                return translate("Ask the whole graph in SPARQL and take the answer as a table, CSV or JSON.")
            return translate("Ask in SPARQL; these statements stand in the graph {graph}.").format(graph=graph.value)

        return Way(
            name="sparql",
            titles=self._said(lambda translate: translate("SPARQL endpoint")),
            descriptions=self._said(said),
            address=self.names.endpoint.value,
            form=RESULTS_JSON,
            download=False,
            standard=SPARQL_PROTOCOL,
        )

    def feed(self) -> Way:
        """What was created, changed and removed, as a stream of events."""
        return Way(
            name="feed",
            titles=self._said(lambda translate: translate("Feed of changes (LDES)")),
            descriptions=self._said(
                lambda translate: translate(
                    "What was created, changed and removed, page by page, for programs that follow."
                )
            ),
            address=self.names.base + ENTITY_FEED_PATH,
            form=FEED_FORMATS[0],
            download=False,
            standard=LDES,
        )

    def triples(self, dataset: NamedNode, graph: NamedNode | None, way: Way) -> Iterator[Triple]:
        """The distribution of *dataset*, which holds what is in *graph* or everything, that *way* is."""
        node = NamedNode(f"{dataset.value}#{way.name}")
        yield Triple(dataset, term("dcat:distribution"), node)
        yield Triple(node, RDF_TYPE, term("dcat:Distribution"))
        for name, texts in (("dct:title", way.titles), ("dct:description", way.descriptions)):
            for language, text in texts.items():
                yield Triple(node, term(name), Literal(text, language=language or None))
        yield Triple(node, term("dcat:accessURL"), NamedNode(way.address))
        if way.download:
            yield Triple(node, term("dcat:downloadURL"), NamedNode(way.address))
        if code := self.stated.codes.file_type(way.form.suffix):
            yield Triple(node, term("dct:format"), code)
        yield Triple(node, term("dcat:mediaType"), media_type(way.form.media_type))
        for name, type_ in (("dcat:compressFormat", way.compression), ("dcat:packageFormat", way.packaging)):
            if type_:
                yield Triple(node, term(name), media_type(type_))
        for name in ("dct:license", "dcatap:availability", "dcatap:applicableLegislation"):
            for value in self.stated.inherited(graph, name):
                yield Triple(node, term(name), value)
        for value in rights_of(self.stated, graph):
            yield Triple(node, term("dct:rights"), NamedNode(f"{dataset.value}#rights"))
            yield Triple(NamedNode(f"{dataset.value}#rights"), term("rdfs:label"), value)
            yield Triple(NamedNode(f"{dataset.value}#rights"), RDF_TYPE, term("dct:RightsStatement"))
        if way.standard is not None:
            yield Triple(node, term("dct:conformsTo"), way.standard)
        if way.standard == SPARQL_PROTOCOL:
            yield Triple(node, term("dcat:accessService"), self.names.access)


def rights_of(stated: Stated, graph: NamedNode | None) -> list[Literal]:
    """The texts on who holds which rights."""
    return [each for each in stated.inherited(graph, "dct:rights") if isinstance(each, Literal)]
