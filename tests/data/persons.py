"""A screen for natural persons: their names in texts, IRIs and addresses, and contact details.

Nobody keeps a list of names here. What a name looks like is computed from the tables the publication was made from:

* an *ordinary word* is one that their texts hold outside addresses; they were cleared of persons, addresses were not
* two neighbours in an address, neither of them ordinary, are first and last name as far as anybody can tell
* two capitalised words in a row, the last one not ordinary, are a name too, wherever it came from

The addresses of sources stand aside, but one that holds a name in *-nen* is not published either.
"""

from __future__ import annotations

import csv
import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from tests.conformance_data import conformance_data

MINTED = "https://w3id.org/sotegraph/id/"
PERSONAL_COLUMNS = frozenset({"author"})
ADDRESS = re.compile(r"(?:https?://|www\.|urn:|seeds/)\S+|\b[\w.-]+/[\w.-]+@\w+\S*")
LICENCE = re.compile(r"Creative Commons Nimeä")
REPOSITORY_NAME = re.compile(r"(?:github\.com/|\bin |(?<![\w/.-])(?=\S+@))([A-Za-z][\w-]{2,})/[A-Za-z][\w.-]+")
WORD = re.compile(r"[^\W\d_]+")
CAPITALISED = r"[A-ZÅÄÖÉ][a-zåäöéüà]+(?:-[A-ZÅÄÖ][a-zåäöé]+)*"
PAIR = re.compile(rf"(?=\b({CAPITALISED}) ({CAPITALISED})\b)")
CONTACTS = {
    "e-mail address": re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}|\(at\)|mailto:", re.IGNORECASE),
    "telephone number": re.compile(
        r"\+358[ -]?\d|\btel:|(?<![\d.-])0(?:4\d|50)[ -]?\d{3}[ -]?\d{2,4}\b|(?<![\d.-])0\d{1,2}[ -]\d{3}[ -]?\d{3,4}\b"
    ),
    "personal identity code": re.compile(r"\b[0-3]\d[01]\d{3}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]\b"),
}


