"""What the command line validates against: shapes of an operator's folder, whose rules alone hold, and what came along.

``SOTEGRAPH_SHAPES`` names the folder. What a file imports is refused unless it is known, or left out by an option.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from sotegraph.cli import main
from tests.conftest import LIBRARY
from tests.ingest.sending import GOOD

DESCRIPTION = """@prefix pub: <https://w3id.org/sotegraph/ns/publication#> .
<pages> a pub:ValidationType ; pub:shapesFile <pages.ttl> .
"""
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:s> a sh:NodeShape ; sh:targetClass <urn:Book> ; sh:property <urn:p> .
<urn:p> sh:path <urn:pages> ; sh:minCount 1 .
"""


@pytest.mark.parametrize(
    ("sent", "status"), [("<urn:b> a <urn:Book> .", 1), ("<urn:b> a <urn:Book> ; <urn:pages> 2 .", 0)]
)
def test_a_file_is_validated_against_an_operators_shapes(
    sent: str, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "validation.ttl").write_text(DESCRIPTION, "utf-8")
    (tmp_path / "pages.ttl").write_text(SHAPES, "utf-8")
    (tmp_path / "sent.ttl").write_text(sent, "utf-8")
    monkeypatch.setenv("SOTEGRAPH_SHAPES", str(tmp_path))
    command = ["validate", str(tmp_path / "sent.ttl"), "--publication", str(LIBRARY), "--profile", "pages"]
    done = CliRunner().invoke(main, command, catch_exceptions=False)
    assert done.exit_code == status, done.output
    assert ("urn:p" in done.output) is bool(status)
    assert "class-without-shape" not in done.output


def test_a_file_that_imports_is_refused_until_imports_are_left_out(tmp_path: Path) -> None:
    sent = tmp_path / "sent.ttl"
    sent.write_text(GOOD + "<book/900> <http://www.w3.org/2002/07/owl#imports> <urn:elsewhere> .", "utf-8")
    command = ["validate", str(sent), "--publication", str(LIBRARY), "--language", "fi"]
    refused = CliRunner().invoke(main, command, catch_exceptions=False)
    assert (refused.exit_code, "mitään ei haeta" in refused.stdout) == (1, True)
    assert f"{sent}:{GOOD.count(chr(10)) + 1}" in refused.stdout
    checked = CliRunner().invoke(main, [*command, "--ignore-imports"], catch_exceptions=False)
    assert (checked.exit_code, "urn:elsewhere" in checked.stdout) == (0, True)
