"""Texts of the catalogue in every language at once, with words in them that have a text per language themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sotegraph.ingest.outcome import Texts, best
from sotegraph.messages import Messages

Word = str | int | Mapping[str, str]
ENGLISH = "en"


class Speaker:
    """Says things in every language of the catalogue."""

    def __init__(self, messages: Messages) -> None:
        self.messages = messages
        self.languages = tuple(dict.fromkeys((*messages.languages, ENGLISH)))

    def say(self, template: str, **words: Word) -> Texts:
        """*template* in each language, *words* in the same language where they have one.

        >>> from sotegraph.messages import read_messages
        >>> Speaker(read_messages()).say("{name}", name={"fi": "nimeke", "en": "title"})["fi"]
        'nimeke'
        """
        return {
            each: self.messages.translate(template, each).format(
                **{name: word if isinstance(word, str | int) else best(word, [each]) for name, word in words.items()}
            )
            for each in self.languages
        }

    def join(self, texts: Iterable[Texts], separator: str = ", ") -> Texts:
        """*texts* one after the other, in each language."""
        known = list(texts)
        return {each: separator.join(filter(None, (best(text, [each]) for text in known))) for each in self.languages}

    def alike(self, text: str) -> Texts:
        """What reads the same in every language."""
        return dict.fromkeys(self.languages, text)
