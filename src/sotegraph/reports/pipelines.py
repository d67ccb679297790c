"""A report for pipelines: JUnit XML, which build servers show, and SARIF 2.1.0, with which code hosts annotate."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import PurePath
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from sotegraph import __version__
from sotegraph.ingest import VIOLATION, Submission, Told, best
from sotegraph.questions.table import only_xml
from sotegraph.reports.words import said, trail
from sotegraph.terms import utc

_SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"violation": "error", "warning": "warning", "info": "note"}


def to_junit(submission: Submission, language: str) -> bytes:
    """Return *submission* as JUnit XML: a suite a file, a case a finding; warnings and remarks don't fail."""
    root = ElementTree.Element("testsuites", name="sotegraph validate")
    total = failed = 0
    for file in submission.checked.files:
        findings = [each for each in submission.findings if each.where.file == file.name]
        failures = sum(each.severity == VIOLATION for each in findings)
        suite = ElementTree.SubElement(root, "testsuite", name=only_xml(file.name), errors="0", skipped="0")
        suite.set("tests", str(max(1, len(findings))))
        suite.set("failures", str(failures))
        suite.set("time", f"{submission.checked.seconds:.3f}")
        suite.set("timestamp", utc(datetime.fromisoformat(submission.checked.moment)).removesuffix("Z"))
        for each in findings:
            _case(suite, each, language)
        if not findings:
            ElementTree.SubElement(suite, "testcase", name="conforms", classname=only_xml(file.name), time="0")
        total, failed = total + max(1, len(findings)), failed + failures
    root.set("tests", str(total))
    root.set("failures", str(failed))
    root.set("errors", "0")
    return _document(root)


def _document(root: ElementTree.Element) -> bytes:
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + bytes(ElementTree.tostring(root, encoding="utf-8"))


def _case(suite: ElementTree.Element, told: Told, language: str) -> None:
    place = str(told.where)
    case = ElementTree.SubElement(suite, "testcase", name=only_xml(f"{told.rule} {place}"), time="0")
    case.set("classname", only_xml(told.where.file))
    text = only_xml("\n".join(filter(None, (place, trail(told, language), said(told, language)))))
    if told.severity == VIOLATION:
        failure = ElementTree.SubElement(
            case, "failure", message=only_xml(said(told, language)), type=only_xml(told.rule)
        )
        failure.text = text
    else:
        ElementTree.SubElement(case, "system-out").text = f"{told.severity}: {text}"


def to_sarif(submission: Submission, language: str, base_iri: str) -> bytes:
    """Return *submission* as a SARIF 2.1.0 log; a cell has its logical location, a line its region."""
    rules = list(_rules(submission, language))
    places = {each["id"]: number for number, each in enumerate(rules)}
    checked = submission.checked
    run = {
        "tool": {
            "driver": {
                "name": "sotegraph",
                "version": __version__,
                "informationUri": base_iri,
                "rules": rules,
            }
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": [
            {"location": {"uri": _uri(each.name)}, "length": each.bytes, "hashes": {"sha-256": each.sha256}}
            for each in checked.files
        ],
        "results": [_sarif_result(each, language, places) for each in submission.findings],
        "properties": {
            "conforms": submission.conforms,
            "strictlyConforms": submission.conforms_strictly,
            "version": checked.version,
            "shapes": checked.shapes,
        },
    }
    log = {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2).encode()


def _rules(submission: Submission, language: str) -> Iterator[Mapping[str, Any]]:
    seen = set()
    for told in submission.findings:
        if told.rule not in seen:
            seen.add(told.rule)
            expected = best(told.expected, [language])
            rule: dict[str, Any] = {"id": told.rule, "shortDescription": {"text": said(told, language)}}
            if expected:
                rule["fullDescription"] = {"text": expected}
            if told.shape.startswith(("http://", "https://")):
                rule["helpUri"] = told.shape
            yield rule


def _sarif_result(told: Told, language: str, places: Mapping[str, int]) -> Mapping[str, Any]:
    where = told.where
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(where.file)}}
    if where.line:
        physical["region"] = {"startLine": where.line} | ({"startColumn": where.column} if where.column else {})
    elif where.row:
        physical["region"] = {"startLine": where.row}
    location: dict[str, Any] = {"physicalLocation": physical}
    if where.is_in_table:
        name = str(where).removeprefix(f"{where.file}:")
        location["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "member"}]
    text = " ".join(filter(None, (said(told, language), best(told.mend, [language]))))
    result: dict[str, Any] = {
        "ruleId": told.rule,
        "ruleIndex": places[told.rule],
        "level": _LEVELS[told.severity],
        "message": {"text": text},
        "locations": [location],
    }
    if told.is_new is not None:
        result["baselineState"] = "new" if told.is_new else "unchanged"
    if told.trail:
        result["properties"] = {"trail": trail(told, language)}
    return result


def _uri(name: str) -> str:
    """The name of a file as a URI reference."""
    return quote(PurePath(name).as_posix())
