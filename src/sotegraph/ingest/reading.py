"""Files become statements, and every statement knows its place."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pyoxigraph import Literal, RdfFormat, Triple

from sotegraph.errors import BodyTooLarge, UnsupportedMediaType
from sotegraph.formats import XLSX
from sotegraph.ingest.detection import CSV, WORKBOOK, detect
from sotegraph.ingest.encoding import to_utf8
from sotegraph.ingest.files import DEFAULT_LIMITS, Limits, SubmittedFile, unpack
from sotegraph.ingest.json_ld import read_json_ld
from sotegraph.ingest.problems import problem_of
from sotegraph.ingest.published import Published
from sotegraph.ingest.rdf import read_rdf
from sotegraph.ingest.refused import Refused
from sotegraph.ingest.remarks import Remarks
from sotegraph.ingest.sheets import BrokenTable, Sheet, read_csv
from sotegraph.ingest.tables import TableReader
from sotegraph.ingest.workbooks import read_workbook
from sotegraph.publication import Publication
from sotegraph.soundness.findings import (
    BROKEN_FILE,
    EMPTY_TABLE,
    GARBLED_TEXT,
    HIDDEN_CHARACTER,
    MARKED_AS_EXAMPLE,
    NOTHING_TO_VALIDATE,
    REFUSED,
    SYNTAX,
    UNKNOWN_TABLE,
    Finding,
)
from sotegraph.soundness.telling import Teller
from sotegraph.validation import VIOLATION, WARNING, Result
from sotegraph.validation.places import Located, Locations, Place

_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_GARBLED = re.compile("Ã[\u0080-\u00bf\u2018-\u203a€„…†‡ˆ‰ŠŒŽ˜™šœžŸ]|\ufffd")


@dataclass(frozen=True)
class Reading:
    """What the files say, and what is wrong with how they say it.

    *complete* is whether every file could be read to its end: only then are its statements worth judging. *unread*
    holds the texts of which no statement was made, or none that a shape is sure to see because its subject has no
    class, each as a ``pub:UnreadCell``; *lost* the subjects and predicates whose values are missing because a finding
    says that they could not be read. *cut* tells that there are more findings than are listed.
    """

    files: tuple[Located, ...]
    findings: tuple[Finding, ...]
    complete: bool
    unread: Located
    lost: frozenset[tuple[Any, str]] = frozenset()
    cut: bool = False

    @cached_property
    def triples(self) -> tuple[Triple, ...]:
        """The statements as sent, lexical forms kept, each once, in the order of the files."""
        return tuple(dict.fromkeys(quad.triple for file in self.files for quad in file.quads))

    @cached_property
    def aside(self) -> tuple[Triple, ...]:
        """The triples of unread texts, which may hold what nobody may send."""
        return tuple(quad.triple for quad in self.unread.quads)

    @cached_property
    def subjects(self) -> tuple[Any, ...]:
        """What the files speak of, in their order."""
        return tuple(dict.fromkeys(quad.subject for file in self.files for quad in file.quads))

    @cached_property
    def locations(self) -> Locations:
        """Finds statements and nodes in the files."""
        return Locations((*self.files, self.unread))

    def explains(self, result: Result) -> bool:
        """Whether *result* only repeats a finding: that a value is missing whose cell could not be read."""
        predicate = result.predicate
        return result.value is None and predicate is not None and (result.focus, predicate.value) in self.lost

    def place_of(self, result: Result, languages: Container[str] = ()) -> Place | None:
        """Where a validation result is mended, a missing text in *languages*; None for what no file speaks of.

        What is wrong with something published that a file only names is mended where it is named.
        """
        component = result.component.value.rpartition("#")[2]
        found = self.locations.of_result(result.focus, result.path, result.value, component, languages)
        return found or self.locations.of_link(result.focus)


def read_files(
    files: Sequence[SubmittedFile],
    publication: Publication,
    teller: Teller,
    *,
    codes: Published | None = None,
    language: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Reading:
    """Return the statements of *files*, read as parts of one submission to *publication*.

    *codes* are what the cells of tables are looked up in; without them the publication's own files are read for that.
    A header without a language is taken to be in *language*, else in the publication's first.

    What cannot be read is a finding, told by *teller*. Raises BodyTooLarge for what is larger than *limits*, and
    UnsupportedMediaType for files of a kind that is not read at all.
    """
    if len(files) > limits.max_files:
        raise BodyTooLarge("There are more than {limit} files. Send fewer at once.", limit=limits.max_files)
    reader = _Reader(publication, codes, Remarks(teller, publication.base_iri), language, limits)
    located = list(reader.read(files))
    remarks = reader.remarks
    remarks.unclassed(located)
    return Reading(
        files=tuple(located),
        findings=tuple(remarks.findings),
        complete=reader.complete,
        unread=remarks.unread_table(),
        lost=frozenset(remarks.explained),
        cut=remarks.cut,
    )


class _Reader:
    """Reads file after file; *remarks* gathers what is wrong."""

    def __init__(
        self,
        publication: Publication,
        codes: Published | None,
        remarks: Remarks,
        language: str | None,
        limits: Limits,
    ) -> None:
        self.publication, self.codes, self.remarks = publication, codes, remarks
        self.language, self.limits = language, limits
        self.complete = True
        self.triples = 0
        self.unfilled: set[str] = set()

    @cached_property
    def tables(self) -> TableReader:
        """Reads tables; made when the first one comes."""
        return TableReader(self.codes or Published.read(self.publication), self.remarks, self.language, self.limits)

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
                self._remark_on_nothing(file.name)
            self._look_for_garbled(found)
            yield found
        self._judge_empty_tables()

    def _judge_empty_tables(self) -> None:
        """Let an unfilled table, such as a template sent along with filled ones, hold back nothing that can be read."""
        if self.triples:
            findings = self.remarks.findings
            findings[:] = [
                replace(each, severity=WARNING) if each.shape == EMPTY_TABLE.iri else each for each in findings
            ]
        elif self.unfilled:
            self.complete = False

    def _remark_on_nothing(self, name: str) -> None:
        """Say that a file says nothing, unless it has been said why."""
        if name in self.unfilled:
            return
        self.complete = False
        told = any(each.place.file == name and each.severity == VIOLATION for each in self.remarks.findings)
        if not told:
            self.remarks.add(NOTHING_TO_VALIDATE, Place(name, 1))

    def _look_for_garbled(self, file: Located) -> None:
        """Find texts in UTF-8 that somebody has read as Windows-1252, and characters that got lost or are not seen.

        Those that turn the direction of writing can make a text look like another one (Unicode TR 36, 3.5).
        """
        for number, quad in enumerate(file.quads):
            if not isinstance(quad.object, Literal):
                continue
            text, about = quad.object.value, {"focus": quad.subject, "path": str(quad.predicate), "value": quad.object}
            if _GARBLED.search(text):
                self.remarks.add(GARBLED_TEXT, file.place(number), **about, sent=text[:80])
            hidden = dict.fromkeys(_HIDDEN.findall(text))
            if hidden:
                characters = ", ".join(f"U+{ord(each):04X}" for each in list(hidden)[:5])
                severity = VIOLATION if any(_TURNING.match(each) for each in hidden) else WARNING
                self.remarks.add(
                    HIDDEN_CHARACTER, file.place(number), severity=severity, **about, characters=characters
                )

    def _read_table(self, file: SubmittedFile, sheets: Sequence[Sheet]) -> Located:
        """The statements of *sheets*; where there is none although the headers are known, that is said."""
        found = self.tables.read(file, sheets)
        told = (UNKNOWN_TABLE.iri, MARKED_AS_EXAMPLE.iri)
        known = any(each.place.file == file.name and each.shape in told for each in self.remarks.findings)
        if not found.quads and not known:
            self.unfilled.add(file.name)
            self.remarks.add(EMPTY_TABLE, Place.in_table(file.name))
        return found

    def _read(self, sent: SubmittedFile) -> Located | None:
        try:
            file = unpack(sent, self.limits)
        except OSError as error:
            self.remarks.add(BROKEN_FILE, Place(sent.name, 1), problem=problem_of(str(error)))
            return None
        kind = detect(file)
        try:
            if kind.name == CSV:
                return self._read_table(file, [read_csv(file, self.limits)])
            if kind.name == WORKBOOK:
                return self._read_table(file, read_workbook(file, self.limits))
            if kind.rdf == RdfFormat.JSON_LD:
                content = to_utf8(file.content)
                return read_json_ld(file.name, content, self.publication, self.remarks, self.limits.max_nesting)
            if kind.rdf is not None:
                return read_rdf(file, kind.rdf, self.publication.base_iri + "/", self.limits.max_nesting)
        except Refused as error:
            place = Place.in_table(file.name) if error.line is None else Place(file.name, error.line, error.column)
            self.remarks.add(REFUSED, place, problem=error.problem)
            return None
        except SyntaxError as error:
            place = Place(file.name, error.lineno or 1, error.offset or 1)
            self.remarks.add(SYNTAX, place, problem=problem_of(error.msg))
            return None
        except BrokenTable as error:
            check = BROKEN_FILE if kind.name == WORKBOOK else SYNTAX
            self.remarks.add(
                check, Place.in_table(file.name, row=error.row), problem=problem_of(error.problem, table=True)
            )
            return None
        if kind.label == XLSX.label:
            raise UnsupportedMediaType(
                "{file} is called an Excel workbook, but is none: it is empty, or something else. Save it once more as "
                "an Excel workbook (xlsx).",
                file=sent.name,
            )
        raise UnsupportedMediaType(
            "{file} is of a kind that is not read here ({kind}). Send RDF, CSV or Excel (xlsx).",
            file=sent.name,
            kind=kind.label or kind.name,
        )
