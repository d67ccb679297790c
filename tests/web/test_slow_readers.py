"""Whoever reads slowly, or no longer, costs nobody else anything; and nobody takes a part of a result for the whole.

The clock of a query runs until the last piece of its result has been taken from the worker. What is short is taken at
once, whoever reads it; of a long result, the reader has to keep up.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx2 as httpx
import pytest

from tests.conftest import LIBRARY
from tests.serving import Served, serving

TINY = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
PRODUCT = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
TIME_LIMIT_S = 3.0
READING_LIMIT_S = 1.0
RESULT_LIMIT_BYTES = 16 << 20
LONG_LIMIT_S, PATIENCE_S = 120, 60
ESTABLISHED = "01"
"""As the kernel's table of connections says it."""
LAST_CHUNK = b"\r\n0\r\n\r\n"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    """One worker of each kind, so that whatever holds one is seen."""
    limits = {"query_time_limit_ms": int(TIME_LIMIT_S * 1000), "query_result_limit_bytes": RESULT_LIMIT_BYTES}
    with serving(LIBRARY, web_workers=1, query_workers=1, **limits) as served:
        yield served


@pytest.fixture(scope="module")
def impatient() -> Iterator[Served]:
    """A server that waits a long time for a query, and a short one for a reader."""
    limits = {"query_time_limit_ms": LONG_LIMIT_S * 1000, "request_time_limit_ms": int(READING_LIMIT_S * 1000)}
    limits["cache_result_bytes"] = 1 << 28
    with serving(LIBRARY, web_workers=1, query_workers=1, **limits) as served:
        yield served


def sent(server: Served, query: str, protocol: str = "HTTP/1.1", **parameters: object) -> socket.socket:
    """A connection on which the request for *query* has been sent, and which takes little at a time."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    connection.settimeout(PATIENCE_S)
    url = urlsplit(server.address)
    connection.connect((url.hostname, url.port))
    target = f"/sparql?{urlencode({'query': query, 'format': 'csv', **parameters})}"
    connection.sendall(f"GET {target} {protocol}\r\nHost: x\r\n\r\n".encode())
    return connection


def received(connection: socket.socket, pause_s: float = 0.0) -> bytes:
    """What comes until the other end closes or breaks the connection, or the last chunk."""
    data = bytearray()
    try:
        while piece := connection.recv(65_536):
            data += piece
            if data.endswith(LAST_CHUNK):
                break
            time.sleep(pause_s)
    except ConnectionResetError:
        pass
    return bytes(data)


def is_free(server: Served) -> bool:
    """Whether the one worker answers a short question, asked again while it is turned away.

    Whoever holds the worker for ever holds it for longer than this waits, which is less than the long time limit.
    """
    deadline, address = time.monotonic() + PATIENCE_S, f"{server.address}/sparql"
    while (status := httpx.get(address, params={"query": TINY}, timeout=PATIENCE_S).status_code) != 200:
        assert status in (429, 503)
        if time.monotonic() > deadline:
            return False
    return True


def is_open(connection: socket.socket) -> bool:
    """Whether the server has its end of *connection*; what it sent before may be on its way for longer."""
    port = connection.getsockname()[1]
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return any(int(row[2].rpartition(":")[2], 16) == port and row[3] == ESTABLISHED for row in rows)


def test_a_whole_result_ends_with_its_last_chunk(server):
    with sent(server, PRODUCT + " LIMIT 30000") as connection:
        answer = received(connection)
    assert b"transfer-encoding: chunked" in answer.lower()
    assert answer.endswith(LAST_CHUNK)


def test_a_result_above_the_limit_never_ends_with_a_last_chunk(server):
    with sent(server, PRODUCT) as connection:
        answer = received(connection)
    assert answer.startswith(b"HTTP/1.1 200")
    assert 100_000 < len(answer) < RESULT_LIMIT_BYTES + 100_000
    assert not answer.endswith(LAST_CHUNK)


def test_a_result_that_takes_too_long_never_ends_with_a_last_chunk(server):
    rows = "SELECT * { { SELECT * { ?a ?b ?c } LIMIT 900 } ?d ?e ?f FILTER(CONTAINS(STR(?c), STR(?f))) }"
    endless = rows.replace("?d ?e ?f", "?d ?e ?f . ?g ?h ?i")
    with sent(server, endless, timeout=1) as connection:
        answer = received(connection)
    assert not answer.endswith(LAST_CHUNK)
    assert answer.startswith(b"HTTP/1.1 503") or (answer.startswith(b"HTTP/1.1 200") and len(answer) > 60_000)


def test_in_http_1_0_a_limit_is_an_error_and_never_a_part(server):
    with sent(server, PRODUCT, "HTTP/1.0") as connection:
        answer = received(connection)
    assert answer.startswith(b"HTTP/1.1 503")
    with sent(server, PRODUCT + " LIMIT 3000", "HTTP/1.0") as connection:
        head, _, body = received(connection).partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}".encode() in head.lower()


def test_a_reader_that_stops_frees_the_worker_at_the_time_limit(server):
    with sent(server, PRODUCT + " LIMIT 40000") as connection:
        assert connection.recv(64).startswith(b"HTTP/1.1 200")
        assert is_free(server)
        assert not received(connection).endswith(LAST_CHUNK)


def test_a_reader_of_a_short_result_holds_no_worker(server):
    """What is still in a worker at the time limit is lost."""
    with sent(server, PRODUCT + " LIMIT 2000") as connection:
        assert connection.recv(64).startswith(b"HTTP/1.1 200")
        assert is_free(server)
        time.sleep(TIME_LIMIT_S + 0.5)
        assert received(connection).count(b"\r\n") > 2_000


def test_a_slow_reader_who_keeps_up_gets_everything(impatient):
    with sent(impatient, PRODUCT + " LIMIT 20000") as connection:
        started = time.monotonic()
        answer = received(connection, pause_s=0.004)
        assert answer.endswith(LAST_CHUNK)
        assert time.monotonic() - started > 2 * READING_LIMIT_S


def test_a_reader_who_takes_nothing_is_cut_off_long_before_the_query_is(impatient):
    with sent(impatient, PRODUCT + " LIMIT 60000") as connection:
        assert connection.recv(64).startswith(b"HTTP/1.1 200")
        assert is_free(impatient)
        assert not received(connection).endswith(LAST_CHUNK)


def test_what_is_left_of_a_whole_answer_is_not_kept_for_ever(impatient):
    """The result is remembered by then, so that no worker has a part in it."""
    query = PRODUCT + " LIMIT 40001"
    for _ in range(2):
        answer = httpx.get(f"{impatient.address}/sparql", params={"query": query, "format": "csv"}, timeout=30)
    assert answer.headers["cache-status"] == "sotegraph; hit"
    length = int(answer.headers["content-length"])
    deadline = time.monotonic() + PATIENCE_S
    with sent(impatient, query) as connection:
        assert connection.recv(64).startswith(b"HTTP/1.1 200")
        while is_open(connection) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert len(received(connection)) < length
