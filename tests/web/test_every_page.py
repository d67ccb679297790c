"""Every entity of the bundled publication has a page, and what it links to is called by its name, never by an IRI.

Only the box with the permanent address shows one.
"""

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


def texts(page: Element) -> Iterator[str]:
    """What each element of a page says, without the one with the permanent address."""
    yield from (each.text for each in page.all() if not each.is_like("code", {"class_": "cite"}))


def bare_iris(site, bundled, iris) -> dict[str, list[str]]:
    """Entity → the IRIs of the publication that its page shows in place of names."""
    found = {}
    for iri in iris:
        answer = site.page(f"{bundled.addresses.path(iri)}?lang=fi")
        assert answer.status_code in (200, 301, 410), iri
        if answer.status_code != 301:
            shown = [each for each in texts(read_page(answer.text)) if each.startswith(bundled.publication.base_iri)]
            found |= {iri: shown} if shown else {}
    return found


def test_a_sample_of_each_list_is_shown_by_names(site, bundled):
    iris = [iri for members in bundled.members.values() for iri in members[:: max(1, len(members) // 4)]]
    assert len(iris) > 50
    assert bare_iris(site, bundled, iris) == {}


@pytest.mark.slow
def test_every_entity_is_shown_by_names(site, bundled):
    iris = list(dict.fromkeys(iri for members in bundled.members.values() for iri in members))
    assert bare_iris(site, bundled, iris) == {}
