"""The data and the shapes of the small publication, and one shapes graph to write in a test."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from sotegraph.publication import Publication
from sotegraph.validation import ShapeSet

PREFIXES = """
@prefix ex: <http://example.org/> .
@prefix pub: <https://w3id.org/sotegraph/ns/publication#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
Graph = Callable[[str], list[Quad]]


def turtle(text: str) -> list[Quad]:
    return list(parse(PREFIXES + text, format=RdfFormat.TURTLE, rename_blank_nodes=True))


@pytest.fixture(scope="session")
def graph() -> Graph:
    """Parses Turtle without its prefixes."""
    return turtle


@pytest.fixture(scope="session")
def library_data(publication: Publication) -> list[Quad]:
    """The data of the small publication."""
    parts = ("/id/graph/ontology", "/id/graph/shapes")
    return [
        quad for file in publication.files if not file.graph.value.endswith(parts) for quad in publication.read(file)
    ]


@pytest.fixture(scope="session")
def library_shapes(publication: Publication) -> ShapeSet:
    """Its shapes, with the ontology that declares their prefixes."""
    parts = ("/id/graph/ontology", "/id/graph/shapes")
    files = [file for file in publication.files if file.graph.value.endswith(parts)]
    return ShapeSet.read(quad for file in files for quad in publication.read(file))
