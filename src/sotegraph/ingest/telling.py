"""From what was found to what is said: findings in words that need no knowledge of SHACL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode

from sotegraph.ingest.expectations import Expectations, parameter_of
from sotegraph.ingest.names import Names
from sotegraph.ingest.outcome import INFO, VIOLATION, WARNING, Texts, Told, Where
from sotegraph.ingest.speaking import Speaker
from sotegraph.soundness.findings import Finding
from sotegraph.validation import VIOLATION as SH_VIOLATION
from sotegraph.validation import WARNING as SH_WARNING
from sotegraph.validation import Result
from sotegraph.validation.places import Place

_ABSENT = frozenset(("minCount", "qualifiedMinCount", "hasValue"))
_TOO_MANY = frozenset(("maxCount", "uniqueLang", "qualifiedMaxCount"))
_MEND_IN_CELL = {
    "absent": "Fill in cell {cell}, column “{header}”.",
    "many": "Keep the right value in cell {cell}, column “{header}”.",
    "wrong": "Correct cell {cell}, column “{header}”.",
}
_MEND_IN_ROW = {
    "absent": "Add it to row {row}.",
    "many": "Keep the right one in row {row}.",
    "wrong": "Correct row {row}.",
}
_MEND_IN_LINE = {
    "absent": "Add it to the description that begins on line {line}.",
    "many": "Keep the right one; the last of them is on line {line}.",
    "wrong": "Correct it on line {line}.",
}
MENDING = (*_MEND_IN_CELL.values(), *_MEND_IN_ROW.values(), *_MEND_IN_LINE.values())
"""Every way to say where to mend."""


class Telling:
    """Tells findings about one submission."""

    def __init__(self, names: Names, speaker: Speaker) -> None:
        self.names, self.speaker = names, speaker
        self.expectations = Expectations(names, speaker)

    def of_result(self, result: Result, place: Place) -> Told:
        """What a shape found."""
        where = where_of(place)
        constraint = parameter_of(result.component.value)
        shape = result.source_shape or result.component
        return Told(
            severity=severity_name(result.severity),
            rule=self._rule(shape.value),
            shape=shape.value,
            message=dict(result.messages),
            where=where,
            component=result.component.value,
            focus=str(result.focus),
            path=result.path,
            value=None if result.value is None else str(result.value),
            expected=self.expectations.of_result(result),
            mend=self.mend(where, constraint),
            field_name=self.names.field(result.path, result.focus) if result.path else {},
            shown=self._shown(result.value, result.focus),
            trail=self.names.trail(result.focus, result.path),
            parts=self.expectations.parts_of(result),
            page=self._page(shape),
            details=tuple(self.of_result(each, place) for each in result.details),
        )

    def of_finding(self, finding: Finding) -> Told:
        """What a check found that is no shape."""
        where = where_of(finding.place)
        message = self.speaker.join((finding.messages, finding.remedies), " ")
        return Told(
            severity=severity_name(finding.severity),
            rule=finding.name,
            shape=finding.shape,
            message=message,
            where=where,
            component=finding.component,
            focus=None if finding.focus is None else str(finding.focus),
            path=finding.path,
            value=None if finding.value is None else str(finding.value),
            mend=self.mend(where, "") if finding.value is not None else {},
            field_name=self.names.field(finding.path, finding.focus) if finding.path else {},
            shown=self._shown(finding.value, finding.focus),
            trail=() if finding.focus is None else self.names.trail(finding.focus, finding.path),
        )

    def mend(self, where: Where, constraint: str) -> Texts:
        """Where to mend what broke *constraint*."""
        way = "absent" if constraint in _ABSENT else "many" if constraint in _TOO_MANY else "wrong"
        if where.cell and where.header:
            return self.speaker.say(_MEND_IN_CELL[way], cell=where.cell, header=where.header)
        if where.row:
            return self.speaker.say(_MEND_IN_ROW[way], row=where.row)
        return self.speaker.say(_MEND_IN_LINE[way], line=where.line) if where.line else {}

    def _shown(self, value: Any, focus: Any) -> Texts:
        if value is None or (not isinstance(value, Literal) and value == focus):
            return {}
        return self.names.value(value)

    def _rule(self, shape: str) -> str:
        """A name for the shape that is short and stays: its address below the shapes, else its compact name."""
        base = self.names.index.publication.base_iri + "/shapes/"
        return shape[len(base) :] if shape.startswith(base) else shape

    def _page(self, shape: Any) -> str | None:
        return self.names.index.addresses.path(shape.value) if isinstance(shape, NamedNode) else None


_SEVERITIES: Mapping[NamedNode, str] = {SH_VIOLATION: VIOLATION, SH_WARNING: WARNING}


def severity_name(severity: NamedNode) -> str:
    """The name of *severity*; one that is not of SHACL's own is information.

    >>> severity_name(SH_WARNING)
    'warning'
    """
    return _SEVERITIES.get(severity, INFO)


def where_of(place: Place) -> Where:
    """*place* as a plain value."""
    column = None if place.is_in_table else place.column
    return Where(place.file, place.line, column, place.sheet, place.row, place.cell, place.header)
