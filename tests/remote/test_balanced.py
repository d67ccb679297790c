"""Two servers over one engine behind a stock proxy: one of them is killed, and nobody who reads notices."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from textwrap import indent

import httpx2 as httpx
import pytest

from tests.conftest import LIBRARY
from tests.remote.engines import found, free_port
from tests.serving import Served, serving

pytestmark = pytest.mark.slow
READERS, SECONDS = 8, 6.0
README = Path(__file__).parents[2] / "README.md"
HAPROXY = """
defaults
    mode http
    timeout connect 1s
    timeout check 2s
    timeout client 30s
    timeout server 30s
    retries 3
    option redispatch 1
    retry-on conn-failure empty-response 503
    default-server check inter 200ms fall 1 rise 2
frontend site
    bind 127.0.0.1:{port}
    default_backend servers
backend servers
    option httpchk GET /health
    http-request disable-l7-retry unless METH_GET
    server one {one}
    server two {two}
"""


@contextmanager
def balanced(folder: Path, one: Served, two: Served) -> Iterator[str]:
    """The address of HAProxy before two servers."""
    program = found([shutil.which("haproxy")], "HAProxy: apt-get install haproxy")
    port = free_port()
    file = folder / "haproxy.cfg"
    hosts = {name: each.address.removeprefix("http://") for name, each in (("one", one), ("two", two))}
    file.write_text(HAPROXY.format(port=port, **hosts))
    with subprocess.Popen([str(program), "-db", "-q", "-f", str(file)]) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + 10
            while not _answers(address):
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield address
        finally:
            process.terminate()


def test_the_readme_shows_the_configuration_that_is_tried() -> None:
    servers = {"one": "127.0.0.1:8001", "two": "127.0.0.1:8002"}
    tried = HAPROXY.format(port=0, **servers).replace("bind 127.0.0.1:0", "bind :80").strip("\n")
    assert indent(tried, "  ") in README.read_text("utf-8")


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health", timeout=2).is_success
    except httpx.TransportError:
        return False


def test_one_of_two_servers_is_killed_under_load_and_no_request_fails(oxigraph, tmp_path) -> None:
    with (
        serving(LIBRARY, **oxigraph.settings) as one,
        serving(LIBRARY, **oxigraph.settings) as two,
        balanced(tmp_path, one, two) as address,
    ):
        ending = threading.Event()
        with ThreadPoolExecutor(READERS) as pool:
            reading = [pool.submit(read, address, ending, number) for number in range(READERS)]
            time.sleep(SECONDS / 3)
            for process in one.family():
                os.kill(process, signal.SIGKILL)
            time.sleep(2 * SECONDS / 3)
            ending.set()
            outcomes = [outcome for each in reading for outcome in each.result()]
        assert {status for status, _ in outcomes} == {200}
        assert len(outcomes) > 100
        print(f"{len(outcomes)} requests, median {median(seconds for _, seconds in outcomes) * 1000:.1f} ms")


def read(address: str, ending: threading.Event, reader: int) -> list[tuple[int, float]]:
    """The status and the seconds of each request until the end; every third one asks the engine anew."""
    outcomes = []
    with httpx.Client(timeout=30) as client:
        for number in itertools.count():
            if ending.is_set():
                return outcomes
            query = f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} # {reader} {number}"
            path = ("/doc/book/1", "/branch", f"/sparql?query={query}".replace(" ", "%20").replace("#", "%23"))[
                number % 3
            ]
            started = time.perf_counter()
            try:
                status = client.get(address + path).status_code
            except httpx.TransportError:
                status = 0
            outcomes.append((status, time.perf_counter() - started))
    return outcomes
