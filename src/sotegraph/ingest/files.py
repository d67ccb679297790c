"""Files as somebody sent them, and how much of them is read."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass, replace
from gzip import BadGzipFile, GzipFile

from sotegraph.errors import BodyTooLarge

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class SubmittedFile:
    """One file: its *name*, its bytes, and the media type that the sender gave, if any."""

    name: str
    content: bytes
    media_type: str | None = None


@dataclass(frozen=True)
class Limits:
    """How much is read of one submission; what is larger is refused, never cut.

    Sizes are those after decompression; *max_parts_bytes* is the size of everything inside a workbook together.
    """

    max_files: int = 50
    max_bytes: int = 64 << 20
    max_parts_bytes: int = 128 << 20
    max_triples: int = 2_000_000
    max_nesting: int = 500
    max_rows: int = 10_000
    max_columns: int = 500
    max_cells: int = 2_000_000


DEFAULT_LIMITS = Limits()


def unpack(file: SubmittedFile, limits: Limits = DEFAULT_LIMITS) -> SubmittedFile:
    """Return *file* without its gzip compression; raises BodyTooLarge, and OSError for what is no whole gzip file.

    >>> import gzip
    >>> unpack(SubmittedFile("a.ttl.gz", gzip.compress(b"<a> a <b> ."))).name
    'a.ttl'
    """
    if not file.content.startswith(_GZIP):
        _check_size(file.name, len(file.content), limits.max_bytes)
        return file
    try:
        with GzipFile(fileobj=io.BytesIO(file.content)) as packed:
            content = packed.read(limits.max_bytes + 1)
    except (EOFError, zlib.error) as error:
        raise BadGzipFile(str(error)) from None
    _check_size(file.name, len(content), limits.max_bytes)
    name = file.name[: -len(".gz")] if file.name.lower().endswith(".gz") else file.name
    return replace(file, name=name, content=content, media_type=None)


def _check_size(name: str, size: int, limit: int) -> None:
    if size > limit:
        raise too_large(name, limit)


def too_large(name: str, limit: int) -> BodyTooLarge:
    """The error for a file with more than *limit* bytes in it."""
    return BodyTooLarge(
        "{file} holds more than {limit} bytes, unpacked. Send it in smaller parts.", file=name, limit=limit
    )
