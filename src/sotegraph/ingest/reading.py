"""Files become statements, and every statement knows its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import Triple

from sotegraph.errors import BodyTooLarge, UnsupportedMediaType
from sotegraph.ingest.detection import detect
from sotegraph.ingest.files import DEFAULT_LIMITS, Limits, SubmittedFile, unpack
from sotegraph.ingest.rdf import read_rdf
from sotegraph.publication import Publication
from sotegraph.soundness.findings import NOTHING_TO_VALIDATE, SYNTAX, Finding, Teller
from sotegraph.validation import Result
from sotegraph.validation.places import Located, Locations, Place


@dataclass(frozen=True)
class Reading:
    """What the files say, and what is wrong with how they say it.

    *complete* is whether every file could be read to its end: only then are its statements worth judging.
    """

    files: tuple[Located, ...]
    findings: tuple[Finding, ...]
    complete: bool

    @cached_property
    def triples(self) -> tuple[Triple, ...]:
        """The statements as sent, lexical forms kept, each once, in the order of the files."""
        return tuple(dict.fromkeys(quad.triple for file in self.files for quad in file.quads))

    @cached_property
    def subjects(self) -> tuple[Any, ...]:
        """What the files speak of, in their order."""
        return tuple(dict.fromkeys(quad.subject for file in self.files for quad in file.quads))

    @cached_property
    def locations(self) -> Locations:
        """Finds statements and nodes in the files."""
        return Locations(self.files)

    def place_of(self, result: Result) -> Place | None:
        """Where a validation result is mended; None for what no file speaks of."""
        component = result.component.value.rpartition("#")[2]
        return self.locations.of_result(result.focus, result.path, result.value, component)


def read_files(
    files: Sequence[SubmittedFile],
    publication: Publication,
    teller: Teller,
    *,
    language: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Reading:
    """Return the statements of *files*, read as parts of one submission to *publication*.

    What cannot be read is a finding, told by *teller*. Raises BodyTooLarge for what is larger than *limits*, and
    UnsupportedMediaType for files of a kind that is not read at all.
    """
    if len(files) > limits.max_files:
        raise BodyTooLarge("There are more than {limit} files. Send fewer at once.", limit=limits.max_files)
    reader = _Reader(publication, teller, language, limits)
    located = list(reader.read(files))
    return Reading(tuple(located), tuple(reader.findings), reader.complete)


class _Reader:
    """Reads file after file; *findings* holds what was wrong so far."""

    def __init__(self, publication: Publication, teller: Teller, language: str | None, limits: Limits) -> None:
        self.publication, self.teller, self.language, self.limits = publication, teller, language, limits
        self.findings: list[Finding] = []
        self.complete = True
        self.triples = 0

    def read(self, files: Iterable[SubmittedFile]) -> Iterator[Located]:
        for file in files:
            found = self._read(file)
            if found is None:
                self.complete = False
                continue
            self.triples += len(found.quads)
            if self.triples > self.limits.max_triples:
                raise BodyTooLarge(
                    "There are more than {limit} statements. Send fewer at once.", limit=self.limits.max_triples
                )
            if not found.quads:
                self.findings.append(self.teller.finding(NOTHING_TO_VALIDATE, Place(file.name, 1)))
                self.complete = False
            yield found

    def _read(self, sent: SubmittedFile) -> Located | None:
        try:
            file = unpack(sent, self.limits)
        except OSError as error:
            self._unreadable(Place(sent.name, 1), str(error))
            return None
        kind = detect(file)
        if kind.rdf is None:
            raise UnsupportedMediaType(
                "{file} is of a kind that is not read here ({kind}). Send RDF, CSV or Excel (xlsx).",
                file=sent.name,
                kind=kind.label or kind.name,
            )
        try:
            return read_rdf(file, kind.rdf, self.publication.base_iri + "/")
        except SyntaxError as error:
            self._unreadable(Place(file.name, error.lineno or 1, error.offset or 1), error.msg)
            return None

    def _unreadable(self, place: Place, problem: str) -> None:
        self.findings.append(self.teller.finding(SYNTAX, place, problem=problem))
