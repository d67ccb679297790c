"""Replies that are sent again: the same bytes, asked of the same version, are answered by the same bytes.

What reads a request, finds its handler and makes the answer costs more than the answer that is remembered. So the
whole reply is kept under the bytes of the request, and a connection that gets them sends it: the reply to a remembered
result, and what any cache may keep of the version, which is every page and document.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sotegraph.web.answers import CURRENT, FOR_EVER, FRESH

REQUEST = "sotegraph.request"
"""The state of a scope in which a connection puts the bytes of a request that came alone and leaves the line open."""
_HIT = (b"cache-status", b"sotegraph; hit")
_KEPT_BY_CACHES = (FRESH.encode(), CURRENT.encode(), FOR_EVER.encode())
_KEPT_STATUSES = (200, 304)
_DECISIVE = frozenset(
    (
        *(b"host", b"accept", b"accept-language", b"accept-encoding", b"accept-profile", b"accept-datetime"),
        *(b"if-none-match", b"if-modified-since"),
    )
)
"""The fields of a request that an answer about the data depends on: nobody is told from another by anything else."""
_WITH_A_BODY = frozenset((b"content-length", b"transfer-encoding"))
_MOST_HEADER_BYTES = 1 << 14
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
        self._known: OrderedDict[bytes, tuple[Message, bytes, str]] = OrderedDict()
        self._known_bytes = 0

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

    def recall(self, essence: bytes | None) -> tuple[Message, bytes] | None:
        """The beginning and the body of the reply to what comes to the same as *essence*; None when there is none."""
        known = self._known.get(essence) if essence is not None else None
        if known is None or essence is None:
            return None
        self._known.move_to_end(essence)
        start, body, path = known
        if self.log is not None:
            self.log("GET", path, start["status"], len(body), 0.0)
        return start, body

    def remember(self, essence: bytes | None, path: str, start: Message, body: bytes) -> None:
        """Keep a reply for all requests that come to the same, and let go of others until it fits."""
        size = len(body)
        unfit = not self.most or size > self.most_bytes // _LARGEST_SHARE or essence in self._known
        if essence is None or unfit or _HIT in start["headers"]:
            return
        self._known[essence] = (start, body, path)
        self._known_bytes += size
        while len(self._known) > self.most or self._known_bytes > self.most_bytes:
            self._known_bytes -= len(self._known.popitem(last=False)[1][1])

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


def _essence(scope: Scope) -> bytes | None:
    """What the answer to a request for a page depends on.

    None where somebody speaks for another, where a body comes along, and where so much is sent that it may be refused.
    """
    parts, size = [scope["raw_path"], scope["query_string"]], 0
    for name, value in scope["headers"]:
        size += len(name) + len(value)
        if name in _DECISIVE:
            parts += [name, value]
        elif b"forwarded" in name or name in _WITH_A_BODY:
            return None
    return b"\n".join(parts) if size <= _MOST_HEADER_BYTES else None


def _stays(start: Message) -> bool:
    """Whether the reply that begins with *start* is the same whenever the same is asked of this version."""
    headers = dict(start["headers"])
    if start["status"] == 200 and _HIT in start["headers"]:
        return True
    return start["status"] in _KEPT_STATUSES and b"etag" in headers and headers.get(b"cache-control") in _KEPT_BY_CACHES


def _size(request: bytes, reply: _Reply) -> int:
    return len(request) + len(reply.head) + len(reply.body)


class KeepReplies:
    """Keeps the replies to GET that stay the same for the version, so that the connection can send them again."""

    def __init__(self, app: ASGIApp, *, replies: Replies) -> None:
        self.app, self.replies = app, replies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["http_version"] != "1.1":
            return await self.app(scope, receive, send)
        request, essence = scope.get("state", {}).get(REQUEST), _essence(scope)
        known = self.replies.recall(essence)
        if known is not None:
            start, body = known
            if request is not None:
                self.replies.keep(request, scope["path"], start, body)
            await send(start)
            return await send({"type": "http.response.body", "body": body})
        begun: Message | None = None

        async def noted(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = message if _stays(message) else None
            elif begun is not None:
                if not message.get("more_body"):
                    body = message.get("body", b"")
                    if request is not None:
                        self.replies.keep(request, scope["path"], begun, body)
                    self.replies.remember(essence, scope["path"], begun, body)
                begun = None
            await send(message)

        return await self.app(scope, receive, noted)
