"""Short queries get past long ones: half of the workers are kept for them, whoever sends the long ones.

What overruns its quantum on a kept worker is ended there and asked again among the long ones, which its sender does not
notice; elsewhere it goes on, with the lowest claim to the processor.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sotegraph.errors import Overloaded, TimeLimitReached
from sotegraph.sparql import QueryRequest, WorkerEvaluator
from sotegraph.sparql.lanes import QUANTUM_S, Lane, Reputation, lanes_of
from tests.sparql.asking import whole
from tests.sparql.data import FILLER, QUIETLY_ENDLESS
from tests.sparql.pool import Pool, pool

TINY = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
LONG = "SELECT (COUNT(*) AS ?n) { { SELECT ?c { ?a ?b ?c } LIMIT 300 } ?d ?e ?f FILTER(CONTAINS(STR(?f), STR(?c))) }"
"""Takes a few times the quantum, and comes to its end."""


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_client_is_new_then_known_then_new_again():
    reputation = Reputation(clock := Clock())
    assert reputation.lane("192.0.2.1") is Lane.NEW
    reputation.was_short("192.0.2.1")
    assert reputation.lane("192.0.2.1") is Lane.KNOWN
    assert reputation.lane("192.0.2.2") is Lane.NEW
    clock.now += 3_600
    assert reputation.lane("192.0.2.1") is Lane.NEW


def test_a_short_query_does_not_make_up_for_a_long_one_but_time_does():
    reputation = Reputation(clock := Clock())
    reputation.was_long("192.0.2.1")
    reputation.was_short("192.0.2.1")
    assert reputation.lane("192.0.2.1") is Lane.LONG
    clock.now += 61
    assert reputation.lane("192.0.2.1") is Lane.NEW


def test_no_more_clients_are_remembered_than_anybody_has():
    reputation = Reputation()
    for number in range(11_000):
        reputation.was_long(str(number))
    assert len(reputation._until) == 10_000
    assert reputation.lane("0") is Lane.NEW


@pytest.mark.parametrize("workers", range(1, 20))
def test_somebody_answers_in_every_lane_and_half_of_them_only_short_queries(workers):
    lanes = [lanes_of(worker, workers) for worker in range(workers)]
    assert {lane for each in lanes for lane in each} == set(Lane)
    assert sum(Lane.LONG not in each for each in lanes) == workers // 2


@pytest.fixture(scope="module")
def running() -> Iterator[Pool]:
    """Two workers, the first of them kept for short queries."""
    with pool(query_workers=2, web_workers=1) as found:
        yield found


async def timed(evaluator: WorkerEvaluator, text: str, client: str) -> tuple[float, int]:
    """How long *text* took, and the number it selects."""
    started = time.monotonic()
    _, body = await whole(evaluator, QueryRequest(text, time_limit_ms=30_000), client)
    return time.monotonic() - started, int(json.loads(body)["results"]["bindings"][0]["n"]["value"])


@pytest.mark.skipif(not hasattr(select, "EPOLLEXCLUSIVE"), reason="this system wakes up all who wait")
def test_a_query_wakes_up_no_worker_in_vain(workers):
    """Of two workers that wait at the same queue one is hardly ever needed, when one query follows another."""
    asyncio.run(whole(workers.evaluator, QueryRequest(TINY)))
    before = {worker: wakings(worker) for worker in workers.workers()}
    assert len(before) == 2
    for _ in range(25):
        asyncio.run(whole(workers.evaluator, QueryRequest(TINY)))
        time.sleep(0.01)  # until the one that answered waits again
    assert min(wakings(worker) - count for worker, count in before.items()) < 12


def wakings(process: int) -> int:
    """How many times *process* has waited for something."""
    told = Path(f"/proc/{process}/status").read_text()
    return int(told.partition("\nvoluntary_ctxt_switches:")[2].split()[0])


def test_a_query_that_is_moved_has_the_right_answer(running):
    async def several() -> list[tuple[float, int]]:
        evaluator = running.evaluator
        return [await timed(evaluator, LONG, f"192.0.2.{number}") for number in range(3)]

    answers = asyncio.run(several())
    assert {number for _, number in answers} == {answers[0][1]}
    assert answers[0][1] >= 300
    assert min(took for took, _ in answers) > QUANTUM_S


@pytest.mark.slow
def test_long_queries_of_many_leave_a_worker_for_short_ones(running):
    async def crowd() -> tuple[list[float], list[BaseException | tuple[str, bytes]]]:
        evaluator = running.evaluator
        await timed(evaluator, TINY, "198.51.100.1")
        endless = QueryRequest(QUIETLY_ENDLESS, time_limit_ms=3_000)
        asking = [asyncio.create_task(whole(evaluator, endless, f"192.0.2.{number}")) for number in range(100, 110)]
        await asyncio.sleep(0.05)
        took = []
        for number in range(60):
            client = "198.51.100.1" if number % 3 else f"203.0.113.{number}"
            needed, found = await timed(evaluator, TINY, client)
            assert found == FILLER + 2
            took.append(needed)
            await asyncio.sleep(0.02)
        return took, await asyncio.gather(*asking, return_exceptions=True)

    took, ends = asyncio.run(crowd())
    assert sorted(took)[len(took) // 2] < 0.5
    assert sum(each < 1.5 for each in took) > len(took) * 0.8
    assert {type(end) for end in ends} <= {TimeLimitReached, Overloaded}


@pytest.mark.slow
def test_a_long_query_gives_way_and_its_worker_is_replaced_afterwards(running):
    async def one() -> list[int]:
        evaluator = running.evaluator
        asking = asyncio.create_task(timed(evaluator, LONG.replace("300", "2000"), "192.0.2.200"))
        lowest = 0
        while not asking.done():
            with suppress(ProcessLookupError):
                lowest = max([lowest, *(os.getpriority(os.PRIO_PROCESS, each) for each in running.workers())])
            await asyncio.sleep(0.01)
        return [lowest]

    usual = os.getpriority(os.PRIO_PROCESS, running.process.pid)
    assert asyncio.run(one()) > [usual]
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with suppress(ProcessLookupError):
            found = [os.getpriority(os.PRIO_PROCESS, each) for each in running.workers()]
            if found == [usual] * 2:
                return
        time.sleep(0.02)
    pytest.fail("a worker keeps the priority that a long query had")


def test_a_result_that_nobody_reads_holds_no_worker_when_it_is_short():
    """It has been taken from the worker before its reader gets the first piece."""

    async def unread() -> float:
        evaluator = running.evaluator
        answers = [
            await evaluator.evaluate(QueryRequest("SELECT * { ?s ?p ?o } LIMIT 2000"), f"192.0.2.{number}")
            for number in range(4)
        ]
        took, _ = await timed(evaluator, TINY, "198.51.100.9")
        lengths = [sum([len(piece) async for piece in answer.body]) for answer in answers]
        assert len(set(lengths)) == 1
        assert lengths[0] > 100_000
        return took

    with pool(query_workers=1, web_workers=1) as running:
        assert asyncio.run(unread()) < 5
