"""A class that a shape demands beside another is missed once, and only if the shape is in force."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode

from sotegraph.terms import RDF_TYPE
from sotegraph.validation import ShapeSet
from sotegraph.validation.superclasses import Superclasses
from tests.validation.conftest import Graph

EX = "http://example.org/"
SHAPES = """
ex:Cat a sh:NodeShape ; sh:targetClass ex:Cat ; sh:property ex:Cat-type .
ex:Cat-type sh:path rdf:type ; sh:hasValue ex:Animal .
ex:Animal a sh:NodeShape ; sh:targetClass ex:Animal .
"""
RDF = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> ."


def missing(graph: Graph, further: str) -> list[str]:
    shapes = ShapeSet.read(graph(RDF + SHAPES + further))
    found = Superclasses(shapes).missing(each.triple for each in graph("ex:tom a ex:Cat ."))
    assert all(triple.predicate == RDF_TYPE and triple.subject == NamedNode(EX + "tom") for triple, _ in found)
    return [triple.object.value for triple, _ in found]


def test_a_class_that_a_shape_demands_is_missed(graph: Graph) -> None:
    assert missing(graph, "") == [EX + "Animal"]


@pytest.mark.parametrize("shape", ["Cat", "Cat-type", "Animal"])
def test_a_shape_that_is_not_in_force_demands_and_describes_nothing(graph: Graph, shape: str) -> None:
    assert missing(graph, f"ex:{shape} sh:deactivated true .") == []
