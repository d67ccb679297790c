"""What a connection answers by itself to what is no request, or whose head does not end in time to be read."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from sotegraph.errors import AddressTooLong, BadRequest, HeadersTooLarge, PublisherError
from sotegraph.web.edge import EVERY_ANSWER, MAX_HEADER_BYTES
from sotegraph.web.problems import refusal
from sotegraph.web.site import Site

Fields = Iterable[tuple[bytes, bytes]]


class Refusals:
    """Writes the answers of *site* to what never reaches it, in the shape of its other errors, as bytes."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def malformed(self, received: Fields, fields: Fields) -> bytes:
        """Say that this is no HTTP; *received* came with it so far, *fields* stand in every answer of the server."""
        return self._written(BadRequest("The request cannot be read."), received, fields)

    def too_long(self, received: Fields, fields: Fields, *, address: bool) -> bytes:
        """Say that the *address*, or else what stands below it, is too long; how long, nobody waits to see."""
        limit = self.site.settings.max_address_bytes
        error: PublisherError = HeadersTooLarge(
            "The header fields have more than {limit} bytes. Send fewer or shorter ones.", limit=MAX_HEADER_BYTES
        )
        if address:
            error = AddressTooLong(
                "The address has more than {limit} bytes. Send a long query in the body of a POST.", limit=limit
            )
        return self._written(error, received, fields)

    def _written(self, error: PublisherError, received: Fields, fields: Fields) -> bytes:
        languages = b", ".join(value for name, value in received if name == b"accept-language").decode("latin-1")
        answer = refusal(self.site, languages, error)
        every = EVERY_ANSWER | {"Publication-Version": self.site.version.short_id, "Connection": "close"}
        named = [(name.lower().encode(), value.encode()) for name, value in every.items()]
        lines = [b"%b: %b\r\n" % field for field in (*answer.raw_headers, *named, *fields)]
        status = f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}\r\n".encode()
        return b"".join((status, *lines, b"\r\n", bytes(answer.body)))
