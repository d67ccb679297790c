"""The forms of a word: those of it that stand in a version, whichever of them somebody asks for.

The dictionaries know most words. What they lack is taken apart: a compound by its last part, which they know, another
word by its endings. What comes out counts if it stands in the version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from sotegraph.search.endings import stems
from sotegraph.search.words import fold

_MOST_FORMS = 400
_MOST_STEMS = 400
_SHORTEST_PART = 4
Ask = Callable[[str, Sequence[object]], list[tuple[object, ...]]]
"""A function that asks the search file."""


class Forms:
    """The words of a version, asked for through *ask*; with *lemmas*, the table of inflected words stands beside."""

    def __init__(self, ask: Ask, *, lemmas: bool) -> None:
        self.ask, self.with_lemmas = ask, lemmas

    def of(self, word: str) -> tuple[str, ...]:
        """The folded forms of *word* that stand anywhere: itself, and what has a lemma in common with it."""
        found = dict.fromkeys(self.basic(word))
        for lemma in self._lemmas(word) if self.with_lemmas else ():
            found |= dict.fromkeys(self._texts("SELECT folded FROM lemmas.lemma WHERE lemma = ? LIMIT ?", lemma))
        return tuple(found)

    def basic(self, word: str) -> tuple[str, ...]:
        """*word* as a dictionary or a title has it, folded: itself, and what it is a form of."""
        return tuple(dict.fromkeys((fold(word), *map(fold, self._lemmas(word)))))

    def with_part(self, word: str) -> list[str]:
        """The folded words that end with *word*, as compounds of Finnish and Swedish do; with lemmas, its lemma too."""
        found = self._ending_with(fold(word), "word")
        for lemma in self._lemmas(word):
            found += self._ending_with(fold(lemma), "word")
            if self.with_lemmas:
                found += self._ending_with(fold(lemma), "lemmas.lemma")
        return found

    def beginning_with(self, word: str) -> list[str]:
        """The folded words that begin as *word* does, its diacritics among them: "å" is no "a" to who writes it.

        Nothing where *word* has none, or where none or too many begin so: then those count that do so when folded.
        """
        if fold(word) == word:
            return []
        rows = self.ask(
            "SELECT DISTINCT folded FROM word WHERE word >= ? AND word < ? LIMIT ?",
            (word, f"{word}\U0010ffff", _MOST_FORMS),
        )
        return [str(row[0]) for row in rows] if len(rows) < _MOST_FORMS else []

    def knows(self, folded: str) -> bool:
        """Whether *folded* is a word: it stands in the version, or the dictionaries have it of what stands there."""
        return self._stands(folded) or bool(self._known(folded))

    def _lemmas(self, word: str) -> list[str]:
        """The lemmas of *word*, and itself, which may be one."""
        folded = fold(word)
        known = self._known(folded)
        if not known and not self._stands(folded):
            known = list(self._of_last_part(folded)) or self._standing(stems(folded)[:_MOST_STEMS])
        return list(dict.fromkeys((*known, word)))

    def _known(self, folded: str) -> list[str]:
        """The lemmas that the dictionaries know; nothing as long as there is no table of them."""
        if not self.with_lemmas:
            return []
        return [
            *self._texts("SELECT lemma FROM lemmas.lemma WHERE folded = ? LIMIT ?", folded),
            *self._texts("SELECT lemma FROM lemmas.form WHERE folded = ? LIMIT ?", folded),
        ]

    def _stands(self, folded: str) -> bool:
        return bool(self.ask("SELECT 1 FROM word WHERE backwards = ? LIMIT 1", (folded[::-1],)))

    def _of_last_part(self, folded: str) -> Iterator[str]:
        """The words of the version that a compound may be a form of: its beginning, and the lemma of the rest."""
        for place in range(_SHORTEST_PART - 1, len(folded) - _SHORTEST_PART + 1):
            lemmas = self._known(folded[place:])
            if found := self._standing([folded[:place] + fold(each) for each in lemmas]):
                yield from found
                return

    def _standing(self, candidates: Sequence[str]) -> list[str]:
        """Those of the folded *candidates* that stand in the version, or are a lemma of what does."""
        if not candidates:
            return []
        marks, backwards = ",".join("?" * len(candidates)), [each[::-1] for each in candidates]
        rows = self.ask(f"SELECT word FROM word WHERE backwards IN ({marks})", backwards)
        if self.with_lemmas:
            rows += self.ask(f"SELECT lemma FROM lemmas.lemma WHERE backwards IN ({marks})", backwards)
            rows += self.ask(f"SELECT lemma FROM lemmas.lemma WHERE folded IN ({marks})", candidates)
        found = dict.fromkeys(str(row[0]) for row in rows)
        return list(found)

    def _ending_with(self, end: str, table: str) -> list[str]:
        if len(end) < _SHORTEST_PART:
            return []
        backwards = end[::-1]
        rows = self.ask(
            f"SELECT folded FROM {table} WHERE backwards >= ? AND backwards < ? LIMIT ?",
            (backwards, f"{backwards}\U0010ffff", _MOST_FORMS),
        )
        return [str(row[0]) for row in rows]

    def _texts(self, statement: str, value: str) -> Iterable[str]:
        return (str(row[0]) for row in self.ask(statement, (value, _MOST_FORMS)))
