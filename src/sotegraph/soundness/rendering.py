"""Findings as text for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pyoxigraph import NamedNode

from sotegraph.publication import Publication
from sotegraph.soundness.check import Soundness
from sotegraph.soundness.findings import Finding
from sotegraph.terms import PREFIXES, shorten
from sotegraph.validation import VIOLATION, WARNING, compact_path


def render_text(outcome: Soundness, language: str = "en") -> Iterator[str]:
    """One line a finding, ``file:line:column: severity: shape: what is wrong and what to do``, then the sum."""
    writer = _Writer(outcome.publication, language)
    for finding in outcome.findings:
        yield writer.line(finding)
    yield _summary(outcome)


def severity_name(severity: NamedNode) -> str:
    """``violation``, ``warning``, ``info``, or the local name of another severity.

    >>> severity_name(VIOLATION)
    'violation'
    """
    return severity.value.rpartition("#")[2].lower()


def said(finding: Finding, language: str) -> str:
    """What is wrong and what to do, in *language* or the nearest there is."""
    return " ".join(filter(None, (_in(finding.messages, language), _in(finding.remedies, language))))


def _in(texts: Mapping[str, str], language: str) -> str:
    for wanted in (language, "en", ""):
        if wanted in texts:
            return texts[wanted]
    return next(iter(texts.values()), "")


class _Writer:
    def __init__(self, publication: Publication | None, language: str) -> None:
        self.base = publication.base_iri + "/" if publication else None
        self.prefixes = publication.prefixes if publication else PREFIXES
        self.language = language

    def line(self, finding: Finding) -> str:
        place = finding.place
        text = f"{place.file}:{place.line}:{place.column}: {severity_name(finding.severity)}: {self._shape(finding)}: "
        return text + said(finding, self.language) + self._about(finding)

    def _shape(self, finding: Finding) -> str:
        name = finding.name
        return name[len(self.base) :] if self.base and name.startswith(self.base) else name

    def _about(self, finding: Finding) -> str:
        parts = []
        if finding.focus is not None:
            parts.append(f"focus {self._term(finding.focus)}")
        if finding.path is not None:
            parts.append(f"path {compact_path(finding.path, self.prefixes)}")
        if finding.value is not None and finding.value != finding.focus:
            parts.append(f"value {self._term(finding.value)}")
        return f" ({', '.join(parts)})" if parts else ""

    def _term(self, node: Any) -> str:
        if not isinstance(node, NamedNode):
            return str(node).replace("\n", "\\n")
        if self.base and node.value.startswith(self.base):
            return f"<{node.value[len(self.base) :]}>"
        return shorten(node.value, self.prefixes)


def _summary(outcome: Soundness) -> str:
    violations = sum(each.severity == VIOLATION for each in outcome.findings)
    warnings = sum(each.severity == WARNING for each in outcome.findings)
    notes = len(outcome.findings) - violations - warnings
    found = ", ".join(
        f"{count} {name}{'' if count == 1 else 's'}"
        for count, name in ((violations, "violation"), (warnings, "warning"), (notes, "note"))
        if count
    )
    text = f"{found or 'No findings'}; {outcome.triples} triples in {_files(outcome.files)}, {outcome.seconds:.1f} s."
    return text if outcome.complete else text + " Everything else is checked once the files can be read."


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"
