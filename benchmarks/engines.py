"""The servers that are compared: how each is had, started with a file of triples, and asked.

What is not on the machine is installed into a folder outside the repository, by the package manager it comes from. What
cannot be had is missing by name and with a reason, never in silence.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

OURS = "sotegraph"
REFERENCE = "oxigraph"
FUSEKI_VERSION = "5.6.0"
_START_S = 1_800
_SLOW_TO_LOAD = 1_000_000
_ASK = "?query=ASK%7B%7D"


class Missing(Exception):
    """An engine cannot take part; the message says why."""


@dataclass(frozen=True)
class Material:
    """What the engines serve: the publication as a folder, and its distinct triples as N-Triples."""

    folder: Path
    triples: Path
    count: int


@dataclass(frozen=True)
class Engine:
    """A server. *prepare* returns its command up to the data; *arguments* the rest, told the data and a port."""

    name: str
    prepare: Callable[[Path], list[str]]
    arguments: Callable[[Material, int], list[str]]
    path: str
    environment: Mapping[str, str] = field(default_factory=dict)
    upload: str = ""
    """Where the triples are sent once it runs, if it does not load them by itself."""
    most_statements: int | None = None


@dataclass(frozen=True)
class Running:
    """A server that answers, and the seconds from its start to that."""

    name: str
    endpoint: str
    seconds: float


def engines() -> dict[str, Engine]:
    """Every engine there is, by name: ours first, then the one that the others are measured by."""
    found = [
        Engine(
            OURS,
            lambda _: [sys.executable, "-m", "sotegraph", "serve"],
            lambda material, port: [str(material.folder), "--port", str(port)],
            "/sparql",
        ),
        Engine(
            REFERENCE,
            lambda cache: [_python_tool(cache, "oxigraph", "oxigraph"), "serve"],
            lambda _, port: ["--bind", f"127.0.0.1:{port}"],
            "/query",
            upload="/store?default",
        ),
        Engine(
            "rdflib-endpoint",
            lambda cache: [_python_tool(cache, "rdflib-endpoint", "rdflib-endpoint[cli]"), "serve"],
            lambda material, port: ["--host", "127.0.0.1", "--port", str(port), str(material.triples)],
            "/",
            most_statements=_SLOW_TO_LOAD,
        ),
        Engine(
            "fuseki",
            lambda cache: [_required("java"), "-jar", str(_fuseki(cache))],
            lambda material, port: ["--localhost", "--port", str(port), f"--file={material.triples}", "/ds"],
            "/ds/sparql",
        ),
    ]
    return {engine.name: engine for engine in found}


@contextlib.contextmanager
def running(engine: Engine, material: Material, cache: Path) -> Iterator[Running]:
    """The engine with *material* loaded, ended on leaving; raises Missing when it cannot be had or does not start."""
    if engine.most_statements is not None and material.count > engine.most_statements:
        raise Missing(f"not run above {engine.most_statements:,} statements: loading takes minutes and many gigabytes")
    command = [*engine.prepare(cache), *engine.arguments(material, port := free_port())]
    address = f"http://127.0.0.1:{port}"
    work = cache / f"{engine.name}-{port}"
    work.mkdir(parents=True)
    environment = {**os.environ, "FUSEKI_BASE": str(work), **engine.environment}
    with (work / "log").open("wb") as log:
        started = time.monotonic()
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=work, env=environment)
    try:
        # A server that is empty at first answers before its triples are there.
        _wait(process, f"{address}{engine.path}{_ASK}", work / "log")
        if engine.upload:
            _upload(f"{address}{engine.upload}", material.triples)
        yield Running(engine.name, f"{address}{engine.path}", time.monotonic() - started)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(work, ignore_errors=True)


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Missing(f"ended before it answered: {_last_line(log)}")
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=10):
            return
        time.sleep(0.05)
    raise Missing(f"did not answer within {_START_S} s")


def _upload(address: str, triples: Path) -> None:
    headers = {"Content-Type": "application/n-triples", "Content-Length": str(triples.stat().st_size)}
    with triples.open("rb") as body:
        request = urllib.request.Request(address, body, headers, method="PUT")
        with urllib.request.urlopen(request, timeout=_START_S):
            return


def _last_line(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _required(tool: str) -> str:
    found = shutil.which(tool)
    if found is None:
        raise Missing(f"{tool} is not on this machine")
    return found


def _python_tool(cache: Path, tool: str, package: str) -> str:
    """The command *tool* of a Python package in an environment of its own."""
    environment = cache / tool
    if not (environment / "bin" / tool).exists():
        _install([sys.executable, "-m", "venv", str(environment)])
        _install([str(environment / "bin" / "pip"), "install", "--quiet", package])
    return str(environment / "bin" / tool)


def _fuseki(cache: Path) -> Path:
    jar = cache / f"jena-fuseki-server-{FUSEKI_VERSION}.jar"
    if not jar.exists():
        artifact = f"-Dartifact=org.apache.jena:jena-fuseki-server:{FUSEKI_VERSION}"
        maven = [_required("mvn"), "-q", "-B"]
        _install([*maven, "dependency:get", artifact, "-Dtransitive=false"])
        _install([*maven, "-o", "dependency:copy", artifact, f"-DoutputDirectory={cache}"])
    return jar


def _install(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().split("\n")
        raise Missing(f"cannot be installed: {said[0]}")
