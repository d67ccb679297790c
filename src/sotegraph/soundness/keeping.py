"""What the shapes found in a version, kept in its folder: the next version is checked from there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from sotegraph import __version__
from sotegraph.validation import Report
from sotegraph.validation.exchange import decode_report, encode_report

CHECKED = "checked.json"
"""The file in the folder of a version that was checked before it became the current one."""
_FORMAT = 1
_HEADER = {"software": f"sotegraph {__version__}", "format": _FORMAT}


def keep(report: Report, folder: Path) -> None:
    """Write *report* to *folder*, without messages: whoever reads it has those of its own release."""
    results = tuple(replace(each, messages={}) for each in report.results)
    values = json.loads(encode_report(replace(report, results=results)))
    (folder / CHECKED).write_text(json.dumps({**_HEADER, "report": values}, ensure_ascii=False), "utf-8")


def kept(folder: Path) -> Report | None:
    """Return the report that was written to *folder*; None without one that this release can use."""
    try:
        found = json.loads((folder / CHECKED).read_text("utf-8"))
        if any(found[name] != value for name, value in _HEADER.items()):
            return None
        return decode_report(json.dumps(found["report"]).encode())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SyntaxError):  # The last one: a damaged term.
        return None
