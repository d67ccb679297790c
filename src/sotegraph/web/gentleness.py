"""Heavy work beside what is served: done by a thread of low priority, so that whoever answers comes first."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
_LOWEST = 19


def gently(work: Callable[[], Result], niceness: int) -> Result:
    """Return what *work* returns, done with *niceness* more than this process has; raises what it raises.

    A process that has given up priority cannot have it back, but on Linux each thread has its own: the thread that did
    the work, and those that it started, have ended on return, and what is forked then has the priority of before.
    """
    if not niceness or sys.platform != "linux":
        return work()
    results: list[Result] = []
    errors: list[BaseException] = []

    def act() -> None:
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), lowered(niceness))
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=act)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def lowered(niceness: int) -> int:
    """The priority of this process with so much *niceness* more, as the system counts it: higher numbers are lower."""
    return min(_LOWEST, os.getpriority(os.PRIO_PROCESS, 0) + niceness)
