"""The table of inflected words: each word of a version with its lemmas, made by simplemma in a process of its own.

The dictionaries take some seconds and some hundred megabytes to load, so that whoever serves does not load them: the
table is made beside, and search knows inflected words from the moment it is there. Until then it finds beginnings,
parts and beginnings in common.
"""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import simplemma
from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

from sotegraph.search.finding import Search
from sotegraph.search.words import fold

_SCHEMA = """
CREATE TABLE lemma (folded TEXT NOT NULL, lemma TEXT NOT NULL, backwards TEXT NOT NULL,
    PRIMARY KEY (folded, lemma)) WITHOUT ROWID;
CREATE INDEX lemma_lemma ON lemma (lemma);
CREATE INDEX lemma_backwards ON lemma (backwards);
"""
_LONGEST_INFLECTED = 40


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
                connection.executemany("INSERT OR IGNORE INTO lemma VALUES (?, ?, ?)", _lemmas(known, language))
        connection.commit()
    unfinished.replace(target)
    return target


def _lemmas(known: Sequence[str], language: str) -> Iterator[tuple[str, str, str]]:
    """Each word folded, its lemma, and this folded and backwards."""
    for word in known:
        if word.isalpha() and len(word) <= _LONGEST_INFLECTED:
            lemma = simplemma.lemmatize(word, language).casefold()
            yield fold(word), lemma, fold(lemma)[::-1]


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
