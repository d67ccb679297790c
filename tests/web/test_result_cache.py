"""A result is evaluated once a version: the same question is answered from memory, and costs its client nothing.

Kept are whole results that are the same each time and not too long, as many as fit. ``Cache-Status`` (RFC 9211) tells
of every result whether it was evaluated for this request.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import httpx2 as httpx
import pytest

from sotegraph.entities import Index
from sotegraph.errors import ResultLimitReached
from sotegraph.formats import RESULTS_CSV, RESULTS_JSON
from sotegraph.settings import Settings
from sotegraph.sparql import Answer, InProcessEvaluator, QueryRequest, RememberingEvaluator
from sotegraph.web.app import create_app
from tests.client import Client

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
QUERY = {"Content-Type": "application/sparql-query"}
HIT, MISS, BYPASS = (f"sotegraph; {status}" for status in ("hit", "fwd=miss", "fwd=bypass"))


@pytest.fixture
def client(index: Index) -> Client:
    """A client of an application that has not answered anything yet."""
    settings = Settings(access_log=False)
    evaluator = InProcessEvaluator(index.version, settings, index.publication.prefixes)
    return Client(create_app(settings, index.publication, index, evaluator))


def get(client: Client, query: str, **headers: str) -> httpx.Response:
    return client.request("GET", "/sparql", params={"query": query}, headers=headers)


def status(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return answer.headers["cache-status"]


def test_the_second_answer_is_remembered_and_the_same(client):
    first, second = get(client, COUNT), get(client, COUNT)
    assert (status(first), status(second)) == (MISS, HIT)
    assert first.content == second.content
    assert {**first.headers, "cache-status": ""} == {**second.headers, "cache-status": ""}


def test_all_methods_share_what_is_remembered(client):
    assert status(get(client, COUNT)) == MISS
    for method in ("POST", "QUERY"):
        assert status(client.request(method, "/sparql", content=COUNT, headers=QUERY)) == HIT
    assert client.request("HEAD", "/sparql", params={"query": COUNT}).headers["cache-status"] == HIT
    form = client.request("POST", "/sparql", data={"query": COUNT, "timeout": "1"})
    assert (status(form), form.headers["cache-control"]) == (HIT, "no-store")


def test_forms_datasets_and_addresses_are_kept_apart(client, version):
    graph = next(iter(version.graphs))
    for _ in range(2):
        asked = [
            get(client, COUNT),
            get(client, COUNT, accept="text/csv"),
            client.request("GET", "/sparql", params={"query": COUNT, "default-graph-uri": graph}),
            client.request("GET", "/sparql", params={"query": COUNT, "named-graph-uri": graph}),
            get(client, COUNT, host="other.example"),
        ]
        assert len({status(answer) for answer in asked}) == 1
    assert len({answer.content for answer in asked[:4]}) == 4


def test_headers_that_prefer_the_same_forms_share_a_result(client):
    assert status(get(client, COUNT, accept="text/csv, text/turtle;q=0.5")) == MISS
    assert status(get(client, COUNT, accept="text/csv;q=0.9, text/turtle;q=0.1")) == HIT


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()", "now #\n()"])
def test_what_is_new_each_time_is_evaluated_each_time(client, call):
    for _ in range(2):
        assert status(get(client, f"SELECT ({call} AS ?n) {{}}")) == BYPASS


def test_an_error_is_not_remembered(client):
    for _ in range(2):
        answer = get(client, "SELECT * {")
        assert answer.status_code == 400
        assert "cache-status" not in answer.headers


def test_the_result_of_the_method_query_may_be_cached_and_known_again(client):
    answer = client.request("QUERY", "/sparql", content=COUNT, headers=QUERY)
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["etag"] == get(client, COUNT).headers["etag"]
    known = {**QUERY, "If-None-Match": answer.headers["etag"]}
    assert client.request("QUERY", "/sparql", content=COUNT, headers=known).status_code == 304
    assert client.request("POST", "/sparql", content=COUNT, headers=known).status_code == 200


@dataclass
class Counting:
    """Gives each request a result of *size* bytes in two pieces, and counts them; breaks off when told to."""

    size: int = 100
    breaks: bool = False
    asked: list[str] = field(default_factory=list)

    async def evaluate(self, request: QueryRequest, client: str = "") -> Answer:
        self.asked.append(request.text)
        return Answer(RESULTS_JSON, Pieces(self._pieces()))

    async def _pieces(self) -> AsyncIterator[bytes]:
        yield b"a" * (self.size // 2)
        if self.breaks:
            raise ResultLimitReached("Too long.")
        yield b"b" * (self.size - self.size // 2)


@dataclass
class Pieces:
    """A body made of the pieces that a generator yields."""

    pieces: AsyncIterator[bytes]

    def __aiter__(self) -> Pieces:
        return self

    async def __anext__(self) -> bytes:
        return await anext(self.pieces)

    async def aclose(self) -> None: ...


def remembering(inner: Counting, **settings: int) -> RememberingEvaluator:
    return RememberingEvaluator(inner, Settings(**settings))


def read(evaluator: RememberingEvaluator, text: str, pieces: int = 10, **asked: str) -> Answer:
    async def all_of_it() -> Answer:
        answer = await evaluator.evaluate(QueryRequest(text, **asked))
        for _ in range(pieces):
            if await anext(answer.body, None) is None:
                break
        await answer.body.aclose()
        return answer

    return asyncio.run(all_of_it())


def test_only_what_was_read_to_its_end_is_kept():
    inner = Counting()
    evaluator = remembering(inner)
    read(evaluator, "ASK {}", pieces=1)
    read(evaluator, "ASK {}")
    assert inner.asked == ["ASK {}"] * 2
    assert read(evaluator, "ASK {}").remembered
    assert inner.asked == ["ASK {}"] * 2


def test_what_broke_off_is_not_kept():
    evaluator = remembering(Counting(breaks=True))
    for _ in range(2):
        with pytest.raises(ResultLimitReached):
            read(evaluator, "ASK {}")
    assert len(evaluator.evaluator.asked) == 2


def test_a_long_result_is_not_kept():
    long = remembering(Counting(size=101), cache_result_bytes=1_600)
    assert [read(long, "ASK {}").remembered for _ in range(2)] == [False, False]
    short = remembering(Counting(size=100), cache_result_bytes=1_600)
    assert [read(short, "ASK {}").remembered for _ in range(2)] == [False, True]


@pytest.mark.parametrize(
    ("settings", "asked"),
    [({"cache_results": 2}, "abac"), ({"cache_result_bytes": 2_000, "cache_results": 9}, "abacd")],
)
def test_the_least_recently_used_one_makes_room(settings, asked):
    evaluator = remembering(Counting(), **settings)
    for text in asked:
        read(evaluator, text)
    assert [read(evaluator, text).remembered for text in (asked[-1], "a", "b")] == [True, True, False]


def test_bytes_are_bounded_whatever_is_asked():
    evaluator = remembering(Counting(size=1_000), cache_result_bytes=20_000)
    for number in range(200):
        read(evaluator, f"ASK {{}} # {number}")
    assert evaluator._bytes <= 20_000
    assert 5 < len(evaluator._kept) < 20


@pytest.mark.parametrize("settings", [{"cache_results": 0}, {"cache_result_bytes": 0}])
def test_nothing_is_kept_where_nothing_may_be(settings):
    evaluator = remembering(Counting(), **settings)
    assert [read(evaluator, "ASK {}").remembered for _ in range(2)] == [False, False]


def test_the_time_a_query_may_take_is_no_part_of_its_result():
    request = QueryRequest("ASK {}")
    assert request.digest() == replace(request, time_limit_ms=1).digest()
    others = [replace(request, text="ASK { }"), replace(request, bindings=RESULTS_CSV.suffix)]
    others += [replace(request, default_graphs=("a:b",)), replace(request, named_graphs=("a:b",))]
    assert len({each.digest() for each in (request, *others)}) == 5
