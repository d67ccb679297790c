"""A query that takes too much is ended, its sender told why, and everybody else served as before."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from sotegraph.errors import (
    MalformedQuery,
    MemoryLimitReached,
    Overloaded,
    PublisherError,
    ResultLimitReached,
    TimeLimitReached,
)
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator, QueryRequest, WorkerEvaluator
from tests.sparql.asking import ask, count, rows, whole
from tests.sparql.data import ENDLESS, FILLER, QUIETLY_ENDLESS
from tests.sparql.pool import Pool, pool

TINY = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
EVERYTHING = "SELECT * { ?s ?p ?o }"


@pytest.fixture(scope="module")
def small_pool():
    with pool(query_workers=2, query_memory_limit_bytes=64 << 20, query_result_limit_bytes=200_000) as running:
        yield running


def works(running: Pool) -> bool:
    return count(running.evaluator, TINY) == FILLER + 2


def test_the_time_limit_ends_a_query_and_says_so(workers):
    started = time.monotonic()
    with pytest.raises(TimeLimitReached, match="300 milliseconds"):
        ask(workers.evaluator, QUIETLY_ENDLESS, time_limit_ms=300)
    assert 0.3 <= time.monotonic() - started < 2
    assert works(workers)


def test_a_sorted_product_is_ended_at_the_time_limit(workers):
    with pytest.raises(TimeLimitReached):
        ask(workers.evaluator, ENDLESS, time_limit_ms=200)
    assert works(workers)


def test_the_memory_limit_ends_a_query_and_says_so(small_pool):
    with pytest.raises(MemoryLimitReached, match="67108864 bytes"):
        ask(small_pool.evaluator, ENDLESS)
    assert works(small_pool)


def test_a_result_that_is_too_long_is_refused_whole(small_pool, small):
    for evaluator in (small_pool.evaluator, InProcessEvaluator(small, Settings(query_result_limit_bytes=1024))):
        with pytest.raises(ResultLimitReached):
            ask(evaluator, EVERYTHING)
    assert works(small_pool)


def test_after_its_beginning_a_result_that_is_too_long_breaks_off(small_pool):
    async def collect() -> int:
        answer = await small_pool.evaluator.evaluate(QueryRequest(EVERYTHING))
        received = 0
        with pytest.raises(ResultLimitReached):
            async for piece in answer.body:
                received += len(piece)
        return received

    assert 0 < asyncio.run(collect()) <= 200_000


def test_an_error_before_the_beginning_is_a_clean_one(workers):
    with pytest.raises(MalformedQuery) as caught:
        ask(workers.evaluator, "SELECT * {\n ?s ?p }")
    assert (caught.value.line, caught.value.column) == (2, 2)


def test_deep_nesting_costs_one_worker_at_most(small_pool):
    with pytest.raises(PublisherError):
        ask(small_pool.evaluator, "SELECT * {" + "{" * 200_000 + "}" * 200_000 + "} # service")
    with pytest.raises(MemoryLimitReached):
        ask(small_pool.evaluator, "SELECT * {" + "{" * 200_000 + "}" * 200_000 + "}")
    assert works(small_pool)


def test_who_goes_away_frees_the_worker_at_once(workers):
    async def leave() -> None:
        asking = asyncio.create_task(whole(workers.evaluator, QueryRequest(QUIETLY_ENDLESS, time_limit_ms=60_000)))
        await asyncio.sleep(0.5)
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking

    async def leave_all() -> None:
        await asyncio.gather(*(leave() for _ in range(2)))

    before = set(workers.workers())
    asyncio.run(leave_all())
    started = time.monotonic()
    assert works(workers)
    while before & set(workers.workers()) and time.monotonic() - started < 1:
        time.sleep(0.01)  # until the parent has buried the dead
    assert time.monotonic() - started < 1
    assert not before & set(workers.workers())


def test_who_stops_reading_frees_the_worker_at_once(workers):
    async def peek() -> bytes:
        product = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
        answer = await workers.evaluator.evaluate(QueryRequest(product, time_limit_ms=60_000))
        piece = await anext(answer.body)
        await answer.body.aclose()
        return piece

    for _ in range(4):
        assert asyncio.run(peek()).startswith(b'{"head"')
    assert works(workers)


def test_the_time_limit_of_a_slow_reader_never_hits_the_next_query(workers):
    """A worker that has sent everything waits for its client to close before it takes another query."""

    async def read_late() -> bytes:
        answer = await workers.evaluator.evaluate(QueryRequest(EVERYTHING + " LIMIT 1000", time_limit_ms=300))
        await asyncio.sleep(0.6)
        return b"".join([piece async for piece in answer.body])

    async def both() -> list[bytes]:
        late = asyncio.create_task(read_late())
        results = []
        for _ in range(100):
            results.append((await whole(workers.evaluator, QueryRequest(TINY)))[1])
            await asyncio.sleep(0.005)
        assert len(json.loads(await late)["results"]["bindings"]) == 1000
        return results

    assert len(set(asyncio.run(both()))) == 1


def test_a_worker_killed_from_outside_is_a_clear_error_and_is_replaced(workers):
    async def kill() -> None:
        asking = asyncio.create_task(whole(workers.evaluator, QueryRequest(QUIETLY_ENDLESS)))
        await asyncio.sleep(0.3)
        for each in workers.workers():
            os.kill(each, signal.SIGKILL)
        with pytest.raises(MemoryLimitReached, match="came to an end before"):
            await asking

    asyncio.run(kill())
    assert works(workers)
    assert len(workers.workers()) == 2


def test_a_query_that_waits_is_answered_when_a_worker_is_free(workers):
    async def crowd() -> list[tuple[str, bytes]]:
        return await asyncio.gather(*(whole(workers.evaluator, QueryRequest(TINY)) for _ in range(40)))

    assert len(set(asyncio.run(crowd()))) == 1


def test_too_many_waiting_queries_are_turned_away():
    async def crowd(evaluator: WorkerEvaluator) -> list[BaseException | tuple[str, bytes]]:
        request = QueryRequest(QUIETLY_ENDLESS, time_limit_ms=500)
        asking = (whole(evaluator, request) for _ in range(8))
        return await asyncio.gather(*asking, return_exceptions=True)

    with pool(query_workers=1, query_queue_limit=2, query_time_limit_ms=600) as running:
        kinds = [type(each) for each in asyncio.run(crowd(running.evaluator))]
        assert kinds.count(Overloaded) >= 6
        assert TimeLimitReached in kinds
        assert rows(running.evaluator, TINY)


def test_workers_end_when_their_parent_is_gone():
    with pool(query_workers=2) as running:
        children = running.workers()
        running.process.kill()
        running.process.wait()
        deadline = time.monotonic() + 5
        while any(_alive(each) for each in children) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert [each for each in children if _alive(each)] == []
        with pytest.raises(Overloaded):
            ask(running.evaluator, TINY)


def _alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
