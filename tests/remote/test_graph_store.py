"""The W3C suite of the Graph Store Protocol, as far as it reads, passes with the dataset on each engine.

A module of its own: its endpoint says on the engine which version is there, and no other server may stand over it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance.endpoint import Endpoint, listening
from tests.conformance.test_graph_store_suite import test_a_graph_is_read_as_the_suite_expects
from tests.remote.endpoint import RemoteEndpoint

pytestmark = pytest.mark.slow
__all__ = ["test_a_graph_is_read_as_the_suite_expects"]


@pytest.fixture(scope="module")
def endpoint(index, engine) -> Iterator[Endpoint]:
    found = RemoteEndpoint(index, engine)
    with found.connection:
        yield found


@pytest.fixture(scope="module")
def address(endpoint) -> Iterator[str]:
    with listening(endpoint.app) as found:
        yield found
