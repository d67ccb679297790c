"""The process that does checks: it knows the version and the shapes, and forks itself for each check.

A child has the time and the memory of one check, and is killed at their end; whatever it took goes with it. Checks that
have no place yet wait here for their turn, which is by clients. The host has one thread, and does nothing but wait.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import resource
import select
import signal
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from sotegraph.desk import shelf
from sotegraph.desk.job import do, ended
from sotegraph.desk.turns import Turns
from sotegraph.ingest import Validator
from sotegraph.validation import Limits
from sotegraph.validation.forked import collect_rarely

_LOGGER = logging.getLogger("sotegraph")
_BACKLOG = 256
_MOST_WAITING = 256
"""Those beyond wait in the backlog of the socket: ``select`` takes no more than 1,024 files."""
_LINE_BYTES = 4_096
_REQUEST_S, _LOOK_S = 2.0, 1.0
_STATM = Path("/proc/self/statm")
DONE = b"done\n"


def listen_at(address: Path) -> socket.socket:
    """Return a Unix socket at *address*, to which only this user may connect; raises OSError."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(address))
    address.chmod(0o600)
    listener.listen(_BACKLOG)
    return listener


@dataclass(frozen=True, eq=False)
class _Asked:
    """A check that is asked for: by which client, its folder, and the connection that waits for it."""

    client: str
    path: Path
    connection: socket.socket


@dataclass(frozen=True, eq=False)
class _Running:
    """A check in a child, and when it has to end."""

    asked: _Asked
    process: int
    over: int
    deadline: float


class Host:
    """Does the checks that are asked for at *listener*, *places* of them at a time."""

    def __init__(self, listener: socket.socket, prepare: Callable[[], Validator], places: int, limits: Limits) -> None:
        self.listener, self.prepare, self.turns, self.limits = listener, prepare, Turns(places), limits
        self.waiting: list[_Asked] = []
        self.running: list[_Running] = []

    def run(self, parent: int) -> int:
        """Serve until the pipe *parent* closes; return the exit status."""
        self.validator = self.prepare()
        self.listener.setblocking(False)
        while True:
            watched: list[int | socket.socket] = [parent]
            watched += [spot for each in self.running for spot in (each.over, each.asked.connection)]
            watched += [each.connection for each in self.waiting]
            if len(self.waiting) < _MOST_WAITING:
                watched.append(self.listener)
            ready, _, _ = select.select(watched, [], [], self._patience())
            if parent in ready:
                self._end_all()
                return 0
            self._bury(ready)
            self._dismiss(ready)
            if self.listener in ready:
                self._accept()
            self._begin()

    def _patience(self) -> float | None:
        now = time.monotonic()
        if not self.running:
            return None
        return max(0.0, min(_LOOK_S, *(each.deadline - now for each in self.running)))

    def _bury(self, ready: Sequence[object]) -> None:
        """See to the checks that have ended, that nobody waits for or somebody has removed, or that are overdue."""
        for each in list(self.running):
            asked = each.asked
            if each.over in ready:
                self._close(each, os.waitpid(each.process, 0)[1])
            elif asked.connection in ready or each.deadline <= time.monotonic() or not asked.path.is_dir():
                if asked.connection not in ready and asked.path.is_dir():
                    _leave(asked.path, "time")
                os.kill(each.process, signal.SIGKILL)
                self._close(each, os.waitpid(each.process, 0)[1])

    def _close(self, check: _Running, status: int) -> None:
        self.running.remove(check)
        self.turns.end(check.asked.client, [each.client for each in self.waiting])
        os.close(check.over)
        path, exit_code = check.asked.path, os.waitstatus_to_exitcode(status)
        if exit_code and path.is_dir() and not shelf.read_state(path).is_over:
            if exit_code != -signal.SIGKILL:
                _LOGGER.warning("a check was ended by the system: %d", exit_code)
            _leave(path, "memory")
        _answer(check.asked)

    def _dismiss(self, ready: Sequence[object]) -> None:
        """Forget the checks that wait, and that nobody waits for any more or somebody has removed."""
        for each in list(self.waiting):
            if each.connection in ready or not each.path.is_dir():
                self.waiting.remove(each)
                _answer(each)

    def _accept(self) -> None:
        try:
            connection, _ = self.listener.accept()
        except OSError:
            return
        connection.settimeout(_REQUEST_S)
        try:
            request = json.loads(connection.recv(_LINE_BYTES))
            self.waiting.append(_Asked(str(request["client"]), Path(request["path"]), connection))
        except (OSError, ValueError, KeyError) as error:
            _LOGGER.warning("a check could not be begun: %s", error)
            connection.close()

    def _begin(self) -> None:
        """Begin the checks whose turn it is, as many as there are places for."""
        while (number := self.turns.next([each.client for each in self.waiting])) is not None:
            asked = self.waiting.pop(number)
            try:
                seconds = self.limits.seconds(own_shapes=bool(shelf.read_job(asked.path).own_shapes))
                reading, writing = os.pipe()
                process = self._fork(asked.path)
            except OSError as error:
                _LOGGER.warning("a check could not be begun: %s", error)
                asked.connection.close()
                continue
            os.close(writing)
            self.turns.begin(asked.client)
            self.running.append(_Running(asked, process, reading, time.monotonic() + seconds))

    def _fork(self, path: Path) -> int:
        """Return the process id of a child that does the check in *path*."""
        process = os.fork()
        if not process:
            self._be_child(path)
        return process

    def _be_child(self, path: Path) -> NoReturn:
        status = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            self.listener.close()
            for each in self.running:
                os.close(each.over)
            for asked in (*self.waiting, *(each.asked for each in self.running)):
                asked.connection.close()
            collect_rarely()
            limit_memory(self.limits.memory_bytes)
            do(path, self.validator)
            status = 0
        except MemoryError:
            status = 2
        finally:
            os._exit(status)

    def _end_all(self) -> None:
        for each in self.running:
            os.kill(each.process, signal.SIGKILL)
            os.waitpid(each.process, 0)


def _answer(asked: _Asked) -> None:
    """Tell whoever waits that the check is over."""
    with contextlib.suppress(OSError):
        asked.connection.sendall(DONE)
    asked.connection.close()


def _leave(path: Path, limit: str) -> None:
    """Let it stand in *path* that the check was ended at a limit, unless the check has been removed meanwhile."""
    with contextlib.suppress(FileNotFoundError):
        shelf.write_error(path, ended(path, limit))
        shelf.forget_files(path)


def limit_memory(more_bytes: int) -> None:
    """Let this process take *more_bytes* beyond what it has; without ``/proc`` there is no limit."""
    try:
        pages = int(_STATM.read_text().split()[0])
    except (OSError, ValueError):
        return
    limit = pages * resource.getpagesize() + more_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
