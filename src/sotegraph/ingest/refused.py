"""Files that are not read on: for what they cost, for what they reach for, or for not being what they look like."""

from __future__ import annotations

from sotegraph.errors import PublisherError
from sotegraph.soundness.findings import (
    BROKEN_FILE,
    EMPTY_TABLE,
    NOTHING_TO_VALIDATE,
    REFUSED,
    REFUSED_IMPORT,
    REMOTE_CONTEXT,
)

REFUSALS = frozenset(each.iri for each in (REFUSED, BROKEN_FILE, REMOTE_CONTEXT, REFUSED_IMPORT))
"""The checks whose hits are no defects of what could be judged, but the reason why nothing is."""
EMPTY = frozenset(each.iri for each in (EMPTY_TABLE, NOTHING_TO_VALIDATE))
"""The checks whose hits are files that can be read, and say nothing."""
IMPORTING = REFUSED_IMPORT.iri
"""The check whose hits are files that can be read, but not what they import."""


class Refused(Exception):
    """A file of which nothing is read, for a *problem* that stands at a line and a column of it, or in all of it."""

    def __init__(self, problem: PublisherError, line: int | None = None, column: int = 1) -> None:
        super().__init__(problem)
        self.problem, self.line, self.column = problem, line, column
