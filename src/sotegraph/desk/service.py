"""What a web process does with checks: put them on the shelf, have them done, and wait for them."""

from __future__ import annotations

import asyncio
import functools
import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from sotegraph.desk.job import do
from sotegraph.desk.shelf import Job, Shelf
from sotegraph.errors import DeskClosed, DeskFull, TooManyChecks
from sotegraph.ingest import SubmittedFile, Validator


class Desk(Protocol):
    """Has checks done."""

    async def have_done(self, path: Path) -> None:
        """Return when the check in *path* is done, or cannot be; ended when the caller does not wait any more."""


class DirectDesk:
    """Does checks in this process, in a thread: for tests, and where no process can be forked."""

    def __init__(self, prepare: Callable[[], Validator]) -> None:
        self.prepare = functools.lru_cache(maxsize=1)(prepare)

    async def have_done(self, path: Path) -> None:
        """Do the check in *path*."""
        await asyncio.to_thread(self._do, path)

    def _do(self, path: Path) -> None:
        do(path, self.prepare())


class HostedDesk:
    """Has checks done by the host that listens at *address*."""

    def __init__(self, address: Path) -> None:
        self.address = address

    async def have_done(self, path: Path) -> None:
        """Have the check in *path* done; raises DeskClosed when nobody does checks."""
        try:
            reader, writer = await asyncio.open_unix_connection(str(self.address))
        except OSError:
            raise DeskClosed("No process does checks. Tell the operator of this site.") from None
        try:
            writer.write(json.dumps({"path": str(path)}).encode())
            await writer.drain()
            await reader.readline()
        except OSError:
            return
        finally:
            writer.close()


class Checks:
    """The checks of one web process: how many a client may have under way, and how many there may be in all."""

    def __init__(self, shelf: Shelf, desk: Desk, *, per_client: int, at_most: int) -> None:
        self.shelf, self.desk = shelf, desk
        self.per_client, self.at_most = per_client, at_most
        self.clients: Counter[str] = Counter()
        self.tasks: dict[str, asyncio.Task[None]] = {}

    def begin(
        self, job: Job, files: Sequence[SubmittedFile], shapes: Sequence[SubmittedFile], client: str
    ) -> tuple[str, asyncio.Task[None]]:
        """Begin a check; return its name, and the task that ends with it.

        Raises TooManyChecks when the client has as many under way as it may, DeskFull when there are too many.
        """
        if self.clients[client] >= self.per_client:
            raise TooManyChecks(
                "You have {limit} checks under way already. Wait until one of them is done.", limit=self.per_client
            )
        if len(self.tasks) >= self.at_most:
            raise DeskFull("{limit} checks are waiting already. Try again in a moment.", limit=self.at_most)
        name = self.shelf.put(job, files, shapes)
        self.clients[client] += 1
        task = asyncio.create_task(self.desk.have_done(self.shelf.folder / name))
        self.tasks[name] = task
        task.add_done_callback(lambda _: self._ended(name, client))
        return name, task

    def stop(self, name: str) -> None:
        """End the check called *name* if it is this process that waits for it."""
        if name in self.tasks:
            self.tasks[name].cancel()

    def _ended(self, name: str, client: str) -> None:
        task = self.tasks.pop(name, None)
        if task is not None and not task.cancelled():
            task.exception()
        self.clients[client] -= 1
        if not self.clients[client]:
            del self.clients[client]
