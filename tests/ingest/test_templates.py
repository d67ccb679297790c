"""A template says in words what to write; filled rightly, it validates."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from sotegraph.entities import Index
from sotegraph.errors import NotFound
from sotegraph.ingest import SubmittedFile, Validator
from sotegraph.ingest.examples import example_of
from sotegraph.ingest.published import Published
from sotegraph.ingest.templates import template, template_classes
from tests.ingest.conftest import Read


def opened(published: Published, name: str, language: str = "fi") -> Any:
    return load_workbook(io.BytesIO(template(published, name, "xlsx", language)))


def filled(published: Published, form: str, language: str) -> list[SubmittedFile]:
    """Every template of the publication, the example row made one that counts: about the thing it was made from."""
    files = []
    for each in template_classes(published):
        found = example_of(published, each, language)
        if found is None:
            continue
        content = template(published, each.local_name, form, language)
        fill = _fill_csv if form == "csv" else _fill_workbook
        files.append(SubmittedFile(f"{each.local_name}.{form}", fill(content, found[0].value)))
    return files


def _fill_csv(content: bytes, iri: str) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    rows[1][0] = iri
    output = io.StringIO(newline="")
    csv.writer(output, delimiter=";").writerows(rows)
    return output.getvalue().encode("utf-8-sig")


def _fill_workbook(content: bytes, iri: str) -> bytes:
    workbook = load_workbook(io.BytesIO(content))
    workbook.worksheets[0]["A2"] = iri
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


def wrong(files: list[SubmittedFile], validator: Validator) -> list[str]:
    """What is a violation now and is none as published."""
    outcome = validator.validate(files, profile="publication")
    assert outcome.complete, outcome.findings
    found = [each for each in outcome.findings if each.severity == "violation" and each.is_new is not False]
    return [f"{each.where} {each.rule} {each.value}" for each in found]


@pytest.mark.parametrize(("form", "language"), [("xlsx", "fi"), ("csv", "en")])
def test_every_template_of_the_small_publication_validates_when_filled_rightly(
    form: str, language: str, index: Index, published: Published
) -> None:
    files = filled(published, form, language)
    assert len(files) >= 4
    assert wrong(files, Validator(index)) == []


@pytest.mark.slow
@pytest.mark.parametrize(("form", "language"), [("xlsx", "fi"), ("csv", "sv"), ("xlsx", "en")])
def test_every_template_of_the_bundled_publication_validates_when_filled_rightly(
    form: str, language: str, bundled: Index
) -> None:
    files = filled(Published(bundled.publication, bundled.version), form, language)
    assert len(files) >= 35
    assert wrong(files, Validator(bundled)) == []


def test_an_empty_template_has_nothing_in_it_that_is_read(read: Read, published: Published) -> None:
    reading = read(SubmittedFile("Book.xlsx", template(published, "Book", "xlsx", "fi")))
    assert reading.triples == ()
    assert [each.name for each in reading.findings] == ["nothing-to-validate"]


def test_headers_are_in_the_language_asked_for_and_mark_what_is_required(published: Published) -> None:
    sheet = opened(published, "Book").worksheets[0]
    headers = [cell.value for cell in sheet[1]]
    assert sheet.title == "Kirja"
    assert headers[:2] == ["IRI", "Nimeke (en)"]
    assert "Nimeke (fi) *" in headers
    assert "Tunnisteet: Numero *" in headers
    assert "Title (fi) *" in [cell.value for cell in opened(published, "Book", "en").worksheets[0][1]]


def test_notes_come_from_the_shapes(published: Published) -> None:
    sheet = opened(published, "Book").worksheets[0]
    note = next(cell.comment.text for cell in sheet[1] if cell.value == "Laji *")
    assert note.startswith("Kirjallisuudenlaji kirjaston omasta luokituksesta.")
    assert "Valitse luettelosta" in note


def test_codes_can_be_chosen_from_lists_on_a_hidden_sheet(published: Published) -> None:
    workbook = opened(published, "Book")
    sheet = workbook.worksheets[0]
    column = next(cell.column_letter for cell in sheet[1] if cell.value == "Laji *")
    rule = next(each for each in sheet.data_validations.dataValidation if f"{column}2" in each.sqref)
    letter = rule.formula1.partition("$")[2][0]
    names = [cell.value for cell in workbook["codes"][letter] if cell.value]
    assert workbook["codes"].sheet_state == "hidden"
    assert "romaani" in [name.casefold() for name in names]


def test_cells_keep_text_as_text_and_dates_as_dates(published: Published) -> None:
    sheet = opened(published, "Branch").worksheets[0]
    code = next(cell.column_letter for cell in sheet[1] if str(cell.value).startswith("Koodi"))
    assert sheet.column_dimensions[code].number_format == "@"


def test_a_sheet_of_instructions_tells_how_to_fill_it(published: Published) -> None:
    sheet = opened(published, "Book", "fi")["Ohjeet"]
    texts = [cell.value for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("Tähdellä merkityt" in text for text in texts)
    assert "Nimeke (fi) *" in texts


def test_a_csv_template_opens_in_excel(published: Published) -> None:
    content = template(published, "Book", "csv", "fi")
    assert content.startswith(b"\xef\xbb\xbfIRI;Nimeke (en);")
    assert len(content.decode("utf-8-sig").splitlines()) >= 2


@pytest.mark.parametrize(("name", "form"), [("Nothing", "xlsx"), ("Book", "pdf")])
def test_there_is_no_template_for_what_is_no_class(name: str, form: str, published: Published) -> None:
    with pytest.raises(NotFound):
        template(published, name, form, "fi")
