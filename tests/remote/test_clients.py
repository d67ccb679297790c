"""SPARQLWrapper, rdflib's SPARQLStore and Comunica get along with the endpoint over each engine, as over our own.

The tests are those of ``tests/clients``. A question that an engine answers otherwise, or not at all, is listed with the
reason (``deviations/questions.csv``), and so is another test that fails (``deviations/clients.csv``); what is listed
and goes well fails the run.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.error import HTTPError

import pytest
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from tests.clients import test_comunica
from tests.clients.conftest import asked
from tests.clients.questions import Question, Row
from tests.clients.test_comunica import (
    Comunica,
    comunica,
    halves,
    rows,
    test_ask_and_construct_are_understood,
    test_one_query_is_answered_from_two_endpoints,
)
from tests.clients.test_python_clients import (
    CLIENTS,
    test_a_graph_becomes_a_graph_of_rdflib,
    test_a_graph_of_rdflib_may_stand_on_the_endpoint,
    test_a_value_may_be_bound_by_the_store,
    test_a_wrong_query_is_the_exception_that_clients_know,
    test_ask_is_a_truth_value,
)
from tests.conftest import ROOT
from tests.remote import engines
from tests.remote.conftest import load
from tests.remote.engines import Engine, running
from tests.remote.test_engines import deviations as of_questions
from tests.remote.test_engines import plain
from tests.serving import serving

pytestmark = pytest.mark.slow
__all__ = [
    "asked",
    "comunica",
    "test_a_graph_becomes_a_graph_of_rdflib",
    "test_a_graph_of_rdflib_may_stand_on_the_endpoint",
    "test_a_value_may_be_bound_by_the_store",
    "test_a_wrong_query_is_the_exception_that_clients_know",
    "test_ask_and_construct_are_understood",
    "test_ask_is_a_truth_value",
    "test_one_query_is_answered_from_two_endpoints",
]
Table = tuple[Row, Sequence[Row]]
REFUSALS = (SPARQLWrapperException, HTTPError, ValueError, LookupError)
"""What clients raise for a query that was not answered."""
DEVIATIONS = Path(__file__).with_name("deviations") / "clients.csv"


@functools.cache
def deviations() -> dict[tuple[str, str], str]:
    """The reason for each test of a client that is known to fail over an engine."""
    with DEVIATIONS.open(encoding="utf-8", newline="") as file:
        return {(row["engine"], row["test"]): row["reason"] for row in csv.DictReader(file)}


@pytest.fixture(autouse=True)
def _known(request: pytest.FixtureRequest) -> None:
    """Expect the failures that are known, and only those."""
    if "engine" not in request.fixturenames:
        return
    known = deviations().get((request.getfixturevalue("engine").name, request.node.originalname))
    if known:
        request.applymarker(pytest.mark.xfail(reason=known, raises=(AssertionError, *REFUSALS)))


def test_every_deviation_is_of_a_test() -> None:
    assert {test for _, test in deviations()} <= set(globals())


@pytest.fixture(scope="module")
def endpoint(engine: Engine) -> Iterator[str]:
    """The address of the endpoint that serves the bundled publication over each engine."""
    done = load(engine, ROOT, "--no-check")
    assert done.returncode == 0, done.stderr
    with serving(ROOT, **engine.settings) as served:
        yield f"{served.address}/sparql"


@pytest.fixture(scope="module")
def two_halves(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Two endpoints, each over an engine of its own of the same make."""
    one_half, other_half = halves(tmp_path_factory.mktemp("halves"))
    make = getattr(engines, engine.name)
    folders = [tmp_path_factory.mktemp(engine.name) for _ in range(2)]
    with running(make, folders[0]) as one, running(make, folders[1]) as other:
        for half, its in ((one_half, one), (other_half, other)):
            done = load(its, half, "--no-check")
            assert done.returncode == 0, done.stderr
        of_one, of_other = one.settings, other.settings
        with (
            serving(one_half, web_workers=1, **of_one) as first,
            serving(other_half, web_workers=1, **of_other) as last,
        ):
            yield f"{first.address}/sparql", f"{last.address}/sparql"


@pytest.mark.parametrize("client", CLIENTS)
def test_every_question_is_answered_by_a_client_of_python(
    engine: Engine, endpoint: str, asked: list[Question], client: Callable[[str, str], Table]
) -> None:
    assert otherwise(asked, lambda question: client(endpoint, question.text)) == answered_otherwise_by(engine)


def test_every_question_is_answered_by_comunica(
    engine: Engine, endpoint: str, asked: list[Question], comunica: Comunica
) -> None:
    def table(question: Question) -> Table:
        answer = comunica.ask(question.text, endpoint)
        if "rows" not in answer:
            raise LookupError(answer)
        return question.columns, rows(answer, question.columns)

    assert otherwise(asked, table) == answered_otherwise_by(engine)


def otherwise(asked: list[Question], table: Callable[[Question], Table]) -> set[str]:
    """The questions to which the answer is none, or another one than expected."""
    found = set()
    for question in asked:
        try:
            columns, answer = table(question)
        except REFUSALS:
            found.add(question.name)
            continue
        if (columns, [*map(plain, answer)]) != (question.columns, [*map(plain, question.rows)]):
            found.add(question.name)
    return found


def answered_otherwise_by(engine: Engine) -> set[str]:
    """The questions that are known to be so over *engine*."""
    return {question for name, question in of_questions("with defaults") if name == engine.name}


def test_an_error_of_the_endpoint_reaches_the_user(comunica: Comunica, endpoint: str) -> None:
    """The last test, for not every engine lets go of the query."""
    test_comunica.test_an_error_of_the_endpoint_reaches_the_user(comunica, endpoint)
