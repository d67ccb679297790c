"""What a web process does with checks: put them on the shelf, have them done, and wait for them."""

from __future__ import annotations

import asyncio
import functools
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from sotegraph.desk.job import do
from sotegraph.desk.shelf import Job, Shelf
from sotegraph.errors import DeskClosed, DeskFull, TooManyChecks
from sotegraph.ingest import SubmittedFile, Validator

_REMEMBERED, _LONGEST_WAIT_S = 8, 120


class Desk(Protocol):
    """Has checks done."""

    async def have_done(self, path: Path, client: str) -> None:
        """Return when the check in *path*, of *client*, is done, or cannot be.

        Ended when the caller does not wait any more.
        """


class DirectDesk:
    """Does checks in this process, in a thread: for tests, and where no process can be forked."""

    def __init__(self, prepare: Callable[[], Validator]) -> None:
        self.prepare = functools.lru_cache(maxsize=1)(prepare)

    async def have_done(self, path: Path, client: str) -> None:
        """Do the check in *path*."""
        await asyncio.to_thread(self._do, path)

    def _do(self, path: Path) -> None:
        do(path, self.prepare())


class HostedDesk:
    """Has checks done by the host that listens at *address*."""

    def __init__(self, address: Path) -> None:
        self.address = address

    async def have_done(self, path: Path, client: str) -> None:
        """Have the check in *path* done when it is *client*'s turn; raises DeskClosed when nobody does checks."""
        try:
            reader, writer = await asyncio.open_unix_connection(str(self.address))
        except OSError:
            raise DeskClosed("No process does checks. Tell the operator of this site.") from None
        try:
            writer.write(json.dumps({"path": str(path), "client": client}).encode())
            await writer.drain()
            await reader.readline()
        except OSError:
            return
        finally:
            writer.close()


class Checks:
    """The checks of one web process: how many a client may have at the desk, how many may wait, how many in all."""

    def __init__(self, shelf: Shelf, desk: Desk, *, per_client: int, waiting: int, at_most: int) -> None:
        self.shelf, self.desk = shelf, desk
        self.per_client, self.waiting, self.at_most = per_client, waiting, at_most
        self.clients: Counter[str] = Counter()
        self.turns: dict[str, asyncio.Semaphore] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.usual_s = 1.0

    def begin(
        self, job: Job, files: Sequence[SubmittedFile], shapes: Sequence[SubmittedFile], client: str
    ) -> tuple[str, asyncio.Task[None]]:
        """Begin a check, or let it wait for those that its client has begun; return its name, and a task that ends
        with it.

        Raises TooManyChecks when the client has as many as may be done and wait, DeskFull when there are too many.
        """
        under_way = self.clients[client]
        if under_way >= self.per_client + self.waiting:
            raise TooManyChecks(
                "You have {limit} checks under way already. Wait until one of them is done.",
                limit=under_way,
                retry_after_s=self._seconds(under_way),
            )
        if len(self.tasks) >= self.at_most:
            raise DeskFull("{limit} checks are waiting already. Try again in a moment.", limit=self.at_most)
        name = self.shelf.put(job, files, shapes)
        self.clients[client] += 1
        turn = self.turns.setdefault(client, asyncio.Semaphore(self.per_client))
        task = asyncio.create_task(self._have_done(name, client, turn))
        self.tasks[name] = task
        task.add_done_callback(lambda _: self._ended(name, client))
        return name, task

    def stop(self, name: str) -> None:
        """End the check called *name* if it is this process that waits for it; to be called in its event loop."""
        if name in self.tasks:
            self.tasks[name].cancel()

    async def _have_done(self, name: str, client: str, turn: asyncio.Semaphore) -> None:
        async with turn:
            started = time.monotonic()
            await self.desk.have_done(self.shelf.folder / name, client)
            self.usual_s += (time.monotonic() - started - self.usual_s) / _REMEMBERED

    def _seconds(self, under_way: int) -> int:
        """In how many seconds about half of so many checks will be done."""
        return min(_LONGEST_WAIT_S, max(1, round(under_way * self.usual_s / self.per_client / 2)))

    def _ended(self, name: str, client: str) -> None:
        task = self.tasks.pop(name, None)
        if task is not None and not task.cancelled():
            task.exception()
        self.clients[client] -= 1
        if not self.clients[client]:
            del self.clients[client]
            self.turns.pop(client, None)
