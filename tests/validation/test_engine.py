"""pySHACL is one engine behind the seam: fast by tricks that change no result, and alone with rdflib's switches."""

from __future__ import annotations

import pyshacl
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, Triple
from rdflib.plugins.sparql import processor

from sotegraph.errors import MalformedShapes, TimeLimitReached
from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation import Isolated, Report, Result, ShapeSet, read_results, validate
from sotegraph.validation.pyshacl_engine import BATCHES_FIT_PYSHACL, CACHE_FITS_RDFLIB, PySHACL
from sotegraph.validation.shares import deal
from tests.validation.conftest import Graph

AGES = """
ex:Person a sh:NodeShape ; sh:targetClass ex:Person ; sh:property ex:Person-age .
ex:Person-age a sh:PropertyShape ; sh:path ex:age ; sh:pattern "^[0-9]{2}$" .
"""


def test_the_tricks_fit_the_installed_libraries() -> None:
    assert rdflib.__version__.startswith(CACHE_FITS_RDFLIB)
    assert pyshacl.__version__ in BATCHES_FIT_PYSHACL
    assert PySHACL().cache_queries
    assert PySHACL().batch


@pytest.mark.slow
def test_cached_queries_give_the_same_results(
    broken_data: list[Quad], library_shapes: ShapeSet, broken_report: Report
) -> None:
    plain = validate(broken_data, library_shapes, engine=PySHACL(cache_queries=False))
    assert broken_report.results == plain.results
    assert any(each.source_constraint for each in broken_report.results)
    assert len(broken_report.results) >= 10


def test_focus_nodes_in_one_batch_give_the_same_results(
    broken_data: list[Quad], library_shapes: ShapeSet, broken_report: Report
) -> None:
    single = validate(broken_data, library_shapes, engine=PySHACL(batch=False))
    assert broken_report.results == single.results
    assert len(broken_report.results) >= 10


def test_leaving_out_what_is_for_people_changes_no_result(
    broken_data: list[Quad], library_shapes: ShapeSet, broken_report: Report
) -> None:
    whole = read_results(PySHACL().report([quad.triple for quad in broken_data], library_shapes.triples))
    assert sorted(map(found, whole)) == sorted(map(found, broken_report.results))
    assert len(library_shapes.constraints()) < len(library_shapes.triples) / 2


def found(result: Result) -> tuple[str, ...]:
    parts = (result.focus, result.path, result.value, result.component, result.source_shape)
    return tuple(map(str, parts))


def test_a_process_of_its_own_gives_the_same_results(
    broken_data: list[Quad], library_shapes: ShapeSet, broken_report: Report
) -> None:
    outside = validate(broken_data, library_shapes, engine=Isolated())
    assert broken_report.results == outside.results


def test_shapes_dealt_out_to_several_processes_give_the_same_results(
    broken_data: list[Quad], library_shapes: ShapeSet, broken_report: Report
) -> None:
    padding = [Triple(NamedNode(f"urn:x:{number}"), RDF_TYPE, term("skos:Collection")) for number in range(5_000)]
    data = [*(quad.triple for quad in broken_data), *padding]
    assert len(deal(library_shapes.constraints(), data, 3)) == 3
    many = validate(data, library_shapes, engine=Isolated("pyshacl", processes=3))
    assert broken_report.results == many.results


def test_every_target_is_dealt_out_once(library_data: list[Quad], library_shapes: ShapeSet) -> None:
    shapes, target = library_shapes.constraints(), term("sh:targetClass")
    shares = deal(shapes, [quad.triple for quad in library_data] * 4, 3)
    targets = [each for share in shares for each in share if each.predicate == target]
    assert sorted(map(str, targets)) == sorted(str(each) for each in shapes if each.predicate == target)


def test_literals_are_judged_as_they_were_written(graph: Graph) -> None:
    data = graph('ex:a a ex:Person ; ex:age "07"^^xsd:integer . ex:b a ex:Person ; ex:age 7 .')
    report = validate(data, ShapeSet.read(graph(AGES)), engine=PySHACL())
    assert [each.focus for each in report.results] == [NamedNode("http://example.org/b")]
    assert report.results[0].value == Literal(7)


def test_a_strange_lexical_form_comes_back_as_it_was(graph: Graph) -> None:
    data = graph('ex:a a ex:Person ; ex:age "+7.50"^^xsd:decimal .')
    report = validate(data, ShapeSet.read(graph(AGES)))
    assert report.results[0].value == Literal("+7.50", datatype=term("xsd:decimal"))


def test_the_switches_of_rdflib_are_as_they_were(graph: Graph) -> None:
    before = (
        rdflib.NORMALIZE_LITERALS,
        rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS,
        vars(processor)["parseQuery"],
        vars(processor)["translateQuery"],
        rdflib.Literal("1", datatype=rdflib.XSD.boolean).value,
    )
    PySHACL().report([], [quad.triple for quad in graph(AGES)])
    after = (
        rdflib.NORMALIZE_LITERALS,
        rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS,
        vars(processor)["parseQuery"],
        vars(processor)["translateQuery"],
        rdflib.Literal("1", datatype=rdflib.XSD.boolean).value,
    )
    assert before == after


@pytest.mark.parametrize("engine", [PySHACL(), Isolated()], ids=["inside", "outside"])
@pytest.mark.parametrize(
    "shape",
    [
        'ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property ex:P . ex:P sh:path ex:p ; sh:minCount "x" .',
        "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property ex:Missing .",
        'ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:sparql [ sh:select "SELECT $this WHERE { oops" ] .',
        'ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:sparql [ sh:select "SELECT $this { MINUS { ?a ?b ?c } }" ] .',
    ],
    ids=["a count that is no number", "a shape that is missing", "a broken query", "a forbidden query"],
)
def test_malformed_shapes_never_conform(shape: str, engine: PySHACL | Isolated, graph: Graph) -> None:
    with pytest.raises(MalformedShapes, match=r"cannot be applied|RDF"):
        validate(graph("ex:a ex:p 1 ."), ShapeSet.read(graph(shape)), engine=engine)


def test_no_shapes_are_an_error() -> None:
    with pytest.raises(MalformedShapes, match="no shape"):
        ShapeSet.read([])


def test_a_validation_ends_at_its_time_limit(library_data: list[Quad], library_shapes: ShapeSet) -> None:
    with pytest.raises(TimeLimitReached, match=r"0\.05 seconds"):
        validate(library_data, library_shapes, engine=Isolated("pyshacl", time_limit_s=0.05))


def test_terms_of_rdf_1_2_are_refused(graph: Graph) -> None:
    triple = Triple(NamedNode("http://example.org/a"), RDF_TYPE, RDF_TYPE)
    data = [Triple(NamedNode("http://example.org/a"), RDF_TYPE, triple)]
    with pytest.raises(MalformedShapes, match=r"RDF 1\.2"):
        validate(data, ShapeSet.read(graph(AGES)), engine=PySHACL())
