"""Tables in CSV are read as people's programs write them, by columns that come from the shapes."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from sotegraph.errors import BodyTooLarge
from sotegraph.ingest import Limits, Reading, SubmittedFile, read_files
from sotegraph.ingest.codes import Quads
from sotegraph.ingest.published import Published
from sotegraph.soundness.telling import Teller
from sotegraph.terms import PREFIXES, shorten, term
from tests.ingest.conftest import Read

SHORT = {**PREFIXES, "lib": "https://library.example/ns/lib#", "id": "https://library.example/id/"}
HEADER = "Nimeke (fi);Nimeke (en);Laji;Sivumäärä;Korvaushinta;Vain käsikirjastossa;Tunnisteet: Numero"
CLOSED_ON = NamedNode("https://library.example/ns/lib#closedOn")
ROW = "Talvi;Winter;Romaani;1 312;24,90 €;ei;R000900"


def sent(text: str, name: str = "kirjat.csv", encoding: str = "utf-8") -> SubmittedFile:
    return SubmittedFile(name, text.encode(encoding))


def facts(reading: Reading) -> dict[str, list[str]]:
    """Predicate → values of everything said, IRIs shortened."""
    found: dict[str, list[str]] = {}
    for triple in reading.triples:
        value = triple.object
        text = shorten(value.value, SHORT) if not hasattr(value, "datatype") else str(value)
        found.setdefault(shorten(triple.predicate.value, SHORT), []).append(text)
    return found


def cells(reading: Reading) -> list[tuple[str, str]]:
    return [(str(each.place).partition(":")[2], each.name) for each in reading.findings]


@pytest.mark.parametrize("encoding", ["cp850", "cp1252", "utf-8", "utf-16"])
@pytest.mark.parametrize("name", ["Ähtärin sää", "ÖSTERBOTTENS ÅR", "Åbo café", "Närpiö", "sää", "töölö"])
def test_letters_are_the_same_in_every_encoding_of_old(name: str, encoding: str, read: Read) -> None:
    reading = read(SubmittedFile("books.csv", f"Nimeke (fi)\n{name}\n".encode(encoding)))
    assert name in {getattr(each.object, "value", "") for each in reading.triples}


def test_quotation_marks_of_windows_are_none_of_its_letters(read: Read) -> None:
    reading = read(SubmittedFile("books.csv", "Nimeke (fi)\nKirja „meri” – luettu\n".encode("cp1252")))
    assert "Kirja „meri” – luettu" in {getattr(each.object, "value", "") for each in reading.triples}


def test_a_row_becomes_a_thing_of_the_class_with_values_of_their_types(read: Read) -> None:
    reading = read(sent(f"{HEADER}\n{ROW}\n"))
    assert reading.findings == ()
    said = facts(reading)
    assert said["dct:title"] == ['"Talvi"@fi', '"Winter"@en']
    assert said["rdf:type"][0] == "lib:Book"
    assert said["lib:genre"] == ["<https://library.example/id/concept/genre/fiction-novel>"]
    assert said["lib:pages"] == ['"1312"^^<http://www.w3.org/2001/XMLSchema#integer>']
    assert said["lib:price"] == ['"24.90"^^<http://www.w3.org/2001/XMLSchema#decimal>']
    assert said["lib:referenceOnly"] == ['"false"^^<http://www.w3.org/2001/XMLSchema#boolean>']
    assert said["skos:notation"] == ['"R000900"']


def test_every_statement_knows_its_cell_and_its_header(read: Read) -> None:
    reading = read(sent(f"{HEADER}\n{ROW}\n"))
    [file] = reading.files
    places = {str(quad.object): file.place(number) for number, quad in enumerate(file.quads)}
    assert (places['"Winter"@en'].cell, places['"Winter"@en'].row, places['"Winter"@en'].header) == (
        *("B2", 2),
        "Nimeke (en)",
    )
    assert places['"Winter"@en'].line is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_encodings_and_separators_are_found_out(encoding: str, separator: str, read: Read) -> None:
    row = ROW.replace("24,90 €", "24.90" if separator == "," else "24,90")
    text = f"{HEADER}\r\n{row}\r\n".replace(";", separator)
    reading = read(sent(text, encoding=encoding))
    assert reading.findings == ()
    assert facts(reading)["lib:pages"] == ['"1312"^^<http://www.w3.org/2001/XMLSchema#integer>']


@pytest.mark.parametrize(
    "header",
    [
        "NIMEKE FI *;Title (English);Genre;Pages;replacement price;Reference only?;numero",
        "Nimeke suomeksi;nimeke englanniksi;LAJI:;Sivumäärä;Korvaushinta;vain_käsikirjastossa;Identifiers - Number",
        "Nimeke;Title;genre;pages;price;referenceOnly;Tunnisteet/Numero",
    ],
)
def test_headers_are_known_in_every_language_and_however_they_are_written(header: str, read: Read) -> None:
    reading = read(sent(f"{header}\n{ROW}\n"))
    assert reading.findings == ()
    assert len(reading.triples) == 10


def test_a_table_may_begin_with_titles_and_empty_rows(read: Read) -> None:
    reading = read(sent(f"Uudet kirjat 2026;;\n;;\n\n{HEADER}\n\n{ROW}\n"))
    assert reading.findings == ()
    assert str(reading.files[0].place(0)) == "kirjat.csv:6"


@pytest.mark.parametrize("above", ["", "Uudet kirjat 2026;;\n;;\n\n"], ids=["headers only", "a title above"])
def test_the_limit_of_rows_counts_those_below_the_headers(above: str, read: Read) -> None:
    file = sent(f"{above}{HEADER}\n" + f"{ROW}\n" * 40)
    assert read(file, limits=Limits(max_rows=40)).triples
    with pytest.raises(BodyTooLarge, match="more than 39 rows"):
        read(file, limits=Limits(max_rows=39))


def test_a_header_of_two_rows_is_read_as_one(read: Read) -> None:
    two = "Nimeke;;Laji;Sivumäärä;Korvaushinta;Vain käsikirjastossa;Tunnisteet\nfi;en;;;;;Numero"
    reading = read(sent(f"{two}\n{ROW}\n"))
    assert cells(reading) == []
    assert facts(reading)["dct:title"] == ['"Talvi"@fi', '"Winter"@en']


def test_the_class_is_told_by_the_headers_when_the_name_says_nothing(read: Read) -> None:
    reading = read(sent(f"{HEADER}\n{ROW}\n", name="vienti (3).csv"))
    assert facts(reading)["rdf:type"][0] == "lib:Book"


def test_the_class_is_told_by_a_row_above_the_header(read: Read) -> None:
    reading = read(sent("Luokka;Toimipiste\nNimi (fi);Nimi (en);Koodi\nPasila;Pasila;07\n", name="x.csv"))
    assert facts(reading)["rdf:type"] == ["lib:Branch"]


def test_a_class_that_nobody_knows_is_a_finding(read: Read) -> None:
    reading = read(sent("Luokka;Toimipisste\nNimi (fi);Nimi (en);Koodi\nPasila;Pasila;07\n", name="x.csv"))
    assert cells(reading) == [("2", "unknown-class")]
    assert "Toimipiste?" in reading.findings[0].messages["fi"]


def test_a_table_named_after_another_class_is_a_finding(read: Read) -> None:
    reading = read(sent(f"{HEADER}\n{ROW}\n", name="Toimipisteet.csv"))
    assert cells(reading) == [("1", "wrong-table")]
    assert "”Toimipiste”" in reading.findings[0].messages["fi"]
    assert facts(reading)["rdf:type"][0] == "lib:Book"


def test_a_table_without_any_header_of_ours_is_a_finding(read: Read) -> None:
    reading = read(sent("Hinta;Määrä\n1;2\n", name="x.csv"))
    assert [each.name for each in reading.findings] == ["unknown-table"]
    assert not reading.complete


def test_a_table_of_headers_alone_has_no_filled_row(read: Read) -> None:
    assert [each.name for each in read(sent(f"{HEADER}\n")).findings] == ["empty-table"]


def test_what_the_library_says_of_a_cell_without_end_is_told_in_words_of_ours(read: Read) -> None:
    reading = read(sent(f'{HEADER}\nTalvi;"{"x" * 140_000}\n'))
    assert [each.name for each in reading.findings] == ["syntax"]
    assert "131072" in reading.findings[0].messages["fi"]
    assert "yli" in reading.findings[0].messages["fi"]
    assert "field" not in str(reading.findings[0].messages)


def test_an_unknown_column_is_a_finding_with_a_suggestion_and_its_texts_are_kept(read: Read) -> None:
    reading = read(sent(f"{HEADER};Kuvasu (fi)\n{ROW};Jotakin\n"))
    assert cells(reading) == [("H1", "unknown-column")]
    assert "Kuvaus (fi)?" in reading.findings[0].messages["fi"]
    assert '"Jotakin"' in [str(quad.object) for quad in reading.unread.quads]
    assert "Jotakin" not in str(reading.triples)


def test_an_unknown_column_without_values_is_nobody_s_business(read: Read) -> None:
    assert read(sent(f"{HEADER};Omia merkintöjä\n{ROW};\n")).findings == ()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("fiction-novel", "id:"),
        ("romaani", "id:"),
        ("NOVEL", "id:"),
        ("https://library.example/id/concept/genre/fiction-novel", "id:"),
    ],
)
def test_a_code_is_known_by_label_key_and_iri(written: str, meant: str, read: Read) -> None:
    reading = read(sent(f"{HEADER}\n{ROW.replace('Romaani', written)}\n"))
    assert reading.findings == ()
    assert facts(reading)["lib:genre"] == ["<https://library.example/id/concept/genre/fiction-novel>"]


def test_a_code_that_is_unknown_is_a_finding_with_a_suggestion(read: Read) -> None:
    reading = read(sent(f"{HEADER}\n{ROW.replace('Romaani', 'Romani')}\n"))
    assert cells(reading) == [("C2", "unknown-code")]
    assert "Tarkoititko: Romaani?" in reading.findings[0].messages["fi"]
    assert reading.findings[0].place.header == "Laji"
    assert "lib:genre" not in facts(reading)


def test_several_values_stand_in_one_cell(read: Read) -> None:
    reading = read(sent(f"{HEADER};Muut nimekkeet (fi)\n{ROW};Pakkanen | Lumi\n"))
    assert facts(reading)["dct:alternative"] == ['"Pakkanen"@fi', '"Lumi"@fi']


@pytest.mark.parametrize("written", ["romaani / runous", "romaani, runous", "romaani ja runous", "romaani and runous"])
def test_names_that_are_all_known_may_be_listed_as_people_do(written: str, read: Read) -> None:
    reading = read(sent(f"{HEADER}\n{ROW.replace('Romaani', written)}\n"))
    assert reading.findings == ()
    assert len(facts(reading)["lib:genre"]) == 2


def test_an_and_within_a_name_that_is_not_known_separates_nothing(read: Read) -> None:
    reading = read(sent(f"{HEADER}\n{ROW.replace('Romaani', 'romaani ja ruokaa')}\n"))
    assert [str(each.value) for each in reading.findings] == ['"romaani ja ruokaa"']


def test_a_name_misspelt_between_rows_is_a_finding_with_a_suggestion(read: Read) -> None:
    second = ROW.replace("Talvi;Winter", "Kevät;Spring").replace("R000900", "R000901")
    reading = read(sent(f"{HEADER};Jatko-osa teokselle\n{ROW};\n{second};Winterr\n"))
    assert cells(reading) == [("H3", "unknown-code")]
    assert "Tarkoititko: Winter?" in reading.findings[0].messages["fi"]


def test_text_read_in_the_wrong_encoding_is_a_finding(read: Read) -> None:
    reading = read(sent(f"{HEADER}\n{ROW.replace('Talvi', 'KevÃ¤t')}\n"))
    assert cells(reading) == [("A2", "garbled-text")]


def test_rows_may_name_each_other(read: Read) -> None:
    second = ROW.replace("Talvi;Winter", "Kevät;Spring").replace("R000900", "R000901")
    reading = read(sent(f"{HEADER};Jatko-osa teokselle\n{ROW};\n{second};Talvi\n"))
    assert reading.findings == ()
    first = next(each.subject for each in reading.triples if '"Talvi"' in str(each.object))
    assert facts(reading)["lib:sequelOf"] == [f"<{first.value}>"]


def test_the_key_of_a_published_thing_means_that_thing(read: Read) -> None:
    reading = read(sent(f"IRI;{HEADER}\n1;{ROW}\nbook/2;{ROW}\nhttps://library.example/id/book/3;{ROW}\n;{ROW}\n"))
    books = [each.value for each in reading.subjects if "#" not in each.value]
    assert books[:3] == [f"https://library.example/id/book/{number}" for number in (1, 2, 3)]
    assert books[3].startswith("https://library.example/submissions/")


def test_a_key_of_nothing_is_a_finding(read: Read) -> None:
    assert cells(read(sent(f"IRI;{HEADER}\nbook/99999;{ROW}\n"))) == [("A2", "unknown-key")]


def test_noughts_that_a_program_has_eaten_are_put_back_and_told(read: Read) -> None:
    reading = read(sent("Nimi (fi);Nimi (en);Koodi\nPasila;Pasila;7\n", name="toimipisteet.csv"))
    assert cells(reading) == [("C2", "repaired")]
    assert facts(reading)["skos:notation"] == ['"07"']


@pytest.mark.parametrize(
    ("written", "literal"),
    [
        ("31.12.2026", '"2026-12-31"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("2026-12-31", '"2026-12-31"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("1/2026", '"2026-01"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'),
        ("2026", '"2026"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
        ("31.2.2026", '"31.2.2026"'),
        ("keväällä", '"keväällä"'),
    ],
)
def test_dates_are_read_as_people_write_them(written: str, literal: str, read: Read) -> None:
    reading = read(sent(f"{HEADER};Julkaistu\n{ROW};{written}\n"))
    assert facts(reading)["dct:issued"] == [literal]


def test_a_quotation_mark_that_nobody_closes_is_a_finding_at_its_row(read: Read) -> None:
    reading = read(sent(f'{HEADER}\n{ROW}\n"{ROW}\n'))
    assert [(str(each.place), each.name) for each in reading.findings] == [("kirjat.csv:3", "syntax")]


def test_what_is_missing_is_placed_in_the_empty_cell(read: Read) -> None:
    from pyoxigraph import NamedNode

    reading = read(sent(f"{HEADER}\n{ROW.replace('Winter', '')}\n"))
    title = NamedNode(PREFIXES["dct"] + "title")
    assert reading.locations.of_absent(reading.subjects[0], title).cell == "B2"  # type: ignore[union-attr]


def test_a_value_behind_the_last_header_is_told_once_a_row(read: Read) -> None:
    reading = read(sent(f"{HEADER}\n{ROW};lost;too\n{ROW.replace('Winter', 'Summer')}\n"))
    last = chr(ord("A") + ROW.count(";") + 1)
    assert cells(reading) == [(f"{last}2", "unheaded-value")]


@pytest.mark.parametrize("written", ["Valistusromaani", "R0"])
def test_of_what_is_no_longer_in_use_it_is_told_when_it_ended_and_what_replaced_it(
    written: str, published: Published, teller: Teller
) -> None:
    old = NamedNode("https://library.example/id/concept/genre/fiction-old")
    new = NamedNode("https://library.example/id/concept/genre/fiction-novel")
    more = [
        Quad(old, term("skos:prefLabel"), Literal("Valistusromaani", language="fi")),
        Quad(old, term("skos:notation"), Literal("R0")),
        Quad(old, term("dct:isReplacedBy"), new),
        Quad(old, CLOSED_ON, Literal("2025-01-01", datatype=term("xsd:date"))),
        Quad(CLOSED_ON, term("rdfs:subPropertyOf"), term("dct:date")),
    ]
    publication = published.publication
    files = (quad for file in publication.files for quad in publication.read(file))
    codes = Published(publication, Quads([*files, *more]))
    file = sent(f"Nimeke (fi);Laji\nMeri;{written}\nMaa;{written}i\n")
    told, other = read_files([file], publication, teller, codes=codes).findings
    assert (told.name, told.place.cell) == ("ended-code", "B2")
    assert told.messages["fi"].startswith(f"”{written}” ei ole enää käytössä (1. tammikuuta 2025). Sen tilalle on")
    assert "Novel" in told.messages["en"]
    assert other.name == "unknown-code"


def test_where_few_codes_can_be_meant_all_of_them_are_told(read: Read) -> None:
    [found] = read(sent(f"{HEADER}\n{ROW.replace('Romaani', 'xyzzy')}\n")).findings
    assert found.messages["fi"].count(" / ") == 11
    assert "Vaihtoehdot: " in found.messages["fi"] and "romaani" in found.messages["fi"].casefold()
