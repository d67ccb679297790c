"""The log of a feed: one change after the other, each with a place that it never leaves.

A log is read from what publishing left behind, which is never changed and never shortened: so it is only ever appended
to, whatever versions are published, gone back to, or no longer kept. Nothing of it is stored besides.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from pyoxigraph import Quad

from sotegraph.feeds.paging import GATHERED, PAGE
from sotegraph.versions import Entry, Fate

STEP = timedelta(microseconds=1)
"""What lies between two places: no two changes have the same moment, so that the order of time is the order of all."""
LONG_STEP = timedelta(milliseconds=1)
"""The same where there are few changes, and what lies between two publishings at least: many programs tell moments
apart to the millisecond only."""
_REVISION = 2
"""Of the way in which a log is cut into pages and written: with another one, pages get other addresses."""
_DIGITS = 12


@dataclass(frozen=True)
class Source:
    """One publishing: of which version, as the how manieth, and when."""

    version: str
    number: int
    time: datetime

    @classmethod
    def of(cls, entry: Entry) -> Source:
        """The publishing that the history tells of in *entry*."""
        return cls(entry.version, entry.number, entry.time)


@dataclass(frozen=True)
class Batch:
    """The places from *first* on that one publishing took, *size* of them, the first at the moment *begins*."""

    source: Source
    first: int
    size: int
    begins: datetime
    step: timedelta = STEP

    @property
    def end(self) -> int:
        """The place after the last one."""
        return self.first + self.size

    def moment(self, place: int) -> datetime:
        """The moment of *place*."""
        return self.begins + (place - self.first) * self.step


@dataclass(frozen=True)
class Change:
    """What became of *thing* at a *place* of the log: from that *moment* on the *statements* hold of it, and no others.

    *last* is true for the last change of a publishing. There are no statements of what was removed.
    """

    place: int
    thing: str
    fate: Fate
    moment: datetime
    source: Source
    statements: tuple[Quad, ...] = ()
    last: bool = False


Read = Callable[[Batch, int, int], Iterable[Change]]


@dataclass(frozen=True)
class Log:
    """A log: what took which places, and how the changes of some of them are *read*.

    *name* tells it from every log that begins otherwise, or is cut otherwise. A place may be left empty.
    """

    name: str
    batches: tuple[Batch, ...]
    read: Read

    @property
    def size(self) -> int:
        """How many places are taken."""
        return self.batches[-1].end if self.batches else 0

    @property
    def starts(self) -> datetime:
        """The moment of the first place."""
        return self.batches[0].begins

    @property
    def updated(self) -> datetime:
        """When something was appended for the last time."""
        return self.batches[-1].source.time

    def moment(self, place: int) -> datetime:
        """The moment of *place*."""
        return self._batch(place).moment(place)

    def after(self, place: int) -> datetime:
        """The moment right after that of *place*: no later place is before it, whatever is appended."""
        return self._batch(place).moment(place + 1)

    def published(self, place: int) -> datetime:
        """When *place* was appended."""
        return self._batch(place).source.time

    def changes(self, start: int, stop: int) -> Iterator[Change]:
        """The changes at the places from *start* up to, and without, *stop*."""
        for batch in self.batches:
            if batch.first < stop and start < batch.end:
                yield from self.read(batch, max(start, batch.first), min(stop, batch.end))

    def _batch(self, place: int) -> Batch:
        return self.batches[max(bisect_right(self._firsts, place) - 1, 0)]

    @cached_property
    def _firsts(self) -> list[int]:
        return [each.first for each in self.batches]


def build_log(base: str, sizes: Iterable[tuple[Source, int]], read: Read, step: timedelta = STEP) -> Log:
    """Return the log of publishings, each with how many places it took; those that took none leave no trace.

    Its members have IRIs below *base*. Between two places lies *step*.
    """
    batches: list[Batch] = []
    first, begins = 0, datetime.min.replace(tzinfo=UTC)
    for source, size in sizes:
        if size:
            begins = max(source.time, begins)
            batches.append(Batch(source, first, size, begins, step))
            first, begins = first + size, _whole(begins + size * step)
    start = f"{batches[0].source.version} {batches[0].begins.isoformat()}" if batches else ""
    name = hashlib.sha256(f"{base} {start} {PAGE} {GATHERED} {_REVISION}".encode()).hexdigest()
    return Log(name[:_DIGITS], tuple(batches), read)


def _whole(moment: datetime) -> datetime:
    """*moment*, or the next one that is a whole millisecond."""
    return moment + (datetime.min.replace(tzinfo=UTC) - moment) % LONG_STEP
