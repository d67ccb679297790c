"""Fixtures in three sizes: the small publication, its index, and a client of its site; the bundled one beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sotegraph.entities import Index
from sotegraph.loading import load_folder
from sotegraph.publication import Publication
from sotegraph.settings import Settings
from sotegraph.store import Version

ROOT = Path(__file__).parents[1]
LIBRARY = Path(__file__).parent / "publications" / "library"


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
