"""Real engines on free ports of the loopback: Oxigraph's own server, Apache Jena Fuseki, Virtuoso.

Each keeps its data in a folder, so that one which was killed comes back with it.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2 as httpx
import pytest

START_S = 60
PASSWORD = "dba"
VIRTUOSO = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{other}
DisableUnixSocket = 1
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
ServerThreads = 20
[SPARQL]
"""


@dataclass
class Engine:
    """One engine: how it is started, and where it answers."""

    name: str
    command: list[str]
    settings: Mapping[str, str]
    ready: str
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return when it answers queries."""
        self.process = subprocess.Popen(
            self.command,
            env={**os.environ, **self.environment},
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + START_S
        while not self.answers():
            assert self.process.poll() is None, f"{self.name} ended by itself"
            assert time.monotonic() < deadline, f"{self.name} does not answer"
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            return httpx.post(self.ready, data={"query": "ASK {}"}, timeout=5).is_success
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """End it at once, as a crash would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(timeout=20)

    def pause(self) -> None:
        """Let it stand still: its connections stay open, and nothing comes."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def running(make: Callable[[Path], Engine], folder: Path) -> Iterator[Engine]:
    """The engine that *make* makes, with its data in *folder*, until the end of the block."""
    engine = make(folder)
    engine.start()
    try:
        yield engine
    finally:
        if engine.process is not None and engine.process.poll() is None:
            engine.resume()
            engine.process.kill()
            engine.process.wait(timeout=20)


def oxigraph(folder: Path, *options: str) -> Engine:
    """Oxigraph's own server, which comes with the test dependencies."""
    port = free_port()
    program = Path(sys.executable).with_name("oxigraph")
    at = f"http://127.0.0.1:{port}"
    return Engine(
        "oxigraph",
        [str(program), "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}", *options],
        {"store": f"{at}/query,update={at}/update,gsp={at}/store"},
        f"{at}/query",
        folder,
    )


def fuseki(folder: Path) -> Engine:
    """Apache Jena Fuseki, from the local repository of Maven."""
    jar = found(
        sorted(Path.home().glob(".m2/repository/org/apache/jena/jena-fuseki-server/5.*/jena-fuseki-server-5*.jar")),
        "Fuseki 5: mvn dependency:get -Dartifact=org.apache.jena:jena-fuseki-server:5.6.0",
    )
    port = free_port()
    at = f"http://127.0.0.1:{port}/ds"
    data = folder / "data"
    data.mkdir()
    return Engine(
        "fuseki",
        [
            "java",
            "-Xmx1g",
            "-jar",
            str(jar),
            "--localhost",
            f"--port={port}",
            "--update",
            "--tdb2",
            f"--loc={data}",
            "/ds",
        ],
        {"store": f"{at}/sparql,update={at}/update,gsp={at}/data"},
        f"{at}/sparql",
        folder,
        {"FUSEKI_BASE": str(folder / "base")},
    )


def fuseki_in_memory(folder: Path) -> Engine:
    """Fuseki that forgets everything at its end, and writes much faster."""
    engine = fuseki(folder)
    engine.command = [each for each in engine.command if each != "--tdb2" and not each.startswith("--loc=")]
    engine.command.insert(-1, "--mem")
    return engine


def virtuoso(folder: Path) -> Engine:
    """Virtuoso 7, from Debian."""
    program = found([shutil.which("virtuoso-t")], "Virtuoso 7: apt-get install virtuoso-opensource-7-bin")
    port = free_port()
    file = folder / "virtuoso.ini"
    file.write_text(VIRTUOSO.format(folder=folder, port=port, other=free_port()))
    at = f"http://127.0.0.1:{port}/sparql"
    return Engine(
        "virtuoso",
        [str(program), "+foreground", "+configfile", str(file)],
        {
            "store": f"{at},update={at}-auth,gsp={at}-graph-crud-auth",
            "store_user": "dba",
            "store_password": PASSWORD,
            "store_auth": "digest",
        },
        at,
        folder,
    )


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def found(candidates: list[Path] | list[str | None], what: str) -> Path:
    """The last of *candidates*; without one the test is skipped, or fails in the build."""
    there = [each for each in candidates if each]
    if not there:
        if os.environ.get("CI") == "true":
            pytest.fail(f"not installed: {what}", pytrace=False)
        pytest.skip(f"not installed: {what}")
    return Path(there[-1])
