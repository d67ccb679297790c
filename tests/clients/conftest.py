"""Fixtures: the questions, and what may be missing on a machine but not in the build."""

from __future__ import annotations

import pytest

from sotegraph.entities import Index
from tests.clients.questions import LEAST, Question, questions
from tests.serving import Served


@pytest.fixture(scope="session")
def asked(bundled: Index) -> list[Question]:
    """The stored questions of the bundled publication."""
    found = questions(bundled)
    assert len(found) >= LEAST
    return found


@pytest.fixture(scope="session")
def endpoint(served: Served) -> str:
    """The address of the endpoint that serves the bundled publication."""
    return f"{served.address}/sparql"
