"""A family of forked processes: one that dies is forked again, and all of them end with the parent.

The parent has one thread, and does nothing but wait: what it has loaded is shared by all children.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

_LOGGER = logging.getLogger("sotegraph")
LEAVE = signal.SIGUSR1
"""Tells a family, and each process of its last group, to end what it has begun and to begin nothing more."""
_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, LEAVE)
_HANDLED = (*_ENDING, signal.SIGCHLD)
_EXPECTED = (signal.SIGKILL, signal.SIGTERM, signal.SIGALRM)
_AT_ONCE_S = 1.0
_LEAST_LIFE_S = 0.05
_FIRST_DELAY_S = 0.1
_DOUBLINGS = 6
_FAILURES_IN_A_ROW = 5
_GRACE_S = 5.0
_YOUNG_OBJECTS = 20_000
"""So many new objects before the collector of a child looks at them: a page makes thousands, and needs none of them."""

Task = Callable[[int], int]
"""What a child does, told the reading end of a pipe that closes with the parent; returns the exit status."""


@dataclass
class _Child:
    task: Task
    process: int = 0
    started: float = 0.0
    due: float = 0.0
    failures: int = 0
    proven: bool = False

    def bury(self, status: int, now: float) -> None:
        """Note that the process has ended, and when its successor is due.

        A worker killed at a limit has a successor at once; one that failed by itself just after its start waits.
        """
        lived = now - self.started
        if status < 0 and -status not in _EXPECTED:
            _LOGGER.warning("process %d was ended by %s and is replaced", self.process, signal.Signals(-status).name)
        self.process = 0
        self.failures = self.failures + 1 if status > 0 and lived < _AT_ONCE_S else 0
        self.proven = self.proven or lived >= _AT_ONCE_S
        self.due = max(now + self._delay(), self.started + _LEAST_LIFE_S)

    def stillborn(self, now: float) -> None:
        """Note that the system gave no process, and when to ask again."""
        self.failures += 1
        self.due = now + self._delay()

    def _delay(self) -> float:
        return _FIRST_DELAY_S * 2 ** min(self.failures, _DOUBLINGS) if self.failures else 0.0


@dataclass
class Supervisor:
    """Keeps one process for each task. *groups* are started in order and ended in the opposite order.

    It ends with whoever holds the other end of the pipe *above*, if there is one. When it is told to leave, its last
    group has *drain_s* seconds for that. *noticing* is called whenever a process may have ended, for those that
    somebody else has started here.
    """

    groups: Sequence[Sequence[Task]]
    above: int | None = None
    drain_s: float = _GRACE_S
    noticing: Callable[[], object] = lambda: None
    _children: list[list[_Child]] = field(init=False)
    _ending: bool = field(init=False, default=False)
    _leaving: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._children = [[_Child(task) for task in group] for group in self.groups]

    def run(self, ready: Callable[[], None]) -> int:
        """Fork all children, call *ready*, and keep them until a signal ends it; return the exit status.

        The status is 1 when a task fails at once again and again, and never did anything else.
        """
        settle()
        gc.set_threshold(_YOUNG_OBJECTS, *gc.get_threshold()[1:])
        with _pipe() as (lifeline, parent_end), _pipe() as (wake, waker), signals(waker, self._note):
            ours = (parent_end, wake, waker, *([] if self.above is None else [self.above]))
            try:
                self._fork_due(lifeline, ours)
                ready()
                while not self._ending and not self._hopeless():
                    self._wait(wake)
                    self._reap()
                    self._fork_due(lifeline, ours)
            finally:
                self._end(wake)
        return 0 if self._ending else 1

    def _note(self, number: int) -> None:
        self._ending = self._ending or number in _ENDING
        self._leaving = self._leaving or number == LEAVE

    def _all(self) -> Iterator[_Child]:
        return (child for group in self._children for child in group)

    def _hopeless(self) -> bool:
        return any(child.failures >= _FAILURES_IN_A_ROW and not child.proven for child in self._all())

    def _wait(self, wake: int, timeout: float | None = None) -> None:
        now = time.monotonic()
        due = [child.due - now for child in self._all() if not child.process]
        if timeout is None and due:
            timeout = max(0.0, min(due))
        watched = [wake, *([] if self.above is None or self._ending else [self.above])]
        ready, _, _ = select.select(watched, [], [], timeout)
        if wake in ready:
            os.read(wake, 4096)
        self._ending = self._ending or self.above in ready

    def _reap(self) -> None:
        self.noticing()
        for child in self._all():
            if child.process:
                process, status = os.waitpid(child.process, os.WNOHANG)
                if process:
                    child.bury(os.waitstatus_to_exitcode(status), time.monotonic())

    def _fork_due(self, lifeline: int, ours: Sequence[int]) -> None:
        for child in self._all():
            if not child.process and child.due <= time.monotonic() and not self._ending:
                child.started = time.monotonic()
                try:
                    child.process = fork(child.task, lifeline, ours)
                except OSError as error:
                    _LOGGER.error("no process can be started, which is tried again: %s", error.strerror)
                    child.stillborn(child.started)

    def _end(self, wake: int) -> None:
        """End group after group: who is served last by another one, ends after it.

        The last group ends what it has begun, also where it is another process whose failures leave no hope.
        """
        is_left = self._leaving or not self._ending
        for place, group in enumerate(reversed(self._children)):
            patient = is_left and place == 0
            deadline = time.monotonic() + (self.drain_s if patient else _GRACE_S)
            _signal(group, LEAVE if patient else signal.SIGTERM)
            while any(child.process for child in group) and time.monotonic() < deadline:
                self._wait(wake, 0.1)
                self._reap()
            _signal(group, signal.SIGKILL)
            for child in group:
                if child.process:
                    os.waitpid(child.process, 0)
                    child.process = 0


@contextlib.contextmanager
def signals(waker: int, note: Callable[[int], None]) -> Iterator[None]:
    """Inside, a signal wakes this process up by a byte in the pipe *waker*, and *note* is told its number."""

    def told(number: int, _frame: object) -> None:
        note(number)

    os.set_blocking(waker, False)
    heard = [number for number in _HANDLED if not _deaf_to(number)]
    before = {number: signal.signal(number, told) for number in heard}
    descriptor = signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(descriptor)
        for number, handler in before.items():
            signal.signal(number, handler)


def _deaf_to(number: signal.Signals) -> bool:
    """Whether whoever started this process has it outlive the terminal, as nohup does."""
    return number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN


def _signal(children: Sequence[_Child], number: signal.Signals) -> None:
    for child in children:
        if child.process:
            os.kill(child.process, number)


def settle() -> None:
    """From now on the collector leaves alone all that there is, so that it stays shared with whoever is forked."""
    gc.collect()
    gc.freeze()


def fork(task: Task, lifeline: int, parents_own: Sequence[int]) -> int:
    """Return the process id of a child that runs *task* and nothing else of the parent's."""
    sys.stdout.flush()
    sys.stderr.flush()
    # A signal between the fork and the child's own handlers waits until they stand.
    signal.pthread_sigmask(signal.SIG_BLOCK, _HANDLED)
    try:
        process = os.fork()
        if not process:
            _be_child(task, lifeline, parents_own)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)
    return process


def _be_child(task: Task, lifeline: int, parents_own: Sequence[int]) -> NoReturn:
    """Run *task*, and end this process with its status."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in _HANDLED:
            # Ctrl-C goes to the whole group of processes; the parent tells the children when to end.
            ignored = number == signal.SIGINT or _deaf_to(number)
            signal.signal(number, signal.SIG_IGN if ignored else signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)
        for descriptor in parents_own:
            os.close(descriptor)
        status = task(lifeline)
    except BaseException:
        _LOGGER.exception("a process failed")
    finally:
        # Neither the parent's clean-up nor its buffers are the child's.
        sys.stderr.flush()
        os._exit(status)


@contextlib.contextmanager
def _pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    try:
        yield reading, writing
    finally:
        os.close(reading)
        os.close(writing)
