"""Which version the engine holds, looked at again and again by each web process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from enum import Enum

import httpx2 as httpx

from sotegraph.errors import EngineLoading, PublisherError
from sotegraph.remote.exchange import Exchange, away
from sotegraph.remote.marker import STATE_QUERY, Marker
from sotegraph.remote.reading import ACCEPTED, read_rows
from sotegraph.settings import Settings

_LOGGER = logging.getLogger("sotegraph")
_LOOK_S = 5.0
_AWAY_POLL_S = 0.5


class State(Enum):
    """What the engine is good for."""

    OK = "ok"
    AWAY = "away"
    LOADING = "loading"
    OTHER = "other-version"


class Watch:
    """Looks at the marker of the engine; *state* is what was seen last.

    A result counts when :meth:`begin` came before it and :meth:`confirm` after it: then the version was there, whole,
    all the time between.
    """

    def __init__(self, marker: Marker, exchange: Exchange, settings: Settings) -> None:
        self.state = State.OK
        self._id, self._token = marker.id, marker.token
        self._exchange, self._settings = exchange, settings
        self._looking: asyncio.Task[None] | None = None
        self._next: asyncio.Task[None] | None = None
        self._polling: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look from now on, in the running loop."""
        self._polling = asyncio.create_task(self._poll())

    async def aclose(self) -> None:
        """Look no longer."""
        for task in (self._polling, self._looking, self._next):
            if task is not None and not task.done():
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    def begin(self) -> str:
        """Return what :meth:`confirm` is told after the result; raises a ServiceError unless the engine is ready."""
        if self.state is not State.OK:
            raise self._error()
        return self._token

    async def confirm(self, begun: str) -> None:
        """Return when a look that began after this call has seen the version as it was at *begun*.

        Raises a ServiceError otherwise. Whoever calls while a look is under way shares the one after it.
        """
        await self.look()
        if self.state is not State.OK:
            raise self._error()
        if self._token != begun:
            raise _loading()

    async def look(self) -> None:
        """Return when a look that began after this call has ended."""
        if self._next is None:
            self._next = asyncio.create_task(self._look_after(self._looking))
        await asyncio.shield(self._next)

    async def _look_after(self, before: asyncio.Task[None] | None) -> None:
        if before is not None and not before.done():
            await asyncio.wait([before])
        self._looking, self._next = self._next, None
        self._note(await self._seen())

    async def _poll(self) -> None:
        while True:
            pause = self._settings.store_poll_ms / 1000
            await asyncio.sleep(pause if self.state is State.OK else min(pause, _AWAY_POLL_S))
            await self.look()

    async def _seen(self) -> State:
        try:
            async with asyncio.timeout(_LOOK_S):
                response = await self._exchange.ask(STATE_QUERY, ACCEPTED["bindings"])
                try:
                    rows = read_rows(response.headers.get("content-type", ""), await response.aread())
                finally:
                    await response.aclose()
        except (PublisherError, OSError, httpx.RequestError) as error:  # TimeoutError among them
            if self.state is not State.AWAY:
                _LOGGER.warning("the engine's version cannot be read: %s", error or "it does not answer in time")
            return State.AWAY
        if len(rows) != 1:
            return State.LOADING
        id_, token = rows[0]
        if id_ != self._id:
            return State.OTHER
        self._token = token
        return State.OK

    def _note(self, state: State) -> None:
        if state is not self.state:
            _LOGGER.warning("the engine was %s and is %s", self.state.value, state.value)
        self.state = state

    def _error(self) -> PublisherError:
        return away() if self.state is State.AWAY else _loading()


def _loading() -> EngineLoading:
    return EngineLoading(
        "A new version is being loaded into the engine that answers queries. Pages show the one before it until then. "
        "Try again soon."
    )
