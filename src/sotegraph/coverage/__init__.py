"""Coverage: what a publication knows of each of its main things, and what it does not, as rows and columns."""

from sotegraph.coverage.description import (
    DOES_NOT_EXIST,
    KNOWN,
    NOT_FOUND,
    Column,
    Coverage,
    read_coverage,
    state_names,
)
from sotegraph.coverage.forms import coverage_csv, coverage_triples
from sotegraph.coverage.table import CoverageTable, Entry, Row, RowGroup, Total, fill_coverage

__all__ = [
    "DOES_NOT_EXIST",
    "KNOWN",
    "NOT_FOUND",
    "Column",
    "Coverage",
    "CoverageTable",
    "Entry",
    "Row",
    "RowGroup",
    "Total",
    "coverage_csv",
    "coverage_triples",
    "fill_coverage",
    "read_coverage",
    "state_names",
]
