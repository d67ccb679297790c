"""In each of sixty defective submissions exactly what is wrong is found, at its line or cell, in three languages."""

from __future__ import annotations

from typing import Any

import pytest

from sotegraph.entities import Index
from sotegraph.ingest import SubmittedFile, Told, Validator
from tests.submissions import DefectiveSubmission, submissions
from tests.submissions.build import CSV, RDF, XLSX

SUBMISSIONS = submissions()
LANGUAGES = ("fi", "sv", "en")
_PLACE = ("file", "line", "column", "sheet", "row", "cell", "header")


@pytest.fixture(scope="module")
def validator(bundled: Index) -> Validator:
    return Validator(bundled, isolated=False)


def told(finding: Told) -> dict[str, Any]:
    place = {name: getattr(finding.where, name) for name in _PLACE if getattr(finding.where, name) is not None}
    return {"severity": finding.severity, "rule": finding.rule, "place": place} | {
        "focus": finding.focus,
        "value": finding.value,
        "message": {language: finding.message[language] for language in LANGUAGES},
    }


def test_there_are_twenty_of_each_kind() -> None:
    counts = [sum(each.kind == kind for each in SUBMISSIONS) for kind in ("rdf", "csv", "xlsx")]
    assert counts == [20, 20, 20]
    assert {each.name for each in SUBMISSIONS} == {*RDF, *CSV, *XLSX}


def test_every_submission_has_something_to_be_found() -> None:
    assert all(each.expected and each.files for each in SUBMISSIONS)


@pytest.mark.slow
@pytest.mark.parametrize("submission", SUBMISSIONS, ids=str)
def test_exactly_the_expected_is_found(submission: DefectiveSubmission, validator: Validator) -> None:
    files = [SubmittedFile(path.name, path.read_bytes()) for path in submission.files]
    found = validator.validate(files).findings
    assert [told(each) for each in found] == list(submission.expected)
    # The texts stand in what is expected; here, that none is left in another language.
    assert all(each.message["fi"] != each.message["sv"] != each.message["en"] for each in found)


@pytest.mark.parametrize("name", [name for name in XLSX if name != "16-real-date-and-wrong-level"][:3])
def test_workbooks_are_built_the_same_each_time(name: str) -> None:
    file, made = XLSX[name]
    submission = next(each for each in SUBMISSIONS if each.kind == "xlsx" and each.name == name)
    assert [path.name for path in submission.files] == [file]
    assert submission.files[0].read_bytes() == made()
