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

from sotegraph.soundness import check, render_text
from sotegraph.validation.engines import engine_called
from tests.check.breakages import BREAKAGES, Breakage, broken_copy, sound_copy
from tests.conftest import LIBRARY

FINDING = re.compile(
    r"^(?P<file>[^\s:]+):(?P<line>\d+)(?::\d+)?: (?P<severity>\w+): (?P<shape>[^\s:]+): (?P<text>.+)$", re.MULTILINE
)
REMEDY = re.compile(
    r"\b(add|change|check|close|correct|declare|define|describe|fix|give|join|keep|remove|rename|use|write)\b",
    re.IGNORECASE,
)

CASES = [pytest.param(publication, each, id=each.name) for publication, all_ in BREAKAGES.items() for each in all_]
CUTS = sorted({(publication, each.keep) for publication, all_ in BREAKAGES.items() for each in all_})


def said_of(folder: Path) -> tuple[bool, str]:
    """Whether the publication in *folder* is sound, and all that is said of it; in this process, which is quicker."""
    found = check(folder, engine=engine_called())
    return found.sound, "\n".join(render_text(found, "en"))


def violations(text: str) -> Iterator[re.Match[str]]:
    """The findings that make a publication unsound."""
    return (match for match in FINDING.finditer(text) if match["severity"] == "violation")


@pytest.mark.parametrize("publication", BREAKAGES, ids=lambda publication: publication.name)
def test_a_publication_is_broken_in_ten_ways(publication: Path) -> None:
    assert len({breakage.name for breakage in BREAKAGES[publication]}) >= 10


@pytest.mark.parametrize(
    ("publication", "keep"),
    CUTS,
    ids=lambda value: value.name if isinstance(value, Path) else "+".join(value) or "whole",
)
def test_a_cut_copy_passes_while_it_is_sound(publication: Path, keep: tuple[str, ...], tmp_path: Path) -> None:
    sound, text = said_of(sound_copy(publication, tmp_path, keep))
    assert sound, text
    assert not list(violations(text))


@pytest.mark.parametrize(("publication", "breakage"), CASES)
def test_a_broken_copy_fails_at_the_line_that_broke_it(publication: Path, breakage: Breakage, tmp_path: Path) -> None:
    copy = broken_copy(publication, breakage, tmp_path)
    sound, text = said_of(copy)
    found = {(match["file"], int(match["line"]), match["shape"]): match["text"] for match in violations(text)}
    place = (breakage.found_in, breakage.line(copy), breakage.expect_shape)
    assert not sound, text
    assert place in found, text
    assert REMEDY.search(found[place]), found[place]


@pytest.mark.parametrize("broken", [False, True], ids=["sound", "broken"])
def test_the_command_says_the_same_and_exits_by_it(broken: bool, tmp_path: Path) -> None:
    breakage = next(each for each in BREAKAGES[LIBRARY] if each.expect_shape.startswith("shapes/"))
    copy = broken_copy(LIBRARY, breakage, tmp_path) if broken else sound_copy(LIBRARY, tmp_path)
    command = [sys.executable, "-m", "sotegraph", "check", str(copy)]
    answer = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)
    sound, text = said_of(copy)
    assert answer.returncode == (0 if sound else 1) == int(broken), answer.stderr
    assert findings(answer.stdout) == findings(text) != []


def findings(text: str) -> list[tuple[str, ...]]:
    """The findings in *text*, without the names of blank nodes, which every reading gives anew."""
    named = re.sub(r"_:\w+", "_:", text)
    return sorted(match.groups() for match in FINDING.finditer(named))
