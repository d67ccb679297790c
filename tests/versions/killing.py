"""Kill ``publish`` and ``rollback`` at random moments under a stream of reads, and look at what is left.

``python -m tests.versions.killing 1000`` does that a thousand times, and tells the figures. Some publish as an operator
does it, with everything checked; some go back to any version that is kept.
Every edition says its number in two places of the data. So an answer tells which version it belongs to three times: by
its header, and by the numbers in it; and after each kill the state folder is held against what it was before. Nor may a
process live on that a killed one had started.
"""

from __future__ import annotations

import argparse
import ctypes
import gzip
import http.client
import itertools
import json
import multiprocessing
import os
import random
import re
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote, urlsplit

from sotegraph.dumps import RECORD, SUMS, read_record
from sotegraph.versions import Archive, Entry, verify
from sotegraph.versions.files import DUMPS
from tests.serving import Served, serving
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
    "/dumps/current/catalogue.nq.gz",
)
_DUMPED = re.compile(r"/dumps/([0-9a-f]{16})/")

_LONGEST_S = 120
_LONGEST_ORPHANED_S = 30
_PR_SET_CHILD_SUBREAPER = 36
_FRESH = multiprocessing.get_context("forkserver")
"""Forks a process without threads: a fork of this one may wait for ever for a lock that a thread of an engine held."""
_FRESH.set_forkserver_preload(["tests.versions.conftest"])


class Kind(StrEnum):
    """What is killed: publishing without a check, as an operator publishes, or going back."""

    PUBLISH = "publish"
    CHECKED = "publish with check"
    ROLLBACK = "rollback"


_SHARES = {Kind.PUBLISH: 50, Kind.CHECKED: 25, Kind.ROLLBACK: 25}


def _act(editions: Editions, kind: Kind, target: str | None) -> None:
    if kind is Kind.ROLLBACK:
        editions.back(target)
    else:
        editions.publish(checked=kind is Kind.CHECKED, dumped=True)


