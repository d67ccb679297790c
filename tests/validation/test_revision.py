"""What a graph breaks after a change is found from what it broke before, and is what judging everything finds."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, Triple, parse

from sotegraph.publication import read_publication
from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation import Engine, Report, Result, ShapeSet, validate
from sotegraph.validation.constraint_query import ConstraintQuery
from sotegraph.validation.core_engine import core_is_there
from sotegraph.validation.engines import SplitEngine
from sotegraph.validation.isolated import Isolated
from sotegraph.validation.prepared import PreparedShapes
from sotegraph.validation.readings import Readings
from sotegraph.validation.report import sort_key
from sotegraph.validation.revision import Known, Revision
from sotegraph.validation.state import State
from tests.conftest import LIBRARY

pytestmark = pytest.mark.skipif(not core_is_there(), reason="the compiled engine is not installed")
EX = "https://example.org/"
FAR_SEEING = """
PREFIX ex: <https://example.org/>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
ex:S a sh:NodeShape ; sh:targetClass ex:A ;
    sh:property ex:S-far, ex:S-back, ex:S-there-and-back, ex:S-repeated, ex:S-either, ex:S-class ;
    sh:property ex:S-node, ex:S-q, ex:S-eq, ex:S-twice-back .
ex:S-far sh:path ( ex:p ex:q ex:r ) ; sh:maxCount 1 .
ex:S-back sh:path [ sh:inversePath ex:p ] ; sh:maxCount 1 .
ex:S-there-and-back sh:path ( ex:p [ sh:inversePath ex:q ] ) ; sh:maxCount 1 .
ex:S-twice-back sh:path ( [ sh:inversePath ex:p ] [ sh:inversePath ex:r ] ) ; sh:maxCount 1 .
ex:S-repeated sh:path [ sh:oneOrMorePath ( ex:q ex:r ) ] ; sh:maxCount 1 .
ex:S-either sh:path [ sh:alternativePath ( ( ex:r ex:p ) ex:q ) ] ; sh:maxCount 1 .
ex:S-class sh:path ( ex:q ex:p ) ; sh:class ex:B .
ex:S-node sh:path ex:r ; sh:node ex:T .
ex:S-q sh:path ex:q ; sh:qualifiedValueShape ex:T ; sh:qualifiedMinCount 1 .
ex:S-eq sh:path ex:p ; sh:equals ex:r .
ex:T a sh:NodeShape ; sh:property ex:T-p ; sh:not [ sh:class ex:A ] .
ex:T-p sh:path ex:p ; sh:minCount 1 ; sh:datatype xsd:integer .
ex:U a sh:NodeShape ; sh:targetObjectsOf ex:q ; sh:targetSubjectsOf ex:r ; sh:closed true ; sh:property ex:U-p .
ex:U-p sh:path ex:p ; sh:minCount 1 .
ex:V a sh:NodeShape ; sh:targetNode ex:n4 ; sh:property ex:V-r .
ex:V-r sh:path ex:r ; sh:node ex:V .
ex:V sh:property ex:V-p .
ex:V-p sh:path [ sh:zeroOrMorePath ex:q ] ; sh:class ex:B .
ex:W a sh:NodeShape ; sh:targetClass ex:B ; sh:sparql ex:W-any, ex:W-p .
ex:W-any sh:select "SELECT $this ?value WHERE { $this ?way ?value . ?value <https://example.org/p> ?other }" .
ex:W-p sh:select "SELECT $this ?value WHERE { $this <https://example.org/p> ?value }" .
"""
OF_VALUES = """
PREFIX ex: <https://example.org/>
PREFIX sh: <http://www.w3.org/ns/shacl#>
ex:X a sh:NodeShape ; sh:targetClass ex:A ; sh:property ex:X-p .
ex:X-p sh:path ex:p ; sh:property ex:X-p-q .
ex:X-p-q sh:path ex:q ; sh:minCount 1 .
"""
NODES = [NamedNode(f"{EX}n{number}") for number in range(5)]
WAYS = [NamedNode(EX + name) for name in "pqr"]
VALUES = [*NODES, Literal("01", datatype=term("xsd:integer")), Literal("1", datatype=term("xsd:integer")), Literal("x")]
CLASSES = [NamedNode(EX + name) for name in "AB"]
FAR_TRIPLES = st.one_of(
    st.builds(Triple, st.sampled_from(NODES), st.sampled_from(WAYS), st.sampled_from(VALUES)),
    st.builds(Triple, st.sampled_from(NODES), st.just(RDF_TYPE), st.sampled_from(CLASSES)),
)
FAR_GRAPHS = st.lists(FAR_TRIPLES, max_size=25)
FAR_CHANGES = st.lists(FAR_TRIPLES, max_size=4)


def constraints(shapes: Iterable[Triple]) -> list[Triple]:
    return ShapeSet.read(shapes).constraints()


def told(results: Iterable[Result]) -> list[object]:
    """Everything about *results* but the names that blank nodes of the shapes have."""
    return sorted(
        (sort_key(each), each.severity, each.bindings, each.engine_messages, told(each.details)) for each in results
    )


def whole(data: Sequence[Triple], shapes: Sequence[Triple]) -> Report:
    engine = SplitEngine()
    found = tuple(engine.find(data, shapes))
    return Report(found, engine.name, 0)


def revised(known: Report, before: Sequence[Triple], data: Sequence[Triple], prepared: PreparedShapes) -> Report:
    changed = list(set(before) ^ set(data))
    found = Revision(Known(known, changed)).results(data, prepared)
    return Report(tuple(found), known.engine, 0)


class HereWhole(Isolated):
    """Judges everything in this process, and notes how often."""

    asked = 0

    def find(self, data: Iterable[Triple], shapes: Iterable[Triple]) -> list[Result]:
        self.asked += 1
        engine = SplitEngine()
        found = engine.find(list(data), list(shapes))
        self.name = engine.name
        return list(found)


class Dying(Revision):
    """The process that judges dies of it."""

    def results(self, data: Sequence[Triple], prepared: PreparedShapes) -> list[Result]:
        os._exit(1)


@pytest.fixture(scope="module")
def far_seeing() -> list[Triple]:
    return constraints(quad.triple for quad in parse(FAR_SEEING, RdfFormat.TURTLE))


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(graph=FAR_GRAPHS, changes=st.lists(FAR_CHANGES, min_size=1, max_size=3))
def test_however_far_shapes_see_nothing_is_missed(
    far_seeing: list[Triple], graph: list[Triple], changes: list[list[Triple]]
) -> None:
    """A change takes a triple out that is there, and adds one that is not; what was found goes on to the next one."""
    before = list(dict.fromkeys(graph))
    known = whole(before, far_seeing)
    for change in changes:
        data = [*(each for each in before if each not in change), *(each for each in change if each not in before)]
        prepared = Revision(Known(known, ())).prepared(far_seeing)
        assert prepared is not None
        known = revised(known, before, data, prepared)
        assert told(known.results) == told(whole(data, far_seeing).results)
        before = data


def test_the_end_of_a_path_that_repeats_itself_is_not_too_far(far_seeing: list[Triple]) -> None:
    _, q, r = WAYS
    chain = [Triple(node, way, after) for node, way, after in zip(NODES, (q, r, q), NODES[1:], strict=False)]
    before = [Triple(NODES[0], RDF_TYPE, CLASSES[0]), *chain]
    data = [*before, Triple(NODES[3], r, NODES[4])]
    known = whole(before, far_seeing)
    prepared = Revision(Known(known, ())).prepared(far_seeing)
    assert prepared is not None
    found = revised(known, before, data, prepared).results
    assert told(found) == told(whole(data, far_seeing).results)
    assert NamedNode(EX + "S-repeated") in {each.source_shape for each in found} - {
        each.source_shape for each in known.results
    }


def test_what_a_shape_says_of_values_by_shapes_of_their_own_is_judged_as_a_whole(far_seeing: list[Triple]) -> None:
    shapes = [*far_seeing, *constraints(quad.triple for quad in parse(OF_VALUES, RdfFormat.TURTLE))]
    link = Triple(NODES[0], WAYS[0], NODES[1])
    data = [Triple(NODES[0], RDF_TYPE, CLASSES[0])]
    known = whole([*data, link], shapes)
    assert NODES[1] in {each.focus for each in known.results}
    revision = Revision(Known(known, [link]), HereWhole())
    assert revision.prepared(shapes) is None
    assert told(revision.find(data, shapes)) == told(whole(data, shapes).results)


def test_a_process_that_dies_leaves_everything_to_be_judged(far_seeing: list[Triple]) -> None:
    change = Triple(NODES[0], RDF_TYPE, CLASSES[0])
    judge = HereWhole()
    revision = Dying(Known(whole([], far_seeing), [change]), judge)
    assert revision.prepared(far_seeing) is not None
    expected = whole([change], far_seeing)
    assert told(revision.find([change], far_seeing)) == told(expected.results) != []
    assert (revision.name, judge.asked) == (expected.engine, 1)


class Library:
    """The small publication: what is validated of it, and what may come and go there."""

    def __init__(self) -> None:
        publication = read_publication(LIBRARY)
        shapes, data, own = [], [], []
        for file in publication.files:
            part = file.path.relative_to(LIBRARY).parts[0]
            triples = [quad.triple for quad in publication.read(file)]
            shapes += triples if part in ("shapes", "ontology") else []
            data += [each for each in triples if each.predicate != term("rdfs:subClassOf")] if part != "shapes" else []
            own += triples if part == "data" else []
        self.shapes, self.data = ShapeSet.read(shapes), list(dict.fromkeys(data))
        self.own = [each for each in own if not isinstance(each.subject, BlankNode)]
        kinds = {name: sorted({getattr(each, name) for each in self.own}, key=str) for name in ("subject", "predicate")}
        objects = sorted({each.object for each in self.own}, key=str)
        self.additions = st.builds(Triple, *(st.sampled_from(each) for each in (*kinds.values(), objects)))
        self.removals = st.sampled_from(self.own)
        self.whole = self.judged(self.data, SplitEngine())

    def judged(self, data: Sequence[Triple], engine: Engine) -> Report:
        return validate(data, self.shapes, "publication", engine=engine)


class HereRevision(Revision):
    """Judges in this process: what takes time is not the fork."""

    def find(self, data: Sequence[Triple], shapes: Sequence[Triple]) -> list[Result]:
        prepared = self.prepared(shapes)
        assert prepared is not None
        self.name = prepared.engines
        return self.results(data, prepared)


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(chance=st.data())
def test_an_edition_of_the_library_is_judged_as_if_from_nothing(library: Library, chance: st.DataObject) -> None:
    """Triples of its own go, and others come that say something new of what is there, two editions in a row."""
    before, known = library.data, library.whole
    for _ in range(2):
        gone = set(chance.draw(st.lists(library.removals, max_size=8)))
        come = chance.draw(st.lists(library.additions, max_size=8))
        data = list(dict.fromkeys([*(each for each in before if each not in gone), *come]))
        known = library.judged(data, HereRevision(Known(known, list(set(before) ^ set(data)))))
        expected = library.judged(data, SplitEngine())
        assert known.results == expected.results
        assert [each.messages for each in known.results] == [each.messages for each in expected.results]
        before = data


def test_a_change_costs_only_what_it_touches(library: Library) -> None:
    pages = next(each for each in library.own if each.predicate.value.endswith("#pages"))
    data = [each for each in library.data if each != pages]
    revision = HereRevision(Known(library.whole, [pages]))
    prepared = revision.prepared(library.shapes.constraints())
    assert prepared is not None
    readings = Readings(prepared.parts.described, prepared.roots)
    assert list(readings.touched(State(Store(), data), [pages])) == [pages.subject]
    assert prepared.queries.unmoved({pages.predicate}) == prepared.queries.nodes != frozenset()
    assert prepared.queries.unmoved({term("dct:temporal")}) == frozenset()


@pytest.mark.parametrize(
    ("body", "is_bounded"),
    [
        ("$this ex:p ?value ; ex:q ?b . FILTER(?value > ?b && !BOUND(?c))", True),
        ("$this ex:p/ex:q+ ?value . ?value a ?class", True),
        ("?value ex:p $this FILTER NOT EXISTS { ?value ex:q ?b , ?c } OPTIONAL { ?b a ex:C }", True),
        ("$this ?way ?value", False),
        ("$this ex:p ?value ; ?way ?b", False),
        ("$this ex:p [ ?way 5 ]", False),
        ("?value ?way $this", False),
        ("$this ?way true", False),
        ("$this ?way .5", False),
        ("$this !ex:p ?value", False),
        ("$this !(ex:p|^ex:q) ?value", False),
        ("$this !a ?value", False),
        ("$this ex:p* ?value", False),
        ("$this ex:p? ?value", False),
        ("$this ex:p ?value FILTER(?value > NOW())", False),
        (r"$this ex:p ?value FILTER(REGEX(?value, '\\d'))", True),
        (r"$this ex:p\,q ?value", False),
        (r"$this <https://example.org/\u0070> ?value", False),
    ],
)
def test_a_query_is_bounded_when_every_triple_it_reads_has_a_predicate_that_it_names(
    body: str, is_bounded: bool
) -> None:
    query = ConstraintQuery(f"SELECT $this ?value WHERE {{ {body} }}", f"PREFIX ex: <{EX}>\n", None, None)
    assert query.is_bounded == is_bounded
    assert all(each.value.startswith(EX) for each in query.iris)


def test_a_query_with_a_base_is_not_bounded() -> None:
    query = ConstraintQuery(f"base <{EX}> SELECT $this ?value WHERE {{ $this <p> ?value }}", "", None, None)
    assert not query.is_bounded


def test_what_is_known_by_other_engines_or_of_blank_nodes_helps_nobody(library: Library) -> None:
    shapes = library.shapes.constraints()
    assert Revision(Known(replace(library.whole, engine="another 1.0"), ())).prepared(shapes) is None
    blank = replace(library.whole.results[0], value=BlankNode())
    assert Revision(Known(replace(library.whole, results=(blank,)), ())).prepared(shapes) is None
    assert Revision(Known(library.whole, ())).prepared(shapes) is not None


@pytest.mark.slow
def test_a_process_of_its_own_finds_the_same(library: Library) -> None:
    gone = [each for each in library.own if each.predicate == term("dct:title")][:3]
    data = [each for each in library.data if each not in gone]
    found = library.judged(data, Revision(Known(library.whole, gone)))
    assert found.results == library.judged(data, SplitEngine()).results != library.whole.results
    assert found.engine == library.whole.engine
