"""What a client may send before its request is whole: how much, and for how long."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest

from tests.conftest import LIBRARY
from tests.serving import Served, serving

LIMIT_S = 1.0
POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving(LIBRARY, web_workers=1, query_workers=1, request_time_limit_ms=int(LIMIT_S * 1000)) as served:
        yield served


def connected(server: Served) -> socket.socket:
    url = urlsplit(server.address)
    return socket.create_connection((url.hostname, url.port), timeout=20)


def received(connection: socket.socket) -> bytes:
    """What comes until the other end closes."""
    try:
        return b"".join(iter(lambda: connection.recv(65536), b""))
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET /spar",
        b"GET / HTTP/1.1\r\nHost: x\r\nAccept: ",
        POST + b"Content-Length: 10\r\n\r\nASK",
        POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nASK\r\n",
    ],
)
def test_a_request_that_stays_incomplete_ends_its_connection(server, begun):
    with connected(server) as connection:
        connection.sendall(begun)
        started = time.monotonic()
        assert received(connection) == b""
        assert LIMIT_S / 2 < time.monotonic() - started < LIMIT_S + 9


def test_a_request_that_comes_byte_by_byte_has_no_more_time(server):
    with connected(server) as connection:
        started = time.monotonic()
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            while time.monotonic() - started < 15:
                connection.sendall(b"x")
                time.sleep(0.05)
        assert time.monotonic() - started < LIMIT_S + 9


def test_the_second_request_of_a_connection_has_its_own_time(server):
    whole = b"HEAD /sparql HTTP/1.1\r\nHost: x\r\n\r\n"
    with connected(server) as connection:
        for _ in range(3):
            connection.sendall(whole[:20])
            time.sleep(LIMIT_S * 0.6)
            connection.sendall(whole[20:])
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")


def test_an_answer_may_take_longer_than_its_request(server):
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    answer = httpx.get(f"{server.address}/sparql", params={"query": endless, "timeout": LIMIT_S * 2}, timeout=30)
    assert answer.json()["kind"] == "time-limit"


def problem(answer: bytes) -> dict[str, object]:
    """The problem document that is all there is in *answer*."""
    head, _, body = answer.partition(b"\r\n\r\n")
    fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:])
    assert fields[b"content-type"] == b"application/problem+json"
    assert fields[b"connection"] == b"close"
    assert int(fields[b"content-length"]) == len(body)
    assert fields[b"cache-control"] == b"no-store"
    assert b"date" in fields
    found = json.loads(body)
    assert head.split()[1] == str(found["status"]).encode()
    assert {"type", "title", "detail", "kind"} <= set(found)
    return found


@pytest.mark.parametrize("lines", [1, 1_000])
@pytest.mark.parametrize("size", [100_000, 3_000_000])
def test_a_head_that_is_too_long_is_refused(server, lines, size):
    fields = b"".join(b"X-%d: %s\r\n" % (number, b"x" * (size // lines)) for number in range(lines))
    with connected(server) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nAccept-Language: fi\r\n" + fields + b"\r\n")
        found = problem(received(connection))
    assert (found["status"], found["kind"], found["limit"]) == (431, "headers-too-large", 32_768)
    assert found["title"] == "Pyynnön otsakkeet ovat liian pitkiä"


@pytest.mark.parametrize("size", [60_000, 65_500, 66_000, 80_000, 1_000_000])
def test_an_address_of_any_length_is_refused_as_what_it_is(server, size):
    with connected(server) as connection:
        address = b"/sparql?query=ASK%7B%7D&x=" + b"a" * size
        connection.sendall(b"GET " + address + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        found = problem(received(connection))
    assert (found["status"], found["kind"], found["limit"]) == (414, "address-too-long", 8_192)


def test_a_long_body_is_read_in_pieces(server):
    query = b"ASK {} #" + b"x" * 500_000
    answer = httpx.post(
        f"{server.address}/sparql", content=query, headers={"Content-Type": "application/sparql-query"}, timeout=20
    )
    assert answer.json()["boolean"] is True


GET = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: b\x00c\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nASK\r\n0\r\n\r\n",
        POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nASK",
        POST + b"Transfer-Encoding: chunked, identity\r\n\r\nASK",
        b"not a request at all\r\n\r\n",
    ],
)
def test_a_malformed_request_is_refused_and_ends_its_connection(server, request_):
    with connected(server) as connection:
        connection.sendall(request_ + GET)
        answer = received(connection)
    assert problem(answer)["kind"] == "bad-request"
    assert answer.count(b"HTTP/1.1") == 1


def test_what_comes_after_a_refusal_has_no_more_time_than_a_request(server):
    with connected(server) as connection:
        connection.sendall(b"not a request at all\r\n\r\n")
        assert problem(received(connection))["status"] == 400
        started = time.monotonic()
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            while time.monotonic() - started < 15:
                connection.sendall(b"x")
                time.sleep(0.05)
        assert time.monotonic() - started < LIMIT_S + 9


def test_requests_sent_at_once_are_answered_in_turn(server):
    with connected(server) as connection:
        last = GET.replace(b"/health", b"/nowhere").replace(b"x\r\n", b"x\r\nConnection: close\r\n")
        connection.sendall(GET * 3 + last)
        answers = received(connection).split(b"HTTP/1.1 ")[1:]
    assert [each[:3] for each in answers] == [b"200", b"200", b"200", b"404"]


def test_what_is_no_request_never_looks_like_an_answer_to_the_one_before(server):
    product = b"SELECT%20%2A%20%7B%3Fa%20%3Fb%20%3Fc.%3Fd%20%3Fe%20%3Ff%7D"
    long = b"GET /sparql?query=" + product + b"&timeout=1 HTTP/1.1\r\nHost: x\r\n\r\n"
    with connected(server) as connection:
        connection.sendall(long)
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
        connection.sendall(b"???\r\n\r\n")
        rest = received(connection)
    assert b"HTTP/1.1 400" not in rest
    assert not rest.endswith(b"0\r\n\r\n")


def test_another_protocol_is_declined_by_an_answer_in_this_one(server):
    upgrade = GET.replace(
        b"\r\n\r\n", b"\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n\r\n"
    )
    with connected(server) as connection:
        connection.sendall(upgrade + b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        answer = received(connection)
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.count(b"HTTP/1.1") == 1


def test_trailers_are_no_header_fields(server):
    chunked = POST + b"Transfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\nAccept: text/csv\r\n\r\n"
    with connected(server) as connection:
        connection.sendall(chunked)
        assert b"sparql-results+json" in connection.recv(65536)


def test_empty_lines_between_requests_keep_a_connection_no_longer(server):
    with connected(server) as connection:
        connection.sendall(GET)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        connection.sendall(b"\r\n")
        started = time.monotonic()
        assert b"HTTP/1.1" not in received(connection)
        assert time.monotonic() - started < 15
