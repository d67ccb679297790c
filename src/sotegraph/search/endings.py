"""What a word that no dictionary has may be a form of: endings taken off, stems put back, as Finnish and Swedish do.

Everything here is in lower case and without diacritics. Most of what comes out is no word at all: whoever asks looks
which of it stands in the vocabulary of a version.

Sources: for Finnish the chapters of Iso suomen kielioppi on gradation, the stems of nouns and their cases (Hakulinen et
al., 2004; scripta.kotus.fi/visk); for Swedish what Svenska Akademiens grammatik says of the forms of nouns (Teleman et
al., 1999).
"""

from __future__ import annotations

from collections.abc import Iterator

_SHORTEST_STEM = 3
_VOWELS = "aeiouy"
_FINNISH_CASES = (
    *("n", "t", "a", "ta", "tta", "ja", "ia", "ita", "na", "ksi"),
    *("ssa", "sta", "lla", "lta", "lle", "issa", "ista", "illa", "ilta", "ille", "iksi", "ina"),
    *("an", "en", "in", "on", "un", "yn", "seen", "siin", "ihin", "han", "hen", "hin", "hon", "hun", "hyn"),
    *("en", "ien", "jen", "ten", "iden", "itten"),
)
_FINNISH_STEMS = (
    *(("", ""), ("e", "i"), ("ee", "e"), ("kse", "s"), ("ksi", "s"), ("k", "s"), ("ude", "us"), ("yde", "ys")),
    *(("ise", "inen"), ("is", "inen"), ("isi", "inen"), ("", "a"), ("", "i"), ("", "e")),
)
"""How a stem ends, and how the word does that it may be the stem of."""
_FINNISH_GRADES = (
    *(("k", "kk"), ("p", "pp"), ("t", "tt"), ("d", "t"), ("v", "p"), ("v", "k"), ("j", "k"), ("", "k")),
    *(("ng", "nk"), ("mm", "mp"), ("nn", "nt"), ("ll", "lt"), ("rr", "rt")),
)
"""Weak grades before the last vowel, and the strong ones behind them."""
_SWEDISH_ENDINGS = (
    *(("s", ""), ("en", ""), ("n", ""), ("et", ""), ("t", ""), ("ar", ""), ("er", ""), ("or", "a"), ("na", "")),
    *(("arna", ""), ("erna", ""), ("orna", "a"), ("ens", ""), ("ets", ""), ("ns", ""), ("ts", "")),
    *(("ars", ""), ("ers", ""), ("ors", "a"), ("arnas", ""), ("ernas", ""), ("ornas", "a")),
)
FUNCTION_WORDS = frozenset(
    (
        *("i", "pa", "av", "och", "for", "till", "fran", "med", "om", "vid", "hos", "inom", "samt", "eller", "mot"),
        *("en", "ett", "den", "det", "de", "dem", "deras", "dess", "sig", "som", "att", "ar", "inte", "sin", "sina"),
        *("ja", "tai", "seka", "myos", "etta", "joka", "jotka", "ei", "on", "ovat"),
        *("in", "of", "the", "and", "for", "at", "on", "to", "from", "with", "or", "a", "an"),
    )
)
"""Words that say how others belong together: where there are others, they narrow nothing."""


def stems(word: str) -> list[str]:
    """What the folded *word* may be a form of, itself left out; the longest stems come first.

    A word that joins others is no stem: what looks like a form of one is another word.

    >>> "tampere" in stems("tampereella"), "turku" in stems("turussa"), "lahti" in stems("lahdesta")
    (True, True, True)
    >>> "kansainvalinen" in stems("kansainvalisessa"), "bok" in stems("bokens"), "kvinna" in stems("kvinnorna")
    (True, True, True)
    >>> "dem" in stems("demens"), "att" in stems("atten")
    (False, False)
    """
    found = dict.fromkeys((*_finnish(word), *_swedish(word)))
    return [each for each in found if each != word and each not in FUNCTION_WORDS]


def _finnish(word: str) -> Iterator[str]:
    for ending in _FINNISH_CASES:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            for basic in _basic(word.removesuffix(ending)):
                yield basic
                yield from _strong(basic)


def _basic(stem: str) -> Iterator[str]:
    """The words in the weak grade that *stem* may belong to."""
    for end, basic in _FINNISH_STEMS:
        if stem.endswith(end):
            yield stem.removesuffix(end) + basic


def _strong(word: str) -> Iterator[str]:
    """*word* with the strong grade of the consonants before its last vowel."""
    if word[-1] not in _VOWELS:
        return
    head, vowel = word[:-1], word[-1]
    for weak, strong in _FINNISH_GRADES:
        if head.endswith(weak):
            yield head.removesuffix(weak) + strong + vowel


def _swedish(word: str) -> Iterator[str]:
    for ending, basic in _SWEDISH_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            yield word.removesuffix(ending) + basic
