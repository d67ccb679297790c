"""Files are read for what they are, whatever they are called; what they say keeps its form and its place."""

from __future__ import annotations

import gzip

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse, serialize

from sotegraph.errors import BodyTooLarge, UnsupportedMediaType
from sotegraph.ingest import Limits, Reading, SubmittedFile, read_files
from sotegraph.messages import read_messages
from sotegraph.publication import Publication
from sotegraph.soundness.telling import Teller
from sotegraph.terms import term

TURTLE = """@prefix lib: <https://library.example/ns/lib#> .
@base <https://library.example/id/> .
<book/900> a lib:Book ;
    lib:pages "012"^^<http://www.w3.org/2001/XMLSchema#integer> .
"""


def read(publication: Publication, *files: SubmittedFile, limits: Limits | None = None) -> Reading:
    return read_files(files, publication, Teller(read_messages()), limits=limits or Limits())


def in_syntax(form: RdfFormat) -> bytes:
    return serialize(list(parse(TURTLE, format=RdfFormat.TURTLE)), format=form) or b""


SYNTAXES = [
    *(RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N_TRIPLES, RdfFormat.N_QUADS),
    *(RdfFormat.RDF_XML, RdfFormat.JSON_LD),
]


@pytest.mark.parametrize("form", SYNTAXES, ids=str)
def test_every_syntax_is_known_by_its_content(form: RdfFormat, publication: Publication) -> None:
    reading = read(publication, SubmittedFile("sent", in_syntax(form)))
    assert set(reading.triples) == {quad.triple for quad in parse(TURTLE, format=RdfFormat.TURTLE)}
    assert reading.complete


def test_lexical_forms_are_kept(publication: Publication) -> None:
    reading = read(publication, SubmittedFile("sent.ttl", TURTLE.encode()))
    assert Literal("012", datatype=term("xsd:integer")) in [each.object for each in reading.triples]


def test_several_files_are_one_submission(publication: Publication) -> None:
    more = b"<https://library.example/id/book/901> a <https://library.example/ns/lib#Book> ."
    reading = read(publication, SubmittedFile("a.ttl", TURTLE.encode()), SubmittedFile("b.ttl", more))
    assert [each.value.rpartition("/")[2] for each in reading.subjects] == ["900", "901"]
    assert str(reading.locations.of_subject(NamedNode("https://library.example/id/book/901"))) == "b.ttl:1:1"


def test_compressed_files_and_byte_order_marks_are_read(publication: Publication) -> None:
    packed = SubmittedFile("sent.ttl.gz", gzip.compress(b"\xef\xbb\xbf" + TURTLE.encode()))
    assert len(read(publication, packed).triples) == 2


def test_a_syntax_error_is_a_finding_with_its_place(publication: Publication) -> None:
    reading = read(publication, SubmittedFile("sent.ttl", TURTLE.replace(" .\n", "\n", 1).encode()))
    assert not reading.complete
    assert [(each.name, each.place.file, each.place.line) for each in reading.findings] == [("syntax", "sent.ttl", 2)]


def test_a_comma_too_many_is_told_in_words_of_ours(publication: Publication) -> None:
    reading = read(publication, SubmittedFile("sent.jsonld", b'{"@id": "urn:a", "urn:b": [1,]}'))
    assert [each.name for each in reading.findings] == ["syntax"]
    assert "viimeisen arvon jälkeen on pilkku" in reading.findings[0].messages["fi"]


def test_a_broken_archive_is_a_finding(publication: Publication) -> None:
    packed = gzip.compress(TURTLE.encode() * 50)
    reading = read(publication, SubmittedFile("sent.ttl.gz", packed[:60]))
    assert [each.name for each in reading.findings] == ["broken-file"]


def test_a_file_that_says_nothing_is_a_finding(publication: Publication) -> None:
    reading = read(publication, SubmittedFile("sent.ttl", b"# nothing\n"))
    assert [each.name for each in reading.findings] == ["nothing-to-validate"]
    assert not reading.complete


def test_a_gzip_bomb_is_refused(publication: Publication) -> None:
    bomb = SubmittedFile("sent.ttl.gz", gzip.compress(b" " * 5_000_000))
    with pytest.raises(BodyTooLarge):
        read(publication, bomb, limits=Limits(max_bytes=1_000_000))


def test_more_statements_or_files_than_the_limit_are_refused(publication: Publication) -> None:
    file = SubmittedFile("sent.ttl", TURTLE.encode())
    with pytest.raises(BodyTooLarge):
        read(publication, file, limits=Limits(max_triples=1))
    with pytest.raises(BodyTooLarge):
        read(publication, file, file, limits=Limits(max_files=1))


