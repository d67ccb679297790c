"""A query that takes too much is ended, its sender told why, and everybody else served as before."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path

import pytest

from sotegraph.errors import (
    MalformedQuery,
    MemoryLimitReached,
    NoWorkers,
    Overloaded,
    QueryRefused,
    ResultLimitReached,
    TimeLimitReached,
    TooManyQueries,
)
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator, QueryRequest, WorkerEvaluator
from sotegraph.sparql.frames import Frame, Kind
from sotegraph.sparql.lanes import Lane
from sotegraph.sparql.workers import path_of
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
    with pytest.raises(TimeLimitReached, match="1000 milliseconds"):
        ask(workers.evaluator, QUIETLY_ENDLESS, time_limit_ms=1_000)
    assert 1 <= time.monotonic() - started < 10
    assert works(workers)


def test_a_sorted_product_is_ended_at_the_time_limit(workers):
    """Well before it has sorted its way to the memory limit."""
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


@pytest.mark.parametrize("comment", ["", " # service"])
def test_deep_nesting_is_refused_before_it_costs_a_worker(small_pool, comment):
    before = small_pool.workers()
    for opening, closing in ("{}", "()", "[]"):
        with pytest.raises(MalformedQuery, match="500 deep"):
            ask(small_pool.evaluator, "SELECT * {" + opening * 20_000 + closing * 20_000 + "}" + comment)
    assert set(before) <= set(small_pool.workers())


@pytest.mark.parametrize("beginning", ["1<", "?x = <http://e/\\u0041#> || 1 = "])
def test_nothing_hides_deep_nesting(small_pool, beginning):
    before = small_pool.workers()
    with pytest.raises(MalformedQuery, match="deep"):
        ask(small_pool.evaluator, f"ASK {{ FILTER({beginning}{'(' * 5_000}1{')' * 5_000}&&2>1) }}")
    assert set(before) <= set(small_pool.workers())


def test_nesting_that_a_parser_can_follow_is_answered(evaluator):
    assert rows(evaluator, "SELECT * " + "{" * 500 + "}" * 500) == [{}]


def test_a_bracket_in_a_string_an_iri_or_a_comment_nests_nothing(evaluator):
    values = """ '(' "[" <http://e/(> '''a '{' ''' "\\"{" """ * 600
    assert len(rows(evaluator, "SELECT ?x { # (((\n VALUES ?x { " + values + " } }")) == 3_000


CHAINS = {
    "not": "ASK { FILTER(" + "!" * 100_000 + "true) }",
    "sum": "ASK { FILTER(" + "1+" * 100_000 + "1 > 1) }",
    "sum of signed numbers": "ASK { FILTER(1" + "-1" * 100_000 + " > 1) }",
    "or": "SELECT * { FILTER(1" + "||1" * 50_000 + ") }",
    "names": "ASK { FILTER(" + "<urn:a>()-" * 50_000 + "1) }",
    "union": "ASK { " + "{} UNION " * 100_000 + "{} }",
    "optional": "ASK { " + "OPTIONAL { ?s ?p ?o } " * 40_000 + "}",
    "values": "ASK { " + "VALUES ?x { 1 } " * 50_000 + "}",
    "columns": "SELECT " + " ".join(f"(1 AS ?x{number})" for number in range(40_000)) + " {}",
    "alternatives": "ASK { ?s " + "<a:>|" * 100_000 + "<a:> ?o }",
    "quoted triples": "ASK { " + "?s ?p << " * 50_000 + "?s ?p ?o" + " >>" * 50_000 + " }",
    "hidden as an IRI": "ASK { FILTER(1<" + "!" * 100_000 + "2 && 3>2) }",
}


@pytest.mark.parametrize("chain", CHAINS)
def test_an_endless_chain_is_refused_at_its_place_and_costs_no_worker(small_pool, chain):
    before = small_pool.workers()
    with pytest.raises(MalformedQuery, match=r"^Line 1, column \d+: ") as caught:
        ask(small_pool.evaluator, CHAINS[chain])
    assert (caught.value.line, caught.value.column > 1_000) == (1, True)
    assert set(before) <= set(small_pool.workers())


def test_the_place_of_what_is_too_deep_is_told(evaluator):
    with pytest.raises(MalformedQuery) as caught:
        ask(evaluator, "ASK {\n# (((\n  " + "{" * 600 + "}" * 601)
    assert (caught.value.line, caught.value.column) == (3, 502)


@pytest.mark.parametrize(
    "query",
    [
        "ASK { FILTER(1 IN (" + ", ".join(["-1", "ex:a-b", "2 - 1"] * 5_000) + ")) }",
        "ASK { VALUES ?x { " + "ex:2020-01-01 -1 'x'@sv-FI <http://example.org/a/b-c/d> " * 2_000 + "} }",
        "ASK { VALUES (?x ?y) { " + "(ex:2020-01-01 -1) " * 5_000 + "} }",
        "ASK { " + "# ---- no * rule /// ----\n" * 2_000 + "}",
        "SELECT " + " ".join(f"?x{number}" for number in range(5_000)) + " {}",
        "ASK { FILTER(" + "1 + " * 1_900 + "1 > 1) }",
        "ASK { " + "{} UNION " * 900 + "{} }",
    ],
    ids=["in", "values", "rows", "comments", "columns", "sum", "union"],
)
def test_a_long_query_is_not_a_deep_one(evaluator, query):
    assert ask(evaluator, "PREFIX ex: <http://example.org/>\n" + query)


