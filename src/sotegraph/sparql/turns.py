"""Turns: one client's queries wait for each other, so that the queries of another one find a worker."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable

from sotegraph.errors import TooManyQueries
from sotegraph.settings import Settings


class Turns:
    """What is left to each client of one web process; a client without a name is not counted."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self.at_once, self.waiting = at_once, waiting
        self._free: dict[str, asyncio.Semaphore] = {}
        self._present: Counter[str] = Counter()

    @classmethod
    def by(cls, settings: Settings) -> Turns:
        """Such that one client takes no more than all workers, and leaves half of each queue."""
        return cls(max(1, settings.query_workers // settings.web_workers), max(1, settings.query_queue_limit // 2))

    async def take(self, client: str) -> Callable[[], None]:
        """Wait for a turn of *client*; return what ends it. Raises TooManyQueries when too many wait already."""
        if not client:
            return lambda: None
        if self._present[client] >= self.at_once + self.waiting:
            raise too_many()
        self._present[client] += 1
        free = self._free.setdefault(client, asyncio.Semaphore(self.at_once))
        try:
            await free.acquire()
        except BaseException:
            self._leave(client)
            raise

        def end() -> None:
            free.release()
            self._leave(client)

        return end

    def _leave(self, client: str) -> None:
        self._present[client] -= 1
        if not self._present[client]:
            del self._present[client], self._free[client]


def too_many() -> TooManyQueries:
    """Return the error for a client whose queries wait for each other."""
    return TooManyQueries(
        "Too many queries from your address run or wait already. Wait for their answers before you send more."
    )