def folded(text: str) -> str:
    """The text in ASCII lower case, as slugs write it."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


@dataclass(frozen=True)
class Screen:
    """What the shared tables teach of words and names."""

    words: frozenset[str]
    beginnings: frozenset[str]
    names: frozenset[tuple[str, str]]
    owners: frozenset[str]

    def ordinary(self, word: str) -> bool:
        """Whether every part of *word* occurs in the tables, in this form or with another ending."""
        parts = [folded(part) for part in WORD.findall(word)]
        return all(part in self.words or part[: max(6, len(part) * 3 // 4)] in self.beginnings for part in parts)

    def names_in(self, text: str) -> Iterator[str]:
        """What looks like the name of a person in running *text*."""
        spoken = LICENCE.sub(" ", ADDRESS.sub(" ", text))
        for first, last in PAIR.findall(spoken):
            if (folded(first), folded(last)) in self.names or not self.ordinary(last):
                yield f"{first} {last}"
        yield from (word for word in re.findall(r"[\w-]+", spoken) if folded(word) in self.owners)

    def names_in_slug(self, slug: str) -> Iterator[str]:
        """What looks like the name of a person in an IRI or identifier of ours."""
        parts = [part for part in re.split(r"[^a-z]+", folded(slug)) if part]
        yield from (" ".join(pair) for pair in itertools.pairwise(parts) if pair in self.names)
        yield from (part for part in parts if part in self.owners)

    def unwanted(self, term: object) -> list[str]:
        """What looks like a person or a contact detail in one RDF term."""
        if isinstance(term, Literal):
            found = [*self.names_in(term.value), *self._in_address(term.value)]
            return found + [kind for kind, pattern in CONTACTS.items() if pattern.search(ADDRESS.sub(" ", term.value))]
        if not isinstance(term, NamedNode):
            return []
        if term.value.startswith(MINTED):
            return list(self.names_in_slug(term.value[len(MINTED) :]))
        return [*self._in_address(term.value), *("address" for _ in re.findall(r"mailto:|tel:", term.value))]

    def findings(self, folder: Path) -> list[str]:
        """Every name and contact detail in the Turtle files and tables below *folder*."""
        found = []
        for place, text, names in (*self._in_turtle(folder), *self._in_tables(folder)):
            found += [f"{place}: {name}" for name in names]
            found += [f"{place}: {kind}: {text}" for kind, pattern in CONTACTS.items() if pattern.search(text)]
        return found

    def _in_turtle(self, folder: Path) -> Iterator[tuple[str, str, list[str]]]:
        for path in sorted(folder.rglob("*.ttl")):
            if path.name.endswith(".rml.ttl"):
                continue
            nodes = set()
            for quad in parse(path=str(path), format=RdfFormat.TURTLE):
                nodes |= {quad.subject, quad.object}
            for node in sorted(nodes, key=str):
                if isinstance(node, Literal):
                    yield path.name, node.value, [*self.names_in(node.value), *self._in_address(node.value)]
                elif isinstance(node, NamedNode) and node.value.startswith(MINTED):
                    yield path.name, "", list(self.names_in_slug(node.value[len(MINTED) :]))
                elif isinstance(node, NamedNode):
                    yield path.name, node.value if "mailto:" in node.value else "", self._in_address(node.value)

    def _in_tables(self, folder: Path) -> Iterator[tuple[str, str, list[str]]]:
        for path in sorted(folder.rglob("*.csv")):
            for row in read(path):
                for column, cell in row.items():
                    place = f"{path.name}, {column}"
                    spoken = ADDRESS.sub(" ", cell)
                    slugs = self.names_in_slug(cell) if column == "id" and "://" not in cell else ()
                    yield place, spoken, [*self.names_in(cell), *slugs, *self._in_address(cell)]

    def _in_address(self, text: str) -> list[str]:
        return [" ".join(pair) for pair in neighbours(text) if pair in self.names and pair[1].endswith("nen")]


def neighbours(text: str) -> Iterator[tuple[str, str]]:
    """Words that stand side by side in the addresses of *text*."""
    for address in ADDRESS.findall(text):
        path = address.partition("://")[2].partition("/")[2]
        for segment in re.split(r"[/?&=._]", path):
            parts = folded(segment).split("-")
            for first, last in itertools.pairwise(parts):
                if first.isalpha() and last.isalpha() and min(len(first), len(last)) > 2:
                    yield first, last


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{column: value or "" for column, value in row.items()} for row in csv.DictReader(file)]


def learnt() -> Screen:
    """The screen, computed from the shared tables and what is written about them."""
    folder = conformance_data() / "data"
    rows = [row for path in sorted(folder.glob("*/*.csv")) for row in read(path)]
    spoken = [cell for row in rows for column, cell in row.items() if column not in PERSONAL_COLUMNS]
    spoken += [path.read_text("utf-8") for path in (*folder.glob("*/SOURCES.md"), *folder.parent.glob("notes/*.md"))]
    owners = {owner for text in spoken for owner in REPOSITORY_NAME.findall(text)}
    repositories = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, owners)))})/\S+")
    words = {folded(word) for text in spoken for word in WORD.findall(ADDRESS.sub(" ", repositories.sub(" ", text)))}
    titles = [row.get("source_title", "") for row in rows]
    words |= {folded(word) for title in titles for word in WORD.findall(ADDRESS.sub(" ", title))}
    pairs = {pair for row in rows for cell in row.values() for pair in neighbours(cell)}
    return Screen(
        words=frozenset(words),
        beginnings=frozenset(word[:length] for word in words for length in range(6, len(word) + 1)),
        names=frozenset(pair for pair in pairs if not words & set(pair)),
        owners=frozenset(folded(owner) for owner in owners if folded(owner) not in words),
    )
