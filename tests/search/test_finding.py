"""Words find the things that are called so, then those that it is said of: exactly so, then inflected, then in part.

Case and diacritics make no difference but in the order. What somebody types is words and nothing else: no operator of
SQLite's search is heard. Where nothing has all words, what has some of them is found, and it is said so.
"""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sotegraph.search import build_search, lemmatise, lemmatising, places


def names(search, index, text: str, most: int = 8) -> list[str]:
    found = (search.iri(doc) for ranked in search.find(text).ranked for doc in places(ranked))
    return [index.name(iri, "fi").value for _, iri in zip(range(most), found, strict=False)]


def test_what_is_called_so_comes_before_what_it_is_said_of(search, index):
    found = search.find("harbour")
    best = [search.iri(doc) for doc in places(next(found.ranked))]
    assert best == ["https://library.example/id/branch/02"]
    assert found.everything.bit_count() > 1


def test_the_whole_name_comes_first_however_it_is_written(search, index):
    for text in ("the almanac", "THE ALMANAC!", "majakanvartijan  Almanakka", "R000101", "r 000101"):
        assert names(search, index, text)[0] == "Majakanvartijan almanakka", text


def test_dots_and_rings_may_be_left_out_but_with_them_is_better(search, index):
    assert names(search, index, "paakirjasto")[0] == names(search, index, "pääkirjasto")[0] == "Pääkirjasto"


def test_beginnings_and_ends_of_words_are_found(search, index):
    assert "Pääkirjasto" in names(search, index, "pääkir")
    assert "Satamakirjasto" in names(search, index, "kirjasto", 40)


def test_a_beginning_with_dots_or_rings_is_no_beginning_without_them(search):
    """Who writes them means them; who leaves them out may mean either."""
    (nature,) = (row[0] for row in search.ask("SELECT doc FROM name WHERE text = 'Nature' AND kind = 0"))
    assert search.in_names("na") >> nature & 1
    assert not search.in_names("nä") >> nature & 1
    assert search.in_names("käsity")


def test_things_are_found_by_what_they_are_linked_to(search, index):
    novels = {search.iri(doc) for doc in places(search.find("romaani").everything)}
    assert "https://library.example/id/book/1" in novels


def test_an_inflected_word_finds_the_other_forms(inflected, index):
    assert "Satamakirjasto" in names(inflected, index, "lautta")
    assert "Pääkirjasto" in names(inflected, index, "kirjastot", 40)


def test_inflected_words_are_known_as_soon_as_their_table_is_there(inflected, index):
    table = inflected.lemma_file.read_bytes()
    inflected.lemma_file.unlink()
    assert (inflected.complete, names(inflected, index, "lautta")) == (False, [])
    inflected.lemma_file.write_bytes(table)
    assert inflected.complete
    assert "Satamakirjasto" in names(inflected, index, "lautta")


def test_a_form_that_stands_nowhere_finds_what_begins_like_it(search, index):
    assert "Satamakirjasto" in names(search, index, "satamakirjastoille")


def test_words_that_stand_nowhere_are_left_out_and_named(search):
    found = search.find("almanac xyzzyx")
    assert found.unknown == ("xyzzyx",)
    assert found.everything and not found.partly


def test_where_nothing_has_all_words_some_of_them_will_do(search):
    found = search.find("almanac ferries")
    assert found.partly and found.everything.bit_count() >= 2


def test_short_words_narrow_nothing_where_two_longer_ones_are_there(search, index):
    with_ = names(search, index, "almanac of the keeper")
    assert names(search, index, "almanac keeper")[0] in with_


@pytest.mark.parametrize(
    "text",
    ["", " ", "\0", '"', "'; DROP TABLE word; --", "a* OR b*", "NEAR(a b)", "label:almanac", "{label} : x", "-a ^b +c",
     "😀", "😀 almanac", "\ud800", "%", "_", "ﬁ", "x" * 10_000, "a " * 5_000, "(((((", "ä̈", "𝔞lmanac"],
)  # fmt: skip
def test_whatever_is_typed_is_words_and_nothing_else(search, text):
    found = search.find(text)
    assert found.everything < 1 << search.size
    assert len(found.words) <= 12


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_it(search, text):
    search.find(text)


@pytest.mark.slow
def test_the_dictionaries_know_inflected_words(bundled, tmp_path):
    search = build_search(bundled, tmp_path)
    lemmatise(search.file, bundled.publication.languages)
    assert "yhdistykset" in search.forms_of("yhdistys")
    plural = search.find("yhdistykset").everything
    assert plural & search.find("yhdistys").everything
    assert "foreningar" in search.forms_of("förening")


def test_the_table_of_inflected_words_is_made_beside_without_a_word(index, tmp_path, capfd):
    """No language, so that no dictionary is loaded."""
    search = build_search(index, tmp_path)
    with lemmatising(search, []):
        deadline = time.monotonic() + 30
        while not search.lemma_file.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
    assert search.lemma_file.exists()
    assert capfd.readouterr() == ("", "")


def test_a_form_that_stands_nowhere_leads_to_the_word_by_its_ending(search, index):
    assert names(search, index, "Satamakirjastossa")[0] == "Satamakirjasto"
    assert names(search, index, "pääkirjastoista")[0] == "Pääkirjasto"


def test_a_form_that_only_the_dictionaries_have_leads_to_the_word(inflected, index):
    assert "Satamakirjasto" in names(inflected, index, "lautassa")


def test_a_compound_leads_to_the_word_by_its_last_part(inflected):
    assert inflected.forms_of("pääkirjastoissa")[1:] == ("paakirjasto",)


def test_what_is_called_so_in_another_form_comes_before_what_has_the_word_among_others(inflected, index):
    (first,) = (index.name(inflected.iri(doc), "fi").value for doc in places(next(inflected.find("romaanin").ranked)))
    assert first == "Romaani"


def test_words_that_only_join_others_narrow_nothing(search, index):
    alone, joined = search.find("harbour"), search.find("in the harbour")
    assert joined.everything == alone.everything and not joined.unknown
    assert search.find("the").words == ("the",)


def test_a_word_that_looks_like_a_form_of_one_that_only_joins_others_is_none(search):
    assert search.find("the").everything
    assert not search.find("thens").everything and search.find("thens").unknown == ("thens",)
