"""Find the things that a query means: by identifier, by name however it is written, then by what is alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sotegraph.entities import Index
from sotegraph.publication import Collection
from sotegraph.reconciliation.likeness import Name, likeness
from sotegraph.reconciliation.reading import Constraint, Query
from sotegraph.reconciliation.spelling import Spelling
from sotegraph.search import Search, Shelf, first_places, fold, words

_FEW = 40
_MOST_CANDIDATES = 120
_MOST_CORRECTED = 2
_CERTAIN, _CLEAR = 90.0, 4.0
_WHOLE = {0: 100.0, 1: 99.0, 2: 80.0}
"""What the whole name is worth as label, as another name, and as initials."""
_ALMOST, _LEAST = 98.0, 40.0
"""The most that a name is worth which is not the whole name, and the least that is worth telling."""
_AGAINST = 0.75
"""What is left of a score where a property speaks against it."""
_BESIDE = 0.97
"""The same for things that the publication is not mainly about, and for the types that were only preferred."""
_ALIKE_VALUES = 85.0


@dataclass(frozen=True)
class Candidate:
    """Something that may be meant: how likely from 0 to 100, and whether no other is."""

    iri: str
    score: float
    match: bool
    collection: Collection | None


class Matcher:
    """Answers queries about one version."""

    def __init__(self, index: Index, search: Search) -> None:
        self.index, self.search = index, search
        self._value = lru_cache(maxsize=4_096)(self._values_alike)

    def candidates(self, query: Query) -> list[Candidate]:
        """The things that *query* may mean, the most likely first."""
        allowed = self._allowed(query)
        scores = self._scores(query, allowed)
        against = {each: self._having(each) for each in query.properties}
        found = []
        for doc, score in scores.items():
            misses = sum(1 for members in against.values() if members is not None and not members >> doc & 1)
            shelf = self.search.shelf_of(doc)
            beside = 1.0 if shelf.collection.on_front_page or query.types else _BESIDE
            preferred = _BESIDE if query.strict == "should" and not is_of(shelf, query.types) else 1.0
            found.append((round(score * _AGAINST**misses * beside * preferred, 1), misses, doc))
        found.sort(key=lambda each: (-each[0], each[1], each[2]))
        return [self._candidate(query, found, place) for place in range(min(query.limit, len(found)))]

    def _candidate(self, query: Query, found: list[tuple[float, int, int]], place: int) -> Candidate:
        score, misses, doc = found[place]
        second = found[1][0] if len(found) > 1 else 0.0
        match = place == 0 and not misses and score >= _CERTAIN and score - second >= _CLEAR
        match = match and not self._is_of_another_kind(query.text, doc)
        return Candidate(self.search.iri(doc), score, match, self.search.shelf_of(doc).collection)

    def _is_of_another_kind(self, text: str, doc: int) -> bool:
        """Whether *text* is one word and a legal form, and *doc*, which has none, or something else so called, is none.

        What has the name of a place is not the place, nor whoever is called after it.
        """
        forms = self.search.forms
        if not forms.in_name(text) or len(forms.essence(text)) > 1:
            return False
        if any(forms.in_name(str(name)) for (name,) in self._names_of(doc)):
            return False
        rows = self.search.ask("SELECT doc FROM name WHERE kind < 2 AND key = ?", (forms.key(text),))
        called = [self.search.shelf_of(each) for (each,) in rows if isinstance(each, int)]
        kinds = [self.search.shelf_of(doc), *(each for each in called if each.collection.on_front_page)]
        return not self._with_forms.issuperset(each.start for each in kinds)

    def _names_of(self, doc: int) -> list[tuple[object, ...]]:
        return self.search.ask("SELECT text FROM name WHERE kind < 2 AND doc = ?", (doc,))

    @cached_property
    def _with_forms(self) -> frozenset[int]:
        """Where the shelves start on which something is that has a legal form in its name."""
        rows = self.search.ask("SELECT doc, text FROM name WHERE kind < 2", ())
        docs = (doc for doc, name in rows if isinstance(doc, int) and self.search.forms.in_name(str(name)))
        return frozenset(self.search.shelf_of(each).start for each in docs)

    def _allowed(self, query: Query) -> int:
        """The set of things of the types asked for."""
        if not query.types or query.strict == "should":
            return (1 << self.search.size) - 1
        of_each = [{each.start for each in self.search.shelves if is_of(each, (kind,))} for kind in set(query.types)]
        starts = set.intersection(*of_each) if query.strict == "all" else set.union(*of_each)
        found = 0
        for each in self.search.shelves:
            if each.start in starts:
                found |= each.everything << each.start
        return found

    def _scores(self, query: Query, allowed: int) -> dict[int, float]:
        scores = {doc: 100.0 for doc in self._identified(query) if allowed >> doc & 1}
        if query.text:
            for doc, score in self._called(query.text, allowed):
                scores[doc] = max(score, scores.get(doc, 0.0))
            unsure = max(scores.values(), default=0.0) < _CERTAIN or len(scores) < query.limit
            if unsure and not _is_identifier(query.text):
                for doc, score in self._alike(query.text, allowed):
                    scores[doc] = max(score, scores.get(doc, 0.0))
        elif not scores:
            sets = [members for each in query.properties if (members := self._having(each)) is not None]
            for members in sets:
                allowed &= members
            scores = dict.fromkeys(first_places(allowed, query.limit) if sets else [], 50.0)
        return scores

    def _identified(self, query: Query) -> Iterator[int]:
        """What has an identifier that the query states, as a property of that kind or in place of a name."""
        kinds = {each.name: each.type for shelf in self.search.shelves for each in shelf.collection.identifier_kinds}
        stated = [(kinds[each.name], value) for each in query.properties if each.name in kinds for value in each.values]
        for kind, value in stated:
            yield from self._with_identifier(value, kind)
        if query.text and any(each.isdigit() for each in query.text):
            yield from self._with_identifier(query.text, None)

    def _with_identifier(self, value: str, kind: str | None) -> Iterator[int]:
        key = "".join(map(fold, words(value)))
        rows = self.search.ask("SELECT doc, type FROM identifier WHERE key = ?", (key,)) if key else []
        for doc, type_ in rows:
            if isinstance(doc, int) and (kind is None or type_ == kind):
                yield doc

    def _called(self, text: str, allowed: int) -> Iterator[tuple[int, float]]:
        """What has *text* as a name, and how much that is worth."""
        rows = self.search.ask("SELECT doc, kind FROM name WHERE key = ?", (self.search.forms.key(text),))
        for doc, kind in rows:
            if isinstance(doc, int) and isinstance(kind, int) and allowed >> doc & 1:
                yield doc, _WHOLE[kind]

    def _alike(self, text: str, allowed: int) -> Iterator[tuple[int, float]]:
        """What has words of *text* in its names, and how alike they are."""
        written = {fold(each): each for each in words(text)}  # As it is asked for: with dots and rings, if it has any.
        essence = [written.get(each, each) for each in self.search.forms.essence(text)]
        asked = self._asked_name(text)
        docs = list(dict.fromkeys((*self._misspelt(asked, allowed), *self._sharing(essence, allowed))))[
            :_MOST_CANDIDATES
        ]
        marks = ", ".join("?" * len(docs))
        rows = self.search.ask(f"SELECT doc, text FROM name WHERE kind < 2 AND doc IN ({marks})", docs) if docs else []
        for doc, name in rows:
            if isinstance(doc, int):
                alike = min(_ALMOST, likeness(asked, self._known_name(str(name))))
                if alike >= _LEAST:
                    yield doc, alike

    def _misspelt(self, asked: Name, allowed: int) -> list[int]:
        """Some things whose names have the words that the longest unknown ones of *asked* may be misspelt for."""
        strange = sorted(asked.strange, key=len, reverse=True)[:_MOST_CORRECTED]
        nearest = {each: near for each in strange if (near := self._spelling.nearest(each))}
        found: dict[int, None] = {}
        for place in range(max(map(len, nearest.values()), default=0)):
            known = {each: near[min(place, len(near) - 1)] for each, near in nearest.items()}
            corrected = [known.get(each, each) for each in asked.words]
            found |= dict.fromkeys(doc for doc, _ in self._called(" ".join(corrected), allowed))
            found |= dict.fromkeys(self._sharing(corrected, allowed)[:_FEW])
        return list(found)

    @cached_property
    def _spelling(self) -> Spelling:
        """The words of all names, read once."""
        names = self.search.ask("SELECT text FROM name WHERE kind < 2", ())
        return Spelling(word for (text,) in names for word in self.search.forms.essence(str(text)))

    def _sharing(self, essence: list[str], allowed: int) -> list[int]:
        """Some things whose names share most words with *essence*, rare words before frequent ones."""
        sets = sorted((self.search.in_names(each) & allowed for each in dict.fromkeys(essence)), key=int.bit_count)
        sets = [each for each in sets if each]
        found: dict[int, None] = {}
        for count in range(len(sets), 0, -1):
            for start in range(len(sets) - count + 1):
                shared = allowed
                for each in sets[start : start + count]:
                    shared &= each
                found |= dict.fromkeys(first_places(shared, _MOST_CANDIDATES - len(found)))
            if len(found) >= _FEW:
                break
        return list(found)[:_MOST_CANDIDATES]

    def _having(self, constraint: Constraint) -> int | None:
        """The things that have one of the values; None where the property or all values are not known."""
        kinds = [each for shelf in self.search.shelves for each in shelf.collection.identifier_kinds]
        types = {each.type for each in kinds if each.name == constraint.name}
        if types:
            return self._bits(
                doc for type_ in types for each in constraint.values for doc in self._with_identifier(each, type_)
            )
        found, known = 0, False
        for shelf in self.search.shelves:
            if constraint.name in shelf.values:
                for value in constraint.values:
                    for each in self._value(shelf.collection.segment, constraint.name, value):
                        found |= shelf.values[constraint.name].members[each] << shelf.start
                        known = True
        return found if known else None

    def _bits(self, docs: Iterable[int]) -> int | None:
        found = 0
        for each in docs:
            found |= 1 << each
        return found or None

    def _values_alike(self, segment: str, name: str, value: str) -> tuple[str, ...]:
        """The values of a facet that *value* means: by id, by IRI, or by a name in any language."""
        shelf = self.search.shelf(segment)
        if shelf is None:
            return ()
        keys = self.search.keys(shelf, name)
        exact = tuple(each for each, key in keys.items() if value in (each, key))
        if exact:
            return exact
        asked = self._asked_name(value)
        scores = {each: max((likeness(asked, other) for other in self._names(each)), default=0.0) for each in keys}
        best = max(scores.values(), default=0.0)
        return tuple(each for each, score in scores.items() if score == best) if best >= _ALIKE_VALUES else ()

    def _names(self, value: str) -> Iterator[Name]:
        """Each name of a value of a facet, other names included."""
        doc = self.search.doc(value)
        if doc is None:
            names: Iterable[str] = [each.value for each in self.index.labels(value)] if ":" in value else [value]
        else:
            names = [str(row[0]) for row in self._names_of(doc)]
        return map(self._known_name, names)

    def _asked_name(self, text: str) -> Name:
        return Name.of(self.search.forms.essence(text), text, self.search.knows)

    def _known_name(self, text: str) -> Name:
        return Name.of(self.search.forms.essence(text), text)


def is_of(shelf: Shelf, types: Iterable[str]) -> bool:
    """Whether one of *types*, which name a list by its segment or by a class, means that on *shelf*."""
    own = {shelf.collection.segment, *shelf.collection.classes}
    return any(each in own for each in types)


def _is_identifier(text: str) -> bool:
    """Whether *text* is an identifier rather than a name, of which nothing is alike but itself.

    >>> _is_identifier("1234567-8"), _is_identifier("Q42"), _is_identifier("Radio 24")
    (True, True, False)
    """
    return sum(each.isdigit() for each in text) > sum(each.isalpha() for each in text)
