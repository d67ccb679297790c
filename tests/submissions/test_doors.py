"""What is found in the sixty defective submissions is the same by every door, at its line or cell, in three languages.

The doors: HTTP, the interface of the Interoperability Test Bed, the command line. That interface has no names of files:
there a file is called after its media type, and a CSV file cannot be named after what it lists.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from click.testing import CliRunner
from pyoxigraph import Literal, RdfFormat, parse

from sotegraph.cli import main
from sotegraph.entities import Index
from sotegraph.formats import JSON_LD, PARSED_FORMATS, RESULTS_CSV, TURTLE, XLSX, Format, by_suffix
from sotegraph.ingest import SubmittedFile, Told, Validator, Where
from sotegraph.reports.flat import location, plain
from sotegraph.settings import Settings
from sotegraph.terms import term
from tests.serving import Served
from tests.submissions import DefectiveSubmission, submissions

LANGUAGES = ("fi", "sv", "en")
SUBMISSIONS = submissions()
REFUSED = ("15-context-from-elsewhere",)
"""What is not read at all, because something would have to be fetched: HTTP tells the same findings with 422."""
VALIDATE, TEST_BED = "/validate", "/shacl/sote/api/validate"
Reference = Callable[[Path, str], tuple[Told, ...]]


@pytest.fixture(scope="module")
def reference(bundled: Index) -> Reference:
    """What the function for programs finds, as ``test_findings`` compares it with what is expected."""
    validator = Validator(bundled, isolated=False)

    @cache
    def found(path: Path, name: str) -> tuple[Told, ...]:
        return validator.validate([SubmittedFile(name, path.read_bytes())]).findings

    return found


@pytest.fixture
def command_line(bundled: Index, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Runs commands on the bundled publication that is loaded already: to load it sixty times proves nothing more."""

    @contextmanager
    def loaded_already(folder: Path | None, settings: Settings) -> Iterator[Index]:
        assert folder is None
        yield bundled

    monkeypatch.setattr("sotegraph.commands.submissions.loaded", loaded_already)
    return CliRunner()


def as_expected(submission: DefectiveSubmission) -> list[dict[str, Any]]:
    """The expected findings, their terms as the flat report has them; their texts are compared one by one."""
    terms = ({**each, "focus": plain(each["focus"]), "value": plain(each["value"])} for each in submission.expected)
    return [{name: value for name, value in each.items() if name != "message"} for each in terms]


def assert_all_is_told(report: Mapping[str, Any], submission: DefectiveSubmission, reference: Reference) -> None:
    """The flat report has exactly the expected findings, and says each as the function for programs does."""
    results = report["results"]
    (path,) = submission.files
    told = reference(path, path.name)
    assert [_reduced(each) for each in results] == as_expected(submission)
    for result, each, expected in zip(results, told, submission.expected, strict=True):
        assert expected["message"] == dict(each.message)
        assert {language: result["message"][language] for language in LANGUAGES} == dict(each.message)
        assert result["location"] == location(each.where)
    assert report["conforms"] is all(each["severity"] != "violation" for each in results)


def _reduced(result: Mapping[str, Any]) -> dict[str, Any]:
    place = dict(result["location"])
    if isinstance(place.get("column"), str):
        assert place["cell"] == f"{place.pop('column')}{place['row']}"
    return {"severity": result["severity"], "rule": result["rule"], "place": place} | {
        "focus": result["focus"],
        "value": result["value"],
    }


def form_of(path: Path) -> Format:
    """The format of a file of a submission; what ends in ``.json`` is JSON-LD."""
    return by_suffix(path.suffix[1:], (*PARSED_FORMATS, RESULTS_CSV, XLSX)) or JSON_LD


def bed_body(submission: DefectiveSubmission, report: str, language: str) -> dict[str, str]:
    """What a client of the Test Bed sends: RDF as it is, tables in Base64."""
    (path,) = submission.files
    body = {"contentSyntax": form_of(path).media_type, "reportSyntax": report, "locale": language}
    if submission.kind == "rdf":
        return {**body, "embeddingMethod": "STRING", "contentToValidate": path.read_text("utf-8")}
    return {**body, "embeddingMethod": "BASE64", "contentToValidate": base64.b64encode(path.read_bytes()).decode()}


Asked = Callable[[DefectiveSubmission, str, str], str]


