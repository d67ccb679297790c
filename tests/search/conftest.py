"""A search of the small publication; inflected words are known to it from the start in *inflected* only."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from sotegraph.entities import Index
from sotegraph.search import Search, build_search, fold

FORMS = {"kirjastot": "kirjasto", "kirjaston": "kirjasto", "lautoille": "lautta", "lautta": "lautta"}

"""Forms that stand in the publication."""
UNUSED = {"lautassa": "lautta", "kirjastoissa": "kirjasto"}
"""Forms that stand nowhere in it."""


@pytest.fixture(scope="session")
def search(index: Index, tmp_path_factory: pytest.TempPathFactory) -> Search:
    return build_search(index, tmp_path_factory.mktemp("search"))


@pytest.fixture
def inflected(index: Index, tmp_path_factory: pytest.TempPathFactory) -> Search:
    """A search with a table of a few inflected words, as the dictionaries would give them."""
    search = build_search(index, tmp_path_factory.mktemp("inflected"))
    with closing(sqlite3.connect(search.lemma_file)) as connection:
        connection.execute("CREATE TABLE lemma (folded TEXT, lemma TEXT, backwards TEXT)")
        rows = ((fold(word), lemma, fold(lemma)[::-1]) for word, lemma in FORMS.items())
        connection.executemany("INSERT INTO lemma VALUES (?, ?, ?)", rows)
        connection.execute("CREATE TABLE form (folded TEXT, lemma TEXT)")
        connection.executemany(
            "INSERT INTO form VALUES (?, ?)", ((fold(word), lemma) for word, lemma in UNUSED.items())
        )
        connection.commit()
    return search
