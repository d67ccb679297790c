"""The W3C suites pass with the dataset on each engine, but for what is listed of that engine.

``deviations/{engine}.csv`` names each such test with the reason; a listed test that starts to pass fails the run. Not
listed are the tests of refusals, which no engine ever sees, and for Virtuoso 7, which answers SPARQL 1.1, those of 1.2.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.answers import expected_answer, received_answer
from tests.conformance.manifests import QueryTest
from tests.conformance.test_sparql_query_suite import (
    ANSWERED,
    KNOWN_FAILURES,
    PREFIX,
    SPARQL_1_1,
    SPARQL_1_2,
    TAKEN,
    name,
    received,
)
from tests.remote import engines
from tests.remote.endpoint import RemoteEndpoint
from tests.remote.engines import Engine, running

pytestmark = pytest.mark.slow
ENGINES = ("fuseki", "virtuoso", "oxigraph")
FOLDER = Path(__file__).with_name("deviations")
ENGINES_OF_1_2 = ("fuseki", "oxigraph")


def answered(tests: list[QueryTest]) -> list[QueryTest]:
    """Those of *tests* that expect an answer."""
    return [test for test in tests if test.kind in (*ANSWERED, *TAKEN)]


TESTS = [*answered(SPARQL_1_1), *answered(SPARQL_1_2)]


@functools.cache
def deviations(engine: str) -> dict[str, str]:
    """The reason for each test that *engine* is known to fail."""
    with (FOLDER / f"{engine}.csv").open(encoding="utf-8", newline="") as file:
        return {row["test"]: row["reason"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def engine(request, tmp_path_factory) -> Iterator[Engine]:
    """Each engine; one that writes fast where there is a choice."""
    make = {"fuseki": engines.fuseki_in_memory}.get(request.param) or getattr(engines, request.param)
    with running(make, tmp_path_factory.mktemp(request.param)) as found:
        yield found


@pytest.fixture(scope="module")
def endpoint(index, engine) -> Iterator[RemoteEndpoint]:
    found = RemoteEndpoint(index, engine)
    with found.connection:
        yield found


@pytest.mark.parametrize("test", answered(SPARQL_1_1), ids=name)
@pytest.mark.parametrize("engine", ENGINES, indirect=True, scope="module")
def test_a_query_has_the_expected_answer(request, engine, endpoint, test) -> None:
    expect(request, engine, endpoint, test)


@pytest.mark.parametrize("test", answered(SPARQL_1_2), ids=name)
@pytest.mark.parametrize("engine", ENGINES_OF_1_2, indirect=True, scope="module")
def test_a_query_of_the_next_version_has_the_expected_answer(request, engine, endpoint, test) -> None:
    expect(request, engine, endpoint, test)


def expect(request, engine, endpoint, test) -> None:
    reason = deviations(engine.name).get(name(test))
    if reason:
        request.applymarker(pytest.mark.xfail(reason=reason, raises=AssertionError))
    answer = received(endpoint, test)
    assert answer.status_code == 200, answer.text
    if test.result is not None:
        assert received_answer(answer.headers["content-type"], answer.content) == expected_answer(test.result)


@pytest.mark.parametrize("name_of_engine", ENGINES)
def test_the_list_is_of_tests_and_says_why(name_of_engine) -> None:
    known = deviations(name_of_engine)
    assert known.keys() <= {name(test) for test in TESTS}
    assert all(len(reason.split()) > 3 for reason in known.values())
    assert len({test.iri for test in TESTS if test.iri.startswith(PREFIX)} - KNOWN_FAILURES.keys()) > 250
