"""Soundness: is this publication what it promises to be; and if not, where and how to mend it."""

from sotegraph.soundness.check import Soundness, check
from sotegraph.soundness.findings import CHECKS, Check, Finding
from sotegraph.soundness.keeping import keep, kept
from sotegraph.soundness.rendering import render_text

__all__ = [
    "CHECKS",
    "Check",
    "Finding",
    "Soundness",
    "check",
    "keep",
    "kept",
    "render_text",
]
