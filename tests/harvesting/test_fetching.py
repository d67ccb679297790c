"""A catalogue at an address is read as harvesters read it: HEAD, GET, the next page, within limits.

What stops a harvester is told. Only http and https are asked, only the next page, only at the same host.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic

import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat, parse

from sotegraph.cli import main
from sotegraph.errors import CatalogUnread
from sotegraph.harvesting import examine
from sotegraph.harvesting.asking import FetchLimits
from sotegraph.harvesting.fetching import Fetched, fetch
from sotegraph.harvesting.remarks import CIRCLE
from sotegraph.messages import read_messages
from sotegraph.validation.engines import engine_called

PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
"""
CC0 = "http://publications.europa.eu/resource/authority/licence/CC0"
Answer = tuple[int, dict[str, str], bytes]


class Portal:
    """A server of made-up pages; it notes what it was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[tuple[str, str]] = []
        self.head_status: int | None = None
        self.dripping: tuple[str, str] | None = None
        self.ended = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def put(self, path: str, body: str, media_type: str = "text/turtle", status: int = 200, **headers: str) -> None:
        text = body if media_type != "text/turtle" else PREFIXES + body
        self.pages[path] = (status, {"Content-Type": media_type, **headers}, text.encode())

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        portal = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(self.wfile.write)

            def do_HEAD(self) -> None:
                self._answer(None)

            def _answer(self, write: Callable[[bytes], int] | None) -> None:
                portal.asked.append((self.command, self.path))
                if portal.dripping == (self.command, self.path):
                    self._drip()
                    return
                status, headers, body = portal.pages.get(self.path, (404, {}, b""))
                self.send_response(portal.head_status or status if write is None else status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                if write:
                    write(body)

            def _drip(self) -> None:
                """Answer byte by byte, for ever: HEAD by its header fields, GET by its body."""
                self.send_response(200)
                if self.command == "GET":
                    self.send_header("Content-Type", "text/turtle")
                    self.end_headers()
                else:
                    self.wfile.write(b"HTTP/1.0 200 OK\r\n")
                with suppress(OSError):
                    while not portal.ended.wait(0.02):
                        self.wfile.write(b"#")

            def log_message(self, format: str, *arguments: object) -> None:
                """Say nothing."""

        return Handler


@pytest.fixture
def portal() -> Iterator[Portal]:
    made = Portal()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.ended.set()
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def page(number: int, following: str = "", kind: str = "hydra:PartialCollectionView , hydra:PagedCollection") -> str:
    links = f" ; hydra:next <{following}> ; hydra:nextPage <{following}>" if following else ""
    return f"<#view> a {kind}{links} . <dataset/{number}> a dcat:Dataset ."


def rules(fetched: Fetched, portal: str = "ckan") -> set[str]:
    return {each.rule for each in fetched.remarks if each.portal == portal}


def test_every_page_is_read_once(portal: Portal) -> None:
    portal.put("/catalog.ttl", page(1, "catalog.ttl?page=2"))
    portal.put("/catalog.ttl?page=2", page(2, "catalog.ttl?page=3"))
    portal.put("/catalog.ttl?page=3", page(3))
    fetched = fetch(portal.address + "/catalog.ttl")
    assert (fetched.pages, fetched.remarks) == (3, [])
    datasets = {each.subject.value for each in fetched.triples if "dataset" in str(each.subject)}
    assert datasets == {f"{portal.address}/dataset/{number}" for number in (1, 2, 3)}
    assert portal.asked == [
        ("HEAD", "/catalog.ttl"),
        ("GET", "/catalog.ttl"),
        ("GET", "/api/3/action/site_read"),
        *(("GET", f"/catalog.ttl{query}") for query in ("?page=2", "?page=3")),
    ]
    assert not fetched.has_actions


def test_an_action_api_beside_the_catalogue_is_noticed(portal: Portal) -> None:
    portal.put("/catalog.ttl", page(1))
    portal.put("/api/3/action/site_read", '{"success": true, "result": true}', "application/json")
    assert fetch(portal.address + "/catalog.ttl").has_actions
    portal.put("/api/3/action/site_read", "[]", "application/json")
    assert not fetch(portal.address + "/catalog.ttl").has_actions


def test_a_page_that_leads_to_itself_ends_the_reading(portal: Portal) -> None:
    """CKAN compares with the first page and stops; udata asks for ever, and keeps what it has read."""
    portal.put("/catalog.ttl", page(1, "catalog.ttl"))
    fetched = fetch(portal.address + "/catalog.ttl")
    assert (fetched.pages, rules(fetched), rules(fetched, "udata")) == (1, {"first-page-again"}, {CIRCLE})
    assert verdicts(fetched) == {"ckan": "losses", "udata": "some"}


def test_a_second_page_that_repeats_the_first_is_noticed_by_ckan(portal: Portal) -> None:
    portal.put("/catalog.ttl", page(1, "catalog.ttl?page=2"))
    portal.put("/catalog.ttl?page=2", page(1, "catalog.ttl?page=2"))
    fetched = fetch(portal.address + "/catalog.ttl")
    assert (fetched.pages, rules(fetched), rules(fetched, "udata")) == (2, {"first-page-again"}, {CIRCLE})


def test_a_last_page_that_leads_to_itself_is_never_left(portal: Portal) -> None:
    portal.put("/catalog.ttl", page(1, "catalog.ttl?page=2"))
    portal.put("/catalog.ttl?page=2", page(2, "catalog.ttl?page=2"))
    fetched = fetch(portal.address + "/catalog.ttl")
    assert (fetched.pages, rules(fetched), rules(fetched, "udata")) == (2, {CIRCLE}, {CIRCLE})
    assert verdicts(fetched) == {"ckan": "none", "udata": "some"}


def verdicts(fetched: Fetched) -> dict[str, str]:
    """What CKAN and udata make of the pages, of which it takes a dataset with a few losses."""
    dataset = (
        "@prefix dcat: <http://www.w3.org/ns/dcat#>. @prefix dct: <http://purl.org/dc/terms/>. <x:a> a dcat:Dataset"
    )
    whole = f'{dataset} ; dct:title "A" ; dct:description "B" ; dct:identifier "x:a" ; dcat:distribution <x:b> .'
    given = f'{whole} <x:b> dcat:accessURL <x:c> ; dct:license <{CC0}> ; dcat:mediaType <x:d> ; dct:title "C" .'
    triples = [quad.triple for quad in parse(given, format=RdfFormat.TURTLE)]
    told = examine(triples, ("en",), remarks=fetched.remarks, engine=engine_called())
    return {each.portal: each.verdict for each in told.outcomes if each.portal in ("ckan", "udata")}


def test_nobody_else_is_asked_because_a_page_says_so(portal: Portal) -> None:
    portal.put(
        "/catalog.ttl", page(1, "http://127.0.0.2:9/catalog.ttl?page=2") + "<x> dcat:downloadURL <http://127.0.0.2:9/>."
    )
    assert rules(fetch(portal.address + "/catalog.ttl")) == {"page-elsewhere"}
    portal.put("/catalog.ttl", page(1, "file:///etc/passwd"))
    assert rules(fetch(portal.address + "/catalog.ttl")) == {"page-elsewhere"}


def test_what_only_one_harvester_finds_is_told(portal: Portal) -> None:
    portal.put("/next", page(2))
    portal.put("/new.ttl", "<#view> a hydra:PartialCollectionView ; hydra:next <next> .")
    assert rules(fetch(portal.address + "/new.ttl")) == {"next-not-for-old"}
    portal.put("/mixed.ttl", "<#view> a hydra:PartialCollectionView ; hydra:nextPage <next> .")
    fetched = fetch(portal.address + "/mixed.ttl")
    assert (rules(fetched, "udata"), fetched.pages) == ({"next-unfound"}, 2)


def test_a_page_that_fails_fails_the_harvest(portal: Portal) -> None:
    portal.put("/catalog.ttl", page(1, "missing"))
    fetched = fetch(portal.address + "/catalog.ttl")
    assert rules(fetched) == rules(fetched, "udata") == {"page-unread"}
    portal.put("/missing", "<broken", status=200)
    assert rules(fetch(portal.address + "/catalog.ttl")) == {"page-unread"}


def test_head_and_type_are_answered_as_ckan_wants_them(portal: Portal) -> None:
    portal.put("/catalog.jsonld", '{"@id": "http://x.example/"}', "application/json")
    assert rules(fetch(portal.address + "/catalog.jsonld")) == {"type-unknown"}
    portal.put("/catalog.ttl", page(1))
    portal.head_status = 404
    assert rules(fetch(portal.address + "/catalog.ttl")) == {"head-refused"}
    portal.head_status = 405
    assert rules(fetch(portal.address + "/catalog.ttl")) == set()


def test_pages_and_bytes_and_time_have_limits(portal: Portal) -> None:
    portal.put("/1", page(1, "2"))
    portal.put("/2", page(2, "3"))
    fetched = fetch(portal.address + "/1", FetchLimits(pages=1))
    assert (fetched.pages, rules(fetched)) == (1, {"too-many-pages"})
    with pytest.raises(CatalogUnread, match="megabytes"):
        fetch(portal.address + "/1", FetchLimits(page_bytes=50))
    with pytest.raises(CatalogUnread, match="seconds"):
        fetch(portal.address + "/1", FetchLimits(seconds=0))


def test_a_redirection_is_followed_to_http_only_and_not_for_ever(portal: Portal) -> None:
    portal.put("/moved", "", status=302, Location="/catalog.ttl")
    portal.put("/catalog.ttl", page(1))
    assert fetch(portal.address + "/moved").pages == 1
    portal.put("/moved", "", status=302, Location="file:///etc/passwd")
    with pytest.raises(CatalogUnread, match="begins with http"):
        fetch(portal.address + "/moved")
    portal.put("/moved", "", status=302, Location="/moved")
    with pytest.raises(CatalogUnread, match="on and on"):
        fetch(portal.address + "/moved")


@pytest.mark.parametrize("location", ["http://[x", "//[", "http://[::1"])
def test_a_redirection_to_what_is_no_address_is_told(location: str, portal: Portal) -> None:
    portal.put("/moved", "", status=302, Location=location)
    with pytest.raises(CatalogUnread, match="/moved leads to ") as refused:
        fetch(portal.address + "/moved")
    assert location in str(refused.value)


def test_a_next_page_that_is_no_address_fails_the_harvest(portal: Portal) -> None:
    portal.put("/catalog.ttl", '<#view> a hydra:PartialCollectionView ; hydra:next "http://[x" .')
    fetched = fetch(portal.address + "/catalog.ttl")
    assert (fetched.pages, rules(fetched)) == (1, {"next-not-for-old", "page-unread"})


def test_a_redirection_to_another_host_ends_the_reading(portal: Portal) -> None:
    portal.put("/moved", "", status=302, Location="http://127.0.0.2:9/catalog.ttl")
    with pytest.raises(CatalogUnread, match=r"leads to http://127.0.0.2:9/catalog.ttl, at another host") as refused:
        fetch(portal.address + "/moved")
    assert "Give that address" in str(refused.value)
    portal.put("/catalog.ttl", page(1, "moved"))
    fetched = fetch(portal.address + "/catalog.ttl")
    assert (fetched.pages, rules(fetched), rules(fetched, "udata")) == (1, {"page-elsewhere"}, set())
    assert "http://127.0.0.2:9/catalog.ttl" in fetched.remarks[0].text("en")


DRIPPING = ["head", "body", "redirect", "action", "second page"]


@pytest.mark.parametrize("where", DRIPPING)
def test_the_time_that_the_operator_gave_is_kept_by_a_server_that_drips(where: str, portal: Portal) -> None:
    """A few bytes now and then are no silence; none of the waits for them is long."""
    paths = {"redirect": "/moved", "action": "/api/3/action/site_read", "second page": "/2"}
    portal.put("/catalog.ttl", page(1, "2" if where == "second page" else ""))
    portal.put("/2", page(2))
    portal.put("/api/3/action/site_read", "{}", "application/json")
    portal.put("/moved", "", status=302, Location="/catalog.ttl")
    portal.dripping = ("HEAD" if where == "head" else "GET", paths.get(where, "/catalog.ttl"))
    begun = monotonic()
    address = portal.address + ("/moved" if where == "redirect" else "/catalog.ttl")
    if where in ("action", "second page"):
        fetched = fetch(address, FetchLimits(seconds=0.2))
        assert fetched.pages == 1
        told = [(each.severity, each.rule) for each in fetched.remarks]
        assert told == ([("info", "time-over")] if where == "second page" else [])
    else:
        with pytest.raises(CatalogUnread, match=r"after 0\.2 seconds"):
            fetch(address, FetchLimits(seconds=0.2))
    assert monotonic() - begun < 2


HOSTILE = {
    "entities": ('<!DOCTYPE a [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><a>&b;</a>', "application/rdf+xml"),
    "outside": ('<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>', "application/rdf+xml"),
    "nesting": ("<a> <b> " + "[" * 5_000, "text/turtle"),
    "context": ('{"@context": "http://127.0.0.2:9/context", "a": 1}', "application/ld+json"),
    "page": ("<p>Hello</p>", "text/html"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_read_is_told(name: str, portal: Portal) -> None:
    body, media_type = HOSTILE[name]
    portal.put("/catalog", body, media_type)
    with pytest.raises(CatalogUnread, match="/catalog") as unread:
        fetch(portal.address + "/catalog")
    assert_in_every_language(unread.value)


def assert_in_every_language(error: CatalogUnread) -> None:
    messages = read_messages()
    told = {each: error.text(messages.translator(each)) for each in ("fi", "sv", "en")}
    assert len(set(told.values())) == 3
    assert not any(quoted in told["fi"] for quoted in ("entity", "nested", "LoadDocument"))


def test_what_is_wrong_with_a_later_page_is_told_in_every_language(portal: Portal) -> None:
    portal.put("/catalog.ttl", page(1, "2"))
    portal.put("/2", '{"@context": "http://127.0.0.2:9/context", "a": 1}', "application/ld+json")
    texts = fetch(portal.address + "/catalog.ttl").remarks[0].texts
    assert "kontekstiin" in texts["fi"]
    assert "kontext" in texts["sv"]
    assert "CKAN and udata fetch it" in texts["en"]


@pytest.mark.parametrize(
    ("language", "word"), [("fi", "ei saada yhteyttä"), ("sv", "få kontakt"), ("en", "no connect")]
)
def test_the_command_tells_in_the_language_that_was_asked_for(language: str, word: str) -> None:
    ran = CliRunner().invoke(main, ["harvest-check", "http://127.0.0.1:9/catalog.ttl", "--language", language])
    assert ran.exit_code == 1
    assert word in ran.stderr


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://x.example/", "catalog.ttl", "http://", "http://[x"])
def test_only_addresses_of_the_web_are_read(address: str) -> None:
    with pytest.raises(CatalogUnread, match="begins with http"):
        fetch(address)


def test_an_address_where_nobody_answers_is_told() -> None:
    with pytest.raises(CatalogUnread, match="There is no connection"):
        fetch("http://127.0.0.1:9/catalog.ttl")
