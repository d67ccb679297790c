"""One query put to the engine, until its answer begins: the client of a web process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence

import httpx2 as httpx

from sotegraph.errors import BadRequest, EngineAway, EngineBusy, EngineFailed, PublisherError
from sotegraph.remote.engine import authentication, verification
from sotegraph.settings import Settings, StoreAddress

_LOGGER = logging.getLogger("sotegraph")
_ATTEMPTS = 3
_FIRST_DELAY_S = 0.05
_CONNECT_S = 3.0
_SAID_BYTES = 400
_TOLD_CHARACTERS = 200
_UNREACHABLE = (502, 504)
_REFUSED, _FAILED = (400, 413, 414, 422), (500, 501)
# Virtuoso answers 200 and tells here, if it does, that the result is not whole or never longer than so many rows.
_PARTIAL = ("x-sql-state", "x-sparql-maxrows")


class Exchange:
    """Asks the engine of *settings*; belongs to one event loop."""

    def __init__(self, settings: Settings) -> None:
        address = settings.store_address
        assert address is not None
        self.address: StoreAddress = address
        # Beside the queries of clients there is one that looks at the version.
        limits = httpx.Limits(max_connections=settings.store_connections + 2, max_keepalive_connections=None)
        self._client = httpx.AsyncClient(
            auth=authentication(settings),
            verify=verification(address),
            limits=limits,
            timeout=httpx.Timeout(None, connect=_CONNECT_S),
            trust_env=False,
            headers={"User-Agent": "sotegraph", "Accept-Encoding": "identity"},
        )

    async def ask(self, query: str, accept: str, dataset: Mapping[str, Sequence[str]] | None = None) -> httpx.Response:
        """Return the answer to *query* once its header fields are there; whoever asks closes it.

        An engine that is not there, or breaks off before it answers, is asked again: a query changes nothing. Raises a
        ServiceError when there is no answer, and BadRequest when the engine does not take the query.
        """
        request = self._client.build_request(
            "POST", self.address.query, data={"query": query, **(dataset or {})}, headers={"Accept": accept}
        )
        response = await self._first_answer(request)
        try:
            await self._check(response)
        except BaseException:
            await response.aclose()
            raise
        return response

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def _first_answer(self, request: httpx.Request) -> httpx.Response:
        delay = _FIRST_DELAY_S
        for attempt in range(_ATTEMPTS):
            if attempt:
                await asyncio.sleep(delay)
                delay *= 4
            try:
                return await self._client.send(request, stream=True)
            except httpx.TransportError as error:
                problem = str(error) or type(error).__name__
        _LOGGER.warning("the engine does not answer a query: %s", problem)
        raise away()

    async def _check(self, response: httpx.Response) -> None:
        """Raise what an answer means that is no result."""
        if response.status_code == 200:
            partial = [name for name in _PARTIAL if name in response.headers]
            if partial:
                _LOGGER.error("the engine cuts results: %s: %s", partial[0], response.headers[partial[0]])
                raise EngineFailed("The query engine cut the result at a limit of its own. Ask for less.")
            return
        said = await _beginning(response)
        raise _refusal(response.status_code, said)


async def _beginning(response: httpx.Response) -> str:
    said = b""
    try:
        async for piece in response.aiter_bytes():
            said += piece
            if len(said) >= _SAID_BYTES:
                break
    except httpx.RequestError:
        pass
    return " ".join(said[:_SAID_BYTES].decode("utf-8", "replace").split())


def _refusal(status: int, said: str) -> PublisherError:
    if status in _UNREACHABLE:
        return away()
    if status in (408, 429, 503):
        return EngineBusy(
            "The query engine has ended or refused the query, most likely at a limit of its own. Ask for less: a "
            "narrower pattern, a LIMIT, no sorting or grouping of everything."
        )
    _LOGGER.warning("the engine answers a query by %d: %s", status, said)
    if status in _REFUSED:
        own = said.partition(" SPARQL query:")[0][:_TOLD_CHARACTERS]  # Virtuoso repeats the query after that.
        return BadRequest("The query engine cannot evaluate this query: {said}.", said=own.rstrip(".") or status)
    if status in _FAILED:  # What it says may speak of its own inside.
        return BadRequest("The query engine cannot evaluate this query. What it said has been written to the log.")
    return EngineFailed("The query engine does not take queries from this server. It has been written to the log.")


def away() -> EngineAway:
    """Return the error for an engine that does not answer."""
    return EngineAway(
        "The engine that answers queries cannot be reached at the moment. Pages and downloads go on. Try again soon."
    )
