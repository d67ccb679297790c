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
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import click

from benchmarks.cases import CASES
from benchmarks.engines import OURS, REFERENCE, Engine, Material, Missing, engines, free_port, running
from benchmarks.generator import SEED, generate, write_triples
from benchmarks.measuring import TOOL

COLD, TRIFID = "sotegraph, nothing kept", "trifid"
TRIFID_VERSION = "5.3.0"
_CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "sotegraph-benchmarks"
_CONSTRUCT = next(case for case in CASES if case.name == "CONSTRUCT")
_START_S = 90
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
        PageCase("HTML", TRIFID, "/id/book/BOOK", (html,)),
        PageCase("JSON-LD", TRIFID, "/id/book/BOOK", (jsonld,)),
    ]


@click.command()
@click.option("--statements", default=500_000, show_default=True)
@click.option("--books", default=400, show_default=True, help="Books that are asked for; all of them can be kept.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--seconds", default=3, show_default=True, help="Length of a turn.")
@click.option("--connections", default=8, show_default=True)
@click.option("--without", multiple=True, help="A server that is not asked.")
@click.option("--cache", type=click.Path(path_type=Path), default=_CACHE, help="Folder for what is installed.")
def main(
    statements: int, books: int, rounds: int, seconds: int, connections: int, without: Sequence[str], cache: Path
) -> None:
    """Measure pages and documents, and write a table to standard output."""
    if shutil.which(TOOL) is None:
        raise click.ClickException(f"{TOOL} is not on this machine; it makes the load for every server alike")
    with tempfile.TemporaryDirectory(prefix="sotegraph-benchmark-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        material, there = _material(folder, statements)
        addresses = dict(_addresses(stack, material, cache, without))
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
    stack: contextlib.ExitStack, material: Material, cache: Path, without: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Each server that runs, with the address of its host."""
    for name, engine in _engines().items():
        if name not in without:
            yield name, _host(stack.enter_context(running(engine, material, cache)).endpoint)
    if TRIFID in without:
        return
    # It asks its endpoint for every page: the engine that is measured beside it has the same triples.
    reference = stack.enter_context(running(engines()[REFERENCE], material, cache))
    try:
        yield TRIFID, stack.enter_context(_trifid(cache, reference.endpoint))
    except Missing as reason:
        click.echo(f"{TRIFID}: MISSING, {reason}", err=True)


def _engines() -> dict[str, Engine]:
    ours, bare = engines()[OURS], engines()[REFERENCE]
    off = {"SOTEGRAPH_CACHE_BODIES": "0", "SOTEGRAPH_CACHE_RESULTS": "0"}
    return {OURS: ours, COLD: replace(ours, name="cold", environment=off), REFERENCE: bare}


def _host(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}"


@contextlib.contextmanager
def _trifid(cache: Path, endpoint: str) -> Iterator[str]:
    """Trifid over *endpoint*, at the address that is returned; raises Missing when it cannot be had or started."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise Missing("npm or node is not on this machine")
    home, port = cache / TRIFID, free_port()
    if not (home / "node_modules" / "trifid").exists():
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(home)]
        done = subprocess.run([*install, f"trifid@{TRIFID_VERSION}"], capture_output=True, check=False)
        if done.returncode:
            raise Missing("npm cannot install it")
    config = home / "node_modules" / "trifid" / "instances" / "docker-sparql" / "config.yaml"
    command = [str(home / "node_modules" / ".bin" / "trifid"), "--config", str(config), "--port", str(port)]
    own = {"DATASET_BASE_URL": "https://library.example/", "SPARQL_ENDPOINT_URL": endpoint, "NODE_ENV": "production"}
    environment = {**os.environ, **own}
    process = subprocess.Popen(command, env=environment, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(process, f"http://127.0.0.1:{port}/id/book/1")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Missing("it ended before it answered")
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=10):
            return
        time.sleep(0.2)
    raise Missing(f"it did not answer within {_START_S} s")


def _look(address: str, case: PageCase) -> None:
    """Ask once, so that nobody is measured who answers with something else."""
    headers = {name: value for name, value in case.headers if name not in ("If-None-Match", "Accept-Encoding")}
    request = urllib.request.Request(address + case.target.replace("BOOK", "1"), headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        body = answer.read()
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
    """The medians of the rounds, and how many times those of the bare engine and of Trifid's pages ours are."""

    def median(server: str, name: str) -> float | None:
        found = [
            each.per_second
            for case, own in figures.items()
            for each in own
            if (case.server, case.name) == (server, name)
        ]
        return statistics.median(found) if found else None

    bare, other = median(REFERENCE, "CONSTRUCT, N-Triples"), median(TRIFID, "HTML")
    lines = [f"| server | what | answers/s | p99 ms | failed | / bare {REFERENCE} | / {TRIFID}, HTML |"]
    lines.append("|---|---|---:|---:|---:|---:|---:|")
    for case, found in figures.items():
        rate = statistics.median(each.per_second for each in found)
        slowest, failed = statistics.median(each.p99_ms for each in found), sum(each.failed for each in found)
        ratios = [f"{rate / base:.2f}" if base else "" for base in (bare, other)]
        lines.append(f"| {case.server} | {case.name} | {rate:,.0f} | {slowest:.1f} | {failed} | {' | '.join(ratios)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
