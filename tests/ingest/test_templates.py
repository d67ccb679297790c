"""A template says in words what to write; filled rightly, it validates."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.cell import coordinate_from_string
from pyoxigraph import Literal

from sotegraph.entities import Index
from sotegraph.errors import NotFound
from sotegraph.ingest import SubmittedFile, Validator
from sotegraph.ingest.arrangement import arrange
from sotegraph.ingest.columns import Column
from sotegraph.ingest.headers import words
from sotegraph.ingest.published import Published
from sotegraph.ingest.templates import FORMS, template, template_classes
from tests.ingest.conftest import Read


def opened(published: Published, name: str, language: str = "fi") -> Any:
    return load_workbook(io.BytesIO(template(published, name, "xlsx", language)))


MARK = re.compile(r" (\*|\(\*+\))$")
"""What the header of a required column ends with, or of one of which any will do."""
BAND, HEADER, EXAMPLE = 1, 2, 3
"""The rows of a workbook: what the bands of columns are called, their headers, and the example."""
UNUSED = "something to which nothing leads yet"
EXISTING = {
    "AreaMembership": {"temporal startDate": "1.1.1900", "temporal endDate": "31.12.1900"},
    "AreaOfOperation": {"operatesIn": "area/90"},
    "Grant": {"isPartOf": ""},
    "Holding": {"temporal startDate": "1.1.1900", "temporal endDate": "31.12.1900"},
    "Membership": {"organization": "organisation/2"},
    "Negotiation": {"year": "2090"},
    "Observation": {"refPeriod": "2090"},
    "PathStep": {"position": "1", "isStepOfPlan": UNUSED, "isPrecededBy": ""},
    "StrategyElement": {"position": "1", "elementOf": UNUSED},
    "Support": {"certainty": "stated"},
}
"""The examples that are of something published, which may not be there twice: what makes another thing of them.

The cells by the predicates of their columns. What is said to be inferred needs the rule that it was inferred by.
"""


def rows_of(content: bytes, form: str) -> list[list[str]]:
    """The rows of a template's table."""
    if form == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    rows = sheet.iter_rows(min_row=HEADER, values_only=True)
    return [["" if cell is None else str(cell) for cell in row] for row in rows]


def written(content: bytes, form: str, row: dict[int, str]) -> bytes:
    """The template with *row*, texts by column, in the place of its example, without the columns it does not need."""
    if form == "csv":
        header = rows_of(content, form)[0]
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=";").writerows([[header[each] for each in row], row.values()])
        return text.getvalue().encode("utf-8-sig")
    workbook = load_workbook(io.BytesIO(content))
    sheet = workbook.worksheets[0]
    for column in reversed(range(sheet.max_column)):
        if column in row:
            sheet.cell(EXAMPLE, column + 1).value = row[column] or None
        else:
            sheet.delete_cols(column + 1)
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


def marked(header: list[str], example: dict[int, str]) -> dict[int, str]:
    """The cells that the marks ask for: the required ones, and the first there is of those of which any will do."""
    marks = {column: found[1] for column, text in enumerate(header) if (found := MARK.search(text))}
    row = {column: example.get(column, "") for column, mark in marks.items() if mark == "*"}
    for mark in set(marks.values()) - {"*"}:
        column = next(each for each in marks if marks[each] == mark and example.get(each))
        row[column] = example[column]
    return row


def name_of(column: Column) -> str:
    """The names of the predicates of a column, shortly."""
    predicates = [*([column.nested.predicate] if column.nested else []), column.predicate]
    return " ".join(re.split(r"[/#]", each.value)[-1] for each in predicates)


def unused(published: Published, column: Column) -> str:
    """Something that a cell of *column* can name, and that no published thing has there."""
    members = published.code_list(column).members
    return next(each.value for each in members if not any(published.graph.incoming(each, column.predicate)))


