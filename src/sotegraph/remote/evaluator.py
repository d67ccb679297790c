"""Queries on the engine, within our own limits: the web side of an engine, as the workers' client is of workers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from sotegraph.errors import Overloaded
from sotegraph.remote.dataset import stated
from sotegraph.remote.examination import Examined, with_values
from sotegraph.remote.exchange import Exchange
from sotegraph.remote.marker import Marker
from sotegraph.remote.passage import Passage, Terms
from sotegraph.remote.reading import ACCEPTED
from sotegraph.remote.watch import Watch
from sotegraph.settings import Settings
from sotegraph.sparql import Answer, Evaluator, QueryRequest
from sotegraph.sparql.lanes import client_of
from sotegraph.sparql.run import out_of_time
from sotegraph.sparql.turns import Turns
from sotegraph.terms import PREFIXES


class RemoteEvaluator:
    """Evaluates on the engine of *settings*, which holds the version of *marker*; belongs to one event loop.

    *guard* examines each query first (:func:`sotegraph.remote.examination.examine`).
    """

    def __init__(
        self, settings: Settings, marker: Marker, guard: Evaluator, prefixes: Mapping[str, str] = PREFIXES
    ) -> None:
        self.settings, self.guard, self.prefixes = settings, guard, prefixes
        self._graphs = tuple(marker.graphs)
        self._exchange = Exchange(settings)
        self.watch = Watch(marker, self._exchange, settings)
        self._turns = Turns(max(1, settings.store_connections // 2), max(1, settings.query_queue_limit // 2))
        self._free = asyncio.Semaphore(settings.store_connections)
        self._threads = ThreadPoolExecutor(settings.store_connections, thread_name_prefix="engine")
        self._waiting = 0

    def health(self) -> Mapping[str, str]:
        """What the engine is good for at the moment."""
        return {"engine": self.watch.state.value}

    async def start(self) -> None:
        """Look at the engine's version from now on."""
        self.watch.start()

    async def aclose(self) -> None:
        """Let go of the engine."""
        await self.watch.aclose()
        await self._exchange.aclose()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def evaluate(self, request: QueryRequest, client: str = "") -> Answer:
        """Return the answer once its beginning is known; raises the PublisherError that ended the evaluation."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + request.time_limit_ms / 1000
        begun = self.watch.begin()
        end_turn = await self._turn(client)
        try:
            async with asyncio.timeout_at(deadline):
                examined = Examined.of(await self._examined(request))
                request = with_values(request)
                text, dataset = stated(request, examined, self._exchange.address.default_graph, self._graphs)
                response = await self._exchange.ask(
                    _with_base(text, request, examined), ACCEPTED[examined.kind], dataset
                )
        except TimeoutError:
            end_turn()
            raise out_of_time(request) from None
        except BaseException:
            end_turn()
            raise
        terms = Terms(
            kind=examined.kind,
            form=request.form(examined.kind),
            prefixes=self.prefixes,
            limit_bytes=self.settings.query_result_limit_bytes,
            deadline=deadline,
            out_of_time=lambda: out_of_time(request),
            confirm=lambda: self.watch.confirm(begun),
            at_end=end_turn,
        )
        passage = Passage(response, terms, self._threads)
        try:
            await passage.begin()
        except BaseException:
            await passage.aclose()
            raise
        return Answer(terms.form, passage)

    async def _examined(self, request: QueryRequest) -> bytes:
        answer = await self.guard.evaluate(request)
        try:
            return b"".join([piece async for piece in answer.body])
        finally:
            await answer.body.aclose()

    async def _turn(self, client: str) -> Callable[[], None]:
        """Wait for a turn of *client*, and for one of our connections; return what ends it."""
        if self._waiting >= self.settings.query_queue_limit:
            raise _overloaded()
        self._waiting += 1
        try:
            async with asyncio.timeout(self.settings.query_time_limit_ms / 1000):
                end_turn = await self._turns.take(client_of(client))
                try:
                    await self._free.acquire()
                except BaseException:
                    end_turn()
                    raise
        except TimeoutError:
            raise _overloaded() from None
        finally:
            self._waiting -= 1

        def end() -> None:
            self._free.release()
            end_turn()

        return end


def _with_base(text: str, request: QueryRequest, examined: Examined) -> str:
    """The query *text*, for an engine that would resolve relative IRIs by another base."""
    return f"BASE <{request.base_iri}> {text}" if examined.relative else text


def _overloaded() -> Overloaded:
    return Overloaded("Too many queries wait for their turn. Try again in a few seconds.")
