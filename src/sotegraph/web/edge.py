"""The outermost layers, as plain ASGI: access log, fields of every answer, HEAD and OPTIONS, limits, last resort."""

from __future__ import annotations

import logging
import re
import sys
import time
from datetime import UTC, datetime
from json.encoder import encode_basestring as _quoted

from fastapi import Request, Response
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sotegraph.errors import AddressTooLong, BodyTooLarge, HeadersTooLarge, PublisherError, UnsupportedContentCoding
from sotegraph.web.files import BODILESS
from sotegraph.web.problems import allowed_methods, problem
from sotegraph.web.protocol import ACCEPT_QUERY

_LOGGER = logging.getLogger("sotegraph")
_CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
EVERY_ANSWER = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Link, ETag, Location, Content-Location, Retry-After, Last-Modified, Content-Disposition, Cache-Status, "
        "Accept-Query, Publication-Version, Memento-Datetime, Content-Range, Accept-Ranges, Repr-Digest"
    ),
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}
MAX_HEADER_BYTES = 32_768
_TAKES_FILES = re.compile(r"/validate|/shacl/[^/]+/api/validate(Multiple)?")
"""The addresses to which whole files are sent."""
_KEY = re.compile(r"(?<=/validate/results/)[\w-]{20,}")
"""What in an address is the key to what it shows: no log has it."""
_PREFLIGHT = {
    "Access-Control-Allow-Headers": (
        "Accept, Accept-Datetime, Accept-Profile, Accept-Language, Content-Type, If-None-Match, If-Modified-Since, "
        "If-Match, If-Range, Range"
    ),
    "Access-Control-Max-Age": "86400",
}


def write_line(version: str, method: str, path: str, status: int, size: int, seconds: float) -> None:
    """Write one line of the access log, a JSON object, to standard error."""
    moment = datetime.now(UTC).isoformat(timespec="milliseconds")
    path = _KEY.sub("…", path)
    sys.stderr.write(
        f'{{"time": "{moment}", "method": {_quoted(method)}, "path": {_quoted(path)}, "status": {status}, '
        f'"bytes": {size}, "ms": {seconds * 1000:.1f}, "version": "{version}"}}\n'
    )


class AccessLog:
    """Writes one JSON line per request to standard error: no address of the client, no query text."""

    def __init__(self, app: ASGIApp, *, version: str) -> None:
        self.app, self.version = app, version

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        start, status, size = time.perf_counter(), 0, 0

        async def counted(message: Message) -> None:
            nonlocal status, size
            status = message.get("status", status)
            size += len(message.get("body", b""))
            await send(message)

        method, path = scope["method"], scope["path"]
        try:
            await self.app(scope, receive, counted)
        finally:
            write_line(self.version, method, path, status, size, time.perf_counter() - start)


class EveryAnswer:
    """Adds the header fields of every answer, answers HEAD like GET without the body, and OPTIONS by itself."""

    def __init__(self, app: ASGIApp, *, version: str) -> None:
        self.app = app
        headers = EVERY_ANSWER | {"Publication-Version": version}
        self.headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        bodiless = scope["method"] == "HEAD"

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name for name, _ in message["headers"]}
                more = [field for field in self.headers if field[0] not in there]
                message = {**message, "headers": [*message["headers"], *more]}
            elif bodiless:
                message = {**message, "body": b""}
            await send(message)

        if scope["method"] == "OPTIONS":
            await self._options(scope)(scope, receive, completed)
        else:
            await self.app({**scope, "method": "GET", BODILESS: True} if bodiless else scope, receive, completed)
        return None

    def _options(self, scope: Scope) -> Response:
        allowed = allowed_methods(Request(scope))
        headers = {"Allow": allowed, "Access-Control-Allow-Methods": allowed, **_PREFLIGHT}
        if "QUERY" in allowed.split(", "):
            headers["Accept-Query"] = ACCEPT_QUERY
        return Response(status_code=204, headers=headers)


class LastResort:
    """Turns what nobody foresaw into an answer that shows nothing of it; the traceback goes to the log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception:
            _LOGGER.exception("%s %s failed", scope["method"], scope["path"])
            if started:
                raise
            failure = PublisherError("Something went wrong in the server. It has been written to the log.")
            answer = await problem(Request(scope), failure)
            await answer(scope, receive, send)
        return None


class Limits:
    """Refuses addresses, header fields and bodies that are longer than the limits.

    Where files are checked, a body may be as long as *max_file_bytes*. A body reaches the handler only when it fits and
    is whole; the request of a client that left before is dropped.
    """

    def __init__(
        self, app: ASGIApp, *, max_address_bytes: int, max_body_bytes: int, max_file_bytes: int | None = None
    ) -> None:
        self.app = app
        self.max_address_bytes, self.max_body_bytes = max_address_bytes, max_body_bytes
        self.max_file_bytes = max_file_bytes or max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        try:
            self._check_address(scope)
            _check_headers(scope)
            received = await self._body(scope, receive)
        except PublisherError as error:
            answer = await problem(Request(scope), error)
            return await answer(scope, receive, send)
        except ClientDisconnect:
            return None
        pending = received

        async def replayed() -> Message:
            nonlocal pending
            if pending is None:
                return await receive()
            body, pending = pending, None
            return {"type": "http.request", "body": body, "more_body": False}

        return await self.app(scope, replayed, send)

    def _check_address(self, scope: Scope) -> None:
        size = len(scope.get("raw_path") or scope["path"].encode()) + len(scope["query_string"])
        if size > self.max_address_bytes:
            raise AddressTooLong(
                "The address has {size} bytes; at most {limit} are read. Send a long query in the body of a POST.",
                size=size,
                limit=self.max_address_bytes,
            )

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        """The whole body, or None when the request has none; raises ClientDisconnect when it breaks off."""
        headers = dict(scope["headers"])
        limit = self.max_file_bytes if _TAKES_FILES.fullmatch(scope["path"]) else self.max_body_bytes
        if b"content-length" not in headers and b"transfer-encoding" not in headers:
            return None
        _check_coding(scope)
        announced = headers.get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > limit:
            raise _too_large(limit)
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > limit:
                raise _too_large(limit)
        return bytes(body)


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge("The body is longer than {limit} bytes. Send less at a time.", limit=limit)


def _check_coding(scope: Scope) -> None:
    """RFC 9110 sections 8.4 and 15.5.16: what a body is encoded by is not overlooked."""
    codings = [value.decode("latin-1").strip() for name, value in scope["headers"] if name == b"content-encoding"]
    if any(each.lower() not in ("", "identity") for each in codings):
        raise UnsupportedContentCoding(
            "The body is encoded as {coding}. Send it as it is, without Content-Encoding.", coding=", ".join(codings)
        )


def _check_headers(scope: Scope) -> None:
    size = sum(len(name) + len(value) for name, value in scope["headers"])
    if size > MAX_HEADER_BYTES:
        raise HeadersTooLarge(
            "The header fields have {size} bytes; at most {limit} are read. Send fewer or shorter ones.",
            size=size,
            limit=MAX_HEADER_BYTES,
        )
