"""What a check found, said in every language of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyoxigraph import NamedNode

from sotegraph.errors import PublisherError
from sotegraph.messages import Messages
from sotegraph.soundness.findings import CHOICES, HINT, Check, Finding, Texts
from sotegraph.validation.lines import Place


class Teller:
    """Makes findings, told in every language of the catalogue."""

    def __init__(self, messages: Messages) -> None:
        self.messages = messages

    def finding(
        self,
        check: Check,
        place: Place,
        *,
        severity: NamedNode | None = None,
        focus: Any = None,
        path: str | None = None,
        value: Any = None,
        **words: object,
    ) -> Finding:
        """A finding of *check*; *words* fill its texts, an error among them, and texts by language, with their own."""
        return Finding(
            place=place,
            severity=severity or check.severity,
            source_shape=NamedNode(check.iri),
            messages=self._told(check.problem, words),
            remedies=self._told(check.remedy, words),
            focus=focus,
            path=path,
            value=value,
        )

    def hint(self, names: Sequence[str | Texts]) -> Texts:
        """What follows a problem when something similar to it is called *names*."""
        return hint_of(names, self.messages)

    def choices(self, names: Sequence[str | Texts]) -> Texts:
        """What follows a problem when only what is called *names* would have been right."""
        return hint_of(names, self.messages, CHOICES)

    def _told(self, template: str, words: Mapping[str, object]) -> Texts:
        """The text in English and in each language that has a translation of it."""
        translated = [each for each in self.messages.languages if self.messages.texts[each].get(template)]
        languages = dict.fromkeys(("en", *translated))
        return {each: self._said(template, words, each) for each in languages}

    def _said(self, template: str, words: Mapping[str, object], language: str) -> str:
        translate = self.messages.translator(language)
        return translate(template).format(**{name: _word(word, language, translate) for name, word in words.items()})


def hint_of(names: Sequence[str | Texts], messages: Messages, hint: str = HINT) -> Texts:
    """The *hint* that follows a problem, in each language; it begins with a space, or is empty without *names*."""
    found = {}
    for language in dict.fromkeys((*messages.languages, "en")):
        said = " / ".join(str(_word(each, language, str)) for each in names)
        found[language] = messages.translate(hint, language).format(names=said) if names else ""
    return found


def _word(word: object, language: str, translate: Callable[[str], str]) -> object:
    if isinstance(word, PublisherError):
        return word.text(translate)
    if isinstance(word, Mapping):
        return word.get(language) or word.get("en") or next(iter(word.values()), "")
    return word
