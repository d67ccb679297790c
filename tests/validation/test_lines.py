"""A finding names the line and column of the value it is about, in Turtle, N-Triples and RDF/XML alike.

Every example marks the place of each object with its own text, so that the test can look it up.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat

from sotegraph.formats import TURTLE
from sotegraph.publication import Publication
from sotegraph.validation.lines import LocatedFile, Locations, Place

EX = "http://example.org/"
TURTLE_TEXT = '''@prefix ex: <http://example.org/> .
ex:a a ex:C ;
    ex:p "x" ;
    ex:q "y"
    ; ex:r "z"@en,
        "w"@fi ,
        ex:o ;
    ex:s 12
        , 13
        , ex:oo
        , <http://example.org/far>
        ;
    ex:t """first
second
third"""@sv ;
    ex:u """plain
text"""
    ;
    ex:l ( 1
        2 ) ;
    ex:b [ ex:c "inner" ;
        ex:e ex:f ] ;
    ex:last "end"
    # a comment
    .

ex:b ex:p ex:c . ex:b ex:p ex:d . ex:e
    ex:p
        ex:o2 .
'''
TURTLE_PLACES = {
    (EX + "a", "C"): (2, 8),
    (EX + "p", "x"): (3, 10),
    (EX + "q", "y"): (4, 10),
    (EX + "r", "z"): (5, 12),
    (EX + "r", "w"): (6, 9),
    (EX + "r", "o"): (7, 9),
    (EX + "s", "12"): (8, 10),
    (EX + "s", "13"): (9, 11),
    (EX + "s", "oo"): (10, 11),
    (EX + "s", "far"): (11, 11),
    (EX + "t", "first\nsecond\nthird"): (13, 10),
    (EX + "u", "plain\ntext"): (16, 10),
    (EX + "c", "inner"): (21, 17),
    (EX + "e", "f"): (22, 14),
    (EX + "last", "end"): (23, 13),
    (EX + "p", "c"): (27, 11),
    (EX + "p", "d"): (27, 28),
    (EX + "p", "o2"): (29, 9),
}
XML_TEXT = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="http://example.org/">
  <ex:Thing rdf:about="http://example.org/t1">
    <ex:p>text &amp; more</ex:p>
    <ex:q rdf:resource="http://example.org/t2"/>
    <ex:r xml:lang="fi">monta
      rivi&#228;</ex:r>
    <ex:s>
      <ex:Other rdf:about="http://example.org/t3">
        <ex:p>inner</ex:p>
      </ex:Other>
    </ex:s>
    <ex:u
        rdf:resource="http://example.org/t9"
    />
  </ex:Thing>
</rdf:RDF>
"""
XML_PLACES = {
    (EX + "p", "text & more"): (4, 11),
    (EX + "q", "t2"): (5, 25),
    (EX + "r", "monta\n      rivi\u00e4"): (6, 25),
    (EX + "s", "t3"): (9, 28),
    (EX + "p", "inner"): (10, 15),
    (EX + "u", "t9"): (14, 23),
}


def located(text: str, form: RdfFormat) -> LocatedFile:
    return LocatedFile.parse("file", text.encode(), form, "http://example.org/")


def places(file: LocatedFile) -> dict[tuple[str, str], tuple[int, int]]:
    found = {}
    for number, quad in enumerate(file.quads):
        place = file.place(number)
        value = quad.object
        text = value.value.removeprefix(EX) if isinstance(value, NamedNode | Literal) else ""
        predicate = EX + "a" if quad.predicate.value.endswith("#type") else quad.predicate.value
        found[predicate, text] = (place.line, place.column)
    return found


@pytest.mark.parametrize(("key", "place"), TURTLE_PLACES.items(), ids=lambda value: str(value)[-24:])
def test_the_object_of_a_turtle_triple_is_placed(key: tuple[str, str], place: tuple[int, int]) -> None:
    assert places(located(TURTLE_TEXT, RdfFormat.TURTLE))[key] == place


