"""The coverage: what fills its rows and columns is there and can be asked."""

from __future__ import annotations

from collections.abc import Iterator

from sotegraph.coverage import read_coverage
from sotegraph.errors import UnsoundPublication
from sotegraph.soundness.findings import INCONSISTENT, Finding
from sotegraph.soundness.material import Material
from sotegraph.validation.lines import Place


def check_coverage(material: Material) -> Iterator[Finding]:
    """The first thing that keeps the coverage of the publication from being made, if it describes one."""
    try:
        read_coverage(material.publication)
    except UnsoundPublication as error:
        yield material.teller.finding(INCONSISTENT, Place(str(error.values["file"]), 1), problem=error)
