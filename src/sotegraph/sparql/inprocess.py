"""Evaluation without workers: for the command line, for tools and for tests. Nothing ends it before its time."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from sotegraph.formats import Format
from sotegraph.publication import Publication
from sotegraph.settings import Settings
from sotegraph.sparql.evaluation import evaluate
from sotegraph.sparql.request import Answer, QueryRequest, WholeBody
from sotegraph.sparql.workers import too_long
from sotegraph.store import Version
from sotegraph.terms import PREFIXES


class InProcessEvaluator:
    """Evaluates in a thread of this process; of the limits, only those of merging and of the result's length hold."""

    def __init__(
        self,
        version: Version,
        settings: Settings,
        prefixes: Mapping[str, str] = PREFIXES,
        earlier: Callable[[str], Version] | None = None,
    ) -> None:
        self.version, self.settings, self.prefixes, self.earlier = version, settings, prefixes, earlier

    def health(self) -> Mapping[str, str]:
        """Nothing: there is no engine beside this server."""
        return {}

    async def evaluate(self, request: QueryRequest, client: str = "") -> Answer:
        """Return the whole answer; raises the PublisherError that ended the evaluation."""
        form, result = await asyncio.to_thread(self._evaluate, request)
        if len(result) > self.settings.query_result_limit_bytes:
            raise too_long(self.settings.query_result_limit_bytes)
        return Answer(form, WholeBody(result))

    def _evaluate(self, request: QueryRequest) -> tuple[Format, bytes]:
        limit = self.settings.query_merge_limit_triples
        version = self.earlier(request.version) if request.version and self.earlier else self.version
        evaluation = evaluate(version, request, merge_limit_triples=limit, prefixes=self.prefixes)
        output = io.BytesIO()
        evaluation.write(output)
        return evaluation.form, output.getvalue()


def answer(
    version: Version, publication: Publication, settings: Settings, text: str, suffix: str | None = None
) -> Iterator[bytes]:
    """The result of the query *text* for whoever may let it run: in the form of *suffix*, else in the usual one.

    Raises a RequestError for what is no query or is refused, and NotAcceptable when no result of its kind has the form.
    """
    request = QueryRequest(text, base_iri=publication.base_iri + "/")
    if suffix:
        request = replace(request, bindings=suffix, boolean=suffix, graph=suffix)
    limit = settings.query_merge_limit_triples
    evaluation = evaluate(version, request, merge_limit_triples=limit, prefixes=publication.prefixes)
    output = io.BytesIO()
    evaluation.write(output)
    yield output.getvalue()
