"""A walk without knowing SHACL: get a table, fill it wrong, have it checked, understand, mend it, and see it pass."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from openpyxl import load_workbook

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORDS = {
    "fi": {
        "take": "Hae tyhjä taulukko",
        "check": "Tarkista",
        "bad": "ei vielä täytä vaatimuksia",
        "good": "Aineisto täyttää vaatimukset",
        "again": "Tarkista muita tiedostoja",
        "mend": "Korjaa",
        "technical": "Tekninen raportti",
        "remove": "Poista tulos nyt",
        "removed": "Tulos on poistettu",
    },
    "sv": {
        "take": "Hämta en tom tabell",
        "check": "Kontrollera",
        "bad": "uppfyller ännu inte kraven",
        "good": "Materialet uppfyller kraven",
        "again": "Kontrollera andra filer",
        "mend": "Rätta",
        "technical": "Teknisk rapport",
        "remove": "Ta bort det nu",
        "removed": "Resultatet har tagits bort",
    },
}


def filled(path: Path, wrong: bool) -> Path:
    """The table with the example as a row of its own; *wrong*, a required cell is emptied and a code is misspelt."""
    workbook = load_workbook(path)
    sheet = workbook.worksheets[0]
    headers = {cell.column: str(cell.value) for cell in sheet[2] if cell.value}
    example = {column: sheet.cell(3, column).value for column in headers}
    sheet.delete_rows(3)
    required = [column for column, name in headers.items() if name.endswith("*") and example[column]]
    for column, name in headers.items():
        value = None if column == 1 else example[column]
        if name.endswith("*") and value is None:
            value = "Esimerkki" if "(" in name else "Tampere"
        if wrong and column == required[0]:
            value = None
        elif wrong and column == required[-1]:
            value = f"{value}x"
        sheet.cell(3, column, value)
    output = io.BytesIO()
    workbook.save(output)
    target = path.with_name(f"{'wrong' if wrong else 'right'}-{path.name}")
    target.write_bytes(output.getvalue())
    return target


def picture(page, name: str) -> None:
    """A picture for whoever set SCREENSHOTS to a folder."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_somebody_who_knows_no_shacl_gets_to_green(browser, served, language, scripts, tmp_path) -> None:
    words = WORDS[language]
    context = browser.new_context(java_script_enabled=scripts, accept_downloads=True)
    page = context.new_page()
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text))
    page.goto(f"{served.address}/validate?lang={language}")
    page.get_by_role("link", name=words["take"]).click()
    with page.expect_download() as download:
        page.locator("a[href*='/templates/Organization.xlsx']").click()
    table = tmp_path / "table.xlsx"
    download.value.save_as(table)

    def send(file: Path) -> None:
        page.goto(f"{served.address}/validate?lang={language}")
        page.locator("#file").set_input_files(file)
        page.locator("form.sending button[type=submit]").click()
        page.wait_for_url("**/validate/results/**")

    send(filled(table, wrong=True))
    assert words["bad"] in page.locator("#outcome").inner_text()
    first = page.locator("article").first.inner_text()
    assert words["technical"] in first
    assert "sh:" not in page.locator("article h3").first.inner_text()
    picture(page, f"validate-wrong-{language}")
    with page.expect_download() as download:
        page.locator("a.button").first.click()
    back = tmp_path / "back.xlsx"
    download.value.save_as(back)
    cells = [cell for row in load_workbook(back).worksheets[0].iter_rows() for cell in row if cell.comment]
    assert cells
    send(filled(table, wrong=False))
    assert words["good"] in page.locator("#outcome").inner_text()
    picture(page, f"validate-right-{language}")
    page.get_by_role("button", name=words["remove"]).click()
    assert words["removed"] in page.locator("main [role=status]").inner_text()
    assert console == []
    context.close()
