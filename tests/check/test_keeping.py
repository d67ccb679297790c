"""What a check found is read again as it was written; of a file that is damaged, nothing is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from sotegraph.soundness import keep, kept
from sotegraph.terms import term
from sotegraph.validation import VIOLATION, Report, Result

COMPONENT, SHAPE = term("sh:NodeConstraintComponent"), NamedNode("urn:x:shape")
REPORT = Report((Result(NamedNode("urn:x:a"), None, None, COMPONENT, VIOLATION, SHAPE),), "one 1.0", 0)


def test_what_was_kept_is_read_again(tmp_path: Path) -> None:
    keep(REPORT, tmp_path)
    assert kept(tmp_path) == REPORT


@pytest.mark.parametrize(
    "results",
    [
        [{"focus": "<urn:x:a", "component": "<urn:x:b>", "severity": "<urn:x:c>"}],
        [{"focus": "a b", "component": "<urn:x:b>", "severity": "<urn:x:c>"}],
        ["focus"],
        {"focus": "<urn:x:a>"},
        5,
        None,
    ],
)
def test_of_a_damaged_file_nothing_is_known(results: object, tmp_path: Path) -> None:
    keep(REPORT, tmp_path)
    path = tmp_path / "checked.json"
    told = json.loads(path.read_text("utf-8"))
    told["report"]["results"] = results
    path.write_text(json.dumps(told), "utf-8")
    assert kept(tmp_path) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "5", '{"software": "sotegraph"}', "\N{REPLACEMENT CHARACTER}"])
def test_of_what_is_no_such_file_nothing_is_known(text: str, tmp_path: Path) -> None:
    (tmp_path / "checked.json").write_text(text, "utf-8")
    assert kept(tmp_path) is None
