"""Parents in succession: a new version is a new parent, which takes the same connections over from the one before.

The one who watches has loaded nothing, so it forks at no cost. A parent that is ready is told of by its web processes;
then the one before is told to leave, which takes nothing new, ends what it has begun, and goes.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from sotegraph.errors import StateError
from sotegraph.versions import Archive, Entry
from sotegraph.web.supervisor import LEAVE, fork, signals

_LOGGER = logging.getLogger("sotegraph")
_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_FIRST_DELAY_S, _LONGEST_DELAY_S = 1.0, 300.0
_FAILURES_IN_A_ROW = 5
_GRACE_S = 8.0

Serve = Callable[[Entry, int, int, bool], int]
"""Load the version of an entry and serve it, as a parent of its own. It is told the reading end of a pipe that closes
with its own parent, the writing end of one into which each web process puts a byte when it answers, and whether another
version is served meanwhile."""


class _Stage(Enum):
    COMING = "coming"
    SERVING = "serving"
    LEAVING = "leaving"


@dataclass
class _Parent:
    entry: Entry
    process: int
    ready: int
    stage: _Stage = _Stage.COMING
    bytes_seen: int = 0
    killed_at: float = field(default=float("inf"))


@dataclass
class Succession:
    """Serves what is the current version of *archive*, looked at every *poll_s* seconds, with *serve*.

    A parent is ready when *web_processes* of it answer; one that leaves has *drain_s* seconds to end what it has begun.
    """

    archive: Archive
    serve: Serve
    web_processes: int
    poll_s: float
    drain_s: float
    _parents: list[_Parent] = field(init=False, default_factory=list)
    _ending: bool = field(init=False, default=False)
    _failures: int = field(init=False, default=0)
    _not_before: float = field(init=False, default=0.0)

    def run(self, announce: Callable[[Entry], None]) -> int:
        """Serve until a signal ends it; return the exit status. *announce* is told each version once it is served.

        Without any parent that serves, a version that fails again and again ends it with status 1. Raises StateError
        when nothing has been published.
        """
        self.archive.needed_current()
        lifeline, ours = os.pipe()
        wake, waker = os.pipe()
        try:
            with signals(waker, self._note):
                while not self._ending:
                    if not self._follow(lifeline, (ours, wake, waker)):
                        return 1
                    self._wait(wake)
                    self._reap()
                    for parent in self._ready():
                        self._hand_over(parent, announce)
                return 0
        finally:
            self._end(wake)
            for descriptor in (lifeline, ours, wake, waker):
                os.close(descriptor)

    def _note(self, number: int) -> None:
        self._ending = self._ending or number in _ENDING

    def _at(self, stage: _Stage) -> _Parent | None:
        return next((each for each in self._parents if each.stage is stage), None)

    def _follow(self, lifeline: int, ours: tuple[int, ...]) -> bool:
        """Start a parent for the current version unless there is one; return False when there is no hope for any."""
        serving = self._at(_Stage.SERVING)
        if self._failures >= _FAILURES_IN_A_ROW and serving is None:
            return False
        if self._at(_Stage.COMING) is not None or time.monotonic() < self._not_before:
            return True
        try:
            entry = self.archive.needed_current() if self._moved(serving) else None
        except StateError:
            _LOGGER.exception("the state folder cannot be read; what is served stays")
            self._fail()
            return True
        if entry is not None:
            self._start(entry, lifeline, ours)
        return True

    def _moved(self, serving: _Parent | None) -> bool:
        return serving is None or self.archive.last_number() != serving.entry.number

    def _start(self, entry: Entry, lifeline: int, ours: tuple[int, ...]) -> None:
        ready, told = os.pipe()
        os.set_blocking(ready, False)
        theirs = [*ours, ready, *(each.ready for each in self._parents)]
        beside = self._at(_Stage.SERVING) is not None
        try:
            process = fork(lambda above: self.serve(entry, above, told, beside), lifeline, theirs)
        except OSError as error:
            _LOGGER.error("no process can be started, which is tried again: %s", error.strerror)
            os.close(ready)
            self._fail()
        else:
            self._parents.append(_Parent(entry, process, ready))
        finally:
            os.close(told)

    def _wait(self, wake: int) -> None:
        watched = [wake, *(each.ready for each in self._parents if each.stage is _Stage.COMING)]
        found, _, _ = select.select(watched, [], [], self.poll_s)
        if wake in found:
            os.read(wake, 4096)

    def _reap(self) -> None:
        for parent in list(self._parents):
            if time.monotonic() >= parent.killed_at:
                os.kill(parent.process, signal.SIGKILL)
            process, _ = os.waitpid(parent.process, os.WNOHANG)
            if process:
                self._bury(parent)

    def _bury(self, parent: _Parent) -> None:
        self._parents.remove(parent)
        os.close(parent.ready)
        if parent.stage is not _Stage.LEAVING and not self._ending:
            _LOGGER.error("the parent of version %s ended by itself", parent.entry.short_id)
            self._fail()

    def _fail(self) -> None:
        """Wait before the next try, longer each time."""
        delay = min(_FIRST_DELAY_S * 2**self._failures, _LONGEST_DELAY_S)
        self._failures += 1
        self._not_before = time.monotonic() + delay

    def _ready(self) -> Iterator[_Parent]:
        for parent in self._parents:
            if parent.stage is _Stage.COMING:
                with contextlib.suppress(BlockingIOError):
                    parent.bytes_seen += len(os.read(parent.ready, 4096))
                if parent.bytes_seen >= self.web_processes:
                    yield parent

    def _hand_over(self, parent: _Parent, announce: Callable[[Entry], None]) -> None:
        before = self._at(_Stage.SERVING)
        parent.stage, self._failures, self._not_before = _Stage.SERVING, 0, 0.0
        announce(parent.entry)
        if before is not None:
            before.stage, before.killed_at = _Stage.LEAVING, time.monotonic() + self.drain_s + _GRACE_S
            os.kill(before.process, LEAVE)

    def _end(self, wake: int) -> None:
        self._ending = True
        for parent in self._parents:
            parent.killed_at = time.monotonic() + 2 * _GRACE_S
            os.kill(parent.process, signal.SIGTERM)
        while self._parents:
            self._wait(wake)
            self._reap()
