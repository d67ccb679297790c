"""The site over an engine, in this process, for suites that bring a dataset for each test."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, serialize

from sotegraph.entities import Index
from sotegraph.remote import Engine as Connection
from sotegraph.remote import Marker, RemoteEvaluator
from sotegraph.remote.marker import MARKER
from sotegraph.settings import Settings
from sotegraph.sparql import Answer, QueryRequest
from sotegraph.sparql.request import WholeBody
from sotegraph.store import Version
from tests.conformance.endpoint import Endpoint
from tests.remote.asking import Guard, collected
from tests.remote.engines import Engine

LIMITS = {"query_time_limit_ms": 60_000}


class RemoteEndpoint(Endpoint):
    """The site of *index*, whose queries are evaluated by *engine* on whatever dataset it is given."""

    def __init__(self, index: Index, engine: Engine) -> None:
        super().__init__(index)
        self.settings = Settings(**LIMITS, **engine.settings)
        self.connection = Connection(self.settings)
        self.marker = Marker("token", "0" * 64, datetime.now(UTC), "urn:x-base")
        self.put(MARKER.value, list(self.marker.triples_of_it()))
        self.held: set[str] = set()

    def put(self, graph: str, triples: list[object]) -> None:
        data = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
        self.connection.put_graph(graph, io.BytesIO(data), len(data))

    def hold(self, store: Store) -> None:
        """Have the dataset in *store* on the engine from now on."""
        names = {name.value for name in store.named_graphs()}
        for gone in self.held - names:
            self.connection.delete_graph(gone)
        default = self.connection.address.default_graph
        self.put(default, [quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph())])
        for name in names:
            self.put(name, [quad.triple for quad in store.quads_for_pattern(None, None, None, NamedNode(name))])
        self.held = names
        graphs = dict.fromkeys(sorted(names), 1)
        version = Version("0" * 64, self.marker.created or datetime.now(UTC), len(store), graphs, None, store)
        evaluator = _OneAtATime(self.settings, replace(self.marker, graphs=graphs))
        index = replace(self.index, version=version)
        self.app.state.site = replace(self.app.state.site, index=index, evaluator=evaluator)


class _OneAtATime:
    """A new evaluator for each query: the client of these tests has a new event loop for each request."""

    def __init__(self, settings: Settings, marker: Marker) -> None:
        self.settings, self.marker = settings, marker

    def health(self) -> Mapping[str, str]:
        return {}

    async def evaluate(self, request: QueryRequest, client: str = "") -> Answer:
        evaluator = RemoteEvaluator(self.settings, self.marker, Guard())
        try:
            answer = await evaluator.evaluate(replace(request, time_limit_ms=60_000), client)
            return Answer(answer.form, WholeBody(await collected(answer)))
        finally:
            await evaluator.aclose()
