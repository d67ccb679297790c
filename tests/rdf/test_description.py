"""A description is one set of triples: the entity's own, its parts', what its shapes embed, and names of the rest."""

import pytest
from pyoxigraph import Literal, NamedNode

from sotegraph.entities import Layout, describe
from sotegraph.errors import NotFound
from sotegraph.terms import RDF_TYPE, TOMBSTONE


def all_iris(index):
    return [iri for iris in index.members.values() for iri in iris]


def test_everything_said_of_an_entity_is_in_its_description(index):
    assert len(all_iris(index)) > 100
    for iri in all_iris(index):
        root = NamedNode(iri)
        assert set(index.version.outgoing(root)) <= describe(index, root).triples


def test_a_description_holds_only_published_triples(index):
    published = {quad.triple for quad in index.version.quads()}
    for iri in all_iris(index):
        assert describe(index, NamedNode(iri)).triples <= published


def test_a_description_tells_what_linked_things_are_called(index):
    for iri in all_iris(index):
        description = describe(index, NamedNode(iri))
        subjects = {triple.subject for triple in description.triples}
        for triple in description.triples:
            value = triple.object
            if isinstance(value, NamedNode) and triple.predicate != RDF_TYPE and index.labels(value.value):
                assert value in subjects


def test_a_description_says_nothing_about_classes(index):
    for iri in all_iris(index):
        description = describe(index, NamedNode(iri))
        classes = {each.object for each in description.triples if each.predicate == RDF_TYPE}
        assert not classes & {each.subject for each in description.triples}


def test_what_is_not_published_is_not_found(index):
    with pytest.raises(NotFound, match="nowhere"):
        describe(index, index.addresses.iri("nowhere/1"))


def test_a_removed_entity_is_described_by_its_tombstone(index):
    removed = [node for node in index.version.instances(TOMBSTONE) if isinstance(node, NamedNode)]
    assert len(removed) >= 2
    assert all(describe(index, node).gone for node in removed)
    assert any(describe(index, node).successor for node in removed)


def test_every_entity_has_a_page_with_a_title_in_every_language(index):
    for language in index.publication.languages:
        layout = Layout(index, language)
        for iri in all_iris(index):
            page = layout.page(describe(index, NamedNode(iri)))
            assert page.title.value
            assert not page.title.value.startswith("http")


def test_nothing_said_of_an_entity_is_missing_from_its_page(index):
    """Every literal in the reader's language and every link of the entity itself is shown."""
    layout = Layout(index, "en", page_size=10_000)
    for iri in all_iris(index):
        description = describe(index, NamedNode(iri))
        shown = repr(layout.page(description))
        for triple in index.version.outgoing(description.root):
            value = triple.object
            if isinstance(value, Literal) and value.language in (None, "en"):
                assert repr(value.value)[1:-1] in shown or value.value in shown


def test_the_number_of_embedded_nodes_is_bounded(index):
    limits = [
        (iri, view)
        for iri in all_iris(index)
        for shape in index.publication.views(index.version.types(NamedNode(iri)))
        for view in shape.properties
        if view.embed
    ]
    assert limits
    for iri, view in limits:
        embedded = describe(index, NamedNode(iri)).described - {iri}
        assert len([each for each in embedded if "#" not in each]) <= sum(each.embed_limit for _, each in limits)
        assert view.embed_limit > 0
