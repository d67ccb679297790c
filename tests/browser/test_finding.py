"""Somebody who reads Swedish finds a memory association of Päijänne-Tavastland: by search, by facets, without a script.

With the script names are offered while one types, and told to those who do not see them.
"""

from __future__ import annotations

import csv
import io

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAME = "Päijät-Hämeen Muistiyhdistys ry"


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def page(browser, request):
    context = browser.new_context(java_script_enabled=request.param, locale="sv-FI")
    page = context.new_page()
    yield page
    context.close()


def test_by_words(page, served):
    page.goto(f"{served.address}/?lang=sv")
    page.get_by_label("Sök i allt").last.fill("minnesförening Päijänne-Tavastland")
    page.get_by_role("button", name="Sök").click()
    first = page.locator("ol.entries li").first
    assert NAME in first.inner_text()
    first.get_by_role("link").click()
    assert page.get_by_role("heading", level=1).inner_text().startswith(NAME)


def test_by_facets(page, served):
    page.goto(f"{served.address}/organisation?lang=sv")
    page.locator("summary", has_text="Välfärdsområde").click()
    page.get_by_label("Päijänne-Tavastlands välfärdsområde").check()
    page.locator("summary", has_text="Tema").click()
    page.get_by_label("minnessjukdomar").check()
    page.get_by_role("button", name="Visa").click()
    assert [each.inner_text() for each in page.locator("ol.entries li a").all()] == [NAME]
    assert page.locator("p.total").inner_text() == "1 hittades"
    table = page.get_by_role("link", name="CSV").get_attribute("href")
    rows = list(csv.DictReader(io.StringIO(page.request.get(served.address + table).text())))
    assert [row["organisationLabel"] for row in rows] == [NAME]


def test_names_are_offered_while_one_types(browser, served):
    page = browser.new_page()
    page.goto(f"{served.address}/search?lang=sv")
    page.locator("#q").press_sequentially("päijät-hämeen muis")
    page.locator("#q ~ datalist option").first.wait_for(state="attached")
    assert NAME in page.evaluate("[...document.querySelectorAll('datalist option')].map(each => each.value)")
    assert page.locator("#q ~ [role=status]").inner_text().startswith("Förslag:")
    page.close()


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_wider_than_the_window(browser, served, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    for address in ("/organisation?lang=fi&area=area/07&q=muisti", "/search?q=muisti&lang=sv", "/municipality?lang=en"):
        page.goto(served.address + address)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.close()
