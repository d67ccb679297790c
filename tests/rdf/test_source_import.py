"""The import of a source: keys are minted once and for ever, and the Turtle file is replaced whole or not at all."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from sotegraph.errors import MappingFailed, UnreadableFile
from sotegraph.mapping import KEYS_FILE, import_source, mapped_sources, mint_keys, tables
from sotegraph.terms import PREFIXES

SOURCE = """
@prefix graph: <https://example.org/library/id/graph/> .
@prefix pub: <https://w3id.org/sotegraph/ns/publication#> .
graph:loans pub:table <https://example.org/library/id/graph/loans#books> ,
        <https://example.org/library/id/graph/loans#shelves> .
<https://example.org/library/id/graph/loans#books> pub:file "books.csv" ; pub:segment "book" ; pub:idColumn "id" .
<https://example.org/library/id/graph/loans#shelves> pub:file "shelves.csv" ; pub:segment "shelf" ; pub:idColumn "id" ;
    pub:keyColumn "code" .
"""
TRIPLES = """
<https://example.org/library/id/book/10> <http://purl.org/dc/terms/title> "Tio"@sv .
<https://example.org/library/id/book/10> <http://purl.org/dc/terms/title> "Ten"@en .
<https://example.org/library/id/book/2#part> <http://purl.org/dc/terms/title> "Part" .
<https://example.org/library/id/book/2> <http://purl.org/dc/terms/title> "Two"@en .
<https://example.org/library/id/book/2> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://schema.org/Book> .
<https://example.org/library/id/book/2> <http://purl.org/dc/terms/title> "Two"@en .
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "loans"
    folder.mkdir(parents=True)
    (folder / "source.ttl").write_text(SOURCE, "utf-8")
    (folder / "books.csv").write_text("id,title\nb-1,One\nb-2,Two\n", "utf-8")
    (folder / "shelves.csv").write_text("id,code\ns-1,A 1\ns-2,\n", "utf-8")
    (folder / "mapping.rml.ttl").write_text("", "utf-8")
    return tmp_path


def engine(code: str) -> tuple[str, ...]:
    """A program that is called as the mapping engine is, with the settings file as its only argument."""
    prelude = "import configparser, sys; s = configparser.ConfigParser(); s.read(sys.argv[1]); "
    return sys.executable, "-c", prelude + code


WRITES_TRIPLES = engine(f"open(s['CONFIGURATION']['output_file'], 'w').write({TRIPLES!r})")


def turtle(root: Path) -> Path:
    return root / "data" / "loans" / "loans.ttl"


def keys(root: Path) -> list[str]:
    return (root / KEYS_FILE).read_text("utf-8").splitlines()


def test_the_tables_are_those_the_source_describes(root):
    described = [(table.file.name, table.segment, table.key_column) for table in tables(root, "loans")]
    assert described == [("books.csv", "book", None), ("shelves.csv", "shelf", "code")]


def test_rows_get_the_next_number_or_their_own_code(root):
    assert mint_keys(root, "loans") == 4
    assert keys(root) == ["segment,key,id", "book,1,b-1", "book,2,b-2", "shelf,a-1,s-1", "shelf,1,s-2"]


def test_keys_are_only_ever_appended(root):
    mint_keys(root, "loans")
    before = keys(root)
    (root / "data" / "loans" / "books.csv").write_text("id,title\nb-3,Three\nb-2,Two\n", "utf-8")
    assert mint_keys(root, "loans") == 1
    assert keys(root) == [*before, "book,3,b-3"]
    assert mint_keys(root, "loans") == 0


def test_a_code_is_never_given_twice(root):
    (root / "data" / "loans" / "shelves.csv").write_text("id,code\ns-1,A 1\ns-2,a-1\n", "utf-8")
    with pytest.raises(MappingFailed, match="a-1 of s-2 is taken in the segment shelf"):
        mint_keys(root, "loans")
    assert not (root / KEYS_FILE).exists()


