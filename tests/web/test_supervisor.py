"""The parent outlives what befalls its children, and ends when they cannot be had at all."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time

import pytest

from sotegraph.web import supervisor
from sotegraph.web.supervisor import Supervisor
from tests.conftest import LIBRARY, ROOT
from tests.serving import serving


def family(program: str) -> subprocess.CompletedProcess[str]:
    """A parent whose *program* makes a Supervisor, in a process of its own."""
    head = "import errno, os, signal, sys, time\nfrom sotegraph.web.supervisor import Supervisor\n"
    command = [sys.executable, "-c", head + program]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)


def test_a_task_that_never_lives_ends_the_parent():
    ended = family("sys.exit(Supervisor([[lambda parent: 1]]).run(lambda: None))")
    assert ended.returncode == 1


def test_a_child_that_answers_ends_what_it_has_begun_when_another_one_leaves_no_hope():
    ended = family(
        """
from sotegraph.web.supervisor import LEAVE
def answering(parent):
    signal.signal(LEAVE, lambda *_: (print("left", flush=True), os._exit(0)))
    time.sleep(30)
    return 0
sys.exit(Supervisor([[], [lambda parent: 1, answering]]).run(lambda: None))
"""
    )
    assert (ended.returncode, ended.stdout) == (1, "left\n")


def test_what_ends_a_task_is_written_to_the_log():
    ended = family(
        "def task(parent):\n    raise KeyboardInterrupt('by itself')\nsys.exit(Supervisor([[task]]).run(lambda: None))"
    )
    assert ended.returncode == 1
    assert "KeyboardInterrupt: by itself" in ended.stderr


def test_a_fork_that_fails_is_tried_again():
    ended = family(
        """
fork, refusals = os.fork, [OSError(errno.EAGAIN, "Resource temporarily unavailable")] * 2
def unsteady():
    if refusals:
        raise refusals.pop()
    return fork()
os.fork = unsteady
def task(parent):
    os.kill(os.getppid(), signal.SIGTERM)
    time.sleep(30)
    return 0
sys.exit(Supervisor([[task]]).run(lambda: None))
"""
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.count("Resource temporarily unavailable") == 2


def test_a_failed_fork_leaves_no_signal_blocked(monkeypatch):
    def refuse() -> int:
        raise OSError(errno.EAGAIN, "no process")

    monkeypatch.setattr(os, "fork", refuse)
    with pytest.raises(OSError, match="no process"):
        supervisor.fork(lambda parent: 0, 0, ())
    assert signal.SIGTERM not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_a_child_that_has_proven_itself_is_always_replaced():
    family_of_one = Supervisor([[lambda parent: 0]])
    (child,) = family_of_one._all()
    child.bury(1 << 8, time.monotonic())  # started long ago
    for _ in range(2_000):
        child.started = time.monotonic()
        child.bury(1, child.started)
    assert not family_of_one._hopeless()
    assert child.due - child.started <= 10


def test_a_server_under_nohup_outlives_its_terminal():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with serving(LIBRARY, web_workers=1, query_workers=1) as served:
            os.kill(served.process.pid, signal.SIGHUP)
            time.sleep(0.5)
            assert served.process.poll() is None
    finally:
        signal.signal(signal.SIGHUP, before)
