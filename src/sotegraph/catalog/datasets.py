"""The catalogue of what is offered (DCAT 3, DCAT-AP 3): the whole, a dataset for each source, and the services.

It says what the files of the publication state and what can be computed. Every node has an IRI, so that a portal that
harvests again knows what it has; nothing depends on the moment, so that an unchanged dataset stays unchanged from
version to version. There are no sizes and checksums, for nobody can tell them to everybody: a size is exactly
``xsd:nonNegativeInteger`` for DCAT-AP 3 and exactly ``xsd:decimal`` for avoindata.fi, whose shapes also let no checksum
stand but SHA-1. The lists of the files tell both, and so do packages for portals of CKAN.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.catalog.codes import PUBLIC, THEMES
from sotegraph.catalog.distributions import DCAT_AP_FEEDS, LDES, SPARQL_PROTOCOL, Ways
from sotegraph.catalog.graphs import Describer
from sotegraph.catalog.names import Names
from sotegraph.catalog.stated import Stated
from sotegraph.catalog.telling import named
from sotegraph.dumps import offered
from sotegraph.facts import Texts
from sotegraph.settings import Settings
from sotegraph.store import Term
from sotegraph.terms import RDF_TYPE, WHOLE, term

_CODED = frozenset(
    term(name)
    for name in (
        *("dct:language", "dct:accrualPeriodicity", "dct:license", "dct:accessRights", "dct:spatial", "dct:format"),
        *("dcat:theme", "dcat:themeTaxonomy", "dcatap:availability", "dcatap:hvdCategory", "dct:type"),
    )
)
_INHERITED = (
    *("dct:publisher", "dcat:contactPoint", "dct:license", "dcat:keyword", "dcat:theme", "dct:spatial"),
    *("dct:accrualPeriodicity", "dcatap:applicableLegislation", "dcatap:hvdCategory"),
)
_OWN = ("prov:hadPrimarySource", "dct:creator", "dcat:version", "dcat:hasVersion")
_OF_SERVICES = ("dct:publisher", "dcat:contactPoint", "dct:license", "dcat:keyword", "dcat:theme")
_MAIL = "mailto:"


def catalog_triples(describer: Describer, settings: Settings, changed: Mapping[str, datetime]) -> Iterator[Triple]:
    """The catalogue; *changed* tells of datasets when they changed last, as far as the history of versions knows."""
    stated = Stated(describer.version, describer.publication, changed)
    cataloguer = _Cataloguer(describer, stated, describer.names, settings)
    triples = set(cataloguer.everything())
    yield from triples
    for value in {each.object for each in triples if each.predicate in _CODED}:
        if isinstance(value, NamedNode):
            yield from stated.named(value)


@dataclass(frozen=True)
class _Cataloguer:
    describer: Describer
    stated: Stated
    names: Names
    settings: Settings

    def everything(self) -> Iterator[Triple]:
        sources = list(self.stated.sources())
        yield from self._catalog([graph for _, graph in sources])
        yield from self._whole([graph for _, graph in sources])
        for name, graph in sources:
            yield from self._source(name, graph)
        yield from self._distributions(dict(sources))
        yield from self._services()
        yield from self._feed()
        yield from self._agents([None, *(graph for _, graph in sources)])

    def _texts(self, node: NamedNode, name: str, texts: Texts) -> Iterator[Triple]:
        for language, text in texts.items():
            yield Triple(node, term(name), Literal(text, language=language or None))

    def _catalog(self, graphs: list[NamedNode]) -> Iterator[Triple]:
        node, publication, messages = self.names.catalog, self.describer.publication, self.describer.messages
        yield Triple(node, RDF_TYPE, term("dcat:Catalog"))
        yield from self._texts(
            node, "dct:title", named(publication, messages, lambda translate: translate("{name}: datasets"))
        )
        yield from self.describer.texts(
            node,
            "dct:description",
            lambda translate: translate("The datasets of this publication, with their files, tables and services."),
        )
        for name in ("dct:publisher", "dct:license", "dct:spatial", "dcat:contactPoint"):
            yield from self._copied(node, name, self.stated.inherited(None, name))
        yield from self._dates(node, self.names.catalogued(WHOLE), graphs)
        yield from self._languages(node)
        yield Triple(node, term("foaf:homepage"), self.stated.own)
        yield Triple(node, term("dcat:themeTaxonomy"), THEMES)
        for service in (self.names.service, self.names.catalogue_feed_service):
            yield Triple(node, term("dcat:service"), service)
        yield Triple(node, term("dcat:dataset"), self.names.catalogued(WHOLE))
        for name, _ in self.stated.sources():
            yield Triple(node, term("dcat:dataset"), self.names.catalogued(name))

    def _whole(self, graphs: list[NamedNode]) -> Iterator[Triple]:
        node, publication = self.names.catalogued(WHOLE), self.describer.publication
        yield from self._texts(node, "dct:title", publication.titles)
        yield from self._texts(node, "dct:description", publication.descriptions)
        yield from self._dates(node, node, graphs)
        yield Triple(node, term("dcat:version"), Literal(self.stated.version.short_id))
        yield Triple(node, term("rdfs:seeAlso"), self.names.dataset)
        yield Triple(node, term("foaf:page"), self.names.void)
        yield from self._dataset(node, None)

    def _source(self, name: str, graph: NamedNode) -> Iterator[Triple]:
        node, titles = self.names.catalogued(name), self.stated.texts(graph, "dct:title")
        whole = self.describer.publication.titles
        # In a portal a title stands among those of others.
        full = {each: f"{whole[each]}: {text}" if each in whole else text for each, text in titles.items()}
        yield from self._texts(node, "dct:title", full)
        yield from self._texts(node, "dct:description", self.stated.texts(graph, "dct:description"))
        yield from self._dates(node, node, [graph])
        yield Triple(node, term("dct:isPartOf"), self.names.catalogued(WHOLE))
        yield Triple(node, term("prov:wasDerivedFrom"), graph)
        yield Triple(node, term("foaf:page"), self.names.document(graph))
        yield Triple(node, term("rdfs:seeAlso"), self.names.content(graph.value))
        provenance = NamedNode(f"{node.value}#provenance")
        if texts := self.stated.texts(graph, "dct:provenance"):
            yield Triple(node, term("dct:provenance"), provenance)
            yield Triple(provenance, RDF_TYPE, term("dct:ProvenanceStatement"))
            yield from self._texts(provenance, "rdfs:label", texts)
        for own in _OWN:
            yield from self._copied(node, own, self.stated.values(graph, own))
        yield from self._dataset(node, graph)

    def _dataset(self, node: NamedNode, graph: NamedNode | None) -> Iterator[Triple]:
        """What every dataset has."""
        yield Triple(node, RDF_TYPE, term("dcat:Dataset"))
        yield Triple(node, term("dct:identifier"), Literal(node.value))
        yield Triple(node, term("dcat:landingPage"), self.names.document(node))
        for name in _INHERITED:
            yield from self._copied(node, name, self.stated.inherited(graph, name))
        for own in sorted(each.value for each in self._more()):
            values = list(self.stated.version.objects(graph, NamedNode(own))) if graph else []
            for value in values or self.stated.version.objects(self.stated.own, NamedNode(own)):
                yield Triple(node, NamedNode(own), value)
        yield from self._copied(node, "dct:accessRights", self.stated.inherited(graph, "dct:accessRights") or [PUBLIC])
        yield from self._languages(node)
        yield from self._standards(node)
        yield from self._periods(node, graph)

    def _more(self) -> list[NamedNode]:
        """The properties besides that the publication wants in its catalogue."""
        stated = self.stated.values(self.stated.own, "pub:catalogueProperty")
        return [each for each in stated if isinstance(each, NamedNode)]

    def _copied(self, node: NamedNode, name: str, values: Iterable[Term]) -> Iterator[Triple]:
        return (Triple(node, term(name), each) for each in values)

    def _dates(self, node: NamedNode, dataset: NamedNode, graphs: list[NamedNode]) -> Iterator[Triple]:
        """The days of *dataset*, whose statements stand in *graphs*, at *node*."""
        modified = self.stated.modified(dataset, graphs)
        for name, day in (("dct:issued", self.stated.issued(graphs)), ("dct:modified", modified)):
            if day is not None:
                yield Triple(node, term(name), day)

    def _languages(self, node: NamedNode) -> Iterator[Triple]:
        for tag in self.describer.publication.languages:
            if code := self.stated.codes.language(tag):
                yield Triple(node, term("dct:language"), code)

    def _standards(self, node: NamedNode) -> Iterator[Triple]:
        """What the data conforms to: the shapes, and the vocabulary."""
        shapes = NamedNode(f"{self.names.base}/shapes")
        yield Triple(node, term("dct:conformsTo"), shapes)
        yield from self.describer.texts(shapes, "dct:title", lambda translate: translate("Data requirements"))
        if path := self.describer.publication.vocabulary_path:
            vocabulary = NamedNode(self.names.base + path)
            yield Triple(node, term("dct:conformsTo"), vocabulary)
            yield from self.describer.texts(vocabulary, "dct:title", lambda translate: translate("Vocabulary"))

    def _periods(self, node: NamedNode, graph: NamedNode | None) -> Iterator[Triple]:
        """What time the data is about, where the source or the publication says so."""
        for number, given in enumerate(self.stated.values(graph or self.stated.own, "dct:temporal"), 1):
            if isinstance(given, Literal | Triple):
                continue
            period = NamedNode(f"{node.value}#period" + (f"-{number}" if number > 1 else ""))
            yield Triple(node, term("dct:temporal"), period)
            yield Triple(period, RDF_TYPE, term("dct:PeriodOfTime"))
            for name in ("dcat:startDate", "dcat:endDate"):
                yield from self._copied(period, name, self.stated.values(given, name))

    def _distributions(self, graphs: Mapping[str, NamedNode]) -> Iterator[Triple]:
        ways = Ways(self.stated, self.names, self.describer.messages)
        listed = {WHOLE: None, **graphs}
        for offer in offered(self.describer.publication, self.stated.version):
            if offer.dataset in listed:
                node = self.names.catalogued(offer.dataset)
                yield from ways.triples(node, listed[offer.dataset], ways.file(offer))
        for name, graph in listed.items():
            yield from ways.triples(self.names.catalogued(name), graph, ways.endpoint(graph))
        yield from ways.triples(self.names.catalogued(WHOLE), None, ways.feed())
        for collection in self.describer.publication.collections:
            if collection.on_front_page:
                yield from ways.triples(self.names.catalogued(WHOLE), None, ways.table(collection))

    def _services(self) -> Iterator[Triple]:
        """The endpoint, once for itself and once as the way to the distributions."""
        publication, messages = self.describer.publication, self.describer.messages
        for node in (self.names.service, self.names.access):
            yield Triple(node, RDF_TYPE, term("dcat:DataService"))
            yield from self._texts(
                node, "dct:title", named(publication, messages, lambda translate: translate("{name}: SPARQL endpoint"))
            )
            yield from self.describer.texts(
                node,
                "dct:description",
                lambda translate: translate(
                    "Ask the whole graph in SPARQL and take the answer as a table, CSV or JSON."
                ),
            )
            yield Triple(node, term("dcat:endpointURL"), self.names.endpoint)
            # Asked without a query, the endpoint describes itself (SPARQL 1.1 Service Description).
            yield Triple(node, term("dcat:endpointDescription"), self.names.endpoint)
            yield Triple(node, term("dct:conformsTo"), SPARQL_PROTOCOL)
            yield Triple(node, term("dct:accessRights"), PUBLIC)
            yield Triple(node, term("foaf:page"), self.names.endpoint)
            for name in _OF_SERVICES:
                yield from self._copied(node, name, self.stated.inherited(None, name))
        yield Triple(self.names.service, term("dct:identifier"), Literal(self.names.service.value))
        yield Triple(self.names.service, term("dcat:landingPage"), self.names.endpoint)
        yield Triple(self.names.service, term("dcat:servesDataset"), self.names.catalogued(WHOLE))
        yield from self.describer.texts(
            self.names.endpoint, "dct:title", lambda translate: translate("SPARQL endpoint")
        )
        for standard, title in ((SPARQL_PROTOCOL, "SPARQL 1.1 Protocol"), (LDES, "Linked Data Event Streams")):
            yield Triple(standard, term("dct:title"), Literal(title, language="en"))

    def _feed(self) -> Iterator[Triple]:
        """The feed of the catalogue as a service: as a dataset, which its stream is as well, portals would list it."""
        publication, messages, node = (
            self.describer.publication,
            self.describer.messages,
            self.names.catalogue_feed_service,
        )
        yield Triple(node, RDF_TYPE, term("dcat:DataService"))
        titles = named(publication, messages, lambda translate: translate("{name}: changes of the catalogue"))
        yield from self._texts(node, "dct:title", titles)
        yield from self.describer.texts(
            node,
            "dct:description",
            lambda translate: translate(
                "What was created, changed and removed, page by page, for programs that follow."
            ),
        )
        yield Triple(node, term("dcat:endpointURL"), self.names.catalogue_feed)
        yield Triple(node, term("dcat:endpointDescription"), self.names.openapi)
        for standard, title in ((LDES, None), (DCAT_AP_FEEDS, "DCAT-AP Feeds")):
            yield Triple(node, term("dct:conformsTo"), standard)
            if title:
                yield Triple(standard, term("dct:title"), Literal(title, language="en"))
        yield Triple(node, term("dct:accessRights"), PUBLIC)
        yield Triple(node, term("dct:identifier"), Literal(node.value))
        yield Triple(node, term("dcat:landingPage"), self.names.feeds)
        yield Triple(node, term("foaf:page"), self.names.feeds)
        yield Triple(node, term("dcat:servesDataset"), self.names.catalogued(WHOLE))
        for name in _OF_SERVICES:
            yield from self._copied(node, name, self.stated.inherited(None, name))

    def _agents(self, graphs: list[NamedNode | None]) -> Iterator[Triple]:
        """Who publishes, and whom to write to: what the files say of them."""
        kinds = {
            "dct:publisher": ("foaf:Agent", "foaf:Organization"),
            "dct:creator": ("foaf:Agent", "foaf:Organization"),
            "dcat:contactPoint": ("vcard:Kind", "vcard:Organization"),
        }
        for name, classes in kinds.items():
            for agent in {each for graph in graphs for each in self.stated.inherited(graph, name)}:
                if isinstance(agent, NamedNode):
                    yield from (Triple(agent, RDF_TYPE, term(each)) for each in classes)
                    yield from self._agent(agent, is_contact=name == "dcat:contactPoint")

    def _agent(self, agent: NamedNode, *, is_contact: bool) -> Iterator[Triple]:
        """What is said of *agent*; the operator's own address, if it is one for mail, takes the place of the file's."""
        mail, given = term("vcard:hasEmail"), self.settings.feedback_address or ""
        own = is_contact and "@" in given and not given.startswith(("http://", "https://"))
        name = "vcard:fn" if is_contact else "foaf:name"
        yield from self._copied(agent, "skos:prefLabel", self.stated.values(agent, name))
        for triple in self.stated.version.outgoing(agent):
            if not (own and triple.predicate == mail):
                yield triple
        if own:
            yield Triple(agent, mail, NamedNode(_MAIL + given))