@dataclass
class Reads:
    """What the readers met: how many answers of each version, the marks in them, and everything that went wrong."""

    answers: Counter[str] = field(default_factory=Counter)
    marks: dict[str, set[bytes]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    later: int = 0
    """How often a file was still being made, and the client was told to come again."""
    gone: int = 0
    """How often a version had been let go when the address was asked for to which it had led."""

    def note(self, path: str, status: int, version: str, body: bytes, seconds: float) -> None:
        marks = set(_MARK.findall(gzip.decompress(body) if status == 200 and path.endswith(".gz") else body))
        if status != 200 or len(marks) != 1:
            self.wrong.append(f"{path}: {status}, version {version}, marks {sorted(marks)}")
        self.answers[version] += 1
        self.marks.setdefault(version, set()).update(marks)
        self.seconds.append(seconds)


class Readers:
    """Threads that read all the time, half of them on one connection as long as it is given, half on a new one."""

    def __init__(self, address: str, archive: Archive, count: int, pause_s: float = 0.002) -> None:
        self.reads = Reads()
        self._root = archive.root
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
            try:
                self._get(connection, path)
            except (OSError, http.client.HTTPException) as error:
                self.reads.wrong.append(f"{path}: {error!r}")
                connection.close()
                continue
            if not keeps:
                connection.close()
        connection.close()

    def _get(self, connection: http.client.HTTPConnection, path: str, *, is_led: bool = False) -> None:
        """Note the answer at *path*, or where it leads to; *is_led* when another answer led here."""
        begun = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status == 307:
            return self._get(connection, answer.headers["Location"], is_led=True)
        if answer.status == 503 and path.startswith("/dumps/") and answer.headers["Retry-After"]:
            self.reads.later += 1
            return None
        named = _DUMPED.match(path)
        if answer.status == 410 and named and is_led and is_told_gone(Archive(self._root), named[1], body):
            self.reads.gone += 1
            return None
        version = named[1] if named else answer.headers["Publication-Version"]
        return self.reads.note(path, answer.status, version, body, time.perf_counter() - begun)


def is_told_gone(archive: Archive, version: str, body: bytes) -> bool:
    """Whether *body* says that the *version* is no longer kept, and that is so: *archive* had it, and has let it go.

    Nothing brings back a version that was let go, so what is so after the answer is enough.
    """
    entry = next((each for each in archive.entries() if each.short_id == version), None)
    return json.loads(body)["kind"] == "version-gone" and entry is not None and not archive.is_kept(entry)


class Press:
    """Publishes editions, and goes back, in a process of its own each time, which may be killed."""

    def __init__(self, editions: Editions) -> None:
        self.editions, self.number = editions, 0
        self._usual_s: dict[Kind, float] = {}
        self._books = (editions.folder / _BOOKS).read_text("utf-8")

    def set(self) -> None:
        """Let the folder say the next number, in the titles of two books."""
        self.number += 1
        text = self._books
        for old in _TITLES:
            assert old in text
            text = text.replace(old, f"Edition {self.number} of {old}")
        (self.editions.folder / _BOOKS).write_text(text, "utf-8")

    def run(self, killed_after_s: float | None, kind: Kind = Kind.PUBLISH, target: str | None = None) -> bool:
        """Publish, or go back to the version *target*; return whether that came to its end."""
        begun = time.perf_counter()
        process = _FRESH.Process(target=_act, args=(self.editions, kind, target))
        process.start()
        if killed_after_s is not None:
            time.sleep(killed_after_s)
            process.kill()
        process.join(_LONGEST_S)
        assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
        if process.exitcode == 0:
            self._usual_s[kind] = time.perf_counter() - begun
        return process.exitcode == 0

    def run_any(self, chance: random.Random) -> tuple[Kind, bool]:
        """Do anything, and perhaps kill it; return what was done, and whether it came to its end."""
        target = self._target(chance)
        (kind,) = chance.choices(list(_SHARES), list(_SHARES.values()))
        if kind is Kind.ROLLBACK and target is None:
            kind = Kind.PUBLISH
        if kind is not Kind.ROLLBACK:
            self.set()
        return kind, self.run(self._moment(chance, kind), kind, target)

    def _moment(self, chance: random.Random, kind: Kind) -> float | None:
        """When to kill the next one, if at all: at any moment of as long as the last one took that came to its end."""
        if kind not in self._usual_s or chance.random() < _SPARED:
            return None
        return chance.uniform(0, 1.2 * self._usual_s[kind])

    def _target(self, chance: random.Random) -> str | None:
        """Any version that is kept, but the current one."""
        archive = self.editions.archive
        current = archive.needed_current()
        kept = {each.version for each in archive.entries() if archive.is_kept(each)} - {current.version}
        return chance.choice(sorted(kept)) if kept else None


@dataclass
class Figures:
    """What came of it."""

    killed: Counter[Kind] = field(default_factory=Counter)
    ended: Counter[Kind] = field(default_factory=Counter)
    switched_though_killed: Counter[Kind] = field(default_factory=Counter)
    left_over: int = 0
    orphans: int = 0
    reads: Reads = field(default_factory=Reads)

    @property
    def kills(self) -> int:
        """How many were killed."""
        return self.killed.total()

    def __str__(self) -> str:
        times = sorted(self.reads.seconds) or [0.0]
        return json.dumps(
            {
                "kills": self.killed,
                "of which after the switch": self.switched_though_killed,
                "kills that left something unfinished": self.left_over,
                "processes that outlived a kill for a moment": self.orphans,
                "not killed": self.ended,
                "answers": len(self.reads.seconds),
                "told to come again for a file": self.reads.later,
                "led to a version that was let go meanwhile": self.reads.gone,
                "versions answered": len(self.reads.answers),
                "wrong or dropped": len(self.reads.wrong),
                "p50 ms": round(1000 * times[len(times) // 2], 1),
                "p99 ms": round(1000 * times[len(times) * 99 // 100], 1),
            },
            indent=1,
        )


def kill_again_and_again(
    place: Path, kills: int, seed: int = 7, readers: int = 4, figures_file: Path | None = None
) -> Figures:
    """Kill *kills* times under a stream of reads; raises AssertionError for whatever is not as it has to be.

    The figures so far stand in *figures_file*, if there is to be one.
    """
    chance, figures = random.Random(seed), Figures()
    press = Press(Editions.at(place, versions_kept=5))
    archive = press.editions.archive
    press.set()
    press.run(None)
    history = _whole(archive, ())
    with (
        serving(state=archive.root, versions_poll_ms=50, web_workers=2, query_workers=2, access_log=False) as served,
        Readers(served.address, archive, readers, pause_s=0.01) as reading,
        _adopting() as adopted,
    ):
        figures.reads = reading.reads
        while figures.kills < kills:
            kind, ended = press.run_any(chance)
            figures.orphans += adopted.ended()
            before, history = history, _whole(archive, history)
            switched = len(history) > len(before)
            assert switched or not ended
            (figures.ended if ended else figures.killed)[kind] += 1
            figures.switched_though_killed[kind] += switched and not ended
            figures.left_over += any(archive.building.iterdir())
            if figures_file is not None and figures.kills % 20 == 0:
                figures_file.write_text(f"{figures}\n{reading.reads.wrong[:5]}\n", "utf-8")
        _has_every_file(served, archive)
    press.set()
    assert press.run(None)
    for each in archive.entries():
        if archive.is_kept(each):
            assert (archive.folder(each) / DUMPS).is_dir(), "what a kill left to be done is done by the next publish"
    _no_orphan(archive)
    _told_the_truth(archive, figures.reads)
    return figures


class Adopted:
    """The processes of which this one has become the parent, since theirs has gone."""

    def __init__(self) -> None:
        self._own = _children()

    def ended(self) -> int:
        """How many have ended since this was asked last; raises AssertionError when one goes on for long."""
        ended, deadline = 0, time.monotonic() + _LONGEST_ORPHANED_S
        while going := _children() - self._own:
            ended += sum(os.waitpid(each, os.WNOHANG)[0] == each for each in going)
            assert time.monotonic() < deadline, [Path(f"/proc/{each}/cmdline").read_bytes() for each in going]
            time.sleep(0.01)
        return ended


@contextmanager
def _adopting() -> Iterator[Adopted]:
    """Let this process become the parent of what is left of a killed one."""
    _be_subreaper(True)
    try:
        yield Adopted()
    finally:
        _be_subreaper(False)


def _be_subreaper(is_one: bool) -> None:
    assert ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, int(is_one), 0, 0, 0) == 0


def _children() -> set[int]:
    return {int(pid) for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()}


def _whole(archive: Archive, before: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The history, which goes on where it was, and of which every version that is kept is whole."""
    entries = Archive(archive.root).entries()
    assert entries[: len(before)] == before
    assert [each.number for each in entries] == list(range(1, len(entries) + 1))
    verify(archive, entries[-1])
    for each in entries[-6:]:
        if archive.is_kept(each):
            assert archive.manifest(each).id == each.version
            _has_all_or_none(archive.folder(each))
    return entries


def _has_all_or_none(folder: Path) -> None:
    """The files to be downloaded are there with their record, or not at all."""
    files = folder / DUMPS
    if files.is_dir():
        assert {each.name for each in files.iterdir()} == {*read_record(files), RECORD, SUMS}


def _has_every_file(served: Served, archive: Archive) -> None:
    """The files of the current version are had, even if it was a kill that kept them from being made."""
    entry, deadline = archive.needed_current(), time.monotonic() + _LONGEST_S
    with closing(http.client.HTTPConnection(urlsplit(served.address).netloc, timeout=30)) as connection:
        status = 0
        while status != 200:
            assert time.monotonic() < deadline, status
            time.sleep(0.2)
            connection.request("GET", f"/dumps/{entry.short_id}/SHA256SUMS")
            answer = connection.getresponse()
            status, body = answer.status, answer.read()
            connection.close()
    folder = archive.folder(entry) / DUMPS
    if folder.is_dir():
        assert set(read_record(folder)) == {line.split()[1].decode() for line in body.splitlines()}


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
    parser.add_argument("--figures", type=Path, help="A file that holds the figures so far.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(kill_again_and_again(Path(folder), asked.kills, asked.seed, figures_file=asked.figures))
