"""A query that would never end costs its sender a clear error and nobody else anything."""

from __future__ import annotations

import asyncio
import gc
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from urllib.parse import urlencode

import httpx2 as httpx
import pytest

from tests.conftest import LIBRARY
from tests.overload import CLIENTS, RUNAWAYS, measure
from tests.overload import TIME_LIMIT_MS as OVERLOAD_LIMIT_MS
from tests.serving import serving

ENDLESS = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g"
TIME_LIMIT_MS = 1_500
PATIENCE_S = 60
"""How long anything is waited for that has to come; without a limit the query would take days."""
REFUSALS = {"time-limit", "memory-limit", "overloaded", "too-many-queries"}


@pytest.fixture(scope="module")
def server():
    with serving(LIBRARY, query_time_limit_ms=TIME_LIMIT_MS) as served:
        yield served


def ask(server, query: str) -> httpx.Response:
    return httpx.get(f"{server.address}/sparql?{urlencode({'query': query})}", timeout=PATIENCE_S)


def test_it_ends_at_its_limit_with_a_clear_error(server):
    answer = ask(server, ENDLESS)
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["kind"] in ("time-limit", "memory-limit")
    assert answer.headers["retry-after"]


def test_pages_beside_it_are_unharmed_and_memory_comes_back(server):
    def page(_: int) -> int:
        return httpx.get(f"{server.address}/doc/branch/01.ttl", timeout=PATIENCE_S).status_code

    with ThreadPoolExecutor(12) as pool:
        assert set(pool.map(page, range(20))) == {200}
        assert ask(server, ENDLESS).status_code == 503  # What is made at first use is there when memory is weighed.
        quiet = server.memory_bytes()
        runaways = [pool.submit(ask, server, ENDLESS) for _ in range(4)]
        assert set(pool.map(page, range(50))) == {200}
        assert {run.result().json()["kind"] for run in runaways} <= REFUSALS
    gc.collect()
    deadline = time.monotonic() + PATIENCE_S
    while server.memory_bytes() > quiet * 1.2 + 10_000_000 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert server.memory_bytes() <= quiet * 1.2 + 10_000_000


def test_the_endpoint_answers_again_at_once(server):
    answer = ask(server, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    assert answer.status_code == 200
    assert int(answer.json()["results"]["bindings"][0]["n"]["value"]) > 1_000


@pytest.mark.slow
def test_one_client_too_many_and_one_query_too_many_are_told_apart():
    """The first is 429, for this client has to wait; the second 503, for everybody has to."""
    limits = {"web_workers": 1, "query_workers": 1, "query_queue_limit": 2, "query_time_limit_ms": 6_000}
    with serving(LIBRARY, **limits) as server, ExitStack() as connections:

        def asked(number: int) -> httpx.Client:
            transport = httpx.HTTPTransport(local_address=f"127.0.0.{number}")
            return connections.enter_context(httpx.Client(transport=transport, timeout=PATIENCE_S))

        def endless(number: int) -> httpx.Response:
            return asked(number).get(f"{server.address}/sparql", params={"query": f"{ENDLESS} # {number}"})

        with ThreadPoolExecutor(8) as pool:
            one_client = [pool.submit(endless, 2) for _ in range(3)]
            refused = next(as_completed(one_client)).result()
            assert (refused.status_code, refused.json()["kind"]) == (429, "too-many-queries")
            assert refused.headers["retry-after"] == "5"
            others = [pool.submit(endless, number) for number in (3, 4, 5)]
            refused = next(as_completed(others)).result()
            assert (refused.status_code, refused.json()["kind"]) == (503, "overloaded")
            assert refused.headers["retry-after"] == "5"


@pytest.mark.slow
def test_two_hundred_clients_hardly_notice_that_twenty_of_them_never_stop():
    """Figures stand in no test, for they are the machine's; ``python -m tests.overload`` prints them."""
    budget, workers = 256 << 20, 4
    limits = {"query_time_limit_ms": OVERLOAD_LIMIT_MS, "query_memory_limit_bytes": budget, "query_workers": workers}
    with serving(LIBRARY, **limits) as server:
        quiet, busy, after = asyncio.run(measure(server, 10, 5))
        deadline = time.monotonic() + PATIENCE_S
        while server.memory_bytes() > quiet.most_bytes * 1.2 + 20_000_000 and time.monotonic() < deadline:
            time.sleep(0.2)
        assert server.memory_bytes() <= quiet.most_bytes * 1.2 + 20_000_000
    for phase in (quiet, busy, after):
        assert phase.ends.keys() <= {"ok", "overloaded"}, phase
        assert phase.ends["ok"] > 0.8 * phase.ends.total() > CLIENTS
    assert busy.quantile(50) < max(OVERLOAD_LIMIT_MS / 2000, 5 * quiet.quantile(50))
    assert busy.runaway_ends.keys() <= REFUSALS
    assert busy.runaway_ends.total() >= RUNAWAYS
    assert busy.most_bytes < quiet.most_bytes + workers * (budget + (64 << 20))
