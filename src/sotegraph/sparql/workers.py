"""A process that evaluates queries, one at a time, and may be killed at any moment.

Workers are forked from a parent that has loaded the version: they share its memory. They accept from one Unix socket a
lane, so queries that wait, wait in its backlog. Time is the client's to watch, who kills the worker; what a worker
takes of memory, of the result's length and of the system's sockets is limited here.
"""

from __future__ import annotations

import contextlib
import functools
import io
import logging
import os
import resource
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Protocol, cast

from pyoxigraph import Store

from sotegraph.errors import MemoryLimitReached, PublisherError, ResultLimitReached
from sotegraph.formats import Format
from sotegraph.settings import Settings
from sotegraph.sparql.evaluation import evaluate
from sotegraph.sparql.frames import HEAD_BYTES, Frame, Kind, decode_head, encode_head, failure
from sotegraph.sparql.lanes import Lane, lanes_of
from sotegraph.sparql.request import QueryRequest
from sotegraph.sparql.tables import with_open_tables
from sotegraph.store import Version

_LOGGER = logging.getLogger("sotegraph")
_BUFFER_BYTES = 128 << 10
_MAX_REQUEST_BYTES = 1 << 28
_LAST_RESORT_S = 2.0
_RECURSION_LIMIT = 10_000
_LOOK_S = 1
_STATM = Path("/proc/self/statm")
_BACKLOG = 4_096
_EARLIER_VERSIONS = 2


Listeners = Mapping[Lane, socket.socket]
"""The sockets from which workers accept, one a lane."""


def listen_at(address: Path) -> Listeners:
    """Return the sockets of all lanes, at paths that begin with *address*; raises OSError when one cannot be had."""
    listeners: dict[Lane, socket.socket] = {}
    try:
        for lane in Lane:
            listeners[lane] = _listen(path_of(address, lane))
    except OSError:
        close(listeners)
        raise
    return listeners


def path_of(address: Path, lane: Lane) -> Path:
    """The path of the socket of *lane* among those at *address*.

    >>> path_of(Path("/run/queries"), Lane.NEW).name
    'queries.new'
    """
    return address.with_suffix(f".{lane.value}")


def close(listeners: Listeners) -> None:
    """Close all of *listeners*."""
    for listener in listeners.values():
        listener.close()


def _listen(path: Path) -> socket.socket:
    """A Unix socket at *path*; only this user may connect."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    # Several workers may wake up for a connection; those who come late must not wait for the next one in accept().
    listener.setblocking(False)
    return listener


def warm_up() -> None:
    """Load into the parent what the parsers load at their first use: a worker opens no file while it evaluates."""
    request = QueryRequest("# service\nSELECT ?x FROM <urn:x> { FILTER EXISTS { ?x <urn:x> 'text'@en, 1 } }")
    version = Version("", datetime.now(UTC), 0, {}, None, Store())
    evaluate(version, request, merge_limit_triples=1, prefixes={}).write(io.BytesIO())


class Result(Protocol):
    """What comes of a query: its form, and something that writes it."""

    form: Format

    def write(self, output: IO[bytes]) -> None: ...


class Evaluate(Protocol):
    """What a worker does with a query."""

    def __call__(
        self, version: Version, request: QueryRequest, *, merge_limit_triples: int, prefixes: Mapping[str, str]
    ) -> Result: ...


def work(
    number: int,
    version: Version,
    settings: Settings,
    prefixes: Mapping[str, str],
    listeners: Listeners,
    parent: int,
    act: Evaluate = evaluate,
    earlier: Callable[[str], Version] | None = None,
) -> int:
    """Do *act* with what comes in at those of *listeners* that are worker *number*'s until the parent is gone.

    *earlier* opens an earlier version for a query on it. *parent* is the reading end of a pipe that only the parent
    holds open at the other end. Called in a process of its
    own, just after the fork. Return the exit status.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _silence_the_runtime()
    sys.setrecursionlimit(_RECURSION_LIMIT)  # rdflib's parser takes some forty calls a level of nesting
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    lanes = lanes_of(number, settings.query_workers)
    worker = _Worker(with_open_tables(version.reopened), settings, prefixes, act, earlier, kept=Lane.LONG not in lanes)
    worker.limit_memory()
    queues = _Queues([listeners[lane] for lane in lanes], parent)
    while (queue := queues.next()) is not None:
        with contextlib.suppress(BlockingIOError, ConnectionError):
            connection, _ = queue.accept()
            with connection:
                connection.setblocking(True)
                worker.serve(connection)
        if worker.is_spent():
            break
    return 0


