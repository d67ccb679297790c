"""``python -m benchmarks.pages``: pages and documents of things, beside a bare engine and another publisher.

Everybody serves the same generated library, and each request is for a book drawn at random. *Warm* is a book that the
server has answered before, *cold* one of which it keeps nothing, *known* one that the client has already.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import statistics
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import click

from benchmarks.cases import CASES
from benchmarks.engines import OURS, REFERENCE, Engine, Material, Missing, engines, running
from benchmarks.generator import SEED, generate, write_triples
from benchmarks.measuring import TOOL
from benchmarks.publishers import PREZ, PREZ_OBJECT, TRIFID, TRIFID_PAGE, prez, trifid

COLD = "sotegraph, nothing kept"
_CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "sotegraph-benchmarks"
_CONSTRUCT = next(case for case in CASES if case.name == "CONSTRUCT")
_RECORD = b"record/R000001"
"""What every document about the first book has, whatever its syntax and language."""
_BASES = ((REFERENCE, "CONSTRUCT, N-Triples"), (TRIFID, "HTML"), (PREZ, "annotated Turtle"))
"""By what the others' rates are divided."""
_SCRIPT = """
math.randomseed({seed})
local headers = {{ {headers} }}
function request()
  return wrk.format("GET", (string.gsub("{target}", "BOOK", math.random(1, {books}))), headers)
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d\\n", summary.requests, summary.duration,
    e.status + e.connect + e.read + e.timeout, latency:percentile(99)))
end
"""


@dataclass(frozen=True)
class PageCase:
    """A way to ask *server* for the document about a book; ``BOOK`` in *target* stands for its number."""

    name: str
    server: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Figure:
    """What came of one round: answers a second, how many failed, how long all but one in a hundred took at most."""

    per_second: float
    failed: int
    p99_ms: float


def cases() -> list[PageCase]:
    """Our answers, warm, known and cold, and those of the others."""
    html, jsonld, gzip = ("Accept", "text/html"), ("Accept", "application/ld+json"), ("Accept-Encoding", "gzip")
    page, tree, turtle = "/doc/book/BOOK?lang=en", "/doc/book/BOOK.jsonld", "/doc/book/BOOK.ttl"
    query = _CONSTRUCT.target("/query", "BOOK")
    return [
        PageCase("HTML, warm", OURS, page, (html,)),
        PageCase("HTML, warm, gzip", OURS, page, (html, gzip)),
        PageCase("JSON-LD, warm", OURS, tree),
        PageCase("JSON-LD, warm, gzip", OURS, tree, (gzip,)),
        PageCase("Turtle, known (304)", OURS, turtle, (("If-None-Match", "*"),)),
        PageCase("HTML, cold", COLD, page, (html,)),
        PageCase("JSON-LD, cold", COLD, tree),
        PageCase("Turtle, cold", COLD, turtle),
        PageCase("CONSTRUCT, N-Triples", REFERENCE, query, (("Accept", "application/n-triples"),)),
        PageCase("HTML", TRIFID, TRIFID_PAGE, (html,)),
        PageCase("JSON-LD", TRIFID, TRIFID_PAGE, (jsonld,)),
        # It has no HTML; this is what a browser gets of it, and what its own interface is made from there.
        PageCase("annotated Turtle", PREZ, PREZ_OBJECT, (html,)),
        PageCase("JSON-LD", PREZ, PREZ_OBJECT, (jsonld,)),
    ]


