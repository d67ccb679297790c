"""Run ``sotegraph serve`` as an operator would, on a free port of the loopback, and end it again."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ANNOUNCED = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True)
class Served:
    """A running server: its address and its process."""

    address: str
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    """The lines of standard error so far, which is read all the time: a full pipe would stop the server."""
    reader: threading.Thread | None = None

    def all_said(self) -> str:
        """Standard error as a whole, once the server has ended."""
        if self.reader is not None:
            self.reader.join(timeout=10)
        return "".join(self.said)

    def family(self) -> list[int]:
        """The process ids of the server and all its children."""
        return _family(self.process.pid)

    def memory_bytes(self) -> int:
        """Proportional set size of the server and all its children: shared pages count once."""
        return family_memory_bytes(self.process.pid)


@contextmanager
def serving(folder: Path | None = None, **settings: object) -> Iterator[Served]:
    """A server for *folder* with *settings*, ended on leaving.

    Without a folder it serves the bundled publication, or the state folder that the settings name.
    """
    command = [sys.executable, "-m", "sotegraph", "serve", *([str(folder)] if folder else []), "--port", "0"]
    with running(command, None, **settings) as served:
        yield served


@contextmanager
def running(command: list[str], stdin: IO[bytes] | None = None, **settings: object) -> Iterator[Served]:
    """The server that *command* starts, with *settings*, ended on leaving."""
    variables = {f"SOTEGRAPH_{name.upper()}": str(value) for name, value in settings.items()}
    environment = {**os.environ, "SOTEGRAPH_ACCESS_LOG": "false", "SOTEGRAPH_SEARCH_LEMMAS": "false", **variables}
    process = subprocess.Popen(command, env=environment, stdin=stdin, stderr=subprocess.PIPE, text=True)
    try:
        yield _served(process)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def _served(process: subprocess.Popen[str]) -> Served:
    """The server once it has announced its address."""
    said: list[str] = []
    announced: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(target=_read, args=(process, said, announced), daemon=True)
    reader.start()
    address = announced.get()
    if address is None:
        raise AssertionError("the server ended before it answered:\n" + "".join(said))
    return Served(address, process, said, reader)


def _read(process: subprocess.Popen[str], said: list[str], announced: queue.Queue[str | None]) -> None:
    assert process.stderr is not None
    with process.stderr as stream:
        for line in stream:
            said.append(line)
            if found := ANNOUNCED.search(line):
                announced.put(found.group(0))
    announced.put(None)


def family_memory_bytes(pid: int) -> int:
    """Proportional set size of a process and all its descendants: shared pages count once."""
    return sum(_proportional(each) for each in _family(pid))


def _family(pid: int) -> list[int]:
    children = _told(pid, f"task/{pid}/children").split()
    return [pid, *(each for child in children for each in _family(int(child)))]


def _proportional(pid: int) -> int:
    size = re.search(r"^Pss:\s+(\d+) kB", _told(pid, "smaps_rollup"), re.MULTILINE)
    return int(size[1]) * 1024 if size else 0


def _told(pid: int, file: str) -> str:
    """What the kernel tells of a process; nothing when it has just ended."""
    try:
        return Path(f"/proc/{pid}/{file}").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