def test_a_table_without_its_column_is_named(root):
    (root / "data" / "loans" / "books.csv").write_text("number\n1\n", "utf-8")
    with pytest.raises(UnreadableFile, match=r"books\.csv cannot be read: there is no column 'id'"):
        mint_keys(root, "loans")


def test_a_table_that_is_described_by_half_is_named(root):
    (root / "data" / "loans" / "source.ttl").write_text(SOURCE.replace('pub:segment "book" ;', ""), "utf-8")
    with pytest.raises(MappingFailed, match=r"loans#books> lacks pub:file, pub:segment or pub:idColumn"):
        mint_keys(root, "loans")


def test_a_syntax_error_in_the_description_is_placed(root):
    (root / "data" / "loans" / "source.ttl").write_text("<a> <b> .", "utf-8")
    with pytest.raises(UnreadableFile) as raised:
        mint_keys(root, "loans")
    assert raised.value.line == 1


def test_the_turtle_is_sorted_and_uses_only_the_prefixes_it_needs(root):
    assert import_source(root, "loans", WRITES_TRIPLES, PREFIXES) == 5
    assert turtle(root).read_text("utf-8").splitlines() == [
        "@prefix dct: <http://purl.org/dc/terms/> .",
        "@prefix schema: <https://schema.org/> .",
        "",
        "<https://example.org/library/id/book/2> a schema:Book ;",
        '\tdct:title "Two"@en .',
        '<https://example.org/library/id/book/2#part> dct:title "Part" .',
        '<https://example.org/library/id/book/10> dct:title "Ten"@en , "Tio"@sv .',
    ]


def test_the_same_tables_give_the_same_bytes(root):
    import_source(root, "loans", WRITES_TRIPLES, PREFIXES)
    before = turtle(root).read_bytes()
    import_source(root, "loans", WRITES_TRIPLES, PREFIXES)
    assert turtle(root).read_bytes() == before
    assert len(list(parse(before, format=RdfFormat.TURTLE))) == 5


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("sys.exit('no such column: titel')", "no such column: titel"),
        ("sys.exit(3)", "exit code 3"),
        ("pass", "gave no triples"),
        (f"open(s['CONFIGURATION']['output_file'], 'w').write({TRIPLES!r}); sys.exit('late failure')", "late failure"),
    ],
)
def test_a_failing_engine_leaves_the_file_as_it_was(root, code, says):
    import_source(root, "loans", WRITES_TRIPLES, PREFIXES)
    before = turtle(root).read_bytes()
    with pytest.raises(MappingFailed, match=says):
        import_source(root, "loans", engine(code), PREFIXES)
    assert turtle(root).read_bytes() == before
    assert sorted(each.name for each in turtle(root).parent.glob(".*")) == []


def test_every_source_gets_its_keys_before_one_is_mapped(root):
    other = root / "data" / "readers"
    other.mkdir()
    (other / "source.ttl").write_text(SOURCE.replace("loans", "readers").replace('"book"', '"reader"'), "utf-8")
    for name in ("books.csv", "shelves.csv", "mapping.rml.ttl"):
        (other / name).write_bytes((root / "data" / "loans" / name).read_bytes())
    import_source(root, "loans", WRITES_TRIPLES, PREFIXES)
    assert mapped_sources(root) == ["loans", "readers"]
    assert "reader,2,b-2" in keys(root)


def test_an_engine_that_is_not_there_is_named(root):
    with pytest.raises(MappingFailed, match="no-such-engine does not start"):
        import_source(root, "loans", ("no-such-engine",), PREFIXES)


def test_a_source_without_a_mapping_is_named(root):
    (root / "data" / "loans" / "mapping.rml.ttl").unlink()
    with pytest.raises(UnreadableFile, match=r"mapping\.rml\.ttl is missing"):
        import_source(root, "loans", WRITES_TRIPLES, PREFIXES)
