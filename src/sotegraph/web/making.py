"""The files of a version that was not published with them: made once, by a process of their own, when first asked for.

That process makes them in a bounded time and memory and then ends, and a new one takes its place; web processes wait
for it a while, or tell their clients to come again.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from sotegraph.desk.host import limit_memory
from sotegraph.errors import DumpsBeingMade, StateError

Make = Callable[[Path], None]
"""Makes all files in a folder that is not there yet."""
_DONE, _FAILED = b"done\n", b"failed\n"
_NICE = 5
_PATIENCE_S = 8.0


class Maker(Protocol):
    """Has files made."""

    @property
    def is_done(self) -> bool:
        """Whether the files are there."""

    async def folder(self) -> Path:
        """Return the folder of the files when they are made; raises DumpsBeingMade, StateError."""


class DirectMaker:
    """Makes files in this process, in a thread: for tests, and where no process can be forked."""

    def __init__(self, place: Path, make: Make) -> None:
        self._place, self._make, self._lock = place, make, threading.Lock()

    @property
    def is_done(self) -> bool:
        """Whether the files are there."""
        return self._place.is_dir()

    async def folder(self) -> Path:
        """Return the folder of the files."""
        await asyncio.to_thread(self._once)
        return self._place

    def _once(self) -> None:
        with self._lock:
            if not self._place.is_dir():
                self._make(self._place)


class HostedMaker:
    """Has the files in *place* made by the process that listens at *address*."""

    def __init__(self, place: Path, address: Path) -> None:
        self._place, self._address = place, address

    @property
    def is_done(self) -> bool:
        """Whether the files are there."""
        return self._place.is_dir()

    async def folder(self) -> Path:
        """Return the folder of the files; raises DumpsBeingMade when that takes long, StateError when it failed."""
        if not self._place.is_dir():
            try:
                told = await asyncio.wait_for(self._asked(), _PATIENCE_S)
            except TimeoutError:
                raise DumpsBeingMade("The files are being made. Try again in a moment.") from None
            except OSError:
                told = b""
            if told != _DONE and not self._place.is_dir():
                raise StateError("The files could not be made. Tell the operator of this site.")
        return self._place

    async def _asked(self) -> bytes:
        reader, writer = await asyncio.open_unix_connection(str(self._address))
        try:
            return await reader.readline()
        finally:
            writer.close()


class Making:
    """Makes the files in *place* for whoever connects to *listener*, once."""

    def __init__(self, listener: socket.socket, place: Path, make: Make, time_s: float, memory_bytes: int) -> None:
        self.listener, self.place, self.make = listener, place, make
        self.time_s, self.memory_bytes = time_s, memory_bytes
        self._tried = place.with_name(f"{place.name}.tried")

    def run(self, parent: int) -> int:
        """Wait until somebody asks, or the pipe *parent* closes; return the exit status."""
        while True:
            ready, _, _ = select.select([parent, self.listener.fileno()], [], [])
            if parent in ready:
                return 0
            connection, _ = self.listener.accept()
            with connection:
                if self.place.is_dir() or self._tried.exists():
                    _tell(connection, _DONE if self.place.is_dir() else _FAILED)
                    continue
                self._tried.touch()
                self._make()
                _tell(connection, _DONE)
            return 0  # What the work took of memory goes with this process.

    def _make(self) -> None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, self.time_s)
        os.nice(_NICE)
        limit_memory(self.memory_bytes)
        self.make(self.place)


def _tell(connection: socket.socket, word: bytes) -> None:
    try:
        connection.sendall(word)
    except OSError:
        return
