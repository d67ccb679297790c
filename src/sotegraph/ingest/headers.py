"""Which row of a sheet is its header, of which class the sheet speaks, and what each column means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import PurePath
from typing import Any

from rapidfuzz import fuzz, process

from sotegraph.facts import Texts
from sotegraph.ingest.arrangement import titles
from sotegraph.ingest.codes import normal
from sotegraph.ingest.columns import Column, TableClass
from sotegraph.ingest.published import Published
from sotegraph.ingest.sheets import Sheet
from sotegraph.messages import Messages, read_messages

_LANGUAGE_WORDS: Mapping[str, tuple[str, ...]] = {
    "fi": ("suomi", "suomeksi", "suomenkielinen", "finska", "på finska", "finnish", "in finnish"),
    "sv": ("ruotsi", "ruotsiksi", "ruotsinkielinen", "svenska", "på svenska", "swedish", "in swedish"),
    "en": ("englanti", "englanniksi", "englanninkielinen", "engelska", "på engelska", "english", "in english"),
}
_KEY_WORDS = frozenset({"iri", "uri", "id", "iri tunnus", "tunnus iri", "iri identifierare", "iri identifier"})
_CLASS_WORDS = frozenset({"class", "luokka", "klass"})
_NO_WORD = re.compile(r"[^\w]+")
_NUMBER = re.compile(r"(?<!\S)(\d{1,2})(?!\S)")
_ROWS_LOOKED_AT, _MERGED_LOOKED_AT, _WIDEST = 30, 500, 500
_NEAR_ENOUGH = 80


@lru_cache(maxsize=1 << 15)
def words(text: str) -> str:
    """Return a header as it is compared: its words alone.

    >>> words(" Nimi_(FI) *")
    'nimi fi'
    """
    return _NO_WORD.sub(" ", normal(text).replace("_", " ")).strip()


@lru_cache(maxsize=1 << 15)
def _numbered(told: str) -> tuple[str, int]:
    """The words of a header without its first number, and that; 0 where there is none.

    >>> _numbered("nimi 2 fi"), _numbered("nimi fi")
    (('nimi fi', 2), ('nimi fi', 0))
    """
    number = _NUMBER.search(told)
    return (words(_NUMBER.sub(" ", told, count=1)), int(number[1])) if number else (told, 0)


@dataclass(frozen=True)
class Matched:
    """What stands below a header: *column*, or the IRI of the row's thing if None; *repeat* tells equal ones apart."""

    column: Column | None
    repeat: int = 1


