"""What commands quote of others cannot move the cursor, colour the screen, or pass for a line of ours."""

from __future__ import annotations

import unicodedata

import pytest
from click.testing import CliRunner
from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.cli import main
from sotegraph.commands import harvesting
from sotegraph.commands.parts import say
from sotegraph.harvesting import examine
from sotegraph.harvesting.remarks import remark
from sotegraph.terms import RDF_TYPE, term

HOSTILE = "\x1b[2J\x1b[31mall is well\x07\x9b1A\u202egnihton\r\nckan: Takes all"


def moves(text: str) -> set[str]:
    """What a terminal would not print but obey."""
    return {each for each in text if each != "\n" and unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp")}


def test_a_harvest_check_prints_foreign_titles_as_text(monkeypatch):
    dataset = NamedNode("https://x.example/dataset")
    triples = [
        Triple(dataset, RDF_TYPE, term("dcat:Dataset")),
        Triple(dataset, term("dct:title"), Literal(HOSTILE, language="en")),
    ]
    foreign = remark("ckan", "info", "page", "The page {page}.", page=HOSTILE)
    found = examine(triples, ("en",), remarks=[foreign])
    monkeypatch.setattr(harvesting, "_of_address", lambda *_: found)
    ran = CliRunner().invoke(main, ["harvest-check", "https://x.example/catalog.ttl"])
    assert "all is well" in ran.stdout
    assert moves(ran.stdout) == set()
    assert not any(line.startswith("ckan: Takes all") for line in ran.stdout.splitlines())


def test_what_is_told_of_errors_is_text(capsys: pytest.CaptureFixture[str]):
    say(f"sotegraph: {HOSTILE}")
    said = capsys.readouterr().err
    assert moves(said) == set()
    assert "all is well" in said
