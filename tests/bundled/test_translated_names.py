"""What the publication has translated is shown to readers of that language; official names stay official."""

import pytest
from pyoxigraph import Literal, NamedNode

OURS = NamedNode("https://w3id.org/sotegraph/ns/sote#ownTranslation")
LEAST = {"sv": 150, "en": 30}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_translation_is_what_readers_of_its_language_see_with_the_name_beside_it(bundled, language):
    found = 0
    for triple in bundled.version.statements(OURS):
        if triple.object.language == language:
            iri, found = triple.subject.value, found + 1
            name = bundled.name(iri, language)
            assert (name.value, name.language) == (triple.object.value, language)
            assert name.official is not None and Literal(
                name.official.value, language=name.official.language
            ) in bundled.labels(iri)
            assert all(bundled.name(iri, each.language).official is None for each in bundled.labels(iri))
    assert found >= LEAST[language]


def test_no_shape_shows_the_translations_in_a_column_of_their_own(bundled):
    views = [view for each in bundled.publication.classes.values() for view in each.properties]
    assert any(OURS.value == view.predicate for view in views)
    assert not [view.iri for view in views if OURS.value in view.columns]
