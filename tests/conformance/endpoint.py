"""The application with another dataset behind its endpoint, for tests that bring their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import httpx2 as httpx
import uvicorn
from fastapi import FastAPI
from pyoxigraph import Store

from sotegraph.entities import Index
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.store import Version
from sotegraph.web.app import create_app
from tests.client import Client

SETTINGS = Settings(access_log=False, sparql_draft=True)
QUERY = {"Content-Type": "application/sparql-query"}


class Endpoint:
    """The site of *index*, whose queries are evaluated on whatever dataset it is given."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.app: FastAPI = create_app(SETTINGS, index.publication, index, InProcessEvaluator(index.version, SETTINGS))
        self.client = Client(self.app)

    def hold(self, store: Store) -> None:
        """Have the dataset in *store* behind the endpoint from now on; nothing is remembered of the one before."""
        graphs = {
            name.value: len(list(store.quads_for_pattern(None, None, None, name))) for name in store.named_graphs()
        }
        version = Version("0" * 64, datetime.now(UTC), len(store), graphs, None, store)
        index = replace(self.index, version=version)
        evaluator = InProcessEvaluator(version, SETTINGS, index.publication.prefixes)
        self.app.state.site = replace(self.app.state.site, index=index, evaluator=evaluator)

    def ask(self, query: str, accept: str) -> httpx.Response:
        """The answer to *query*, sent as the body of a request."""
        return self.client.request("POST", "/sparql", content=query.encode(), headers={**QUERY, "Accept": accept})


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """The address at which *app* answers as long as the context lasts."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
