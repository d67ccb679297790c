"""A harvest that a publish runs across is whole, or ends with 503: pages of two catalogues would be neither."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pyoxigraph import RdfFormat, parse

from sotegraph.loading import load_published
from sotegraph.sparql import InProcessEvaluator
from sotegraph.terms import term
from sotegraph.versions import Archive, Entry
from sotegraph.web.app import create_app
from sotegraph.web.past import Past
from tests.catalogue.conftest import datasets_of, triples_of
from tests.client import Client
from tests.versions.conftest import Editions

SIZE = 2


def client_at(editions: Editions, entry: Entry, archive: Archive | None = None) -> Client:
    """A server of the version of *entry*, two datasets on a page of the catalogue."""
    archive, settings = archive or editions.archive, editions.settings.model_copy(update={"page_size": SIZE})
    index = load_published(archive, entry, settings)
    past = Past(archive, entry, lambda earlier: load_published(archive, earlier, settings, in_memory=False))
    return Client(
        create_app(settings, index.publication, index, InProcessEvaluator(index.version, settings), past=past)
    )


def following(document: bytes, name: str = "next") -> str:
    """The path of the next page, as harvesters read it."""
    wanted = term(f"hydra:{name}")
    [address] = {quad.object.value for quad in parse(document, RdfFormat.TURTLE) if quad.predicate == wanted}
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


@pytest.fixture(scope="module")
def servers(history: Editions) -> list[Client]:
    """Servers of the last two versions of the history."""
    return [client_at(history, entry) for entry in history.archive.entries()[-2:]]


def test_a_harvest_that_began_before_a_publish_is_ended_on_what_was(servers):
    before, after = servers
    first = before.get("/catalog.ttl").content
    for name in ("next", "nextPage", "first", "firstPage"):
        path = following(first, name)
        then, now = before.get(path), after.get(path)
        assert (now.status_code, triples_of(now.content)) == (200, triples_of(then.content))
        assert now.headers["Publication-Version"] == then.headers["Publication-Version"]
    last = after.get(following(first))
    assert len(datasets_of(triples_of(first)) | datasets_of(triples_of(last.content))) == 4
    assert last.headers["Publication-Version"] != after.get("/catalog.ttl").headers["Publication-Version"]
    now = after.get("/catalog.ttl?page=2").headers["location"]
    assert now != following(first), "a page asked for by its number alone is one of the catalogue of now, and says so"
    assert triples_of(last.content) != triples_of(after.get(now).content)


def test_a_server_that_does_not_know_the_version_yet_says_later(servers):
    before, after = servers
    answer = before.get(following(after.get("/catalog.ttl").content))
    assert (answer.status_code, answer.json()["kind"]) == (503, "catalogue-moved")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.slow
def test_what_is_no_longer_kept_is_begun_again(history, tmp_path):
    archive = Archive(Path(shutil.copytree(history.archive.root, tmp_path / "state", symlinks=True)))
    _, second, third = archive.entries()
    mark = following(client_at(history, second, archive).get("/catalog.ttl").content)
    archive.retain(1)
    assert not archive.is_kept(second)
    client = client_at(history, third, archive)
    assert client.get(mark).status_code == 503
    assert client.get(following(client.get("/catalog.ttl").content)).status_code == 200
