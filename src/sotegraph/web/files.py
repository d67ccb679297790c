"""Send a file without reading it into memory, whole or from where it broke off (RFC 9110 section 14)."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from sotegraph.errors import PreconditionFailed, RangeNotSatisfiable
from sotegraph.web.answers import field_value, matches

BODILESS = "sotegraph.bodiless"
"""The state of a scope whose answer is sent without its body, so that nobody needs to read it."""
_CHUNK_BYTES = 256 << 10
_ONE_RANGE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.IGNORECASE)


@dataclass(frozen=True)
class Sent:
    """A file to be sent: its *sha256* in hexadecimal digits names its bytes, whatever its address."""

    path: Path
    sha256: str
    content_type: str
    modified: datetime
    headers: Mapping[str, str]

    @property
    def etag(self) -> str:
        """The strong validator."""
        return f'"{self.sha256}"'

    @property
    def moment(self) -> str:
        """The value of ``Last-Modified``."""
        return format_datetime(self.modified, usegmt=True)


def send_file(request: Request, sent: Sent) -> Response:
    """Return the response to *request* for a file: all of it, one range, or 304.

    Several ranges at once are not taken: then all of it is sent, as section 14.2 allows. Raises RangeNotSatisfiable for
    a range that begins behind the end, PreconditionFailed for ``If-Match`` of other bytes; OSError when it is gone.
    """
    file = sent.path.open("rb")
    try:
        size = os.fstat(file.fileno()).st_size
        digest = base64.b64encode(bytes.fromhex(sent.sha256)).decode()
        headers = {
            **sent.headers,
            "ETag": sent.etag,
            "Last-Modified": sent.moment,
            "Accept-Ranges": "bytes",
            "Repr-Digest": f"sha-256=:{digest}:",
        }
        tags = field_value(request, "if-match")
        if tags is not None and not _is_named(tags, sent.etag):
            raise PreconditionFailed("The file is not the one that was asked for. Download all of it anew.")
        if _is_known(request, sent):
            file.close()
            return Response(status_code=304, headers=headers)
        wanted = _wanted(request, sent, size)
    except BaseException:
        file.close()
        raise
    start, end = wanted or (0, size)
    headers |= {"Content-Length": str(end - start), "Content-Type": sent.content_type}
    if wanted is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    status = 200 if wanted is None else 206
    if request.scope.get(BODILESS):
        file.close()
        return Response(status_code=status, headers=headers)
    file.seek(start)
    return StreamingResponse(_pieces(file, end - start), status, headers)


async def _pieces(file: BinaryIO, size: int) -> AsyncIterator[bytes]:
    with file:
        while size > 0:
            piece = await run_in_threadpool(file.read, min(size, _CHUNK_BYTES))
            if not piece:
                return
            size -= len(piece)
            yield piece


def _is_named(tags: str, etag: str) -> bool:
    """Whether ``If-Match`` names *etag*, compared strongly (section 13.1.1)."""
    named = {each.strip() for each in tags.split(",")}
    return "*" in named or etag in named


def _is_known(request: Request, sent: Sent) -> bool:
    tags = field_value(request, "if-none-match")
    if tags is not None:
        return matches(tags, sent.etag)
    since = request.headers.get("if-modified-since")
    try:
        return since is not None and sent.modified.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, OverflowError, TypeError):
        return False


def _wanted(request: Request, sent: Sent, size: int) -> tuple[int, int] | None:
    """The first byte that is wanted and the one after the last; None for all of them, and for a HEAD.

    Only GET knows ranges (section 14.2).
    """
    if request.scope.get(BODILESS):
        return None
    unless = request.headers.get("if-range")
    if unless is not None and unless.strip() not in (sent.etag, sent.moment):
        return None
    return span(field_value(request, "range"), size)


def span(field: str | None, size: int) -> tuple[int, int] | None:
    """Return the first byte of a single range of ``Range``, and the one after its last; None for what is ignored.

    Raises RangeNotSatisfiable when none of *size* bytes is in it.

    >>> span("bytes=10-", 30), span("bytes=-5", 30), span("bytes=0-99", 30), span("bytes=0-1,5-6", 30)
    ((10, 30), (25, 30), (0, 30), None)
    """
    found = _ONE_RANGE.fullmatch(field.strip()) if field else None
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= size or start >= end:
        raise RangeNotSatisfiable("The file has {size} bytes; none of those asked for is among them.", size=size)
    return start, end
