"""Whatever is asked, the answer is a result or an error that says what to do; afterwards everything is as before."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from sotegraph.errors import PublisherError, RequestError, ServiceError
from sotegraph.sparql import QueryRequest
from tests.serving import family_memory_bytes
from tests.sparql.asking import count, whole
from tests.sparql.data import FILLER
from tests.sparql.pool import Pool, pool
from tests.sparql.queries import damaged, queries

WORKERS = 4
REFUSED = ("malformed-query", "bad-request", "query-refused")
ENDED = ("time-limit", "memory-limit", "result-limit", "overloaded")
EXPECTED = (RequestError, ServiceError)
OFTEN = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def small() -> Iterator[Pool]:
    """Workers that may take little of everything."""
    limits = {"query_time_limit_ms": 400, "query_memory_limit_bytes": 128 << 20, "query_result_limit_bytes": 1 << 20}
    with pool(query_workers=WORKERS, web_workers=1, **limits) as running:
        yield running


def ended(running: Pool, text: str) -> str:
    """How the query *text* ended: the form of its result, or the kind of its error."""
    try:
        form, body = asyncio.run(whole(running.evaluator, QueryRequest(text, time_limit_ms=400), "192.0.2.1"))
    except PublisherError as error:
        assert isinstance(error, EXPECTED), (text, error)
        assert str(error)
        return error.kind
    if form == "srj":
        json.loads(body)
    return form


def test_made_queries_end_well_and_leave_nothing_behind(small):
    seen: Counter[str] = Counter()

    @OFTEN
    @given(queries)
    def every(text: str) -> None:
        seen[ended(small, text)] += 1

    @OFTEN
    @given(damaged)
    def every_damaged(text: str) -> None:
        seen[ended(small, text)] += 1

    quiet = at_rest(small)
    every()
    every_damaged()
    assert seen["srj"] > 20
    assert seen["malformed-query"] > 20
    assert seen.keys() <= {"srj", "ttl", *REFUSED, *ENDED}
    after = at_rest(small)
    assert after.descriptors <= quiet.descriptors
    assert after.bytes < quiet.bytes + WORKERS * (64 << 20)


class Rest:
    """The state of workers that have nothing to do."""

    def __init__(self, running: Pool) -> None:
        self.workers = running.workers()
        self.descriptors = len(list(Path("/proc/self/fd").iterdir()))
        self.bytes = family_memory_bytes(running.process.pid)


def at_rest(running: Pool) -> Rest:
    """The state once every worker is there and answers."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        assert count(running.evaluator, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == FILLER + 2
        if len(alive := running.workers()) == WORKERS and all(Path(f"/proc/{each}").exists() for each in alive):
            return Rest(running)
        time.sleep(0.05)
    pytest.fail(f"of {WORKERS} workers only {running.workers()} came back")
