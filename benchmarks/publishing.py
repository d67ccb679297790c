"""How long a small change takes to publish, and what readers feel of it: ``python -m benchmarks.publishing 500000``.

A generated library is published and served from the state folder; then ten of its books change: their numbers of
pages, which stand in no list, or with ``--titles`` what they are called, on which lists and search depend. Publishing
runs in a process of its own, as an operator would start it: what changed is checked, and the files for downloading are
made after the switch, unless that is left out (``--no-check``, ``--no-dumps``). How busy the machine was is told too.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.serving import serving

from benchmarks.generator import generate

_BOOKS = Path("data") / "catalogue" / "books.ttl"
_CHANGED = 10
_QUIET_S = 10.0
_RATE_S = 0.01


class Reader(threading.Thread):
    """Asks for pages of random books, one request every hundredth of a second, from when it is due."""

    def __init__(self, address: str, books: int, seed: int) -> None:
        super().__init__(daemon=True)
        self._host, self._books = urlsplit(address).netloc, books
        self._chance = random.Random(seed)
        self.done = threading.Event()
        self.took: list[tuple[float, float]] = []
        self.wrong = 0

    def run(self) -> None:
        """Ask until it is done."""
        connection = http.client.HTTPConnection(self._host, timeout=60)
        due = time.perf_counter()
        for number in itertools.count():
            due = max(due + _RATE_S, time.perf_counter() - 1)
            if self.done.wait(max(0.0, due - time.perf_counter())):
                break
            suffix = ("html", "nt", "jsonld")[number % 3]
            try:
                connection.request("GET", f"/doc/book/{self._chance.randint(1, self._books)}.{suffix}")
                answer = connection.getresponse()
                answer.read()
                self.wrong += answer.status != 200
            except (OSError, http.client.HTTPException):
                self.wrong += 1
                connection.close()
            # From when it was due, so that what waits behind a slow one counts as slow.
            self.took.append((time.perf_counter(), time.perf_counter() - due))
        connection.close()


@contextmanager
def reading(address: str, books: int) -> Iterator[list[Reader]]:
    """Two readers that read inside the block."""
    readers = [Reader(address, books, seed) for seed in (1, 2)]
    for reader in readers:
        reader.start()
    try:
        yield readers
    finally:
        for reader in readers:
            reader.done.set()
            reader.join()


def p99_ms(readers: list[Reader], start: float, end: float) -> float:
    """The 99th percentile of what ended between two moments, in milliseconds."""
    took = sorted(seconds for reader in readers for moment, seconds in reader.took if start <= moment <= end)
    return round(1000 * took[len(took) * 99 // 100], 1)


def change(folder: Path, seed: int, titles: bool = False) -> None:
    """Give ten books of *folder* another number of pages, or other *titles*."""
    text = (folder / _BOOKS).read_text("utf-8")
    places = list(re.finditer(r'dct:title "()' if titles else r"lib:pages (\d+)", text))
    chosen = sorted(random.Random(seed).sample(places, _CHANGED), key=lambda each: -each.start())
    for each in chosen:
        new = f"{each[0]}Uusi " if titles else f"lib:pages {int(each[1]) + 1}"
        text = text[: each.start()] + new + text[each.end() :]
    (folder / _BOOKS).write_text(text, "utf-8")


def publish(folder: Path, state: Path, *options: str) -> tuple[float, float]:
    """Publish *folder* as an operator would; return the seconds until the version stood, and until all was done."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "sotegraph", "publish", str(folder), "--state", str(state), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        stood = [time.perf_counter() - begun for line in process.stderr if line.startswith("Published")]
    assert process.returncode == 0, f"publish ended with {process.returncode}"
    return stood[0], time.perf_counter() - begun


def measure(place: Path, statements: int, options: Sequence[str], titles: bool) -> dict[str, object]:
    """Return the figures for a library of so many *statements*, published with *options*; *titles* change, if so."""
    folder, state, loaded = place / "library", place / "state", os.getloadavg()[0]
    books = generate(folder, statements)
    first = publish(folder, state, *options)
    with serving(state=state, access_log=False) as served, reading(served.address, books) as readers:
        time.sleep(_QUIET_S)
        quiet = p99_ms(readers, 0, time.perf_counter())
        change(folder, 1, titles)
        begun = time.perf_counter()
        second: list[tuple[float, float]] = []
        publishing = threading.Thread(target=lambda: second.append(publish(folder, state, *options)))
        publishing.start()
        while sum("Serving version" in line for line in served.said) < 2:
            assert publishing.is_alive() or second
            time.sleep(0.05)
        switched = time.perf_counter()
        publishing.join()
        (stood_s, done_s) = second[0]
        time.sleep(_QUIET_S / 2)
        figures: dict[str, object] = {
            "statements": statements,
            "options": list(options),
            "changed": "titles" if titles else "numbers of pages",
            "load average before and after": [round(loaded, 1), round(os.getloadavg()[0], 1)],
            "processors": os.cpu_count(),
            "first publish until the switch s": round(first[0], 1),
            "first publish until its files were there s": round(first[1], 1),
            "ten changed books until the switch s": round(stood_s, 1),
            "until served s": round(switched - begun, 1),
            "until the files were there s": round(done_s, 1),
            "quiet p99 ms": quiet,
            "p99 ms beside publishing": p99_ms(readers, begun, begun + stood_s),
            "p99 ms beside loading": p99_ms(readers, begun + stood_s, switched),
            "p99 ms until the files were there": p99_ms(readers, begun + stood_s, max(switched, begun + done_s)),
            "p99 ms afterwards": p99_ms(readers, max(switched, begun + done_s), time.perf_counter()),
            "greatest memory of a publish MB": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10,
            "memory of the servers MB": served.memory_bytes() >> 20,
        }
    figures["answers"] = sum(len(reader.took) for reader in readers)
    figures["wrong or dropped"] = sum(reader.wrong for reader in readers)
    return figures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("statements", type=int, nargs="?", default=500_000)
    parser.add_argument("--no-check", action="store_true", help="Publish what was not checked.")
    parser.add_argument("--no-dumps", action="store_true", help="Make no files for downloading.")
    parser.add_argument("--titles", action="store_true", help="Change titles, on which lists and search depend.")
    asked = parser.parse_args()
    left_out = [name for name, is_so in (("--no-check", asked.no_check), ("--no-dumps", asked.no_dumps)) if is_so]
    with tempfile.TemporaryDirectory() as temporary:
        print(json.dumps(measure(Path(temporary), asked.statements, left_out, asked.titles), indent=1))
