"""The W3C suites of the protocol and of the service description pass with the dataset on each engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from sotegraph.remote import Engine as Connection
from sotegraph.remote import write_version
from sotegraph.settings import Settings
from sotegraph.store import build_version
from tests.conformance.manifests import http_tests
from tests.conformance.test_service_description_suite import (
    answer,
    description,
    test_conforms_to_schema,
    test_has_endpoint_triple,
    test_returns_rdf,
)
from tests.conformance.test_sparql_protocol_suite import (
    test_a_conversation_goes_as_the_suite_expects,
    test_an_update_is_refused_and_changes_nothing,
)
from tests.conformance_data import conformance_data
from tests.conftest import LIBRARY
from tests.remote.engines import Engine
from tests.serving import Served, serving

pytestmark = pytest.mark.slow
__all__ = [
    "answer",
    "description",
    "test_a_conversation_goes_as_the_suite_expects",
    "test_an_update_is_refused_and_changes_nothing",
    "test_conforms_to_schema",
    "test_has_endpoint_triple",
    "test_returns_rdf",
]


@pytest.fixture(scope="module")
def suite_server(engine: Engine, version) -> Iterator[Served]:
    """A server over each engine with the graphs of all tests of the protocol's suite beside the small publication."""
    tests = http_tests(conformance_data() / "suites" / "sparql11" / "protocol" / "manifest.ttl")
    files = {name: file for test in tests for name, file in test.data.items()}
    more = [
        Quad(each.subject, each.predicate, each.object, NamedNode(name))
        for name, file in files.items()
        for each in parse(path=file, format=RdfFormat.N_TRIPLES)
    ]
    with Connection(Settings(**engine.settings)) as connection:
        write_version(connection, build_version([*version.quads(), *more]), "https://library.example", 1)
    with serving(LIBRARY, **engine.settings, web_workers=1, query_workers=1) as served:
        yield served
