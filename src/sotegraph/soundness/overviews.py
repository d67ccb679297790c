"""The overviews: what their sections show is there."""

from __future__ import annotations

from collections.abc import Iterator

from sotegraph.errors import UnsoundPublication
from sotegraph.overviews import read_overviews
from sotegraph.questions import Fault, examine_questions
from sotegraph.soundness.findings import INCONSISTENT, Finding
from sotegraph.soundness.material import Material
from sotegraph.validation.lines import Place


def check_overviews(material: Material) -> Iterator[Finding]:
    """The first thing that keeps the overviews of the publication from being shown, if it describes any."""
    try:
        found = examine_questions(material.publication)
        read_overviews(material.publication, [each for each in found if not isinstance(each, Fault)])
    except UnsoundPublication as error:
        yield material.teller.finding(INCONSISTENT, Place(str(error.values["file"]), 1), problem=error)
