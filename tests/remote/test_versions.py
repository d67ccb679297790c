"""With an engine and a state folder, a version is on the engine before it is the current one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import httpx2 as httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from sotegraph.errors import EngineAway
from sotegraph.remote import Engine as Connection
from sotegraph.remote import Marker, write_version
from sotegraph.settings import Settings
from sotegraph.store import build_version
from tests.remote import engines
from tests.remote.engines import Engine, running
from tests.serving import serving
from tests.versions.conftest import BOOK, TITLES, Editions

pytestmark = pytest.mark.slow
_QUERY = f'SELECT ?t {{ <{BOOK}> <http://purl.org/dc/terms/title> ?t FILTER(LANG(?t) = "en") }}'


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> Iterator[Engine]:
    """An engine whose content these tests may change."""
    with running(engines.oxigraph, tmp_path_factory.mktemp("versions")) as engine:
        yield engine


@pytest.fixture
def published(own, tmp_path) -> Editions:
    """Editions that are published to a state folder of their own and to the engine."""
    return Editions.at(tmp_path, **own.settings)


def marker_of(settings: Settings) -> Marker | None:
    with Connection(settings) as engine:
        return engine.marker()


def test_what_is_published_is_on_the_engine_and_what_is_gone_back_to_as_well(published):
    first = published.entry()
    assert marker_of(published.settings).id == first.version
    published.retitle(1)
    second = published.entry()
    assert marker_of(published.settings).id == second.version
    published.back()
    assert marker_of(published.settings).id == first.version


def test_an_engine_that_lost_the_version_gets_it_though_nothing_changed(published):
    entry = published.entry()
    before = marker_of(published.settings)
    assert published.entry() == entry
    assert marker_of(published.settings).token == before.token
    with Connection(published.settings) as engine:
        graph = NamedNode("https://library.example/id/graph/branches")
        loaded = published.archive.folder(entry) / "data.nq"
        assert loaded.exists()
        write_version(engine, build_version(_some_of(loaded, graph)), "https://library.example", 1)
    assert published.entry() == entry
    assert marker_of(published.settings).id == entry.version


def _some_of(data, graph):
    return [quad for quad in parse(data.read_bytes(), RdfFormat.N_QUADS) if quad.graph_name == graph]


def test_without_the_engine_the_version_before_stands(published):
    first = published.entry()
    published.retitle(1)
    nowhere = "http://127.0.0.1:9"
    away = published.settings.model_copy(update={"store": f"{nowhere}/query,gsp={nowhere}/store"})
    with pytest.raises(EngineAway):
        replace(published, settings=away).publish()
    assert published.archive.current == first
    assert not list(published.archive.building.iterdir())


def test_a_server_goes_from_version_to_version_with_the_engine(published, own):
    published.entry()
    state = published.settings.state
    with serving(state=state, versions_poll_ms=50, web_workers=1, query_workers=1, **own.settings) as served:
        for number in (0, 1):
            if number:
                published.retitle(number)
                published.entry()
            current = published.archive.current.short_id
            deadline = time.monotonic() + 30
            said = {None}
            # While one family of processes follows the other, a connection may still meet the one that leaves.
            while said != {current} and time.monotonic() < deadline:
                time.sleep(0.05)
                page = httpx.get(f"{served.address}/doc/book/1.nt")
                rows = httpx.get(f"{served.address}/sparql?query={quote(_QUERY)}", headers={"Accept": "text/csv"})
                said = {each.headers.get("Publication-Version") for each in (page, rows)}
            assert (page.status_code, rows.status_code) == (200, 200)
            assert said == {current}
            assert TITLES[number] in page.text
            assert TITLES[number] in rows.text
