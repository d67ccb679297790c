"""Texts of the catalogue of messages in the languages of a publication."""

from __future__ import annotations

from collections.abc import Callable

from sotegraph.facts import Texts
from sotegraph.messages import Messages
from sotegraph.publication import Publication

Translate = Callable[[str], str]
Said = Callable[[Translate], str]
"""A text of the catalogue of messages, in the language of the translator that it is given."""


def spoken(publication: Publication, messages: Messages, said: Said) -> Texts:
    """What is *said*, in each language of *publication* that the catalogue of messages has."""
    return {each: said(messages.translator(each)) for each in publication.languages if each in messages.languages}


def named(publication: Publication, messages: Messages, said: Said) -> Texts:
    """What is *said*, with the title of *publication* for ``{name}``."""
    titles = publication.titles
    usual = next((titles[each] for each in publication.languages if each in titles), "")
    texts = spoken(publication, messages, said)
    return {language: text.format(name=titles.get(language, usual)) for language, text in texts.items()}
