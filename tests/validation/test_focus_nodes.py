"""Shapes aimed at chosen nodes, as tests aim them, say of them exactly what a run over everything says of them."""

from __future__ import annotations

from typing import Any

import pytest
from pyoxigraph import NamedNode, Quad

from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation import Report, Result, ShapeSet, validate
from sotegraph.validation.pyshacl_engine import PySHACL
from tests.validation.aiming import aimed
from tests.validation.conftest import Graph

EX = "http://example.org/"


def chosen_of(results: tuple[Result, ...], nodes: set[Any]) -> list[Result]:
    return [each for each in results if each.focus in nodes]


@pytest.mark.parametrize("step", [2, 3, 5])
def test_a_run_on_chosen_nodes_is_the_full_run_restricted_to_them(
    step: int, broken_data: list[Quad], library_shapes: ShapeSet, broken_report: Report
) -> None:
    nodes = set(sorted({quad.subject for quad in broken_data}, key=str)[::step])
    some = validate(broken_data, aimed(library_shapes, nodes, broken_data), engine=PySHACL())
    expected = chosen_of(broken_report.results, nodes)
    assert list(some.results) == expected
    assert 0 < len(expected) < len(broken_report.results)


def test_no_chosen_node_gives_no_result(broken_data: list[Quad], library_shapes: ShapeSet) -> None:
    assert validate(broken_data, aimed(library_shapes, [], broken_data), engine=PySHACL()).conforms_strictly


@pytest.mark.parametrize(
    "target",
    [
        "sh:targetClass ex:C",
        "sh:targetNode ex:a , ex:b",
        "sh:targetSubjectsOf ex:p",
        "sh:targetObjectsOf ex:q",
        "a rdfs:Class",
    ],
)
def test_every_kind_of_target_is_aimed(target: str, graph: Graph) -> None:
    shapes = ShapeSet.read(
        graph(f"ex:S a sh:NodeShape ; {target} ; sh:property ex:P . ex:P sh:path ex:z ; sh:minCount 1 .")
    )
    data = graph(
        """ex:Sub rdfs:subClassOf ex:C . ex:a a ex:Sub , ex:S ; ex:p 1 . ex:b a ex:C , ex:S ; ex:p 2 .
        ex:x ex:q ex:a , ex:b ."""
    )
    everything = validate(data, shapes, engine=PySHACL())
    one = validate(data, aimed(shapes, [NamedNode(EX + "a")], data), engine=PySHACL())
    assert {each.focus.value for each in everything.results} == {EX + "a", EX + "b"}
    assert {each.focus.value for each in one.results} == {EX + "a"}


def test_stubs_of_other_things_are_not_judged(library_data: list[Quad], library_shapes: ShapeSet) -> None:
    books = {quad.subject for quad in library_data if quad.object == term("schema:Book")}
    book = min(books, key=str)
    stubs = [quad for quad in library_data if quad.subject == book or quad.predicate == RDF_TYPE]
    report = validate(stubs, aimed(library_shapes, [book], stubs), engine=PySHACL())
    assert {each.focus for each in report.results} <= {book}
