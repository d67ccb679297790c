"""Work in a forked process, which has all that this one has loaded, may change it, and is ended at its limits."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import resource
import select
import signal
import time
from collections.abc import Callable, Iterator
from typing import NoReturn

from sotegraph.errors import MemoryLimitReached, PublisherError
from sotegraph.sparql.frames import Frame, Kind, error_of, failure
from sotegraph.sparql.workers import address_space
from sotegraph.validation.isolated import out_of_time

_LOGGER = logging.getLogger("sotegraph")
_DONE, _FAILED, _TOO_LARGE = b"d", b"f", b"m"
_CHUNK_BYTES = 1 << 20
_LAST_RESORT_S = 2.0
_COLLECT_AFTER = 500_000


def run_forked(work: Callable[[], bytes], time_s: float, memory_bytes: int) -> bytes:
    """Return what *work* returns in a process of its own; what it changes in memory is gone with that.

    Raises the PublisherError that it raises, TimeLimitReached at *time_s*, and MemoryLimitReached when it takes more
    than *memory_bytes* beyond what is loaded already, or dies.
    """
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        os.close(reading)
        _be_child(work, writing, time_s, memory_bytes)
    os.close(writing)
    try:
        with open(reading, "rb", buffering=0) as answer:  # noqa: PTH123 - a pipe has no path
            told = b"".join(_pieces(answer.fileno(), time.monotonic() + time_s))
    except TimeoutError:
        raise out_of_time(time_s) from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    if told[:1] == _DONE:
        return told[1:]
    if told[:1] == _FAILED:
        raise error_of(Frame(Kind.FAILURE, told[1:]))
    raise out_of_memory(memory_bytes)


def out_of_memory(limit: int) -> MemoryLimitReached:
    """Return the error for a validation whose process came to its end before the report did."""
    return MemoryLimitReached(
        "The validation came to an end before its report did, most likely because it needed more memory than {limit} "
        "bytes. Send less at once.",
        limit=limit,
    )


def collect_rarely() -> None:
    """Let this process look for cycles of objects seldom: for one that lives as long as one check."""
    gc.freeze()  # What is loaded already is not collected, and so neither looked through nor copied.
    gc.set_threshold(_COLLECT_AFTER)


def limit_memory(memory_bytes: int) -> None:
    """Let this process take *memory_bytes* beyond the address space that it takes already, and leave no core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    taken = address_space()
    if taken:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = taken + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))


def _pieces(descriptor: int, deadline: float) -> Iterator[bytes]:
    while True:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        piece = os.read(descriptor, _CHUNK_BYTES)
        if not piece:
            return
        yield piece


def _be_child(work: Callable[[], bytes], writing: int, time_s: float, memory_bytes: int) -> NoReturn:
    """Do the *work*, write what comes of it, and end this process."""
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        # Should the one who watches the clock be gone by then, the kernel ends this process.
        signal.setitimer(signal.ITIMER_REAL, time_s + _LAST_RESORT_S)
        collect_rarely()
        # What the runtimes of compiled engines say at the memory limit is for nobody.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        limit_memory(memory_bytes)
        try:
            told = _DONE + work()
        except PublisherError as error:
            told = _FAILED + failure(error).payload
        except MemoryError:
            told = _TOO_LARGE
        with open(writing, "wb") as answer:
            answer.write(told)
    except BaseException:
        _LOGGER.exception("a validation failed")
    finally:
        os._exit(0)
