"""Everything the program says to a reader stands in the catalogue, in Finnish and in Swedish; English is the key.

Texts are gathered from the templates, from calls, and from the tree of errors; a text without a translation fails, and
so does a translation of a text that nobody says.
"""

import string

import pytest
from babel.messages.pofile import read_po

from sotegraph.messages import FOLDER, read_messages
from tests.web.messages import said_texts


@pytest.fixture(scope="module")
def said():
    texts = said_texts()
    assert len(texts) > 150
    assert {file.partition("/")[0] for files in texts.values() for file in files} >= {"web", "sparql", "errors.py"}
    return texts


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_text_is_translated(said, language):
    translated = read_messages().texts[language]
    assert {text: sorted(files) for text, files in said.items() if text not in translated} == {}


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_nothing_is_translated_that_nobody_says(said, language):
    assert set(read_messages().texts[language]) - set(said) == set()


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_translations_keep_the_values(language):
    for text, translation in read_messages().texts[language].items():
        assert fields(translation) == fields(text), text


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_translations_quote_as_their_language_does(language):
    quoting = {text: said for text, said in read_messages().texts[language].items() if "“" in text}
    assert len(quoting) > 20
    assert {text: said for text, said in quoting.items() if said.count("”") != 2 * text.count("“")} == {}
    assert [said for said in read_messages().texts[language].values() if set('“„"«»') & set(said)] == []


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_each_catalogue_says_which_language_it_is(language):
    with (FOLDER / f"{language}.po").open("rb") as stream:
        catalogue = read_po(stream)
    assert str(catalogue.locale) == language
    assert catalogue.charset == "utf-8"
    assert not list(catalogue.check())


def test_a_text_without_translation_stays_as_it_is():
    messages = read_messages()
    assert messages.translate("No such text", "fi") == "No such text"
    assert messages.translate("Sources", "sv") == "Källor"
    assert messages.languages == ("fi", "sv", "en")
