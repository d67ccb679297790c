"""The same site and the same answers from every engine, also when the engine falters."""

from __future__ import annotations

import csv
import functools
import io
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2 as httpx
import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat, parse

from sotegraph.settings import Settings
from tests.conftest import LIBRARY, ROOT
from tests.remote.asking import marker_of
from tests.remote.conftest import load
from tests.serving import Served, serving

pytestmark = pytest.mark.slow
QUESTIONS = sorted((ROOT / "ontology" / "questions").glob("*.rq"))
DEVIATIONS = Path(__file__).with_name("deviations") / "questions.csv"
PRODUCT = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } LIMIT 30000"
TINY = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?a) < STR(?i)) }"
EXPECTED_WORDS = {"fi": "Kyselymoottori", "en": "The query engine"}
FAST_POLL = {"store_poll_ms": 200}


def ask(server: Served, query: str, accept: str = "text/csv", **headers: str) -> httpx.Response:
    return httpx.get(
        f"{server.address}/sparql", params={"query": query}, headers={"Accept": accept, **headers}, timeout=60
    )


def rows(text: str) -> list[tuple[str, ...]]:
    return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))]


def waited_for(condition: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def state(server: Served) -> str:
    answer = httpx.get(f"{server.address}/health", timeout=20)
    assert answer.status_code == 200
    return str(answer.json()["engine"])


@functools.cache
def deviations(asked: str) -> dict[tuple[str, str], str]:
    """The reason for each question that an engine is known to answer wrongly, or not at all, when it is *asked* so.

    It is asked with its parameters ``open``, or ``with defaults`` for their values.
    """
    with DEVIATIONS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["asked"] in (asked, "both")]
        return {(row["engine"], row["question"]): row["reason"] for row in rows}


def test_there_are_questions_and_every_deviation_is_of_one() -> None:
    assert len(QUESTIONS) > 50
    for asked in ("open", "with defaults"):
        assert {question for _, question in deviations(asked)} <= {path.stem for path in QUESTIONS}


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_a_question_has_the_answer_of_our_own_evaluation(request, engine, whole, bundled, path: Path) -> None:
    reason = deviations("open").get((engine.name, path.stem))
    if reason:
        request.applymarker(pytest.mark.xfail(reason=reason, raises=AssertionError))
    text = path.read_text("utf-8")
    own = bundled.version.store.query(text).serialize(format=QueryResultsFormat.CSV)
    answer = ask(whole, text)
    assert answer.status_code == 200, answer.text
    assert sorted(map(plain, rows(answer.text))) == sorted(map(plain, rows(own.decode())))


def plain(row: tuple[str, ...]) -> tuple[str, ...]:
    """The row with numbers as numbers: engines write the same one as 0.50 and 0.5, and Virtuoso true as 1."""
    return tuple(_number(cell) for cell in row)


def _number(cell: str) -> str:
    try:
        return f"{float({'true': '1', 'false': '0'}.get(cell, cell)):.9g}"
    except ValueError:
        return cell


def test_pages_and_documents_are_those_of_the_version(whole, engine, bundled) -> None:
    assert httpx.get(f"{whole.address}/health").json()["version"] == bundled.version.id
    for path in ("/doc/area/08", "/doc/municipality/837", "/area"):
        page = httpx.get(whole.address + path, headers={"Accept": "text/html"}, timeout=30)
        assert page.status_code == 200
    found = httpx.get(f"{whole.address}/doc/area/08.nt", timeout=30)
    triples = {each.triple for each in parse(found.content, RdfFormat.N_TRIPLES)}
    assert set(bundled.version.outgoing(bundled.addresses.iri("area/08"))) <= triples
    warned = "writes some values in another way" in "".join(whole.said)
    assert warned == (engine.name == "virtuoso")  # which makes a geometry of its own of each point


