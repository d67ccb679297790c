"""The whole dataset, or one graph of it, as a file."""

from __future__ import annotations

from typing import BinaryIO

from pyoxigraph import NamedNode

from sotegraph.errors import NotFound
from sotegraph.formats import DATASET_FORMATS, GRAPH_FORMATS, by_suffix
from sotegraph.publication import Publication
from sotegraph.store import Version


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
