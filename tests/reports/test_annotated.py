"""The workbook that was sent comes back as it was, with comments on its cells and a sheet of findings."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from sotegraph.entities import Index
from sotegraph.ingest import Submission, SubmittedFile, Validator
from sotegraph.messages import read_messages
from sotegraph.reports import annotate


def sent() -> SubmittedFile:
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Kirjat"
    sheet["A1"], sheet["C1"] = "Nimi", "Julkaistu"
    sheet["C1"].font = Font(bold=True)
    sheet["B2"] = "=1+2"
    sheet["C4"] = "eilen"
    sheet["C4"].comment = Comment("Tarkista tämä.", "Virkailija")
    sheet.merge_cells("B6:C6")
    workbook.create_sheet("Findings")
    output = io.BytesIO()
    workbook.save(output)
    return SubmittedFile("books.xlsx", output.getvalue())


def annotated(submission: Submission, file: SubmittedFile, language: str = "fi"):
    content = annotate(file, submission, language, read_messages())
    assert content is not None
    return load_workbook(io.BytesIO(content))


def test_every_finding_is_a_comment_on_its_cell(in_table: Submission) -> None:
    sheet = annotated(in_table, sent())["Kirjat"]
    first, second = in_table.findings[:2]
    assert sheet["C4"].comment.text.startswith("Tarkista tämä.\n\nsotegraph:\nVirhe: " + first.message["fi"])
    assert second.message["fi"] in sheet["C5"].comment.text
    assert "Odotettu arvo: " in sheet["C4"].comment.text


def test_of_merged_cells_the_first_has_the_comment(in_table: Submission) -> None:
    assert annotated(in_table, sent())["Kirjat"]["B6"].comment is not None


def test_what_stood_in_the_workbook_still_stands_there(in_table: Submission) -> None:
    workbook = annotated(in_table, sent())
    sheet = workbook["Kirjat"]
    assert (sheet["B2"].value, sheet["C4"].value, sheet["C1"].font.b) == ("=1+2", "eilen", True)
    assert workbook.sheetnames == ["Kirjat", "Findings", "Havainnot"]


def test_the_findings_are_listed_with_links_to_their_cells(in_table: Submission) -> None:
    workbook = annotated(in_table, sent(), "en")
    listed = workbook["Findings 2"]
    assert listed.max_row == len(in_table.findings) + 1
    assert listed["C2"].hyperlink.location == "'Kirjat'!C4"


def test_text_never_becomes_a_formula(in_table: Submission) -> None:
    told = replace(in_table.findings[0], shown={"fi": "=1+2"})
    listed = annotated(replace(in_table, findings=(told,)), sent())["Havainnot"]
    assert (listed["I2"].value, listed["I2"].data_type) == ("=1+2", "s")


def test_what_is_no_workbook_has_none_to_give_back(in_table: Submission) -> None:
    cut_short = io.BytesIO()
    with zipfile.ZipFile(cut_short, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types>")
    for content in (b"a;b\n", b"PK\x03\x04 broken", cut_short.getvalue()):
        assert annotate(SubmittedFile("books.xlsx", content), in_table, "fi", read_messages()) is None


def books(number: str) -> SubmittedFile:
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Kirjat"
    sheet.append(["Nimeke (fi)", "Nimeke (en)", "Laji", "Vain käsikirjastossa", "Tunnisteet: Numero"])
    sheet.append(["Talvi", "Winter", "Romaani", "ei", number])
    sheet["E2"].comment = Comment("Tarkista tämä.", "Virkailija")
    output = io.BytesIO()
    workbook.save(output)
    return SubmittedFile("lista.xlsx", output.getvalue())


@pytest.fixture(scope="module")
def validator(index: Index) -> Validator:
    return Validator(index, isolated=False)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_workbook_that_came_back_can_be_mended_and_sent_again(language: str, validator: Validator) -> None:
    file, messages = books("X"), read_messages()
    found = validator.validate([file])
    told = [(each.where, each.message) for each in found.findings]
    assert [where.cell for where, _ in told] == ["E2"]
    for _ in range(2):
        content = annotate(file, found, language, messages)
        assert content is not None
        file = replace(file, content=content)
        again = validator.validate([file])
        assert [(each.where, each.message) for each in again.findings] == told, "what was told is no data"
    workbook = load_workbook(io.BytesIO(file.content))
    assert len(workbook.sheetnames) == 2
    assert workbook["Kirjat"]["E2"].comment.text.count("R000123") == 1
    workbook["Kirjat"]["E2"] = "R000900"
    output = io.BytesIO()
    workbook.save(output)
    mended = replace(file, content=output.getvalue())
    accepted = validator.validate([mended])
    assert (accepted.complete, accepted.findings) == (True, ())
    content = annotate(mended, accepted, language, messages)
    assert content is not None
    assert load_workbook(io.BytesIO(content))["Kirjat"]["E2"].comment.text == "Tarkista tämä."
