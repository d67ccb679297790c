"""Sixty submissions that people got wrong, with what is to be found in each: 20 in RDF, 20 in CSV, 20 in Excel.

Each folder holds the files of one submission and ``expected.json``: the findings in their order, each with severity,
rule, place, focus and value, and with what is said of it in Finnish, Swedish and English.
:func:`submissions` lists them for every door that findings come out of.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
KINDS = ("rdf", "csv", "xlsx")
_EXPECTED = "expected.json"


@dataclass(frozen=True)
class DefectiveSubmission:
    """A submission that is wrong in one way, and what is to be found in it."""

    kind: str
    name: str
    files: tuple[Path, ...]
    expected: tuple[dict[str, Any], ...]

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


def submissions() -> list[DefectiveSubmission]:
    """Every submission, RDF first, each kind in the order of its numbers."""
    return [_read(kind, folder) for kind in KINDS for folder in sorted((HERE / kind).iterdir()) if folder.is_dir()]


def _read(kind: str, folder: Path) -> DefectiveSubmission:
    files = tuple(path for path in sorted(folder.iterdir()) if path.name != _EXPECTED)
    return DefectiveSubmission(kind, folder.name, files, tuple(json.loads((folder / _EXPECTED).read_text("utf-8"))))
