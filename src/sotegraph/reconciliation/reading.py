"""Read what a client of reconciliation sends; whatever is not as the specification has it is told plainly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sotegraph.errors import BadRequest

MOST_QUERIES = 1_000
MOST_IDS = 1_000
_MOST_RESULTS = 50
_USUAL_RESULTS = 10
_LONGEST_NAME = 512
_MOST_VALUES = 50
_STRICTNESS = ("any", "should", "all")


@dataclass(frozen=True)
class Constraint:
    """A property, and the values one of which a match has: ids, names or texts."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """What is looked for: something called *text*, in one of the lists *types*, with these *properties*.

    Without a text and properties, as the row of an empty cell is, it is nothing.
    """

    text: str = ""
    types: tuple[str, ...] = ()
    properties: tuple[Constraint, ...] = ()
    limit: int = _USUAL_RESULTS
    strict: str = "any"


def read_queries(text: str) -> Mapping[str, Query]:
    """Return the queries of a batch, by the names that the client gave them; raises BadRequest."""
    batch = _object(text, "queries")
    if len(batch) > MOST_QUERIES:
        raise BadRequest(
            "The batch has {count} queries; at most {limit} are answered at once.", count=len(batch), limit=MOST_QUERIES
        )
    return {name: _query(name, each) for name, each in batch.items()}


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BadRequest("The parameter {name} is not valid JSON.", name=name) from None
    if not isinstance(found, dict):
        raise BadRequest("The parameter {name} is not a JSON object.", name=name)
    return found


def _query(name: str, found: Any) -> Query:
    if not isinstance(found, dict):
        raise _wrong(name)
    text, types, limit = found.get("query", ""), found.get("type", ()), found.get("limit", _USUAL_RESULTS)
    properties, strict = found.get("properties", []), found.get("type_strict", "any")
    types = (types,) if isinstance(types, str) else types
    is_number = isinstance(limit, int | float) and not isinstance(limit, bool) and 0 < limit < float("inf")
    if not isinstance(text, str) or not is_number or strict not in _STRICTNESS:
        raise _wrong(name)
    if not isinstance(types, list | tuple) or not all(isinstance(each, str) for each in types):
        raise _wrong(name)
    if not isinstance(properties, list) or not ("query" in found or properties):
        raise _wrong(name)
    constraints = tuple(_constraint(name, each) for each in properties)
    most = min(int(limit) or 1, _MOST_RESULTS)
    return Query(text[:_LONGEST_NAME].strip(), tuple(filter(None, types)), constraints, most, strict)


def _constraint(name: str, found: Any) -> Constraint:
    if not isinstance(found, dict) or not isinstance(found.get("pid"), str) or "v" not in found:
        raise _wrong(name)
    values = found["v"] if isinstance(found["v"], list) else [found["v"]]
    return Constraint(found["pid"], tuple(_value(name, each) for each in values[:_MOST_VALUES]))


def _value(name: str, found: Any) -> str:
    if isinstance(found, dict) and isinstance(found.get("id"), str):
        return str(found["id"])[:_LONGEST_NAME]
    if isinstance(found, str | int | float):
        return str(found).strip()[:_LONGEST_NAME]
    raise _wrong(name)


def _wrong(name: str) -> BadRequest:
    return BadRequest(
        "The query {name} is not as the Reconciliation Service API 0.2 has it: text in query, or properties with pid "
        "and v; type, limit and type_strict are optional.",
        name=name,
    )


def read_extension(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ids and the names of the properties that somebody wants to know of them; raises BadRequest."""
    found = _object(text, "extend")
    ids, properties = _texts(found.get("ids")), found.get("properties")
    known = properties if isinstance(properties, list) else [None]
    names = _texts([each.get("id") if isinstance(each, dict) else None for each in known])
    if ids is None or names is None:
        raise BadRequest(
            "The parameter extend is not as the Reconciliation Service API 0.2 has it: ids, and properties with id."
        )
    if len(ids) > MOST_IDS:
        raise BadRequest(
            "The batch has {count} queries; at most {limit} are answered at once.", count=len(ids), limit=MOST_IDS
        )
    return tuple(ids), tuple(names[:_MOST_VALUES])


def _texts(found: object) -> list[str] | None:
    """A list of texts, or None for what is none."""
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        return None
    return found
