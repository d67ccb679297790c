"""Results that are kept: the same question on the same version has the same answer, and costs nobody anything again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from sotegraph.formats import Format
from sotegraph.settings import Settings
from sotegraph.sparql.request import Answer, Body, Evaluator, QueryRequest, WholeBody

_LARGEST_SHARE = 16
_OVERHEAD_BYTES = 512


@dataclass(frozen=True)
class _Result:
    form: Format
    data: bytes


class RememberingEvaluator:
    """Evaluates by *evaluator*, and answers by itself what it has seen before; the version never changes under it.

    Kept are whole results of queries that give the same ones each time, none larger than a sixteenth of the space.
    The least recently used one goes first.
    """

    def __init__(self, evaluator: Evaluator, settings: Settings) -> None:
        self.evaluator = evaluator
        self.most_results = settings.cache_results
        self.most_bytes = settings.cache_result_bytes
        self._kept: OrderedDict[str, _Result] = OrderedDict()
        self._bytes = 0

    def health(self) -> Mapping[str, str]:
        """What an operator is told of the evaluator behind it."""
        return self.evaluator.health()

    async def evaluate(self, request: QueryRequest, client: str = "") -> Answer:
        """Return the answer once its beginning is known; raises the PublisherError that ended the evaluation."""
        if not (self.most_results and self.most_bytes and request.repeatable):
            return await self.evaluator.evaluate(request, client)
        key = request.digest()
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return Answer(kept.form, WholeBody(kept.data), remembered=True)
        answer = await self.evaluator.evaluate(request, client)
        return Answer(answer.form, _Noted(self, key, answer))

    @property
    def largest_bytes(self) -> int:
        """The length of the longest result that is kept."""
        return self.most_bytes // _LARGEST_SHARE

    def keep(self, key: str, form: Format, data: bytes) -> None:
        """Keep a whole result, and let go of others until it fits."""
        if key in self._kept or len(data) > self.largest_bytes:
            return
        self._kept[key] = _Result(form, data)
        self._bytes += len(data) + _OVERHEAD_BYTES
        while len(self._kept) > self.most_results or self._bytes > self.most_bytes:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= len(dropped.data) + _OVERHEAD_BYTES


class _Noted:
    """A body that is kept when it has been read to its end."""

    def __init__(self, results: RememberingEvaluator, key: str, answer: Answer) -> None:
        self._results, self._key, self._form = results, key, answer.form
        self._body: Body = answer.body
        self._pieces: list[bytes] | None = []
        self._size = 0

    def __aiter__(self) -> _Noted:
        return self

    async def __anext__(self) -> bytes:
        try:
            piece = await anext(self._body)
        except StopAsyncIteration:
            if self._pieces is not None:
                self._results.keep(self._key, self._form, b"".join(self._pieces))
                self._pieces = None
            raise
        self._note(piece)
        return piece

    def _note(self, piece: bytes) -> None:
        if self._pieces is not None:
            self._pieces.append(piece)
            self._size += len(piece)
            if self._size > self._results.largest_bytes:
                self._pieces = None

    async def aclose(self) -> None:
        """End the evaluation if it still runs."""
        await self._body.aclose()
