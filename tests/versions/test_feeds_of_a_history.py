"""The feeds of a history: what each version changed, for programs and for people, in each language."""

from __future__ import annotations

import re
from datetime import datetime
from xml.etree import ElementTree

import pytest

from sotegraph.catalog.names import ENTITY_FEED_PATH
from sotegraph.feeds.atom import Feed, Item, write_atom
from sotegraph.web.feeds import log_at
from sotegraph.web.pages import feeds
from sotegraph.web.site import Reader
from tests.feeds.following import read
from tests.feeds.test_addresses import ROOT, SITE, pages_of, quads_of
from tests.versions.conftest import BOOK, TITLES
from tests.versions.test_time import client_of

ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture(scope="module")
def client(history):
    return client_of(history)


def news(client, language: str) -> ElementTree.Element:
    answer = client.get(f"/feed/changes.atom?lang={language}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml"
    assert answer.headers["content-language"] == language
    return ElementTree.fromstring(answer.content)


def test_each_change_is_a_member_with_all_that_holds_from_then_on(client, history):
    newest = pages_of(client)[-1]
    members = read(quads_of(client.get(newest)), SITE + newest).members
    changes = [each for each in members if each.kind == "Update"]
    assert [each.thing for each in changes] == [BOOK, BOOK]
    assert [TITLES[number] in "".join(each.payload) for number, each in zip((1, 2), changes, strict=True)] == [True] * 2
    moments = [datetime.fromisoformat(each.published) for each in changes]
    assert all(moment >= entry.time for moment, entry in zip(moments, history.archive.entries()[1:], strict=True))


def test_news_are_a_valid_feed(client):
    feed = news(client, "en")
    assert feed.attrib[LANGUAGE] == "en"
    for parent in (feed, *feed.iterfind(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):  # RFC 4287, sections 4.1.1 and 4.1.2
            (found,) = parent.iterfind(ATOM + name)
            assert found.text
        assert datetime.fromisoformat(parent.findtext(f"{ATOM}updated")).tzinfo is not None
        links = [(each.get("rel"), each.get("type"), each.get("hreflang")) for each in parent.iterfind(f"{ATOM}link")]
        assert len(set(links)) == len(links)
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "The example library"
    own = feed.find(f"{ATOM}link[@rel='self']").get("href")
    assert own == f"{SITE}/feed/changes.atom?lang=en"
    ids = [each.findtext(f"{ATOM}id") for each in feed.iterfind(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids) == 3


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("en", [f"Changed: {TITLES[2]}", f"Changed: {TITLES[2]}", "First version. Things: "]),
        ("fi", ["Muutettu: Majakanvartijan almanakka", "Muutettu: Majakanvartijan almanakka", "Ensimmäinen versio."]),
    ],
)
def test_news_name_what_changed_in_the_language_asked_for(client, language, titles):
    found = [each.findtext(f"{ATOM}title") for each in news(client, language).iterfind(f"{ATOM}entry")]
    assert len(found) == len(titles)
    assert all(each.startswith(title) for each, title in zip(found, titles, strict=True))


def test_of_very_many_changes_the_latest_are_named_and_the_others_counted(client, monkeypatch):
    monkeypatch.setattr(feeds, "_MOST_EXAMINED_TOGETHER", 1)
    site = client.app.state.site
    told = feeds.tell_news(site, Reader("en"), log_at(site, ENTITY_FEED_PATH), 2)
    assert [each.title for each in told] == [f"Changed: {TITLES[2]}", "Changed: 1"]


def test_news_lead_to_the_version_and_to_the_thing(client, history):
    entry = news(client, "en").find(f"{ATOM}entry")
    address = entry.find(f"{ATOM}link").get("href")
    last = history.archive.entries()[-1]
    assert address == f"{SITE}/version/{last.short_id}?lang=en#{last.number}"
    assert client.page(address.removeprefix(SITE)).status_code == 200
    content = entry.find(f"{ATOM}content")
    assert content.get("type") == "html"
    html = ElementTree.fromstring(f"<div>{content.text}</div>")
    assert [each.get("href") for each in html.iter("a")] == [f"{SITE}/doc/book/1"]


def test_the_language_of_news_is_negotiated(client):
    answer = client.get("/feed/changes.atom", accept_language="fi")
    assert answer.headers["content-language"] == "fi"
    assert "Accept-Language" in answer.headers["vary"]
    assert client.get("/feed/changes.atom?lang=xx").status_code == 400


def test_news_that_are_known_are_not_sent_again(client):
    first = client.get("/feed/changes.atom?lang=fi")
    assert client.get("/feed/changes.atom?lang=fi", if_none_match=first.headers["etag"]).status_code == 304


def test_the_page_tells_the_same(client):
    page = client.page("/feed?lang=en").text
    assert page.count("Changed: ") == 2
    assert f"{SITE}{ROOT}" in page.replace("<wbr>", "")


@pytest.mark.parametrize(
    "address",
    [
        *("/feed?lang=en", "/feed/changes.atom", "/feed/catalog", "/catalog.ttl", "/dumps.html", "/sitemap-1.xml"),
        *("/versions.ttl", "/versions.html", "/history/book/1.ttl", "/history/book/1.html", ROOT),
    ],
)
def test_moments_are_written_in_one_way(client, address):
    answer = client.get(address)
    if answer.status_code in (303, 307):
        answer = client.get(answer.headers["Location"])
    assert answer.status_code == 200
    told = re.findall(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?([^\s<\"]*)", answer.text)
    assert told
    assert set(told) <= {"Z"}


def test_what_xml_cannot_hold_is_left_out():
    moment = datetime.fromisoformat("2026-05-04T06:00:00+03:00")
    item = Item("urn:x", "a\x00b\x0c", moment, "http://x.example/?a&b", "<p>&amp;</p>")
    feed = Feed("urn:f", "t", "s", moment, "a", "", "en", "http://x.example/f", "http://x.example/", (item,))
    root = ElementTree.fromstring(write_atom(feed))
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == "a\ufffdb\ufffd"
    assert root.findtext(f"{ATOM}entry/{ATOM}updated") == "2026-05-04T03:00:00Z"
    assert root.find(f"{ATOM}rights") is None
