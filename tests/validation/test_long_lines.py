"""A place is right in a file that a program wrote on one line, and after characters that look like line breaks."""

from __future__ import annotations

import time

import pytest
from pyoxigraph import Quad, RdfFormat

from sotegraph.validation.lines import LocatedFile

MANY, DIFFERENT = 600, 300
XML = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:u='urn:x:'>{}</rdf:RDF>"
KINDS = {
    "ttl": (RdfFormat.TURTLE, "{}", '<urn:ä{0}> <urn:p> "v{1}" . ', '"v{0}"'),
    "nt": (RdfFormat.N_QUADS, "{}", '<urn:ä{0}> <urn:p> "v{1}" .\n', '"v{0}"'),
    "rdf": (RdfFormat.RDF_XML, XML, "<u:C rdf:about='urn:ä{0}'><u:p>v{1}</u:p></u:C>", "v{0}"),
}


def located(kind: str, many: int) -> tuple[str, LocatedFile]:
    form, whole, line, _ = KINDS[kind]
    text = whole.format("".join(line.format(number, number % DIFFERENT) for number in range(many)))
    return text, LocatedFile.parse("a", text.encode(), form, "urn:base:")


def values(file: LocatedFile) -> list[tuple[int, Quad]]:
    return [(number, quad) for number, quad in enumerate(file.quads) if quad.object.value.startswith("v")]


@pytest.mark.parametrize("kind", KINDS)
def test_each_value_and_each_thing_is_found_where_it_stands(kind: str) -> None:
    text, file = located(kind, MANY)
    lines = text.split("\n")
    found = values(file)
    assert len(found) == MANY
    places = []
    for number, quad in found:
        place, start = file.place(number), KINDS[kind][3].format(quad.object.value[1:])
        assert lines[place.line - 1][place.column - 1 :].startswith(start)
        subject = file.place_of_subject(number)
        places.append((place.line, place.column))
        rest = lines[subject.line - 1][subject.column - 1 :].lstrip("<")
        assert rest.startswith(quad.subject.value)
    assert places == sorted(set(places)), "each of two equal values has its own place"


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_only_a_line_feed_ends_a_line(character: str) -> None:
    text = f'<urn:a> <urn:p> "x{character}y" .\r\n<urn:b> <urn:p> "other" .\n'
    file = LocatedFile.parse("a.ttl", text.encode(), RdfFormat.TURTLE, "urn:base:")
    assert (file.place(1).line, file.place(1).column) == (2, 17)


@pytest.mark.slow
def test_a_long_line_takes_no_more_than_its_length() -> None:
    def seconds(many: int) -> float:
        _, file = located("rdf", many)
        started = time.process_time()
        assert all(file.place(number) for number, _ in values(file))
        return time.process_time() - started

    assert seconds(12_000) < 12 * max(seconds(3_000), 0.2)
