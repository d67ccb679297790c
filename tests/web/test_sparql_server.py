"""The endpoint of a running server: what only sockets and processes can show."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
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
PATIENCE_S = 60
"""How long anything is waited for that has to come: a machine with other work takes its time."""
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    """One worker of each kind, so that whatever blocks one is seen."""
    with serving(LIBRARY, web_workers=1, query_workers=1, query_time_limit_ms=10 * PATIENCE_S * 1_000) as served:
        yield served


def address(server: Served, query: str, **parameters: object) -> str:
    return f"{server.address}/sparql?{urlencode({'query': query, **parameters})}"


def ask(server: Served, query: str, **parameters: object) -> httpx.Response:
    return httpx.get(address(server, query, **parameters), timeout=PATIENCE_S)


def raw(server: Served, request: str) -> socket.socket:
    """A connection on which *request* has been sent as it stands."""
    url = urlsplit(server.address)
    connection = socket.create_connection((url.hostname, url.port), timeout=PATIENCE_S)
    connection.sendall(request.replace("\n", "\r\n").encode())
    return connection


def received(connection: socket.socket) -> bytes:
    with connection:
        return b"".join(iter(lambda: connection.recv(65536), b""))


def children(process: int) -> set[int]:
    return {int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()}


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def waited_for(condition, seconds: float = PATIENCE_S) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(condition())


def test_a_time_limit_of_the_request_ends_a_query(server):
    answer = ask(server, ENDLESS, timeout="1")
    assert (answer.status_code, answer.json()["kind"]) == (503, "time-limit")
    assert answer.headers["retry-after"]


def test_a_long_result_comes_in_pieces_and_whole(server):
    answer = ask(server, PRODUCT + " LIMIT 20000", format="csv")
    assert answer.headers["transfer-encoding"] == "chunked"
    assert answer.text.count("\r\n") == 20_001


def test_a_result_that_breaks_off_never_looks_whole(server):
    with pytest.raises(httpx.RemoteProtocolError):
        ask(server, PRODUCT, format="csv", timeout="1")
    assert ask(server, TINY).status_code == 200


def test_in_http_1_0_a_result_is_whole_or_refused(server):
    target = address(server, PRODUCT + " LIMIT 2000", format="csv").removeprefix(server.address)
    head, _, body = received(raw(server, f"GET {target} HTTP/1.0\n\n")).partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}".encode() in head
    assert body.count(b"\r\n") == 2_001
    target = address(server, PRODUCT, format="csv").removeprefix(server.address)
    head, _, body = received(raw(server, f"GET {target} HTTP/1.0\n\n")).partition(b"\r\n\r\n")
    assert b" 503 " in head
    assert b"HTTP/1.1" in body


@pytest.mark.parametrize("query", [ENDLESS, PRODUCT])
def test_a_client_that_goes_away_frees_the_worker_at_once(server, query):
    target = address(server, query).removeprefix(server.address)
    connection = raw(server, f"GET {target} HTTP/1.1\nHost: x\n\n")
    time.sleep(0.4)
    connection.close()
    assert ask(server, TINY).status_code == 200  # The query would have gone on for longer than the answer may take.


def test_a_connection_lives_on_after_head(server):
    target = address(server, PRODUCT + " LIMIT 20000").removeprefix(server.address)
    requests = f"HEAD {target} HTTP/1.1\nHost: x\n\nGET /sparql HTTP/1.1\nHost: x\nConnection: close\n\n"
    first, second, *rest = received(raw(server, requests)).split(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 200")
    assert second.startswith(b"HTTP/1.1 200")
    assert b"sd:Service" in b"".join(rest)


def test_the_method_query_reaches_the_endpoint(server):
    answer = httpx.request(
        "QUERY", f"{server.address}/sparql", content=TINY, headers={"Content-Type": "application/sparql-query"}
    )
    assert answer.status_code == 200
    assert answer.json()["head"]["vars"] == ["n"]


def test_a_process_that_is_killed_is_replaced(server):
    parent = server.process.pid
    before = children(parent)
    for each in before:
        os.kill(each, signal.SIGKILL)
    assert waited_for(lambda: len(children(parent) - before) == len(before))
    assert waited_for(lambda: ask(server, TINY).status_code == 200)


def test_a_port_that_is_taken_is_a_clear_error():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "sotegraph", "serve", str(LIBRARY), "--port", str(port)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert f"port {port}" in ended.stderr
    assert "already in use" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(("number", "running"), [(signal.SIGTERM, ENDLESS), (signal.SIGINT, None)])
def test_a_signal_ends_everything_and_leaves_nothing(tmp_path, monkeypatch, number, running):
    """It does so long before the limit of a query that runs."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    limits = {"web_workers": 2, "query_workers": 2, "query_time_limit_ms": 10 * PATIENCE_S * 1_000}
    with serving(LIBRARY, **limits) as served, contextlib.ExitStack() as connections:
        assert ask(served, TINY).status_code == 200
        assert any(tmp_path.iterdir())
        family = children(served.process.pid)
        assert len(family) == 6  # of queries, of requests, and those of checks and of downloads
        if running:
            target = address(served, running).removeprefix(served.address)
            connections.enter_context(raw(served, f"GET {target} HTTP/1.1\nHost: x\n\n"))
            time.sleep(0.4)
        served.process.send_signal(number)
        assert served.process.wait(timeout=PATIENCE_S) == 0
        assert not any(alive(each) for each in family)
        assert "Traceback" not in served.all_said()
    assert not any(tmp_path.iterdir())


