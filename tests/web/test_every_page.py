"""Every entity of the bundled publication has a page, and what it links to is called by its name, never by an IRI.

Only the box with the permanent address shows one, and no heading is a compact IRI.
"""

import re
from collections.abc import Iterator

import pytest

from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app
from tests.client import Client
from tests.markup import Element, read_page


@pytest.fixture(scope="module")
def site(bundled) -> Client:
    settings = Settings(access_log=False, cache_bodies=0)
    return Client(create_app(settings, bundled.publication, bundled, InProcessEvaluator(bundled.version, settings)))


CURIE = re.compile(r"\^?[A-Za-z][\w-]*:[A-Za-z][\w-]*(?=$|\s\d)")
HEADINGS = ("h1", "h2", "h3", "dt", "caption", "summary")


def texts(page: Element) -> Iterator[str]:
    """What each element of a page says, without the one with the permanent address."""
    yield from (each.text for each in page.all() if not each.is_like("code", {"class_": "cite"}))


def headings(page: Element) -> Iterator[str]:
    """What stands over something, or beside it as its name."""
    main = page.one("main")
    yield from (each.text for name in HEADINGS for each in main.all(name))
    yield from (each.text for each in main.all("th", scope="col"))


def bare_names(site, bundled, iris) -> dict[str, list[str]]:
    """Entity → the IRIs of the publication that its page shows in place of names, and compact IRIs as headings."""
    found = {}
    for iri in iris:
        answer = site.page(f"{bundled.addresses.path(iri)}?lang=fi")
        assert answer.status_code in (200, 301, 410), iri
        if answer.status_code != 301:
            page = read_page(answer.text)
            shown = [each for each in texts(page) if each.startswith(bundled.publication.base_iri)]
            shown += [each for each in headings(page) if CURIE.match(each)]
            found |= {iri: shown} if shown else {}
    return found


@pytest.mark.parametrize("heading", ["sh:defaultValue", "sh:defaultValue 3", "^skos:broader"])
def test_a_compact_iri_is_seen_as_one(heading):
    assert CURIE.match(heading)
    assert not CURIE.match("STT Info: aluevaltuusto")


def test_a_sample_of_each_list_is_shown_by_names(site, bundled):
    iris = [iri for members in bundled.members.values() for iri in members[:: max(1, len(members) // 4)]]
    assert len(iris) > 50
    assert bare_names(site, bundled, iris) == {}


@pytest.mark.slow
def test_every_entity_is_shown_by_names(site, bundled):
    iris = list(dict.fromkeys(iri for members in bundled.members.values() for iri in members))
    assert bare_names(site, bundled, iris) == {}
