"""Fixtures: a small dataset, and both evaluators over it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sotegraph.settings import Settings
from sotegraph.sparql import Evaluator, InProcessEvaluator
from sotegraph.store import Version
from tests.sparql.data import small_version
from tests.sparql.pool import Pool, pool


@pytest.fixture(scope="session")
def small() -> Version:
    """A dataset in which one triple stands in two graphs."""
    return small_version()


@pytest.fixture(scope="session")
def in_process(small: Version) -> InProcessEvaluator:
    return InProcessEvaluator(small, Settings())


@pytest.fixture(scope="session")
def workers() -> Iterator[Pool]:
    """Two running workers for the same dataset."""
    with pool(query_workers=2) as running:
        yield running


@pytest.fixture(params=["in a thread", "in a worker"])
def evaluator(request: pytest.FixtureRequest) -> Evaluator:
    """Each of the two evaluators: what is promised of one holds for the other."""
    if request.param == "in a thread":
        found: Evaluator = request.getfixturevalue("in_process")
        return found
    running: Pool = request.getfixturevalue("workers")
    return running.evaluator
