"""Round every answer: limits of what is read, a line in the access log, and a last resort that shows nothing.

The log has neither the client's address nor what was asked.
"""

import asyncio
import gzip
import json
import logging

import pytest
from fastapi import Request

from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app
from tests.client import PAGE, Client
from tests.markup import read_page


@pytest.fixture
def logged(index):
    settings = Settings(max_body_bytes=2_000, max_address_bytes=300)
    app = create_app(settings, index.publication, index, InProcessEvaluator(index.version, settings))
    return Client(app)


def lines(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_each_request_is_one_line_without_address_and_query(logged, capsys, version):
    answer = logged.get("/doc/book/1?lang=fi")
    (line,) = lines(capsys)
    assert set(line) == {"time", "method", "path", "status", "bytes", "ms", "version"}
    assert (line["method"], line["path"], line["status"]) == ("GET", "/doc/book/1", 200)
    assert line["bytes"] == int(answer.headers["content-length"])
    assert line["version"] == version.short_id


def test_a_head_request_is_logged_as_what_it_is(logged, capsys):
    logged.request("HEAD", "/doc/book/1")
    (line,) = lines(capsys)
    assert (line["method"], line["bytes"]) == ("HEAD", 0)


def test_no_log_is_written_when_none_is_wanted(client, capsys):
    client.get("/doc/book/1")
    assert lines(capsys) == []


def test_an_address_at_the_limit_is_read_and_one_beyond_is_not(logged):
    fits = "/book?" + "a" * (300 - len("/book"))
    assert logged.get(fits).status_code == 200
    assert logged.get(fits + "a").status_code == 414
    assert logged.get("/" + "ä" * 100).status_code == 414


def test_header_fields_beyond_the_limit_are_refused_and_long_lists_take_no_time(logged):
    assert logged.get("/book", accept="a/b," * 8_000).status_code == 406
    answer = logged.get("/book", accept="a/b," * 8_200)
    assert (answer.status_code, answer.json()["kind"], answer.json()["limit"]) == (431, "headers-too-large", 32_768)


def test_a_body_that_breaks_off_is_never_used(app):
    messages = iter([{"type": "http.request", "body": b"ASK {", "more_body": True}, {"type": "http.disconnect"}])
    sent = []

    async def receive():
        return next(messages)

    async def send(message):
        sent.append(message)

    headers = [(b"content-type", b"application/sparql-query"), (b"content-length", b"6")]
    scope = {"type": "http", "method": "POST", "path": "/sparql", "raw_path": b"/sparql", "query_string": b""}
    asyncio.run(app(scope | {"headers": headers, "server": ("site.example", 80), "scheme": "http"}, receive, send))
    assert sent == []


def test_a_body_at_the_limit_is_read_and_one_beyond_is_not(logged):
    query = b"ASK {}"
    headers = {"Content-Type": "application/sparql-query"}
    fits = query + b" " * (2_000 - len(query))
    assert logged.request("POST", "/sparql", content=fits, headers=headers).status_code == 200
    answer = logged.request("POST", "/sparql", content=fits + b" ", headers=headers)
    assert (answer.status_code, answer.json()["limit"]) == (413, 2_000)


@pytest.mark.parametrize("address", ["/sparql", "/validate", "/reconcile"])
def test_a_compressed_body_is_refused_as_what_it_is(logged, address):
    headers = {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip", "Accept-Language": "sv"}
    answer = logged.request("POST", address, content=gzip.compress(b"ASK {}"), headers=headers)
    assert (answer.status_code, answer.json()["kind"]) == (415, "unsupported-content-coding")
    assert (answer.headers["accept-encoding"], answer.json()["coding"]) == ("identity", "gzip")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_that_is_said_to_be_as_it_is_is_read(logged):
    headers = {"Content-Type": "application/sparql-query", "Content-Encoding": "identity"}
    assert logged.request("POST", "/sparql", content=b"ASK {}", headers=headers).status_code == 200


def test_a_body_of_unknown_length_is_counted_as_it_comes(logged):
    async def pieces():
        for _ in range(50):
            yield b" " * 100

    answer = logged.request("POST", "/sparql", content=pieces(), headers={"Content-Type": "application/sparql-query"})
    assert answer.status_code == 413


def test_what_nobody_foresaw_is_logged_and_not_shown(index, caplog, capsys):
    settings = Settings()
    app = create_app(settings, index.publication, index, InProcessEvaluator(index.version, settings))

    @app.get("/doc/failing/now")
    def failing(request: Request):
        raise RuntimeError("the secret of the server")

    app.router.routes.insert(0, app.router.routes.pop())
    client = Client(app)
    with caplog.at_level(logging.ERROR, "sotegraph"):
        answer = client.get("/doc/failing/now")
        page = client.request("GET", "/doc/failing/now", headers=PAGE)
    assert answer.status_code == page.status_code == 500
    assert answer.json()["kind"] == "internal"
    assert read_page(page.text).one("h1").text == "The server failed"
    assert "secret" not in answer.text + page.text
    assert "the secret of the server" in caplog.text
    assert [line["status"] for line in lines(capsys)] == [500, 500]


def test_what_breaks_off_after_it_began_is_not_made_to_look_whole(index, caplog):
    settings = Settings(access_log=False)
    app = create_app(settings, index.publication, index, InProcessEvaluator(index.version, settings))

    async def broken(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise RuntimeError("broken")

    app.router.mount("/broken", broken)
    app.router.routes.insert(0, app.router.routes.pop())
    with pytest.raises(RuntimeError, match="broken"):
        Client(app).get("/broken/now")


def test_what_is_not_http_passes_through(app):
    sent = []

    async def converse():
        messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

        async def receive():
            return next(messages)

        async def send(message):
            sent.append(message["type"])

        await app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)

    asyncio.run(converse())
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
