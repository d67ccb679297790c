"""A server goes from one version to the next without losing a request, and without an answer of two versions."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from tests.serving import Served, serving
from tests.versions.conftest import Editions
from tests.versions.killing import Press, Readers

pytestmark = pytest.mark.slow
PATIENCE_S = 120
"""How long anything is waited for that has to come: a machine with other work takes its time."""
PAUSE_S = 0.2
_SLOW = """SELECT (COUNT(*) AS ?n) {
  { SELECT ?c { ?a ?b ?c } LIMIT 2500 } { SELECT ?f { ?d ?e ?f } LIMIT 2500 }
  FILTER(STRLEN(STR(?c)) > STRLEN(STR(?f)) + 300) }"""


def version_of(connection: http.client.HTTPConnection, path: str = "/doc/book/1.nt") -> str:
    connection.request("GET", path)
    answer = connection.getresponse()
    assert answer.status == 200
    answer.read()
    return answer.headers["Publication-Version"]


@contextmanager
def connected(served: Served) -> Iterator[http.client.HTTPConnection]:
    with closing(http.client.HTTPConnection(urlsplit(served.address).netloc, timeout=PATIENCE_S)) as connection:
        yield connection


def served_version(served: Served) -> str:
    with connected(served) as connection:
        return version_of(connection)


def waited_for(condition: Callable[[], object]) -> bool:
    """Whether *condition* comes to hold."""
    deadline = time.monotonic() + PATIENCE_S
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(holds)


def wait_until(served: Served, version: str) -> None:
    def is_served() -> bool:
        return f"Serving version {version}" in next((line for line in reversed(served.said) if "Serving" in line), "")

    assert waited_for(is_served), f"version {version} was never served: {served.said}"


def settled(served: Served) -> bool:
    """Whether only the processes of one version are left: for a moment after a switch, those before answer too."""
    return waited_for(lambda: len(served.family()) == 2 + 2 + 2 + 2)


@pytest.fixture(scope="module")
def press(tmp_path_factory):
    press = Press(Editions.at(tmp_path_factory.mktemp("press")))
    press.set()
    press.run(None)
    return press


@pytest.fixture(scope="module")
def served(press):
    state = press.editions.settings.state
    patience = {"query_time_limit_ms": PATIENCE_S * 1_000, "request_time_limit_ms": PATIENCE_S * 1_000}
    with serving(state=state, versions_poll_ms=50, query_workers=2, **patience) as server:
        yield server


def test_readers_notice_nothing_of_a_switch(press, served):
    with Readers(served.address, press.editions.archive, 4) as reading:
        for _ in range(3):
            press.set()
            press.run(None)
            wait_until(served, press.editions.archive.current.short_id)
        back = press.editions.back()
        wait_until(served, back.short_id)
        time.sleep(0.5)
    assert reading.reads.wrong == []
    assert len(reading.reads.answers) == 4
    assert all(len(marks) == 1 for marks in reading.reads.marks.values())


def test_a_query_that_has_begun_ends_on_its_version(press, served):
    assert settled(served)
    before = press.editions.archive.current.short_id
    with connected(served) as connection:
        connection.request("GET", "/sparql?query=" + quote(_SLOW))
        press.set()
        press.run(None)
        wait_until(served, press.editions.archive.current.short_id)
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Publication-Version"]) == (200, before)
        assert b"bindings" in answer.read()


def test_a_connection_that_waits_gets_its_last_answer(press, served):
    """It waits between its requests, and not for longer than any connection may, however long publishing takes."""
    assert settled(served)
    before = press.editions.archive.current.short_id
    press.set()
    with connected(served) as connection, ThreadPoolExecutor(1) as beside:
        publishing = beside.submit(press.run, None)
        fields = [last_fields(connection)]
        while fields[-1]["Connection"] != "close" and len(fields) < PATIENCE_S / PAUSE_S:
            time.sleep(PAUSE_S)
            fields.append(last_fields(connection))
        assert publishing.result()
    assert fields[-1]["Connection"] == "close"
    assert {each["Publication-Version"] for each in fields} == {before}
    wait_until(served, press.editions.archive.current.short_id)
    assert settled(served)
    assert served_version(served) == press.editions.archive.current.short_id


def last_fields(connection: http.client.HTTPConnection) -> http.client.HTTPMessage:
    """The header fields of the next answer on *connection*."""
    connection.request("GET", "/doc/book/1.nt")
    answer = connection.getresponse()
    answer.read()
    return answer.headers


def test_old_processes_go(press, served):
    assert settled(served)


def test_a_version_that_cannot_be_loaded_leaves_the_one_before(press, served):
    assert settled(served)
    before = press.editions.archive.current.short_id
    with stopped(served):
        press.set()
        press.run(None)
        archive = press.editions.archive
        data = archive.folder(archive.current) / "data.nq"
        whole = data.read_bytes()
        data.write_bytes(b"this is no statement\n")
    assert waited_for(lambda: any("ended by itself" in line for line in served.said))
    assert served_version(served) == before
    data.write_bytes(whole)
    wait_until(served, archive.current.short_id)


@contextmanager
def stopped(served: Served) -> Iterator[None]:
    """While inside, the one who watches the versions sees nothing."""
    os.kill(served.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(served.process.pid, signal.SIGCONT)


def test_a_parent_that_dies_has_a_successor(press, served):
    assert settled(served)
    current = press.editions.archive.current.short_id
    parent = served.family()[1]
    os.kill(parent, signal.SIGKILL)
    assert waited_for(lambda: len(served.family()) == 2 + 2 + 2 + 2 and parent not in served.family())
    assert served_version(served) == current


def test_everything_ends_with_the_one_who_watches(press):
    with serving(state=press.editions.settings.state, query_workers=1, web_workers=1) as server:
        family = server.family()
        assert len(family) == 6
        server.process.kill()
        assert waited_for(lambda: not [each for each in family[1:] if Path(f"/proc/{each}/task").exists()])


def test_nothing_is_served_before_something_is_published(tmp_path):
    command = [sys.executable, "-m", "sotegraph", "serve", "--state", str(tmp_path), "--port", "0"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "Nothing has been published" in ended.stderr


def test_the_process_that_makes_lemmas_leaves_nothing_behind(press):
    """What has ended and nobody has asked after stands in the system's table for as long as the server runs."""
    with serving(state=press.editions.settings.state, query_workers=1, web_workers=1, search_lemmas=True) as server:
        parent = server.family()[1]
        assert waited_for(lambda: len(_children(parent)) == 4)


def _children(process: int) -> list[str]:
    """The children of a process, those included that have ended and that it has not asked after."""
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()
