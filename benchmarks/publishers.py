"""Other publishers of linked data, which ask a SPARQL endpoint for what they show: how each is had and started."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from benchmarks.engines import Missing, free_port

TRIFID, PREZ = "trifid", "prez"
TRIFID_PAGE = "/id/book/BOOK"
PREZ_OBJECT = f"/object?iri={quote('https://library.example/id/book/', safe='')}BOOK"
_TRIFID_VERSION = "5.3.0"
_START_S = 90


@contextlib.contextmanager
def trifid(cache: Path, endpoint: str) -> Iterator[str]:
    """Trifid over *endpoint*, at the address that is returned; raises Missing when it cannot be had or started."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise Missing("npm or node is not on this machine")
    home, port = cache / TRIFID, free_port()
    if not (home / "node_modules" / "trifid").exists():
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(home)]
        done = subprocess.run([*install, f"trifid@{_TRIFID_VERSION}"], capture_output=True, check=False)
        if done.returncode:
            raise Missing("npm cannot install it")
    config = home / "node_modules" / "trifid" / "instances" / "docker-sparql" / "config.yaml"
    command = [str(home / "node_modules" / ".bin" / "trifid"), "--config", str(config), "--port", str(port)]
    own = {"DATASET_BASE_URL": "https://library.example/", "SPARQL_ENDPOINT_URL": endpoint, "NODE_ENV": "production"}
    with _served(command, own, home, port, TRIFID_PAGE) as address:
        yield address


@contextlib.contextmanager
def prez(python: Path | None, endpoint: str) -> Iterator[str]:
    """Prez over *endpoint*, at the address that is returned, by the *python* in whose environment it is.

    It is in no package index. Raises Missing when no such Python was named, or it does not start.
    """
    if python is None:
        raise Missing("no Python that has it was named (--prez)")
    if not python.is_file():
        raise Missing(f"there is no {python}")
    port = free_port()
    command = [str(python.absolute()), "-E", "-m", "uvicorn", "--factory", "prez.app:assemble_app", "--no-access-log"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    own = {
        "SPARQL_ENDPOINT": endpoint,
        "SYSTEM_URI": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "WARNING",
        # The prefixes that it makes up for the IRIs of a void:Linkset are none, and each answer in Turtle is a 500.
        "DISABLE_PREFIX_GENERATION": "true",
    }
    with (
        tempfile.TemporaryDirectory(prefix="prez-") as home,
        _served(command, own, Path(home), port, PREZ_OBJECT) as address,
    ):
        yield address


@contextlib.contextmanager
def _served(command: Sequence[str], own: Mapping[str, str], home: Path, port: int, target: str) -> Iterator[str]:
    """The address at which *command* answers, once it does for the first book; the process ends on leaving."""
    process = subprocess.Popen(
        command, env={**os.environ, **own}, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(process, address + target.replace("BOOK", "1"))
        yield address
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