def assert_bed_tells_all(asked: Asked, submission: DefectiveSubmission, reference: Reference) -> None:
    """The Test Bed's report has each finding as SHACL says it, and in each language in the words of that.

    Only the name of the file differs from what is expected, and what holds that name.
    """
    (path,) = submission.files
    told = reference(path, f"content.{form_of(path).suffix}")
    as_sent = [(each.severity, each.rule, replace(each.where, file=path.name)) for each in told]
    assert as_sent == [(each["severity"], each["rule"], Where(**each["place"])) for each in submission.expected]
    if submission.name in REFUSED:
        assert_bed_refuses(asked, submission, told)
        return
    found = asked(submission, TURTLE.media_type, "fi")
    assert sorted(rdf_results(found)) == sorted(map(as_rdf, told))
    for language in LANGUAGES:
        reports = json.loads(asked(submission, "application/json", language))["reports"]
        items = [(item["assertionID"], item["description"]) for items in reports.values() for item in items]
        assert sorted(items) == sorted((str(each.where), each.message[language]) for each in told)


def assert_bed_refuses(asked: Asked, submission: DefectiveSubmission, told: Sequence[Told]) -> None:
    """In place of a report there is an error, in the words of each language, and it has the findings too."""
    for language in LANGUAGES:
        problem = json.loads(asked(submission, TURTLE.media_type, language))
        assert told[0].message[language] in problem["message"]
        assert [each["message"] for each in problem["results"]] == [dict(each.message) for each in told]
        assert [each["location"] for each in problem["results"]] == [location(each.where) for each in told]


def as_rdf(told: Told) -> tuple[str, ...]:
    """A finding as its place, severity, focus, value and words in three languages."""
    words = (told.message[language] for language in LANGUAGES)
    focus = told.focus or str(Literal(str(told.where)))
    return (str(told.where), told.severity, focus, told.value or "", *words)


def rdf_results(report: str) -> Iterator[tuple[str, ...]]:
    """The same of each result of a SHACL report."""
    nodes: dict[Any, list[tuple[str, Any]]] = {}
    for quad in parse(report.encode(), format=RdfFormat.TURTLE):
        nodes.setdefault(quad.subject, []).append((quad.predicate.value, quad.object))
    top = {value for facts in nodes.values() for name, value in facts if name == term("sh:result").value}
    for node in top:
        facts = dict(nodes[node])
        words = {each.language: each.value for name, each in nodes[node] if name == term("sh:resultMessage").value}
        value = facts.get(term("sh:value").value)
        yield (
            facts[term("pub:place").value].value,
            facts[term("sh:resultSeverity").value].value.rpartition("#")[2].lower(),
            str(facts[term("sh:focusNode").value]),
            "" if value is None else str(value),
            *(words[language] for language in LANGUAGES),
        )


def by_http(post: Callable[..., httpx.Response], submission: DefectiveSubmission) -> Mapping[str, Any]:
    """What a program gets that sends the files as a form and asks for the flat report."""
    files = [("file", (each.name, each.read_bytes())) for each in submission.files]
    answer = post(VALIDATE, files=files, headers={"Accept": "application/json"})
    assert answer.status_code == (422 if submission.name in REFUSED else 200), answer.text
    report: Mapping[str, Any] = answer.json()
    return report


def by_bed(post: Callable[..., httpx.Response]) -> Asked:
    """How a client of the Test Bed asks."""

    def asked(submission: DefectiveSubmission, report: str, language: str) -> str:
        answer = post(TEST_BED, json=bed_body(submission, report, language))
        assert answer.status_code == (422 if submission.name in REFUSED else 200), answer.text
        return answer.text

    return asked


@pytest.fixture(scope="module")
def post(served: Served) -> Iterator[Callable[..., httpx.Response]]:
    """Posts to the bundled publication, served as the README says."""
    with httpx.Client(base_url=served.address, timeout=60) as client:
        yield client.post


@pytest.mark.slow
@pytest.mark.parametrize("submission", SUBMISSIONS, ids=str)
def test_over_http_exactly_the_expected_is_found(
    submission: DefectiveSubmission, post: Callable[..., httpx.Response], reference: Reference
) -> None:
    assert_all_is_told(by_http(post, submission), submission, reference)


@pytest.mark.slow
@pytest.mark.parametrize("submission", SUBMISSIONS, ids=str)
def test_by_the_test_beds_interface_exactly_the_expected_is_found(
    submission: DefectiveSubmission, post: Callable[..., httpx.Response], reference: Reference
) -> None:
    assert_bed_tells_all(by_bed(post), submission, reference)


@pytest.mark.slow
@pytest.mark.parametrize("submission", SUBMISSIONS, ids=str)
def test_on_the_command_line_exactly_the_expected_is_found(
    submission: DefectiveSubmission, command_line: CliRunner, monkeypatch: pytest.MonkeyPatch, reference: Reference
) -> None:
    monkeypatch.chdir(submission.files[0].parent)
    command = ["validate", "--format", "json", *(each.name for each in submission.files)]
    done = command_line.invoke(main, command, catch_exceptions=False)
    report = json.loads(done.stdout)
    assert_all_is_told(report, submission, reference)
    assert done.exit_code == (0 if report["conforms"] else 1)
