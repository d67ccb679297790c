"""The one catalogue of texts that people read: ``messages/{language}.po``, read by Babel, asked by English text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "messages"


@dataclass(frozen=True)
class Messages:
    """The texts of every language; English is the key, so it needs no file to be complete."""

    texts: Mapping[str, Mapping[str, str]]

    def translate(self, message: str, language: str) -> str:
        """*message* in *language*, or as written where the catalogue has no other."""
        return self.texts.get(language, {}).get(message) or message

    def translator(self, language: str) -> Callable[[str], str]:
        """A function that translates into *language*."""
        return lambda message: self.translate(message, language)

    def quoted(self, text: str, language: str) -> str:
        """*text* between the quotation marks of *language*.

        >>> read_messages().quoted("nimi", "fi"), read_messages().quoted("name", "en")
        ('”nimi”', '“name”')
        """
        return self.translate("“{text}”", language).format(text=text)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that pages can be shown in."""
        return tuple(self.texts)


def read_messages(languages: Iterable[str] = ("fi", "sv", "en")) -> Messages:
    """Return the catalogue of those *languages* that have one; each file is read once by a process."""
    return Messages({language: texts for language in languages if (texts := _texts(language)) is not None})


@cache
def _texts(language: str) -> Mapping[str, str] | None:
    """The texts of *language*; None without a file."""
    file = FOLDER / f"{language}.po"
    if not file.exists():
        return None
    with file.open("rb") as stream:
        catalogue = read_po(stream, locale=language)
    return {str(entry.id): str(entry.string) for entry in catalogue if entry.id and entry.string}
