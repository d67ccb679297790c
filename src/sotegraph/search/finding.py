"""Search a version: words in, sets of members out, from those that are called so to those that it is said of.

What somebody types never reaches SQLite but as words of letters and digits, in quotation marks.
"""

from __future__ import annotations

import functools
import itertools
import math
import os
import sqlite3
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from sotegraph.entities import Index
from sotegraph.search.endings import FUNCTION_WORDS
from sotegraph.search.facets import bits
from sotegraph.search.forms import Forms
from sotegraph.search.shelves import Shelf
from sotegraph.search.words import NameForms, fold, words
from sotegraph.terms import Addresses

_MOST_WORDS = 12
_SHORTEST_PART = 4
_SHORT = 3
_MOST_NAMES = 64
_OF_NAMES = 4
"""The last level at which a word stands in a name."""
_BASIC, _INFLECTED = 1, 3
"""The levels at which a word stands as a dictionary has it, and up to which it stands in whole, in any form."""
_REMEMBERED = 512
_SPARSE = 2_000
LEVELS = ("label", "label", "label name", "label name", "label name context", "label name context text")
"""In which columns a word may stand: as dictionaries have it, inflected, as beginning or part of a word, around it."""


class Found:
    """What was found for *words*: *everything* as one set of members of all shelves, and in ranks when asked for them.

    *unknown* are the words that were found nowhere and left out; with *partly* no member has all of the others.
    """

    def __init__(
        self,
        words: tuple[str, ...],
        everything: int = 0,
        ranks: Iterable[int] = (),
        unknown: tuple[str, ...] = (),
        partly: bool = False,
    ) -> None:
        self.words, self.everything, self.unknown, self.partly = words, everything, unknown, partly
        self._ranks = iter(ranks)
        self._known: list[int] = []
        self._ranked = 0
        self._lock = threading.Lock()

    @property
    def ranked(self) -> Iterator[int]:
        """Sets of what was found, the best first, none empty, none with what stands in another; found out as needed."""
        place = 0
        while True:
            with self._lock:
                if place == len(self._known) and not self._next():
                    return
            yield self._known[place]
            place += 1

    def _next(self) -> bool:
        """Find out one rank more, if there is one."""
        while self._ranked != self.everything:
            each = next(self._ranks, self.everything) & self.everything & ~self._ranked
            if each:
                self._known.append(each)
                self._ranked |= each
                return True
        return False


