"""Statements of JSON-LD have lines and columns; a key that means nothing, or a context from elsewhere, is a finding."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, RdfFormat, parse, serialize

from sotegraph.ingest import Reading, SubmittedFile
from sotegraph.publication import Publication, addressed_contexts
from tests.conftest import LIBRARY
from tests.ingest.conftest import Read

CONTEXT = "https://library.example/context/lib/1.jsonld"
BOOK = """{
  "@context": "https://library.example/context/lib/1.jsonld",
  "id": "https://library.example/id/book/900",
  "type": ["Book", "schema:Book"],
  "title": {
    "fi": "Talvi",
    "en": "Winter"
  },
  "genre": "https://library.example/id/concept/genre/fiction-novel",
  "pages": 312, "price": {"@value": "24.90", "@type": "xsd:decimal"},
  "identifier": [
    { "id": "https://library.example/id/book/900#id", "type": "Identifier",
      "notation": "R000900" },
    { "type": "Identifier",
      "notation": "R000901" }
  ]
}"""


def sent(text: str, name: str = "sent.jsonld") -> SubmittedFile:
    return SubmittedFile(name, text.encode())


def places(reading: Reading) -> dict[str, tuple[int | None, int | None]]:
    """Where each object stands, by its text."""
    [file] = reading.files
    found = [(quad.object, file.place(number)) for number, quad in enumerate(file.quads)]
    return {
        ("_:" if isinstance(value, BlankNode) else value.value): (place.line, place.column) for value, place in found
    }


def test_every_value_has_its_line_and_column(read: Read) -> None:
    reading = read(sent(BOOK))
    assert reading.findings == ()
    assert places(reading) == {
        "https://library.example/ns/lib#Book": (4, 12),
        "https://schema.org/Book": (4, 20),
        "Talvi": (6, 11),
        "Winter": (7, 11),
        "https://library.example/id/concept/genre/fiction-novel": (9, 12),
        "312": (10, 12),
        "24.90": (10, 37),
        "https://library.example/id/book/900#id": (12, 13),
        "http://www.w3.org/ns/adms#Identifier": (14, 15),
        "R000900": (13, 19),
        "_:": (14, 5),
        "R000901": (15, 19),
    }


def test_a_subject_stands_where_its_object_begins_or_names_itself(read: Read) -> None:
    reading = read(sent(BOOK))
    lines = [reading.locations.of_subject(each) for each in reading.subjects]
    assert [place.line for place in lines if place] == [3, 12, 14]


def test_the_same_value_twice_has_two_places(read: Read) -> None:
    text = BOOK.replace('"Winter"', '"Talvi"').replace('"R000901"', '"R000900"')
    [file] = read(sent(text)).files
    found = [
        file.place(number).line for number, quad in enumerate(file.quads) if quad.object.value in ("Talvi", "R000900")
    ]
    assert sorted(found) == [6, 7, 13, 15]  # type: ignore[type-var]


def test_places_are_right_in_the_whole_small_publication(read: Read) -> None:
    """Every literal and every IRI stands where its place says."""
    checked = 0
    for path in sorted((LIBRARY / "data").rglob("*.ttl")):
        quads = list(parse(path=str(path), format=RdfFormat.TURTLE, base_iri="https://library.example/"))
        plain = json.loads(serialize(quads, format=RdfFormat.JSON_LD) or b"[]")
        text = json.dumps(plain, indent=1, ensure_ascii=False)
        [file] = read(sent(text)).files
        lines = text.splitlines()
        for number, quad in enumerate(file.quads):
            place = file.place(number)
            assert place.line and place.column
            there = lines[place.line - 1][place.column - 1 :]
            if isinstance(quad.object, Literal):
                assert json.loads(there.rstrip(",")) == quad.object.value
                checked += 1
    assert checked > 500


@pytest.mark.parametrize(
    ("edit", "key", "hint"),
    [
        (('"pages"', '"pagse"'), (10, 3), "pages"),
        (('"notation": "R000901"', '"notasion": "R000901"'), (15, 7), "notation"),
        (('"pages"', '"lbi:pages"'), (10, 3), ""),
    ],
)
def test_a_key_that_means_nothing_is_a_finding(
    edit: tuple[str, str], key: tuple[int, int], hint: str, read: Read
) -> None:
    reading = read(sent(BOOK.replace(*edit)))
    assert [(each.name, (each.place.line, each.place.column)) for each in reading.findings] == [("dropped-key", key)]
    assert hint in reading.findings[0].messages["fi"]


def test_a_context_in_the_document_counts(read: Read) -> None:
    own = '{"n": "https://library.example/ns/lib#pages", "lib": "https://library.example/ns/lib#"}'
    reading = read(sent(f'[{{"@context": {own},\n "@type": "lib:Book",\n "n": 7, "m": 8}}]'))
    assert [each.place.line for each in reading.findings] == [3]
    assert places(reading)["7"] == (3, 7)


def test_a_context_may_be_one_of_several(read: Read) -> None:
    text = BOOK.replace(f'"{CONTEXT}"', f'["{CONTEXT}", {{"sivuja": "lib:pages"}}]').replace('"pages"', '"sivuja"')
    reading = read(sent(text))
    assert reading.findings == ()
    assert places(reading)["312"] == (10, 13)


@pytest.mark.parametrize(
    "context",
    ['"https://elsewhere.example/context.jsonld"', '{"@import": "http://127.0.0.1:9/c"}', '["file:///etc/passwd"]'],
)
def test_a_context_from_elsewhere_is_a_finding_and_nothing_is_fetched(context: str, read: Read) -> None:
    reading = read(sent(BOOK.replace(f'"{CONTEXT}"', context)))
    assert [(each.name, each.place.line) for each in reading.findings] == [("remote-context", 2)]
    assert not reading.complete


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"@id": "a",\n "b": nope}', 2),
        ('{"@id": "a",\n "b": [1, 2}', 2),
        ('{"@id": "a",\n', 2),
    ],
)
def test_what_is_no_json_is_a_finding_with_its_place(text: str, line: int, read: Read) -> None:
    reading = read(sent(text))
    assert [(each.name, each.place.line) for each in reading.findings] == [("syntax", line)]


def test_the_context_that_is_known_is_the_publication_s_at_each_of_its_addresses(
    publication: Publication, read: Read
) -> None:
    assert publication.base_iri + publication.context_path == CONTEXT
    fixed = [publication.base_iri + path for path in addressed_contexts(publication)]
    for each in fixed:
        assert read(sent(BOOK.replace(CONTEXT, each))).findings == ()
    assert fixed


@pytest.mark.parametrize(
    ("below", "at"),
    [
        ('[{"type": "Identifier",\n"notation": "1"}]', {"_:": (2, 16), "1": (3, 13)}),
        ('[[{"type": "Identifier",\n"notation": "1"}]]', {"_:": (2, 17), "1": (3, 13)}),
        ('{"@set": [{"notation": "1"}]}', {"_:": (2, 25), "1": (2, 38)}),
        ('{"@list": [{"notation": "1"},\n{"notation": "2"}]}', {"1": (2, 39), "2": (3, 14)}),
    ],
)
def test_things_without_a_name_stand_where_they_begin(below: str, at: dict[str, tuple[int, int]], read: Read) -> None:
    reading = read(
        sent(f'{{"@context": "{CONTEXT}", "id": "https://library.example/id/book/900",\n"identifier": {below}}}')
    )
    assert reading.complete
    assert at.items() <= places(reading).items()


NOTATION = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=3)
NODES = st.recursive(
    st.builds(lambda text: {"notation": text}, NOTATION),
    lambda inner: st.builds(
        lambda key, form, parts: {key: form(parts)},
        st.sampled_from(["identifier", "subject", "@graph", "@included", "@reverse", "https://elsewhere.example/p"]),
        st.sampled_from(
            [
                *(list, lambda parts: parts[0], lambda parts: [parts], lambda parts: {"@list": parts}),
                *(lambda parts: {"@set": parts}, lambda parts: {"identifier": parts}),
            ]
        ),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=40)
@given(node=NODES, indent=st.sampled_from([None, 1]))
def test_whatever_is_nested_how_is_read_or_told_and_a_text_stands_where_its_place_says(
    node: Mapping[str, object], indent: int | None, read: Read
) -> None:
    text = json.dumps({"@context": CONTEXT, **node}, indent=indent, ensure_ascii=False)
    reading = read(sent(text))
    assert reading.complete or reading.findings
    lines = text.splitlines()
    for file in reading.files:
        for number, quad in enumerate(file.quads):
            place = file.place(number)
            if isinstance(quad.object, Literal):
                assert place.line and place.column
                assert lines[place.line - 1][place.column - 1 :].startswith(f'"{quad.object.value}"')
