"""The published statistics are a well-formed cube by the integrity constraints of the RDF Data Cube Vocabulary.

W3C Recommendation of 16 January 2014, section 10: the graph is normalised, and then each of the constraints IC-1 to
IC-21 must find nothing. Each stands in a query of ours that finds the things which break it; beside it is an update
that breaks the constraint in a copy of the same graph, so that none can pass by seeing nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Quad, QuerySolutions, Store

from sotegraph.terms import term

FOLDER = Path(__file__).parent / "data_cube"
CONSTRAINTS = sorted(path.stem for path in FOLDER.glob("ic-*.rq"))
PHASES = sorted(FOLDER.glob("normalize-*.ru"))
PARTS = (
    "qb:Observation",
    "qb:DataSet",
    "qb:DataStructureDefinition",
    "qb:ComponentSpecification",
    "qb:DimensionProperty",
    "qb:MeasureProperty",
    "qb:AttributeProperty",
    "skos:Concept",
    "skos:ConceptScheme",
)
LEAST_OBSERVATIONS = 382


@pytest.fixture(scope="module")
def cube(bundled) -> list[Quad]:
    """What the published graph says of its cube: the observations, their structure and their codes."""
    things = {thing for part in PARTS for thing in bundled.version.instances(term(part))}
    default = DefaultGraph()
    quads = (quad for thing in things for quad in bundled.version.store.quads_for_pattern(thing, None, None, default))
    return list(quads)


def normalized(quads: list[Quad], *updates: Path) -> Store:
    """A store of *quads*, changed by *updates* and normalised as the specification says."""
    store = Store()
    store.extend(quads)
    for update in (*updates, *PHASES):
        store.update(update.read_text("utf-8"))
    return store


def breaches(store: Store, constraint: str) -> list[str]:
    """The things that break *constraint*."""
    solutions = store.query((FOLDER / f"{constraint}.rq").read_text("utf-8"))
    assert isinstance(solutions, QuerySolutions)
    return sorted(str(solution["thing"]) for solution in solutions)


@pytest.fixture(scope="module")
def published(cube) -> Store:
    return normalized(cube)


def test_every_constraint_of_the_specification_has_its_query_and_its_breach():
    broken = sorted(path.stem for path in FOLDER.glob("broken/*.ru"))
    assert CONSTRAINTS == broken == [f"ic-{number:02}" for number in range(1, 22)]
    assert len(PHASES) == 3


def test_there_is_a_cube_to_look_at(published):
    observations = published.quads_for_pattern(None, term("rdf:type"), term("qb:Observation"), None)
    assert sum(1 for _ in observations) >= LEAST_OBSERVATIONS


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_the_published_cube_is_well_formed(published, constraint):
    assert breaches(published, constraint) == []


@pytest.mark.slow
@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_a_broken_cube_is_seen(cube, constraint):
    assert breaches(normalized(cube, FOLDER / "broken" / f"{constraint}.ru"), constraint)
