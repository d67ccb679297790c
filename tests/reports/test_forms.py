"""A report says the same in every form, and every form is what its specification says."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator
from openpyxl import load_workbook
from pyoxigraph import Literal, RdfFormat, parse

from sotegraph.ingest import Submission, Told
from sotegraph.messages import read_messages
from sotegraph.reports import (
    REPORT_FORMATS,
    SCHEMA,
    Attachment,
    Teller,
    as_json,
    counted,
    heading,
    to_trl_json,
    to_trl_xml,
    verdict,
    write_report,
)
from sotegraph.soundness.findings import BROKEN_FILE, EMPTY_TABLE
from sotegraph.terms import term
from sotegraph.validation import read_results

FORMS = {each.suffix: each for each in REPORT_FORMATS}
TR = "{http://www.gitb.com/tr/v1/}"


def written(submission: Submission, form: str, teller: Teller) -> bytes:
    return write_report(submission, FORMS[form], teller)


def test_the_flat_report_keeps_to_its_schema(submission: Submission, in_table: Submission, teller: Teller) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    for each in (submission, in_table, replace(submission, findings=())):
        report = json.loads(written(each, "json", teller))
        Draft202012Validator(SCHEMA).validate(report)
        assert report["conforms"] is each.conforms


def test_every_result_of_the_flat_report_has_its_members(submission: Submission, in_table: Submission) -> None:
    (result,) = (each for each in as_json(submission)["results"] if each["rule"] == "Identifier#notation-pattern")
    assert result["focus"] == "https://library.example/id/book/900#id-record"
    assert result["path"] == "<http://www.w3.org/2004/02/skos/core#notation>"
    assert result["value"] == '"X"'
    assert result["component"] == "http://www.w3.org/ns/shacl#PatternConstraintComponent"
    assert result["shape"] == "https://library.example/shapes/Identifier#notation-pattern"
    assert result["location"] == {"file": "sent file.ttl", "line": 15, "column": 56}
    assert set(result["message"]) >= {"en", "fi"}
    place = as_json(in_table)["results"][0]["location"]
    assert place == {
        "file": "books.xlsx",
        "sheet": "Kirjat",
        "row": 4,
        "column": "C",
        "cell": "C4",
        "header": "Julkaistu",
    }


@pytest.mark.parametrize("form", ["ttl", "jsonld", "rdf", "nt"])
def test_the_report_as_a_graph_is_a_shacl_report(form: str, submission: Submission, teller: Teller) -> None:
    syntax = FORMS[form].rdf
    assert syntax is not None
    triples = [quad.triple for quad in parse(written(submission, form, teller), format=syntax)]
    results = read_results(triples)
    assert len(results) == len(submission.findings)
    assert {each.source_shape.value for each in results if each.source_shape} == {
        each.shape for each in submission.findings
    }
    told = {each.predicate.value.rpartition("#")[2]: each.object for each in triples}
    assert told["conforms"] == Literal(False)
    assert told["checkedVersion"] == Literal(submission.checked.version)


def test_the_two_verdicts_stand_side_by_side(submission: Submission, teller: Teller) -> None:
    lenient = replace(submission, findings=tuple(replace(each, severity="warning") for each in submission.findings))
    triples = {
        each.predicate: each.object for each in parse(written(lenient, "nt", teller), format=RdfFormat.N_TRIPLES)
    }
    assert triples[term("sh:conforms")] == Literal(False)
    assert triples[term("pub:accepted")] == Literal(True)
    report = as_json(lenient)
    assert (report["conforms"], report["strictlyConforms"]) == (True, False)


@pytest.mark.parametrize(
    ("language", "delimiter", "cell", "severity"),
    [("fi", ";", "Solu", "Vakavuus"), ("sv", ";", "Cell", "Allvarlighetsgrad"), ("en", ",", "Cell", "Severity")],
)
def test_csv_has_one_row_a_finding_as_excel_opens_it_in_the_language_asked_for(
    language: str, delimiter: str, cell: str, severity: str, in_table: Submission, teller: Teller
) -> None:
    text = written(in_table, "csv", replace(teller, language=language)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert len(rows) == len(in_table.findings)
    assert rows[0][cell] == "C4"
    assert rows[0][severity] == {"fi": "Virhe", "sv": "Fel", "en": "Error"}[language]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_in_csv_nothing_of_the_sender_is_a_formula(start: str, in_table: Submission, teller: Teller) -> None:
    formula = f"{start}HYPERLINK(1)"
    told = replace(in_table.findings[0], shown={"fi": formula}, where=replace(in_table.findings[0].where, file=formula))
    text = written(replace(in_table, findings=(told,)), "csv", teller).decode("utf-8-sig")
    (row,) = csv.reader(io.StringIO(text.partition("\r\n")[2], newline=""), delimiter=";")
    assert row[0] == f"'{formula}"
    assert f"'{formula}" in row[1:]
    assert not any(each.startswith(("=", "+", "-", "@", "\t")) for each in row)


def test_what_is_not_listed_is_said(submission: Submission, teller: Teller) -> None:
    whole, cut = submission, replace(submission, cut=True)
    assert [as_json(each)["cut"] for each in (whole, cut)] == [False, True]
    assert [Submission.from_json(each.to_json()).cut for each in (whole, cut)] == [False, True]
    assert "joita ei luetella" in written(cut, "text", teller).decode()
    assert "joita ei luetella" not in written(whole, "text", teller).decode()


def test_a_workbook_of_findings_says_what_was_checked_against_what(submission: Submission, teller: Teller) -> None:
    workbook = load_workbook(io.BytesIO(written(submission, "xlsx", teller)))
    findings, about = workbook.worksheets
    assert findings.max_row == len(submission.findings) + 1
    values = {row[1].value for row in about.iter_rows(min_row=2)}
    assert submission.checked.version in values
    assert submission.checked.moment not in values, "a moment is told as people do"


def test_junit_fails_for_violations_only(submission: Submission, teller: Teller) -> None:
    root = ElementTree.fromstring(written(submission, "junit", teller))
    (suite,) = root
    assert (root.tag, suite.get("name")) == ("testsuites", "sent file.ttl")
    assert suite.get("failures") == str(submission.counts["violation"]) == root.get("failures")
    assert len(suite.findall("testcase/failure")) == submission.counts["violation"]
    passed = ElementTree.fromstring(written(replace(submission, findings=()), "junit", teller))
    assert [each.get("name") for each in passed.iter("testcase")] == ["conforms"]


def strange(submission: Submission) -> Submission:
    """The *submission* with a value that XML has no place for, and one that looks like a tag."""
    first, *others = submission.findings
    message = {"fi": "Arvo <b>\x01 & muut"}
    told = replace(first, value=str(Literal("<b>\x01 & muut")), message=message)
    return replace(submission, findings=(told, *others))


@pytest.mark.parametrize("form", ["junit", "trl", "rdf"])
def test_what_is_xml_is_well_formed_and_says_what_was_said(form: str, submission: Submission, teller: Teller) -> None:
    root = ElementTree.fromstring(written(strange(submission), form, teller))
    texts = [*root.itertext(), *(each.get("message", "") for each in root.iter())]
    assert any("<b>\N{REPLACEMENT CHARACTER} & muut" in each for each in texts)
    assert not any("&lt;" in each for each in texts)


def test_sarif_has_a_rule_a_shape_and_a_region_a_finding(submission: Submission, teller: Teller) -> None:
    log = json.loads(written(submission, "sarif", teller))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert len(run["results"]) == len(submission.findings)
    for result, told in zip(run["results"], submission.findings, strict=True):
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == told.rule
        (location,) = result["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"] == "sent%20file.ttl"
        assert location["physicalLocation"]["region"]["startLine"] == told.where.line


def test_sarif_names_the_cell_of_a_table(in_table: Submission, teller: Teller) -> None:
    (run,) = json.loads(written(in_table, "sarif", teller))["runs"]
    assert run["results"][0]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "Kirjat:C4"


def test_trl_counts_and_sorts_as_the_test_bed_does(submission: Submission, teller: Teller) -> None:
    report = json.loads(written(submission, "trl-json", teller))
    assert report["result"] == "FAILURE"
    assert report["counters"]["nrOfErrors"] == submission.counts["violation"] == len(report["reports"]["error"])
    assert report["reports"]["error"][0]["location"].startswith("[Tarkistettu solmu] - [https://library.example/")
    assert "context" not in report
    root = ElementTree.fromstring(written(submission, "trl", teller))
    assert root.tag == f"{TR}TestStepReport"
    assert len(root.findall(f"{TR}reports/{TR}error")) == submission.counts["violation"]


@pytest.mark.parametrize("as_cdata", [True, False])
def test_trl_brings_back_what_was_sent_whatever_it_holds(submission: Submission, as_cdata: bool) -> None:
    text = "a <b> & ]]> c"
    sent = [Attachment("input", "text/turtle", text)]
    root = ElementTree.fromstring(to_trl_xml(submission, "en", str, sent, as_cdata=as_cdata))
    (value,) = root.iter("{http://www.gitb.com/core/v1/}value")
    assert value.text == text
    items = json.loads(to_trl_json(submission, "en", str, sent))["context"]["items"]
    assert items[0]["value"] == text


def test_text_has_one_line_a_finding_then_the_sum_and_the_verdict(submission: Submission, teller: Teller) -> None:
    *lines, total, verdict = written(submission, "text", teller).decode().splitlines()
    assert len(lines) == len(submission.findings)
    assert all(line.startswith("sent file.ttl:") for line in lines)
    assert total.startswith(f"{len(lines)} virhettä; 12 kolmikkoa, 1 tiedosto")
    assert verdict == "Aineisto ei vielä täytä vaatimuksia. Korjaa virheeksi merkityt kohdat."


def test_a_file_that_says_nothing_is_no_file_that_could_not_be_read(submission: Submission) -> None:
    translate = read_messages().translator("fi")
    empty = replace(submission.findings[0], shape=EMPTY_TABLE.iri)
    nothing = replace(submission, findings=(empty,), complete=False)
    assert verdict(nothing, translate).startswith("Tiedostossa ei ole tarkistettavaa.")
    broken = replace(nothing, findings=(empty, replace(empty, shape=BROKEN_FILE.iri)))
    assert verdict(broken, translate).startswith("Tiedostoa ei voitu lukea.")


def test_groups_count_rows_of_tables(in_table: Submission) -> None:
    translate = read_messages().translator("fi")
    alike = tuple(replace(each, rule="r", path=None, message={"fi": "Nimi puuttuu."}) for each in in_table.findings)
    (group,) = replace(in_table, findings=alike).groups
    assert heading(group, "fi", translate) == f"{len(alike)} riviä: Nimi puuttuu."
    assert counted(replace(in_table, findings=alike[:1]), translate) == "1 virhe"


def test_findings_of_one_shape_that_say_different_things_are_told_apart(in_table: Submission) -> None:
    translate = read_messages().translator("fi")
    first = replace(in_table.findings[0], rule="r", path=None, component="c", trail=())

    def saying(text: str, value: str) -> Told:
        return replace(first, message={"fi": text}, value=f'"{value}"', shown={"fi": value})

    findings = (
        saying("Y-tunnus ei ole oikeaa muotoa.", "1"),
        saying("Wikidata-tunniste ei ole oikeaa muotoa.", "q1"),
        saying("31.2.2020 ei ole päivä.", "31.2.2020"),
        saying("32.1.2020 ei ole päivä.", "32.1.2020"),
    )
    headings = [heading(each, "fi", translate) for each in replace(in_table, findings=findings).groups]
    expected = ["Y-tunnus ei ole oikeaa muotoa.", "Wikidata-tunniste ei ole oikeaa muotoa."]
    assert headings[1:] == expected
    assert headings[0].endswith(": … ei ole päivä.")
