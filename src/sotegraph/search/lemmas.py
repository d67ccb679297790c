"""The tables of inflected words: each word of a version with its lemmas, and the other forms that these have.

simplemma makes them, in a process of its own.

The dictionaries take some seconds and some hundred megabytes to load, so that whoever serves does not load them: the
table is made beside, and search knows inflected words from the moment it is there. Until then it finds beginnings,
parts and beginnings in common.
"""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from simplemma import Lemmatizer
from simplemma.strategies import DefaultStrategy
from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES, DefaultDictionaryFactory

from sotegraph.search.finding import Search
from sotegraph.search.words import fold

_SCHEMA = """
CREATE TABLE lemma (folded TEXT NOT NULL, lemma TEXT NOT NULL, backwards TEXT NOT NULL,
    PRIMARY KEY (folded, lemma)) WITHOUT ROWID;
CREATE INDEX lemma_lemma ON lemma (lemma);
CREATE INDEX lemma_backwards ON lemma (backwards);
CREATE TABLE form (folded TEXT NOT NULL, lemma TEXT NOT NULL, PRIMARY KEY (folded, lemma)) WITHOUT ROWID;
"""
_LONGEST_INFLECTED = 40
_SHORTEST_PART = 4


def lemmatise(file: Path, languages: Sequence[str]) -> Path:
    """Write the lemmas of all words in the search *file* beside it, whole or not at all; return where."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source:
        known = [str(row[0]) for row in source.execute("SELECT word FROM word ORDER BY word")]
    target, unfinished = file.with_name("lemmas.sqlite"), file.with_name("lemmas.unfinished")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(unfinished)) as connection:
        connection.executescript(_SCHEMA)
        for language in languages:
            if language in SUPPORTED_LANGUAGES:
                dictionaries = DefaultDictionaryFactory()
                dictionary = dictionaries.get_dictionary(language)
                lemmatizer = Lemmatizer(lemmatization_strategy=DefaultStrategy(dictionary_factory=dictionaries))
                lemmas = list(_lemmas(known, partial(lemmatizer.lemmatize, lang=language), dictionary))
                connection.executemany("INSERT OR IGNORE INTO lemma VALUES (?, ?, ?)", lemmas)
                forms = _forms(dictionary, {lemma for _, lemma, _ in lemmas})
                connection.executemany("INSERT OR IGNORE INTO form VALUES (?, ?)", forms)
        connection.commit()
    unfinished.replace(target)
    return target


def _lemmas(
    known: Sequence[str], lemmatize: Callable[[str], str], dictionary: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Each word folded, its lemma, and this folded and backwards; a compound that is unknown has that of its end."""
    for word in known:
        if word.isalpha() and len(word) <= _LONGEST_INFLECTED:
            lemma = lemmatize(word).casefold()
            if word not in dictionary and (lemma == word or _is_first_part(lemma, word, dictionary)):
                lemma = _of_last_part(word, dictionary)
            yield fold(word), lemma, fold(lemma)[::-1]


def _is_first_part(lemma: str, word: str, dictionary: Mapping[str, str]) -> bool:
    """Whether what was guessed to be the *lemma* of *word* is only the word that this compound begins with.

    >>> _is_first_part("harbour", "harbourhouses", {"houses": "house"}), _is_first_part("harbour", "harbours", {})
    (True, False)
    """
    rest = word.removeprefix(lemma)
    return rest != word and len(rest) > _SHORTEST_PART and rest in dictionary


def _of_last_part(word: str, dictionary: Mapping[str, str]) -> str:
    """The compound *word* with the longest end that *dictionary* knows as this has it; else as it is.

    >>> _of_last_part("harbourhouses", {"houses": "house"})
    'harbourhouse'
    """
    for place in range(_SHORTEST_PART - 1, len(word) - _SHORTEST_PART + 1):
        if lemma := dictionary.get(word[place:]):
            return word[:place] + lemma.casefold()
    return word


def _forms(dictionary: Mapping[str, str], lemmas: Container[str]) -> Iterator[tuple[str, str]]:
    """The forms that *dictionary* has of *lemmas*, folded: somebody may ask for one that stands in no text."""
    for form, lemma in dictionary.items():
        if lemma.casefold() in lemmas and form.isalpha():
            yield fold(form.casefold()), lemma.casefold()


@contextlib.contextmanager
def lemmatising(search: Search, languages: Sequence[str]) -> Iterator[Callable[[], object]]:
    """While inside, a process of its own makes the table of *search*; it ends on leaving, if not before.

    Whoever is told that a process has ended calls what is yielded: the system forgets this one then.
    """
    command = [sys.executable, "-m", "sotegraph.search", str(search.file), *languages]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        yield process.poll
    finally:
        process.terminate()
        process.wait()