def refused(published: Published, validator: Validator, form: str, language: str) -> list[str]:
    """What is wrong with the templates filled as a new thing: the whole example, and only what is marked."""
    found = []
    for each in template_classes(published):
        content = template(published, each.local_name, form, language)
        header, *examples = rows_of(content, form)
        assert len(examples) == 1, each.local_name
        offered = [column for band in arrange(published.publication, each) for column in band.columns]
        new = EXISTING.get(each.local_name, {})
        changed = {
            number: unused(published, column) if new[name_of(column)] is UNUSED else new[name_of(column)]
            for number, column in enumerate(offered, 1)
            if name_of(column) in new
        }
        assert len(changed) == len(new), each.local_name
        example = {column: text for column, text in enumerate(examples[0]) if text and column} | changed
        for row in (example, marked(header, example) | changed):
            ordered = dict(sorted((row or example).items()))
            file = SubmittedFile(f"{each.local_name}.{form}", written(content, form, ordered))
            outcome = validator.validate([file], language=language)
            assert outcome.complete, outcome.findings
            found += [
                f"{told.where} {told.rule} {told.value}" for told in outcome.findings if told.severity == "violation"
            ]
    return found


@pytest.mark.parametrize(("form", "language"), [pytest.param("xlsx", "fi", marks=pytest.mark.slow), ("csv", "en")])
def test_templates_of_the_small_publication_are_accepted_when_filled_as_they_say(
    form: str, language: str, index: Index, published: Published
) -> None:
    assert refused(published, Validator(index, isolated=False), form, language) == []


@pytest.mark.slow
@pytest.mark.parametrize(("form", "language"), [("xlsx", "fi"), ("csv", "sv"), ("csv", "en")])
def test_templates_of_the_bundled_publication_are_accepted_when_filled_as_they_say(
    form: str, language: str, bundled: Index
) -> None:
    published = Published(bundled.publication, bundled.version)
    assert len(template_classes(published)) >= 40
    assert refused(published, Validator(bundled, isolated=False), form, language) == []


def unmarked(content: bytes, form: str) -> bytes:
    """The template as it is, but for the mark of its example."""
    if form == "csv":
        header, example = rows_of(content, form)
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=";").writerows([header, ["", *example[1:]]])
        return text.getvalue().encode("utf-8-sig")
    workbook = load_workbook(io.BytesIO(content))
    workbook.worksheets[0].cell(EXAMPLE, 1).value = None
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


def refused_examples(published: Published, validator: Validator, form: str, language: str) -> list[str]:
    """What is wrong with the examples as they are, beside the published data and without them."""
    found = []
    for each in template_classes(published):
        sent = unmarked(template(published, each.local_name, form, language), form)
        for with_context in (True, False):
            file = SubmittedFile(f"{each.local_name}.{form}", sent)
            outcome = validator.validate([file], language=language, with_context=with_context)
            assert outcome.complete, outcome.findings
            wrong = [told for told in outcome.findings if told.severity == "violation"]
            found += [f"{told.where} {told.rule} {told.value} {with_context}" for told in wrong]
    return found


@pytest.mark.slow
def test_the_examples_of_the_small_publication_are_right_as_they_are(index: Index, published: Published) -> None:
    assert refused_examples(published, Validator(index, isolated=False), "csv", "fi") == []


def test_an_example_that_is_published_is_told_as_that(index: Index, published: Published) -> None:
    validator = Validator(index, isolated=False)
    sent = unmarked(template(published, "Holding", "csv", "en"), "csv")
    (told,) = (
        each for each in validator.validate([SubmittedFile("a.csv", sent)]).findings if each.rule == "published-already"
    )
    assert (told.severity, told.where.row) == ("info", 2)


@pytest.mark.slow
@pytest.mark.parametrize(("form", "language"), [("xlsx", "fi"), ("xlsx", "sv"), ("csv", "sv"), ("csv", "en")])
def test_the_examples_of_the_bundled_publication_are_right_as_they_are(
    form: str, language: str, bundled: Index
) -> None:
    published = Published(bundled.publication, bundled.version)
    assert refused_examples(published, Validator(bundled, isolated=False), form, language) == []


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_of_an_empty_template_it_is_said_that_no_row_is_filled(form: str, read: Read, published: Published) -> None:
    reading = read(SubmittedFile(f"Book.{form}", template(published, "Book", form, "fi")))
    assert reading.triples == ()
    assert [(str(each.place), each.name) for each in reading.findings] == [(f"Book.{form}", "empty-table")]


@pytest.mark.parametrize("form", FORMS)
def test_an_unfilled_template_holds_back_nothing_of_the_other_files(
    form: str, index: Index, published: Published
) -> None:
    validator = Validator(index, isolated=False)
    empty = SubmittedFile(f"Book.{form}", template(published, "Book", form, "fi"))
    table = SubmittedFile("books.csv", "Nimeke (fi);Julkaistu\nMeri;keväällä\n".encode())
    outcome = validator.validate([empty, table])
    told = {each.rule: each for each in outcome.findings}
    assert outcome.complete
    assert (told["empty-table"].severity, told["empty-table"].where.file) == ("warning", f"Book.{form}")
    assert told["Book#issued-date"].where.cell == "B2"
    alone = validator.validate([empty, SubmittedFile(f"Book-2.{form}", empty.content)])
    assert (alone.complete, alone.lacks_content) == (False, True)


