"""The one door for data coming in: files of any kind are read, checked, and what is wrong with them is said plainly."""

from sotegraph.ingest.columns import TEMPLATES
from sotegraph.ingest.files import Limits, SubmittedFile
from sotegraph.ingest.outcome import (
    SEVERITIES,
    VIOLATION,
    WARNING,
    Checked,
    CheckedFile,
    Group,
    Submission,
    Texts,
    Told,
    Where,
    best,
)
from sotegraph.ingest.reading import Reading, read_files
from sotegraph.ingest.submission import Validator, validate_submission
from sotegraph.ingest.templates import template, template_classes

__all__ = [
    "SEVERITIES",
    "TEMPLATES",
    "VIOLATION",
    "WARNING",
    "Checked",
    "CheckedFile",
    "Group",
    "Limits",
    "Reading",
    "Submission",
    "SubmittedFile",
    "Texts",
    "Told",
    "Validator",
    "Where",
    "best",
    "read_files",
    "template",
    "template_classes",
    "validate_submission",
]
