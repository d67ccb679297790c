"""The diagram of the shapes says what the shapes say: which classes there are, and by what they link to one another."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from sotegraph.entities import Text, draw, shaped_classes
from sotegraph.entities.vocabulary import gather, read_part
from sotegraph.web.pages.drawing import picture
from sotegraph.web.pages.layered import Box, Line, lay_out

LIB = "https://library.example/ns/lib#"
HUBS = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
BASE <https://library.example/shapes/>
<Hub> sh:targetClass <urn:hub> .
"""
HUBS += "\n".join(
    f"<C{number}> sh:targetClass <urn:c{number}> ; sh:property [ sh:path <urn:of> ; sh:class <urn:hub> ] ,"
    f" [ sh:path <urn:next> ; sh:or ( [ sh:class <urn:c{number + 1}> ] [ sh:nodeKind sh:IRI ] ) ] ."
    for number in range(9)
)


@pytest.fixture(scope="module")
def shapes(index):
    return read_part(index, "shapes")


@pytest.fixture(scope="module")
def diagram(index, shapes):
    return draw(index, shapes, "en", also="is also")


@pytest.fixture(scope="module")
def hubs():
    return gather(quad.triple for quad in parse(HUBS, format=RdfFormat.TURTLE))


def rows(diagram, name):
    return {row.name.value: row.targets for row in diagram.by_iri[LIB + name].rows}


def test_a_property_leads_to_the_class_of_its_values(diagram):
    assert rows(diagram, "Holding")["Book"] == (LIB + "Book",)
    assert rows(diagram, "Book")["Sequel of"] == (LIB + "Book",)


def test_a_link_that_both_ends_describe_is_drawn_once(diagram):
    assert "Holdings" not in rows(diagram, "Book")
    assert len([each for each in diagram.links if each[0].iri == LIB + "Holding"]) == len(rows(diagram, "Holding"))


def test_a_link_that_only_its_object_describes_is_drawn_from_there(index):
    text = """PREFIX sh: <http://www.w3.org/ns/shacl#> BASE <https://library.example/shapes/>
    <A> sh:targetClass <urn:a> ; sh:property
        [ sh:path [ sh:inversePath <urn:p> ] ; sh:name "bees"@en ; sh:class <urn:b> ] .
    <B> sh:targetClass <urn:b> ."""
    facts = gather(quad.triple for quad in parse(text, format=RdfFormat.TURTLE))
    drawn = draw(index, facts, "en", also="is also")
    assert [(row.name, row.targets) for row in drawn.by_iri["urn:a"].rows] == [(Text("bees", "en"), ("urn:b",))]


def test_a_class_whose_instances_belong_to_another_says_so(bundled):
    drawn = draw(bundled, read_part(bundled, "shapes"), "en", also="is also")
    kinds = [row for box in drawn.boxes for row in box.rows if row.is_kind]
    assert kinds
    assert {row.name for row in kinds} == {Text("is also", "en")}


def test_the_words_are_those_of_the_reader(index, shapes):
    drawn = draw(index, shapes, "fi", also="on myös")
    assert drawn.by_iri[LIB + "Book"].title == Text("Kirja", "fi")


def test_a_class_in_focus_brings_its_neighbours_only(index, shapes):
    drawn = draw(index, shapes, "en", also="is also", focus=[LIB + "Holding"])
    holding = drawn.by_iri[LIB + "Holding"]
    assert set(drawn.by_iri) == {holding.iri, *(target for row in holding.rows for target in row.targets)}
    assert all(not box.rows for box in drawn.boxes if box is not holding)


def test_what_nearly_all_link_to_is_named_and_not_linked(index, hubs):
    drawn = draw(index, hubs, "en", also="is also")
    assert "urn:hub" not in drawn.by_iri
    assert {row.apart for box in drawn.boxes for row in box.rows} == {(Text("<urn:hub>"),), ()}
    alone = draw(index, hubs, "en", also="is also", focus=["urn:hub"])
    assert len(alone.boxes) == 10


def test_without_links_there_is_no_diagram(index):
    assert draw(index, gather(()), "en", also="is also") is None


def test_every_class_with_a_shape_is_known(shapes):
    assert LIB + "Book" in shaped_classes(shapes)


def test_no_text_is_longer_than_its_box(bundled):
    for language in ("fi", "sv", "en"):
        drawn = picture(draw(bundled, read_part(bundled, "shapes"), language, also="is also"))
        for box in drawn.boxes:
            assert all(len(words.text) * 6.5 < box.width - 20 for words in box.words)
            assert all(words.full is None or words.full.startswith(words.text[:-1]) for words in box.words)


@given(
    st.integers(2, 9).flatmap(
        lambda size: st.tuples(
            st.just(size),
            st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=24),
        )
    )
)
def test_boxes_never_overlap_and_lines_join_what_they_should(case):
    size, pairs = case
    lines = [Line(a, b, 10.0, 5.0) for a, b in pairs]
    layout = lay_out([Box(key, 50.0 + key, 20.0 + 3 * key) for key in range(size)], lines)
    placed = list(layout.boxes.values())
    for column in {box.column for box in placed}:
        own = sorted((box for box in placed if box.column == column), key=lambda box: box.y)
        assert all(one.y + one.height <= other.y for one, other in pairwise(own) if one.x == other.x)
    assert all(box.x >= 0 and box.x + box.width <= layout.width + 1e-6 for box in placed)
    assert all(box.y >= -1e-6 and box.y + box.height <= layout.height + 1e-6 for box in placed)
    assert len(layout.ways) == len([each for each in lines if each.source != each.target])
    for line, way in layout.ways:
        assert (way[0].key, way[-1].key) == (line.source, line.target)
        assert {abs(one.column - other.column) for one, other in pairwise(way)} == {1}