@pytest.mark.parametrize(("key", "place"), XML_PLACES.items(), ids=lambda value: str(value)[-24:])
def test_the_object_of_an_rdf_xml_triple_is_placed(key: tuple[str, str], place: tuple[int, int]) -> None:
    assert places(located(XML_TEXT, RdfFormat.RDF_XML))[key] == place


def test_lines_of_n_triples_are_their_triples() -> None:
    lines = [f'<{EX}a{n}> <{EX}p> "{n}" .' for n in range(20)]
    file = located("# head\n\n" + "\n".join(lines) + "\n", RdfFormat.N_TRIPLES)
    assert [file.place(number).line for number in range(20)] == list(range(3, 23))


def test_a_nested_node_is_placed_where_it_opens() -> None:
    file = located(TURTLE_TEXT, RdfFormat.TURTLE)
    number = next(n for n, quad in enumerate(file.quads) if quad.predicate.value == EX + "b")
    assert file.place(number) == Place("file", 21, 5)


def test_subjects_are_placed_where_their_description_starts() -> None:
    locations = Locations([located(TURTLE_TEXT, RdfFormat.TURTLE)])
    found = {name: locations.of_subject(NamedNode(EX + name)) for name in ("a", "b", "e", "nobody")}
    assert found == {"a": Place("file", 2, 1), "b": Place("file", 27, 1), "e": Place("file", 27, 35), "nobody": None}


def test_a_missing_value_points_to_the_description_that_lacks_it() -> None:
    locations = Locations([located(TURTLE_TEXT, RdfFormat.TURTLE)])
    assert locations.of_result(NamedNode(EX + "a"), f"<{EX}missing>", None) == Place("file", 2, 1)


def test_a_value_too_many_points_to_the_last_of_them() -> None:
    locations = Locations([located(TURTLE_TEXT, RdfFormat.TURTLE)])
    found = locations.of_result(NamedNode(EX + "a"), f"<{EX}s>", None, "MaxCountConstraintComponent")
    assert found == Place("file", 11, 11)


def test_an_inverse_path_points_to_the_triple_read_backwards() -> None:
    locations = Locations([located(TURTLE_TEXT, RdfFormat.TURTLE)])
    assert locations.of_result(NamedNode(EX + "oo"), f"^<{EX}s>", NamedNode(EX + "a")) == Place("file", 10, 11)


def test_of_two_files_the_one_that_speaks_of_the_property_is_named() -> None:
    one = LocatedFile.parse("one", f"<{EX}a> <{EX}p> 1 .".encode(), RdfFormat.TURTLE, EX)
    two = LocatedFile.parse("two", f"<{EX}a> a <{EX}C> ;\n <{EX}q> 2 .".encode(), RdfFormat.TURTLE, EX)
    locations = Locations([one, two])
    assert locations.of_subject(NamedNode(EX + "a"), NamedNode(EX + "p")) == Place("one", 1, 1)
    assert locations.of_subject(NamedNode(EX + "a")) == Place("two", 1, 1)


def test_every_triple_of_the_small_publication_stands_where_it_is_placed(publication: Publication) -> None:
    """The place of a triple has its object's text, and a file's places never run backwards."""
    checked = 0
    for path in sorted(Path(publication.root).glob("*/**/*.ttl")):
        assert TURTLE.rdf is not None
        file = LocatedFile.parse(path.name, path.read_bytes(), TURTLE.rdf, "http://example.org/")
        for number, quad in enumerate(file.quads):
            place, rest = file.place(number), ""
            rest = file.text[place.line - 1][place.column - 1 :]
            if isinstance(quad.object, Literal) and "\n" not in quad.object.value and '"' not in quad.object.value:
                assert quad.object.value.replace("\\", "\\\\").replace("\t", "\\t") in rest, (path, place, str(quad))
                checked += 1
            if isinstance(quad.object, NamedNode) and quad.predicate.value.endswith("#path"):
                assert quad.object.value.replace("#", "/").rpartition("/")[2] in rest, (path, place, str(quad))
                checked += 1
    assert checked >= 1_500


