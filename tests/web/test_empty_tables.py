"""Empty tables are handed out in the reader's language; filled wrong they come back with comments, mended they pass."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from tests.client import PAGE, Client
from tests.markup import read_page

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROW = {
    "Nimeke (en) *": "A new book",
    "Nimeke (fi) *": "Uusi kirja",
    "Kuvaus (fi)": "Kuvaus.",
    "Laji *": "Romaani",
    "Sivumäärä": 12,
    "Tunnisteet: Numero *": "R000900",
}


def filled(content: bytes, **changes: object) -> bytes:
    """The workbook with one row, some of its cells changed."""
    workbook = load_workbook(io.BytesIO(content))
    sheet = workbook.worksheets[0]
    headers = {cell.value: cell.column for cell in sheet[2] if cell.value}
    values = {name.rstrip(" *"): value for name, value in ROW.items()} | changes
    number = sheet.max_row + 1
    for name, value in values.items():
        column = next((place for header, place in headers.items() if str(header).rstrip(" *") == name), None)
        if column is not None:
            sheet.cell(number, column, value)
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


@pytest.fixture(scope="module")
def empty(client: Client) -> bytes:
    answer = client.get("/templates/Book.xlsx?lang=fi")
    assert answer.headers["content-type"] == EXCEL
    return answer.content


def test_the_tables_are_listed_for_people_and_programs(client: Client) -> None:
    page = read_page(client.page("/templates?lang=fi").text)
    assert "/templates/Book.xlsx?lang=fi" in {each.attributes["href"] for each in page.one("main").all("a")}
    assert client.get("/templates", accept="application/json").json()["Book"]["csv"] == "/templates/Book.csv"


def test_a_table_is_in_the_language_asked_for(client: Client) -> None:
    finnish, english = (client.get(f"/templates/Book.csv?lang={each}").content.decode() for each in ("fi", "en"))
    assert "Sivumäärä" in finnish
    assert "Pages" in english


@pytest.mark.parametrize("name", ["Nothing.xlsx", "Book.pdf", "Book.x.csv", "Concept.xlsx"])
def test_no_other_table_is_handed_out(name: str, client: Client) -> None:
    assert client.get(f"/templates/{name}").status_code == 404


def test_a_table_filled_rightly_passes(client: Client, empty: bytes) -> None:
    report = client.request("POST", "/validate?lang=fi", files={"file": ("kirjat.xlsx", filled(empty), EXCEL)}).json()
    assert [each for each in report["results"] if each["severity"] == "violation"] == []
    assert report["checked"]["files"][0]["triples"]


def test_a_table_filled_wrong_comes_back_with_comments_on_its_cells(client: Client, empty: bytes) -> None:
    wrong = filled(empty, Sivumäärä="monta")
    answer = client.request("POST", "/validate?lang=fi", files={"file": ("kirjat.xlsx", wrong, EXCEL)}, headers=PAGE)
    page = read_page(client.page(answer.headers["location"]).text)
    found = next(each for each in page.all("article") if "Sivumäärä" in each.text)
    assert "solu" in found.text
    button = page.one("a", class_="button")
    back = load_workbook(io.BytesIO(client.get(button.attributes["href"].partition("?")[0]).content))
    commented = [cell for row in back.worksheets[0].iter_rows(min_row=2) for cell in row if cell.comment]
    assert [cell.value for cell in commented if "Sivumäärä" in cell.comment.text] == ["monta"]
    assert "Havainnot" in back.sheetnames
