"""Every kind of page is accessible by WCAG 2.2 AA as far as programs can tell, and with the keyboard alone.

axe-core finds no violation, in light and dark; nothing is wider than a window of 320 px, nor when the text is twice as
large; each thing that one can do is reached by Tab, in order, with a focus that is seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import httpx2 as httpx
import pytest

from sotegraph.errors import NotAcceptable, Overloaded, PublisherError, TooManyQueries
from tests.client import PAGE
from tests.kinds import KINDS, error_page, in_language, kinds_in_time
from tests.serving import serving
from tests.tools import node_tool
from tests.versions.events import eventful

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = "axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async tags => (await axe.run(document, {resultTypes: ['violations'], runOnly: tags,
    rules: {'label-content-name-mismatch': {enabled: true}}})).violations.flatMap(
    each => each.nodes.map(node => `${each.id}: ${node.html.slice(0, 200)} (${node.failureSummary})`))"""
"""What the rules of some tags find, and one that axe-core itself does not yet count among them."""
FOCUSED = """() => {
    const each = document.activeElement, style = getComputedStyle(each), box = each.getBoundingClientRect();
    return {tag: each.tagName, text: (each.textContent || each.ariaLabel || '').trim().slice(0, 40), id: each.id,
            outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none',
            seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight};
}"""
REACHABLE = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')].filter(
    each => !each.disabled && each.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})).length"""
BUNDLED = [
    "/",
    "/doc/claim/1",
    "/doc/service-path/1",
    "/map/area",
    "/search?q=muisti",
    "/validate",
    "/view/compare-areas/08/09",
    "/view/induction/09",
    "/view/timeline",
]
KEYBOARD = ["front page", "thing with a table", "list with pages", "question with a form", "query form", "coverage"]


@dataclass(frozen=True)
class Library:
    """The lending library, served with a history, and one address of each kind of page that it has."""

    address: str
    kinds: dict[str, str]
    unbidden: dict[str, bytes]
    """Pages about errors that no request brings about on a small site."""

    def page(self, name: str, language: str) -> str:
        return self.address + in_language(self.kinds[name], language)

    def open(self, page, name: str, language: str) -> None:
        """Show that kind of page; the server gives those that it would not show the style that all have."""
        if name in self.unbidden:
            page.route(self.page(name, language), lambda route: route.fulfill(body=self.unbidden[name], headers=_HTML))
        page.goto(self.page(name, language))


_HTML = {"Content-Type": "text/html; charset=utf-8"}
_UNBIDDEN = (NotAcceptable, TooManyQueries, Overloaded, PublisherError)
_SENT = b"<http://e.example/1> a <https://library.example/ns/lib#Book> ."


@pytest.fixture(scope="module")
def library(app, tmp_path_factory):
    """The lending library with a history, and with the result of a check."""
    editions = eventful(tmp_path_factory.mktemp("eventful"))
    kinds = KINDS | kinds_in_time([each.short_id for each in editions.archive.entries()])
    unbidden = {each.kind: error_page(app, each, "fi") for each in _UNBIDDEN}
    kinds |= {name: f"/unbidden/{name}" for name in unbidden}
    with serving(state=editions.settings.state) as server:
        sent = {"file": ("one.ttl", _SENT)}
        answer = httpx.post(f"{server.address}/validate", files=sent, headers=PAGE, timeout=60)
        kinds["check with findings"] = answer.headers["location"]
        yield Library(server.address, kinds, unbidden)


@pytest.fixture(scope="module")
def bundled():
    """The bundled publication, served."""
    with serving() as server:
        yield server.address


@pytest.fixture(scope="module")
def axe() -> str:
    return node_tool(AXE).read_text("utf-8")


def violations(page, axe: str) -> list[str]:
    page.evaluate(axe)
    return page.evaluate(RUN, TAGS)


def overflow(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("script", [True, False], ids=["scripted", "plain"])
def test_axe_finds_no_violation_on_any_kind_of_page(browser, library, axe, colours, script):
    """Without JavaScript only what it changes is looked at again."""
    kinds = [name for name in library.kinds if script or name.startswith("query")]
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=colours)
    if not script:
        page.route("**/*.js", lambda route: route.abort())
    found = {}
    for name in kinds:
        library.open(page, name, "fi")
        found |= {name: wrong} if (wrong := violations(page, axe)) else {}
    page.close()
    assert found == {}


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_no_violation_on_pages_of_the_bundled_publication(browser, bundled, axe, width):
    """Its pages are longer, and its pictures have more in them."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    found = {}
    for path in BUNDLED:
        page.goto(bundled + path)
        found |= {path: wrong} if (wrong := violations(page, axe)) else {}
        found |= {f"{path}, wider": [str(overflow(page))]} if overflow(page) > 0 else {}
    page.close()
    assert found == {}