@click.command()
@click.option("--statements", default=500_000, show_default=True)
@click.option("--books", default=400, show_default=True, help="Books that are asked for; all of them can be kept.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--seconds", default=3, show_default=True, help="Length of a turn.")
@click.option("--connections", default=8, show_default=True)
@click.option("--without", multiple=True, help="A server that is not asked.")
@click.option("--cache", type=click.Path(path_type=Path), default=_CACHE, help="Folder for what is installed.")
@click.option("--prez", "python", type=click.Path(path_type=Path), help="A Python in whose environment Prez is.")
def main(
    statements: int,
    books: int,
    rounds: int,
    seconds: int,
    connections: int,
    without: Sequence[str],
    cache: Path,
    python: Path | None,
) -> None:
    """Measure pages and documents, and write a table to standard output."""
    if shutil.which(TOOL) is None:
        raise click.ClickException(f"{TOOL} is not on this machine; it makes the load for every server alike")
    with tempfile.TemporaryDirectory(prefix="sotegraph-benchmark-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        material, there = _material(folder, statements)
        addresses = dict(_addresses(stack, material, cache, without, python))
        asked = [case for case in cases() if case.server in addresses]
        figures: dict[PageCase, list[Figure]] = {case: [] for case in asked}
        for case in asked:
            _look(addresses[case.server], case)
        for round_ in range(-1, rounds):
            for case in asked:
                script = folder / "load.lua"
                script.write_text(_script(case, min(books, there), SEED + round_), "utf-8")
                found = _load(addresses[case.server], script, connections, seconds)
                if round_ >= 0:  # The round before the first one warms everybody up.
                    figures[case].append(found)
            click.echo(f"round {round_ + 1} of {rounds} done", err=True)
    click.echo(table(figures), nl=False)


def _material(folder: Path, statements: int) -> tuple[Material, int]:
    publication, triples = folder / "publication", folder / "triples.nt"
    books = generate(publication, statements, SEED)
    write_triples(publication, triples)
    return Material(publication, triples, statements), books


def _addresses(
    stack: contextlib.ExitStack, material: Material, cache: Path, without: Sequence[str], python: Path | None
) -> Iterator[tuple[str, str]]:
    """Each server that runs, with the address of its host."""
    for name, engine in _engines().items():
        if name not in without:
            yield name, _host(stack.enter_context(running(engine, material, cache)).endpoint)
    others = {TRIFID: partial(trifid, cache), PREZ: partial(prez, python)}
    asked = {name: publisher for name, publisher in others.items() if name not in without}
    if not asked:
        return
    # They ask their endpoint for every page: the engine that is measured beside them has the same triples.
    reference = stack.enter_context(running(engines()[REFERENCE], material, cache))
    for name, publisher in asked.items():
        try:
            yield name, stack.enter_context(publisher(reference.endpoint))
        except Missing as reason:
            click.echo(f"{name}: MISSING, {reason}", err=True)


def _engines() -> dict[str, Engine]:
    ours, bare = engines()[OURS], engines()[REFERENCE]
    off = {"SOTEGRAPH_CACHE_BODIES": "0", "SOTEGRAPH_CACHE_RESULTS": "0"}
    return {OURS: ours, COLD: replace(ours, name="cold", environment=off), REFERENCE: bare}


def _host(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}"


def _look(address: str, case: PageCase) -> None:
    """Ask once, so that nobody is measured who answers with something else."""
    headers = {name: value for name, value in case.headers if name not in ("If-None-Match", "Accept-Encoding")}
    request = urllib.request.Request(address + case.target.replace("BOOK", "1"), headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        body = answer.read()
    if _RECORD not in body:
        raise click.ClickException(f"{case.server}, {case.name}: the answer is not about the book")
    click.echo(f"{case.server}, {case.name}: {len(body):,} bytes, {answer.headers['Content-Type']}", err=True)


def _script(case: PageCase, books: int, seed: int) -> str:
    headers = ", ".join(f'["{name}"] = "{value}"' for name, value in case.headers)
    return _SCRIPT.format(target=case.target, headers=headers, books=books, seed=seed)


def _load(address: str, script: Path, connections: int, seconds: int) -> Figure:
    command = [TOOL, "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "-s", str(script), address]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 120)
    line = next(line for line in done.stdout.splitlines() if line.startswith("RESULT"))
    requests, microseconds, failed, p99 = map(int, line.split()[1:])
    return Figure((requests - failed) / (microseconds / 1e6), failed, p99 / 1000)


def table(figures: dict[PageCase, list[Figure]]) -> str:
    """The medians of the rounds, and how many times those of the bare engine and of the other publishers they are."""
    rates = {
        (case.server, case.name): statistics.median(each.per_second for each in found)
        for case, found in figures.items()
    }
    bases = [base for base in _BASES if rates.get(base)]
    divided = "".join(f" / {server}, {name} |" for server, name in bases)
    lines = [f"| server | what | answers/s | p99 ms | failed |{divided}", f"|---|---|{'---:|' * (3 + len(bases))}"]
    for case, found in figures.items():
        rate = rates[case.server, case.name]
        slowest, failed = statistics.median(each.p99_ms for each in found), sum(each.failed for each in found)
        ratios = "".join(f" {rate / rates[base]:.2f} |" for base in bases)
        lines.append(f"| {case.server} | {case.name} | {rate:,.0f} | {slowest:.1f} | {failed} |{ratios}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