class _Queues:
    """The sockets from which one worker accepts.

    A connection wakes up one of the workers that wait for it, where the system can do that: each of the others would
    come in vain, and take the processor from the query.
    """

    def __init__(self, queues: list[socket.socket], parent: int) -> None:
        self._queues = {queue.fileno(): queue for queue in queues}
        self._parent = parent
        exclusive = getattr(select, "EPOLLEXCLUSIVE", 0)
        self._waiting = select.epoll() if exclusive else select.poll()
        # Looked at now and then, should a worker have died between its waking up and its accepting.
        self._look = _LOOK_S if exclusive else None
        self._waiting.register(parent, select.POLLIN)
        for each in self._queues:
            self._waiting.register(each, select.POLLIN | exclusive)

    def next(self) -> socket.socket | None:
        """A queue with somebody in it, another one than before if there is one; None when the parent is gone."""
        ready: set[int] = set()
        while not ready:
            ready = {descriptor for descriptor, _ in self._waiting.poll(self._look)}
        if self._parent in ready:
            return None
        taken = next(each for each in self._queues if each in ready)
        # No lane waits for ever while another one is never empty.
        self._queues[taken] = queue = self._queues.pop(taken)
        return queue


class _Worker:
    def __init__(
        self,
        version: Version,
        settings: Settings,
        prefixes: Mapping[str, str],
        act: Evaluate,
        earlier: Callable[[str], Version] | None,
        *,
        kept: bool,
    ) -> None:
        # One that is asked about again and again is opened once; its pages are the system's to keep.
        opened = functools.lru_cache(maxsize=_EARLIER_VERSIONS)
        self.earlier = opened(lambda name: with_open_tables(lambda: earlier(name))) if earlier else None
        self.version, self.settings, self.prefixes, self.act, self.kept = version, settings, prefixes, act, kept
        self.address_space = address_space()
        self.priority = os.getpriority(os.PRIO_PROCESS, 0)

    def limit_memory(self) -> None:
        """Let one evaluation take its budget beyond the address space that the version takes already."""
        if self.address_space:
            limit = self.address_space + self.settings.query_memory_limit_bytes
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    def is_spent(self) -> bool:
        """Whether a fresh worker serves better.

        Past evaluations may keep much of the budget; and the priority that a long one has lost never comes back.
        """
        grown = address_space() - self.address_space > self.settings.query_memory_limit_bytes // 4
        return grown or os.getpriority(os.PRIO_PROCESS, 0) > self.priority

    def serve(self, connection: socket.socket) -> None:
        """Answer one client; it may vanish at any moment."""
        connection.sendall(Frame.of(Kind.GREETING, [os.getpid(), self.kept, time.process_time()]).encode())
        request = _receive(connection)
        if request is None:
            return
        # The client kills at the time limit. Should it be gone by then, the kernel does it.
        signal.setitimer(signal.ITIMER_REAL, request.time_limit_ms / 1000 + _LAST_RESORT_S)
        try:
            version = self._version(connection, request)
            if version is not None:
                with _no_new_files():
                    self._answer(connection, request, version)
            # The client may kill this process until it has closed the connection: the next query must not be hit.
            connection.recv(1)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _version(self, connection: socket.socket, request: QueryRequest) -> Version | None:
        """The version that *request* is about; None when it cannot be had, which the client has been told."""
        if not request.version or self.earlier is None:
            return self.version
        try:
            return self.earlier(request.version)
        except PublisherError as error:
            connection.sendall(failure(error).encode())
            return None

    def _answer(self, connection: socket.socket, request: QueryRequest, version: Version) -> None:
        output = _Output(connection, self.settings.query_result_limit_bytes)
        try:
            evaluation = self.act(
                version,
                request,
                merge_limit_triples=self.settings.query_merge_limit_triples,
                prefixes=self.prefixes,
            )
            output.form = evaluation.form
            evaluation.write(cast(IO[bytes], output))
            output.end()
        except PublisherError as error:
            output.fail(error)
        except MemoryError:
            output.fail(out_of_memory(self.settings))
        except ConnectionError:
            raise
        except Exception:
            _LOGGER.exception("a query failed")
            output.fail(PublisherError("The query failed in the server. It has been written to the log."))


