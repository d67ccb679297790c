"""Where the report of a check is to go: what cannot be written is one clear line, and no verdict on the files."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from sotegraph.cli import main
from tests.conftest import LIBRARY
from tests.ingest.sending import GOOD


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    path = tmp_path / "sent.ttl"
    path.write_text(GOOD, "utf-8")
    return path


@pytest.mark.parametrize("command", [["validate", "{sent}"], ["template", "Book"]], ids=lambda each: each[0])
def test_a_folder_that_is_not_there_is_told_before_anything_is_done(command: list[str], sent: Path) -> None:
    words = [each.format(sent=sent) for each in command]
    done = CliRunner().invoke(main, [*words, "--output", str(sent.parent / "nowhere" / "x")], catch_exceptions=False)
    assert done.exit_code == 2
    assert "nowhere/x cannot be written: No such file or directory." in done.output
    assert len(done.output.splitlines()) == 1


@pytest.mark.slow
def test_a_file_that_cannot_be_written_is_one_line_too(sent: Path) -> None:
    name = str(sent.parent / ("x" * 300))
    command = ["validate", str(sent), "--publication", str(LIBRARY), "--output", name]
    done = CliRunner().invoke(main, command, catch_exceptions=False)
    assert done.exit_code == 2
    assert "cannot be written: File name too long." in done.output


@pytest.mark.slow
def test_only_a_workbook_comes_back_as_one(tmp_path: Path) -> None:
    table = tmp_path / "books.csv"
    table.write_text("Title;Pages\nA book;12\n", "utf-8")
    command = ["validate", str(table), "--publication", str(LIBRARY), "--format", "workbook"]
    done = CliRunner().invoke(main, command, catch_exceptions=False)
    assert done.exit_code == 2
    assert "None of the files is an Excel workbook." in done.output
