"""``python -m benchmarks.searching``: how long search, filtered lists and matching take on a large publication.

A lending library of 110,000 books with its holdings comes from the generator; a server answers over HTTP, one request
after the other, each different, so that no answer is one that was kept.
"""

from __future__ import annotations

import json
import os
import platform
import random
import re
import statistics
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from tests.serving import Served, serving

from benchmarks.generator import SEED, generate

_TITLE = re.compile(r'dct:title "([^"]+)"@fi')


@click.command()
@click.option("--books", default=110_000, show_default=True)
@click.option("--requests", default=200, show_default=True, help="Requests of each kind.")
@click.option("--seed", default=SEED, show_default=True)
def main(books: int, requests: int, seed: int) -> None:
    """Measure search, filtered lists and matching at the size of a large publication."""
    _tell(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory(prefix="sotegraph-benchmark-") as folder:
        publication = Path(folder) / "publication"
        generate(publication, sys.maxsize, seed, books)
        names = _titles(publication)
        start = time.perf_counter()
        with serving(publication, search_lemmas=True) as served:
            _tell(f"{books:,} books: answers after {time.perf_counter() - start:.0f} s")
            _wait_for_lemmas(served)
            _tell(f"{books:,} books: knows inflected words after {time.perf_counter() - start:.0f} s")
            chance = random.Random(seed)
            click.echo("| what | median ms | p95 ms | longest ms |\n|---|---|---|---|")
            for name, make in _kinds(chance, names).items():
                click.echo(_row(name, _times(served.address, make, requests)))
            _tell(f"memory of all processes: {served.memory_bytes() >> 20} MB")


def _titles(publication: Path) -> list[str]:
    """The names of all books in one language."""
    lines = (publication / "data" / "catalogue" / "books.ttl").read_text("utf-8").splitlines()
    return [found[1] for line in lines if (found := _TITLE.search(line))]


def _wait_for_lemmas(served: Served) -> None:
    """Until the same search may be kept: inflected words are known from then on."""
    for _ in range(600):
        with urllib.request.urlopen(f"{served.address}/suggest?q=x") as answer:
            if answer.headers["Cache-Control"] != "no-store":
                return
        time.sleep(0.5)


def _kinds(chance: random.Random, names: list[str]) -> dict[str, Callable[[], str]]:
    """Addresses of each kind, none twice as far as chance allows."""

    def word() -> str:
        return chance.choice(chance.choice(names).replace(",", "").replace(":", "").split())

    def branch(most: int) -> str:
        return f"branch/{chance.randint(1, most):02}"

    def order() -> str:
        return chance.choice(["", "-year", "-name"])

    def facets() -> dict[str, str]:
        found = {
            "branch": f"branch/{chance.randint(1, 60):02}",
            "subject": f"concept/subject/s{chance.randint(0, 399)}",
        }
        found["year"] = str(chance.randint(1950, 2026))
        return dict(chance.sample(sorted(found.items()), chance.randint(1, 2)))

    def page() -> str:
        return str(chance.randint(1, 20))

    return {
        "search, one word": lambda: _address("/search.html", q=word()),
        "search, two words": lambda: _address("/search.html", q=f"{word()} {word()}"),
        "search, beginning of a word": lambda: _address("/search.html", q=word()[:3]),
        "suggestions": lambda: _address("/suggest", q=word()[:4]),
        "list, one or two facets": lambda: _address(
            "/book.html", **facets(), sort=chance.choice(["", "-year", "-name"])
        ),
        "list, a genre (tens of thousands), any page": lambda: _address(
            "/book.html", genre="concept/genre/fiction", page=page(), lang=chance.choice(["en", "fi"])
        ),
        "list, word and facet": lambda: _address("/book.html", q=word(), branch=branch(20)),
        "list as JSON-LD, a facet": lambda: _address("/book.jsonld", branch=branch(60), page=page()),
        "matching, ten names": lambda: _address("/reconcile", queries=_batch(chance, names)),
    }


def _batch(chance: random.Random, names: list[str]) -> str:
    return json.dumps({str(place): {"query": chance.choice(names).upper(), "type": "book"} for place in range(10)})


def _address(path: str, **query: str) -> str:
    return f"{path}?{urllib.parse.urlencode({name: value for name, value in query.items() if value})}"


def _times(base: str, make: Callable[[], str], count: int) -> list[float]:
    return sorted(_measured(base, make, count))


def _measured(base: str, make: Callable[[], str], count: int) -> Iterator[float]:
    for _ in range(count):
        address = base + make()
        start = time.perf_counter()
        try:
            with urllib.request.urlopen(address) as answer:
                answer.read()
        except urllib.error.HTTPError as error:
            if error.code != 404:  # A list may have fewer pages.
                raise
            continue
        yield 1_000 * (time.perf_counter() - start)


def _row(name: str, times: list[float]) -> str:
    p95 = times[int(0.95 * (len(times) - 1))]
    return f"| {name} | {statistics.median(times):.1f} | {p95:.1f} | {times[-1]:.1f} |"


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
