"""How alike two names are: by their words in any order, abbreviated words among them, and by their letters.

Two names say the same only where every telling word of each has its partner in the other. One word that has none may be
the one that tells two things apart, however many letters the names share.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from sotegraph.search import FUNCTION_WORDS, fold, words

_DOTTED = re.compile(r"([^\W_]+)\.(?![^\W_])")
_ABBREVIATED = 0.9
_MISSPELT = 80.0
_UNPAIRED = 0.89
"""What is left of the likeness of two names, one of which has a telling word that the other lacks."""
_SHORTEST_ABBREVIATION, _SHORT = 2, 3
_SHORTEST_MISSPELT, _LONG, _VERY_LONG = 4, 6, 8


@dataclass(frozen=True)
class Name:
    """The folded words of a name: which of them are cut short, and which stand nowhere else and may be misspelt."""

    words: tuple[str, ...]
    cut: frozenset[str] = frozenset()
    strange: frozenset[str] = frozenset()

    @classmethod
    def of(cls, essence: Sequence[str], text: str, known: Callable[[str], bool] = lambda _: True) -> Name:
        """The name *text* that has the words *essence*; *known* tells whether a word is one.

        What ends with a dot is cut short. So may be what is no word, and what is short; but not at the beginning, where
        names say what tells them apart: what stands there is not cut to one letter either.
        """
        dotted = {fold(each) for found in _DOTTED.findall(text) for each in words(found)}
        strange = frozenset(each for each in essence if each not in dotted and each.isalpha() and not known(each))
        cut = {each for each in dotted if len(each) >= _SHORTEST_ABBREVIATION or each != essence[0]}
        cut |= {each for each in essence[1:] if _SHORTEST_ABBREVIATION <= len(each) <= _SHORT or each in strange}
        return cls(tuple(essence), frozenset(cut), strange)


def likeness(asked: Name, other: Name) -> float:
    """A number from 0 to 100 for the name that somebody asks for and one that is known; over 90 only if they agree.

    >>> def alike(asked, known):
    ...     return likeness(Name.of(words(asked), asked), Name.of(words(known), known))
    >>> alike("etela savon yhdistys", "etela savon yhdistys")
    100.0
    >>> alike("etela savon yhd.", "etela savon yhdistys") > 90
    True
    >>> alike("ita savon yhdistys", "etela savon yhdistys") < 90
    True
    >>> alike("etela savon liitto", "lapin yhdistys") < 50
    True
    """
    if not asked.words or not other.words:
        return 0.0
    joined = ratio("".join(asked.words), "".join(other.words))
    found = max(joined, 100 * _shared(asked, other))
    return round(found if _agree(asked, other) else found * _UNPAIRED, 1)


def _shared(asked: Name, other: Name) -> float:
    """The share of the letters of both names that stand in words alike, each word paired with one at most."""
    left = list(other.words)
    shared = 0.0
    for word in sorted(asked.words, key=len, reverse=True):
        best, partner = max(((_alike(asked, word, other, each), each) for each in left), default=(0.0, ""))
        if best:
            shared += best * (len(word) + len(partner))
            left.remove(partner)
    return min(1.0, shared / (sum(map(len, asked.words)) + sum(map(len, other.words))))


def _alike(asked: Name, word: str, other: Name, partner: str) -> float:
    if word == partner:
        return 1.0
    if _abbreviates(asked, word, partner) or _abbreviates(other, partner, word):
        return _ABBREVIATED
    found = ratio(word, partner) if word in asked.strange else 0.0
    return found / 100 if found >= _MISSPELT else 0.0


def _abbreviates(name: Name, word: str, whole: str) -> bool:
    return word in name.cut and len(word) < len(whole) and whole.startswith(word)


def _agree(asked: Name, other: Name) -> bool:
    """Whether each telling word of either name is one of the other; what is abbreviated is so in one of them only."""
    one, two = _telling(asked.words), _telling(other.words)
    one, two = _joined(one, two), _joined(two, one)
    for word in [each for each in one if each in two]:
        if word in two:
            one.remove(word)
            two.remove(word)
    if len(one) != len(two):
        return False
    return _paired(one, two, lambda word, partner: _means(asked, word, partner)) or _paired(
        one, two, lambda word, partner: _abbreviates(other, partner, word) or _is_misspelt(asked, word, partner)
    )


def _telling(found: Sequence[str]) -> list[str]:
    return [each for each in found if each not in FUNCTION_WORDS] or list(found)


def _joined(one: Sequence[str], two: Sequence[str]) -> list[str]:
    """The words *one*; two neighbours are one word where *two* has them so."""
    found: list[str] = []
    for word in one:
        if found and found[-1] + word in two:
            found[-1] += word
        else:
            found.append(word)
    return found


def _paired(one: Sequence[str], two: Sequence[str], fits: Callable[[str, str], bool]) -> bool:
    """Whether each of the words *one* has a partner of its own among as many others."""
    left = list(two)
    for word in sorted(one, key=len, reverse=True):
        partner = max((each for each in left if fits(word, each)), key=lambda each: ratio(word, each), default=None)
        if partner is None:
            return False
        left.remove(partner)
    return True


def _means(asked: Name, word: str, partner: str) -> bool:
    return _abbreviates(asked, word, partner) or _is_misspelt(asked, word, partner)


def _is_misspelt(asked: Name, word: str, whole: str) -> bool:
    """Whether *word* is none, and *whole* but for a slip: two letters of a short word are soon another word's."""
    if word not in asked.strange or len(whole) < _SHORTEST_MISSPELT or not whole.isalpha():
        return False
    slips = OSA.distance(word, whole)
    if len(whole) < _LONG:
        return slips == 1 and (len(word) != len(whole) or sorted(word) == sorted(whole))
    return bool(slips <= (2 if len(whole) >= _VERY_LONG else 1))
