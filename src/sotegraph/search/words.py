"""Words of texts and of what people ask for: taken apart, folded, and joined to a key of a whole name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_LONGEST_WORD = 64
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "ß": "ss", "đ": "d", "ł": "l", "þ": "th"})


def words(text: str) -> list[str]:
    """The words of *text*, in lower case: runs of letters and digits, each cut after 64 characters.

    >>> words("Päijät-Hämeen Muisti ry")
    ['päijät', 'hämeen', 'muisti', 'ry']
    """
    return [each[:_LONGEST_WORD] for each in _WORD.findall(unicodedata.normalize("NFKC", text).casefold())]


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """A word in lower case without its diacritics.

    >>> fold("häme"), fold("ångström"), fold("łódź")
    ('hame', 'angstrom', 'lodz')
    """
    if word.isascii():
        return word
    parted = unicodedata.normalize("NFD", word.translate(_LETTERS))
    return "".join(each for each in parted if not unicodedata.combining(each))


class NameForms:
    """The words of a legal form, and the like, that do not tell one name from another.

    >>> forms = NameForms(["ry", "r.f."])
    >>> forms.key("Muisti ry"), forms.key("MUISTI r.f."), forms.key("Ry")
    ('muisti', 'muisti', 'ry')
    """

    def __init__(self, forms: Iterable[str]) -> None:
        self._forms = sorted((tuple(map(fold, words(each))) for each in forms), key=len, reverse=True)

    def essence(self, name: str) -> list[str]:
        """The folded words of *name* without those of a form at its end or beginning; all, where nothing else is."""
        found = [fold(each) for each in words(name)]
        for form in self._forms:
            size = len(form)
            if size and len(found) > size and tuple(found[-size:]) == form:
                found = found[:-size]
            if size and len(found) > size and tuple(found[:size]) == form:
                found = found[size:]
        return found

    def in_name(self, name: str) -> bool:
        """Whether *name* has one of the forms.

        >>> NameForms(["ry"]).in_name("Muisti ry"), NameForms(["ry"]).in_name("Ry")
        (True, False)
        """
        return len(self.essence(name)) < len(words(name))

    def key(self, name: str) -> str:
        """What is the same for all ways to write one name: no case, diacritics, punctuation, spaces, or form."""
        return "".join(self.essence(name))
