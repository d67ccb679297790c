"""How alike two names are: by their words in any order, abbreviated words among them, and by their letters."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.fuzz import ratio

_ABBREVIATED = 0.9
_MISSPELT = 80.0
_SHORTEST_ABBREVIATION = 2


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """A number from 0 to 100 for two names, each as its folded words.

    >>> likeness(["etela", "savon", "yhdistys"], ["etela", "savon", "yhdistys"])
    100.0
    >>> likeness(["etela", "savon", "yhd"], ["etela", "savon", "yhdistys"]) > 90
    True
    >>> likeness(["etela", "savon", "liitto"], ["lapin", "yhdistys"]) < 50
    True
    """
    if not one or not other:
        return 0.0
    joined = ratio("".join(one), "".join(other))
    return round(max(joined, 100 * _shared(one, other)), 1)


def _shared(one: Sequence[str], other: Sequence[str]) -> float:
    """The share of the letters of both names that stand in words alike, each word paired with one at most."""
    left = list(other)
    shared = 0.0
    for word in sorted(one, key=len, reverse=True):
        best, partner = max(((_alike(word, each), each) for each in left), default=(0.0, ""))
        if best:
            shared += best * (len(word) + len(partner))
            left.remove(partner)
    return min(1.0, shared / (sum(map(len, one)) + sum(map(len, other))))


def _alike(word: str, other: str) -> float:
    if word == other:
        return 1.0
    short, long = sorted((word, other), key=len)
    if len(short) >= _SHORTEST_ABBREVIATION and long.startswith(short):
        return _ABBREVIATED
    found = ratio(word, other)
    return found / 100 if found >= _MISSPELT else 0.0
