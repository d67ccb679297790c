"""The graphs that the publisher computes from a version and adds to it: figures, endpoint, examples, catalogue.

They are functions of the version, the settings and, for when each graph changed, the history: no clock, no counter, no
blank node. The version's id covers what the files say and not these graphs, and what they count are the triples of the
files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from pyoxigraph import Literal, NamedNode, Quad, Triple

from sotegraph.catalog.changes import LastChanges
from sotegraph.catalog.datasets import catalog_triples
from sotegraph.catalog.examples import example_triples
from sotegraph.catalog.graphs import Computed, Describer
from sotegraph.catalog.service import service_triples
from sotegraph.catalog.tallies import Tallies
from sotegraph.catalog.void import void_triples
from sotegraph.messages import read_messages
from sotegraph.publication import Publication
from sotegraph.questions import Question
from sotegraph.settings import Settings
from sotegraph.store import Version
from sotegraph.terms import CATALOG, SERVICE, VOID, term


def compute(
    version: Version,
    publication: Publication,
    questions: Sequence[Question],
    settings: Settings,
    changed: LastChanges | None = None,
    *,
    tallies: Tallies | None = None,
) -> Iterator[Quad]:
    """The computed graphs of *version*, which holds only what the files of *publication* say so far.

    *changed* tells of datasets when they changed last, where there is a history that knows. *tallies*
    are what was counted of the version's graphs; without them it is counted.
    """
    describer = Describer(version, publication, read_messages())
    graphs = (
        _figures(describer, tallies),
        _examples(describer, questions),
        _service(describer, settings),
        _catalogue(describer, settings, changed),
    )
    described = chain(
        *(describer.own(each) for each in version.graphs),
        *(describer.computed(each) for each in graphs),
        describer.computation(),
    )
    contents = {each.graph: set(each.triples) for each in graphs}
    contents[publication.graph(SERVICE)] |= set(described)
    contents[publication.graph(VOID)] |= _sizes(describer, contents, publication.graph(VOID))
    for graph, triples in contents.items():
        for each in triples:
            yield Quad(each.subject, each.predicate, each.object, graph)


def _figures(describer: Describer, tallies: Tallies | None) -> Computed:
    return Computed(
        describer.publication.graph(VOID),
        lambda translate: translate("The data in figures (VoID)"),
        lambda translate: translate(
            "How many statements, things, classes and properties there are, in all and in each graph, and where the "
            "links lead. The server counts when it loads a version, and leaves out what it adds itself: this graph, "
            "the description of the endpoint, and the example queries."
        ),
        frozenset(void_triples(describer.version, describer.publication, tallies)),
    )


def _examples(describer: Describer, questions: Sequence[Question]) -> Computed:
    return Computed(
        describer.names.examples,
        lambda translate: translate("Example queries and prefixes"),
        lambda translate: translate(
            "The questions of this publication as queries that run as they stand, and the prefixes of its vocabularies."
        ),
        frozenset(example_triples(describer.version, describer.publication, questions)),
    )


def _service(describer: Describer, settings: Settings) -> Computed:
    return Computed(
        describer.publication.graph(SERVICE),
        lambda translate: translate("Description of the SPARQL endpoint"),
        lambda translate: translate(
            "What the endpoint understands, in which forms it answers, its limits, and the graphs that can be queried."
        ),
        frozenset(service_triples(describer, settings)),
    )


def _catalogue(describer: Describer, settings: Settings, changed: LastChanges | None) -> Computed:
    known = changed.known if changed else {}
    triples = frozenset(catalog_triples(describer, settings, known))
    if changed and (dated := changed.with_descriptions(triples)) != known:
        triples = frozenset(catalog_triples(describer, settings, dated))
    return Computed(
        describer.publication.graph(CATALOG),
        lambda translate: translate("Catalogue of the datasets (DCAT)"),
        lambda translate: translate(
            "The whole and each source as datasets, as open-data portals harvest them: who publishes them, on which "
            "terms, in which files and services."
        ),
        triples,
    )


def _sizes(describer: Describer, contents: dict[NamedNode, set[Triple]], home: NamedNode) -> set[Triple]:
    """How many triples each graph of *contents* and the default graph have, when these statements stand in *home*.

    A statement of a size is a triple itself, and nothing else says of these nodes how large they are.
    """
    names, version = describer.names, describer.version
    own = len(contents) + 1
    new = {each for triples in contents.values() for each in triples if not version.says(each)}
    sizes = {names.node("default"): version.triples + len(new) + own}
    for graph, triples in contents.items():
        sizes[names.content(graph.value)] = len(triples) + (own if graph == home else 0)
    return {Triple(node, term("void:triples"), Literal(size)) for node, size in sizes.items()}
