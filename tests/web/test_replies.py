"""A request that comes again, to the byte, gets the reply that it got, and nothing else does."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from urllib.parse import quote, urlsplit

import pytest

from sotegraph.web.replies import Replies
from tests.conftest import LIBRARY
from tests.serving import Served, serving

SELECT = "SELECT ?p ?o { <https://library.example/id/book/1> ?p ?o } ORDER BY ?p ?o"
LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving(LIBRARY, web_workers=1, query_workers=1, access_log="true", cache_result_bytes=1 << 28) as served:
        yield served


def request(query: str, *fields: str) -> bytes:
    lines = [f"GET /sparql?query={quote(query)} HTTP/1.1", "Host: x", "Accept: text/csv", *fields, "", ""]
    return "\r\n".join(lines).encode()


@contextmanager
def connected(server: Served, source: str = "127.0.0.1") -> Iterator[socket.socket]:
    url = urlsplit(server.address)
    with socket.create_connection((url.hostname, url.port), timeout=20, source_address=(source, 0)) as connection:
        yield connection


def answer(connection: socket.socket, asked: bytes) -> tuple[dict[str, str], bytes]:
    """The header fields and the body of the answer to *asked*; its first line stands under an empty name."""
    connection.sendall(asked)
    with connection.makefile("rb") as file:
        return read(file)


def read(file: BinaryIO) -> tuple[dict[str, str], bytes]:
    fields = {"": file.readline().decode().strip()}
    while line := file.readline().decode().strip():
        name, _, value = line.partition(": ")
        fields[name] = value
    if fields[""].split()[1] == "304":
        return fields, b""
    if "content-length" in fields:
        return fields, file.read(int(fields["content-length"]))
    body = b""
    while size := int(file.readline(), 16):
        body += file.read(size)
        file.readline()
    file.readline()
    return fields, body


def without_times(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if name != "date"}


@pytest.mark.parametrize("query", [SELECT, LONG])
def test_the_reply_is_the_one_of_the_remembered_result(server, query):
    with connected(server) as connection:
        answers = [answer(connection, request(query)) for _ in range(5)]
    assert [fields["cache-status"] for fields, _ in answers[:2]] == ["sotegraph; fwd=miss", "sotegraph; hit"]
    assert len({body for _, body in answers}) == 1
    assert all(without_times(fields) == without_times(answers[1][0]) for fields, _ in answers[1:])
    assert all(re.fullmatch(r"\w{3}, .* GMT", fields["date"]) for fields, _ in answers)


def test_every_header_field_of_a_request_counts(server):
    with connected(server) as connection:
        for _ in range(3):
            fields, body = answer(connection, request(SELECT))
        assert answer(connection, request(SELECT, f"If-None-Match: {fields['etag']}"))[0][""].split()[1] == "304"
        assert answer(connection, request(SELECT).replace(b"text/csv", b"text/plain"))[0][""].split()[1] == "406"
        again, same = answer(connection, request(SELECT))
        assert (without_times(again), same) == (without_times(fields), body)
        connection.sendall(request(SELECT, "Connection: close") * 2)
        assert b"".join(iter(lambda: connection.recv(65536), b"")).count(b"HTTP/1.1 200") == 1


@pytest.mark.parametrize("name", ["X-Forwarded-Proto", "X-FORWARDED-PROTO", "x-forwarded-proto"])
def test_who_is_believed_to_speak_for_another_shares_no_reply_with_who_is_not(server, name):
    asked = request(f"SELECT (IRI('a') AS ?iri) {{}} # {name}", f"{name}: https")
    answers = []
    for source in ("127.0.0.1", "127.0.0.2"):
        with connected(server, source) as connection:
            answers.append({answer(connection, asked)[1] for _ in range(3)})
    assert answers == [{b"iri\r\nhttps://x/a\r\n"}, {b"iri\r\nhttp://x/a\r\n"}]


def test_requests_that_come_together_are_answered_in_turn(server):
    other = SELECT.replace("book/1", "book/2")
    with connected(server) as connection:
        for _ in range(3):
            _, first = answer(connection, request(SELECT))
            _, second = answer(connection, request(other))
        together = request(SELECT) + request(other) + request(SELECT)
        asked = together + request(other, "Connection: close")
        connection.sendall(asked)
        bodies = b"".join(iter(lambda: connection.recv(65536), b"")).split(b"\r\n\r\n")
    assert first != second
    assert [first in each for each in bodies[1:]] == [True, False, True, False]


def test_every_request_has_its_line_in_the_log():
    with serving(LIBRARY, web_workers=1, query_workers=1, access_log="true") as served:
        with connected(served) as connection:
            sizes = [len(answer(connection, request(SELECT))[1]) for _ in range(6)]
        served.process.terminate()
        served.process.wait(timeout=20)
        lines = [json.loads(line) for line in served.all_said().splitlines() if line.startswith("{")]
    assert [line["bytes"] for line in lines] == sizes
    assert {(line["method"], line["path"], line["status"]) for line in lines} == {("GET", "/sparql", 200)}


def test_what_is_kept_is_bounded():
    replies = Replies(3, 10_000, None)
    start = {"status": 200, "headers": [(b"ETag", b'"x"')]}
    for number in range(5):
        replies.keep(b"%d" % number, "/", start, b"x" * 1_000)
    assert [replies.repeat(b"%d" % number, []) is not None for number in range(5)] == [False, False, True, True, True]
    replies.keep(b"long", "/", start, b"x" * 9_000)
    assert replies.repeat(b"long", []) is None
    replies.keep(b"request" * 300, "/", start, b"")
    assert replies.repeat(b"request" * 300, []) is None


PAGE = b"GET /doc/book/1 HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n%b\r\n"


@pytest.mark.parametrize("path", ["/doc/book/1", "/doc/book/1.jsonld", "/book", "/", "/shapes/Book"])
def test_a_page_is_answered_alike_whoever_asks(server, path):
    asked = PAGE.replace(b"/doc/book/1", path.encode())
    with connected(server) as connection:
        first = answer(connection, asked % b"User-Agent: one\r\n")
        for agent in (b"User-Agent: one\r\n", b"User-Agent: two\r\n", b"User-Agent: two\r\n", b""):
            fields, body = answer(connection, asked % agent)
            assert body == first[1]
            assert {**fields, "date": ""} == {**first[0], "date": ""}


def test_what_the_answer_depends_on_is_told_apart(server):
    with connected(server) as connection:
        english = answer(connection, PAGE % b"Accept-Language: en\r\n")
        finnish = answer(connection, PAGE % b"Accept-Language: fi\r\n")
        coded = answer(connection, PAGE % b"Accept-Language: fi\r\nAccept-Encoding: gzip\r\n")
        asked = PAGE % (b"Accept-Language: fi\r\nIf-None-Match: %b\r\n" % finnish[0]["etag"].encode())
        known = [answer(connection, asked)[0][""] for _ in range(3)]
    assert (english[0]["content-language"], finnish[0]["content-language"]) == ("en", "fi")
    assert coded[0]["content-encoding"] == "gzip"
    assert set(known) == {"HTTP/1.1 304 Not Modified"}


def test_pages_are_remembered_up_to_a_size():
    replies = Replies(3, 8_000, None)
    start = {"type": "http.response.start", "status": 200, "headers": [(b"etag", b'"a"')]}
    for number in range(5):
        replies.remember(b"%d" % number, "/", start, b"x" * 900)
    assert replies.recall(b"1") is None
    assert replies.recall(b"4") == (start, b"x" * 900)
    replies.remember(b"long", "/", start, b"x" * 2_000)
    assert replies.recall(b"long") is replies.recall(None) is None
    replies.remember(b"hit", "/", {**start, "headers": [(b"cache-status", b"sotegraph; hit")]}, b"")
    assert replies.recall(b"hit") is None


def test_what_is_refused_is_refused_for_a_remembered_page_too(client):
    """What is sent besides may be too much, whatever is remembered of the page."""
    assert client.get("/book").status_code == client.get("/book").status_code == 200
    assert client.get("/book", x_long="x" * 40_000).status_code == 431
