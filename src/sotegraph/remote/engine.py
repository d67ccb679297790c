"""An engine, asked in turn: what loads a version into it and what fetches one from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import IO, cast

import httpx2 as httpx
from pyoxigraph import NamedNode, Triple, parse

from sotegraph.errors import EngineAway, EngineFailed, EngineUnfit, SettingsError
from sotegraph.formats import N_TRIPLES, RDF_XML, TURTLE, by_media_type
from sotegraph.remote.marker import MARKER_QUERY, Marker
from sotegraph.remote.reading import ACCEPTED, Pieces, read_rows
from sotegraph.settings import Settings, StoreAddress, shown_address

_CONNECT_S = 5.0
_READ_S = 300.0
_AWAY = (502, 503, 504)
_PIECE_BYTES = 1 << 16


def authentication(settings: Settings) -> httpx.Auth | None:
    """Return how the user of *settings* proves to be one at the engine."""
    if settings.store_user is None:
        return None
    password = settings.store_password.get_secret_value() if settings.store_password else ""
    scheme = httpx.DigestAuth if settings.store_auth == "digest" else httpx.BasicAuth
    return scheme(settings.store_user, password)


def verification(address: StoreAddress) -> bool:
    """Return whether certificates play a part; to read those of the system takes longer than a query."""
    return any((each or "").startswith("https:") for each in (address.query, address.update, address.gsp))


class Engine:
    """A connection to the engine of *settings*, to be used in a ``with`` block.

    Methods raise EngineAway when it does not answer, and EngineUnfit when it refuses.
    """

    def __init__(self, settings: Settings) -> None:
        address = settings.store_address
        if address is None:
            raise SettingsError("Name an engine by {variable}.", variable="SOTEGRAPH_STORE")
        self.address: StoreAddress = address
        self._client = httpx.Client(
            auth=authentication(settings),
            verify=verification(address),
            timeout=httpx.Timeout(_READ_S, connect=_CONNECT_S),
            trust_env=False,
            headers={"User-Agent": "sotegraph", "Accept-Encoding": "identity"},
        )

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._client.close()

    def marker(self) -> Marker | None:
        """What the engine says of the version it holds; None when it says nothing."""
        return Marker.of((row[0], row[1], row[2]) for row in self.select(MARKER_QUERY))

    def select(self, query: str) -> list[list[str]]:
        """The values of each solution of *query*, which binds all its variables."""
        with self._sent("POST", self.address.query, data={"query": query}, accept=ACCEPTED["bindings"]) as response:
            try:
                return read_rows(response.headers.get("content-type", ""), response.read())
            except EngineFailed as error:
                raise self._unfit(str(error).rstrip(".")) from None

    def read_graph(self, graph: str) -> Iterator[Triple]:
        """The triples of the named graph *graph*, by the Graph Store Protocol, or by a query where there is none."""
        accept = ACCEPTED["graph"]
        if self.address.gsp is not None:
            sent = self._sent("GET", self.address.gsp, params={"graph": graph}, accept=accept)
        else:
            query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {NamedNode(graph)} {{ ?s ?p ?o }} }}"
            sent = self._sent("POST", self.address.query, data={"query": query}, accept=accept)
        with sent as response:
            syntax = by_media_type(response.headers.get("content-type", ""), (N_TRIPLES, TURTLE, RDF_XML))
            if syntax is None:
                raise self._unfit(f"it sends the graph {graph} in a form that is not read here")
            try:
                for quad in parse(cast(IO[bytes], Pieces(_pieces(response))), syntax.rdf, rename_blank_nodes=True):
                    yield quad.triple
            except SyntaxError as error:
                raise self._unfit(f"it sends the graph {graph} with an error in it ({error})") from None

    def put_graph(self, graph: str, triples: IO[bytes], length: int) -> None:
        """Replace the named graph *graph* by N-Triples of that length in bytes."""
        # With its length stated, for not every engine reads a body in chunks; and from a file, to be sent anew when the
        # engine asks first who we are.
        headers = {"Content-Type": N_TRIPLES.media_type, "Content-Length": str(length)}
        with self._sent("PUT", self._gsp(), params={"graph": graph}, headers=headers, content=_Upload(triples)):
            pass

    def delete_graph(self, graph: str) -> None:
        """Remove the named graph *graph*; one that is not there is removed already."""
        with self._sent("DELETE", self._gsp(), params={"graph": graph}, missing=True):
            pass

    def update(self, text: str) -> None:
        """Carry out the SPARQL update *text*."""
        assert self.address.update is not None
        with self._sent("POST", self.address.update, data={"update": text}):
            pass

    def _gsp(self) -> str:
        if self.address.gsp is None:
            raise SettingsError(
                "{variable} names no address of the Graph Store Protocol, by which graphs are written. Add “,gsp=…”.",
                variable="SOTEGRAPH_STORE",
            )
        return self.address.gsp

    @contextmanager
    def _sent(
        self,
        method: str,
        url: str,
        *,
        accept: str = "*/*",
        missing: bool = False,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        content: httpx.SyncByteStream | None = None,
    ) -> Iterator[httpx.Response]:
        """The answer, if it is a good one."""
        try:
            with self._client.stream(
                method, url, params=params, data=data, content=content, headers={"Accept": accept, **(headers or {})}
            ) as response:
                if not response.is_success and not (missing and response.status_code == 404):
                    self._refuse(method, response)
                yield response
        except httpx.RequestError as error:
            raise EngineAway(
                "The engine at {address} does not answer: {problem}. Is it running?",
                address=shown_address(url),
                problem=str(error) or type(error).__name__,
            ) from None

    def _refuse(self, method: str, response: httpx.Response) -> None:
        said = " ".join(response.read()[:400].decode("utf-8", "replace").split())
        told = f"{method} is answered by {response.status_code} ({said[:200]})"
        if response.status_code in _AWAY:
            raise EngineAway(
                "The engine at {address} does not answer: {problem}. Is it running?",
                address=shown_address(self.address.query),
                problem=told,
            )
        raise self._unfit(told)

    def _unfit(self, problem: str) -> EngineUnfit:
        return EngineUnfit(
            "The engine at {address} cannot be used: {problem}.",
            address=shown_address(self.address.query),
            problem=problem,
        )


class _Upload(httpx.SyncByteStream):
    """A file as a body that may be sent more than once."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        while piece := self._file.read(_PIECE_BYTES):
            yield piece


def _pieces(response: httpx.Response) -> _Next:
    return _Next(response.iter_bytes(_PIECE_BYTES))


class _Next:
    """The pieces of an iterator, one a call, and empty ones after its end."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def __call__(self) -> bytes:
        return next(self._pieces, b"")
