"""The pages in a real browser: no console message, no request to anybody else, nothing wider than the window."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pyoxigraph import NamedNode

pytestmark = pytest.mark.browser
DESKTOP, PHONE = 1280, 320
QUESTIONS = ("list-members-of-body", "count-coverage-by-area", "list-organisations-by-theme")
KINDS = ("area", "organisation", "municipality", "membership", "act", "concept/service-class", "graph")


@dataclass
class Visit:
    """What the browser said and asked for while it showed one address."""

    console: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    overflow: int = 0
    language: str = ""
    title: str = ""


def visits(browser, addresses: dict[str, str], width: int, colours: str = "light") -> dict[str, Visit]:
    """Show each address; a folder named by SCREENSHOTS gets a picture of each."""
    folder = os.environ.get("SCREENSHOTS")
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=colours)
    found = {}
    for name, address in addresses.items():
        seen = found[name] = Visit()
        with listening(page, seen):
            page.goto(address, wait_until="load")
            seen.overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            seen.language = page.evaluate("document.documentElement.lang")
            seen.title = page.title()
        if folder:
            page.screenshot(path=Path(folder) / f"{name.replace('/', '-')}-{width}-{colours}.png", full_page=True)
    page.close()
    return found


@contextmanager
def listening(page, seen: Visit):
    handlers = {
        "console": lambda message: seen.console.append(message.text),
        "pageerror": lambda error: seen.console.append(str(error)),
        "request": lambda request: seen.hosts.add(urlsplit(request.url).netloc),
    }
    for event, handler in handlers.items():
        page.on(event, handler)
    yield
    for event, handler in handlers.items():
        page.remove_listener(event, handler)


def paths(index, segments) -> dict[str, str]:
    """The front page, the query form, lists, and the richest member of each: most links, so most to go wrong."""
    found = {"front": "/", "sparql": "/sparql", "questions": "/queries"}
    found |= {f"question-{name}": f"/queries/{name}" for name in QUESTIONS}
    for segment in segments:
        iris = index.members[segment]
        richest = max(iris[:400], key=lambda iri: sum(1 for _ in index.version.incoming(NamedNode(iri))))
        found[f"list-{segment}"] = f"/{segment}"
        found[segment] = index.addresses.path(richest)
    return found


def assert_clean(seen: dict[str, Visit], host: str, language: str) -> None:
    assert len(seen) > 10
    for name, visit in seen.items():
        assert visit.console == [], name
        assert visit.hosts == {host}, name
        assert visit.overflow <= 0, name
        assert visit.language == language, name
        assert visit.title, name


@pytest.mark.parametrize(
    ("language", "width", "colours"), [("fi", DESKTOP, "light"), ("sv", PHONE, "light"), ("en", DESKTOP, "dark")]
)
def test_a_page_is_clean(browser, served, bundled, language, width, colours):
    addresses = {
        f"{name}-{language}": f"{served.address}{path}?lang={language}" for name, path in paths(bundled, KINDS).items()
    }
    assert_clean(visits(browser, addresses, width, colours), urlsplit(served.address).netloc, language)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_page_of_every_collection_is_clean_on_a_phone(browser, served, bundled, language):
    addresses = {
        f"{name}-{language}": f"{served.address}{path}?lang={language}"
        for name, path in paths(bundled, bundled.members).items()
    }
    assert len(addresses) > 40
    assert_clean(visits(browser, addresses, PHONE), urlsplit(served.address).netloc, language)


def test_a_missing_page_is_an_error_page_in_the_readers_language(browser, served):
    page = browser.new_page()
    answer = page.goto(f"{served.address}/doc/nothing/here?lang=sv")
    assert answer.status == 404
    assert page.evaluate("document.documentElement.lang") == "sv"
    assert page.locator("h1").count() == 1
    page.close()


def test_a_reader_gets_from_the_front_page_to_a_thing_by_links_alone(browser, served):
    """Without JavaScript: from the front page to a list, to a thing, to another language of it."""
    context = browser.new_context(java_script_enabled=False, locale="fi-FI")
    page = context.new_page()
    page.goto(f"{served.address}/?lang=fi")
    page.locator("main").get_by_role("link", name="Hyvinvointialueet").first.click()
    page.get_by_role("link", name="Pirkanmaan hyvinvointialue").first.click()
    assert page.locator("h1").inner_text() == "Pirkanmaan hyvinvointialue"
    assert page.get_by_role("link", name="Tampere", exact=True).count() >= 1
    page.get_by_role("link", name="Svenska").click()
    assert page.locator("h1").inner_text() == "Birkalands välfärdsområde"
    assert page.get_by_role("link", name="Tammerfors", exact=True).count() >= 1
    context.close()


def test_a_query_is_answered_in_the_browser_without_javascript(browser, served):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served.address}/sparql?lang=fi")
    page.locator("textarea").fill("SELECT (COUNT(*) AS ?maara) WHERE { ?s ?p ?o }")
    page.get_by_role("button", name="Suorita kysely").click()
    assert page.locator("table th", has_text="maara").count() == 1
    page.locator("textarea").fill("SELECT nonsense")
    page.get_by_role("button", name="Suorita kysely").click()
    assert "nonsense" in page.locator("textarea").input_value()
    assert page.locator("[role=alert], .error, .problem").count() >= 1
    context.close()


def test_a_question_is_asked_in_the_browser_without_javascript(browser, served):
    """From the front page to a question, through its form, to the answer, a download of it, and back in Swedish."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served.address}/?lang=fi")
    page.get_by_role("navigation", name="Pääsisältö").get_by_role("link", name="Kysymyksiä").click()
    page.get_by_role("link", name="Mitkä kunnat kuuluivat alueeseen tiettynä päivänä?").click()
    page.get_by_label("Alue").select_option(label="Pirkanmaan hyvinvointialue")
    page.get_by_label("Päivä").fill("2024-05-01")
    page.get_by_role("button", name="Hae vastaus").click()
    table = page.locator("main table")
    assert table.get_by_role("link", name="Tampere", exact=True).count() >= 1
    download = page.get_by_role("navigation", name="Lataa vastaus").get_by_role("link", name="CSV")
    answer = context.request.get(served.address + download.get_attribute("href"))
    assert "Tampere" in answer.text()
    page.get_by_role("link", name="Svenska").click()
    assert table.get_by_role("link", name="Tammerfors", exact=True).count() >= 1
    assert page.get_by_label("Dag").input_value() == "2024-05-01"
    context.close()
