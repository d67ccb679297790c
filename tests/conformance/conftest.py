"""The conformance suites, for tests that run them."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from tests.conformance.manifests import http_tests
from tests.conformance_data import conformance_data
from tests.serving import Served, running


@pytest.fixture(scope="session")
def suites() -> Path:
    """The folder of the conformance suites."""
    return conformance_data() / "suites"


@pytest.fixture(scope="session")
def suite_server(suites: Path) -> Iterator[Served]:
    """A running server with the graphs of all tests of the protocol's suite beside the small publication."""
    tests = http_tests(suites / "sparql11" / "protocol" / "manifest.ttl")
    files = {name: file for test in tests for name, file in test.data.items()}
    quads = [
        Quad(each.subject, each.predicate, each.object, NamedNode(name))
        for name, file in files.items()
        for each in parse(path=file, format=RdfFormat.N_TRIPLES)
    ]
    assert len(quads) == 3
    with tempfile.TemporaryFile() as data:
        data.write(serialize(quads, format=RdfFormat.N_QUADS))
        data.seek(0)
        command = [sys.executable, "-m", "tests.conformance.serving_quads"]
        with running(command, data, web_workers=1, query_workers=1) as served:
            yield served
