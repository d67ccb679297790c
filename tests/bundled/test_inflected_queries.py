"""People ask for places and things in the form in which they stand in a sentence, and find them at the top."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from sotegraph.search import build_search, lemmatise, search_everything

QUERIES = list(csv.DictReader(Path(__file__).with_name("inflected_queries.csv").read_text("utf-8").splitlines()))
FIRST = 3
pytestmark = pytest.mark.slow


def missed(index, search) -> list[str]:
    """The queries that do not bring what they ask for among the first."""
    found = []
    for row in QUERIES:
        first = search_everything(search, row["query"], ()).page(1, FIRST)
        if not {index.addresses.key(iri) for iri in first} & set(row["expected"].split()):
            found.append(row["query"])
    return found


def test_nearly_all_inflected_queries_bring_what_they_ask_for_among_the_first_three(bundled, tmp_path):
    counts = Counter(row["language"] for row in QUERIES)
    assert counts["fi"] >= 60 and counts["sv"] >= 15
    search = build_search(bundled, tmp_path)
    without_dictionaries = missed(bundled, search)
    assert len(without_dictionaries) <= len(QUERIES) * 0.25, without_dictionaries
    lemmatise(search.file, bundled.publication.languages)
    with_them = missed(bundled, search)
    assert len(with_them) <= len(QUERIES) * 0.02, with_them
