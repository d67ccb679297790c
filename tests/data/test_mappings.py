"""The committed Turtle of every source is what its mapping makes of its tables and of the committed keys."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse

from sotegraph.mapping import KEYS_FILE, import_source, mapped_sources, mint_keys
from tests.conformance_data import REPOSITORY

pytestmark = pytest.mark.slow
SOURCES = mapped_sources(REPOSITORY)


@pytest.fixture(scope="module")
def command() -> tuple[str, ...]:
    """What starts Morph-KGC, which lives in an environment of its own."""
    python = os.environ.get("SOTEGRAPH_TEST_MORPH_KGC")
    if not python:
        reason = "set SOTEGRAPH_TEST_MORPH_KGC to the Python of an environment with morph-kgc 2.10"
        if os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return python, "-m", "morph_kgc"


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy of the publication without what the mappings make."""
    root = tmp_path_factory.mktemp("publication")
    for part in ("data", "ontology", "shapes"):
        shutil.copytree(REPOSITORY / part, root / part)
    for source in SOURCES:
        (root / "data" / source / f"{source}.ttl").unlink()
    return root


def graph_of(path: Path) -> Dataset:
    dataset = Dataset(parse(path=str(path), format=RdfFormat.TURTLE))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def test_there_are_mappings():
    assert len(SOURCES) == 16


@pytest.mark.parametrize("source", SOURCES)
def test_the_mapping_makes_the_committed_graph(copy, command, source):
    count = import_source(copy, source, command)
    made, committed = (root / "data" / source / f"{source}.ttl" for root in (copy, REPOSITORY))
    assert graph_of(made) == graph_of(committed)
    assert count == len(graph_of(committed))
    assert made.read_bytes() == committed.read_bytes(), "the same graph, but not as the import command writes it"


@pytest.mark.parametrize("source", SOURCES)
def test_every_row_has_its_key_already(copy, source):
    assert mint_keys(copy, source) == 0
    assert (copy / KEYS_FILE).read_bytes() == (REPOSITORY / KEYS_FILE).read_bytes()
