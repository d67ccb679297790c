"""``sotegraph dump`` writes what a publication says: one form to standard output, or every file of the site."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sotegraph.cli import main
from sotegraph.dumps import SUMS
from tests.conftest import LIBRARY
from tests.versions.conftest import Editions


def dump(*words: str) -> Result:
    return CliRunner().invoke(main, ["dump", *words])


def test_the_hash_of_what_is_written_is_the_id_of_the_version(dumped: Editions) -> None:
    entry = dumped.archive.needed_current()
    done = dump("--state", str(dumped.archive.root), "--version", entry.short_id)
    assert hashlib.sha256(done.stdout_bytes).hexdigest() == entry.version


@pytest.mark.slow
def test_one_graph_is_written_by_its_name_or_its_iri() -> None:
    named = dump(str(LIBRARY), "--graph", "branches", "--format", "nt")
    assert named.exit_code == 0
    assert named.stdout.count("\n") > 50
    called = dump(str(LIBRARY), "--graph", "https://library.example/id/graph/branches", "--format", "nt")
    assert called.stdout == named.stdout


def test_every_file_is_written_to_a_folder_and_verifies(dumped: Editions, files: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "downloads"
    assert dump("--state", str(dumped.archive.root), "--to", str(target)).exit_code == 0
    assert {each.name for each in files.iterdir()} - {each.name for each in target.iterdir()} == {"dumps.json"}
    subprocess.run(["sha256sum", "--check", "--strict", SUMS], cwd=target, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((str(LIBRARY), "--graph", "nothing"), "There is no graph nothing. There are: branches"),
        pytest.param(
            (str(LIBRARY), "--graph", "ontology", "--format", "csv"), "there are no tables", marks=pytest.mark.slow
        ),
        ((str(LIBRARY), "--version", "abcd"), "--state"),
        ((str(LIBRARY), "--to", "."), "Name a new folder"),
    ],
)
def test_what_cannot_be_written_is_told(words: tuple[str, ...], said: str) -> None:
    done = dump(*words)
    assert done.exit_code == 2
    assert said in done.stderr


@pytest.mark.slow
def test_a_reader_that_has_enough_ends_it(tmp_path: Path) -> None:
    command = f"{sys.executable} -m sotegraph dump {LIBRARY} | head -c 100"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=True)
    assert len(done.stdout) == 100
    assert b"Traceback" not in done.stderr
