"""What is remarked while files are read: findings, what they explain, and texts that became no statement."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from pyoxigraph import Literal, NamedNode, Quad

from sotegraph.ingest.columns import Column
from sotegraph.ingest.outcome import Texts, best
from sotegraph.ingest.placed import PlacedQuads
from sotegraph.ingest.sheets import CODES_SHEET, FINDING_HEADERS, INSTRUCTIONS, Row, Sheet
from sotegraph.messages import Messages
from sotegraph.soundness import findings as checks
from sotegraph.soundness.findings import Check, Finding
from sotegraph.soundness.telling import Teller
from sotegraph.terms import RDF_TYPE, key_of, term
from sotegraph.validation import WARNING
from sotegraph.validation.places import Located, Place

UNREAD_CELL = term("pub:UnreadCell")
MOST_FINDINGS = 10_000
_VALUE = term("rdf:value")
_LOCALES = {"fi": "fi", "sv": "sv_FI", "en": "en_GB"}


def finding_headers(messages: Messages) -> set[tuple[str, ...]]:
    """The header of a table of findings in every language."""
    languages = (*messages.languages, "en")
    return {tuple(messages.translate(each, language) for each in FINDING_HEADERS) for language in languages}


def join_names(names: Sequence[Texts]) -> Texts:
    """*names* as one text in each language that any of them has."""
    languages = dict.fromkeys(language for each in names for language in each)
    return {language: " / ".join(best(each, [language]) for each in names) for language in languages}


def spoken(read: str | Texts) -> Texts:
    """A day as people write it; anything else as it is."""
    if not isinstance(read, str):
        return read
    try:
        day = date.fromisoformat(read)
    except ValueError:
        return dict.fromkeys(_LOCALES, read)
    return {language: format_date(day, "long", locale) for language, locale in _LOCALES.items()}


class Remarks:
    """Gathers findings told by *teller*, only so many; *explained* are the missing values that they are the reason of.

    *cut* tells whether there are more.
    """

    def __init__(self, teller: Teller, base_iri: str) -> None:
        self.teller, self.base_iri = teller, base_iri
        self.findings: list[Finding] = []
        self.cut = False
        self.explained: set[tuple[Any, str]] = set()
        self._unread: list[tuple[str, Place]] = []

    def hint(self, names: Sequence[str | Texts]) -> Texts:
        """What follows a problem when something similar to it is called *names*."""
        return self.teller.hint(names)

    def add(self, check: Check, place: Place, **words: Any) -> None:
        """Add a finding; *words* are those of :meth:`Teller.finding`."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(self.teller.finding(check, place, **words))
        else:
            self.cut = True

    def lost(self, subject: NamedNode, column: Column, check: Check, place: Place, **words: Any) -> None:
        """Add the finding for a cell of which no statement was made: that its value is missing follows from it."""
        self.explained.add((subject, column.predicate.value))
        if column.nested is not None:
            self.explained.add((subject, column.nested.predicate.value))
        self.add(check, place, focus=subject, path=str(column.predicate), **words)

    def repaired(self, subject: NamedNode, column: Column, sent: str, read: str | Texts, place: Place) -> None:
        """Add the finding for a cell that was read as something slightly else."""
        path, value = str(column.predicate), Literal(sent)
        self.add(checks.REPAIRED, place, focus=subject, path=path, value=value, sent=sent, read=spoken(read))

    def unread(self, sheet: Sheet, number: int, cells: Row) -> None:
        """Keep the texts of cells of which no statement is made, so that they can be looked through."""
        for column, cell in cells.items():
            self.keep(cell.text, Place.in_table(sheet.file, sheet.name, number, column))

    def unread_notes(self, sheet: Sheet) -> None:
        """Keep the notes that somebody put on cells."""
        for (row, column), text in sheet.notes.items():
            self.keep(text, Place.in_table(sheet.file, sheet.name, row, column))

    def is_ours(self, sheet: Sheet) -> bool:
        """Whether *sheet* is no data but something of ours: of a template, or the findings of an earlier check."""
        if sheet.hidden:
            return sheet.name == CODES_SHEET
        first = tuple(cell.text for _, cell in sorted(sheet.rows.get(1, {}).items()))
        return (sheet.name or "").casefold() in INSTRUCTIONS or first in finding_headers(self.teller.messages)

    def unread_sheet(self, sheet: Sheet, *, alone: bool) -> None:
        """Add the finding for a sheet that was not read, and keep its texts; an empty one is none, nor our own."""
        if not sheet.rows or self.is_ours(sheet):
            return
        place = Place.in_table(sheet.file, sheet.name)
        table = sheet.name or sheet.file
        if sheet.hidden:
            self.add(checks.HIDDEN_SHEET, place, table=table)
        else:
            self.add(checks.UNKNOWN_TABLE, place, severity=None if alone else WARNING, table=table)
        for number, cells in sheet.rows.items():
            self.unread(sheet, number, cells)
        self.unread_notes(sheet)

    def keep(self, text: str, place: Place) -> None:
        """Keep a text of which no statement is made, or none that is sure to be judged."""
        if text.strip():
            self._unread.append((text, place))

    def unclassed(self, files: Sequence[Located]) -> None:
        """Keep the texts and addresses of what has no class in *files*: no shape for instances looks at it."""
        classed = {quad.subject for file in files for quad in file.quads if quad.predicate == RDF_TYPE}
        for file in files:
            seen: set[Any] = set()
            for number, quad in enumerate(file.quads):
                if quad.subject in classed:
                    continue
                if quad.subject not in seen and isinstance(quad.subject, NamedNode):
                    self.keep(quad.subject.value, file.place_of_subject(number))
                seen.add(quad.subject)
                if isinstance(quad.object, NamedNode | Literal):
                    self.keep(quad.object.value, file.place(number))

    def unread_table(self) -> PlacedQuads:
        """The texts kept, each as the value of a node, so that shapes for any text can be applied to them."""
        quads: list[Quad] = []
        cells: list[Place] = []
        for text, place in self._unread:
            digest = hashlib.sha256(f"{place.file} {place.sheet}".encode()).hexdigest()[:12]
            spot = key_of(place.cell or f"row-{place.row}")
            node = NamedNode(f"{self.base_iri}/submissions/{digest}/unread-{spot}-{len(cells)}")
            quads += [Quad(node, RDF_TYPE, UNREAD_CELL), Quad(node, _VALUE, Literal(text))]
            cells += [place, place]
        return PlacedQuads("", quads, cells, {})
