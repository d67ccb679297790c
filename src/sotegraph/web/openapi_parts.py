"""What the descriptions of all operations are made of: parameters, answers, and what may come instead of these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_OF_THEIR_OWN: Mapping[int, str] = {202: "Pending", 204: "Removed", 303: "SeeOther", 304: "NotModified"}
"""The statuses that are no errors; every other one is told by a problem document."""
_ALWAYS = (400, 406, 414, 431)


def shared(name: str) -> dict[str, str]:
    """A parameter that several operations have."""
    return {"$ref": f"#/components/parameters/{name}"}


def schema_of(name: str) -> dict[str, str]:
    """A schema that has a name."""
    return {"$ref": f"#/components/schemas/{name}"}


def responses(kind: str, *statuses: int) -> dict[str, Any]:
    """The answer of a *kind*, and what may come instead: the errors that may always come, and those *statuses*."""
    answers = {200: kind} | {each: _OF_THEIR_OWN.get(each, "Problem") for each in (*_ALWAYS, *statuses)}
    return {str(status): {"$ref": f"#/components/responses/{name}"} for status, name in sorted(answers.items())}


def parameter(name: str, description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter of the query part of an address."""
    return {"name": name, "in": "query", "description": description, "schema": schema}


def in_path(name: str, description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter that is a part of the path."""
    return {**parameter(name, description, schema), "in": "path", "required": True}
