"""Every engine behind the seam says the same, and what is not installed is done without."""

from __future__ import annotations

import importlib.metadata
from collections import Counter
from typing import Any

import pytest
from pyoxigraph import NamedNode, Quad, Store

from sotegraph.errors import MalformedShapes, PublicationError
from sotegraph.validation import Report, ShapeSet, engines, validate
from sotegraph.validation.core_engine import CORE_FITS, CompiledCore, Core
from sotegraph.validation.engines import SplitEngine, engine_called, store_of
from sotegraph.validation.prepared import PreparedShapes
from sotegraph.validation.pyshacl_engine import PySHACL
from sotegraph.validation.sparql_constraints import SparqlConstraints
from sotegraph.validation.splitting import split
from sotegraph.validation.state import State
from sotegraph.validation.turbo_engine import TURBO_FITS, Turbo
from tests.validation.conftest import Graph

EX = "http://example.org/"


def told(results: Any) -> Counter[tuple[str, ...]]:
    """What is compared of *results*."""
    parts = ((each.focus, each.path, each.value, each.component, each.severity, each.source_shape) for each in results)
    return Counter(tuple(map(str, each)) for each in parts)


def test_the_adapters_fit_the_installed_engines() -> None:
    assert importlib.metadata.version("shacl") in CORE_FITS
    assert importlib.metadata.version("pyshacl-turbo") in TURBO_FITS


@pytest.mark.parametrize("engine", [Turbo(), SplitEngine(PySHACL())], ids=["turbo", "split"])
def test_the_library_gives_the_same_results(
    engine: Any, broken_data: list[Quad], library_shapes: ShapeSet, broken_report: Report
) -> None:
    found = validate(broken_data, library_shapes, engine=engine)
    assert len(broken_report.results) >= 100
    assert told(found.results) == told(broken_report.results)
    assert [each.messages for each in found.results] == [each.messages for each in broken_report.results]


def test_blank_nodes_come_back_as_they_were(graph: Graph) -> None:
    shapes = graph(
        """ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:nodeKind sh:IRI ] ;
        sh:or ( [ sh:path ex:q ; sh:minCount 1 ] [ sh:path ( ex:p ex:q ) ; sh:minCount 1 ] ) ."""
    )
    data = graph("[] a ex:C ; ex:p [ ex:p 1 ] . ex:named a ex:C ; ex:p [] ; ex:q 2 .")
    reference = validate(data, ShapeSet.read(shapes), engine=PySHACL())
    found = validate(data, ShapeSet.read(shapes), engine=Core())
    assert [each.source_shape for each in found.results] == [each.source_shape for each in reference.results]
    assert told(found.results) == told(reference.results)
    assert len(found.results) == 3


def lines(results: Any, depth: int = 0) -> list[str]:
    """*results* and what lies below them, each on a line of its own."""
    found = []
    for each in sorted(results, key=lambda each: (str(each.source_shape), each.path or "", str(each.value))):
        parts = (each.focus, each.path, each.value, each.component.value.rpartition("#")[2], each.source_shape)
        found.append("  " * depth + " ".join(map(str, parts)))
        found += lines(each.details, depth + 1)
    return found


def test_what_a_nested_shape_finds_lies_below_the_result(graph: Graph) -> None:
    shapes = ShapeSet.read(
        graph(
            """ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:P ; sh:node ex:M .
            ex:P sh:path ex:p ; sh:node ex:N . ex:M sh:property ex:L . ex:L sh:path ex:l ; sh:minCount 1 .
            ex:N a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:Q , ex:R . ex:Q sh:path ex:q ; sh:minCount 1 .
            ex:R sh:path ex:r ; sh:node ex:O . ex:O a sh:NodeShape ; sh:nodeKind sh:IRI ."""
        )
    )
    data = graph('ex:a a ex:C ; ex:p ex:b , ex:c ; ex:q 1 . ex:b ex:r "x" , ex:y . ex:c ex:q 2 .')
    triples = [quad.triple for quad in data]
    reference = lines(PySHACL().find(triples, shapes.constraints()))
    assert [each for each in reference if each.startswith("    ")], "two levels below"
    assert lines(SplitEngine(PySHACL()).find(triples, shapes.constraints())) == reference
    prepared, state = PreparedShapes(shapes, PySHACL()), State(Store(), triples)
    assert lines(prepared.judge(state, prepared.aimed_at(state.subjects, state), store_of(triples))) == reference


def test_a_shape_that_is_nested_in_itself_has_an_end(graph: Graph) -> None:
    shapes = graph("ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property ex:P . ex:P sh:path ex:p ; sh:node ex:S .")
    data = [quad.triple for quad in graph("ex:a ex:p ex:a , 1 .")]
    assert Core().find(data, [quad.triple for quad in shapes]) is not None
    assert SplitEngine(PySHACL()).find(data, [quad.triple for quad in shapes]) is not None


@pytest.mark.parametrize(
    "shapes",
    [
        'ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:sparql [ sh:select "SELECT $this {}" ] .',
        "ex:T a sh:ConstraintComponent ; sh:parameter [ sh:path ex:p ] . ex:S a sh:NodeShape ; sh:targetNode ex:a .",
        "ex:S a sh:NodeShape ; sh:target [] ; sh:targetNode ex:a .",
    ],
    ids=["a query", "a component", "a target that is computed"],
)
def test_the_core_engine_refuses_what_is_more_than_the_core(shapes: str, graph: Graph) -> None:
    with pytest.raises(MalformedShapes, match="more than the core"):
        CompiledCore([quad.triple for quad in graph(shapes)])