class _Opened:
    """A connection that is closed when its thread has ended."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class Search:
    """The search of one version. Each thread of each process that asks it opens the file for itself."""

    def __init__(self, addresses: Addresses, file: Path, shelves: tuple[Shelf, ...], forms: NameForms) -> None:
        self.addresses, self.file, self.shelves, self.forms = addresses, file, shelves, forms
        self.size = sum(len(each.iris) for each in shelves)
        self._by_segment = {each.collection.segment: each for each in shelves}
        self._keys: dict[tuple[str, str], Mapping[str, str]] = {}
        self._docs: dict[str, int] | None = None
        self._local = threading.local()
        self._complete = False
        self._remembered = functools.lru_cache(maxsize=_REMEMBERED)(self._matches)

    @classmethod
    def of(cls, index: Index, file: Path, shelves: tuple[Shelf, ...]) -> Search:
        """The search of *index*, of which *file* has the words and *shelves* the lists."""
        return cls(index.addresses, file, shelves, NameForms(index.publication.name_forms))

    def shelf(self, segment: str) -> Shelf | None:
        """The shelf of the collection at *segment*, or None."""
        return self._by_segment.get(segment)

    def keys(self, shelf: Shelf, name: str) -> Mapping[str, str]:
        """How each value of a facet is written in addresses: its path, where it has one here."""
        place = (shelf.collection.segment, name)
        known = self._keys.get(place)
        if known is None:
            key = self.addresses.key
            known = self._keys[place] = {each: key(each) or each for each in shelf.values[name].members}
        return known

    def doc(self, iri: str) -> int | None:
        """The bit that stands for *iri* in a set of members of all; None for what stands in no list."""
        if self._docs is None:
            self._docs = {each: shelf.start + place for shelf in self.shelves for place, each in enumerate(shelf.iris)}
        return self._docs.get(iri)

    def in_names(self, word: str) -> int:
        """The members in whose names *word* stands: in any form, as the beginning or as part of a word.

        Where it stands in none, those with a word that begins like it, which it may be misspelt for.
        """
        return self._remembered(word, _OF_NAMES) or self._nearly(fold(word), LEVELS[_OF_NAMES - 1], _SHORTEST_PART)

    def iri(self, doc: int) -> str:
        """The member that a bit of a set of members of all stands for."""
        shelf = self.shelf_of(doc)
        return shelf.iris[doc - shelf.start]

    def shelf_of(self, doc: int) -> Shelf:
        """The shelf on which the member is that a bit stands for."""
        return next(each for each in reversed(self.shelves) if each.start <= doc)

    @property
    def complete(self) -> bool:
        """Whether inflected words are known by now; from then on the same words find the same for ever."""
        if not self._complete and self.lemma_file.exists():
            self._remembered.cache_clear()
            self._complete = True
        return self._complete

    @property
    def lemma_file(self) -> Path:
        """Where the table of inflected words stands, once it is there."""
        return self.file.with_name("lemmas.sqlite")

    def ask(self, statement: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """The rows that SQLite answers with."""
        return self._connection().execute(statement, values).fetchall()

    def _connection(self) -> sqlite3.Connection:
        known = getattr(self._local, "connection", None)
        if known is None or known[0] != (os.getpid(), self.complete):
            address = f"file:{quote(str(self.file))}?mode=ro&immutable=1"
            connection = sqlite3.connect(address, uri=True, check_same_thread=False)
            if self.complete:
                lemmas = f"file:{quote(str(self.lemma_file))}?mode=ro&immutable=1"
                connection.execute("ATTACH DATABASE ? AS lemmas", (lemmas,))
            known = self._local.connection = ((os.getpid(), self.complete), _Opened(connection))
        opened: _Opened = known[1]
        return opened.connection

    def find(self, text: str) -> Found:
        """What is found for *text*; nothing for a text without words."""
        asked = tuple(dict.fromkeys(words(text)))[:_MOST_WORDS]
        if not asked:
            return Found(())
        _ = self.complete
        wanted = _without_function_words(asked)
        known = [each for each in wanted if self._remembered(each, len(LEVELS))]
        unknown = tuple(each for each in wanted if each not in known)
        named, telling = self.named(text), _telling(known)
        inflected = self._named_in_other_words(telling or known) & ~named
        last = named | inflected
        last |= self._all_of(known, len(LEVELS)) if known else 0
        if telling:
            last |= self._all_of(telling, len(LEVELS))
        if last or not known:
            ranks = itertools.chain((named, inflected), self._levels(known), self._levels(telling))
            return Found(asked, last, ranks, unknown)
        ranks_of_some = self._some_of(known)
        return Found(asked, ranks_of_some[-1], ranks_of_some, unknown, partly=True)

    def by_name(self, text: str) -> Iterator[int]:
        """Sets of members that have all words of *text* in their names, the best first; none stands in two of them."""
        asked = list(dict.fromkeys(words(text)))[:_MOST_WORDS]
        _ = self.complete
        sets = (self._all_of(asked, level) for level in range(_OF_NAMES + 1) if asked)
        seen = 0
        for each in itertools.chain((self.named(text),), sets):
            yield each & ~seen
            seen |= each

    def _levels(self, asked: Sequence[str]) -> Iterator[int]:
        """What has all words, from the best level down."""
        return (self._all_of(asked, level) for level in range(len(LEVELS) + 1) if asked)

    def named(self, text: str) -> int:
        """The members that are called *text*, or have it as an identifier, however it is written."""
        plain = "".join(map(fold, words(text)))
        rows = self.ask("SELECT doc FROM name WHERE key = ? AND kind < 2", (self.forms.key(text),)) if plain else []
        rows += self.ask("SELECT doc FROM identifier WHERE key = ?", (plain,)) if plain else []
        return self._set(rows)

    def _named_in_other_words(self, asked: Sequence[str]) -> int:
        """The members that are called by other forms of *asked*; of many words, those that a dictionary has."""
        forms = self._forms()
        each = [forms.of(word) for word in asked]
        if math.prod(map(len, each)) > _MOST_NAMES:
            each = [forms.basic(word) for word in asked]
        choices = itertools.islice(itertools.product(*each), _MOST_NAMES)
        keys = list({self.forms.key(" ".join(each)) for each in choices})
        marks = ",".join("?" * len(keys))
        return self._set(self.ask(f"SELECT doc FROM name WHERE kind < 2 AND key IN ({marks})", keys)) if keys else 0

    def _set(self, rows: Iterable[tuple[object, ...]]) -> int:
        found = [row[0] for row in rows if isinstance(row[0], int)]
        return bits(found, self.size) if found else 0

    def _all_of(self, asked: Iterable[str], level: int) -> int:
        return functools.reduce(int.__and__, (self._remembered(each, level) for each in asked))

    def _some_of(self, asked: Sequence[str]) -> list[int]:
        """What has all but one of the words, all but two, and so on."""
        least = [(1 << self.size) - 1, *(0 for _ in asked)]
        for each in asked:
            found = self._remembered(each, len(LEVELS))
            for count in range(len(asked), 0, -1):
                least[count] |= least[count - 1] & found
        return least[:0:-1]

    def _matches(self, word: str, level: int) -> int:
        """The members in which *word* stands, as *level* or a better one allows."""
        if level == 0:
            return self._match("exact", f'label : "{word}"')
        columns = LEVELS[level - 1]
        among = "" if level == len(LEVELS) else f"{{{columns}}} : "
        forms = self._forms()
        terms = [f'"{each}"' for each in (forms.basic(word) if level == _BASIC else forms.of(word))]
        if level > _INFLECTED:
            begun = [f'"{each}"' for each in forms.beginning_with(word)] or [f'"{fold(word)}" *']
            terms = [*begun, *terms, *(f'"{each}"' for each in forms.with_part(word))]
        found = self._match("folded", f"{among}({' OR '.join(dict.fromkeys(terms))})")
        if not found and level == len(LEVELS):
            found = self._nearly(fold(word), columns)
        return found

    def _nearly(self, folded: str, columns: str, least: int = 0) -> int:
        """The members with a word that begins like one that stands nowhere: another form of it, as a rule."""
        for length in range(len(folded) - 1, (least or max(_SHORTEST_PART + 1, 1 + 2 * len(folded) // 3)) - 1, -1):
            if found := self._match("folded", f'{{{columns}}} : "{folded[:length]}" *'):
                return found
        return 0

    def _match(self, table: str, expression: str) -> int:
        """The members that SQLite finds; ten thousands of them take milliseconds."""
        rows = self._connection().execute(f"SELECT rowid FROM {table} WHERE {table} MATCH ?", (expression,))
        first = rows.fetchmany(_SPARSE)
        if len(first) < _SPARSE:
            return self._set(first)
        held = bytearray(b"0") * self.size
        docs = itertools.chain.from_iterable(itertools.chain(first, rows))
        deque(map(held.__setitem__, docs, itertools.repeat(ord("1"))), maxlen=0)
        return int(held[::-1], 2)

    def forms_of(self, word: str) -> tuple[str, ...]:
        """The folded forms of *word* that stand anywhere: itself, and what has a lemma in common with it."""
        return self._forms().of(word)

    def knows(self, folded: str) -> bool:
        """Whether *folded* is a word that the version or the dictionaries have."""
        return self._forms().knows(folded)

    def _forms(self) -> Forms:
        return Forms(self.ask, lemmas=self.complete)


def _without_function_words(asked: Sequence[str]) -> Sequence[str]:
    """*asked* without the words that only join others, where there are others."""
    telling = [each for each in asked if fold(each) not in FUNCTION_WORDS]
    return telling if telling else asked


def _telling(asked: Sequence[str]) -> list[str]:
    """*asked* without its short words ("of", "ja", "och"), where two longer ones are left; nothing, if that is all."""
    longer = [each for each in asked if len(each) > _SHORT]
    return longer if 2 <= len(longer) < len(asked) else []


def page_of(entries: Iterator[str], number: int, size: int) -> tuple[str, ...]:
    """Page *number* of *entries*, which are taken no further than needed."""
    return tuple(islice(entries, (number - 1) * size, number * size))