def test_nothing_outlives_a_parent_that_is_killed(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving(LIBRARY, web_workers=2, query_workers=2) as served:
        assert ask(served, TINY).status_code == 200
        family = children(served.process.pid)
        served.process.kill()
        served.process.wait()
        assert waited_for(lambda: not any(alive(each) for each in family))


def test_a_publication_on_disk_is_served_the_same(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving(LIBRARY, memory_limit_file_bytes=0, query_workers=1) as served:
        answer = ask(served, TINY)
        assert int(answer.json()["results"]["bindings"][0]["n"]["value"]) > 1_000
        assert ask(served, ENDLESS, timeout="1").json()["kind"] == "time-limit"
        assert ask(served, TINY).content == answer.content
        service = "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
        assert ask(served, service).json()["kind"] == "query-refused"


@pytest.mark.slow
def test_a_start_says_nothing_but_its_line():
    """The process that makes the table of inflected words is silent as well, and leaves the table behind."""
    with serving(LIBRARY, web_workers=1, query_workers=1, search_lemmas=True) as served:
        [beside] = [each for each in children(served.process.pid) if b"sotegraph.search" in command_of(each)]
        assert waited_for(lambda: not alive(beside))
    assert served.all_said() == f"Serving {served.address}/ (Ctrl-C ends it)\n"


def command_of(process: int) -> bytes:
    return Path(f"/proc/{process}/cmdline").read_bytes()


def test_a_host_that_is_no_name_is_a_clear_error():
    ended = failed_start("--host", "a..b")
    assert "a..b" in ended.stderr
    assert "no name of a host" in ended.stderr


def test_a_folder_too_deep_for_a_socket_is_a_clear_error(tmp_path, monkeypatch):
    deep = tmp_path / ("x" * 120)
    deep.mkdir()
    monkeypatch.setenv("TMPDIR", str(deep))
    assert "Set TMPDIR" in failed_start("--port", "0").stderr
    assert not any(deep.iterdir())


def failed_start(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sotegraph", "serve", str(LIBRARY), *options]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    return ended


def test_without_its_socket_the_server_says_what_is_wrong(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving(LIBRARY, web_workers=1, query_workers=1) as served:
        sockets = list(tmp_path.glob("*/queries.*"))
        assert len(sockets) == 3
        for each in sockets:
            each.unlink()
        for _ in range(3):
            answer = ask(served, TINY)
            assert (answer.status_code, answer.json()["kind"]) == (503, "no-workers")
    assert served.all_said().count("no process takes queries") == 1


def test_a_signal_while_a_publication_is_loaded_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("SOTEGRAPH_MEMORY_LIMIT_FILE_BYTES", "0")
    command = [sys.executable, "-m", "sotegraph", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert waited_for(lambda: any(tmp_path.glob("*/version")))
        process.terminate()
        assert process.wait(timeout=PATIENCE_S) == 128 + signal.SIGTERM
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
    assert not any(tmp_path.iterdir())


@pytest.mark.slow
def test_a_client_whose_queries_run_leaves_a_worker_for_another_one():
    limits = {"query_time_limit_ms": 10 * PATIENCE_S * 1_000}
    with serving(LIBRARY, web_workers=1, query_workers=2, **limits) as served:
        target = address(served, ENDLESS).removeprefix(served.address)
        endless = [raw(served, f"GET {target} HTTP/1.1\nHost: x\n\n") for _ in range(4)]
        time.sleep(0.4)
        url = urlsplit(served.address)
        request = f"GET {address(served, TINY).removeprefix(served.address)} HTTP/1.1\r\nHost: x\r\n\r\n"
        with socket.create_connection(
            (url.hostname, url.port), timeout=PATIENCE_S, source_address=("127.0.0.2", 0)
        ) as other:
            other.sendall(request.encode())
            assert other.recv(65536).startswith(b"HTTP/1.1 200")
        for each in endless:
            each.close()


def test_a_long_result_that_is_known_to_be_there_is_not_sent(server):
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"
    whole = ask(server, query)
    assert len(whole.content) > 1 << 20
    with httpx.Client(headers={"If-None-Match": "*"}, timeout=PATIENCE_S) as client:
        for _ in range(5):
            known = client.get(address(server, query))
            assert (known.status_code, known.content) == (304, b"")
            assert known.headers["etag"] == whole.headers["etag"]
