"""An engine with faults: what stands between us and a real one, and lets through what it is told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import httpx2 as httpx

from tests.remote.engines import Engine


@dataclass
class Sent:
    """What goes back to whoever asked."""

    status: int
    content_type: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    breaks_off: bool = False
    """Whether the connection ends in the course of the body."""


Fault = Callable[[str, Sent], Sent | None]
"""What becomes of an answer, told the query, or the method of other requests; None stands for none at all."""


@dataclass
class Faulty:
    """A server before a real engine; *fault* changes what comes from that."""

    store: str
    asked: list[str] = field(default_factory=list)
    authorization: str | None = None
    """How the last one who asked proved to be a user."""
    fault: Fault = lambda query, sent: sent


@contextmanager
def before(engine: Engine) -> Iterator[Faulty]:
    """A faulty server before *engine*, until the end of the block."""
    at = engine.ready.removesuffix("/query")
    client = httpx.Client(timeout=30)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            query = parse_qs(body.decode("utf-8", "replace")).get("query", [self.command])[0]
            faulty.asked.append(query)
            faulty.authorization = self.headers.get("Authorization")
            named = {name: self.headers[name] for name in ("Accept", "Content-Type") if name in self.headers}
            got = client.request(self.command, at + self.path, content=body, headers=named)
            sent = faulty.fault(query, Sent(got.status_code, got.headers.get("content-type", ""), got.content))
            if sent is None:
                self.close_connection = True
                return
            try:
                self.send(sent)
            except OSError:
                self.close_connection = True

        def send(self, sent: Sent) -> None:
            self.send_response(sent.status)
            self.send_header("Content-Type", sent.content_type)
            self.send_header("Content-Length", str(len(sent.body) + sent.breaks_off))
            for name, value in sent.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent.body)
            self.close_connection = sent.breaks_off

        do_GET = do_POST = do_PUT = do_DELETE = answer

        def log_message(self, format: str, *values: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server, client:
        here = f"http://127.0.0.1:{server.server_address[1]}"
        faulty = Faulty(f"{here}/query,update={here}/update,gsp={here}/store")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield faulty
        finally:
            server.shutdown()
            thread.join()
