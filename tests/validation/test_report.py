"""A report carries our severities and our messages: severities from the profile, messages from the shapes graph."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Quad

from sotegraph.errors import MalformedShapes, UnsoundPublication
from sotegraph.messages import Messages
from sotegraph.terms import RDF_TYPE
from sotegraph.validation import VIOLATION, WARNING, Report, ShapeSet, read_results, report_triples, validate
from sotegraph.validation.engines import engine_called
from sotegraph.validation.pyshacl_engine import PySHACL
from sotegraph.validation.templates import DEFAULTS
from tests.validation.conftest import Graph

EX = "http://example.org/"
NAMED = """
ex:Person a sh:NodeShape ; sh:targetClass ex:Person ; sh:property ex:Person-name .
ex:Person-name a sh:PropertyShape ; sh:path ex:name ; sh:minCount 1 ; sh:message "Nimi puuttuu."@fi , "No name."@en .
ex:strict a pub:Profile .
<http://example.org/profiles/lenient> a pub:Profile ;
    pub:severity [ pub:shape ex:Person-name ; pub:as sh:Warning ] .
"""
NOBODY = "ex:a a ex:Person ."


def test_a_profile_changes_severity_and_so_conformance(graph: Graph) -> None:
    shapes = ShapeSet.read(graph(NAMED))
    strict = validate(graph(NOBODY), shapes, engine=PySHACL())
    lenient = validate(graph(NOBODY), shapes, "lenient", engine=PySHACL())
    assert (strict.conforms, strict.conforms_strictly, strict.results[0].severity) == (False, False, VIOLATION)
    assert (lenient.conforms, lenient.conforms_strictly, lenient.results[0].severity) == (True, False, WARNING)
    assert lenient.profile == "lenient"


def test_the_profiles_of_the_small_publication_differ(library_data: list[Quad], library_shapes: ShapeSet) -> None:
    engine = engine_called()
    severities = {
        profile: {each.severity for each in validate(library_data, library_shapes, profile, engine=engine).results}
        for profile in ("publication", "submission")
    }
    assert severities == {"publication": {WARNING}, "submission": {WARNING, VIOLATION}}


def test_an_unknown_profile_is_refused_with_the_known_ones(graph: Graph) -> None:
    with pytest.raises(UnsoundPublication, match="lenient"):
        validate([], ShapeSet.read(graph(NAMED)), "generous", engine=PySHACL())


def test_a_severity_without_its_shape_is_refused(graph: Graph) -> None:
    shapes = ShapeSet.read(graph("ex:S a sh:NodeShape . ex:P a pub:Profile ; pub:severity [ pub:as sh:Info ] ."))
    with pytest.raises(MalformedShapes, match="pub:shape"):
        validate([], shapes, "P", engine=PySHACL())


def test_messages_come_in_every_language_of_the_shape(graph: Graph) -> None:
    report = validate(graph(NOBODY), ShapeSet.read(graph(NAMED)), engine=PySHACL())
    assert report.results[0].messages == {"en": "No name.", "fi": "Nimi puuttuu."}


def test_placeholders_are_filled_in_every_language_those_of_the_query_too(graph: Graph) -> None:
    shapes = ShapeSet.read(
        graph("""
        ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:sparql ex:rule .
        ex:rule sh:message "{$this} has {?value}, like {?other}."@en , "{?other} jakaa arvon {?value}."@fi ;
            sh:select '''SELECT $this ?value ?other WHERE {
                $this <http://example.org/id> ?value . ?other <http://example.org/id> ?value .
                FILTER (STR(?other) > STR($this)) }''' .
        """)
    )
    data = graph("ex:a a ex:Person ; ex:id 5 . ex:b a ex:Person ; ex:id 5 .")
    report = validate(data, shapes, engine=PySHACL())
    assert report.results[0].messages == {"en": f"{EX}a has 5, like {EX}b.", "fi": f"{EX}b jakaa arvon 5."}
    assert report.results[0].source_constraint == NamedNode(EX + "rule")


def test_a_shape_without_message_gets_the_catalogues_with_its_parameters(graph: Graph) -> None:
    shapes = ShapeSet.read(
        graph(
            "ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:property ex:P . ex:P sh:path ex:age ; sh:maxCount 1 ."
        )
    )
    template = DEFAULTS["MaxCountConstraintComponent"]
    catalogue = Messages({"fi": {template: "Arvoja {path} on yli {maxCount}."}, "en": {}})
    report = validate(graph("ex:a a ex:Person ; ex:age 1 , 2 ."), shapes, engine=PySHACL(), messages=catalogue)
    assert report.results[0].messages == {
        "en": f"There are more than 1 values of <{EX}age>. Keep the right ones.",
        "fi": f"Arvoja <{EX}age> on yli 1.",
    }


def test_every_component_of_shacl_has_a_default_message(library_shapes: ShapeSet) -> None:
    assert len(DEFAULTS) >= 30
    assert all(template.count(". ") >= 1 for template in DEFAULTS.values()), "each says what to do"


def test_paths_are_written_as_sparql_writes_them(graph: Graph) -> None:
    shapes = ShapeSet.read(
        graph("""
        ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property ex:P , ex:Q , ex:R .
        ex:P sh:path [ sh:inversePath ex:p ] ; sh:minCount 1 .
        ex:Q sh:path ( ex:p [ sh:zeroOrMorePath ex:q ] ) ; sh:minCount 1 .
        ex:R sh:path [ sh:alternativePath ( ex:p ex:q ) ] ; sh:minCount 1 .
        """)
    )
    report = validate(graph("ex:x ex:y ex:z ."), shapes, engine=PySHACL())
    p, q = f"<{EX}p>", f"<{EX}q>"
    assert {each.path for each in report.results} == {f"^{p}", f"{p}/({q}*)", f"({p}|{q})"}
    assert {each.predicate for each in report.results} == {None}


def test_a_report_survives_its_own_rdf(broken_report: Report) -> None:
    assert read_results(report_triples(broken_report)) == broken_report.results
    assert len(broken_report.results) >= 4


def test_nested_results_keep_their_details(graph: Graph) -> None:
    shapes = ShapeSet.read(
        graph("""
        ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property ex:P . ex:P sh:path ex:p ; sh:node ex:N .
        ex:N a sh:NodeShape ; sh:property ex:M . ex:M sh:path ex:q ; sh:minCount 1 ; sh:message "No q."@en .
        """)
    )
    report = validate(graph("ex:a ex:p ex:b ."), shapes, engine=PySHACL())
    assert [each.messages for each in report.results[0].details] == [{"en": "No q."}]
    assert read_results(report_triples(report)) == report.results


def test_a_triple_in_two_graphs_is_one_triple(graph: Graph) -> None:
    data = graph('ex:a a ex:Person ; ex:name "A" .')
    twice = [Quad(each.subject, each.predicate, each.object, NamedNode(EX + name)) for each in data for name in "gh"]
    assert validate(twice, ShapeSet.read(graph(NAMED)), engine=PySHACL()).conforms_strictly


def test_property_shapes_without_an_iri_are_named(graph: Graph) -> None:
    shapes = ShapeSet.read(graph("ex:S a sh:NodeShape ; sh:property [ sh:path ex:p ] , ex:P . ex:P sh:path ex:q ."))
    assert len(shapes.unnamed()) == 1
    assert all(quad.predicate != RDF_TYPE or quad.object is not None for quad in shapes.triples)
