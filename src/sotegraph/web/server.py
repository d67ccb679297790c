"""``sotegraph serve``: one parent that has loaded the version, web processes and query processes forked from it.

The parent forks before any thread or connection exists, and only waits after that. A web process holds no state but
caches; a query process may be killed at any moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import socket
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from jinja2 import Environment
from pyoxigraph import Store

from sotegraph.desk import Host, HostedDesk
from sotegraph.desk import listen_at as listen_for_checks
from sotegraph.dumping import dump_index, dump_published
from sotegraph.entities import Index
from sotegraph.errors import SettingsError
from sotegraph.ingest import Validator
from sotegraph.publication import Publication
from sotegraph.remote import Marker, RemoteEvaluator, examine
from sotegraph.search import Search, build_search, lemmatising
from sotegraph.settings import Settings
from sotegraph.sparql import WorkerEvaluator
from sotegraph.sparql.workers import Listeners, close, listen_at, warm_up, work
from sotegraph.store import Version
from sotegraph.validation import Limits as CheckLimits
from sotegraph.versions import Archive, Entry
from sotegraph.web.app import Hosted, create_app, prepare
from sotegraph.web.connection import Connection
from sotegraph.web.gentleness import Result, gently
from sotegraph.web.making import HostedMaker, Making
from sotegraph.web.pages import build_templates, compile_templates
from sotegraph.web.past import Past
from sotegraph.web.refusals import Refusals
from sotegraph.web.succession import Succession
from sotegraph.web.supervisor import LEAVE, Supervisor, Task, settle

_BACKLOG = 2_048
_DRAIN_S = 3
_KEEP_ALIVE_S = 5


def serve(
    settings: Settings,
    publication: Publication,
    index: Index,
    host: str,
    port: int,
    announce: Callable[[str], None],
    marker: Marker | None = None,
) -> int:
    """Serve *index* at *host* and *port* until a signal ends it; return the exit status.

    With the *marker* of an engine, queries go there: the query processes only examine them then.

    *announce* is told the address as soon as connections are taken. Raises SettingsError when the address cannot be
    had.
    """
    with _bound(host, port) as listener:

        def ready() -> None:
            announce(f"Serving {_url(listener)} (Ctrl-C ends it)")

        place = _Place(ready)
        return _serve_at(
            listener, settings, publication, index, marker, place, lambda folder: build_search(index, folder)
        )


@dataclass(frozen=True)
class Source:
    """Where a server has versions from.

    *load* returns the index of one; it is told False for an earlier one, which is left on the disk. *search* returns
    the search of what was loaded, and may use a folder for it. *marker* returns that of the engine which answers
    queries on the version, if one does.
    """

    load: Callable[[Entry, bool], Index]
    search: Callable[[Entry, Index, Path], Search]
    marker: Callable[[Entry], Marker | None]


def serve_archive(
    settings: Settings,
    archive: Archive,
    source: Source,
    host: str,
    port: int,
    announce: Callable[[str], None],
) -> int:
    """Serve what is the current version of *archive*, from one version to the next, until a signal ends it.

    Each version is had from *source*, in the process that serves it. Return the exit status. Raises SettingsError when
    the address cannot be had, StateError when nothing has been published.
    """
    with _bound(host, port) as listener:

        def serve_entry(entry: Entry, above: int, told: int, beside: bool) -> int:
            niceness = settings.publish_niceness if beside else 0
            marker = source.marker(entry)
            index = gently(lambda: source.load(entry, True), niceness)
            past = Past(archive, entry, lambda earlier: source.load(earlier, False))
            place = _Place(above=above, told=told, drain_s=_drain_s(settings), niceness=niceness)

            def search(folder: Path) -> Search:
                return source.search(entry, index, folder)

            templates = gently(lambda: compile_templates(build_templates(index.publication.root)), niceness)
            return _serve_at(listener, settings, index.publication, index, marker, place, search, past, templates)

        def serves(entry: Entry) -> None:
            announce(f"Serving version {entry.short_id} at {_url(listener)} (Ctrl-C ends it)")

        poll_s = settings.versions_poll_ms / 1000
        succession = Succession(archive, serve_entry, settings.web_workers, poll_s, _drain_s(settings))
        return succession.run(serves)


@dataclass(frozen=True)
class _Place:
    """Where a family of processes stands: whom it tells that it answers, and whom it ends with.

    What it prepares gives way to others by *niceness*.
    """

    ready: Callable[[], None] = lambda: None
    above: int | None = None
    told: int | None = None
    drain_s: float = _DRAIN_S
    niceness: int = 0

    def prepared(self, work: Callable[[], Result]) -> Result:
        """What *work* returns, done as gently as it has to be."""
        return gently(work, self.niceness)


def _drain_s(settings: Settings) -> float:
    """How long what has begun may take: a request that comes slowly, a query, and an answer that goes slowly."""
    return (2 * settings.request_time_limit_ms + settings.query_time_limit_ms) / 1000


def _serve_at(
    listener: socket.socket,
    settings: Settings,
    publication: Publication,
    index: Index,
    marker: Marker | None,
    place: _Place,
    find: Callable[[Path], Search],
    past: Past | None = None,
    templates: Environment | None = None,
) -> int:
    """Serve *index* at *listener* with a family of processes; return the exit status."""
    with tempfile.TemporaryDirectory(prefix="sotegraph-") as folder:
        address = Path(folder) / "queries"
        search = place.prepared(lambda: find(Path(folder)))
        asked_here = past if marker is None else None
        with (
            _queries(address) as queries,
            _desk(Path(folder) / "desk", settings) as (desk, hosted),
            contextlib.closing(listen_for_checks(Path(folder) / "making")) as making,
            _lemmas(search, settings, publication) as noticing,
        ):
            place.prepared(warm_up)
            made = place.prepared(lambda: prepare(settings, publication, index))
            place.prepared(settle)

            def do_checks(parent: int) -> int:
                listener.close()
                close(queries)

                def known() -> Validator:
                    validator = Validator(index.reopened(), isolated=False, more_shapes=settings.shapes)
                    validator.warm_up()
                    settle()
                    return validator

                limits, places = CheckLimits.of(settings), settings.validation_places
                return Host(desk, lambda: place.prepared(known), places, limits).run(parent)

            files = Path(folder) / "dumps"
            maker = HostedMaker(files, Path(folder) / "making")

            def make_files(parent: int) -> int:
                listener.close()
                close(queries)
                desk.close()
                make: Callable[[Path], None] = functools.partial(dump_index, index=index.reopened())
                if past is not None:
                    source = past.archive.folder(past.archive.find(index.version.id))
                    make = functools.partial(
                        dump_published, index=index.reopened(), archive=past.archive, source=source
                    )
                limit_s, more_bytes = settings.dumps_time_limit_ms / 1000, settings.dumps_memory_limit_bytes
                return Making(making, files, make, limit_s, more_bytes).run(parent)

            def answer_queries(number: int, parent: int) -> int:
                listener.close()
                desk.close()
                if marker is not None:
                    return work(number, _nothing(), settings, publication.prefixes, queries, parent, examine)
                earlier = asked_here.version if asked_here else None
                return work(number, index.version, settings, publication.prefixes, queries, parent, earlier=earlier)

            def answer_requests(parent: int) -> int:
                close(queries)
                desk.close()
                local = WorkerEvaluator(address, settings)
                engine = RemoteEvaluator(settings, marker, local, publication.prefixes) if marker else None
                build = functools.partial(create_app, desk=hosted, search=search, maker=maker, templates=templates)
                evaluator = engine or local
                app = place.prepared(
                    lambda: build(settings, publication, index.reopened(), evaluator, past=asked_here, made=made)
                )
                hooks = (engine.start, engine.aclose) if engine else ()
                return _Server(app, settings, parent, place, *hooks).answer(listener)

            behind = [functools.partial(answer_queries, each) for each in range(settings.query_workers)]
            groups: list[list[Task]] = [[*behind, do_checks, make_files], [answer_requests] * settings.web_workers]
            return Supervisor(groups, place.above, place.drain_s, noticing).run(place.ready)


class _Server(uvicorn.Server):
    """uvicorn on a socket that others accept from too, ended when the parent is gone."""

    def __init__(
        self,
        app: FastAPI,
        settings: Settings,
        parent: int,
        place: _Place,
        at_start: Callable[[], Awaitable[None]] | None = None,
        at_end: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        class Limited(Connection):
            request_time_limit_s = settings.request_time_limit_ms / 1000
            replies = app.state.replies
            refusals = Refusals(app.state.site)

        super().__init__(
            uvicorn.Config(
                app,
                http=Limited,
                ws="none",
                timeout_keep_alive=_KEEP_ALIVE_S,
                access_log=False,
                log_level="warning",
                server_header=False,
                timeout_graceful_shutdown=_DRAIN_S,
                backlog=_BACKLOG,
            )
        )
        self.connections: type[Connection] = Limited
        self.place = place
        self.parent = parent
        self.at_start, self.at_end = at_start, at_end

    def answer(self, listener: socket.socket) -> int:
        """Answer what comes in at *listener*; return the exit status."""
        self.run(sockets=[listener])
        return 0 if self.started else 1

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.at_start is not None:
            await self.at_start()
        loop = asyncio.get_running_loop()
        loop.add_reader(self.parent, functools.partial(self._orphaned, loop))
        loop.add_signal_handler(LEAVE, self._leave)
        if self.place.told is not None:
            os.write(self.place.told, b".")
            os.close(self.place.told)

    def _leave(self) -> None:
        """Take no new connection, and give each one that there is its last answer."""
        self.connections.leaving = True
        self.config.timeout_graceful_shutdown = round(self.place.drain_s)
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        if self.at_end is not None:
            await self.at_end()

    def _orphaned(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.remove_reader(self.parent)
        self.should_exit = True


def _lemmas(
    search: Search, settings: Settings, publication: Publication
) -> contextlib.AbstractContextManager[Callable[[], object]]:
    """While inside, inflected words become known to *search*, unless the settings are against it."""
    if settings.search_lemmas:
        return lemmatising(search, publication.languages)
    return contextlib.nullcontext(lambda: None)


def _nothing() -> Version:
    """A version without triples, for a process that has no need of any."""
    return Version("", datetime.now(UTC), 0, {}, None, Store())


@contextlib.contextmanager
def _queries(address: Path) -> Iterator[Listeners]:
    """The sockets for queries at *address*, closed on leaving."""
    try:
        listeners = listen_at(address)
    except OSError as error:
        raise SettingsError(
            "The query processes cannot be reached at {path}: {problem}. Set TMPDIR to another folder, with a short "
            "path.",
            path=address,
            problem=_said(error),
        ) from None
    try:
        yield listeners
    finally:
        close(listeners)


@contextlib.contextmanager
def _desk(address: Path, settings: Settings) -> Iterator[tuple[socket.socket, Hosted]]:
    """The socket for checks at *address*, closed on leaving, and where web processes have them done and kept."""
    try:
        listener = listen_for_checks(address)
    except OSError as error:
        raise SettingsError(
            "The process that does checks cannot be reached at {path}: {problem}. Set TMPDIR to another folder, with a "
            "short path.",
            path=address,
            problem=_said(error),
        ) from None
    folder = settings.validation_folder or address.with_name("checks")
    with contextlib.closing(listener):
        yield listener, Hosted(HostedDesk(address), folder)


def _bound(host: str, port: int) -> socket.socket:
    """A listening socket."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except UnicodeError:
        raise _taken(host, port, "this is no name of a host") from None
    except OSError as error:
        raise _taken(host, port, _said(error)) from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise _taken(host, port, _said(error)) from None
    return listener


def _said(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _taken(host: str, port: int, problem: str) -> SettingsError:
    return SettingsError(
        "Nothing can be served at {host}, port {port}: {problem}. Choose another port (0 takes a free one) or host.",
        host=host,
        port=port,
        problem=problem,
    )


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
