"""Soundness: is this publication, or this submission, what it promises to be; and if not, where and how to mend it."""

from sotegraph.soundness.check import Soundness, check
from sotegraph.soundness.findings import CHECKS, Check, Finding
from sotegraph.soundness.rendering import as_json, render_report, render_text
from sotegraph.soundness.submission import Submission, validate_files

__all__ = [
    "CHECKS",
    "Check",
    "Finding",
    "Soundness",
    "Submission",
    "as_json",
    "check",
    "render_report",
    "render_text",
    "validate_files",
]
