"""Every link of the whole site leads somewhere: a crawler follows them all, in pages, header fields and documents.

No address that the site itself names is dead or fails, and what a crawler reads once is not kept for ever. No page
takes longer than 300 ms: what did while everything else was asked for too is asked for again, thrice, of a server that
keeps nothing, and the shortest time counts, which is what the server needs for it.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import httpx2 as httpx
import pytest

from tests.conftest import LIBRARY
from tests.serving import serving
from tests.versions.events import eventful

SLOWEST_MS = 300
WHOLE = re.compile(r"^/(void|shapes)\.(json|jsonld|schema\.json|nt|rdf|ttl)(\?|$)")
"""All figures, or all shapes, as one document of megabytes for programs: made once a version, and kept."""
MOST_ADDRESSES = 60_000
"""A crawl that gets so far has met something without end, and fails."""
EACH_KIND = 30
"""Of the things of a large site, so many of each list are read in each form, language and profile; all as a page."""
_OTHER_FORM = re.compile(
    r"^(?P<list>/(?:doc|history|view|queries)/(?:[^?]+/)?)[^/?]+?(?P<form>\.[a-z]+)?(?:\?(?P<query>.*))?$"
)
ENDLESS = re.compile(r"^/(sparql|graph-store|suggest|timemap|version/[^/]+/sparql)(\?|$)")
_LINK = re.compile(r"<([^>]*)>")
ACCEPT = {"Accept": "text/html, application/ld+json;q=0.5, */*;q=0.1"}
_COMBINED = 2
"""How many choices an address may combine for its links to be followed: every state has links to more of them."""


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "action") and value:
                self.found.append(value)


@dataclass
class Crawl:
    """What a crawler met: addresses with their status and the milliseconds until the answer began."""

    base: str
    canonical: str
    languages: tuple[str, ...]
    statuses: dict[str, int] = field(default_factory=dict)
    times_ms: dict[str, float] = field(default_factory=dict)
    found_on: dict[str, str] = field(default_factory=dict)
    memory: list[int] = field(default_factory=list)
    each_kind: int | None = None
    kinds: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def dead(self) -> dict[str, tuple[int, str]]:
        """Address → its status and where it was found, of all that lead nowhere; what is gone says so itself."""
        wrong = {each: status for each, status in self.statuses.items() if status >= 400 and status != 410}
        return {each: (status, self.found_on[each]) for each, status in wrong.items()}

    def slow(self) -> dict[str, int]:
        return {each: round(ms) for each, ms in self.times_ms.items() if ms > SLOWEST_MS}

    def local(self, link: str, on: str) -> str | None:
        """The path and query of *link* on this site, or None: a page in one language is one page."""
        address = urldefrag(urljoin(self.base + on, link))[0]
        for origin in (self.base, self.canonical):
            if address == origin or address.startswith(origin + "/"):
                return address.removeprefix(origin) or "/"
        return None

    def follows(self, address: str) -> bool:
        """Whether the links on *address* are followed: not those of queries, nor of many choices at once."""
        query = parse_qsl(urlsplit(address).query)
        other = [each for each in query if each[0] not in ("lang", "page")]
        return not ENDLESS.match(address) and len(other) < _COMBINED

    def run(self, client: httpx.Client, seeds: list[str], measure) -> None:
        waiting = deque(dict.fromkeys(seeds))
        self.found_on |= dict.fromkeys(seeds, "the sitemap")
        while waiting:
            assert len(self.statuses) < MOST_ADDRESSES, "the crawl has no end"
            address = waiting.popleft()
            answer = self._fetch(client, address)
            if len(self.statuses) % 1_000 == 0:
                self.memory.append(measure())
            if not self.follows(address):
                continue
            for link in links_of(answer):
                found = self.local(link, address)
                if found is not None and found not in self.found_on and self._wanted(found):
                    self.found_on[found] = address
                    if self._is_among_the_first(found):
                        waiting.append(found)

    def _wanted(self, address: str) -> bool:
        """Queries have no end, and the same page in every language was in the sitemap."""
        return not ENDLESS.match(address) and len(parse_qsl(urlsplit(address).query)) <= _COMBINED + 1

    def _is_among_the_first(self, address: str) -> bool:
        """Whether *address* is a page, or among the first of its list in this form, language or profile."""
        other = _OTHER_FORM.match(address)
        if self.each_kind is None or other is None or not (other["form"] or other["query"]):
            return True
        choices = (
            f"{name}={value}" if name in ("lang", "_profile") else name
            for name, value in parse_qsl(other["query"] or "")
        )
        kind = (other["list"], other["form"] or "", *sorted(choices))
        self.kinds[kind] += 1
        return self.kinds[kind] <= self.each_kind

    def _fetch(self, client: httpx.Client, address: str) -> httpx.Response:
        """The answer, with the time until it was there."""
        started = time.perf_counter()
        answer = client.get(self.base + address, headers=ACCEPT)
        self.times_ms[address] = (time.perf_counter() - started) * 1_000
        self.statuses[address] = answer.status_code
        return answer


def links_of(answer: httpx.Response) -> list[str]:
    """Every link of an answer: in its header, in a page, in a document of links; the ids of JSON-LD as documents."""
    found = [answer.headers[name] for name in ("location", "content-location") if name in answer.headers]
    found += _LINK.findall(answer.headers.get("link", ""))
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind == "text/html":
        reader = _Links()
        reader.feed(answer.text)
        found += reader.found
    elif kind in ("application/ld+json", "application/linkset+json"):
        found += ids(json.loads(answer.content))
    elif kind == "application/xml":
        found += re.findall(r"<loc>([^<]*)</loc>", answer.text)
    return found


def ids(value) -> list[str]:
    """The IRIs that stand in a JSON-LD document or a linkset, without those of its context."""
    if isinstance(value, dict):
        own = [each for name, each in value.items() if name in ("id", "@id", "href") and isinstance(each, str)]
        own = [each for each in own if not each.startswith("_:")]
        return own + [found for name, each in value.items() if name != "@context" for found in ids(each)]
    return [found for each in value for found in ids(each)] if isinstance(value, list) else []


def crawl(folder, canonical: str, languages, each_kind=None, **settings) -> tuple[Crawl, list[int]]:
    with serving(folder, **settings) as server:
        work = Crawl(server.address, canonical, languages, each_kind=each_kind)
        with httpx.Client(timeout=60) as client:
            client.get(f"{server.address}/")
            work.run(client, ["/", "/sitemap.xml", "/robots.txt"], server.memory_bytes)
        return work, work.memory


def slow_alone(folder, addresses) -> dict[str, int]:
    """Those of *addresses* that take too long of a server that has nothing else to do, and keeps nothing."""
    pages = [each for each in addresses if not WHOLE.match(each)]
    shortest = {}
    with serving(folder, cache_bodies=0, cache_results=0) as server, httpx.Client(timeout=60) as client:
        for each in pages * 3:
            started = time.perf_counter()
            client.get(server.address + each, headers=ACCEPT)
            shortest[each] = min(shortest.get(each, 60_000.0), (time.perf_counter() - started) * 1_000)
    return {each: round(ms) for each, ms in shortest.items() if ms > SLOWEST_MS}


def test_links_are_found_wherever_they_stand():
    page = httpx.Response(
        200,
        headers={"content-type": "text/html; charset=utf-8", "link": '</a>; rel="x", </b?c=1,2>; rel="y"'},
        text='<a href="/c"><img src="/d"></a><form action="/e"></form>',
    )
    assert links_of(page) == ["/a", "/b?c=1,2", "/c", "/d", "/e"]
    document = {"@context": {"id": "@id"}, "id": "/x", "part": [{"id": "/y"}, "text"], "more": {"@id": "/z"}}
    assert ids(document) == ["/x", "/y", "/z"]


@pytest.mark.slow
def test_every_link_of_the_lending_library_leads_somewhere():
    work, _ = crawl(LIBRARY, "https://library.example", ("en", "fi"))
    assert len(work.statuses) > 2_000
    assert work.dead() == {}
    assert slow_alone(LIBRARY, work.slow()) == {}


@pytest.mark.slow
def test_every_link_of_a_history_leads_somewhere(tmp_path):
    """Versions, what each changed, things as they were and those that are gone, and the files of each version."""
    state = eventful(tmp_path).settings.state
    work, _ = crawl(None, "https://library.example", ("en", "fi"), 2, state=state)
    assert len(work.statuses) > 1_000
    assert {each for each in work.statuses if "?version=" in each}
    assert work.dead() == {}


@pytest.mark.slow
def test_every_link_of_the_bundled_publication_leads_somewhere():
    """Memory is flat: what the last third of the crawl adds is less than the room for caches."""
    work, memory = crawl(None, "https://w3id.org/sotegraph", ("fi", "sv", "en"), EACH_KIND, cache_body_bytes=8 << 20)
    assert len(work.statuses) > 10_000
    assert len(work.kinds) > 200
    assert work.dead() == {}
    assert slow_alone(None, work.slow()) == {}
    assert len(memory) > 10
    assert memory[-1] - memory[len(memory) * 2 // 3] < 64 << 20