@pytest.mark.parametrize("form", FORMS)
def test_own_data_over_the_example_is_not_passed_over(form: str, read: Read, published: Published) -> None:
    content = template(published, "Book", form, "fi")
    header, example = rows_of(content, form)
    row = {column: text for column, text in enumerate(example) if text}
    changed = next(column for column in row if column)
    reading = read(SubmittedFile(f"books.{form}", written(content, form, row | {changed: "Oma 131052-308T"})))
    [finding] = reading.findings
    assert (finding.name, finding.place.cell, finding.place.header) == (
        "marked-as-example",
        "A2" if form == "csv" else "A3",
        header[0],
    )
    assert "Tyhjennä tämä solu" in finding.remedies["fi"]
    assert "Oma 131052-308T" in [quad.object.value for quad in reading.unread.quads]
    assert not reading.triples


def test_the_example_may_stay_in_part_and_as_a_program_writes_it(read: Read, published: Published) -> None:
    content = template(published, "Book", "csv", "en")
    _, example = rows_of(content, "csv")
    day = next(column for column, text in enumerate(example) if re.fullmatch(r"\d{4}-\d\d-\d\d", text))
    year, month, number = map(int, example[day].split("-"))
    row = {0: "Esimerkki", 1: example[1], day: f"{number}.{month}.{year}"}
    assert not [
        each
        for each in read(SubmittedFile("books.csv", written(content, "csv", row))).findings
        if each.name == "marked-as-example"
    ]


def test_headers_are_in_the_language_asked_for_and_mark_what_is_required(published: Published) -> None:
    sheet = opened(published, "Book").worksheets[0]
    headers = [cell.value for cell in sheet[HEADER]]
    assert sheet.title == "Kirja"
    assert headers[:2] == ["IRI", "Nimeke (fi) *"]
    assert "Tunnisteet: Numero *" in headers
    assert "Title (fi) *" in [cell.value for cell in opened(published, "Book", "en").worksheets[0][HEADER]]


def bands(sheet: Any) -> dict[str, list[str]]:
    """The headers of a workbook's first sheet by the title of the band that they stand in."""
    found: dict[str, list[str]] = {}
    for above, header in zip(sheet[BAND], sheet[HEADER], strict=True):
        under = found.setdefault(above.value, []) if above.value else list(found.values())[-1]
        under.append(header.value)
    return found


def told_in(published: Published, name: str, language: str) -> list[str]:
    """The texts that a workbook says by itself: its headers, their notes, and the instructions."""
    workbook = opened(published, name, language)
    rows = [*workbook.worksheets[0].iter_rows(max_row=HEADER), *workbook.worksheets[-1].iter_rows()]
    cells = [cell for row in rows for cell in row]
    return [str(cell.value) for cell in cells if cell.value] + [cell.comment.text for cell in cells if cell.comment]


def is_misquoted(text: str, language: str) -> bool:
    """Whether *text* has quotation marks of another language: only the English ones differ."""
    opening, closing = text.count("“"), text.count("”")
    return opening != closing if language == "en" else opening > 0 or closing % 2 != 0


def test_what_is_asked_for_stands_first_and_the_rest_in_its_groups(published: Published) -> None:
    found = bands(opened(published, "Book").worksheets[0])
    assert list(found)[:2] == ["Tunniste ja nimi", "Pakolliset tiedot"]
    assert found["Tunniste ja nimi"] == ["IRI", "Nimeke (fi) *", "Nimeke (en)"]
    assert found["Pakolliset tiedot"] == ["Laji *", "Tunnisteet: Numero *"]
    groups = sorted(published.publication.groups.values(), key=lambda each: each.order)
    titles = dict.fromkeys(each.labels["fi"] for each in groups)
    assert list(found)[2:] == [each for each in titles if each in found]
    assert not [each for group in list(found)[2:] for each in found[group] if MARK.search(each)]


def test_both_forms_have_the_same_order(published: Published) -> None:
    book, table = (rows_of(template(published, "Book", form, "en"), form) for form in FORMS)
    assert book == table


