"""A report as flat JSON for programs, and the JSON Schema that says what stands in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, parse

from sotegraph.errors import RefusedContent
from sotegraph.ingest import SEVERITIES, CheckedFile, Submission, Told, Where, best

SCHEMA_PATH = "/validate/schema.json"
"""Where a site publishes the schema."""


def to_json(submission: Submission) -> bytes:
    """Return *submission* as JSON."""
    return json.dumps(as_json(submission), ensure_ascii=False, indent=2).encode()


def as_json(submission: Submission) -> Mapping[str, Any]:
    """*submission* as plain values; :data:`SCHEMA` describes them."""
    checked = submission.checked
    return {
        "conforms": submission.conforms,
        "strictlyConforms": submission.conforms_strictly,
        "complete": submission.complete,
        "cut": submission.cut,
        "version": checked.version,
        "counts": dict(submission.counts),
        "new": submission.new,
        "checked": {
            "moment": checked.moment,
            "seconds": checked.seconds,
            "profile": checked.profile,
            "context": checked.context,
            "shapes": checked.shapes,
            "engine": checked.engine,
            "software": checked.software,
            "files": [_file(each) for each in checked.files],
            "ownShapes": [_file(each) for each in checked.own_shapes],
        },
        "results": [_result(each) for each in submission.findings],
    }


def refusal(submission: Submission, language: str) -> RefusedContent | None:
    """The error for a *submission* of which a file is not read, with the report; None when every file is."""
    told = submission.refused
    if told is None:
        return None
    report = as_json(submission)
    kept = {name: report[name] for name in ("conforms", "complete", "version", "counts", "results")}
    return RefusedContent(
        "{place}: {problem}", place=str(told.where), problem=best(told.message, [language]), report=kept
    )


def _file(file: CheckedFile) -> Mapping[str, Any]:
    return {"name": file.name, "sha256": file.sha256, "bytes": file.bytes, "triples": file.triples}


def _result(told: Told) -> Mapping[str, Any]:
    return {
        "severity": told.severity,
        "focus": plain(told.focus),
        "path": told.path,
        "value": plain(told.value),
        "component": told.component,
        "shape": told.shape,
        "rule": told.rule,
        "message": dict(told.message),
        "expected": dict(told.expected) or None,
        "mend": dict(told.mend) or None,
        "parts": [dict(each) for each in told.parts],
        "trail": [dict(each) for each in told.trail],
        "location": location(told.where),
        "template": told.template,
        "new": told.is_new,
    }


def plain(term: str | None) -> str | None:
    """An IRI bare, any other term as N-Triples writes it.

    >>> plain("<http://example.org/a>"), plain('"a"@en')
    ('http://example.org/a', '"a"@en')
    """
    if term is None or not term.startswith("<"):
        return term
    (quad,) = parse(f"<urn:x:s> <urn:x:p> {term} .", format=RdfFormat.N_TRIPLES)
    return quad.object.value if isinstance(quad.object, NamedNode) else term


def location(where: Where) -> Mapping[str, Any]:
    """A place: line and column of a file, or sheet, row, column letters and cell of a table."""
    if where.is_in_table:
        letters = where.cell.rstrip("0123456789") if where.cell else None
        known = {"sheet": where.sheet, "row": where.row, "column": letters, "cell": where.cell, "header": where.header}
    else:
        known = {"line": where.line, "column": where.column}
    return {"file": where.file} | {name: value for name, value in known.items() if value is not None}


_TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
_FILES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "sha256", "bytes", "triples"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string"},
            "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "bytes": {"type": "integer", "minimum": 0},
            "triples": {"type": ["integer", "null"], "minimum": 0},
        },
    },
}
_LOCATION = {
    "type": "object",
    "required": ["file"],
    "additionalProperties": False,
    "properties": {
        "file": {"type": "string"},
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": ["integer", "string"], "description": "A number in a file, letters in a table."},
        "sheet": {"type": "string"},
        "row": {"type": "integer", "minimum": 1},
        "cell": {"type": "string", "pattern": "^[A-Z]+[0-9]+$"},
        "header": {"type": "string", "description": "What stands above the cell."},
    },
}
_RESULT = {
    "type": "object",
    "required": ["severity", "focus", "path", "value", "component", "shape", "message", "location"],
    "additionalProperties": False,
    "properties": {
        "severity": {"enum": list(SEVERITIES)},
        "focus": {"type": ["string", "null"], "description": "An IRI, or another term as N-Triples writes it."},
        "path": {"type": ["string", "null"], "description": "A property path as SPARQL writes it."},
        "value": {"type": ["string", "null"], "description": "An IRI, or another term as N-Triples writes it."},
        "component": {"type": ["string", "null"], "description": "The SHACL constraint component."},
        "shape": {"type": "string", "description": "The IRI of the shape or the check, or a blank node's label."},
        "rule": {"type": "string", "description": "A short name of the shape or the check, which stays."},
        "message": _TEXTS | {"description": "What is wrong and what to do, by language."},
        "expected": {"anyOf": [_TEXTS, {"type": "null"}], "description": "What would be right, by language."},
        "mend": {"anyOf": [_TEXTS, {"type": "null"}], "description": "Where to mend it, by language."},
        "parts": {"type": "array", "items": _TEXTS, "description": "What a logical constraint consists of."},
        "trail": {"type": "array", "items": _TEXTS, "description": "The way from the named thing to the field."},
        "location": _LOCATION,
        "template": {"type": ["string", "null"], "description": "The path of an empty table for what should be sent."},
        "new": {"type": ["boolean", "null"], "description": "Whether the published data do not have it already."},
    },
}
SCHEMA: Mapping[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "What came of checking a submission",
    "type": "object",
    "required": ["conforms", "version", "results"],
    "additionalProperties": False,
    "properties": {
        "conforms": {"type": "boolean", "description": "Whether there is no violation."},
        "strictlyConforms": {"type": "boolean", "description": "Whether there is no result at all (SHACL 1.0)."},
        "complete": {"type": "boolean", "description": "Whether every file could be read, with what it imports."},
        "cut": {"type": "boolean", "description": "Whether there are more results than are listed; the gravest are."},
        "version": {"type": "string", "description": "The id of the published data that it was checked against."},
        "counts": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}},
        "new": {"type": ["integer", "null"], "description": "How many results the published data do not have."},
        "checked": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "moment": {"type": "string", "format": "date-time"},
                "seconds": {"type": "number", "minimum": 0},
                "profile": {"type": ["string", "null"]},
                "context": {"type": "boolean", "description": "Whether the published data stood beside the files."},
                "shapes": {"type": "string", "description": "The SHA-256 of the shapes graph."},
                "engine": {"type": "string"},
                "software": {"type": "string"},
                "files": _FILES,
                "ownShapes": _FILES,
            },
        },
        "results": {"type": "array", "items": _RESULT},
    },
}
"""The JSON Schema of the flat report."""
