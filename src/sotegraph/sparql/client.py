"""The web side of the workers: hands out queries, watches the clock, and ends what nobody waits for any longer."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable
from pathlib import Path

from sotegraph.errors import NoWorkers, Overloaded, TimeLimitReached
from sotegraph.formats import Format, by_suffix
from sotegraph.settings import Settings
from sotegraph.sparql.frames import HEAD_BYTES, Frame, Kind, decode_head, error_of
from sotegraph.sparql.request import RESULT_FORMATS, Answer, QueryRequest
from sotegraph.sparql.turns import Turns
from sotegraph.sparql.workers import out_of_memory

_LOGGER = logging.getLogger("sotegraph")
_FORMATS = tuple(form for formats in RESULT_FORMATS.values() for form in formats)


class WorkerEvaluator:
    """Evaluates in the workers that accept at *address*, a Unix socket.

    A query that its time limit ends, or whose client no longer waits, is ended by killing its worker.
    """

    def __init__(self, address: Path, settings: Settings) -> None:
        self.address, self.settings = address, settings
        self._turns = Turns.by(settings)
        self._waiting = 0
        self._unreachable = False

    async def evaluate(self, request: QueryRequest, client: str = "") -> Answer:
        """Return the answer once its beginning is known; raises the PublisherError that ended the evaluation."""
        run = await self._begin(request, client)
        try:
            form = await run.form()
        except BaseException:
            await run.aclose()
            raise
        return Answer(form, run)

    async def _begin(self, request: QueryRequest, client: str) -> _Run:
        """A run whose worker has taken it up; waits for a free worker, if not too many wait already."""
        if self._waiting >= self.settings.query_queue_limit:
            raise _overloaded()
        self._waiting += 1
        try:
            async with asyncio.timeout(self.settings.query_time_limit_ms / 1000):
                end_turn = await self._turns.take(client)
                try:
                    run = await self._greeted(request, end_turn)
                except BaseException:
                    end_turn()
                    raise
                self._unreachable = False
                return run
        except (FileNotFoundError, ConnectionRefusedError) as error:
            if not self._unreachable:
                _LOGGER.error("no process takes queries at %s: %s", self.address, error.strerror)
            self._unreachable = True
            raise NoWorkers("No process answers queries at the moment. Try again in a minute.") from None
        except OSError:  # TimeoutError among them, and a full backlog
            raise _overloaded() from None
        finally:
            self._waiting -= 1

    async def _greeted(self, request: QueryRequest, at_end: Callable[[], None]) -> _Run:
        while True:
            reader, writer = await asyncio.open_unix_connection(self.address)
            try:
                greeting = await _receive(reader)
                writer.write(Frame.of(Kind.REQUEST, request.to_json()).encode())
                return _Run(reader, writer, greeting.value(), request, self.settings, at_end)
            except (EOFError, ConnectionError):
                # The worker died between accepting and greeting: nothing is lost, another one takes the query.
                writer.close()
            except BaseException:
                writer.close()
                raise


class _Run:
    """One evaluation in a worker; iterating gives the pieces of its result."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        process: int,
        request: QueryRequest,
        settings: Settings,
        at_end: Callable[[], None],
    ) -> None:
        self._reader, self._writer, self._process = reader, writer, _Process(process)
        self._request, self._settings, self._at_end = request, settings, at_end
        self._over = self._out_of_time = False
        self._alarm = asyncio.get_running_loop().call_later(request.time_limit_ms / 1000, self._ring)

    async def form(self) -> Format:
        """The form of the result, which is the first thing the worker knows of it."""
        form = by_suffix((await self._frame(Kind.FORM)).value(), _FORMATS)
        assert form is not None
        return form

    def __aiter__(self) -> _Run:
        return self

    async def __anext__(self) -> bytes:
        if self._over:
            raise StopAsyncIteration
        frame = await self._frame(Kind.PIECE, Kind.END)
        if frame.kind is Kind.END:
            self._finish()
            raise StopAsyncIteration
        return frame.payload

    async def aclose(self) -> None:
        """End the evaluation if it still runs."""
        if not self._over:
            self._process.kill()
            self._finish()

    async def _frame(self, *kinds: Kind) -> Frame:
        try:
            frame = await _receive(self._reader)
        except (EOFError, ConnectionError):
            self._finish()
            raise self._ended() from None
        if frame.kind is Kind.FAILURE:
            self._finish()
            raise error_of(frame)
        assert frame.kind in kinds, frame.kind
        return frame

    def _ended(self) -> Exception:
        if self._out_of_time:
            return TimeLimitReached(
                "The query was ended after {limit} milliseconds. Ask for less: a narrower pattern, a LIMIT, no sorting "
                "or grouping of everything.",
                limit=self._request.time_limit_ms,
            )
        return out_of_memory(self._settings)

    def _ring(self) -> None:
        self._out_of_time = True
        self._process.kill()

    def _finish(self) -> None:
        self._over = True
        self._alarm.cancel()
        self._process.close()
        # The worker waits for this before it takes the next query: until then, it is ours to kill.
        self._writer.close()
        self._at_end()


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

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


async def _receive(reader: asyncio.StreamReader) -> Frame:
    """The next frame; raises EOFError (IncompleteReadError) when the connection ends before it does."""
    kind, length = decode_head(await reader.readexactly(HEAD_BYTES))
    return Frame(kind, await reader.readexactly(length))


def _overloaded() -> Overloaded:
    return Overloaded("Too many queries wait for their turn. Try again in a few seconds.")
