"""An answer as a value: made once a version, kept, and sent whole or as 304 (RFC 9110 section 13)."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cached_property
from threading import Lock

from fastapi import Request, Response

from sotegraph.formats import weigh

FRESH = "max-age=300, stale-while-revalidate=86400"
"""What a cache may do with an answer about the data: it stands until the next version is published."""
PASSING = "max-age=60"
"""The same where an answer may change while the version stands, so that this process does not send it again unasked."""
CURRENT = "max-age=0, must-revalidate"
"""The same where nobody may be told what was: a cache asks each time whether another version is current by now."""
FOR_EVER = "public, max-age=31536000, immutable"
"""What a cache may do with an answer whose address changes with its content."""
_LEAST_COMPRESSED_BYTES = 1_000
_LEVEL = 6
_GZIP_TAG = "-gzip"
_TAG_DIGITS = 32
_BARE = ("image/png", "application/zip", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
"""Media types that are compressed in themselves."""


@dataclass(frozen=True)
class Answer:
    """A body with the header fields that describe it."""

    body: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...] = ()
    etag: str | None = None
    modified: datetime | None = None
    status: int = 200

    @property
    def compressible(self) -> bool:
        """Whether the body is sent compressed to those who take that."""
        return len(self.body) >= _LEAST_COMPRESSED_BYTES and self.content_type not in _BARE

    @cached_property
    def compressed(self) -> bytes:
        """The body as gzip makes it shorter, once; it is the same each time."""
        return gzip.compress(self.body, _LEVEL, mtime=0)

    def response(self, request: Request) -> Response:
        """The response to *request*: 304 without a body when the client already has this answer."""
        headers, coded = dict(self.headers), False
        if self.compressible:
            headers["Vary"] = ", ".join(filter(None, (headers.get("Vary"), "Accept-Encoding")))
            coded = takes_gzip(field_value(request, "accept-encoding"))
        if self.etag:
            headers["ETag"] = _coded_tag(self.etag) if coded else self.etag
        if self.modified:
            headers["Last-Modified"] = format_datetime(self.modified.astimezone(UTC), usegmt=True)
        if self.status == 200 and self._is_known(request):
            return Response(status_code=304, headers=headers)
        if coded:
            headers["Content-Encoding"] = "gzip"
        return Response(self.compressed if coded else self.body, self.status, headers, media_type=self.content_type)

    def _is_known(self, request: Request) -> bool:
        tags = field_value(request, "if-none-match")
        if tags is not None:
            return self.etag is not None and (matches(tags, self.etag) or matches(tags, _coded_tag(self.etag)))
        since = _moment(request.headers.get("if-modified-since"))
        return since is not None and self.modified is not None and self.modified.replace(microsecond=0) <= since


def _coded_tag(etag: str) -> str:
    """The strong validator of the compressed form: other bytes, another tag (RFC 9110 section 8.8.3.3)."""
    return f'{etag[:-1]}{_GZIP_TAG}"'


def takes_gzip(accept: str | None) -> bool:
    """Whether ``Accept-Encoding`` lets gzip be sent (RFC 9110 section 12.5.3).

    >>> takes_gzip("br, gzip;q=0.5"), takes_gzip("*"), takes_gzip("gzip;q=0, *"), takes_gzip(None)
    (True, True, False, False)
    """
    weights = dict(weigh(accept or ""))
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def field_value(request: Request, name: str) -> str | None:
    """The value of a list field of *request*, its lines joined (RFC 9110 section 5.3); None when there is no line."""
    lines = request.headers.getlist(name)
    return ", ".join(lines) if lines else None


def matches(tags: str, etag: str) -> bool:
    """Whether the list *tags* of ``If-None-Match`` names *etag*, compared weakly.

    >>> matches('"a", W/"b"', '"b"'), matches("*", '"b"'), matches('"a"', '"b"')
    (True, True, False)
    """
    named = {each.strip().removeprefix("W/") for each in tags.split(",")}
    return "*" in named or etag.removeprefix("W/") in named


def _moment(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text) if text else None
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def uncached(answer: Answer) -> Answer:
    """*answer* as one that holds for this moment only: nobody keeps it."""
    headers = {**dict(answer.headers), "Cache-Control": "no-store"}
    return replace(answer, headers=tuple(headers.items()), etag=None, modified=None)


def known_by_content(answer: Answer) -> Answer:
    """*answer* as one that may be another under the same version: by its bytes a client knows which one it has."""
    return replace(answer, etag=f'"{hashlib.sha256(answer.body).hexdigest()[:_TAG_DIGITS]}"', modified=None)


class Bodies:
    """The answers of one process, least recently used ones dropped first; the version never changes under them.

    There are at most *size* of them, of *most_bytes* together; one longer than *longest_bytes* is made anew each time.
    """

    def __init__(self, size: int, longest_bytes: int = 1 << 20, most_bytes: int = 1 << 30) -> None:
        self.size, self.longest_bytes, self.most_bytes = size, longest_bytes, most_bytes
        self._kept: OrderedDict[Hashable, Answer] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """The answer kept under *key*, else what *make* returns, which is kept."""
        kept = self.find(key)
        if kept is None:
            kept = make()
            self.keep(key, kept)
        return kept

    def find(self, key: Hashable) -> Answer | None:
        """The answer kept under *key*, or None."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
            return kept

    def keep(self, key: Hashable, answer: Answer) -> None:
        """Keep *answer* under *key* if it is not too long."""
        if not self.size or len(answer.body) > self.longest_bytes:
            return
        with self._lock:
            before = self._kept.pop(key, None)
            self._kept[key] = answer
            self._bytes += len(answer.body) - (len(before.body) if before else 0)
            while len(self._kept) > self.size or self._bytes > self.most_bytes:
                self._bytes -= len(self._kept.popitem(last=False)[1].body)

    def __len__(self) -> int:
        return len(self._kept)