@pytest.mark.parametrize("start", [b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1", b"PK\x03\x04 word/document.xml"])
def test_what_is_never_read_is_refused(start: bytes, publication: Publication) -> None:
    with pytest.raises(UnsupportedMediaType):
        read(publication, SubmittedFile("sent", start))


def test_a_file_that_is_a_workbook_by_its_name_only_is_refused_by_saying_so(publication: Publication) -> None:
    with pytest.raises(UnsupportedMediaType, match=r"books\.xlsx is called an Excel workbook, but is none"):
        read(publication, SubmittedFile("books.xlsx", b""))


BEGINNINGS = [
    (RdfFormat.RDF_XML, b""),
    (RdfFormat.TURTLE, TURTLE.encode()),
    (
        RdfFormat.TURTLE,
        b"# a comment\n" + TURTLE.replace("@prefix lib:", "PREFIX lib:").replace(" .\n", "\n", 1).encode(),
    ),
    (RdfFormat.JSON_LD, b""),
]


@pytest.mark.parametrize(("form", "content"), BEGINNINGS, ids=["xml", "turtle", "sparql prefix", "json"])
@pytest.mark.parametrize("name", ["x.ttl", "x.rdf", "x.jsonld", "x.nt", "x.csv", "x.json"])
def test_how_a_file_plainly_begins_counts_more_than_its_name(
    form: RdfFormat, content: bytes, name: str, publication: Publication
) -> None:
    reading = read(publication, SubmittedFile(name, content or in_syntax(form)))
    assert set(reading.triples) == {quad.triple for quad in parse(TURTLE, format=RdfFormat.TURTLE)}


def test_entities_that_grow_are_refused_under_any_name(publication: Publication) -> None:
    entities = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
    laughs = f"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY l0 'ha'>{entities}]><r>&l11;</r>"
    reading = read(publication, SubmittedFile("x.ttl", laughs.encode()))
    assert [each.name for each in reading.findings] == ["refused"]


@pytest.mark.parametrize(
    ("label", "content"),
    [
        ("PNG", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
        ("JPEG", b"\xff\xd8\xff\xe0\x00\x10JFIF"),
        ("application/octet-stream", bytes(range(256)) * 4),
        ("HTML", b"<!DOCTYPE html>\n<html><body>Not found</body></html>"),
        ("HTML", b'<?xml version="1.0"?>\n<!-- a page -->\n<html xmlns="http://www.w3.org/1999/xhtml"/>'),
    ],
)
@pytest.mark.parametrize("name", ["x.ttl", "x.csv", "x.jsonld", "x"])
def test_pictures_and_pages_are_told_apart_from_defects(
    label: str, content: bytes, name: str, publication: Publication
) -> None:
    with pytest.raises(UnsupportedMediaType, match=label):
        read(publication, SubmittedFile(name, content))


@pytest.mark.parametrize("name", ["x.ttl", "x.nt", "x.jsonld", "x.rdf"])
@pytest.mark.parametrize("media_type", [None, "text/turtle; charset=iso-8859-1"])
def test_rdf_that_is_not_in_utf8_is_told_to_be_saved_so(
    name: str, media_type: str | None, publication: Publication
) -> None:
    content = '{\n  "@id": "urn:åä"}' if name == "x.jsonld" else "<urn:a> <urn:b>\n<urn:cåä> ."
    reading = read(publication, SubmittedFile(name, content.encode("cp1252"), media_type))
    (finding,) = reading.findings
    assert (finding.name, finding.place.line) == ("syntax", 2)
    assert finding.place.column == content.splitlines()[1].index("å") + 1
    assert "save the file anew with the encoding UTF-8" in finding.messages["en"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_lines_are_counted_however_they_end(end: str, publication: Publication) -> None:
    found = read(publication, SubmittedFile("x.ttl", TURTLE.replace("\n", end).encode()))
    assert [str(found.files[0].place(number)) for number in range(2)] == ["x.ttl:3:14", "x.ttl:4:15"]
    separated = read(publication, SubmittedFile("x.ttl", ("# a\u2028b\n" + TURTLE).replace("\n", end).encode()))
    assert str(separated.files[0].place(0)) == "x.ttl:4:14"
    wrong = read(publication, SubmittedFile("x.ttl", (TURTLE + "<a> b .\n").replace("\n", end).encode()))
    assert [each.place.line for each in wrong.findings] == [5]


@pytest.mark.slow
@pytest.mark.parametrize("start", ['<urn:a> <urn:b> "', "# "], ids=["text", "comment"])
def test_a_text_that_is_too_long_for_the_parser_is_told_as_such(start: str, publication: Publication) -> None:
    with pytest.raises(BodyTooLarge, match="in one piece"):
        read(publication, SubmittedFile("x.ttl", (TURTLE + start + "a" * (17 << 20)).encode()))
