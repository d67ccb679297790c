"""Ask an engine as a web process does, in an event loop of its own."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from sotegraph.remote import Engine, Marker, RemoteEvaluator, examine
from sotegraph.settings import Settings
from sotegraph.sparql import Answer, QueryRequest
from sotegraph.store import Version
from tests.sparql.data import small_version


class Guard:
    """Examines in this thread what workers examine in a server."""

    def health(self) -> Mapping[str, str]:
        return {}

    async def evaluate(self, request: QueryRequest, client: str = "") -> Answer:
        found = examine(_VERSION, request, merge_limit_triples=1, prefixes={})
        output = io.BytesIO()
        found.write(output)
        return Answer(found.form, _Once(output.getvalue()))


_VERSION: Version = small_version()


class _Once:
    def __init__(self, data: bytes) -> None:
        self._data = [data]

    def __aiter__(self) -> _Once:
        return self

    async def __anext__(self) -> bytes:
        if not self._data:
            raise StopAsyncIteration
        return self._data.pop()

    async def aclose(self) -> None:
        self._data.clear()


def marker_of(settings: Settings) -> Marker:
    """What the engine of *settings* says that it holds."""
    with Engine(settings) as engine:
        marker = engine.marker()
    assert marker is not None
    return marker


@asynccontextmanager
async def evaluating(settings: Settings, marker: Marker) -> AsyncIterator[RemoteEvaluator]:
    """An evaluator in the running loop."""
    evaluator = RemoteEvaluator(settings, marker, Guard())
    try:
        yield evaluator
    finally:
        await evaluator.aclose()


async def collected(answer: Answer) -> bytes:
    """The whole of an answer."""
    try:
        return b"".join([piece async for piece in answer.body])
    finally:
        await answer.body.aclose()


def ask(settings: Settings, query: str, client: str = "", **wanted: Any) -> bytes:
    """The result of *query*."""
    return with_evaluator(settings, lambda each: _ask(each, QueryRequest(query, **wanted), client))


async def _ask(evaluator: RemoteEvaluator, request: QueryRequest, client: str) -> bytes:
    return await collected(await evaluator.evaluate(request, client))


def with_evaluator(settings: Settings, act: Callable[[RemoteEvaluator], Awaitable[Any]]) -> Any:
    """What *act* returns of an evaluator for *settings*."""
    marker = marker_of(settings)

    async def run() -> Any:
        async with evaluating(settings, marker) as evaluator:
            return await act(evaluator)

    return asyncio.run(run())
