"""One connection of a client: how much it may send, for how long, and how long it may take nothing of an answer."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import sys
import termios
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MAX_HEAD_BYTES = 1 << 16
_PIECE_BYTES = 1 << 14


class Connection(H11Protocol):
    """A connection that is closed when a request on it, head and body, is not whole in time.

    It is broken off when its client takes nothing of an answer for that long. h11 measures a head that is still
    incomplete, so what comes is handed on in pieces that are small beside the limit.
    """

    request_time_limit_s: ClassVar[float] = 20.0

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        self._deadline: asyncio.TimerHandle | None = None
        self._reading: asyncio.TimerHandle | None = None
        self._left, self._taken = 0, False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._relax()
        if self._reading is not None:
            self._reading.cancel()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._await_reading()

    def resume_writing(self) -> None:
        self._taken = True
        super().resume_writing()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._await_reading()

    def _await_reading(self) -> None:
        """Look after a while whether the client has taken any of what is left for it by now."""
        if self._reading is None and self.transport.get_write_buffer_size():
            self._left, self._taken = self._unread(), False
            self._reading = self.loop.call_later(self.request_time_limit_s, self._look)

    def _look(self) -> None:
        self._reading = None
        if self._taken or self._unread() < self._left:
            self._await_reading()
        else:
            self.transport.abort()

    def _unread(self) -> int:
        """The bytes that have not reached the client: those here, and those that the system says it holds."""
        held = bytearray(4)
        connection = self.transport.get_extra_info("socket")
        # Linux wakes a writer only when a third of its buffer, which may be megabytes, is free.
        with contextlib.suppress(OSError, AttributeError):
            fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, held)
        return self.transport.get_write_buffer_size() + int.from_bytes(held, sys.byteorder)

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), _PIECE_BYTES):
            if self.transport.is_closing():
                break
            super().data_received(data[start : start + _PIECE_BYTES])
        self._watch()

    def _watch(self) -> None:
        """Let the time run from the first byte of a request to its last one."""
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._relax()
        elif self._deadline is None and not self.transport.is_closing():
            self._deadline = self.loop.call_later(self.request_time_limit_s, self.transport.close)

    def _relax(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
