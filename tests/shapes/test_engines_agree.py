"""The engines say the same of our shapes: of every example, and of a thousand graphs that hypothesis makes.

A graph is a handful of things of the classes that the shapes target, with the properties that these ask for, given
right and wrong: values of other datatypes and languages, things of other classes, things that are not there. Many
graphs stand side by side in one run, for most of the time of a run goes into reading the shapes. They have no blank
nodes: for rdflib ``STR()`` of one is its label, where SPARQL has an error, and pySHACL compares none with another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation import Result, ShapeSet, validate
from sotegraph.validation.core_engine import core_is_there
from sotegraph.validation.engines import SplitEngine, store_of
from sotegraph.validation.prepared import PreparedShapes
from sotegraph.validation.pyshacl_engine import PySHACL
from sotegraph.validation.state import State
from sotegraph.validation.turbo_engine import Turbo, turbo_is_there
from tests.shapes.test_examples import EXAMPLES, data_of, mentioned, name, results_of, shapes_files, told, triples
from tests.validation.aiming import aimed

DIFFERENT = {
    "Act/impossible-date": "what is no date compares with none: a result for shacl, as in SHACL 4.5.4; not for pySHACL",
}
"""The examples of which the engines for submissions say something else than their reports, which pySHACL gives."""
OTHERWISE = {
    "Concept#broader-no-cycle>": "rdflib takes an empty text at the start of a path for no term at all",
    "#position-without-gap>": "rdflib orders texts in a language after numbers, where SPARQL has an error",
}
"""Shapes whose queries rdflib answers otherwise over values that a shape of its own refuses already."""
AT_ONCE, A_FEW = 20, 12
GRAPHS = 1_000
PROPERTY, PATH = term("sh:property"), term("sh:path")
needs_core = pytest.mark.skipif(not core_is_there(), reason="the engine for core constraints is not installed")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:NotImplemented should not be used in a boolean context:DeprecationWarning"),
]


@cache
def shapes() -> ShapeSet:
    return ShapeSet.read(ShapeSet.read(each for file in shapes_files() for each in triples(file)).constraints())


@pytest.fixture(scope="module")
def prepared() -> PreparedShapes:
    return PreparedShapes(shapes(), PySHACL())


def prepared_results(prepared: PreparedShapes, data: list[Any], nodes: set[NamedNode]) -> list[Result]:
    """What the engines for submissions find at *nodes*, from the extract of *data* that the shapes see."""
    store = store_of(quad.triple for quad in data)
    state = State(store, list(dict.fromkeys(quad.triple for quad in data)))
    return list(prepared.judge(state, prepared.aimed_at(nodes, state), store))


@needs_core
def test_every_example_gives_its_report_in_the_engines_for_submissions(prepared: PreparedShapes) -> None:
    different = []
    for file in EXAMPLES:
        example = triples(file)
        if told(prepared_results(prepared, data_of(example), mentioned(example))) != told(results_of(file)):
            different.append(name(file))
    assert different == list(DIFFERENT)


@pytest.mark.skipif(not turbo_is_there(), reason="pyshacl-turbo is not installed")
def test_examples_give_their_reports_in_the_engine_for_what_cannot_be_taken_apart() -> None:
    """A dozen of all, for this engine reads the shapes anew each time."""
    different = []
    assert len(EXAMPLES) > 10 * A_FEW
    for file in EXAMPLES[:: len(EXAMPLES) // A_FEW]:
        example = triples(file)
        data = data_of(example)
        found = validate(data, aimed(shapes(), mentioned(example), data), engine=Turbo())
        if told(found.results) != told(results_of(file)):
            different.append(name(file))
    assert different == []


XSD = "http://www.w3.org/2001/XMLSchema#"
WRITTEN = (
    *(("x", "string"), ("", "string"), ("1234567-1", "string"), ("a@b.example", "string"), ("010101-123N", "string")),
    *(
        ("2024-01-31", "date"),
        ("2023-12-01", "date"),
        ("2024-13-45", "date"),
        ("2024", "gYear"),
        ("2024-05", "gYearMonth"),
    ),
    *(("1", "integer"), ("-1", "integer"), ("7", "nonNegativeInteger"), ("x", "integer"), ("1.5", "decimal")),
    *(("true", "boolean"), ("maybe", "boolean"), ("https://example.org/", "anyURI"), ("not an address", "anyURI")),
)
LITERALS = [
    *(Literal(text, datatype=NamedNode(XSD + datatype)) for text, datatype in WRITTEN),
    *(Literal(text, language=language) for text in ("Nimi", "x") for language in ("fi", "sv", "en", "de")),
]


@cache
def vocabulary() -> tuple[list[tuple[Any, list[Any]]], list[Any]]:
    """The classes that shapes target, each with the predicates it is asked for, and the values that shapes name."""
    described = shapes().described
    predicates: dict[Any, dict[Any, None]] = {}
    values: dict[Any, None] = {}
    for facts in described.values():
        asked = [path for key, each in facts if key == PROPERTY for key_, path in described[each] if key_ == PATH]
        for class_ in (value for key, value in facts if key == term("sh:targetClass")):
            simple = (path for path in asked if isinstance(path, NamedNode))
            predicates.setdefault(class_, {}).update(dict.fromkeys(simple))
        values.update(dict.fromkeys(value for key, value in facts if key in (term("sh:hasValue"), term("sh:class"))))
    classes = [(each, sorted(asked, key=str)) for each, asked in predicates.items() if asked]
    return sorted(classes, key=lambda each: str(each[0])), sorted(values, key=str)


@st.composite
def graphs(draw: st.DrawFn) -> list[tuple[int, int, int, int]]:
    """Some statements, each of a thing about a property: numbers, for each to be told in words of its own graph."""
    number = st.integers(0, 10_000)
    return draw(st.lists(st.tuples(st.integers(0, 5), number, st.integers(0, 3), number), min_size=3, max_size=40))


def written(graph: list[tuple[int, int, int, int]], place: int) -> list[Triple]:
    """*graph* as triples; its things are its own, each of a class, and some of another one too."""
    classes, values = vocabulary()
    things: list[Any] = [NamedNode(f"https://w3id.org/sotegraph/id/x/{place}-{number}") for number in range(6)]
    first = graph[0][3]
    found = [Triple(each, RDF_TYPE, classes[(first + 7 * at) % len(classes)][0]) for at, each in enumerate(things)]
    for thing, word, kind, value in graph:
        asked = classes[(first + 7 * thing) % len(classes)][1]
        if kind == 0 and value % 5 == 0:
            found.append(Triple(things[thing], RDF_TYPE, classes[value % len(classes)][0]))
        else:
            choices = {0: LITERALS, 1: LITERALS, 2: things, 3: values}[kind]
            found.append(Triple(things[thing], asked[word % len(asked)], choices[value % len(choices)]))
    return list(dict.fromkeys(found))


def comparable(results: Sequence[Result]) -> list[Result]:
    """*results* but for what the engines are known to see in another way: see DIFFERENT and OTHERWISE."""
    compared = {term("sh:LessThanConstraintComponent"), term("sh:LessThanOrEqualsConstraintComponent")}
    return [
        each
        for each in results
        if each.component not in compared and not str(each.source_shape).endswith(tuple(OTHERWISE))
    ]


@needs_core
def test_engines_agree_over_a_thousand_graphs() -> None:
    seen: Counter[str] = Counter()

    @settings(
        max_examples=GRAPHS // AT_ONCE,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(st.lists(graphs(), min_size=AT_ONCE, max_size=AT_ONCE))
    def agree(made: list[list[tuple[int, int, int, int]]]) -> None:
        data = [each for place, graph in enumerate(made) for each in written(graph, place)]
        reference = validate(data, shapes(), engine=PySHACL())
        found = validate(data, shapes(), engine=SplitEngine(PySHACL()))
        assert told(comparable(found.results)) == told(comparable(reference.results))
        seen["graphs"] += len(made)
        seen.update(each.component.value for each in found.results)

    agree()
    assert seen["graphs"] >= GRAPHS
    assert len(seen) > 12, "as many constraint components have found something"
    assert sum(seen.values()) > 20 * GRAPHS
