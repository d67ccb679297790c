"""Sorted lines: searched in a file without reading it all, and told apart."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self


def compare(before: Iterable[bytes], after: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each line that stands in only one of two sorted sequences of lines, and whether that is the one *after*.

    >>> list(compare([b"a", b"b"], [b"b", b"c"]))
    [(b'a', False), (b'c', True)]
    """
    olds, news = iter(before), iter(after)
    old, new = next(olds, None), next(news, None)
    while old is not None or new is not None:
        if old == new:
            old, new = next(olds, None), next(news, None)
        elif new is None or (old is not None and old < new):
            assert old is not None
            yield old, False
            old = next(olds, None)
        else:
            yield new, True
            new = next(news, None)


class SortedLines:
    """The sorted lines of a file, to be searched in a ``with`` block without reading them all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: mmap.mmap | None = None

    def __enter__(self) -> Self:
        with self._path.open("rb") as file:
            # An empty file cannot be mapped.
            if os.fstat(file.fileno()).st_size:
                self._lines = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return self

    def __exit__(self, *_: object) -> None:
        if self._lines is not None:
            self._lines.close()

    def starting(self, prefix: bytes) -> Iterator[bytes]:
        """The lines that begin with *prefix*."""
        lines = self._lines
        if lines is None:
            return
        start = self._first(lines, prefix)
        while lines[start : start + len(prefix)] == prefix:
            end = lines.find(b"\n", start) + 1
            yield lines[start:end]
            start = end

    def containing(self, piece: bytes) -> Iterator[bytes]:
        """The lines that hold *piece*."""
        lines = self._lines
        place = lines.find(piece) if lines is not None else -1
        while lines is not None and place >= 0:
            start, end = lines.rfind(b"\n", 0, place) + 1, lines.find(b"\n", place) + 1
            yield lines[start:end]
            place = lines.find(piece, end)

    def about(self, subject: str) -> Iterator[bytes]:
        """The lines about the IRI *subject* and its parts."""
        for prefix in (f"<{subject}#", f"<{subject}>"):
            yield from self.starting(prefix.encode())

    def has_any(self, subject: str) -> bool:
        """Whether any line is about the IRI *subject* or its parts."""
        return next(self.about(subject), None) is not None

    def __contains__(self, line: bytes) -> bool:
        return next(self.starting(line), None) is not None

    def merged(self, gone: Iterable[bytes], come: Iterable[bytes]) -> Iterator[bytes]:
        """The lines in pieces, without those *gone* and with those that *come*."""
        lines = self._lines
        if lines is None:
            yield from sorted(come)
            return
        place = 0
        for line, is_new in sorted([*((each, False) for each in gone), *((each, True) for each in come)]):
            start = self._first(lines, line)
            yield lines[place:start]
            if is_new:
                yield line
            place = start if is_new else start + len(line)
        yield lines[place:]

    @staticmethod
    def _first(lines: mmap.mmap, prefix: bytes) -> int:
        """Where the first line begins that is not less than *prefix*."""
        low, high = 0, len(lines)
        while low < high:
            start = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = lines.find(b"\n", start) + 1
            if lines[start:end] < prefix:
                low = end
            else:
                high = start
        return low
