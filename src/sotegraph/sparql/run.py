"""One evaluation in a worker, as its client sees it: frames that come, a clock, and the means to end it."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import signal
from collections import deque
from collections.abc import Callable
from pathlib import Path

from sotegraph.errors import TimeLimitReached
from sotegraph.formats import Format, by_suffix
from sotegraph.settings import Settings
from sotegraph.sparql.frames import Frame, Kind, error_of
from sotegraph.sparql.request import RESULT_FORMATS, QueryRequest
from sotegraph.sparql.wire import Wire
from sotegraph.sparql.workers import out_of_memory

_FORMATS = tuple(form for formats in RESULT_FORMATS.values() for form in formats)
_AHEAD_BYTES = 4 << 20
_PATIENCE = 20
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_LOW_PRIORITY = 10
_SHARE = 0.8
"""What part of its time a query must have had the processor, to be told from one that waited for it."""


class Run:
    """One evaluation in a worker; iterating gives the pieces of its result.

    Its clock runs until the last piece has been taken from the worker: a reader who is slow is ended like a query that
    is, for the worker waits for both. *on_kept_worker* tells that others wait for the worker to answer short queries.
    """

    def __init__(
        self,
        wire: Wire,
        process: int,
        request: QueryRequest,
        settings: Settings,
        on_kept_worker: bool,
        busy_before: float,
    ) -> None:
        self._wire, self._process = wire, _Process(process)
        self._request, self._settings, self.on_kept_worker = request, settings, on_kept_worker
        self._frames: deque[Frame] = deque()
        self._ahead = 0
        self._busy_before = busy_before
        self._over = self._out_of_time = False
        self._at_end: Callable[[], None] | None = None
        self._overrun: asyncio.TimerHandle | None = None
        self._alarm = asyncio.get_running_loop().call_later(request.time_limit_ms / 1000, self._ring)

    async def ended_within(self, seconds: float) -> bool:
        """Whether the result is whole within so many *seconds* of the processor, and short enough to be kept here.

        Where the processor has much else to do, the worker has many times as long by the clock.
        """
        for _ in range(_PATIENCE):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._take_ahead()
            if self._over or self._ahead >= _AHEAD_BYTES or self._busy_s() > _SHARE * seconds:
                break
        return self._over

    async def _take_ahead(self) -> None:
        while not self._over and self._ahead < _AHEAD_BYTES:
            frame = await self._receive()
            self._ahead += len(frame.payload)
            self._frames.append(frame)

    def give_way(self) -> None:
        """Let every other process of this machine go first from now on."""
        self._process.give_way()

    def at_overrun(self, seconds: float, tell: Callable[[], None]) -> None:
        """Give way, and call *tell*, should the run have taken so many *seconds* of the processor and not be over.

        A worker that has given way is replaced after its query, which costs more than a query that only had to wait.
        """

        def look() -> None:
            if self._busy_s() >= seconds:
                self.give_way()
                tell()
            else:
                self.at_overrun(seconds, tell)

        self._overrun = asyncio.get_running_loop().call_later(seconds, look)

    def _busy_s(self) -> float:
        """The seconds of the processor that the worker has taken for this run."""
        return self._process.busy_s() - self._busy_before

    def at_end(self, tell: Callable[[], None]) -> None:
        """Call *tell* once when the run holds no worker any longer, at once if it holds none."""
        if self._over or self._out_of_time:
            tell()
        else:
            self._at_end = tell

    async def form(self) -> Format:
        """The form of the result, which is the first thing the worker knows of it."""
        form = by_suffix((await self._frame(Kind.FORM)).value(), _FORMATS)
        assert form is not None
        return form

    def whole(self) -> bytes | None:
        """All pieces of a result that has been read ahead to its end; None when there may be more, or an error."""
        if not self._over or self._frames[-1].kind is not Kind.END:
            return None
        return b"".join(frame.payload for frame in self._frames)

    def __aiter__(self) -> Run:
        return self

    async def __anext__(self) -> bytes:
        if self._over and not self._frames:
            raise StopAsyncIteration
        frame = await self._frame(Kind.PIECE, Kind.END)
        if frame.kind is Kind.END:
            raise StopAsyncIteration
        return frame.payload

    async def aclose(self) -> None:
        """End the evaluation if it still runs."""
        self._frames.clear()
        if not self._over:
            self._process.kill()
            self._finish()

    async def _frame(self, *kinds: Kind) -> Frame:
        frame = self._frames.popleft() if self._frames else await self._receive()
        if frame.kind is Kind.FAILURE:
            raise error_of(frame)
        assert frame.kind in kinds, frame.kind
        return frame

    async def _receive(self) -> Frame:
        """The next frame from the worker. It may be cancelled, and goes on where it was."""
        try:
            frame = await self._wire.receive()
        except EOFError:
            self._finish()
            raise self._ended() from None
        if frame.kind in (Kind.END, Kind.FAILURE):
            self._finish()
        return frame

    def _ended(self) -> Exception:
        if self._out_of_time:
            return out_of_time(self._request)
        return out_of_memory(self._settings)

    def _ring(self) -> None:
        self._out_of_time = True
        self._process.kill()
        # A reader who has stopped notices nothing of this, and holds up nobody any longer.
        self._tell()

    def _finish(self) -> None:
        self._over = True
        self._alarm.cancel()
        if self._overrun is not None:
            self._overrun.cancel()
        self._process.close()
        # The worker waits for this before it takes the next query: until then, it is ours to kill.
        self._wire.close()
        self._tell()

    def _tell(self) -> None:
        tell, self._at_end = self._at_end, None
        if tell is not None:
            tell()


def out_of_time(request: QueryRequest) -> TimeLimitReached:
    """Return the error for a query that took too long."""
    return TimeLimitReached(
        "The query was ended after {limit} milliseconds. Ask for less: a narrower pattern, a LIMIT, no sorting "
        "or grouping of everything.",
        limit=request.time_limit_ms,
    )


class _Process:
    """A worker, held by a file descriptor where the system has that, because an id may be given to another process."""

    def __init__(self, process_id: int) -> None:
        self._id = process_id
        self._descriptor: int | None = None
        if hasattr(os, "pidfd_open"):
            with contextlib.suppress(OSError):
                self._descriptor = os.pidfd_open(process_id)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self._descriptor is None:
                os.kill(self._id, signal.SIGKILL)
            else:
                signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)

    def give_way(self) -> None:
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self._id, _LOW_PRIORITY)

    def busy_s(self) -> float:
        """The time in seconds that it has had of a processor so far; endless where the system does not tell."""
        try:
            fields = Path(f"/proc/{self._id}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        except OSError:
            return math.inf
        return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
