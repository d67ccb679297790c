"""Workbooks are read as their cells look, sheet by sheet; nothing is computed, nothing fetched."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from sotegraph.errors import BodyTooLarge
from sotegraph.ingest import Limits, SubmittedFile
from tests.ingest.conftest import Read
from tests.ingest.test_csv import HEADER, ROW, cells, facts

HEADERS = HEADER.split(";")
VALUES: list[Any] = ["Talvi", "Winter", "Romaani", 312, 24.9, False, "R000900"]


def sent(
    *rows: list[Any], name: str = "lista.xlsx", change: Callable[[Any], None] = lambda sheet: None
) -> SubmittedFile:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Kirjat"
    for row in rows:
        sheet.append(row)
    change(sheet)
    return saved(workbook, name)


def saved(workbook: Any, name: str = "lista.xlsx") -> SubmittedFile:
    output = io.BytesIO()
    workbook.save(output)
    return SubmittedFile(name, output.getvalue())


def test_cells_have_values_of_their_types(read: Read) -> None:
    reading = read(sent(HEADERS, VALUES))
    assert reading.findings == ()
    said = facts(reading)
    assert said["lib:pages"] == ['"312"^^<http://www.w3.org/2001/XMLSchema#integer>']
    assert said["lib:price"] == ['"24.9"^^<http://www.w3.org/2001/XMLSchema#decimal>']
    assert said["lib:referenceOnly"] == ['"false"^^<http://www.w3.org/2001/XMLSchema#boolean>']


def test_what_excel_escapes_in_a_text_is_what_it_stands_for(read: Read) -> None:
    reading = read(sent(HEADERS, ["Talvi_x000D_", "_x0057_inter _xD83D__xDE00__xD800_", *VALUES[2:]]))
    assert facts(reading)["dct:title"] == ['"Talvi"@fi', '"Winter 😀\N{REPLACEMENT CHARACTER}"@en']


def test_every_statement_knows_its_sheet_and_cell(read: Read) -> None:
    [file] = read(sent(HEADERS, VALUES)).files
    place = next(file.place(number) for number, quad in enumerate(file.quads) if '"Winter"' in str(quad.object))
    assert (place.file, place.sheet, place.row, place.cell, place.header) == (
        *("lista.xlsx", "Kirjat", 2, "B2"),
        "Nimeke (en)",
    )


@pytest.mark.parametrize(
    ("written", "literal"),
    [
        (date(2026, 12, 31), '"2026-12-31"^^<http://www.w3.org/2001/XMLSchema#date>'),
        (datetime(2026, 12, 31), '"2026-12-31"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("31.12.2026", '"2026-12-31"^^<http://www.w3.org/2001/XMLSchema#date>'),
        (2026, '"2026"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
        (46387, '"2026-12-31"^^<http://www.w3.org/2001/XMLSchema#date>'),
    ],
)
def test_dates_are_read_whatever_excel_made_of_them(written: object, literal: str, read: Read) -> None:
    reading = read(sent([*HEADERS, "Julkaistu"], [*VALUES, written]))
    assert facts(reading)["dct:issued"] == [literal]
    assert [each.name for each in reading.findings] == (["repaired"] if written == 46387 else [])


def test_merged_headers_name_all_columns_below_them(read: Read) -> None:
    def merge(sheet: Any) -> None:
        sheet.merge_cells("A1:I1")
        sheet.merge_cells("A2:B2")
        sheet.merge_cells("C2:C3")

    title: list[Any] = ["Kirjaston uudet kirjat"]
    upper = ["Nimeke", None, "Laji", "Sivumäärä", "Korvaushinta", "Vain käsikirjastossa", "Tunnisteet"]
    lower = ["fi", "en", None, "Sivumäärä", "Korvaushinta", "Vain käsikirjastossa", "Numero"]
    reading = read(sent(title, upper, lower, VALUES, change=merge))
    assert reading.findings == ()
    assert facts(reading)["dct:title"] == ['"Talvi"@fi', '"Winter"@en']
    assert facts(reading)["lib:genre"] == ["<https://library.example/id/concept/genre/fiction-novel>"]


def test_codes_that_only_look_padded_are_read_as_they_look(read: Read) -> None:
    def look(sheet: Any) -> None:
        sheet["C2"].number_format = "00"

    workbook = sent(["Nimi (fi)", "Nimi (en)", "Koodi"], ["Pasila", "Pasila", 7], change=look)
    reading = read(workbook)
    assert facts(reading)["skos:notation"] == ['"07"']
    assert "repaired" not in [each.name for each in reading.findings]


def test_an_address_behind_a_text_is_read(read: Read) -> None:
    def link(sheet: Any) -> None:
        sheet["H2"].hyperlink = "https://kirja.example/talvi"

    reading = read(sent([*HEADERS, "Verkkosivut"], [*VALUES, "Kirjan sivu"], change=link))
    assert facts(reading)["foaf:page"] == ["<https://kirja.example/talvi>"]


def test_a_formula_without_a_saved_result_is_a_finding(read: Read) -> None:
    reading = read(sent(HEADERS, [*VALUES[:3], "=300+12", *VALUES[4:]]))
    assert cells(reading) == [("Kirjat:D2", "formula-without-result")]
    assert "lib:pages" not in facts(reading)


def test_an_error_in_a_cell_is_a_finding(read: Read) -> None:
    reading = read(sent(HEADERS, [*VALUES[:3], "#N/A", *VALUES[4:]]))
    assert cells(reading) == [("Kirjat:D2", "cell-error")]


def test_a_cell_far_away_costs_no_more_than_one_nearby(read: Read) -> None:
    def colour(sheet: Any) -> None:
        sheet["XFD1048576"].fill = PatternFill("solid", fgColor="FFFF00")

    started = time.process_time()
    reading = read(sent(HEADERS, VALUES, change=colour))
    assert time.process_time() - started < 2
    assert reading.findings == ()
    assert "lib:Book" in facts(reading)["rdf:type"]


def test_several_sheets_are_read_each_as_its_class(read: Read) -> None:
    workbook = Workbook()
    books = workbook.active
    assert books is not None
    books.title = "Books"
    for row in (HEADERS, VALUES):
        books.append(row)
    branches = workbook.create_sheet("Toimipisteet")
    for row in (["Nimi (fi)", "Nimi (en)", "Koodi"], ["Pasila", "Pasila", "07"]):
        branches.append(row)
    reading = read(saved(workbook))
    assert [each for each in facts(reading)["rdf:type"] if each.startswith("lib:")] == ["lib:Book", "lib:Branch"]
    assert reading.findings == ()


def test_sheets_that_are_hidden_or_unknown_are_told_and_their_texts_kept(read: Read) -> None:
    workbook = Workbook()
    books = workbook.active
    assert books is not None
    books.title = "Kirjat"
    for row in (HEADERS, VALUES):
        books.append(row)
    workbook.create_sheet("Muistio").append(["Soita takaisin"])
    hidden = workbook.create_sheet("Vanhat")
    hidden.append(["Salainen"])
    hidden.sheet_state = "hidden"
    reading = read(saved(workbook))
    assert [(each.place.sheet, each.name) for each in reading.findings] == [
        ("Muistio", "unknown-table"),
        ("Vanhat", "hidden-sheet"),
    ]
    assert {'"Soita takaisin"', '"Salainen"'} <= {str(quad.object) for quad in reading.unread.quads}


def test_notes_are_kept_to_be_looked_through(read: Read) -> None:
    def note(sheet: Any) -> None:
        sheet["A2"].comment = Comment("Kysy vielä", "me")

    reading = read(sent(HEADERS, VALUES, change=note))
    kept = {str(quad.object): str(reading.unread.place(number)) for number, quad in enumerate(reading.unread.quads)}
    assert kept['"Kysy vielä"'] == "lista.xlsx:Kirjat:A2"


def repacked(file: SubmittedFile, part: str, content: bytes) -> SubmittedFile:
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file.content)) as old, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return SubmittedFile(file.name, output.getvalue())


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&b;</t></si></sst>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_part_with_entities_is_refused_before_anything_is_made_of_it(encoding: str, read: Read) -> None:
    bomb = repacked(sent(HEADERS, VALUES), "xl/worksheets/sheet1.xml", LAUGHS.decode().encode(encoding))
    reading = read(bomb)
    assert [each.name for each in reading.findings] == ["refused"]
    assert not reading.complete


def test_a_zip_bomb_is_refused(read: Read) -> None:
    bomb = repacked(sent(HEADERS, VALUES), "xl/worksheets/sheet1.xml", b" " * 5_000_000)
    with pytest.raises(BodyTooLarge):
        read(bomb, limits=Limits(max_parts_bytes=1_000_000))


def test_more_cells_than_the_limit_are_refused(read: Read) -> None:
    with pytest.raises(BodyTooLarge):
        read(sent(HEADERS, VALUES, VALUES), limits=Limits(max_cells=20))


@pytest.mark.parametrize("length", [100, 3_000])
def test_a_workbook_cut_short_is_a_finding(length: int, read: Read) -> None:
    file = sent(HEADERS, VALUES)
    reading = read(SubmittedFile(file.name, file.content[:length]))
    assert [each.name for each in reading.findings] == ["broken-file"]


def test_what_the_library_says_of_a_broken_workbook_is_not_repeated(read: Read) -> None:
    reading = read(repacked(sent(HEADERS, VALUES), "xl/worksheets/sheet1.xml", b"<worksheet"))
    assert [each.name for each in reading.findings] == ["broken-file"]
    assert "jokin tiedoston osa on vioittunut" in reading.findings[0].messages["fi"]


def test_the_name_does_not_matter(read: Read) -> None:
    file = sent(HEADERS, VALUES)
    assert read(SubmittedFile("kirjat.csv", file.content)).findings == ()
    assert ROW.split(";")[0] in str(read(SubmittedFile("upload", file.content)).triples)