def test_the_time_limit_is_told_however_short_it_is(workers):
    for _ in range(3):
        with pytest.raises(TimeLimitReached):
            ask(workers.evaluator, QUIETLY_ENDLESS, time_limit_ms=1)
    assert works(workers)


def test_a_long_text_is_read_by_one_parser_only(workers):
    long = "SELECT * { VALUES ?x { " + "<http://example.org/a> " * 40_000 + "}"
    with pytest.raises(MalformedQuery, match="before line 1"):
        ask(workers.evaluator, long + " # from", time_limit_ms=60_000)
    with pytest.raises(QueryRefused, match="longer than 50000 characters"):
        ask(workers.evaluator, long + "} # service", time_limit_ms=60_000)
    assert works(workers)


@pytest.mark.slow
def test_memory_is_limited_to_the_budget_beside_the_version():
    """The query takes twice the first budget, and less than the second one."""
    long = "SELECT (GROUP_CONCAT(CONCAT(?a, STR(?b))) AS ?n) { { SELECT ?a { ?x ?y ?a } LIMIT 1000 } ?s ?p ?b }"
    query = f"SELECT (STRLEN(?n) AS ?size) {{ {{ {long} }} }}"
    with pool(query_workers=1, query_memory_limit_bytes=64 << 20) as running:
        with pytest.raises(MemoryLimitReached):
            ask(running.evaluator, query, time_limit_ms=60_000)
        assert works(running)
    with pool(query_workers=1, query_memory_limit_bytes=192 << 20) as running:
        assert int(rows(running.evaluator, query, time_limit_ms=60_000)[0]["size"]) > 50_000_000


def test_a_worker_that_has_grown_gives_way_to_a_fresh_one():
    grows = "SELECT (COUNT(DISTINCT CONCAT(?c, ?f)) AS ?n) { { SELECT ?c { ?a ?b ?c } LIMIT 60 } ?d ?e ?f }"
    with pool(query_workers=1, query_memory_limit_bytes=64 << 20) as running:
        before = running.workers()
        assert works(running)
        assert running.workers() == before
        deadline = time.monotonic() + 30
        while running.workers() in ([], before) and time.monotonic() < deadline:
            ask(running.evaluator, grows)
            time.sleep(0.05)
        assert running.workers() not in ([], before)
        assert works(running)


def test_the_kernel_ends_what_no_client_watches(workers):
    """A client that stands still at the time limit, as a stopped process does."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path_of(workers.address, Lane.LONG)))
        connection.settimeout(15)
        assert connection.recv(65536).startswith(Kind.GREETING.value)
        request = QueryRequest(QUIETLY_ENDLESS, time_limit_ms=100)
        connection.sendall(Frame.of(Kind.REQUEST, request.to_json()).encode())
        assert connection.recv(1) == b""
    assert works(workers)


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
    while before & set(workers.workers()) and time.monotonic() - started < 10:
        time.sleep(0.01)  # until the parent has buried the dead
    assert time.monotonic() - started < 10
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
        while not asking.done():
            await asyncio.sleep(0.3)  # It may be on its way to a worker for long queries at the very moment.
            for each in workers.workers():
                with contextlib.suppress(ProcessLookupError):
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


def test_one_client_leaves_a_worker_for_others():
    """Its own queries wait for each other, and not for ever; nothing of them is kept when they are over."""

    async def crowd(evaluator: WorkerEvaluator) -> tuple[float, list[type]]:
        endless = QueryRequest(QUIETLY_ENDLESS, time_limit_ms=2_000)
        greedy = [asyncio.create_task(evaluator.evaluate(endless, "127.0.0.2")) for _ in range(6)]
        await asyncio.sleep(0.3)
        started = time.monotonic()
        for _ in range(3):
            await whole(evaluator, QueryRequest(TINY), "127.0.0.3")
        needed = time.monotonic() - started
        assert greedy[0].done() is False
        return needed, [type(each) for each in await asyncio.gather(*greedy, return_exceptions=True)]

    with pool(query_workers=2, web_workers=1, query_queue_limit=6, query_time_limit_ms=2_500) as running:
        evaluator = running.evaluator
        needed, kinds = asyncio.run(crowd(evaluator))
        assert needed < 1.5
        assert kinds.count(TimeLimitReached) in (1, 2)
        assert kinds.count(TooManyQueries) >= 3
        assert set(kinds) <= {TimeLimitReached, TooManyQueries, Overloaded}
        assert not evaluator._turns._present
        assert not evaluator._turns._free


def test_workers_end_when_their_parent_is_gone():
    with pool(query_workers=2) as running:
        children = running.workers()
        running.process.kill()
        running.process.wait()
        deadline = time.monotonic() + 5
        while any(_alive(each) for each in children) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert [each for each in children if _alive(each)] == []
        with pytest.raises(NoWorkers):
            ask(running.evaluator, TINY)


def _alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
