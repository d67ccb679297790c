"""The conformance suites, for tests that run them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance_data import conformance_data


@pytest.fixture(scope="session")
def suites() -> Path:
    """The folder of the conformance suites."""
    return conformance_data() / "suites"