def test_a_syntax_error_is_raised_with_its_line() -> None:
    with pytest.raises(SyntaxError) as error:
        located("@prefix ex: <http://example.org/> .\nex:a ex:p ex:b\nex:c ex:d ex:e .\n", RdfFormat.TURTLE)
    assert error.value.lineno == 3


@pytest.mark.parametrize("length", [5_000, 8_192, 100_000])
def test_lines_of_any_length_are_read_and_counted(length: int) -> None:
    text = f'<{EX}a> <{EX}p> "{"x" * length}" .\n<{EX}b> <{EX}p> "y" . # {"z" * length}\n<{EX}c> <{EX}p> 1 .'
    file = located(text, RdfFormat.TURTLE)
    assert file.ends == [1, 2, 3]


QUOTES = ('"', "'", '"""', "'''")
SHORT_ESCAPES = {"\t": "t", "\b": "b", "\n": "n", "\r": "r", "\f": "f", '"': '"', "'": "'", "\\": "\\"}


@st.composite
def texts(draw: st.DrawFn, quotes: tuple[str, ...] = QUOTES) -> tuple[str, str]:
    """Some text, and one of the ways in which Turtle may write it between quotes."""
    value = draw(st.text(max_size=12) | st.text("ab\"'\\\n\u00e4\U0001f600 .;,#", max_size=12))
    quote = draw(st.sampled_from(quotes))
    written = ""
    for each in value:
        ways = [f"\\U{ord(each):08x}", *([f"\\u{ord(each):04X}"] if ord(each) < 0x10000 else [])]
        ways += [f"\\{SHORT_ESCAPES[each]}"] if each in SHORT_ESCAPES else []
        bare = each not in ("\\", quote[0], "\r") and (each != "\n" or len(quote) == 3)
        written += draw(st.sampled_from([*ways, *([each, each] if bare else [])]))
    return value, f"{quote}{written}{quote}"


MARKED = st.tuples(texts(), st.sampled_from(["", "@fi", "^^ex:t", " @sv"]))


@settings(max_examples=40, deadline=None)
@given(st.lists(MARKED, min_size=1, max_size=4, unique_by=lambda each: each[0][0]), st.sampled_from(" \n"))
def test_a_text_is_placed_at_its_token_however_it_is_escaped(
    objects: list[tuple[tuple[str, str], str]], between: str
) -> None:
    text, expected = "@prefix ex: <http://example.org/> .\n", []
    for (_, written), mark in objects:
        text += "ex:s ex:p  "
        before, _, line = text.rpartition("\n")
        expected.append(Place("file", before.count("\n") + 2, len(line) + 1))
        text += f"{written}{mark}{between}.{between}"
    file = located(text, RdfFormat.TURTLE)
    assert [quad.object.value for quad in file.quads] == [value for (value, _), _ in objects]
    assert [file.place(number) for number in range(len(expected))] == expected


ESCAPED_XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="http://example.org/">
<rdf:Description rdf:about="http://example.org/a" ex:o='&lt;&#x41;'>
  <ex:p>b &gt; &#97; &quot;c&quot;</ex:p> <ex:q rdf:resource="http://example.org/&#x74;2"/>
  <ex:r>
    two lines
  </ex:r>
</rdf:Description></rdf:RDF>
"""


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        (r'<a:s> <a:p> "Malli \u00E4"@fi .', RdfFormat.N_TRIPLES, [(1, 13)]),
        (r"<a:s> <a:pa> <a:\u0070a> .", RdfFormat.N_TRIPLES, [(1, 14)]),
        (r"@prefix a: <a:> . a:s a:p a:q\,p , a:r .", RdfFormat.TURTLE, [(1, 27), (1, 36)]),
        (ESCAPED_XML, RdfFormat.RDF_XML, [(2, 56), (3, 9), (3, 63), (4, 9)]),
    ],
)
def test_what_is_escaped_is_not_placed_at_its_predicate(
    text: str, form: RdfFormat, expected: list[tuple[int, int]]
) -> None:
    file = located(text, form)
    found = [file.place(number) for number in range(len(file.quads))]
    assert [(each.line, each.column) for each in found] == expected
