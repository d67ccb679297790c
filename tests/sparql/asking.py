"""Ask an evaluator and wait for the whole answer."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from sotegraph.sparql import Evaluator, QueryRequest


async def whole(evaluator: Evaluator, request: QueryRequest, client: str = "") -> tuple[str, bytes]:
    """The suffix of the answer's form, and its body."""
    answer = await evaluator.evaluate(request, client)
    return answer.form.suffix, b"".join([piece async for piece in answer.body])


def ask(evaluator: Evaluator, text: str, **asked: Any) -> bytes:
    """The body of the answer to *text*."""
    return asyncio.run(whole(evaluator, QueryRequest(text, **asked)))[1]


def rows(evaluator: Evaluator, text: str, **asked: Any) -> list[dict[str, str]]:
    """The solutions of *text*, each value as its text."""
    found = json.loads(ask(evaluator, text, **asked))["results"]["bindings"]
    return [{name: term["value"] for name, term in each.items()} for each in found]


def count(evaluator: Evaluator, text: str, **asked: Any) -> int:
    """The number that *text* selects as ``?n``."""
    return int(rows(evaluator, text, **asked)[0]["n"])
