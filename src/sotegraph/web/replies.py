"""Replies that are sent again: the same bytes, asked of the same version, are answered by the same bytes.

What reads a request, finds its handler and makes the answer costs more than the answer that is remembered. So the
whole reply to a remembered result is kept under the bytes of the request, and a connection that gets them sends it.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST = "sotegraph.request"
"""The state of a scope in which a connection puts the bytes of a request that came alone and leaves the line open."""
_HIT = (b"cache-status", b"sotegraph; hit")
_JOINED_BYTES = 1 << 14
_LARGEST_SHARE = 8

Headers = Iterable[tuple[bytes, bytes]]
Log = Callable[[str, str, int, int, float], None]
"""Told method, path, status, bytes and seconds of each request."""


@dataclass(frozen=True)
class _Reply:
    head: bytes
    body: bytes
    path: str
    status: int


class Replies:
    """The replies of one process, at most *most* and *most_bytes* of them; the least recently used one goes first."""

    def __init__(self, most: int, most_bytes: int, log: Log | None) -> None:
        self.most, self.most_bytes, self.log = most, most_bytes, log
        self._kept: OrderedDict[bytes, _Reply] = OrderedDict()
        self._bytes = 0

    def repeat(self, request: bytes, headers: Headers) -> Sequence[bytes] | None:
        """The pieces of the reply to *request*, with *headers* of this moment; None when there is none."""
        reply = self._kept.get(request)
        if reply is None:
            return None
        start = time.perf_counter()
        self._kept.move_to_end(request)
        head = b"".join([reply.head, *(b"%b: %b\r\n" % field for field in headers), b"\r\n"])
        if self.log is not None:
            self.log("GET", reply.path, reply.status, len(reply.body), time.perf_counter() - start)
        return (head + reply.body,) if len(reply.body) < _JOINED_BYTES else (head, reply.body)

    def keep(self, request: bytes, path: str, start: Message, body: bytes) -> None:
        """Keep the whole reply that begins with the message *start*, and let go of others until it fits."""
        fields = b"".join(b"%b: %b\r\n" % (name.lower(), value) for name, value in start["headers"])
        line = f"HTTP/1.1 {start['status']} {HTTPStatus(start['status']).phrase}\r\n".encode()
        reply = _Reply(line + fields, body, path, start["status"])
        size = _size(request, reply)
        if not self.most or size > self.most_bytes // _LARGEST_SHARE or request in self._kept:
            return
        self._kept[request] = reply
        self._bytes += size
        while len(self._kept) > self.most or self._bytes > self.most_bytes:
            self._bytes -= _size(*self._kept.popitem(last=False))


def _size(request: bytes, reply: _Reply) -> int:
    return len(request) + len(reply.head) + len(reply.body)


class KeepReplies:
    """Keeps the replies to GET whose results were remembered, so that the connection can send them again."""

    def __init__(self, app: ASGIApp, *, replies: Replies) -> None:
        self.app, self.replies = app, replies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = scope.get("state", {}).get(REQUEST) if scope["type"] == "http" else None
        if request is None or scope["method"] != "GET" or scope["http_version"] != "1.1":
            return await self.app(scope, receive, send)
        begun: Message | None = None

        async def noted(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = message if message["status"] == 200 and _HIT in message["headers"] else None
            elif begun is not None:
                if not message.get("more_body"):
                    self.replies.keep(request, scope["path"], begun, message.get("body", b""))
                begun = None
            await send(message)

        return await self.app(scope, receive, noted)
