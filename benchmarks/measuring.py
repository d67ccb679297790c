"""Rounds of load, one engine after another in each, by the same tool: wrk."""

from __future__ import annotations

import contextlib
import random
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.cases import Case, answer
from benchmarks.engines import Running

TOOL = "wrk"
_MOST_S = 40.0
# A comment at the end makes a text that nobody has sent before, with the same answer.
_SCRIPT = """
local target, salt, cached, sent = "{target}", "%0A%23%20{salt}.", {cached}, 0
local headers = {{ ["Accept"] = "{accept}" }}
math.randomseed({seed})
function request()
  sent = sent + 1
  if cached then return wrk.format("GET", target, headers) end
  return wrk.format("GET", (string.gsub(target, "BOOK", math.random(1, {books}))) .. salt .. sent, headers)
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration,
    e.status + e.connect + e.read + e.timeout, latency:percentile(50), latency:percentile(99)))
end
"""


@dataclass(frozen=True)
class Load:
    """How hard, how long and how often."""

    rounds: int
    seconds: float
    connections: int
    books: int
    seed: int


@dataclass(frozen=True)
class Measure:
    """One engine in one round: *per_second* answers, and how long they took."""

    case: str
    cached: bool
    round: int
    engine: str
    per_second: float
    failed: int
    median_ms: float
    p99_ms: float


def disagreements(servers: Sequence[Running], cases: Sequence[Case], book: int) -> list[str]:
    """What the engines do not answer alike; each is asked everything once, which warms it up."""
    said = []
    for case in cases:
        answers = {server.name: answer(server.endpoint, case, book) for server in servers}
        first, *others = answers.items()
        said += [
            f"{case.name}: {name} finds {found[0]:,}, {first[0]} {first[1][0]:,}, or others"
            for name, found in others
            if found != first[1]
        ]
    return said


def measure(
    servers: Sequence[Running], cases: Sequence[Case], load: Load, folder: Path, tell: Callable[[str], None]
) -> list[Measure]:
    """Every case in *load.rounds* rounds; within a round each server in turn, another one first each time."""
    measures = []
    for case in cases:
        patience = {server.name: _seconds(server, case, load) for server in servers}
        for cached in (False, True):
            for round_ in range(load.rounds):
                turn = round_ % len(servers)
                for server in (*servers[turn:], *servers[:turn]):
                    script = folder / "load.lua"
                    script.write_text(_script(server, case, cached, load, round_))
                    found = _wrk(server, case, cached, round_, load.connections, patience[server.name], script)
                    measures.append(found)
            tell(f"{case.name}, {'cached' if cached else 'uncached'}: {load.rounds} rounds done")
    return measures


def _seconds(server: Running, case: Case, load: Load) -> float:
    """As long as was asked for, or long enough for two answers on every connection."""
    started = time.monotonic()
    with contextlib.suppress(OSError):
        answer(server.endpoint, case, 1)
    return max(load.seconds, min(_MOST_S, 2 * load.connections * (time.monotonic() - started)))


def _script(server: Running, case: Case, cached: bool, load: Load, round_: int) -> str:
    return _SCRIPT.format(
        target=case.target(urlsplit(server.endpoint).path, "1" if cached else "BOOK"),
        salt=f"{random.SystemRandom().getrandbits(48):x}",
        cached=str(cached).lower(),
        books=load.books,
        accept=case.accept,
        seed=load.seed + round_,
    )


def _wrk(
    server: Running, case: Case, cached: bool, round_: int, connections: int, seconds: float, script: Path
) -> Measure:
    command = [TOOL, "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "120s"]
    done = subprocess.run(
        [*command, "-s", str(script), server.endpoint], capture_output=True, text=True, check=True, timeout=300
    )
    line = next(line for line in done.stdout.splitlines() if line.startswith("RESULT"))
    requests, microseconds, failed, median, p99 = map(int, line.split()[1:])
    return Measure(
        case.name,
        cached,
        round_,
        server.name,
        (requests - failed) / (microseconds / 1e6),
        failed,
        median / 1000,
        p99 / 1000,
    )
