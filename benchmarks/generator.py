"""A lending library of any size, with the ontology and shapes of the tests' small one, to which its data conforms.

The same seed and size give the same bytes. It is as uneven as a real library: a few subjects have thousands of books
and most a handful, large branches hold what small ones don't, and not everything is said in both languages.
"""

from __future__ import annotations

import csv
import itertools
import random
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from pyoxigraph import DefaultGraph, RdfFormat

from sotegraph.loading import load_folder

TEMPLATE = Path(__file__).parents[1] / "tests" / "publications" / "library"
SEED = 7
_MOST_BOOKS = 999_999  # The number in a book's identifier has six digits.
_BRANCHES, _SUBJECTS, _TOP_SUBJECTS = 60, 400, 20
_GENRES = ("fiction-novel", "fiction-poetry", "fiction-comics", "nonfiction-handbook", "nonfiction-atlas")
_PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "lib": "https://library.example/ns/lib#",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_SYLLABLES = "ka ki ko la li lo ma mi mo na ni no pa pi ra ri sa si ta ti va vi hä jä mä pä tä vä yö uu oi ai ei"
_WORDS = {
    "en": "sea night house winter road bird island letter garden clock stone river song map lamp door year",
    "fi": "meri yö talo talvi tie lintu saari kirje puutarha kello kivi joki laulu kartta lamppu ovi vuosi",
}
_SOURCE = "<https://catalogue.example/export/2026-05>"
_SCHEME = "http://subjects.example/scheme"
_REPLACED = ("branches/branches", "subjects/subjects", "catalogue/books", "catalogue/holdings")
_DROPPED = ("catalogue/branch-names", "catalogue/removed")

Subject = tuple[str, list[str]]
"""A subject, and predicate and object of each statement about it, in Turtle."""


def generate(folder: Path, statements: int, seed: int = SEED, books: int = _MOST_BOOKS) -> int:
    """Write a publication of *statements*, or a few more, to *folder*, which is not there; return how many books.

    There are no more than *books*. The statements of branches, subjects, ontology and shapes, a few thousand together,
    come on top.
    """
    for part in ("ontology", "shapes", "data"):
        shutil.copytree(TEMPLATE / part, folder / part)
    for name in (*_REPLACED, *_DROPPED):
        (folder / "data" / f"{name}.ttl").unlink()
    return _Library(folder / "data", random.Random(seed)).write(statements, books)


