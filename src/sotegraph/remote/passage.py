"""The way of one result from the engine's socket to whoever asked: read, verified, written anew, within limits."""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Any, cast

import httpx2 as httpx

from sotegraph.errors import PublisherError
from sotegraph.formats import Format
from sotegraph.remote.exchange import away
from sotegraph.remote.reading import convert, not_whole
from sotegraph.sparql.workers import too_long

_LOGGER = logging.getLogger("sotegraph")
_PIECE_BYTES = 64 << 10
_PIECES_AHEAD = 2


@dataclass(frozen=True)
class Terms:
    """What holds for one result: its form, its limits, and what is called at the end of it."""

    kind: str
    form: Format
    prefixes: Mapping[str, str]
    limit_bytes: int
    deadline: float
    out_of_time: Callable[[], PublisherError]
    confirm: Callable[[], Awaitable[None]]
    at_end: Callable[[], None]


class Passage:
    """A result on its way; iterating gives the pieces of it in its new form.

    The end comes only after *terms.confirm* has returned. A short result is converted at once; a long one in a thread
    of *threads*, which waits for the engine and for the reader.
    """

    def __init__(self, response: httpx.Response, terms: Terms, threads: ThreadPoolExecutor) -> None:
        self._response, self._terms, self._threads = response, terms, threads
        self._chunks: AsyncIterator[bytes] = response.aiter_bytes(_PIECE_BYTES)
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Queue[bytes | PublisherError | None] = asyncio.Queue()
        self._room = asyncio.Semaphore(_PIECES_AHEAD)
        self._first: bytes | None = None
        self._waiting: Future[Any] | None = None
        self._stopped = self._rung = self._over = False
        self._driving = asyncio.create_task(self._drive())
        self._alarm = self._loop.call_at(terms.deadline, self._ring)

    async def begin(self) -> None:
        """Return when the beginning of the result is known; raises the PublisherError that ended it before."""
        self._first = await self._piece()

    def __aiter__(self) -> Passage:
        return self

    async def __anext__(self) -> bytes:
        first, self._first = self._first, None
        piece = first or (None if self._over else await self._piece())
        if piece is None:
            raise StopAsyncIteration
        return piece

    async def aclose(self) -> None:
        """Take nothing more from the engine."""
        self._stop()
        self._driving.cancel()
        await asyncio.wait([self._driving])

    async def _piece(self) -> bytes | None:
        found = await self._ready.get()
        if isinstance(found, bytes):
            self._room.release()
            return found
        self._over = True
        if found is not None:
            raise found
        return None

    def _ring(self) -> None:
        self._rung = True
        self._stop()
        self._driving.cancel()

    def _stop(self) -> None:
        self._stopped = True
        if self._waiting is not None:
            self._waiting.cancel()

    async def _drive(self) -> None:
        """Pass the whole result on, and at the end None, or what ended it."""
        ended: PublisherError | None = not_whole()  # until it is known to be whole, whatever happens
        try:
            found = await self._passed()
            if found is None:
                await self._terms.confirm()
            ended = found
        except PublisherError as error:
            ended = error
        except asyncio.CancelledError:
            ended = self._terms.out_of_time() if self._rung else not_whole()
        finally:
            self._alarm.cancel()
            with contextlib.suppress(httpx.TransportError, RuntimeError):
                await self._response.aclose()
            self._terms.at_end()
            self._ready.put_nowait(ended)

    async def _passed(self) -> PublisherError | None:
        beginning, whole = await self._beginning()
        if whole:
            pieces = iter((beginning,))
            output = _Output(self._ready.put_nowait, self._terms.limit_bytes)
            return self._converted(lambda: next(pieces, b""), output)
        converting = self._threads.submit(self._convert_in_thread, beginning)
        try:
            return await asyncio.wrap_future(converting)
        finally:
            while not converting.done():
                # Cancelled, it comes to its end at its next step; the connection is its own until then.
                self._stop()
                await asyncio.sleep(0.001)

    async def _beginning(self) -> tuple[bytes, bool]:
        """The first bytes of the result, and whether they are all of it."""
        beginning = bytearray()
        while len(beginning) < _PIECE_BYTES:
            chunk = await self._chunk()
            if not chunk:
                return bytes(beginning), True
            beginning += chunk
        return bytes(beginning), False

    async def _chunk(self) -> bytes:
        try:
            return await anext(self._chunks, b"")
        except httpx.RequestError as error:  # a broken connection, or an encoding that is none
            _LOGGER.warning("the engine broke off in the course of a result: %s", str(error) or type(error).__name__)
            raise away() from None

    def _convert_in_thread(self, beginning: bytes) -> PublisherError | None:
        held = [beginning]

        def next_piece() -> bytes:
            return held.pop() if held else cast(bytes, self._in_loop(self._chunk()))

        def send(piece: bytes) -> None:
            self._in_loop(self._send(piece))

        return self._converted(next_piece, _Output(send, self._terms.limit_bytes))

    def _converted(self, next_piece: Callable[[], bytes], output: _Output) -> PublisherError | None:
        """What ended the conversion, if anything did; its traceback is left here, with all that pyoxigraph made."""
        failed: list[PublisherError] = []

        def noted() -> bytes:
            try:
                return next_piece()
            except PublisherError as error:
                failed.append(error)
                raise

        terms = self._terms
        try:
            content_type = self._response.headers.get("content-type", "")
            convert(terms.kind, content_type, noted, terms.form, cast(IO[bytes], output), terms.prefixes)
            output.end()
        except PublisherError as error:
            return (failed[0] if failed else error).with_traceback(None)
        except Exception:
            if self._stopped:
                return not_whole()
            if failed:
                return failed[0].with_traceback(None)
            _LOGGER.exception("a result of the engine could not be written")
            return PublisherError("The query failed in the server. It has been written to the log.")
        return None

    def _in_loop(self, coroutine: Any) -> Any:
        """What *coroutine* returns in the loop; called in the thread, which waits for it."""
        if not self._stopped:
            waiting = self._waiting = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
            return self._awaited(waiting)
        coroutine.close()
        raise InterruptedError

    def _awaited(self, waiting: Future[Any]) -> Any:
        if self._stopped:  # since it was asked for
            waiting.cancel()
        return waiting.result()

    async def _send(self, piece: bytes) -> None:
        await self._room.acquire()
        self._ready.put_nowait(piece)


class _Output(io.RawIOBase):
    """Collects what is written to it into pieces for *send*."""

    def __init__(self, send: Callable[[bytes], None], limit: int) -> None:
        self._send, self._limit = send, limit
        self._buffer = bytearray()
        self._sent = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(cast(bytes, data))
        self._buffer += piece
        if self._sent + len(self._buffer) > self._limit:
            raise too_long(self._limit)
        if len(self._buffer) >= _PIECE_BYTES:
            self.end()
        return len(piece)

    def end(self) -> None:
        """Send what is left."""
        if self._buffer:
            self._sent += len(self._buffer)
            self._send(bytes(self._buffer))
            self._buffer.clear()