class ClassHeaders:
    """The headers of one class, in every language and the ways that people write them."""

    def __init__(self, table_class: TableClass, language: str) -> None:
        self.table_class = table_class
        self.known: dict[str, Column] = {}
        for tries in (self._titles, self._bare_titles, self._short_titles):
            for column in table_class.columns:
                for text in tries(column, language):
                    self.known.setdefault(words(text), column)
        self.required = frozenset(each.key for each in table_class.columns if each.required)

    @staticmethod
    def _titles(column: Column, _: str) -> Iterator[str]:
        """The whole titles, those of texts with their language."""
        for language in {*column.names, *column.outer}:
            title = column.title(language)
            if not column.language:
                yield title
            for tag in (column.language, *_LANGUAGE_WORDS.get(column.language, ())):
                if tag:
                    yield f"{title} {tag}"
                    yield f"{tag} {title}"

    @staticmethod
    def _bare_titles(column: Column, language: str) -> Iterator[str]:
        """The titles of texts without a language: the one they are written in is meant."""
        if not column.language:
            return
        if column.language in column.names:
            yield column.title(column.language)
        if column.language == language:
            yield from (column.title(each) for each in column.names)

    @staticmethod
    def _short_titles(column: Column, _: str) -> Iterator[str]:
        """The names of what nested nodes say, alone, and of properties, as programmers write them."""
        local = re.split(r"[/#]", column.predicate.value)[-1]
        for name in (*column.names.values(), *([] if column.nested else [local])):
            yield f"{name} {column.language}"

    def match(self, text: str) -> Matched | None:
        """What the header *text* means here, or None."""
        told = words(text)
        if told in _KEY_WORDS:
            return Matched(None)
        if told in self.known:
            return Matched(self.known[told])
        bare, number = _numbered(told)
        column = self.known.get(bare) if number else None
        return Matched(column, number) if column else None

    @cached_property
    def _suggested(self) -> Mapping[str, Texts]:
        """The titles of columns in every language, by the words of each."""
        titles: dict[str, Texts] = {}
        for column in self.table_class.columns:
            texts = {language: column.header(language) for language in column.names}
            for title in texts.values():
                titles.setdefault(words(title), texts)
        return titles

    def suggest(self, text: str) -> Texts | None:
        """The title that looks most like *text*, in every language, if any does."""
        found = process.extractOne(words(text), self._suggested.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
        return self._suggested[found[0]] if found else None


@dataclass(frozen=True)
class Header:
    """The header of a sheet: its last *row*, the class of the rows below, what each column means, and its text.

    *named* is the class after which the sheet or its file is called, *unknown* a class named in the sheet that nobody
    knows, *rivals* are classes that the header fits as well.
    """

    row: int
    table_class: TableClass
    columns: Mapping[int, Matched]
    texts: Mapping[int, str]
    named: TableClass | None = None
    unknown: str | None = None
    rivals: tuple[TableClass, ...] = ()
    unmatched: Mapping[int, str] = field(default_factory=dict)


class HeaderFinder:
    """Finds the headers of sheets; *language* is what a header without one is taken to be in."""

    def __init__(self, published: Published, language: str | None, messages: Messages | None = None) -> None:
        own = published.publication.languages
        self.published = published
        self.headers = {iri: ClassHeaders(each, language or own[0]) for iri, each in published.classes.items()}
        self._names = dict(self._named_classes())
        self._bands = frozenset(map(words, titles(published.publication, messages or read_messages())))

    def find(self, sheet: Sheet) -> Header | None:
        """The header of *sheet*; None where no row fits any class."""
        told, unknown = self._told(sheet)
        named = told or self._named(sheet)
        best = self._best(sheet, self.headers.values())
        own = self._best(sheet, [self.headers[named.iri]]) if named else []
        if own and (told or len(own[0].columns) * 2 >= len(best[0].columns)):
            found, rivals = own[0], own[1:]
        elif best and len(best[0].columns) >= min(2, len(best[0].texts)):
            found, rivals = best[0], best[1:]
        else:
            return None
        return replace(
            found,
            named=named,
            unknown=unknown,
            rivals=tuple(each.table_class for each in rivals),
            unmatched={column: text for column, text in found.texts.items() if column not in found.columns},
        )

    def class_named(self, text: str) -> TableClass | None:
        """The class that is called so, in any language."""
        return self._names.get(words(text))

    def suggest_class(self, text: str) -> Texts | None:
        """The name of a class that looks like *text*, in every language."""
        found = process.extractOne(words(text), self._names.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
        return self._names[found[0]].names if found else None

    def _named_classes(self) -> Iterator[tuple[str, TableClass]]:
        publication = self.published.publication
        for each in self.published.classes.values():
            for text in (*each.names.values(), each.local_name):
                yield words(text), each
        for collection in publication.collections:
            classes = [each for each in collection.classes if each in self.published.classes and not collection.scheme]
            if classes:
                main = max(classes, key=self.published.count)
                for text in (*collection.labels.values(), collection.segment):
                    yield words(text), self.published.classes[main]

    def _told(self, sheet: Sheet) -> tuple[TableClass | None, str | None]:
        """The class that a cell beside the word "class" names, or the name that is none."""
        for row in _first_rows(sheet):
            cells = sorted(sheet.rows[row].items())
            for (_, label), (_, value) in pairwise(cells):
                if words(label.text) in _CLASS_WORDS and len(cells) <= 3:
                    found = self.class_named(value.text) or self.published.classes.get(value.text)
                    return found, None if found else value.text
        return None, None

    def _named(self, sheet: Sheet) -> TableClass | None:
        """The class after which the sheet, or else its file, is called."""
        stem = PurePath(sheet.file).stem
        for text in (sheet.name, stem):
            told = words(text or "")
            fitting = [name for name in self._names if name and f"{told} ".startswith(f"{name} ")]
            if fitting:
                return self._names[max(fitting, key=len)]
        return None

    def _best(self, sheet: Sheet, headers: Iterable[ClassHeaders]) -> list[Header]:
        """The header rows that fit best: several classes may do so equally well."""
        found: list[tuple[tuple[int, int], Header]] = []
        candidates = _candidates(sheet)
        for each in headers:
            meant = [(candidate.row, *_texts(candidate, each)) for candidate in candidates]
            rated = [
                (len(columns), not self._bands.issuperset(map(words, texts.values())), -row, columns, texts)
                for row, columns, texts in meant
                if columns
            ]
            if not rated:
                continue
            count, _, negative, columns, texts = max(rated, key=lambda rating: rating[:3])
            met = {matched.column.key for matched in columns.values() if matched.column} & each.required
            share = round(100 * len(met) / (len(each.required) or 1))
            found.append(((count, share), Header(-negative, each.table_class, columns, texts)))
        highest = max((score for score, _ in found), default=(0, 0))
        return _general([header for score, header in found if score == highest])

    def suggest_column(self, header: Header, text: str) -> Texts | None:
        """The title of a column that looks like *text*."""
        return self.headers[header.table_class.iri].suggest(text)


def _general(headers: list[Header]) -> list[Header]:
    """The headers without those of special kinds of a class that is among them: these have all of its columns too."""
    kinds = {each.table_class.iri for each in headers}
    return [
        each
        for each in headers
        if not kinds & {name.value for name in each.table_class.types[1:]} - {each.table_class.iri}
    ] or headers


def _first_rows(sheet: Sheet) -> Sequence[int]:
    return sorted(sheet.rows)[:_ROWS_LOOKED_AT]


@dataclass(frozen=True)
class _Candidate:
    """A row that may be the header: its texts, and what stands *above* each column."""

    row: int
    own: Mapping[int, str]
    above: Mapping[int, str]


def _candidates(sheet: Sheet) -> list[_Candidate]:
    return [
        _Candidate(row, {number: cell.text for number, cell in sheet.rows[row].items()}, _above(sheet, row))
        for row in _first_rows(sheet)
    ]


def _texts(candidate: _Candidate, headers: ClassHeaders) -> tuple[dict[int, Matched], dict[int, str]]:
    """What the columns mean if the row is the header, alone or below the row above it, and what stands there."""
    own, above = candidate.own, candidate.above
    alone = {number: headers.match(text) for number, text in own.items()}
    below = {number: headers.match(f"{above[number]} {own[number]}") for number in own if number in above}
    texts = {
        number: f"{above[number]} {text}" if alone[number] is None and below.get(number) else text
        for number, text in own.items()
    }
    if any(below[number] and not alone[number] for number in below):
        # A header of two rows: where the second has nothing, the first counts alone.
        texts = {number: text for number, text in above.items() if number not in own} | texts
    columns: dict[int, Matched] = {}
    taken: set[tuple[Any, int]] = set()
    for number in sorted(texts):
        matched = alone.get(number) or headers.match(texts[number])
        if matched is not None:
            columns[number] = _not_taken(matched, taken)
    return columns, texts


def _not_taken(matched: Matched, taken: set[tuple[Any, int]]) -> Matched:
    """*matched*, as the next of its kind if its header stood there before."""
    key, repeat = matched.column.key if matched.column else None, matched.repeat
    while (key, repeat) in taken:
        repeat += 1
    taken.add((key, repeat))
    return replace(matched, repeat=repeat)


def _above(sheet: Sheet, row: int) -> dict[int, str]:
    """What stands above each column in the row before: also to the right of a merged cell, and in CSV of any cell."""
    upper = sheet.rows.get(row - 1, {})
    spread = {number: cell.text for number, cell in upper.items()}
    for first, left, last, right in sheet.merged[:_MERGED_LOOKED_AT]:
        cell = sheet.cell(first, left)
        if cell and first <= row - 1 <= last:
            spread |= dict.fromkeys(range(left, min(right, _WIDEST) + 1), cell.text)
    told = ""
    for number in range(1, max(sheet.rows[row], default=0) + 1) if sheet.name is None and upper else ():
        told = upper[number].text if number in upper else told
        if told and number in sheet.rows[row]:
            spread[number] = told
    return spread
