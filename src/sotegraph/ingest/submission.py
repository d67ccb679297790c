"""Files somebody means to send: checked from their bytes, against a publication's shapes and in its company."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import Any

from pyoxigraph import Dataset, Literal, NamedNode, Quad

from sotegraph import __version__
from sotegraph.entities import Index
from sotegraph.errors import MalformedShapes, MemoryLimitReached, TimeLimitReached, TooCostly, UnusableShapes
from sotegraph.ingest.company import Company, Words, read_words
from sotegraph.ingest.examples import published_example
from sotegraph.ingest.expectations import parameter_of
from sotegraph.ingest.files import DEFAULT_LIMITS, Limits, SubmittedFile
from sotegraph.ingest.imports import check_imports
from sotegraph.ingest.names import Fields, Names
from sotegraph.ingest.outcome import Checked, CheckedFile, Submission, Texts, Told
from sotegraph.ingest.problems import problem_of
from sotegraph.ingest.published import Published
from sotegraph.ingest.reading import Reading, read_files
from sotegraph.ingest.remarks import MOST_FINDINGS
from sotegraph.ingest.speaking import Speaker
from sotegraph.ingest.telling import Telling
from sotegraph.messages import read_messages
from sotegraph.soundness import links, rules, vocabularies
from sotegraph.soundness.check import Progress
from sotegraph.soundness.findings import NOTHING_JUDGED, Finding
from sotegraph.soundness.material import DATA, Source
from sotegraph.soundness.telling import Teller
from sotegraph.store import checksum
from sotegraph.terms import is_part, term
from sotegraph.validation import VIOLATION, Checker, CheckRequest, Report, Result, ShapeSet, ValidationType
from sotegraph.validation.checking import SUBMISSION
from sotegraph.validation.places import Located, Place

_LABEL = term("rdfs:label")
_MOST_REHEARSED = 100
_UNTYPED = "untyped"
_MOST_CLASSES = 5
_TYPES = frozenset(("datatype", "nodeKind"))
_OF_TYPED_VALUES = frozenset(
    ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "minLength", "maxLength", "pattern", "in")
)
"""What only follows from a type that is wrong already: a text is no number of zero or more."""


def validate_submission(files: Sequence[SubmittedFile], index: Index, **how: Any) -> Submission:
    """Return what is wrong with *files*, as :meth:`Validator.validate` does; for one submission."""
    return Validator(index).validate(files, **how)


class Validator:
    """Checks submissions to one published version; what it needs for that is read once.

    It checks in a process of its own that ends at the limits of *checker*, unless it is not *isolated*: then whoever
    calls sees to that. In *more_shapes*, a folder, ``validation.ttl`` describes what else can be validated against.
    """

    def __init__(
        self,
        index: Index,
        checker: Checker | None = None,
        limits: Limits = DEFAULT_LIMITS,
        *,
        isolated: bool = True,
        more_shapes: Path | None = None,
    ) -> None:
        self.limits, self.isolated = limits, isolated
        self.index, self.publication = index, index.publication
        self.checker = checker or Checker.of(index.publication, index.version, more_shapes=more_shapes)
        self._hashes: dict[str, str] = {}
        self.messages = read_messages()
        self.teller, self.speaker = Teller(self.messages), Speaker(self.messages)
        self.fields = Fields(index.publication)

    @cached_property
    def words(self) -> Words:
        """The ontology and the shapes."""
        return read_words(self.publication, self.teller)

    @cached_property
    def codes(self) -> Published:
        """The columns and the code lists for tables."""
        return Published(self.publication, self.index.version)

    @cached_property
    def profiles(self) -> list[ValidationType]:
        """The profiles that a submission can be judged by, the default first."""
        return sorted(self.checker.types.values(), key=lambda each: (each.name != SUBMISSION, each.name))

    def warm_up(self) -> None:
        """Read and prepare now what the first check would: a process that forks itself shares it."""
        assert self.words
        assert self.profiles
        assert self.codes.classes
        self.checker.prepare()
        for table in self.codes.classes.values():
            for column in table.columns:
                self.codes.code_list(column)
        for table in self.codes.offered.values():
            published_example(self.codes, table)
        headers = ";".join(name for table in self.codes.classes.values() for name in table.names.values()).encode()
        read_files([SubmittedFile("headers.csv", headers + b"\n")], self.publication, self.teller, codes=self.codes)
        for each in self.profiles:
            self._hash(each)
        self._rehearse()

    def _rehearse(self) -> None:
        """Check a few things that lack everything: what is read and remembered on the way, later checks find ready."""
        classes = list(self.publication.classes)[:_MOST_REHEARSED]
        base = self.publication.base_iri
        lines = [f"<{base}/id/rehearsal/{number}> a <{iri}> .\n" for number, iri in enumerate(classes)]
        if lines:
            self.validate([SubmittedFile("rehearsal.nt", "".join(lines).encode())])

    def validate(
        self,
        files: Sequence[SubmittedFile],
        *,
        profile: str | None = SUBMISSION,
        with_context: bool = True,
        own_shapes: Sequence[SubmittedFile] = (),
        ignore_imports: bool = False,
        language: str | None = None,
        progress: Progress | None = None,
    ) -> Submission:
        """Return what is wrong with *files*, judged by the publication's shapes under *profile*.

        Only what the files describe is judged. *with_context* the published data stand beside it, and each finding is
        compared with what they break themselves. A file that states the class of a thing describes the whole thing,
        and replaces what is published of it, unless it only repeats its classes and names; else its statements are
        additions. *own_shapes* take the place of the publication's. Nothing is judged while a file imports what
        neither came along nor is published; with *ignore_imports*, each such import is a warning. Headers of tables
        are read in *language* first.

        Raises WrongValue for an unknown profile, UnusableShapes for own shapes that cannot be applied, BodyTooLarge and
        UnsupportedMediaType for what is not read at all, TooCostly at the limits of the checker.
        """
        started = time.perf_counter()
        own, shapes_files = self._own_shapes(own_shapes, language)
        chosen = self.checker.type_of(CheckRequest((), profile, own_shapes=own))
        reading = read_files(
            files, self.publication, self.teller, codes=self.codes, language=language, limits=self.limits
        )
        if progress is not None:
            progress(len(reading.triples))
        examined = [Source(DATA, each) for each in reading.files]
        company = Company(self.index, self.teller, examined, self.words, with_data=with_context)
        quads = partial(company.quads, DATA, context=False)
        names = Names(self.index, self.speaker, quads, chosen.shapes, self.fields)
        telling = Telling(names, self.speaker, lambda: self.codes)
        told = [telling.of_finding(each) for each in reading.findings]
        imports = check_imports(reading.files, shapes_files, self.words, self.teller, ignore=ignore_imports)
        listed = _Listed()
        imported = list(listed.first(imports)) if reading.complete or ignore_imports else []
        told += map(telling.of_finding, imported)
        report = None
        if reading.complete and (ignore_imports or not imported):
            request = CheckRequest(reading.triples, profile, with_context, own, aside=reading.aside)
            report = self._report(request, language)
            told += self._told(report, reading, company, telling, chosen, listed)
            if report.focus_nodes == 0 and not chosen.is_ours:
                told.append(self._nothing_judged(company, telling))
        counts = {source.file.name: len(source.file.quads) for source in examined}
        return Submission(
            findings=tuple(sorted(told, key=_sort_key)),
            checked=Checked(
                files=tuple(_checked_file(each, counts.get(each.name)) for each in files),
                version=self.index.version.id,
                shapes=self._hash(chosen) if own is None else _hash_of(own_shapes),
                profile=chosen.name,
                profile_names=chosen.labels or _labels(chosen),
                context=with_context,
                own_shapes=tuple(_checked_file(each, None) for each in own_shapes),
                engine=report.engine if report else "",
                software=f"sotegraph {__version__}",
                moment=datetime.now(self.publication.time_zone).isoformat(timespec="seconds"),
                seconds=round(time.perf_counter() - started, 3),
            ),
            complete=report is not None,
            cut=reading.cut or listed.cut or (report is not None and report.cut),
        )

    def _nothing_judged(self, company: Company, telling: Telling) -> Told:
        """The finding that the requirements are for other classes than those that were sent."""
        classes = dict.fromkeys(
            each for node, own in company.types.items() if not is_part(node) for each in sorted(own)
        )
        names = [telling.names.term(NamedNode(each)) for each in list(classes)[:_MOST_CLASSES]]
        held = self.speaker.join(names) if names else self.speaker.say("things without a class")
        return telling.of_finding(
            self.teller.finding(NOTHING_JUDGED, Place(company.examined[0].file.name, 1), classes=held)
        )

    def _hash(self, chosen: ValidationType) -> str:
        """The SHA-256 of the shapes graph in its canonical form (RDFC-1.0), computed once a process."""
        if chosen.name not in self._hashes:
            known = (name for name in self._hashes if self.checker.types[name].shapes is chosen.shapes)
            triples = chosen.shapes.triples
            self._hashes[chosen.name] = self._hashes.get(next(known, "")) or checksum(
                Dataset(Quad(each.subject, each.predicate, each.object) for each in triples)
            )
        return self._hashes[chosen.name]

    def _report(self, request: CheckRequest, language: str | None) -> Report:
        try:
            return self.checker.check(request) if self.isolated else self.checker.judge(request)
        except MalformedShapes as error:
            if request.own_shapes is None:
                raise
            raise self._unusable(error, language) from None
        except (TimeLimitReached, MemoryLimitReached):
            raise self._too_costly(own_shapes=request.own_shapes is not None) from None

    def _too_costly(self, *, own_shapes: bool) -> TooCostly:
        limits = self.checker.limits
        values = {"seconds": f"{limits.seconds(own_shapes=own_shapes):g}", "megabytes": limits.memory_bytes >> 20}
        if own_shapes:
            return TooCostly(
                "The check was ended at its limit of {seconds} seconds or {megabytes} megabytes. Send less at once, or "
                "simpler shapes.",
                **values,
            )
        return TooCostly(
            "This is too much for one check, which was ended at its limit of {seconds} seconds or {megabytes} "
            "megabytes. Send it in parts.",
            **values,
        )

    def _own_shapes(
        self, files: Sequence[SubmittedFile], language: str | None
    ) -> tuple[ShapeSet | None, tuple[Located, ...]]:
        """The shapes in *files*, None when there is no file; and the files as read.

        What keeps them from being read is told in *language*.
        """
        if not files:
            return None, ()
        reading = read_files(files, self.publication, self.teller, limits=self.limits)
        for each in reading.findings:
            raise UnusableShapes(
                "{place}: {problem} Correct the shapes at this place.",
                place=str(each.place),
                problem=each.messages.get(language or "en") or each.messages["en"],
            )
        try:
            return ShapeSet.read(reading.triples), reading.files
        except MalformedShapes as error:
            raise self._unusable(error, language) from None

    def _unusable(self, error: MalformedShapes, language: str | None) -> UnusableShapes:
        """*error* for whoever sent the shapes: what an engine says of them is told in *language*, or quoted."""
        values = dict(error.values)
        if isinstance(values.get("problem"), str):
            translate = self.teller.messages.translator(language or "en")
            values["problem"] = problem_of(str(values["problem"])).text(translate)
        return UnusableShapes(error.template, **values)

    def _told(
        self,
        report: Report,
        reading: Reading,
        company: Company,
        telling: Telling,
        chosen: ValidationType,
        listed: _Listed,
    ) -> Iterator[Told]:
        unread = {each.subject for each in reading.aside}
        ill_typed = {_value_of(each) for each in report.results if _names(each, _TYPES)}
        seen: set[tuple[Any, Place]] = set()
        # What is said twice of one place, as a value and as a text that may go unjudged, is told once.
        for result in sorted(report.results, key=lambda each: each.focus in unread):
            if reading.explains(result):
                continue
            languages = telling.names.shapes.languages(result.source_shape)
            place = reading.place_of(result, languages) or rules.place_of(result, company)
            if result.focus in unread and (result.source_shape, place) in seen:
                continue
            if place.is_in_table and _names(result, _OF_TYPED_VALUES) and _value_of(result) in ill_typed:
                continue
            seen.add((result.source_shape, place))
            told = telling.of_result(result, place)
            yield told if report.version is None else replace(told, is_new=not result.known)
        if chosen.is_ours:
            for finding in _findings(company, listed):
                is_unjudged = chosen.name == SUBMISSION and finding.name == _UNTYPED
                yield telling.of_finding(replace(finding, severity=VIOLATION) if is_unjudged else finding)


def _names(result: Result, parameters: frozenset[str]) -> bool:
    """Whether *result* is of a component that one of *parameters* gives its name."""
    return parameter_of(result.component.value) in parameters


def _value_of(result: Result) -> tuple[Any, str | None, Any]:
    return result.focus, result.path, result.value


class _Listed:
    """Lists only so many findings of a check; *cut* tells whether any check has more."""

    def __init__(self) -> None:
        self.cut = False

    def first(self, findings: Iterator[Finding]) -> Iterator[Finding]:
        """The first of *findings*."""
        yield from islice(findings, MOST_FINDINGS)
        self.cut = self.cut or next(findings, None) is not None


def _findings(company: Company, listed: _Listed) -> Iterator[Finding]:
    """What shapes cannot say."""
    yield from listed.first(vocabularies.check_classes(company))
    yield from listed.first(vocabularies.check_terms(company))
    if company.with_data:
        yield from listed.first(links.check_links(company))


def _labels(chosen: ValidationType) -> Texts:
    """What the shapes call the profile of *chosen*."""
    facts = chosen.shapes.described.get(NamedNode(chosen.profile), ()) if chosen.profile else ()
    labels = (value for name, value in facts if name == _LABEL and isinstance(value, Literal))
    return {each.language or "": each.value for each in labels}


def _hash_of(files: Sequence[SubmittedFile]) -> str:
    """The SHA-256 of *files*, one after the other: to make just any graph canonical may take ages."""
    return hashlib.sha256(b"".join(each.content for each in files)).hexdigest()


def _checked_file(file: SubmittedFile, triples: int | None) -> CheckedFile:
    return CheckedFile(file.name, hashlib.sha256(file.content).hexdigest(), len(file.content), triples)


def _sort_key(told: Told) -> tuple[Any, ...]:
    where = told.where
    column = (len(where.cell or ""), where.cell or "")
    return (where.file, where.line or 0, where.column or 0, where.sheet or "", where.row or 0, column, told.rule)
