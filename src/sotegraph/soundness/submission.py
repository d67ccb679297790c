"""Files somebody means to send: validated from their bytes, against a publication's shapes and in its company."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad, RdfFormat

from sotegraph.formats import PARSED_FORMATS, by_suffix
from sotegraph.messages import read_messages
from sotegraph.publication import Publication, read_publication
from sotegraph.soundness import links, rules, vocabularies
from sotegraph.soundness.check import Progress
from sotegraph.soundness.findings import NOTHING_TO_VALIDATE, SYNTAX, Finding, Teller
from sotegraph.soundness.material import DATA, Material, Source, read_source
from sotegraph.terms import RDF_TYPE
from sotegraph.validation import VIOLATION, Report
from sotegraph.validation.lines import LocatedFile, Place
from sotegraph.validation.seam import Engine

STANDARD_INPUT = "-"
_XML = re.compile(rb"\s*<(\?xml|!--|[\w.-]+:RDF\b|!DOCTYPE)")


@dataclass(frozen=True)
class Submission:
    """What is wrong with the files, by place; *reports* has the SHACL report, unless a file could not be read."""

    findings: tuple[Finding, ...]
    reports: tuple[Report, ...]
    publication: Publication
    files: int
    triples: int
    seconds: float
    complete: bool

    @property
    def conforms(self) -> bool:
        """Whether nothing is a violation."""
        return all(each.severity != VIOLATION for each in self.findings)


def validate_files(
    files: Sequence[str | Path],
    folder: Path,
    *,
    profile: str | None = "submission",
    with_context: bool = True,
    progress: Progress | None = None,
    engine: Engine | None = None,
) -> Submission:
    """Return what is wrong with *files* (``-`` is standard input), judged by the shapes of the publication in *folder*.

    Only what the files describe is judged. *with_context* the published data stand beside it. A file that states the
    class of a thing describes the whole thing, and replaces what is published of it; else its statements are additions.
    """
    started = time.perf_counter()
    publication = read_publication(folder)
    teller = Teller(read_messages())
    examined, findings = _read(files, publication, teller, progress)
    reports: tuple[Report, ...] = ()
    if not findings:
        context = _context(publication, examined, with_context)
        material = Material(publication, teller, examined, context)
        reports = (_report(material, profile, engine),)
        findings = [*_findings(material, with_context), *rules.findings_of(reports[0], material)]
    return Submission(
        findings=tuple(sorted(findings, key=lambda each: each.sort_key)),
        reports=reports,
        publication=publication,
        files=len(files),
        triples=sum(len(source.file.quads) for source in examined),
        seconds=time.perf_counter() - started,
        complete=bool(reports),
    )


def _read(
    files: Iterable[str | Path], publication: Publication, teller: Teller, progress: Progress | None
) -> tuple[list[Source], list[Finding]]:
    examined, findings, triples = [], [], 0
    for file in files:
        name = "standard input" if str(file) == STANDARD_INPUT else str(file)
        content = sys.stdin.buffer.read() if str(file) == STANDARD_INPUT else Path(file).read_bytes()
        try:
            located = _parse(name, content, publication)
        except SyntaxError as error:
            place = Place(name, error.lineno or 1, error.offset or 1)
            findings.append(teller.finding(SYNTAX, place, problem=error.msg))
            continue
        if not located.quads:
            findings.append(teller.finding(NOTHING_TO_VALIDATE, Place(name, 1)))
        examined.append(Source(DATA, located))
        triples += len(located.quads)
        if progress is not None:
            progress(triples)
    return examined, findings


def _parse(name: str, content: bytes, publication: Publication) -> LocatedFile:
    """The file in the syntax of its suffix, else in the one its content looks like; raises SyntaxError."""
    base = publication.base_iri + "/"
    known = by_suffix(Path(name).suffix[1:], PARSED_FORMATS)
    if known is not None and known.rdf is not None:
        return LocatedFile.parse(name, content, known.rdf, base)
    form = detect(content)
    try:
        return LocatedFile.parse(name, content, form, base)
    except SyntaxError:
        if form != RdfFormat.TRIG:
            raise
        try:
            return LocatedFile.parse(name, content, RdfFormat.N_QUADS, base)
        except SyntaxError:
            pass
        raise


def detect(content: bytes) -> RdfFormat:
    """Return the syntax that *content* looks like; TriG takes in Turtle and N-Triples.

    >>> detect(b'<?xml version="1.0"?>') == RdfFormat.RDF_XML
    True
    >>> detect(b'[] a <http://example.org/Book> .') == RdfFormat.TRIG
    True
    """
    if _XML.match(content):
        return RdfFormat.RDF_XML
    if content.lstrip()[:1] in (b"{", b"["):
        try:
            json.loads(content)
        except ValueError:
            return RdfFormat.TRIG
        return RdfFormat.JSON_LD
    return RdfFormat.TRIG


def _context(publication: Publication, examined: Sequence[Source], with_context: bool) -> list[Source]:
    """The publication's sources; of its data only what the examined files don't describe as a whole."""
    described = {quad.subject for source in examined for quad in source.file.quads if quad.predicate == RDF_TYPE}
    sources = []
    for file in publication.files:
        source = read_source(publication, file)
        if source.part != DATA:
            sources.append(source)
        elif with_context:
            kept = source.file.without(described)
            sources.append(Source(DATA, kept))
    return sources


def _report(material: Material, profile: str | None, engine: Engine | None) -> Report:
    data: list[Quad] = list(rules.data_of(material))
    shapes = rules.shapes_of(material).with_targets(material.own_subjects, data)
    return rules.run_shapes(material, shapes, data, profile, engine)


def _findings(material: Material, with_context: bool) -> Iterator[Finding]:
    yield from vocabularies.check_classes(material)
    yield from vocabularies.check_terms(material)
    if with_context:
        yield from links.check_links(material)
