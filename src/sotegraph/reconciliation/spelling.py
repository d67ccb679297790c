"""Words of names that a misspelt word may stand for."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST, _LONG = 4, 8
_MOST = 3


class Spelling:
    """The words that names have, by their lengths.

    >>> Spelling(["kirjasto", "kirja", "satama"]).nearest("krijasto")
    ['kirjasto']
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._by_length: dict[int, list[str]] = {}
        for each in sorted(set(words)):
            if each.isalpha() and len(each) >= _SHORTEST:
                self._by_length.setdefault(len(each), []).append(each)

    def nearest(self, word: str) -> list[str]:
        """The few words that differ from *word* by one slip, two in a long one: fewer slips first."""
        slips = 2 if len(word) >= _LONG else 1
        if len(word) < _SHORTEST:
            return []
        found: list[tuple[float, str]] = []
        for length in range(len(word) - slips, len(word) + slips + 1):
            known = self._by_length.get(length, ())
            rows = process.extract(word, known, scorer=OSA.distance, score_cutoff=slips, limit=_MOST)
            found += [(distance, each) for each, distance, _ in rows]
        return [each for _, each in sorted(found)[:_MOST]]
