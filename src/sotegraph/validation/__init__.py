"""Validation: data graph and shapes graph in, report out; no engine's terms or habits leave this package."""

from sotegraph.validation.checking import Checker, CheckRequest, Limits
from sotegraph.validation.isolated import Isolated
from sotegraph.validation.report import INFO, VIOLATION, WARNING, Report, Result, read_results, report_triples
from sotegraph.validation.revision import Known, Revision
from sotegraph.validation.seam import Engine, validate
from sotegraph.validation.shapes import ShapeSet
from sotegraph.validation.templates import compact_path
from sotegraph.validation.types import ValidationType

__all__ = [
    "INFO",
    "VIOLATION",
    "WARNING",
    "CheckRequest",
    "Checker",
    "Engine",
    "Isolated",
    "Known",
    "Limits",
    "Report",
    "Result",
    "Revision",
    "ShapeSet",
    "ValidationType",
    "compact_path",
    "read_results",
    "report_triples",
    "validate",
]