class _Output(io.RawIOBase):
    """Sends what is written to it as pieces; the first one leaves late, so that an early error is a clean one."""

    def __init__(self, connection: socket.socket, limit: int) -> None:
        self.connection, self.limit = connection, limit
        self.form: Format | None = None
        self._buffer = bytearray()
        self._sent = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(cast(bytes, data))
        self._buffer += piece
        if self._sent + len(self._buffer) > self.limit:
            raise too_long(self.limit)
        if len(self._buffer) >= _BUFFER_BYTES:
            self._send()
        return len(piece)

    def end(self) -> None:
        """Send the rest, and that it is whole."""
        self._send(Frame(Kind.END).encode())

    def fail(self, error: PublisherError) -> None:
        """Send *error* in place of what has not been sent."""
        self.connection.sendall(failure(error).encode())

    def _send(self, last: bytes = b"") -> None:
        assert self.form is not None
        form = b"" if self._sent else Frame.of(Kind.FORM, self.form.suffix).encode()
        head = encode_head(Kind.PIECE, len(self._buffer)) if self._buffer else b""
        self.connection.sendall(b"".join((form, head, self._buffer, last)))
        self._sent += len(self._buffer)
        self._buffer.clear()


def too_long(limit: int) -> ResultLimitReached:
    """Return the error for a result longer than *limit*."""
    return ResultLimitReached(
        "The result is longer than {limit} bytes. Ask for less, by LIMIT or by a narrower pattern, or take a dump.",
        limit=limit,
    )


def out_of_memory(settings: Settings) -> MemoryLimitReached:
    """Return the error for an evaluation whose process came to its end before the result did."""
    return MemoryLimitReached(
        "The evaluation came to an end before its result did, most likely because it needed more memory than {limit} "
        "bytes or was nested too deeply. Ask for less: a narrower pattern, shorter expressions, no sorting or grouping "
        "of everything.",
        limit=settings.query_memory_limit_bytes,
    )


def _receive(connection: socket.socket) -> QueryRequest | None:
    """The client's request, or None when it has gone."""
    head = _read(connection, HEAD_BYTES)
    if head is None:
        return None
    try:
        kind, length = decode_head(head)
    except (ValueError, struct.error):
        return None
    payload = _read(connection, length) if kind is Kind.REQUEST and length <= _MAX_REQUEST_BYTES else None
    return None if payload is None else QueryRequest.from_json(Frame(Kind.REQUEST, payload).value())


def _read(connection: socket.socket, length: int) -> bytes | None:
    data = bytearray()
    while len(data) < length:
        piece = connection.recv(length - len(data))
        if not piece:
            return None
        data += piece
    return bytes(data)


@contextlib.contextmanager
def _no_new_files() -> Iterator[None]:
    """Inside, this process opens no file and no socket: the second wall against calls to other endpoints."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _silence_the_runtime() -> None:
    """Leave standard error to Python: what else writes there are last words at the memory limit, two lines a query."""
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)


def address_space() -> int:
    """Return the bytes of this process's address space; 0 where the system does not tell."""
    try:
        with _STATM.open("rb", buffering=0) as told:
            return int(told.read(64).split()[0]) * resource.getpagesize()
    except OSError:
        return 0
