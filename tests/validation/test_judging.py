"""A submission judged in its context gives what a run over everything gives, as far as the submission reaches.

Of the things that are sent: every result of a run over the published graph with the submission in it, and known are
those that the published graph gives already. Of the others: what the core of SHACL finds anew. A query that finds two
things colliding is asked of the one that is sent, and may leave out the other.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation import Result, ShapeSet
from sotegraph.validation import prepared as prepared_shapes
from sotegraph.validation.engines import SplitEngine, store_of
from sotegraph.validation.judging import Judge
from sotegraph.validation.prepared import PreparedShapes
from sotegraph.validation.pyshacl_engine import PySHACL
from sotegraph.validation.state import State
from tests.validation.conftest import Graph
from tests.validation.test_revision import CLASSES, FAR_SEEING, NODES, WAYS

EX = "http://example.org/"
_SPARQL = term("sh:SPARQLConstraintComponent")


@pytest.fixture(scope="module")
def prepared(library_shapes: ShapeSet) -> PreparedShapes:
    return PreparedShapes(library_shapes)


@pytest.fixture(scope="module")
def published(library_data: list[Quad]) -> Store:
    return store_of(quad.triple for quad in library_data)


def told(results: Sequence[Result], store: Store) -> Counter[tuple[Any, ...]]:
    """What is compared of *results*, literals as *store* writes them."""
    spelled = State(store).spelled
    return Counter(
        (str(each.focus), each.path, str(spelled(each.value)), each.component, str(each.source_shape))
        for each in results
    )


class Mangled:
    """Some things of a graph, with a few statements taken, changed or given to them."""

    def __init__(self, graph: Sequence[Triple], seed: int) -> None:
        self.random = random.Random(seed)
        self.by_subject: defaultdict[Any, list[Triple]] = defaultdict(list)
        for each in graph:
            self.by_subject[each.subject].append(each)
        self.subjects = sorted(self.by_subject, key=str)
        self.graph = graph

    def sent(self, count: int) -> list[Triple]:
        return list(dict.fromkeys(each for one in self.random.sample(self.subjects, count) for each in self._one(one)))

    def _one(self, subject: Any) -> list[Triple]:
        triples = list(self.by_subject[subject])
        for _ in range(self.random.randrange(4)):
            place, other = self.random.randrange(len(triples)), self.random.choice(self.graph)
            act = self.random.random()
            if act < 0.4 and len(triples) > 1 and triples[place].predicate != RDF_TYPE:
                triples.pop(place)
            elif act < 0.7 and triples[place].predicate != RDF_TYPE:
                triples[place] = Triple(subject, triples[place].predicate, other.object)
            else:
                triples.append(Triple(subject, other.predicate, self.random.choice(self.graph).object))
        return triples


@pytest.mark.parametrize("seed", range(8))
def test_in_context_is_as_over_everything(
    seed: int, prepared: PreparedShapes, published: Store, library_shapes: ShapeSet
) -> None:
    constraints, engine = library_shapes.constraints(), SplitEngine(PySHACL())
    graph = [quad.triple for quad in published]
    before = told(engine.find(graph, constraints), published)
    sent = Mangled(graph, seed).sent([1, 3, 20, 60][seed % 4])
    found, _ = Judge(prepared, published).results(sent)
    described, own = {each.subject for each in sent if each.predicate == RDF_TYPE}, {str(each.subject) for each in sent}
    whole = [*(each for each in graph if each.subject not in described), *sent]
    after = told(engine.find(list(dict.fromkeys(whole)), constraints), published)
    expected = Counter({key: count for key, count in after.items() if key[0] in own or key not in before})
    got = told(found, published)
    assert got - expected == Counter()
    assert {key for key in expected - got if key[0] in own or key[3] != _SPARQL} == set()
    assert set(told([each for each in found if each.known], published)) == {key for key in expected if key in before}
    assert {quad.triple for quad in published} == set(graph), "the store is as it was"


def test_the_mangled_things_break_rules(prepared: PreparedShapes, published: Store) -> None:
    graph = [quad.triple for quad in published]
    found = [each for seed in range(8) for each in Judge(prepared, published).results(Mangled(graph, seed).sent(20))[0]]
    assert len(found) > 100
    assert {each.known for each in found} == {True, False}


SHAPES = '''
ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:link , ex:back , ex:deep , ex:unique .
ex:link sh:path ex:link ; sh:class ex:C .
ex:back sh:path [ sh:inversePath ex:link ] ; sh:maxCount 1 .
ex:deep sh:path ( ex:part [ sh:oneOrMorePath ex:part ] ) ; sh:node ex:Small .
ex:Small a sh:NodeShape ; sh:property ex:size . ex:size sh:path ex:size ; sh:maxInclusive 9 .
ex:unique sh:path ex:id ; sh:sparql ex:unique-query .
ex:unique-query sh:prefixes ex: ; sh:select """
    SELECT $this ?value { $this $PATH ?value . ?other $PATH ?value FILTER (?other != $this) }""" .
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
'''
PUBLISHED = """
ex:a a ex:C ; ex:link ex:b ; ex:id "1" . ex:b a ex:C ; ex:part ex:p . ex:p ex:part ex:q . ex:q ex:part ex:r .
ex:r ex:size 3 . ex:d a ex:C ; ex:link ex:missing .
"""


def judged(sent: str, graph: Graph, whole: PySHACL | None = None) -> list[tuple[str, str, bool]]:
    """The focus node, the shape and whether it is known, of each result of *sent*."""
    store = store_of(quad.triple for quad in graph(PUBLISHED))
    judge = Judge(PreparedShapes(ShapeSet.read(graph(SHAPES)), whole), store)
    found, _ = judge.results([quad.triple for quad in graph(sent)])
    return sorted(
        (each.focus.value.removeprefix(EX), each.source_shape.value.removeprefix(EX), each.known) for each in found
    )


CHANGES = pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("ex:n a ex:C ; ex:link ex:d .", []),
        ('ex:n a ex:C ; ex:id "1" .', [("n", "unique", False)]),
        ("ex:d a ex:C ; ex:link ex:missing .", [("d", "link", True)]),
        ("ex:d a ex:C ; ex:link ex:missing , ex:other .", [("d", "link", False), ("d", "link", True)]),
        ("ex:n a ex:C ; ex:link ex:b .", [("b", "back", False)]),
        ("ex:b a ex:D .", [("a", "link", False)]),
        ("ex:r ex:size 30 .", [("b", "deep", False)]),
        ('ex:a a ex:C ; ex:link ex:b ; ex:id "2" .', []),
        ("ex:missing a ex:C .", []),
    ],
    ids=[
        "a link to what is published",
        "a value that is published already",
        "a fault that is published already",
        "one that is, and one that is not",
        "a second link to a published thing",
        "a thing that loses its class, which another one needs",
        "an addition that another one sees from afar",
        "a thing in the place of the published one",
        "a thing that was missing",
    ],
)


@CHANGES
def test_a_change_is_judged_as_far_as_it_reaches(
    sent: str, expected: list[tuple[str, str, bool]], graph: Graph
) -> None:
    assert judged(sent, graph) == expected


@CHANGES
def test_without_the_wheels_it_is_judged_just_as_far(
    sent: str, expected: list[tuple[str, str, bool]], graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared_shapes, "core_is_there", lambda: False)
    assert judged(sent, graph, PySHACL()) == expected


FAR = """
ex:F a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:twice-back , ex:either , ex:round .
ex:twice-back sh:path ( [ sh:inversePath ex:a ] [ sh:inversePath ex:b ] ) ; sh:maxCount 1 .
ex:either sh:path [ sh:alternativePath ( ( ex:p ex:q ) ( [ sh:inversePath ex:r ] ex:s ) ) ] ; sh:maxCount 1 .
ex:round sh:path ( [ sh:zeroOrMorePath [ sh:inversePath ex:t ] ] ex:u ) ; sh:maxCount 1 .
"""
FAR_PUBLISHED = """
ex:f a ex:C ; ex:p ex:z . ex:x ex:a ex:f . ex:y ex:b ex:x . ex:z ex:q ex:v . ex:w ex:r ex:f .
ex:t1 a ex:D ; ex:t ex:f . ex:t2 a ex:D ; ex:t ex:t1 ; ex:u 1 .
"""


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("ex:n a ex:D ; ex:b ex:x .", ["twice-back"]),
        ("ex:n a ex:D ; ex:a ex:f . ex:m a ex:D ; ex:b ex:n .", ["twice-back"]),
        ("ex:z a ex:D ; ex:q ex:v , ex:other .", ["either"]),
        ("ex:w a ex:D ; ex:r ex:f ; ex:s ex:far .", ["either"]),
        ("ex:n a ex:D ; ex:t ex:t2 ; ex:u 2 .", ["round"]),
        ("ex:t1 a ex:D ; ex:t ex:f ; ex:u 2 .", ["round"]),
    ],
    ids=["two back", "two back, both new", "one of two ways", "the other way", "any number back", "on the way"],
)
def test_a_published_thing_that_sees_a_change_by_a_path_of_many_steps_is_judged(
    sent: str, expected: list[str], graph: Graph
) -> None:
    published = [quad.triple for quad in graph(FAR_PUBLISHED)]
    shapes = ShapeSet.read(graph(FAR))
    assert list(SplitEngine(PySHACL()).find(published, shapes.constraints())) == []
    found, _ = Judge(PreparedShapes(shapes), store_of(published)).results([quad.triple for quad in graph(sent)])
    told = [(each.focus.value.removeprefix(EX), each.source_shape.value.removeprefix(EX)) for each in found]
    assert told == [("f", each) for each in expected]


@pytest.mark.slow
def test_whom_the_core_finds_anew_is_found_wherever_the_change_is() -> None:
    """In random graphs, by shapes that look far: of published things just what a run over everything finds."""
    looking = FAR_SEEING.partition("ex:W a sh:NodeShape")[0]
    shapes = ShapeSet.read(quad.triple for quad in parse(looking, RdfFormat.TURTLE))
    prepared, constraints, engine = PreparedShapes(shapes), shapes.constraints(), SplitEngine()
    others = 0
    for seed in range(600):
        chance = random.Random(seed)
        graph, sent = (
            list(dict.fromkeys(_far(chance) for _ in range(chance.randrange(5, 25) // part))) for part in (1, 5)
        )
        store = store_of(graph)
        before = told(engine.find(graph, constraints), store)
        found = told(Judge(prepared, store).results(sent)[0], store)
        told_anew = {each.subject for each in sent if each.predicate != RDF_TYPE or each not in graph}
        described, own = (
            {each.subject for each in sent if each.predicate == RDF_TYPE} & told_anew,
            {str(each.subject) for each in sent},
        )
        whole = dict.fromkeys([*(each for each in graph if each.subject not in described), *sent])
        after = told(engine.find(list(whole), constraints), store)
        known = {str(each.subject) for each in graph} | own
        expected = {key for key in after if key[0] in own or (key not in before and key[0] in known)}
        assert set(found) == expected, seed
        others += any(key[0] not in own for key in expected)
    assert others > 20


def _far(chance: random.Random) -> Triple:
    if chance.random() < 0.25:
        return Triple(chance.choice(NODES), RDF_TYPE, chance.choice(CLASSES))
    return Triple(chance.choice(NODES), chance.choice(WAYS), chance.choice([*NODES, Literal("x")]))


def test_literals_of_a_query_come_back_as_they_were_sent(graph: Graph) -> None:
    sent = 'ex:n a ex:C ; ex:id "007"^^xsd:integer . ex:m a ex:C ; ex:id 7 .'
    judge = Judge(PreparedShapes(ShapeSet.read(graph(SHAPES))), Store())
    found, _ = judge.results([quad.triple for quad in graph(sent)])
    assert {each.focus.value: each.value for each in found} == {
        EX + "n": Literal("007", datatype=term("xsd:integer")),
        EX + "m": Literal(7),
    }


def test_what_stands_beside_is_not_judged(graph: Graph) -> None:
    beside = [quad.triple for quad in graph("ex:x a ex:C ; ex:link ex:nothing .")]
    judge = Judge(PreparedShapes(ShapeSet.read(graph(SHAPES))), Store(), beside)
    found, count = judge.results([quad.triple for quad in graph("ex:n a ex:C ; ex:link ex:x .")])
    assert (found, count) == ([], 1)


def test_blank_things_are_judged(graph: Graph) -> None:
    found, _ = Judge(PreparedShapes(ShapeSet.read(graph(SHAPES))), Store()).results(
        [quad.triple for quad in graph("[] a ex:C ; ex:link [] .")]
    )
    assert [each.source_shape for each in found] == [NamedNode(EX + "link")]
