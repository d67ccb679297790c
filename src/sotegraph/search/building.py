"""Make the search of a version: a file that SQLite searches, and the facets of its lists in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from sotegraph.entities import Index
from sotegraph.entities.paths import follow_each
from sotegraph.publication import Collection, Publication
from sotegraph.search.facets import Values, fill_facet, places
from sotegraph.search.finding import Search
from sotegraph.search.shelves import NAME, Order, Shelf
from sotegraph.search.words import NameForms, fold, words
from sotegraph.terms import term

_SCHEMA = """
-- Texts are taken apart and folded before they come here: all that is left to SQLite is to split at spaces.
CREATE VIRTUAL TABLE folded USING fts5(label, name, context, text, content='', detail='column',
    tokenize='ascii', prefix='1 2 3');
CREATE VIRTUAL TABLE exact USING fts5(label, name, content='', detail='column',
    tokenize='ascii');
CREATE TABLE name (doc INTEGER NOT NULL, kind INTEGER NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL,
    language TEXT NOT NULL);
CREATE TABLE identifier (doc INTEGER NOT NULL, type TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE word (word TEXT PRIMARY KEY, folded TEXT NOT NULL, backwards TEXT NOT NULL) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX name_key ON name (key);
CREATE INDEX name_doc ON name (doc);
CREATE INDEX identifier_key ON identifier (key);
CREATE INDEX identifier_doc ON identifier (doc);
CREATE INDEX word_backwards ON word (backwards);
"""
LABEL, OTHER_NAME, INITIALS = 0, 1, 2
"""Kinds of names: what a thing is called, what it is called besides, and the initials of its label."""
_LEAST_INITIALS = 3
_IDENTIFIER, _NOTATION, _TYPE = term("adms:identifier"), term("skos:notation"), term("dct:type")


def build_search(index: Index, folder: Path) -> Search:
    """Write the search of *index* to *folder*, which is there; return it, not yet opened by this process."""
    return _Builder(index, folder / "search.sqlite").build()


class _Builder:
    def __init__(self, index: Index, file: Path) -> None:
        self.index, self.file = index, file
        self.publication, self.version = index.publication, index.version
        self.forms = NameForms(self.publication.name_forms)
        self.places: dict[str, int] = {}
        self.vocabulary: dict[str, str] = {}
        self._contexts: dict[str, tuple[str, ...]] = {}

    def build(self) -> Search:
        shelves = tuple(self._shelves())
        self.places = {iri: shelf.start + place for shelf in shelves for place, iri in enumerate(shelf.iris)}
        with closing(sqlite3.connect(self.file)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.executescript(_SCHEMA)
            self._write(connection, shelves)
            connection.executescript(_INDEXES)
            connection.execute("INSERT INTO folded(folded) VALUES ('optimize')")
            connection.commit()
            connection.execute("PRAGMA optimize")
        return Search.of(self.index, self.file, shelves)

    def _shelves(self) -> Iterator[Shelf]:
        start = 0
        for collection in self.publication.collections:
            iris = _in_order(self.index, collection)
            values = {each.name: fill_facet(self.version, each, iris) for each in collection.facets}
            yield shelve(self.index, collection, start, values, self._orders(collection, iris, values))
            start += len(iris)

    def _orders(
        self, collection: Collection, iris: tuple[str, ...], values: Mapping[str, Values]
    ) -> dict[tuple[str, str], Order]:
        at = {iri: place for place, iri in enumerate(iris)}
        orders = {}
        for language in self.publication.languages:
            named = self.index.ordered.get((collection.segment, language), iris)
            by_name = orders[NAME, language] = Order.of(at[iri] for iri in named)
            for each in values.values():
                for backwards in (False, True) if each.years else ():
                    sort = f"-{each.facet.name}" if backwards else each.facet.name
                    orders[sort, language] = Order.of(_by_year(each, by_name, backwards))
        return orders

    def _write(self, connection: sqlite3.Connection, shelves: tuple[Shelf, ...]) -> None:
        names, identifiers, texts = self._names(), self._identifiers(), self._texts()
        for doc, known in names.items():
            rows = ((doc, kind, self.forms.key(text), text, language) for kind, text, language in known)
            connection.executemany("INSERT INTO name VALUES (?, ?, ?, ?, ?)", rows)
            initials = {
                "".join(each[0] for each in self.forms.essence(text)) for kind, text, _ in known if kind == LABEL
            }
            connection.executemany(
                "INSERT INTO name VALUES (?, ?, ?, ?, '')",
                ((doc, INITIALS, each, each) for each in initials if len(each) >= _LEAST_INITIALS),
            )
        for doc, identified in identifiers.items():
            rows_of_doc = ((doc, kind, "".join(map(fold, words(text))), text) for kind, text in identified)
            connection.executemany("INSERT INTO identifier VALUES (?, ?, ?, ?)", rows_of_doc)
        for shelf in shelves:
            linked = self._linked(shelf)
            for place in range(len(shelf.iris)):
                doc = shelf.start + place
                known, identified = names.get(doc, []), identifiers.get(doc, [])
                others = [text for kind, text, _ in known if kind != LABEL] + [text for _, text in identified]
                labels = [text for kind, text, _ in known if kind == LABEL]
                self._insert(connection, doc, labels, others, linked.get(place, {}), texts.get(doc, []))
        connection.executemany(
            "INSERT INTO word VALUES (?, ?, ?)",
            ((word, folded, folded[::-1]) for word, folded in self.vocabulary.items()),
        )

    def _insert(
        self,
        connection: sqlite3.Connection,
        doc: int,
        labels: Iterable[str],
        names: Iterable[str],
        context: Iterable[str],
        texts: Iterable[str],
    ) -> None:
        label, name, around, text = (words(" ".join(each)) for each in (labels, names, context, texts))
        folded = (" ".join(map(self._fold, each)) for each in (label, name, around, text))
        connection.execute(
            "INSERT INTO folded(rowid, label, name, context, text) VALUES (?, ?, ?, ?, ?)", (doc, *folded)
        )
        connection.execute(
            "INSERT INTO exact(rowid, label, name) VALUES (?, ?, ?)", (doc, " ".join(label), " ".join(name))
        )

    def _fold(self, word: str) -> str:
        folded = self.vocabulary.get(word)
        if folded is None:
            folded = self.vocabulary[word] = fold(word)
        return folded

    def _names(self) -> dict[int, list[tuple[int, str, str]]]:
        """Kind, text and language of what each member is called."""
        found: dict[int, list[tuple[int, str, str]]] = {}
        labels = [(LABEL, each) for each in self.publication.label_properties]
        others = [(OTHER_NAME, each) for each in self.publication.name_properties]
        for kind, predicate in (*labels, *others):
            for doc, literal in self._literals(predicate):
                found.setdefault(doc, []).append((kind, literal.value, literal.language or ""))
        return found

    def _texts(self) -> dict[int, list[str]]:
        """What is said of each member in sentences."""
        found: dict[int, list[str]] = {}
        for predicate in self.publication.text_properties:
            for doc, literal in self._literals(predicate):
                found.setdefault(doc, []).append(literal.value)
        return found

    def _literals(self, predicate: str) -> Iterator[tuple[int, Literal]]:
        for triple in self.version.statements(NamedNode(predicate)):
            doc = self.places.get(triple.subject.value) if isinstance(triple.subject, NamedNode) else None
            if doc is not None and isinstance(triple.object, Literal):
                yield doc, triple.object

    def _identifiers(self) -> dict[int, list[tuple[str, str]]]:
        """Type and text of the identifiers of each member that stand in nodes of their own (ADMS, Identifier)."""
        texts, types = self._values_of(_NOTATION), self._values_of(_TYPE)
        found: dict[int, list[tuple[str, str]]] = {}
        for triple in self.version.statements(_IDENTIFIER):
            doc = self.places.get(triple.subject.value) if isinstance(triple.subject, NamedNode) else None
            text = texts.get(triple.object)
            if doc is not None and text is not None:
                found.setdefault(doc, []).append((types.get(triple.object, ""), text))
        return found

    def _values_of(self, predicate: NamedNode) -> Mapping[object, str]:
        return {
            triple.subject: triple.object.value
            for triple in self.version.statements(predicate)
            if isinstance(triple.object, NamedNode | Literal)
        }

    def _linked(self, shelf: Shelf) -> dict[int, set[str]]:
        """What is called so, and linked to each member: the values of its facets, and what its search paths lead to."""
        found: dict[int, set[str]] = {}
        for values in shelf.values.values():
            for value, members in values.members.items():
                for label in self._labels(value):
                    for place in places(members):
                        found.setdefault(place, set()).add(label)
        for route in shelf.collection.search_routes:
            for place, ends in enumerate(follow_each(self.version, shelf.iris, (route,))):
                for end in ends:
                    if isinstance(end, NamedNode):
                        found.setdefault(place, set()).update(self._labels(end.value))
        return found

    def _labels(self, value: str) -> tuple[str, ...]:
        """What a value is called: its names in all languages; a text is its own name."""
        known = self._contexts.get(value)
        if known is None:
            labels = tuple(each.value for each in self.index.labels(value)) if _is_iri(value) else ()
            known = self._contexts[value] = labels or (() if _is_iri(value) else (value,))
        return known


def search_depends_on(publication: Publication) -> frozenset[str]:
    """The predicates of all statements that the search is made of, but for those that decide about the lists."""
    found = {_IDENTIFIER.value, _NOTATION.value, _TYPE.value}
    found.update(publication.label_properties, publication.name_properties, publication.text_properties)
    for collection in publication.collections:
        ways = [route for facet in collection.facets for route in (*facet.routes, *facet.parents)]
        found.update(step.predicate for route in (*ways, *collection.search_routes) for step in route)
    return frozenset(found)


def shelve(
    index: Index,
    collection: Collection,
    start: int,
    values: Mapping[str, Values],
    orders: Mapping[tuple[str, str], Order],
) -> Shelf:
    """Return the shelf of *collection*, whose members are in the order of the publication's first language."""
    return Shelf(collection, start, _in_order(index, collection), orders, values)


def _in_order(index: Index, collection: Collection) -> tuple[str, ...]:
    first = index.publication.languages[0]
    return index.ordered.get((collection.segment, first), index.members[collection.segment])


def _by_year(values: Values, by_name: Order, backwards: bool) -> Iterator[int]:
    """All places: those with the first year, by name, and so on; what has no year comes last."""
    left = (1 << len(by_name.places)) - 1
    for year in sorted(values.members, reverse=backwards):
        own = left & values.members[year]
        yield from by_name.sorted(own)
        left &= ~own
    yield from by_name.sorted(left)


def _is_iri(value: str) -> bool:
    return ":" in value and " " not in value