def test_the_default_graph_has_each_triple_once_and_nothing_else_is_seen(library, version) -> None:
    assert rows(ask(library, TINY).text)[1] == (str(version.triples),)
    counted = ask(library, "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    assert {graph: int(count) for graph, count in rows(counted.text)[1:]} == version.graphs


def test_results_have_validators_of_the_version(library, version) -> None:
    answer = ask(library, TINY)
    assert version.short_id in answer.headers["etag"]
    assert answer.headers["publication-version"] == version.short_id
    assert ask(library, TINY, **{"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_a_query_that_takes_too_long_is_ended_by_us(engine, library) -> None:
    started = time.monotonic()
    answer = httpx.get(f"{library.address}/sparql", params={"query": SLOW, "timeout": "1"}, timeout=30)
    assert answer.status_code in (502, 503, 400)
    assert time.monotonic() - started < 4
    assert waited_for(lambda: ask(library, TINY + " # again").status_code == 200)


def test_an_engine_that_stands_still_costs_the_time_limit_and_comes_back(engine, library) -> None:
    engine.pause()
    try:
        started = time.monotonic()
        answer = httpx.get(f"{library.address}/sparql", params={"query": TINY + " # still", "timeout": "1"}, timeout=30)
        assert answer.status_code == 503
        assert time.monotonic() - started < 4
        assert httpx.get(f"{library.address}/doc/book/1", timeout=5).status_code == 200
    finally:
        engine.resume()
    assert waited_for(lambda: ask(library, TINY + " # back").status_code == 200)


def test_an_engine_that_dies_takes_no_page_along_and_comes_back(engine, library) -> None:
    known = ask(library, TINY)
    assert known.status_code == 200
    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(_read_slowly, library, engine.kill)
        with pytest.raises(httpx.RemoteProtocolError):
            long.result()
    try:
        assert waited_for(lambda: state(library) == "away", 10)
        for language, words in EXPECTED_WORDS.items():
            answer = ask(library, f"ASK {{}} # {language}", "*/*", **{"Accept-Language": language})
            assert (answer.status_code, answer.json()["kind"]) == (503, "engine-away")
            assert words in answer.json()["title"]
            assert answer.headers["retry-after"]
            page = ask(library, "ASK {}", "text/html", **{"Accept-Language": language})
            assert page.headers["content-type"].startswith("text/html")
            assert words in page.text
        assert ask(library, TINY).text == known.text
        assert httpx.get(f"{library.address}/doc/book/2", timeout=5).status_code == 200
    finally:
        engine.start()
    assert waited_for(lambda: state(library) == "ok")
    assert ask(library, "ASK {} # alive", "*/*").json()["boolean"] is True


def _read_slowly(server: Served, then: Callable[[], None]) -> None:
    """Read a long result, calling *then* in its course."""
    parameters = {"query": PRODUCT}
    with httpx.stream("GET", f"{server.address}/sparql", params=parameters, timeout=60) as answer:
        assert answer.status_code == 200
        for number, _ in enumerate(answer.iter_bytes(65536)):
            if number == 2:
                then()


def test_another_version_is_told_from_ours_and_served_from_the_next_start_on(engine, tmp_path) -> None:
    assert load(engine, LIBRARY, "--no-check").returncode == 0
    with serving(LIBRARY, **engine.settings, **FAST_POLL, web_workers=1) as before:
        assert ask(before, TINY).status_code == 200
        _copy_with_one_more(tmp_path / "next")
        assert load(engine, tmp_path / "next", "--no-check").returncode == 0
        assert waited_for(lambda: state(before) == "other-version")
        answer = ask(before, TINY + " # other")
        assert (answer.status_code, answer.json()["kind"]) == (503, "engine-loading")
        assert ask(before, TINY).status_code == 200
        with serving(tmp_path / "next", **engine.settings) as after:
            assert int(rows(ask(after, TINY).text)[1][0]) > int(rows(ask(before, TINY).text)[1][0])
            assert rows(ask(after, "SELECT ?o WHERE { ?s <urn:x-more> ?o }").text)[1:] == [("more",)]
        assert load(engine, LIBRARY, "--no-check").returncode == 0
        assert waited_for(lambda: state(before) == "ok")


def _copy_with_one_more(folder: Path) -> None:
    shutil.copytree(LIBRARY, folder)
    file = next((folder / "data" / "branches").glob("*.ttl"))
    file.write_text(file.read_text() + '\n<https://library.example/id/branch/01> <urn:x-more> "more" .\n')


def test_readers_of_an_engine_that_is_loaded_get_the_whole_or_an_error(engine, version) -> None:
    assert load(engine, LIBRARY, "--no-check").returncode == 0
    marker = marker_of(Settings(**engine.settings))
    query = "SELECT ?s WHERE { ?s ?p ?o }"
    found: set[int] = set()
    with serving(LIBRARY, **engine.settings, **FAST_POLL, cache_results=0) as server, ThreadPoolExecutor(2) as pool:
        loading = [pool.submit(load, engine, LIBRARY, "--no-check")]
        while not loading[0].done():
            try:
                answer = ask(server, query)
            except httpx.RemoteProtocolError:
                continue
            if answer.status_code == 200:
                found.add(answer.text.count("\r\n") - 1)
            else:
                assert answer.json()["kind"] == "engine-loading"
        assert loading[0].result().returncode == 0
        assert waited_for(lambda: state(server) == "ok")
        assert ask(server, query + " # after").status_code == 200
    assert found <= {version.triples}
    assert marker_of(Settings(**engine.settings)).token != marker.token
