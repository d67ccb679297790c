"""Requests to somebody else's server, all of them before one moment: whatever the server does, no longer is waited."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx2 as httpx

from sotegraph.errors import CatalogUnread

_SILENT_S = 30
_PIECE = 1 << 16
_CERTIFICATE = (
    "The certificate of {address} is not accepted, so no portal reads it either. Put the whole chain of a valid "
    "certificate on the server."
)
_NO_CONNECTION = (
    "There is no connection to {address}. Check the address, and that the server runs and can be reached from here."
)
_SILENT = "{address} says nothing for {seconds} seconds. Check that the server runs, and try again."
_BROKE_OFF = "The answer of {address} breaks off, or is none of HTTP. Look at the server's log."


@dataclass(frozen=True)
class FetchLimits:
    """What reading one catalogue may take."""

    pages: int = 200
    page_bytes: int = 50 << 20
    all_bytes: int = 500 << 20
    seconds: float = 120


@dataclass(frozen=True)
class Received:
    """One answer: its status, its header fields, and its body where that was read."""

    status: int
    headers: httpx.Headers
    content: bytes = b""

    @property
    def is_redirect(self) -> bool:
        """Whether it leads elsewhere."""
        return self.status in (301, 302, 303, 307, 308) and "location" in self.headers


class TimeOver(CatalogUnread):
    """The time that the operator gave is over."""


class Asker:
    """Asks by HEAD and GET, without following redirects, until what *limits* allow is used up."""

    def __init__(self, runner: asyncio.Runner, client: httpx.AsyncClient, limits: FetchLimits) -> None:
        self._runner, self._client, self._limits = runner, client, limits
        self._deadline = time.monotonic() + limits.seconds
        self._read = 0

    @property
    def is_time_over(self) -> bool:
        """Whether the time is used up."""
        return time.monotonic() > self._deadline

    def head(self, address: str) -> Received:
        """The answer to HEAD; raises CatalogUnread without one, TimeOver when the time is used up."""
        return self._ask("HEAD", address)

    def get(self, address: str) -> Received:
        """The answer to GET, its body too where the status is 200; raises as *head* does, and for what is too long."""
        return self._ask("GET", address)

    def _ask(self, method: str, address: str) -> Received:
        with _told(address):
            try:
                return self._runner.run(self._received(method, address))
            except TimeoutError:
                raise TimeOver(
                    "Reading was ended after {seconds} seconds, at {address}.",
                    address=address,
                    seconds=f"{self._limits.seconds:g}",
                ) from None

    async def _received(self, method: str, address: str) -> Received:
        # The time is that of the whole exchange: a server that sends a byte now and then is never silent.
        async with (
            asyncio.timeout(self._deadline - time.monotonic()),
            self._client.stream(method, address) as answer,
        ):
            content = await self._body(address, answer) if method == "GET" and answer.status_code == 200 else b""
            return Received(answer.status_code, answer.headers, content)

    async def _body(self, address: str, answer: httpx.Response) -> bytes:
        pieces, size = [], 0
        async for piece in answer.aiter_bytes(_PIECE):
            size += len(piece)
            self._read += len(piece)
            if size > self._limits.page_bytes or self._read > self._limits.all_bytes:
                limit = min(self._limits.page_bytes, self._limits.all_bytes) >> 20
                raise CatalogUnread("{address} is longer than {limit} megabytes.", address=address, limit=limit)
            pieces.append(piece)
        return b"".join(pieces)


@contextmanager
def asker(limits: FetchLimits) -> Iterator[Asker]:
    """One who asks within *limits*; their time begins now."""
    with asyncio.Runner() as runner:
        client = httpx.AsyncClient(headers={"User-Agent": "sotegraph"}, timeout=_SILENT_S, trust_env=False)
        try:
            yield Asker(runner, client, limits)
        finally:
            runner.run(client.aclose())


@contextmanager
def _told(address: str) -> Iterator[None]:
    """What goes wrong between here and the server is told in words of ours."""
    try:
        yield
    except httpx.TimeoutException:
        raise CatalogUnread(_SILENT, address=address, seconds=_SILENT_S) from None
    except httpx.ConnectError as error:
        is_certificate = "CERTIFICATE" in str(error).upper() or isinstance(error.__cause__, ssl.SSLError)
        raise CatalogUnread(_CERTIFICATE if is_certificate else _NO_CONNECTION, address=address) from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise CatalogUnread(_BROKE_OFF, address=address) from None


TEMPLATES = (_CERTIFICATE, _NO_CONNECTION, _SILENT, _BROKE_OFF)
"""Every way in which a server does not answer."""
