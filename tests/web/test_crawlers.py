"""Crawlers get one cheap address per page: a sitemap with true dates and languages, and rules that spare the server."""

import re
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from pydantic import ValidationError

from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web import sitemaps
from sotegraph.web.app import create_app
from tests.client import Client
from tests.markup import read_page
from tests.web.test_links import targets

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
SITE = "http://site.example"


def read(answer) -> ElementTree.Element:
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/xml"
    return ElementTree.fromstring(answer.content)


@pytest.fixture(scope="module")
def entries(client) -> dict[str, ElementTree.Element]:
    """Address → its entry, of all parts."""
    parts = [each.text for each in read(client.get("/sitemap.xml")).iterfind("s:sitemap/s:loc", NAMES)]
    assert parts == [f"{SITE}/sitemap-1.xml"]
    found = [each for part in parts for each in read(client.get(part)).iterfind("s:url", NAMES)]
    addresses = {each.findtext("s:loc", namespaces=NAMES): each for each in found}
    assert len(addresses) == len(found) > 200
    return addresses


def site_with(index, **settings) -> Client:
    own = Settings(access_log=False, **settings)
    return Client(create_app(own, index.publication, index, InProcessEvaluator(index.version, own)))


def test_every_page_of_the_sitemap_answers_at_its_canonical_address(client, entries):
    for address in entries:
        answer = client.page(address, accept_encoding="identity")
        assert answer.status_code == 200, address
        assert targets(answer, "canonical") == [address.removeprefix(SITE)]
        assert "noindex" not in answer.headers.get("x-robots-tag", "")


def test_every_entity_that_is_there_stands_in_it_and_none_that_is_gone(index, entries):
    paths = {urlsplit(each).path for each in entries}
    there = {index.addresses.path(iri) for members in index.members.values() for iri in members}
    assert there <= paths
    assert not {"/doc/book/8", "/doc/book/9"} & paths
    assert {"/", "/book", "/queries", "/ns/lib", "/shapes", "/coverage", "/void", "/catalog"} <= paths


def test_a_page_names_itself_in_every_language(entries):
    for address, entry in entries.items():
        links = {each.attrib["hreflang"]: each.attrib["href"] for each in entry.iterfind("x:link", NAMES)}
        assert set(links) == {"en", "fi", "x-default"}
        assert address in (links["en"], links["fi"])
        assert {links["en"], links["fi"]} <= set(entries)
        assert "lang=" not in links["x-default"]


def test_the_day_of_the_last_change_is_that_of_the_page_and_of_its_sources(client, entries):
    told = {each: entry.findtext("s:lastmod", namespaces=NAMES) for each, entry in entries.items()}
    assert told[f"{SITE}/doc/book/1?lang=fi"] == "2026-05-04T03:00:00Z"
    assert len(set(told.values())) > 2
    for path in ("/doc/branch/01", "/doc/concept/genre/novel", "/doc/book/5"):
        address = f"{SITE}{path}?lang=en"
        if address in told:
            changed = parsedate_to_datetime(client.page(address).headers["last-modified"])
            assert datetime.fromisoformat(told[address]) == changed
    newest = max(filter(None, told.values()))
    index = read(client.get("/sitemap.xml"))
    assert [each.text for each in index.iterfind("s:sitemap/s:lastmod", NAMES)] == [newest]


def test_no_day_is_made_up_where_the_sources_tell_none(index):
    client = site_with(replace(index, modified={}))
    assert read(client.get("/sitemap-1.xml")).findall("s:url/s:lastmod", NAMES) == []
    assert read(client.get("/sitemap.xml")).findall("s:sitemap/s:lastmod", NAMES) == []