def test_what_names_a_row_stays_in_sight(published: Published) -> None:
    assert opened(published, "Book").worksheets[0].freeze_panes == "D3"
    for each in template_classes(published):
        sheet = opened(published, each.local_name).worksheets[0]
        column, row = coordinate_from_string(sheet.freeze_panes)
        standing = range(1, column_index_from_string(column))
        assert row == EXAMPLE
        assert 10 < sum(sheet.column_dimensions[get_column_letter(number)].width for number in standing) <= 70


@pytest.mark.parametrize("language", ["en", "fi"])
def test_a_column_alone_below_the_title_of_its_band_is_read(language: str, read: Read, published: Published) -> None:
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = "Book"
    title = next(each.labels[language] for each in published.publication.groups.values() if "escription" in each.iri)
    for row in ([title], [f"{title} ({language})"], ["A story of the sea."]):
        sheet.append(row)
    output = io.BytesIO()
    workbook.save(output)
    found = read(SubmittedFile("books.xlsx", output.getvalue()))
    assert [str(each.object.value) for each in found.triples if isinstance(each.object, Literal)] == [
        "A story of the sea."
    ]


def test_notes_come_from_the_shapes(published: Published) -> None:
    sheet = opened(published, "Book").worksheets[0]
    note = next(cell.comment.text for cell in sheet[HEADER] if cell.value == "Laji *")
    assert note.startswith("Kirjallisuudenlaji kirjaston omasta luokituksesta.")
    assert "Valitse luettelosta" in note


@pytest.mark.parametrize("language", ["sv", "en"])
def test_notes_quote_as_their_language_does(language: str, published: Published) -> None:
    texts = [text for each in template_classes(published) for text in told_in(published, each.local_name, language)]
    assert any("”" in each for each in texts)
    assert [each for each in texts if is_misquoted(each, language)] == []


def test_codes_can_be_chosen_from_lists_on_a_hidden_sheet(published: Published) -> None:
    workbook = opened(published, "Book")
    sheet = workbook.worksheets[0]
    column = next(cell.column_letter for cell in sheet[HEADER] if cell.value == "Laji *")
    rule = next(each for each in sheet.data_validations.dataValidation if f"{column}{EXAMPLE}" in each.sqref)
    letter = rule.formula1.partition("$")[2][0]
    names = [cell.value for cell in workbook["codes"][letter] if cell.value]
    assert workbook["codes"].sheet_state == "hidden"
    assert "romaani" in [name.casefold() for name in names]


def test_cells_keep_text_as_text_and_dates_as_dates(published: Published) -> None:
    sheet = opened(published, "Branch").worksheets[0]
    code = next(cell.column_letter for cell in sheet[HEADER] if str(cell.value).startswith("Koodi"))
    assert sheet.column_dimensions[code].number_format == "@"


def test_a_sheet_of_instructions_tells_how_to_fill_it(published: Published) -> None:
    sheet = opened(published, "Book", "fi")["Ohjeet"]
    texts = [cell.value for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("Tähdellä merkityt" in text for text in texts)
    assert "Nimeke (fi) *" in texts


def test_a_csv_template_opens_in_excel(published: Published) -> None:
    content = template(published, "Book", "csv", "fi")
    assert content.startswith(b"\xef\xbb\xbfIRI;Nimeke (fi) *;")
    assert len(content.decode("utf-8-sig").splitlines()) >= 2


@pytest.mark.parametrize(("name", "form"), [("Nothing", "xlsx"), ("Book", "pdf")])
def test_there_is_no_template_for_what_is_no_class(name: str, form: str, published: Published) -> None:
    with pytest.raises(NotFound):
        template(published, name, form, "fi")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_headers_begin_alike_and_notes_speak_to_whoever_fills_them(language: str, bundled: Index) -> None:
    published = Published(bundled.publication, bundled.version)
    for each in template_classes(published):
        first = opened(published, each.local_name, language).worksheets[0][HEADER]
        assert [cell.value for cell in first if cell.value[0].islower()] == []
        assert len({words(cell.value) for cell in first}) == len(first), each.local_name
        notes = " ".join(cell.comment.text for cell in first if cell.comment)
        assert re.findall(r"toimituksen|redaktion\w*|\beditors\b", notes) == []
        texts = told_in(published, each.local_name, language)
        assert [text for text in texts if is_misquoted(text, language)] == []
