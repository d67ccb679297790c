"""A small catalogue with what portals stumble over: an empty dataset, a licence of a file only, two themes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import parse

from sotegraph.harvesting import Actions, Catalogue, Packages

FILE = Path(__file__).parent / "catalogue.ttl"
BASE = "https://library.example"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.read((quad.triple for quad in parse(path=str(FILE))), ("fi", "en"))


@pytest.fixture(scope="session")
def packages(catalogue: Catalogue) -> Packages:
    return Packages(catalogue, "library", BASE, "https://site.example")


@pytest.fixture(scope="session")
def actions(packages: Packages) -> Actions:
    return Actions(packages, {"site_title": "Esimerkkikirjasto"})
