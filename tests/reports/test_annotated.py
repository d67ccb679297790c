"""The workbook that was sent comes back as it was, with comments on its cells and a sheet of findings."""

from __future__ import annotations

import io
from dataclasses import replace

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from sotegraph.ingest import Submission, SubmittedFile
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
    assert sheet["C4"].comment.text.startswith("Tarkista tämä.\n\nVirhe: " + first.message["fi"])
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
    for content in (b"a;b\n", b"PK\x03\x04 broken"):
        assert annotate(SubmittedFile("books.xlsx", content), in_table, "fi", read_messages()) is None
