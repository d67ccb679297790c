"""The web side's end of a connection to a worker: a request that goes at once, and frames as they come."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from sotegraph.sparql.frames import HEAD_BYTES, Frame, decode_head

_CHUNK_BYTES = 1 << 18
_MOST_BYTES = 1 << 20


class Wire:
    """A connection to a worker.

    It reads ahead up to a megabyte or one frame; then a worker that sends more waits for whoever takes it. One caller
    at a time waits for a frame; it may be cancelled, and nothing is lost.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self._socket = connection
        self._buffer = bytearray()
        self._waiting: asyncio.Future[None] | None = None
        self._ended = self._listening = False
        self._listen()

    @classmethod
    async def to(cls, address: Path, message: bytes) -> Wire:
        """Return a connection on which *message* has been sent, though nobody may have accepted it yet.

        Raises an OSError when nobody listens at *address*, or too many wait there.
        """
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.setblocking(False)
            connection.connect(str(address))  # On this machine that is done at once, or refused.
            try:
                sent = connection.send(message)
            except BlockingIOError:
                sent = 0
            if sent < len(message):
                await asyncio.get_running_loop().sock_sendall(connection, message[sent:])
            return cls(connection)
        except BaseException:
            connection.close()
            raise

    async def receive(self) -> Frame:
        """Return the next frame; raises EOFError when the connection ends before it does."""
        while (frame := self._next()) is None:
            if self._ended:
                raise EOFError("the worker is no more")
            self._listen()
            self._waiting = self._loop.create_future()
            await self._waiting
        if len(self._buffer) < _MOST_BYTES:
            self._listen()
        return frame

    def close(self) -> None:
        """End the connection."""
        self._ended = True
        self._pause()
        self._socket.close()

    def _next(self) -> Frame | None:
        """The frame that stands whole in the buffer."""
        if len(self._buffer) < HEAD_BYTES:
            return None
        kind, length = decode_head(bytes(self._buffer[:HEAD_BYTES]))
        end = HEAD_BYTES + length
        if len(self._buffer) < end:
            return None
        with memoryview(self._buffer) as seen:
            frame = Frame(kind, bytes(seen[HEAD_BYTES:end]))
        del self._buffer[:end]
        return frame

    def _listen(self) -> None:
        if not self._listening and not self._ended:
            self._loop.add_reader(self._socket, self._read)
            self._listening = True

    def _pause(self) -> None:
        if self._listening:
            self._loop.remove_reader(self._socket)
            self._listening = False

    def _read(self) -> None:
        try:
            data = self._socket.recv(_CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._buffer += data
        self._ended = not data
        if self._ended or len(self._buffer) >= _MOST_BYTES:
            self._pause()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
