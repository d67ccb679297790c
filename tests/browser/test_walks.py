"""People walk through the site as they would: from the map to what they look for, to the data; scripts or none.

Every page on the way fits the window of a phone, of a tablet and of a desk.
"""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import urlsplit

import pytest

from tests.browser.test_pages import assert_clean, visits

pytestmark = pytest.mark.browser
VIEWS = {
    "front": "/",
    "map": "/map/area",
    "figure": "/map/area/strategy",
    "figure-of-question": "/map/area/awarded",
    "induction": "/view/induction/09",
    "induction-poor": "/view/induction/04",
    "choosing": "/view/compare-areas?first=09",
    "comparison": "/view/compare-areas/08/09",
    "timeline": "/view/timeline",
    "path": "/doc/service-path/13",
    "priority": "/doc/strategy-element/7",
    "union": "/doc/organisation/53",
}


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request, browser, served):
    """A page of a browser on a phone, with JavaScript and without."""
    context = browser.new_context(
        java_script_enabled=request.param, viewport={"width": 360, "height": 740}, base_url=served.address
    )
    yield context.new_page()
    context.close()


def heading(page) -> str:
    return str(page.locator("h1").inner_text())


@pytest.mark.slow
def test_a_memory_association_is_found_in_swedish(page):
    """By words from the front page, then by narrowing the list of organisations, which is taken along as CSV."""
    page.goto("/?lang=sv")
    page.locator("header input[name=q]").fill("minnesförening Päijänne-Tavastland")
    page.locator("header").get_by_role("button", name="Sök").click()
    page.locator("main").get_by_role("link", name="Päijät-Hämeen Muistiyhdistys ry").first.click()
    assert heading(page).startswith("Päijät-Hämeen Muistiyhdistys ry")
    page.goto("/organisation?lang=sv")
    page.get_by_label("Ord", exact=True).fill("minnesförening")
    page.locator("summary", has_text="Välfärdsområde").click()
    page.get_by_label("Päijänne-Tavastlands välfärdsområde").check()
    page.locator("main").get_by_role("button", name="Visa").click()
    assert page.locator("main").get_by_role("link", name="Päijät-Hämeen Muistiyhdistys ry").count() == 1
    named = page.get_by_role("complementary").get_by_role("link", name="CSV").get_attribute("href")
    answer = page.context.request.get(named)
    assert "Päijät-Hämeen Muistiyhdistys ry" in answer.text()
    assert len(answer.text().splitlines()) == 2


@pytest.mark.slow
def test_from_the_map_to_an_area_to_a_priority_to_the_organisations_that_support_it(page):
    page.goto("/?lang=fi")
    page.get_by_role("group", name="Kartta: Hyvinvointialueet").get_by_role("link", name="Päijät-Häme").click()
    assert heading(page) == "Päijät-Hämeen hyvinvointialue"
    page.get_by_role("link", name="mielen hyvinvointi", exact=True).first.click()
    assert heading(page) == "mielen hyvinvointi"
    page.locator("main").get_by_role("link", name="MIELI Päijät-Hämeen Mielenterveys ry").click()
    assert heading(page) == "MIELI Päijät-Hämeen Mielenterveys ry"


@pytest.mark.slow
def test_a_councillor_learns_on_one_page_who_meets_which_priority_and_takes_the_table_along(page):
    page.goto("/doc/area/09?lang=sv")
    page.get_by_role("navigation", name="Översikter").get_by_role("link", name="Introduktion till området").click()
    assert heading(page) == "Päijänne-Tavastlands välfärdsområde"
    section = page.locator("#induction-support")
    rows = section.locator("tbody tr")
    assert rows.filter(has_text="Päijät-Hämeen Muistiyhdistys ry").count() >= 1
    download = section.get_by_role("link", name="CSV").get_attribute("href")
    answer = page.context.request.get(download)
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(answer.text())))
    assert "Päijät-Hämeen Muistiyhdistys ry" in {line["organisationLabel"] for line in lines}


@pytest.mark.slow
def test_the_page_of_an_organisation_is_taken_along_as_json_ld(page):
    page.goto("/doc/area/09?lang=fi")
    page.get_by_role("link", name="Päijät-Hämeen Muistiyhdistys ry").first.click()
    named = page.get_by_role("complementary").get_by_role("link", name="JSON-LD").get_attribute("href")
    answer = page.context.request.get(named)
    tree = json.loads(answer.text())
    assert tree["id"] == page.locator("code.cite").first.inner_text()
    assert "Päijät-Hämeen Muistiyhdistys ry" in json.dumps(tree, ensure_ascii=False)


@pytest.mark.slow
def test_two_areas_are_chosen_and_compared(page):
    page.goto("/doc/area/08?lang=fi")
    page.get_by_role("link", name="Kahden alueen vertailu").click()
    assert page.get_by_label("Ensimmäinen").locator("option:checked").inner_text() == "Pirkanmaan hyvinvointialue"
    page.get_by_label("Toinen").select_option(label="Päijät-Hämeen hyvinvointialue")
    page.get_by_role("button", name="Vertaa").click()
    assert heading(page) == "Pirkanmaan hyvinvointialue ja Päijät-Hämeen hyvinvointialue"
    assert urlsplit(page.url).path == "/view/compare-areas/08/09"
    page.get_by_role("link", name="Svenska").click()
    assert heading(page) == "Birkalands välfärdsområde och Päijänne-Tavastlands välfärdsområde"


@pytest.mark.slow
def test_the_tiles_of_a_map_are_reached_and_opened_by_keyboard(browser, served):
    page = browser.new_page(base_url=served.address)
    page.goto("/map/area?lang=fi")
    page.locator("svg a.tile").first.focus()
    names = []
    for _ in range(3):
        names.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
        page.keyboard.press("Tab")
    assert names[0] == "Lappi"
    assert len(set(names)) == 3
    edge = page.evaluate("getComputedStyle(document.activeElement.querySelector('rect')).strokeWidth")
    assert edge == "4px"
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/area/*")
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "width", "colours"),
    [("fi", 1280, "light"), ("sv", 320, "light"), ("fi", 320, "dark"), ("sv", 768, "dark"), ("en", 768, "light")],
)
def test_views_are_clean_at_every_width(browser, served, language, width, colours):
    addresses = {f"{name}-{language}": f"{served.address}{path}" for name, path in VIEWS.items()}
    marked = {name: f"{each}{'&' if '?' in each else '?'}lang={language}" for name, each in addresses.items()}
    assert_clean(visits(browser, marked, width, colours), urlsplit(served.address).netloc, language)


@pytest.mark.slow
def test_nothing_of_a_table_is_cut_off_on_paper(browser, served):
    """On a page of A4 nothing scrolls: what is wider than the paper would be lost."""
    page = browser.new_page(viewport={"width": 720, "height": 1000}, base_url=served.address)
    page.emulate_media(media="print")
    for path in ("/view/induction/09?lang=fi", "/view/compare-areas/08/09?lang=sv", "/map/area/strategy?lang=fi"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 720, path
    page.close()