class _Library:
    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder, self.chance = folder, chance
        self.keys = [("segment", "key", "id")]
        self.subjects = range(_SUBJECTS)
        self.subject_weights = list(itertools.accumulate(1 / (rank + 1) for rank in self.subjects))
        self.syllables = _SYLLABLES.split()
        self.words = {language: words.split() for language, words in _WORDS.items()}
        self.holdings = 0

    def write(self, statements: int, most: int) -> int:
        for name, subjects in (("branches/branches", self._branches()), ("subjects/subjects", self._scheme())):
            with self._file(name) as file:
                _write(file, subjects)
        written, books = 0, 0
        with self._file("catalogue/books") as catalogue, self._file("catalogue/holdings") as holdings:
            while written < statements and books < min(most, _MOST_BOOKS):
                books += 1
                written += _write(catalogue, self._book(books)) + _write(holdings, self._holdings(books))
        with (self.folder / "keys.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(self.keys)
        return books

    def _file(self, name: str) -> TextIO:
        file = (self.folder / f"{name}.ttl").open("w", encoding="utf-8")
        file.writelines(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in _PREFIXES.items())
        file.write("@base <https://library.example/id/> .\n")
        return file

    def _branches(self) -> Iterator[Subject]:
        for number in range(1, _BRANCHES + 1):
            key, name = f"{number:02}", self._name()
            self.keys.append(("branch", key, key))
            yield (
                f"<branch/{key}>",
                [
                    *("a lib:Branch", "a schema:Library"),
                    *(f'skos:prefLabel "{name} Library"@en', f'skos:prefLabel "Kirjasto {name}"@fi'),
                    *self._texts("dct:description", 12),
                    f'skos:notation "{key}"',
                    f"schema:foundingDate {self._date(1890, 2020)}",
                    f"foaf:homepage <https://branches.example/{key}>",
                    "dct:source <https://branches.example/register>",
                ],
            )

    def _scheme(self) -> Iterator[Subject]:
        names = [
            f"{name} {text}" for name in ("dct:title", "skos:prefLabel") for text in ('"Subjects"@en', '"Aiheet"@fi')
        ]
        tops = [f"skos:hasTopConcept {_subject(number)}" for number in range(_TOP_SUBJECTS)]
        yield f"<{_SCHEME}>", ["a skos:ConceptScheme", *names, 'skos:notation "subject"', *tops]
        for number in self.subjects:
            top = number < _TOP_SUBJECTS
            place = f"topConceptOf <{_SCHEME}>" if top else f"broader {_subject(number % _TOP_SUBJECTS)}"
            name = self._name()
            yield (
                _subject(number),
                [
                    "a skos:Concept",
                    *(f'skos:prefLabel "{name} {number}"@{language}' for language in _WORDS),
                    *self._texts("skos:definition", 8),
                    *(f'skos:notation "S{number}"', f"skos:inScheme <{_SCHEME}>", f"skos:{place}"),
                ],
            )

    def _book(self, number: int) -> Iterator[Subject]:
        chance = self.chance
        self.keys.append(("book", str(number), f"R{number:06}"))
        name, finnish_only = self._name(), chance.random() < 0.2
        facts = [
            *("a lib:Book", "a schema:Book"),
            f'dct:title "{name}, {self._words("fi", 2)}"@fi',
            f"lib:genre <concept/genre/{chance.choice(_GENRES)}>",
            f"lib:referenceOnly {'true' if chance.random() < 0.05 else 'false'}",
            f"dct:issued {self._date(1950, 2026)}",
            *(f"adms:identifier <book/{number}#id-record>", f"dct:source {_SOURCE}"),
            f"foaf:page <https://catalogue.example/record/R{number:06}>",
        ]
        if not finnish_only:
            facts.append(f'dct:title "{name}: {self._words("en", 2)}"@en')
            facts += self._texts("dct:description", chance.randint(10, 30))
        if chance.random() < 0.3:
            facts.append(f'dct:alternative "{self._name()}"@fi')
        if chance.random() < 0.9:
            facts.append(f"lib:pages {int(60 + chance.expovariate(1 / 200))}")
        if chance.random() < 0.7:
            facts.append(f'lib:price "{chance.randint(5, 60)}.{chance.choice((50, 90, 95))}"^^xsd:decimal')
        about = chance.choices(self.subjects, cum_weights=self.subject_weights, k=chance.randint(0, 4))
        facts += [f"dct:subject {_subject(each)}" for each in sorted(set(about))]
        if number > 1 and chance.random() < 0.08:
            facts.append(f"lib:sequelOf <book/{chance.randrange(max(1, number - 200), number)}>")
        yield f"<book/{number}>", facts
        yield f"<book/{number}#id-record>", ["a adms:Identifier", f'skos:notation "R{number:06}"']

    def _holdings(self, book: int) -> Iterator[Subject]:
        """The branches that hold a book, each with the copies and the years; small numbers stand for large branches."""
        chance = self.chance
        branches = {1 + int(_BRANCHES * chance.random() ** 2) for _ in range(chance.choice((1, 1, 2, 2, 3, 5)))}
        for branch in sorted(branches):
            self.holdings += 1
            key, start = f"holding/{self.holdings}", chance.randint(1995, 2025)
            self.keys.append(("holding", str(self.holdings), f"H{self.holdings:07}"))
            yield (
                f"<{key}>",
                [
                    *("a lib:Holding", "a prov:Entity", f"lib:book <book/{book}>", f"lib:branch <branch/{branch:02}>"),
                    *(f"lib:copies {chance.randint(1, 9)}", f"dct:temporal <{key}#period>"),
                ],
            )
            ended = chance.random() < 0.4
            end = [f'dcat:endDate "{chance.randint(start, 2025)}-12-31"^^xsd:date'] if ended else []
            yield f"<{key}#period>", ["a dct:PeriodOfTime", f'dcat:startDate "{start}-01-01"^^xsd:date', *end]

    def _name(self) -> str:
        return "".join(self.chance.choices(self.syllables, k=self.chance.randint(2, 4))).capitalize()

    def _words(self, language: str, count: int) -> str:
        return " ".join(self.chance.choices(self.words[language], k=count))

    def _texts(self, predicate: str, count: int) -> list[str]:
        return [f'{predicate} "{self._words(each, count).capitalize()}."@{each}' for each in _WORDS]

    def _date(self, first: int, last: int) -> str:
        year, month, day = self.chance.randint(first, last), self.chance.randint(1, 12), self.chance.randint(1, 28)
        return f'"{year}-{month:02}-{day:02}"^^xsd:date'


def _subject(number: int) -> str:
    return f"<{_SCHEME}/code/S{number}>"


def _write(file: TextIO, subjects: Iterable[Subject]) -> int:
    """Write what is said of *subjects*; return the number of statements."""
    count = 0
    for subject, facts in subjects:
        said = " ;\n    ".join(facts)
        file.write(f"\n{subject} {said} .\n")
        count += len(facts)
    return count


def write_triples(publication: Path, file: Path) -> None:
    """Write the default graph of *publication* to *file* as N-Triples, with what the server computes."""
    store = load_folder(publication).version.store
    store.dump(str(file), RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
