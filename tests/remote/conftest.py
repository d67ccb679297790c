"""Fixtures: each engine, running, and servers over it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sotegraph.entities import Index
from sotegraph.loading import load_folder
from sotegraph.settings import Settings
from sotegraph.store import Version
from tests.conftest import LIBRARY, ROOT
from tests.remote import engines
from tests.remote.engines import Engine, running
from tests.serving import Served, serving

LOAD_S = 300
ANY_ENGINE = "http://127.0.0.1:9/sparql"
"""An address that makes settings those of a site over an engine; nothing is asked there."""


def load(engine: Engine, folder: Path, *options: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Load *folder* into *engine* by the command, as an operator would."""
    environment = {f"SOTEGRAPH_{name.upper()}": value for name, value in {**engine.settings, **settings}.items()}
    return subprocess.run(
        [sys.executable, "-m", "sotegraph", "load", str(folder), *options],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=LOAD_S,
        check=False,
    )


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Oxigraph's server with the small publication in it."""
    with running(engines.oxigraph, tmp_path_factory.mktemp("oxigraph")) as engine:
        done = load(engine, LIBRARY, "--no-check")
        assert done.returncode == 0, done.stderr
        yield engine


@pytest.fixture(scope="module", params=["fuseki", "virtuoso", "oxigraph"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Each engine, empty at first."""
    make: Callable[[Path], Engine] = getattr(engines, request.param)
    with running(make, tmp_path_factory.mktemp(request.param)) as found:
        yield found


@pytest.fixture(scope="session")
def version() -> Version:
    """The small publication as it is loaded for an engine, of whose functions the service description says nothing."""
    return load_folder(LIBRARY, Settings(store=ANY_ENGINE)).version


@pytest.fixture(scope="session")
def bundled() -> Index:
    """The publication that comes with sotegraph, as it is loaded for an engine."""
    return load_folder(ROOT, Settings(store=ANY_ENGINE))


@pytest.fixture(scope="module")
def library(engine: Engine) -> Iterator[Served]:
    """A server of the small publication over each engine; one process remembers all results."""
    done = load(engine, LIBRARY, "--no-check")
    assert done.returncode == 0, done.stderr
    with serving(LIBRARY, web_workers=1, query_time_limit_ms=30_000, **engine.settings) as served:
        yield served


@pytest.fixture(scope="module")
def whole(engine: Engine) -> Iterator[Served]:
    """A server of the publication that comes along over each engine."""
    done = load(engine, ROOT, "--no-check")
    assert done.returncode == 0, done.stderr
    with serving(ROOT, query_time_limit_ms=60_000, **engine.settings) as served:
        yield served
