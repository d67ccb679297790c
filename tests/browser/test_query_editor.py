"""The query page in a real browser: without JavaScript the form does everything, with it an editor stands in for it.

The editor is bundled from npm packages; where the bundle is missing its tests skip, and in the build they fail.
"""

from __future__ import annotations

import os
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from sotegraph.web.assets import EDITOR, HERE
from tests.conftest import LIBRARY
from tests.serving import serving

pytestmark = pytest.mark.browser
PREFIX = "PREFIX lib: <https://library.example/ns/lib#>"
CHARTED = "SELECT * { VALUES (?name ?count) { ('a' 5) ('b' 15) } }"


@pytest.fixture(scope="module")
def library():
    """The lending library, served."""
    with serving(LIBRARY) as server:
        yield server.address


@pytest.fixture
def plain(browser):
    """A page in a browser without JavaScript."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800})
    yield context.new_page()
    context.close()


@pytest.fixture
def scripted(browser):
    """A page in a browser with JavaScript; what the console says fails the test."""
    if not (HERE / "static" / EDITOR).is_file():
        if os.environ.get("CI") == "true":
            pytest.fail("the query editor has not been built")
        pytest.skip("the query editor has not been built")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert [each for each in said if "the server responded with a status of 400" not in each] == []


def write(page, text: str) -> None:
    """Put *text* into the editor in place of what is there."""
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def width_beyond_window(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def test_without_javascript_a_question_is_loaded_run_and_drawn(plain, library):
    plain.goto(f"{library}/sparql?lang=en")
    assert plain.locator("#query-keys").is_hidden()
    plain.get_by_label("Begin with a question").select_option("list-titles")
    plain.get_by_role("button", name="Load its query").click()
    assert "SELECT" in plain.get_by_label("Query", exact=True).input_value()
    plain.get_by_label("Query", exact=True).fill(CHARTED)
    plain.get_by_role("button", name="Run the query").click()
    assert plain.locator("main [role=status]").inner_text().startswith("2 rows in ")
    plain.get_by_role("navigation", name="View").get_by_role("link", name="Chart").click()
    assert parse_qs(urlsplit(plain.url).query)["view"] == ["chart"]
    assert plain.locator(".chart rect").count() == 2
    plain.get_by_label("Query", exact=True).fill("SELECT * {\n  ?s ?p\n}")
    plain.get_by_role("button", name="Run the query").click()
    assert plain.get_by_role("alert").locator(".fault mark").inner_text() == "?s"


def test_a_class_is_completed_from_the_data_and_its_prefix_declared(scripted, library):
    scripted.goto(f"{library}/sparql?lang=en")
    editor = scripted.get_by_role("textbox", name="Query")
    expect(editor).to_have_attribute("aria-multiline", "true")
    write(scripted, "SELECT * WHERE { ?book a ")
    editor.press_sequentially("lib:Boo")
    option = scripted.locator(".cm-completionLabel", has_text="lib:Book").first
    expect(option).to_be_visible()
    scripted.wait_for_timeout(150)  # A list that has just come up does not take Enter yet.
    editor.press("Enter")
    expect(editor).to_contain_text("?book a lib:Book")
    assert scripted.locator("#query").input_value().startswith(f"{PREFIX}\nSELECT")
    editor.press_sequentially(" ; dct:tit")
    expect(scripted.locator(".cm-completionLabel", has_text="dct:title").first).to_be_visible()


@pytest.mark.slow
def test_control_and_enter_run_the_query_by_an_address(scripted, library):
    scripted.goto(f"{library}/sparql?lang=en")
    write(scripted, CHARTED)
    scripted.keyboard.press("ControlOrMeta+Enter")
    expect(scripted.locator("main [role=status]")).to_contain_text("2 rows in ")
    asked = parse_qs(urlsplit(scripted.url).query)
    assert asked == {"query": [CHARTED], "lang": ["en"]}
    scripted.get_by_role("navigation", name="View").get_by_role("link", name="Chart").click()
    assert scripted.locator(".chart rect").count() == 2
    scripted.get_by_role("button", name="Run the query").click()
    expect(scripted.locator(".chart rect")).to_have_count(2)


@pytest.mark.slow
def test_a_query_too_long_for_an_address_is_sent_in_the_body(scripted, library):
    scripted.goto(f"{library}/sparql?lang=en")
    write(scripted, f"{CHARTED}\n# {'x' * 9_000}")
    scripted.keyboard.press("ControlOrMeta+Enter")
    expect(scripted.locator("main [role=status]")).to_contain_text("2 rows in ")
    assert urlsplit(scripted.url).query == "lang=en"


@pytest.mark.slow
def test_what_is_wrong_is_marked_as_one_writes_and_as_the_server_says(scripted, library):
    scripted.goto(f"{library}/sparql?lang=en")
    expect(scripted.locator(".cm-content")).to_be_visible()
    write(scripted, "SELECT * WHERE {\n  ?s ?p\n}")
    expect(scripted.locator(".cm-lintRange-error")).to_be_visible()
    scripted.get_by_role("button", name="Run the query").click()
    expect(scripted.get_by_role("alert")).to_be_visible()
    expect(scripted.locator(".cm-lintRange-error")).to_have_text("?s")
    expect(scripted.locator(".cm-content")).to_have_attribute("aria-invalid", "true")
    write(scripted, "SELECT (MD5('a') AS ?hash) WHERE {}")
    expect(scripted.locator(".cm-lintRange-error")).to_have_count(0)


@pytest.mark.slow
def test_a_question_is_loaded_over_the_text_which_undoing_brings_back(scripted, library):
    scripted.goto(f"{library}/sparql?lang=en")
    write(scripted, "ASK {}")
    scripted.get_by_label("Begin with a question").select_option("list-titles")
    scripted.get_by_role("button", name="Load its query").click()
    expect(scripted.locator(".cm-content")).to_contain_text("SELECT")
    assert "example" not in scripted.url
    scripted.keyboard.press("ControlOrMeta+z")
    expect(scripted.locator(".cm-content")).to_have_text("ASK {}")


@pytest.mark.slow
def test_the_keyboard_gets_into_the_editor_and_out_of_it(scripted, library):
    scripted.goto(f"{library}/sparql?lang=en")
    scripted.get_by_role("button", name="Load its query").focus()
    scripted.keyboard.press("Tab")
    expect(scripted.locator(".cm-content")).to_be_focused()
    scripted.keyboard.press("Tab")
    expect(scripted.locator(".cm-content")).to_be_focused()
    scripted.keyboard.press("Escape")
    scripted.keyboard.press("Tab")
    expect(scripted.get_by_label("Answer as")).to_be_focused()
    scripted.keyboard.press("Shift+Tab")
    expect(scripted.locator(".cm-content")).to_be_focused()


@pytest.mark.slow
@pytest.mark.parametrize(("language", "colours"), [("fi", "dark"), ("en", "light")])
def test_the_editor_fits_a_phone_and_asks_nobody_else(scripted, library, language, colours):
    scripted.set_viewport_size({"width": 320, "height": 700})
    scripted.emulate_media(color_scheme=colours)
    hosts = set()
    scripted.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    scripted.goto(f"{library}/sparql?lang={language}")
    write(scripted, f"# {'long ' * 60}\nSELECT * WHERE {{ ?book a ")
    scripted.locator(".cm-content").press_sequentially("lib")
    expect(scripted.locator(".cm-tooltip-autocomplete")).to_be_visible()
    assert width_beyond_window(scripted) <= 0
    assert hosts == {urlsplit(library).netloc}
