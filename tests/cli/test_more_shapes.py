"""``SOTEGRAPH_SHAPES`` brings other shapes to the command line, and the publication's own rules are not theirs."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from sotegraph.cli import main
from tests.conftest import LIBRARY

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
