"""What is kept beside a version is what a server would compute of it; without it, it computes it."""

from dataclasses import replace

import pytest

from sotegraph.entities import build_index
from sotegraph.loading import load_published, load_search
from sotegraph.prepared import PREPARED
from sotegraph.search import build_search
from tests.versions.conftest import BOOK, BOOKS, TITLES

_OF_INDEX = ("members", "ordered", "modified", "addresses", "covered", "questions", "overviews", "incoming")


@pytest.fixture(scope="module")
def loaded(history):
    return load_published(history.archive, history.archive.current, history.settings)


def test_the_index_is_the_one_that_would_be_built(loaded):
    built = build_index(loaded.publication, loaded.version)
    assert loaded.members["book"]
    assert loaded.covered is not None
    for name in _OF_INDEX:
        assert getattr(loaded, name) == getattr(built, name), name
    assert loaded.label(BOOK, "en") == built.label(BOOK, "en")


def test_the_search_is_the_one_that_would_be_built(history, loaded, tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "built").mkdir()
    kept = load_search(history.archive, history.archive.current, loaded, tmp_path / "kept")
    built = build_search(loaded, tmp_path / "built")
    assert kept.shelves == built.shelves
    assert any(each.values for each in kept.shelves)
    for words in ("almanac", "lighthouses", "keepr", "meri"):
        assert list(kept.find(words).ranked) == list(built.find(words).ranked)


def test_of_many_things_the_same_is_found_as_of_few(loaded, tmp_path, monkeypatch):
    """Of many, statements are gone through once; of few, each thing is looked up."""
    made = []
    for most in (1, 1_000_000):
        monkeypatch.setattr("sotegraph.entities.index._MANY", most)
        monkeypatch.setattr("sotegraph.entities.paths._MANY", most)
        (tmp_path / str(most)).mkdir()
        index = build_index(loaded.publication, loaded.version)
        made.append((index, build_search(index, tmp_path / str(most))))
    (one, first), (other, second) = made
    assert {name for name in _OF_INDEX if getattr(one, name) != getattr(other, name)} == set()
    assert first.shelves == second.shelves
    assert first.file.read_bytes() == second.file.read_bytes()


def test_what_another_release_kept_is_computed_anew(history, loaded, tmp_path, monkeypatch):
    def forbidden(*_):
        raise AssertionError("nothing is computed where it is kept")

    monkeypatch.setattr("sotegraph.loading.build_index", forbidden)
    archive, entry = history.archive, history.archive.current
    load_published(archive, entry, history.settings)
    monkeypatch.undo()
    assert '"software": "sotegraph ' in (archive.folder(entry) / PREPARED / "search.json").read_text("utf-8")
    monkeypatch.setattr("sotegraph.prepared._HEADER", {"software": "sotegraph of tomorrow"})
    found = load_published(archive, entry, history.settings)
    assert replace(found, version=loaded.version) == replace(loaded, publication=found.publication)
    assert load_search(archive, entry, found, tmp_path).find("almanac").everything


@pytest.mark.slow
def test_lists_and_search_are_carried_over_from_a_version_with_the_same_ones(editions, tmp_path):
    """The number of pages stands in no list and in no search; a title does, and so do the shapes."""
    first = editions.entry()
    for number, (old, new, file) in enumerate(
        (
            ("lib:pages 312", "lib:pages 313", BOOKS),
            (*TITLES[:2], BOOKS),
            ('"Books"@en', '"All books"@en', "ontology/publication.ttl"),
        )
    ):
        editions.replace(old, new, file)
        before, after = editions.archive.current, editions.entry()
        kept = [editions.archive.folder(each) / PREPARED / "search.sqlite" for each in (before, after)]
        assert kept[0].samefile(kept[1]) is (number == 0)
        loaded = load_published(editions.archive, after, editions.settings)
        built = build_index(loaded.publication, loaded.version)
        assert {name for name in _OF_INDEX if getattr(loaded, name) != getattr(built, name)} == set()
        (tmp_path / f"{number}").mkdir()
        (tmp_path / f"{number}b").mkdir()
        found = load_search(editions.archive, after, loaded, tmp_path / f"{number}")
        assert found.shelves == build_search(built, tmp_path / f"{number}b").shelves
    assert after.folder != first.folder
