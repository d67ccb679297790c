"""The difference between two versions: statements added and removed, as sorted lines of canonical N-Quads.

Lines that begin with the same subject stand together, so what changed of one thing is found by bisection.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

from pyoxigraph import Quad, RdfFormat, parse

from sotegraph.versions.files import write_lines
from sotegraph.versions.records import Entry

ADDED, REMOVED, THINGS = "added.nq", "removed.nq", "things.tsv"


class Fate(StrEnum):
    """What became of a thing from one version to the next."""

    CREATED = "created"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class Changes:
    """The statements that one version *added* to another, and those that it *removed*."""

    added: tuple[Quad, ...] = ()
    removed: tuple[Quad, ...] = ()

    @classmethod
    def read(cls, compared: Iterable[tuple[bytes, bool]]) -> Self:
        """Return what :func:`compare` tells."""
        lines: dict[bool, list[bytes]] = {True: [], False: []}
        for line, is_new in compared:
            lines[is_new].append(line)
        return cls(*(tuple(_quads(b"".join(lines[each]))) for each in (True, False)))

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)

    def both(self) -> list[tuple[Quad, bool]]:
        """All statements by subject and property, and whether they are new; what was removed comes first."""
        both = [*((quad, False) for quad in self.removed), *((quad, True) for quad in self.added)]
        return sorted(both, key=lambda pair: (str(pair[0].subject), pair[0].predicate.value, pair[1], str(pair[0])))

    def by_thing(self) -> dict[str, list[tuple[Quad, bool]]]:
        """The statements by the IRI of the thing that they, or its parts, are about, and whether they are new.

        Things come in the order of their IRIs; values that were removed, before those that took their place.
        """
        found: dict[str, list[tuple[Quad, bool]]] = {}
        for quad, is_new in self.both():
            thing = str(quad.subject).strip("<>").partition("#")[0]
            found.setdefault(thing, []).append((quad, is_new))
        return dict(sorted(found.items()))


@dataclass(frozen=True)
class Event:
    """A change of one or several things by the publishing of *entry*: each with its fate and what changed."""

    entry: Entry
    changed: tuple[tuple[str, Fate, Changes], ...]

    def fate(self, thing: str) -> Fate | None:
        """What became of *thing*."""
        return next((fate for each, fate, _ in self.changed if each == thing), None)


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


def changed_graphs(before: Path, after: Path) -> frozenset[str]:
    """Return the IRIs of the graphs by which the statements in two files, sorted canonical N-Quads, differ."""
    with before.open("rb") as olds, after.open("rb") as news:
        return frozenset(line[line.rindex(b" <") + 2 : -4].decode() for line, _ in compare(olds, news))


def changes_of(place: Path) -> Changes:
    """Return the whole difference written in the folder *place*."""
    return Changes(*(tuple(_quads((place / name).read_bytes())) for name in (ADDED, REMOVED)))


def changes_of_subject(place: Path, subject: str) -> Changes:
    """Return what the difference in *place* says of the IRI *subject*, and of its parts (hash IRIs)."""
    found = (b"".join(lines_about(place / name, subject)) for name in (ADDED, REMOVED))
    return Changes(*(tuple(_quads(lines)) for lines in found))


def fates(changed: Iterable[bytes], before: Path | None, after: Path) -> Iterator[bytes]:
    """A line for each thing that the sorted lines *changed* are about: its IRI, and its fate.

    *before* and *after* are the sorted statements of the two versions. Parts (hash IRIs) belong to their thing.
    """
    things = sorted({line[1 : line.index(b">")].partition(b"#")[0] for line in changed if line.startswith(b"<")})
    with ExitStack() as files:
        olds, news = (files.enter_context(SortedLines(path)) if path else None for path in (before, after))
        assert news is not None
        for thing in things:
            was, is_ = (lines is not None and lines.has_any(thing.decode()) for lines in (olds, news))
            fate = Fate.CREATED if not was else Fate.CHANGED if is_ else Fate.REMOVED
            yield thing + b"\t" + fate.value.encode() + b"\n"


def fate_of(place: Path, thing: str) -> Fate | None:
    """Return what became of the IRI *thing* by the difference in *place*; None when nothing did."""
    return fates_of(place, (thing,)).get(thing)


def fates_of(place: Path, things: Iterable[str]) -> dict[str, Fate]:
    """Return what became of the IRIs *things* by the difference in *place*, where anything did."""
    found = {}
    with SortedLines(place / THINGS) as lines:
        for thing in things:
            prefix = f"{thing}\t".encode()
            for line in lines.starting(prefix):
                found[thing] = Fate(line[len(prefix) :].decode().strip())
    return found


def all_fates(place: Path) -> Iterator[tuple[str, Fate]]:
    """Every thing that the difference in *place* is about, and what became of it."""
    with (place / THINGS).open("rb") as lines:
        for line in lines:
            thing, _, fate = line.decode().strip().rpartition("\t")
            yield thing, Fate(fate)


def merge_lines(source: Path, target: Path, gone: Iterable[bytes], come: Iterable[bytes]) -> str:
    """Write the sorted lines of *source* to *target*, but those *gone* and with those that *come*; return its SHA-256.

    What is gone has to stand in the source, and what comes must not.
    """
    with SortedLines(source) as lines:
        return write_lines(target, lines.merged(gone, come))


def lines_about(path: Path, subject: str) -> Iterator[bytes]:
    """The lines of the sorted file *path* about the IRI *subject* and its parts."""
    with SortedLines(path) as lines:
        yield from lines.about(subject)


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


def _quads(lines: bytes) -> Iterator[Quad]:
    yield from parse(lines, RdfFormat.N_QUADS)