def test_axe_finds_what_is_wrong(browser, library, axe):
    """A check that cannot fail proves nothing."""
    page = browser.new_page()
    library.open(page, "front page", "en")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"x\"><a href=\"#\"></a>')")
    assert {each.partition(":")[0] for each in violations(page, axe)} >= {"image-alt", "link-name"}
    page.close()


def test_axe_finds_no_violation_on_a_phone(browser, library, axe):
    page = browser.new_page(viewport={"width": 320, "height": 640})
    found = {}
    for name in library.kinds:
        library.open(page, name, "en")
        found |= {name: wrong} if (wrong := violations(page, axe)) else {}
        found |= {f"{name}, wider": [str(overflow(page))]} if overflow(page) > 0 else {}
    page.close()
    assert found == {}


def test_nothing_is_lost_when_everything_is_twice_as_large(browser, library):
    """A window of 1280 px at 200 % has 640 px; text alone may be twice as large as well (WCAG 1.4.4, 1.4.10)."""
    page = browser.new_page(viewport={"width": 640, "height": 450}, device_scale_factor=2)
    wide = {}
    for name in library.kinds:
        library.open(page, name, "fi")
        wide |= {name: overflow(page)} if overflow(page) > 0 else {}
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wide |= {f"{name}, larger text": overflow(page)} if overflow(page) > 0 else {}
    page.close()
    assert wide == {}


@pytest.mark.parametrize("kind", KEYBOARD)
def test_everything_is_reached_by_the_keyboard_with_a_focus_that_is_seen(browser, library, kind):
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.route("**/*.js", lambda route: route.abort())
    library.open(page, kind, "en")
    number = page.evaluate(REACHABLE)
    assert number > 10
    steps = []
    for _ in range(number + 2):
        page.keyboard.press("Tab")
        steps.append(page.evaluate(FOCUSED))
        if steps[-1]["tag"] == "BODY":
            break
    reached = [each for each in steps if each["tag"] != "BODY"]
    assert reached[0]["text"] == "Skip to content"
    assert len(reached) >= number
    assert [each for each in reached if not (each["outline"] and each["seen"])] == []
    context.close()


def test_the_skip_link_leads_past_the_head(browser, library):
    page = browser.new_page()
    library.open(page, "thing", "en")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    page.close()


def test_on_paper_there_is_the_text_and_no_navigation(browser, library):
    page = browser.new_page()
    library.open(page, "thing", "en")
    page.emulate_media(media="print")
    shown = "name => [...document.querySelectorAll(name)].some(each => each.getClientRects().length > 0)"
    assert page.evaluate(shown, "main h1")
    assert not page.evaluate(shown, "nav.main")
    assert not page.evaluate(shown, "nav.languages")
    ink, paper = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert paper in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    assert ink != paper
    page.close()


def test_movement_stops_for_those_who_ask_for_less(browser, library):
    page = browser.new_page(reduced_motion="reduce")
    library.open(page, "front page", "en")
    moving = """() => [...document.querySelectorAll('*')].filter(each => {
        const style = getComputedStyle(each);
        return parseFloat(style.transitionDuration) > 0.01 || parseFloat(style.animationDuration) > 0.01;}).length"""
    assert page.evaluate(moving) == 0
    page.close()
