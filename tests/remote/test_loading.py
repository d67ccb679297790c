"""A version is on the engine whole, or readers are told that it is not there; loading that broke off is repeated."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator

import httpx2 as httpx
import pytest
from pyoxigraph import BlankNode, NamedNode, Quad

from sotegraph.errors import EngineAway, EngineUnfit, SettingsError
from sotegraph.loading import load_for_serving
from sotegraph.remote import Engine as Connection
from sotegraph.remote import fetch_version, write_version
from sotegraph.settings import Settings
from sotegraph.store import Version, build_version
from sotegraph.terms import RDF_TYPE
from tests.conftest import LIBRARY
from tests.remote import engines
from tests.remote.asking import ask, marker_of
from tests.remote.conftest import load
from tests.remote.engines import Engine, running
from tests.remote.faults import Sent, before

BASE = "https://library.example"


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> Iterator[Engine]:
    """An engine whose content these tests may change."""
    with running(engines.oxigraph, tmp_path_factory.mktemp("own")) as engine:
        yield engine


@pytest.fixture(scope="module")
def whole(index) -> Version:
    """The small publication."""
    return index.version


@pytest.fixture(scope="module")
def version(whole) -> Version:
    """Some of its graphs, with a blank node."""
    names = [NamedNode(f"{BASE}/id/graph/{name}") for name in ("branches", "provenance", "subjects")]
    quads = [quad for name in names for quad in whole.store.quads_for_pattern(None, None, None, name)]
    return build_version([*quads, Quad(BlankNode("b"), RDF_TYPE, RDF_TYPE, names[0])])


@pytest.fixture
def settings(own) -> Settings:
    return Settings(store_start_limit_ms=0, **own.settings)


def write(settings: Settings, version) -> None:
    with Connection(settings) as engine:
        write_version(engine, version, BASE, 1)


def test_what_is_fetched_is_what_was_loaded(settings, version):
    told = []
    with Connection(settings) as engine:
        marker = write_version(engine, version, BASE, 1, told.append)
    fetched, found = fetch_version(settings, BASE)
    assert found == marker
    assert (fetched.id, fetched.created) == (version.id, version.created)
    assert (fetched.triples, fetched.graphs) == (version.triples, version.graphs)
    assert told[-1] == sum(version.graphs.values())
    assert {each for each in fetched.store if "_:" not in str(each)} == {
        each for each in version.store if "_:" not in str(each)
    }


@pytest.mark.parametrize("options", ["", "update", "named"])
def test_each_triple_stands_once_in_the_default_graph(own, version, options):
    query, update, gsp = own.settings["store"].split(",")
    named = ",default-graph=urn:x-all"
    store = {"": f"{query},{gsp}", "update": f"{query},{update},{gsp}", "named": f"{query},{gsp}{named}"}
    settings = Settings(store=store[options])
    write(settings, version)
    counted = ask(settings, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", bindings="csv")
    assert int(counted.split()[1]) == version.triples
    with Connection(settings) as engine:
        engine.delete_graph("urn:x-all")


def test_by_an_update_blank_nodes_are_the_same_in_the_default_graph(settings, version):
    write(settings, version)
    shared = "ASK { ?s ?p ?o FILTER isBlank(?s) GRAPH ?g { ?s ?p ?o } }"
    assert b"true" in ask(settings, shared)


def test_graphs_of_the_version_before_are_removed_and_those_of_others_stay(own, settings, version):
    with Connection(settings) as engine:
        engine.update("INSERT DATA { GRAPH <urn:x-others> { <urn:a> <urn:b> <urn:c> } }")
    write(settings, version)
    graph = next(iter(version.graphs))
    write(settings, build_version(version.store.quads_for_pattern(None, None, None, NamedNode(graph))))
    names = ask(settings, "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }", bindings="csv").decode().split()[1:]
    assert names == [graph]
    found = httpx.post(own.ready, data={"query": "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"}).json()
    held = {each["g"]["value"] for each in found["results"]["bindings"]}
    assert held == {graph, "urn:x-others", "urn:x-sotegraph:default", "urn:x-sotegraph:version"}


@pytest.mark.parametrize("broken", [1, 3, 5])
def test_loading_that_broke_off_is_told_of_and_repeated(own, version, settings, broken):
    write(settings, version)
    with before(own) as faulty:
        written = []

        def break_off(query: str, sent: Sent) -> Sent | None:
            written.extend([query] if query in ("PUT", "DELETE") else [])
            return None if len(written) >= broken else sent

        faulty.fault = break_off
        wider = build_version([*version.quads(), *_one_more(version)])
        with pytest.raises(EngineAway):
            write(Settings(store=faulty.store), wider)
    with pytest.raises(EngineUnfit, match="being loaded"):
        fetch_version(settings, BASE)
    write(settings, version)
    assert fetch_version(settings, BASE)[0].graphs == version.graphs


def _one_more(version) -> Iterator:
    quad = next(iter(version.quads()))
    yield type(quad)(quad.subject, quad.predicate, quad.object, NamedNode("urn:x-more"))


def test_two_that_load_at_once_do_not_both_succeed(own, version):
    with before(own) as faulty:
        done = []

        def other(query: str, sent: Sent) -> Sent:
            if query == "PUT" and not done:
                done.append(query)
                write(Settings(**own.settings), version)
            return sent

        faulty.fault = other
        with pytest.raises(EngineUnfit, match="Somebody else"):
            write(Settings(store=faulty.store), version)


def test_an_engine_that_counts_other_triples_is_refused(settings, version):
    write(settings, version)
    with Connection(settings) as engine:
        graph = next(iter(version.graphs))
        engine.update(
            f"DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g = <{graph}>) }}"
        )
    with pytest.raises(EngineUnfit, match=graph):
        fetch_version(settings, BASE)


def test_an_engine_that_writes_values_anew_is_warned_of(settings, version, caplog):
    write(settings, version)
    changed = f"{BASE}/id/graph/subjects"
    with Connection(settings) as engine:
        engine.update(
            f"WITH <{changed}> DELETE {{ ?s ?p ?o }} INSERT {{ ?s ?p ?other }} "
            "WHERE { ?s ?p ?o FILTER(LANG(?o) = 'en') BIND(STRLANG(CONCAT(?o, '!'), 'en') AS ?other) }"
        )
    version_, _ = fetch_version(settings, BASE)
    assert version_.id == version.id
    (warning,) = [each.getMessage() for each in caplog.records]
    assert changed in warning
    assert f"{BASE}/id/graph/branches" not in warning


def test_an_engine_with_something_else_is_refused(settings, version):
    with Connection(settings) as engine:
        engine.delete_graph("urn:x-sotegraph:version")
    with pytest.raises(EngineUnfit, match="no publication yet"):
        fetch_version(settings, BASE)
    write(settings, version)
    with pytest.raises(EngineUnfit, match=r"https://other\.example"):
        fetch_version(settings, "https://other.example")


@pytest.mark.slow
def test_an_engine_that_comes_late_is_waited_for(own, version):
    settings = Settings(**own.settings)
    write(settings, version)
    own.pause()
    own.resume()
    own.kill()
    timer = threading.Timer(0.5, own.start)
    timer.start()
    assert fetch_version(settings, BASE)[0].id == version.id
    timer.join()


def test_an_engine_that_never_comes_is_told_of_without_a_password(caplog):
    port = engines.free_port()
    settings = Settings(
        store=f"http://127.0.0.1:{port}/sparql", store_user="me", store_password="hushhush", store_start_limit_ms=300
    )
    started = time.monotonic()
    with pytest.raises(EngineUnfit, match="does not answer") as found:
        fetch_version(settings, BASE)
    assert 0.1 < time.monotonic() - started < 3
    assert "hushhush" not in str(found.value) + caplog.text + repr(settings)


@pytest.mark.slow
def test_a_folder_needs_no_data_when_an_engine_has_it(settings, whole, tmp_path):
    write(settings, whole)
    for part in ("ontology", "shapes"):
        (tmp_path / part).symlink_to(LIBRARY / part)
    served = load_for_serving(tmp_path, settings)
    assert served.marker == marker_of(settings)
    assert served.index.members == load_for_serving(LIBRARY, Settings()).index.members


def test_without_an_address_for_writing_nothing_is_written(own, version):
    with pytest.raises(SettingsError, match=",gsp="):
        write(Settings(store=own.ready), version)


@pytest.mark.slow
def test_the_command_says_what_is_missing_and_what_it_has_done(own):
    done = load(own, LIBRARY, "--no-check", store=own.ready)
    assert done.returncode == 2
    assert ",gsp=" in done.stderr
    assert load(own, LIBRARY, store="nonsense").returncode == 2
    done = load(own, LIBRARY)
    assert done.returncode == 0
    assert "Loaded version" in done.stderr
    assert load(own, LIBRARY, store=f"http://127.0.0.1:{engines.free_port()}/x").returncode == 1


def test_without_an_engine_there_is_nothing_to_load(own):
    with pytest.raises(SettingsError, match="SOTEGRAPH_STORE"):
        Connection(Settings())


@pytest.mark.slow
def test_what_is_not_sound_is_not_loaded(own, tmp_path):
    unsound = tmp_path / "unsound"
    shutil.copytree(LIBRARY, unsound)
    file = next((unsound / "data").glob("*/*.ttl"))
    file.write_text(file.read_text() + "\n<urn:a> <urn:b> .\n")
    marker = marker_of(Settings(**own.settings))
    assert load(own, unsound).returncode == 1
    assert marker_of(Settings(**own.settings)) == marker


@pytest.mark.parametrize("scheme", ["basic", "digest"])
def test_a_password_is_shown_to_the_engine_in_the_way_it_asks_for(own, version, scheme):
    with before(own) as faulty:
        challenge = (
            'Digest realm="r", nonce="n", qop="auth", algorithm=MD5' if scheme == "digest" else 'Basic realm="r"'
        )
        seen = []

        def guarded(query: str, sent: Sent) -> Sent:
            seen.append(faulty.authorization or "")
            if not seen[-1].lower().startswith(scheme):
                return Sent(401, "text/plain", b"who are you", {"WWW-Authenticate": challenge})
            return sent

        faulty.fault = guarded
        settings = Settings(store=faulty.store, store_user="me", store_password="hushhush", store_auth=scheme)
        write(settings, version)
        assert b"true" in ask(settings, "ASK { ?s ?p ?o }")
        assert seen[-1].lower().startswith(scheme)
        with pytest.raises(EngineUnfit, match="401") as found:
            write(Settings(store=faulty.store), version)
        assert "hushhush" not in str(found.value)
