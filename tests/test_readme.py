"""The README's requests, sent to the server it starts, give the answers it shows."""

import os
import re
import shutil
import subprocess
import textwrap
from pathlib import Path

import pytest

from tests.conftest import LIBRARY

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```\n\$ (curl .*?)\n```", README, re.DOTALL)


def command_and_answer(example: str) -> tuple[str, str]:
    """The command ends at the first line that leaves no quotation open."""
    lines = example.splitlines()
    for end in range(1, len(lines) + 1):
        command = "\n".join(lines[:end])
        if command.count("'") % 2 == 0 and not command.endswith("\\"):
            return command, "\n".join(lines[end:])
    raise AssertionError(example)


def test_there_are_five_requests():
    assert len(EXAMPLES) == 5


@pytest.mark.skipif(shutil.which("curl") is None and os.environ.get("CI") != "true", reason="no curl on this machine")
@pytest.mark.parametrize("example", EXAMPLES)
def test_a_request_gives_the_answer_shown(served, example):
    command, expected = command_and_answer(example)
    local = command.replace("localhost:8000", served.address.removeprefix("http://"))
    answer = subprocess.run(["bash", "-c", local], capture_output=True, text=True, check=True).stdout
    shown = answer.replace(served.address, "http://localhost:8000").replace("\r\n", "\n").strip()
    assert shown == expected.strip()


def test_the_passage_for_python_runs(tmp_path, monkeypatch, capsys):
    """On the small publication, with a table that lacks something."""
    (passage,) = re.findall(r"  ```python\n(.*?)  ```", README, re.DOTALL)
    (tmp_path / "organisations.csv").write_text("Nimeke (fi);Laji\nMeri;romaanni\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sotegraph.validating.bundled_folder", lambda: LIBRARY)
    exec(textwrap.dedent(passage), {})
    first, *findings = capsys.readouterr().out.splitlines()
    assert first == "False"
    assert any(each.startswith("violation organisations.csv:B2 ") for each in findings)


def test_the_two_commands_are_the_ones_the_build_runs():
    assert "\npip install . && sotegraph serve\n" in README
    assert "\npip install -e '.[test]' && pytest\n" in README
