"""`sotegraph check` passes a sound publication, and of a broken one names file, line, shape and remedy.

A finding is one line, `data/catalogue/books.ttl:12: violation: shapes/Book#title-fi: what is wrong and what to do`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.check.breakages import BREAKAGES, Breakage, broken_copy, sound_copy

FINDING = re.compile(
    r"^(?P<file>[^\s:]+):(?P<line>\d+)(?::\d+)?: (?P<severity>\w+): (?P<shape>[^\s:]+): (?P<text>.+)$", re.MULTILINE
)
REMEDY = re.compile(
    r"\b(add|change|check|close|correct|declare|define|describe|fix|give|join|keep|remove|rename|use|write)\b",
    re.IGNORECASE,
)

CASES = [pytest.param(publication, each, id=each.name) for publication, all_ in BREAKAGES.items() for each in all_]
CUTS = sorted({(publication, each.keep) for publication, all_ in BREAKAGES.items() for each in all_})


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    """The outcome of the command, as its user sees it."""
    command = [sys.executable, "-m", "sotegraph", "check", str(folder)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)


def violations(answer: subprocess.CompletedProcess[str]) -> Iterator[re.Match[str]]:
    """The findings that make a publication unsound."""
    return (match for match in FINDING.finditer(answer.stdout + answer.stderr) if match["severity"] == "violation")


@pytest.mark.parametrize("publication", BREAKAGES, ids=lambda publication: publication.name)
def test_a_publication_is_broken_in_ten_ways(publication: Path) -> None:
    assert len({breakage.name for breakage in BREAKAGES[publication]}) >= 10


@pytest.mark.parametrize(
    ("publication", "keep"),
    CUTS,
    ids=lambda value: value.name if isinstance(value, Path) else "+".join(value) or "whole",
)
def test_a_cut_copy_passes_while_it_is_sound(publication: Path, keep: tuple[str, ...], tmp_path: Path) -> None:
    answer = check(sound_copy(publication, tmp_path, keep))
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert not list(violations(answer))


@pytest.mark.parametrize(("publication", "breakage"), CASES)
def test_a_broken_copy_fails_at_the_line_that_broke_it(publication: Path, breakage: Breakage, tmp_path: Path) -> None:
    copy = broken_copy(publication, breakage, tmp_path)
    answer = check(copy)
    found = {(match["file"], int(match["line"]), match["shape"]): match["text"] for match in violations(answer)}
    place = (breakage.found_in, breakage.line(copy), breakage.expect_shape)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert place in found, answer.stdout + answer.stderr
    assert REMEDY.search(found[place]), found[place]
