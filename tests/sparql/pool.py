"""Run workers at a Unix socket: ``python -m tests.sparql.pool SOCKET SETTINGS [STORE]``.

They have the small dataset; with a store on disk they have that one, which is also every earlier version of itself.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sotegraph.settings import Settings
from sotegraph.sparql import WorkerEvaluator
from sotegraph.sparql.workers import close, listen_at, warm_up, work
from sotegraph.terms import PREFIXES
from sotegraph.web.supervisor import Supervisor

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Pool:
    """Running workers, their parent, and a client of theirs."""

    process: subprocess.Popen[str]
    settings: Settings
    address: Path

    @property
    def evaluator(self) -> WorkerEvaluator:
        return WorkerEvaluator(self.address, self.settings)

    def workers(self) -> list[int]:
        """The process ids of the workers."""
        parent = self.process.pid
        return [int(each) for each in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


@contextmanager
def pool(store: Path | None = None, **settings: int) -> Iterator[Pool]:
    """Workers with *settings* for the small dataset, or what is in *store* on disk, ended on leaving."""
    with tempfile.TemporaryDirectory() as folder:
        address = Path(folder) / "queries"
        command = [
            sys.executable,
            "-m",
            "tests.sparql.pool",
            str(address),
            json.dumps(settings),
            *([str(store)] if store else []),
        ]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield Pool(process, Settings(**settings), address)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)
            if process.stdout:
                process.stdout.close()


def main(address: Path, settings: Settings, store: str = "") -> int:
    from tests.sparql.data import small_version, version_at

    version = version_at(Path(store)) if store else small_version()
    listeners = listen_at(address)
    try:
        warm_up()
        numbers = range(settings.query_workers)
        earlier = (lambda _: version_at(Path(store))) if store else None
        work_on = partial(work, earlier=earlier)
        workers = [partial(work_on, number, version, settings, PREFIXES, listeners) for number in numbers]
        return Supervisor([workers]).run(lambda: print("ready", flush=True))
    finally:
        close(listeners)


if __name__ == "__main__":
    os.chdir("/")
    sys.exit(main(Path(sys.argv[1]), Settings(**json.loads(sys.argv[2])), *sys.argv[3:]))
