"""Fixtures in three sizes: the small publication, its index, and a client of its site; the bundled one beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from sotegraph.entities import Index
from sotegraph.loading import load_folder
from sotegraph.publication import Publication
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.store import Version
from sotegraph.web.app import create_app
from tests.client import Client
from tests.serving import Served, serving

ROOT = Path(__file__).parents[1]
LIBRARY = Path(__file__).parent / "publications" / "library"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files whose tests ask a server of the bundled publication come first, then those that load it.

    Of two processes that share the tests the first begins with the first ones, and the other with the middle; so one
    starts that server, and hardly another loads what takes seconds.
    """
    costly = ("served", "bundled")
    rank: dict[Path, int] = {}
    for item in items:
        names = getattr(item, "fixturenames", ())
        own = next((number for number, name in enumerate(costly) if name in names), len(costly))
        rank[item.path] = min(own, rank.get(item.path, own))
    items.sort(key=lambda item: rank[item.path])


@pytest.fixture(scope="session")
def index() -> Index:
    """The small publication of another domain, loaded."""
    return load_folder(LIBRARY, Settings())


@pytest.fixture(scope="session")
def publication(index: Index) -> Publication:
    return index.publication


@pytest.fixture(scope="session")
def version(index: Index) -> Version:
    return index.version


@pytest.fixture(scope="session")
def bundled() -> Index:
    """The publication that comes with sotegraph, loaded."""
    return load_folder(ROOT, Settings())


@pytest.fixture(scope="session")
def app(index: Index) -> FastAPI:
    """The site of the small publication; queries run in this process."""
    settings = Settings(page_size=20, access_log=False)
    return create_app(settings, index.publication, index, InProcessEvaluator(index.version, settings))


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Client:
    """Asks the site of the small publication."""
    return Client(app)


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """The bundled publication, served as the README says."""
    with serving() as server:
        yield server
