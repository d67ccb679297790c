"""The data and the shapes of the small publication, and one shapes graph to write in a test."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from sotegraph.publication import Publication
from sotegraph.terms import term
from sotegraph.validation import Report, ShapeSet, validate
from sotegraph.validation.pyshacl_engine import PySHACL

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


@pytest.fixture(scope="session")
def broken_data(library_data: list[Quad]) -> list[Quad]:
    """The data with the title of every other book gone, and one holding doubled in time."""
    title = term("dct:title")
    titled = sorted({str(quad.subject) for quad in library_data if quad.predicate == title})[::2]
    kept = [quad for quad in library_data if quad.predicate != title or str(quad.subject) not in titled]
    return [quad for quad in kept if quad.predicate != term("dcat:endDate")]


@pytest.fixture(scope="session")
def broken_report(broken_data: list[Quad], library_shapes: ShapeSet) -> Report:
    """What pySHACL finds in the broken data: what every other way to find it is compared with."""
    return validate(broken_data, library_shapes, engine=PySHACL())
