"""One connection of a client: how much it may send, for how long, and how long it may take nothing of an answer."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import sys
import termios
from typing import Any, ClassVar

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sotegraph.web.refusals import Refusals
from sotegraph.web.replies import REQUEST, Replies

MAX_HEAD_BYTES = 1 << 16
_PIECE_BYTES = 1 << 14


class Connection(HttpToolsProtocol):
    """A connection that is closed when a request on it, head and body, is not whole in time.

    It is broken off when its client takes nothing of an answer for that long. The parser measures nothing, so what
    comes is handed on in pieces that are small beside the limit of a head, and counted. A request that came before,
    to the byte, is answered from *replies* without being read. What is no request, or too long for one, is answered
    from *refusals*; what still comes then is taken and thrown away, so that the answer is not lost (RFC 9112 section
    9.6).

    When the process is *leaving*, each connection has one answer more, which says that it is the last one; what waits
    for a next request is not closed under its sender, but when its time is over.
    """

    request_time_limit_s: ClassVar[float] = 20.0
    replies: ClassVar[Replies | None] = None
    refusals: ClassVar[Refusals | None] = None
    leaving: ClassVar[bool] = False

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        self._deadline: asyncio.TimerHandle | None = None
        self._reading: asyncio.TimerHandle | None = None
        self._left, self._taken = 0, False
        self._begun = self._in_body = self._declined = False
        self._head_bytes = self._requests = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._relax()
        if self._reading is not None:
            self._reading.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._declined:
            return
        busy = self._begun or self._answering or self.leaving
        key = b"" if self.replies is None or busy else self._key(data)
        if key and self._repeated(key):
            return
        self._unset_keepalive_if_required()
        before = self._requests
        for start in range(0, len(data), _PIECE_BYTES):
            if self.transport.is_closing() or self._declined:
                return
            self._feed(data[start : start + _PIECE_BYTES])
        if self._begun:
            self._watch()
        elif key and self._requests == before + 1 and self.cycle.keep_alive:
            self.scope["state"][REQUEST] = key
        elif self.cycle is not None and not self._answering:
            self._arm_keep_alive()

    @property
    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _key(self, data: bytes) -> bytes:
        """What an answer depends on: the bytes of the request, and who says so, if it speaks for another one."""
        return data + (self.client[0].encode() if self.client else b"") if b"forwarded" in data.lower() else data

    def _repeated(self, key: bytes) -> bool:
        """Whether there is a reply to be had, and the client takes what it gets; then it has been sent."""
        assert self.replies is not None
        if self.flow.write_paused or self.transport.is_closing():
            return False
        pieces = self.replies.repeat(key, self.server_state.default_headers)
        if pieces is None:
            return False
        self._relax()
        self._unset_keepalive_if_required()
        for piece in pieces:
            self.transport.write(piece)
        self.server_state.total_requests += 1
        self._arm_keep_alive()
        self._await_reading()
        return True

    def _arm_keep_alive(self) -> None:
        if self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def _feed(self, piece: bytes) -> None:
        self._head_bytes += len(piece)
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade:
            # Another protocol was offered, which the answer declines; what follows may be anything.
            self._declined, self.cycle.keep_alive = True, False
        except httptools.HttpParserError:
            self._refuse()
        else:
            if self._too_long:
                self._refuse()

    @property
    def _too_long(self) -> bool:
        return self._begun and not self._in_body and self._head_bytes > MAX_HEAD_BYTES

    def _refuse(self) -> None:
        """Say what is wrong, unless that would look like part of another answer."""
        if self._answering or self.refusals is None:
            self.transport.close()
            return
        received, fields = self.headers or (), self.server_state.default_headers
        if self._too_long:
            answer = self.refusals.too_long(received, fields, address=len(self.url) > MAX_HEAD_BYTES // 2)
        else:
            answer = self.refusals.malformed(received, fields)
        self._declined = True
        self.transport.write(answer)
        self.transport.write_eof()
        self._watch()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begun, self._in_body = True, False
        self._requests += 1

    def on_header(self, name: bytes, value: bytes) -> None:
        # What comes as a header after the body are trailers, which nobody asked for.
        if not self._in_body:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        hosts = sum(name == b"host" for name, _ in self.headers)
        # RFC 9112 section 3.2; an exception makes the parser refuse the request.
        if hosts > 1 or (not hosts and self.parser.get_http_version() == "1.1"):
            raise ValueError("a request has one Host")
        super().on_headers_complete()
        self._in_body = True
        if self.leaving:
            self.cycle.keep_alive = False

    def shutdown(self) -> None:
        """End in good order: at once, or with the next answer when the process is leaving."""
        if not self.leaving:
            super().shutdown()
        elif self._answering and not self.cycle.response_started:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._begun = self._in_body = False
        self._head_bytes = 0
        self._relax()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._await_reading()
        if self._begun:
            self._watch()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._await_reading()

    def resume_writing(self) -> None:
        self._taken = True
        super().resume_writing()

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

    def _watch(self) -> None:
        """Let the time run from the first byte of a request to its last one.

        A request that others stand before is not read on, and has no time to keep.
        """
        if self._deadline is None and not self.pipeline and not self.transport.is_closing():
            self._deadline = self.loop.call_later(self.request_time_limit_s, self.transport.close)

    def _relax(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
