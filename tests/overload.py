"""What runaway queries of some clients do to the answers of all others: ``python -m tests.overload --seconds 60``.

Two hundred clients, each at an address of its own, 127.0.0.2 and on. A tenth of them sends queries that never end, and
sends the next one as soon as the last one is refused. All others ask small questions, each one another, so that no
cache answers. Measured are a quiet time, a time with the runaways, and a quiet time after it.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import random
import statistics
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from urllib.parse import quote, urlsplit

from tests.conftest import LIBRARY
from tests.serving import Served, serving

CLIENTS, RUNAWAYS = 200, 20
PAUSE_S = 1.0
RUNAWAY_PAUSE_S = 0.1
TIME_LIMIT_MS = 2_000
FIRST_ADDRESS = int(IPv4Address("127.0.0.2"))
SMALL = (
    "SELECT ?s ?o {{ ?s a ?o }} LIMIT 10 # {number}",
    "SELECT (COUNT(*) AS ?n) {{ ?s a ?o }} # {number}",
    "ASK {{ ?s ?p {number} }}",
    "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }} LIMIT 20 # {number}",
)
ENDLESS = (
    "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }} # {number}",
    "SELECT * {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} ORDER BY ?c ?f ?i # {number}",
    "ASK {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(REGEX(CONCAT(STR(?a), STR(?d), STR(?g)), 'x{number}$')) }}",
)


@dataclass
class Phase:
    """What one stretch of time brought: how long each answered small question took, and how each request ended."""

    name: str
    took_s: list[float] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    runaway_ends: Counter[str] = field(default_factory=Counter)
    most_bytes: int = 0

    def quantile(self, hundredths: int) -> float:
        """The time in seconds that this many of a hundred small questions stayed below."""
        return statistics.quantiles(self.took_s, n=100)[hundredths - 1]

    def __str__(self) -> str:
        p50, p90, p99 = (self.quantile(each) * 1000 for each in (50, 90, 99))
        return (
            f"{self.name:9} {len(self.took_s):6} questions, ms: median {p50:.1f}, p90 {p90:.1f}, p99 {p99:.1f}, "
            f"longest {max(self.took_s) * 1000:.1f}; answers {dict(self.ends)}, "
            f"runaways {dict(self.runaway_ends)}; at most {self.most_bytes / 2**20:.0f} MiB"
        )


class Asker:
    """One client at an address of its own, on one connection as long as the server keeps it."""

    def __init__(self, server: Served, number: int) -> None:
        url = urlsplit(server.address)
        self.target = (url.hostname, url.port)
        self.address = str(IPv4Address(FIRST_ADDRESS + number))
        self.random = random.Random(number)
        self.numbers = itertools.count(number * 1_000_000)
        self.connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, queries: tuple[str, ...]) -> str:
        """Send one of *queries*; return how it ended: `ok`, the kind of an error, or `broken` for the connection."""
        text = self.random.choice(queries).format(number=next(self.numbers))
        request = f"GET /sparql?query={quote(text)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        # A connection that was idle may be closed at the other end just now, as every client knows.
        attempts = 1 if self.connection is None else 2
        for _ in range(attempts):
            try:
                if self.connection is None:
                    host, port = self.target
                    self.connection = await asyncio.open_connection(host, port, local_addr=(self.address, 0))
                reader, writer = self.connection
                writer.write(request)
                return await _end(reader)
            except (OSError, EOFError):
                self.close()
        return "broken"

    def close(self) -> None:
        """Leave the connection."""
        if self.connection is not None:
            self.connection[1].close()
            self.connection = None


async def _end(reader: asyncio.StreamReader) -> str:
    """Read one answer; return `ok`, or the kind of its error."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    body = bytearray()
    if b"transfer-encoding: chunked" in head:
        while size := int(await reader.readline(), 16):
            body += await reader.readexactly(size + 2)
        await reader.readline()
    else:
        body += await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r")[0]))
    return str(json.loads(body)["kind"]) if b"application/problem+json" in head else "ok"


async def _until(end: float, step: Callable[[], Awaitable[None]]) -> None:
    while time.monotonic() < end:
        await step()


async def _measure(server: Served, askers: list[Asker], runaways: list[Asker], phase: Phase, seconds: float) -> None:
    """Fill *phase* with what happens in so many *seconds*."""
    end = time.monotonic() + seconds

    async def small(asker: Asker) -> None:
        await asyncio.sleep(asker.random.uniform(0, 2 * PAUSE_S))
        started = time.perf_counter()
        ended = await asker.ask(SMALL)
        phase.ends[ended] += 1
        if ended == "ok":
            phase.took_s.append(time.perf_counter() - started)

    async def endless(asker: Asker) -> None:
        phase.runaway_ends[await asker.ask(ENDLESS)] += 1
        await asyncio.sleep(RUNAWAY_PAUSE_S)

    async def weigh() -> None:
        phase.most_bytes = max(phase.most_bytes, await asyncio.to_thread(server.memory_bytes))
        await asyncio.sleep(1)

    await asyncio.gather(
        _until(end, weigh),
        *(_until(end, lambda asker=asker: small(asker)) for asker in askers),  # type: ignore[misc]
        *(_until(end, lambda asker=asker: endless(asker)) for asker in runaways),  # type: ignore[misc]
    )


async def measure(server: Served, seconds: float, quiet_s: float) -> tuple[Phase, Phase, Phase]:
    """What a quiet time, a time with runaways and the time after it were like."""
    everybody = [Asker(server, number) for number in range(CLIENTS)]
    runaways, askers = everybody[:RUNAWAYS], everybody[RUNAWAYS:]
    phases = Phase("quiet"), Phase("runaways"), Phase("after")
    try:
        await _measure(server, askers, [], Phase("warm-up"), 2 * PAUSE_S)
        await _measure(server, askers, [], phases[0], quiet_s)
        await _measure(server, askers, runaways, phases[1], seconds)
        await _measure(server, askers, [], phases[2], quiet_s)
    finally:
        for asker in everybody:
            asker.close()
    return phases


def _lines(phases: tuple[Phase, Phase, Phase]) -> Iterator[str]:
    yield from map(str, phases)
    quiet, busy, after = phases
    yield f"p99 with runaways is {busy.quantile(99) / quiet.quantile(99):.1f} times the quiet one"
    yield f"p99 after them is {after.quantile(99) / quiet.quantile(99):.1f} times the quiet one"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure what runaway queries do to other clients.")
    parser.add_argument("--seconds", type=float, default=60, help="how long the runaways are sent")
    parser.add_argument("--quiet-seconds", type=float, default=20, help="how long the quiet times before and after are")
    asked = parser.parse_args()
    with serving(LIBRARY, query_time_limit_ms=TIME_LIMIT_MS) as server:
        print("\n".join(_lines(asyncio.run(measure(server, asked.seconds, asked.quiet_seconds)))))


if __name__ == "__main__":
    main()