def test_what_only_another_engine_knows_it_does_alone(graph: Graph) -> None:
    shapes = graph(
        'ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property ex:P . ex:P sh:path ex:p ; sh:pattern "^(?!x)" .'
    )
    found = validate(graph('ex:a ex:p "xy" .'), ShapeSet.read(shapes), engine=SplitEngine(PySHACL()))
    assert len(found.results) == 1
    assert found.engine == PySHACL().name


def test_a_nested_query_is_left_to_an_engine_for_everything(graph: Graph) -> None:
    shapes = graph(
        """ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:P . ex:P sh:path ex:p ; sh:node ex:N .
        ex:N sh:sparql [ sh:select "SELECT $this WHERE { $this <http://example.org/q> ?value }" ] .
        ex:T a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:maxCount 0 ] ."""
    )
    data = graph("ex:a a ex:C ; ex:p ex:b . ex:b ex:q 1 .")
    found = validate(data, ShapeSet.read(shapes), engine=SplitEngine(PySHACL()))
    assert told(found.results) == told(validate(data, ShapeSet.read(shapes), engine=PySHACL()).results)
    assert [each.component.value.rpartition("#")[2] for each in found.results] == [
        "MaxCountConstraintComponent",
        "NodeConstraintComponent",
    ]
    assert found.engine.endswith(PySHACL().name)


def test_without_the_wheels_pyshacl_does_everything(
    monkeypatch: pytest.MonkeyPatch, library_data: list[Quad], library_shapes: ShapeSet
) -> None:
    monkeypatch.setattr(engines, "core_is_there", lambda: False)
    assert isinstance(engine_called(), Turbo)
    monkeypatch.setattr(engines, "turbo_is_there", lambda: False)
    assert isinstance(engine_called(), PySHACL)
    for name in ("turbo", "split"):
        with pytest.raises(PublicationError, match="not installed"):
            engine_called(name)


QUERIES = {
    "a plain pattern": ("$this ex:p ?value", True),
    "an expression at the top": ("?other ex:p ?value FILTER (?other != $this)", True),
    "a union that binds": ("{ $this ex:p ?value } UNION { ?value ex:q $this }", True),
    "a union that does not": ("{ ?other ex:p ?value FILTER (?other != $this) } UNION { $this ex:q ?value }", False),
    "an assignment in a group": ("{ BIND ($this AS ?value) }", False),
    "an assignment at the top": ("BIND ($this AS ?value)", True),
    "what exists": ("?value ex:p ?x FILTER EXISTS { { ?value ex:q ?y FILTER (?y != $this) } }", True),
    "an option with a filter": (
        "?value ex:p [] OPTIONAL { ?value ex:q ?y FILTER (?y = $this) } FILTER (!BOUND (?y))",
        True,
    ),
    "an option with an assignment": ("?value ex:p ?x OPTIONAL { BIND ($this AS ?y) } FILTER (?y = ?x)", False),
    "a subquery by node": ("{ SELECT $this (COUNT(?x) AS ?n) { $this ex:p ?x } GROUP BY $this } FILTER (?n > 1)", True),
    "a subquery in one": ("{ SELECT $this (MAX(?x) AS ?m) { ?x ex:p ?y } GROUP BY ?y $this } FILTER BOUND(?m)", False),
    "a limit in a subquery": ("{ SELECT $this ?value { $this ex:p ?value } LIMIT 1 }", False),
    "the path": ("$this $PATH ?value . ?value ex:q ?x", True),
}


@pytest.mark.parametrize(("body", "setwise"), QUERIES.values(), ids=QUERIES)
def test_one_query_over_all_finds_what_one_a_node_finds(body: str, setwise: bool, graph: Graph) -> None:
    select = f"SELECT $this ?value WHERE {{ {body} }}".replace("ex:", "<http://example.org/>").replace(
        "<http://example.org/>", "ex:"
    )
    shapes = graph(
        f"""ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:P . ex:P sh:path ex:p ; sh:sparql ex:Q .
        ex:Q sh:prefixes ex: ; sh:select "{select}" .
        ex: sh:declare [ sh:prefix "ex" ; sh:namespace "{EX}"^^xsd:anyURI ] ."""
    )
    store = store_of(
        quad.triple
        for quad in graph(
            """ex:a a ex:C ; ex:p ex:b , ex:c , ex:d ; ex:q ex:b . ex:b a ex:C ; ex:p ex:b ; ex:q ex:a , ex:c .
            ex:c a ex:C ; ex:q ex:a . ex:d ex:p ex:a ; ex:q ex:d ."""
        )
    )
    constraints = SparqlConstraints(split(ShapeSet.read(shapes).constraints()))
    (query,) = (query for _, query in constraints._queries)
    assert query.is_setwise is setwise
    nodes = [NamedNode(EX + name) for name in "abc"]
    everything = told(constraints.find(store))
    assert told(constraints.find(store, {NamedNode(EX + "S"): nodes})) == everything
    vars(query)["is_setwise"] = False
    assert told(constraints.find(store, {NamedNode(EX + "S"): nodes})) == everything
    assert told(constraints.find(store)) == everything


def test_a_service_in_a_query_is_refused(graph: Graph) -> None:
    shapes = graph(
        """ex:S a sh:NodeShape ; sh:targetNode ex:a ;
        sh:sparql [ sh:select "SELECT $this { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }" ] ."""
    )
    with pytest.raises(MalformedShapes, match="SERVICE"):
        list(SparqlConstraints(split([quad.triple for quad in shapes])).find(Store()))
