"""Is a publication sound? Syntax first; then keys, context, terms, links, collections; then every shape."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from sotegraph.errors import MalformedShapes, PublicationError, UnreadableFile, UnsoundPublication
from sotegraph.messages import read_messages
from sotegraph.publication import Publication, files_of, read_file, read_publication
from sotegraph.soundness import (
    catalogue,
    collections,
    contexts,
    coverages,
    keys,
    links,
    overviews,
    profiles,
    questions,
    rules,
    vocabularies,
)
from sotegraph.soundness.findings import INCONSISTENT, MISSING_FILE, SYNTAX, Finding
from sotegraph.soundness.material import Material, read_source
from sotegraph.soundness.telling import Teller
from sotegraph.validation import INFO, VIOLATION, WARNING, Report
from sotegraph.validation.lines import Place
from sotegraph.validation.seam import Engine

Progress = Callable[[int], None]
DESCRIPTION = "ontology/publication.ttl"
_ANY_BASE = "urn:x-sotegraph:base"
_CHECKS = (
    keys.check_use,
    contexts.check_terms,
    vocabularies.check_classes,
    vocabularies.check_terms,
    links.check_links,
    collections.check_collections,
    collections.check_members,
    collections.check_sources,
    coverages.check_coverage,
    catalogue.check_catalogue,
    rules.check_names,
    profiles.check_queries,
    questions.check_questions,
    overviews.check_overviews,
)


@dataclass(frozen=True)
class Soundness:
    """What is wrong with a publication, by place; *complete* unless a file could not even be read.

    *report* is what the shapes found, where they could be applied.
    """

    findings: tuple[Finding, ...]
    publication: Publication | None
    files: int
    triples: int
    seconds: float
    complete: bool
    report: Report | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing is a violation."""
        return all(each.severity != VIOLATION for each in self.findings)

    @property
    def counts(self) -> Counter[str]:
        """The number of findings of each severity: violation, warning, info."""
        names = {VIOLATION: "violation", WARNING: "warning", INFO: "info"}
        return Counter(names.get(each.severity, "info") for each in self.findings)


def check(
    root: Path,
    base_iri: str | None = None,
    profile: str | None = "publication",
    progress: Progress | None = None,
    engine: Engine | None = None,
    publication: Publication | None = None,
) -> Soundness:
    """Return what is wrong with the publication in the folder *root*, re-based to *base_iri* when given.

    A file that cannot be read ends the examination after the syntax of all files, because everything else would only
    echo it. *progress* is told the number of triples read so far. Whoever has read the *publication* and each file of
    it already has found no such file. Raises UnsoundPublication for an unknown profile.
    """
    started = time.perf_counter()
    teller = Teller(read_messages())
    unreadable = [*(_syntax(root, teller) if publication is None else ()), *contexts.check_syntax(root, teller)]
    register = list(keys.check_register(root, teller))
    if unreadable:
        publication = None
    elif publication is None:
        publication = _read(root, base_iri, teller, unreadable)
    if publication is None:
        files = sum(1 for _ in files_of(root, _ANY_BASE))
        found = _sorted(chain(unreadable, register))
        return Soundness(found, None, files, 0, time.perf_counter() - started, complete=False)
    sources, triples = [], 0
    for file in publication.files:
        sources.append(read_source(publication, file))
        triples += len(sources[-1].file.quads)
        if progress is not None:
            progress(triples)
    material = Material(publication, teller, sources)
    by_checks = chain.from_iterable(examine(material) for examine in _CHECKS)
    report, by_shapes = _by_shapes(material, profile, engine)
    found = _sorted(chain(register, by_checks, by_shapes))
    seconds = time.perf_counter() - started
    return Soundness(found, publication, len(sources), triples, seconds, complete=True, report=report)


def _by_shapes(
    material: Material, profile: str | None, engine: Engine | None
) -> tuple[Report | None, Iterable[Finding]]:
    """What the shapes find, or why they cannot be applied."""
    try:
        report = rules.run_shapes(material, rules.shapes_of(material), rules.data_of(material), profile, engine)
    except MalformedShapes as error:
        return None, [rules.malformed(error, material)]
    return report, rules.findings_of(report, material)


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda each: each.sort_key))


def _syntax(root: Path, teller: Teller) -> Iterator[Finding]:
    """The first syntax error of each file, and the description when it is missing."""
    if not (root / DESCRIPTION).is_file():
        yield teller.finding(MISSING_FILE, Place(DESCRIPTION, 1))
    for file in files_of(root, _ANY_BASE):
        try:
            for _ in read_file(file):
                pass
        except UnreadableFile as error:
            place = Place(file.path.relative_to(root).as_posix(), error.line or 1, error.column or 1)
            yield teller.finding(SYNTAX, place, problem=error.values["problem"])


def _read(root: Path, base_iri: str | None, teller: Teller, unreadable: list[Finding]) -> Publication | None:
    """The publication; when its description contradicts itself, None and a finding more."""
    try:
        return read_publication(root, base_iri)
    except UnsoundPublication as error:
        unreadable.append(teller.finding(INCONSISTENT, _mentioned(root, error), problem=error))
    return None


def _mentioned(root: Path, error: PublicationError) -> Place:
    """The line of the description that has one of the words the error is about, as a string or in a name."""
    words = [str(value).rpartition("/")[2] for value in error.values.values()]
    lines = (root / DESCRIPTION).read_text("utf-8").splitlines()
    for word in (*(f'"{word}"' for word in words), *filter(None, words)):
        for number, line in enumerate(lines, start=1):
            if word in line:
                return Place(DESCRIPTION, number, line.index(word) + 1)
    return Place(DESCRIPTION, 1)