def test_a_long_sitemap_has_parts_that_hold_everything_once(index, entries, monkeypatch):
    monkeypatch.setattr(sitemaps, "_PART_ADDRESSES", 60)
    client = site_with(index)
    parts = [each.text for each in read(client.get("/sitemap.xml")).iterfind("s:sitemap/s:loc", NAMES)]
    assert len(parts) > 3
    found = [each.text for part in parts for each in read(client.get(part)).iterfind("s:url/s:loc", NAMES)]
    assert sorted(found) == sorted(entries)
    for number in ("0", str(len(parts) + 1), "01", "x", "٣"):
        assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_a_full_part_keeps_within_the_limits_of_the_protocol(client):
    body = client.get("/sitemap-1.xml").content
    longest = max(map(len, re.findall(rb"<url>.*?</url>\n", body)))
    assert sitemaps._PART_ADDRESSES <= 50_000
    assert longest * sitemaps._PART_ADDRESSES < 50 << 20


def test_it_is_kept_compressed_and_not_sent_twice(client):
    first = client.get("/sitemap-1.xml", accept_encoding="gzip")
    assert first.headers["content-encoding"] == "gzip"
    assert int(first.headers["content-length"]) < len(first.content) / 10
    assert client.get("/sitemap-1.xml", if_none_match=first.headers["etag"]).status_code == 304


def test_the_address_is_the_operators_else_the_one_that_was_asked(index):
    own = site_with(index, public_url="https://data.example.org")
    assert "<loc>https://data.example.org/sitemap-1.xml</loc>" in own.get("/sitemap.xml").text
    assert "Sitemap: https://data.example.org/sitemap.xml" in own.get("/robots.txt").text
    asked = site_with(index)
    assert "<loc>http://other.example:81/sitemap-1.xml</loc>" in asked.get("/sitemap.xml", host="other.example:81").text


def test_a_page_says_its_whole_address_where_the_operator_told_it(index):
    page = read_page(site_with(index, public_url="https://data.example.org").page("/book?lang=fi").text)
    assert page.one("link", rel="canonical").attributes["href"] == "https://data.example.org/book?lang=fi"
    alternates = {
        each.attributes["href"] for each in page.all("link", rel="alternate") if "hreflang" in each.attributes
    }
    assert alternates == {f"https://data.example.org/book{each}" for each in ("", "?lang=fi", "?lang=en")}


@pytest.mark.parametrize("host", ["a<b", "a b", "a/b", "x" * 300, '"'])
@pytest.mark.parametrize("path", ["/sitemap.xml", "/sitemap-1.xml", "/robots.txt"])
def test_a_host_that_is_none_is_refused(client, path, host):
    assert client.get(path, host=host).status_code == 400


@pytest.mark.parametrize(
    "url", ["data.example.org", "ftp://a.example", "https://a.example/below", "https://a.example/"]
)
def test_an_address_with_anything_after_its_host_is_refused(url):
    with pytest.raises(ValidationError):
        Settings(public_url=url)


def rules(client) -> RobotFileParser:
    parser = RobotFileParser()
    parser.parse(client.get("/robots.txt").text.splitlines())
    return parser


def test_crawlers_are_led_to_the_sitemap_and_kept_from_what_has_no_end(client):
    answer = client.get("/robots.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert f"Sitemap: {SITE}/sitemap.xml" in answer.text.splitlines()
    for path in ("/doc/book/1", "/book", "/", "/queries/list-titles", "/ns/lib", "/id/book/1"):
        assert rules(client).can_fetch("anybot", SITE + path), path
    for path in ("/sparql?query=ASK{}", "/graph-store?default", "/linkset/book/1"):
        assert not rules(client).can_fetch("anybot", SITE + path), path


def test_the_operator_says_who_stays_away_and_how_fast_the_others_go(index):
    client = site_with(index, crawlers_refused="GPTBot, CCBot", crawl_delay_s=5)
    assert not rules(client).can_fetch("GPTBot", f"{SITE}/book")
    assert not rules(client).can_fetch("CCBot", f"{SITE}/")
    assert rules(client).can_fetch("anybot", f"{SITE}/book")
    assert rules(client).crawl_delay("anybot") == 5
    closed = site_with(index, crawlers_refused="*")
    assert not rules(closed).can_fetch("anybot", f"{SITE}/book")
    assert "Sitemap" not in closed.get("/robots.txt").text
