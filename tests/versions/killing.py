"""Kill ``publish`` at random moments under a stream of reads, and look at what is left.

``python -m tests.versions.killing 1000`` does that a thousand times, and tells the figures.
Every edition says its number in two places of the data. So an answer tells which version it belongs to three times: by
its header, and by the numbers in it; and after each kill the state folder is held against what it was before.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import multiprocessing
import random
import re
import signal
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from sotegraph.versions import Archive, Entry, verify
from tests.serving import serving
from tests.versions.conftest import Editions

_BOOKS = "data/catalogue/books.ttl"
_TITLES = ("The Lighthouse Keeper's Almanac", "Weaving for Beginners")
_SPARED = 0.08
_MARK = re.compile(rb"Edition (\d+)\b")
_BOTH = "SELECT ?t { VALUES ?s { <%s> <%s> } ?s <http://purl.org/dc/terms/title> ?t FILTER(CONTAINS(?t, 'Edition')) }"
_ONE, _OTHER = "https://library.example/id/book/1", "https://library.example/id/book/2"
_PATHS = (
    "/doc/book/1.nt",
    "/doc/book/2?lang=en",
    "/doc/book/2.jsonld",
    "/graph-store?graph=" + quote("https://library.example/id/graph/catalogue"),
    "/sparql?query=" + quote(_BOTH % (_ONE, _OTHER)),
)


_LONGEST_S = 120
_FRESH = multiprocessing.get_context("forkserver")
"""Forks a process without threads: a fork of this one may wait for ever for a lock that a thread of an engine held."""
_FRESH.set_forkserver_preload(["tests.versions.conftest"])


def _publish(editions: Editions) -> None:
    editions.publish(dumped=True)


@dataclass
class Reads:
    """What the readers met: how many answers of each version, the marks in them, and everything that went wrong."""

    answers: Counter[str] = field(default_factory=Counter)
    marks: dict[str, set[bytes]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def note(self, path: str, status: int, version: str, body: bytes, seconds: float) -> None:
        marks = set(_MARK.findall(body))
        if status != 200 or len(marks) != 1:
            self.wrong.append(f"{path}: {status}, version {version}, marks {sorted(marks)}")
        self.answers[version] += 1
        self.marks.setdefault(version, set()).update(marks)
        self.seconds.append(seconds)


class Readers:
    """Threads that read all the time, half of them on one connection as long as it is given, half on a new one."""

    def __init__(self, address: str, count: int, pause_s: float = 0.002) -> None:
        self.reads = Reads()
        self._host, self._pause_s = urlsplit(address).netloc, pause_s
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(each % 2 == 0,)) for each in range(count)]

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _read(self, keeps: bool) -> None:
        connection = http.client.HTTPConnection(self._host, timeout=30)
        for path in itertools.cycle(_PATHS):
            if self._done.wait(self._pause_s):
                break
            begun = time.perf_counter()
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.reads.wrong.append(f"{path}: {error!r}")
                connection.close()
                continue
            version = answer.headers["Publication-Version"]
            self.reads.note(path, answer.status, version, body, time.perf_counter() - begun)
            if not keeps:
                connection.close()
        connection.close()


class Press:
    """Publishes one edition after the other in a process of its own, which may be killed."""

    def __init__(self, editions: Editions) -> None:
        self.editions, self.number, self.usual_s = editions, 0, 0.0
        self._books = (editions.folder / _BOOKS).read_text("utf-8")

    def set(self) -> None:
        """Let the folder say the next number, in the titles of two books."""
        self.number += 1
        text = self._books
        for old in _TITLES:
            assert old in text
            text = text.replace(old, f"Edition {self.number} of {old}")
        (self.editions.folder / _BOOKS).write_text(text, "utf-8")

    def run(self, killed_after_s: float | None) -> bool:
        """Publish; return whether that came to its end."""
        begun = time.perf_counter()
        process = _FRESH.Process(target=_publish, args=(self.editions,))
        process.start()
        if killed_after_s is not None:
            time.sleep(killed_after_s)
            process.kill()
        process.join(_LONGEST_S)
        assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
        if process.exitcode == 0:
            self.usual_s = time.perf_counter() - begun
        return process.exitcode == 0

    def moment(self, chance: random.Random) -> float | None:
        """When to kill the next one, if at all: at any moment of as long as the last one took that came to its end."""
        return None if chance.random() < _SPARED else chance.uniform(0, 1.2 * self.usual_s)


@dataclass
class Figures:
    """What came of it."""

    kills: int = 0
    published: int = 0
    switched_though_killed: int = 0
    left_over: int = 0
    reads: Reads = field(default_factory=Reads)

    def __str__(self) -> str:
        times = sorted(self.reads.seconds)
        return json.dumps(
            {
                "kills": self.kills,
                "of which after the switch": self.switched_though_killed,
                "kills that left something unfinished": self.left_over,
                "publishes that ended": self.published,
                "answers": len(times),
                "versions answered": len(self.reads.answers),
                "wrong or dropped": len(self.reads.wrong),
                "p50 ms": round(1000 * times[len(times) // 2], 1),
                "p99 ms": round(1000 * times[len(times) * 99 // 100], 1),
            },
            indent=1,
        )


def kill_again_and_again(place: Path, kills: int, seed: int = 7, readers: int = 4) -> Figures:
    """Kill *kills* publishes under a stream of reads; raises AssertionError for whatever is not as it has to be."""
    chance, figures = random.Random(seed), Figures()
    press = Press(Editions.at(place, versions_kept=5))
    archive = press.editions.archive
    press.set()
    press.run(None)
    history = _whole(archive, ())
    with (
        serving(state=archive.root, versions_poll_ms=50, web_workers=2, query_workers=2, access_log=False) as served,
        Readers(served.address, readers) as reading,
    ):
        while figures.kills < kills:
            press.set()
            ended = press.run(press.moment(chance))
            before, history = history, _whole(archive, history)
            switched = len(history) > len(before)
            assert switched or not ended
            figures.published += ended
            figures.kills += not ended
            figures.switched_though_killed += switched and not ended
            figures.left_over += any(archive.building.iterdir())
    figures.reads = reading.reads
    _no_orphan(archive)
    _told_the_truth(archive, figures.reads)
    return figures


def _whole(archive: Archive, before: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The history, which goes on where it was, and of which every version that is kept is whole."""
    entries = Archive(archive.root).entries()
    assert entries[: len(before)] == before
    assert [each.number for each in entries] == list(range(1, len(entries) + 1))
    verify(archive, entries[-1])
    for each in entries[-6:]:
        assert not archive.is_kept(each) or archive.manifest(each).id == each.version
    return entries


def _no_orphan(archive: Archive) -> None:
    """The next start leaves nothing that counts for nothing."""
    archive.tidy()
    assert not list(archive.building.iterdir())
    assert {each.name for each in archive.versions.iterdir()} <= {each.folder for each in archive.entries()}


def _told_the_truth(archive: Archive, reads: Reads) -> None:
    """Each answer belongs to one version: the one that its header names is the one whose mark it bears."""
    numbers = {}
    for entry in archive.entries():
        (mark,) = set(_MARK.findall((entry.place / "added.nq").read_bytes()))
        numbers[entry.short_id] = {mark}
    assert reads.wrong == [], reads.wrong[:5]
    assert reads.answers
    assert {version: marks for version, marks in reads.marks.items() if marks != numbers.get(version)} == {}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int, nargs="?", default=1000)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(kill_again_and_again(Path(folder), asked.kills, asked.seed))
