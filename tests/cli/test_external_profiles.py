"""What others ask of a graph is a profile like any other: on the command line, in the form, and for the Test Bed."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from sotegraph.cli import main
from sotegraph.entities import Index
from sotegraph.ingest import SubmittedFile, Validator
from tests.client import Client
from tests.conftest import LIBRARY
from tests.ingest.sending import GOOD
from tests.markup import read_page

NAMES = ("avoindata", "cpov", "cpsv-ap", "dcat-ap")
CATALOGUE = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<https://other.example/dataset> a dcat:Dataset ; dct:description "Jotakin"@fi ;
    dct:accrualPeriodicity <https://other.example/weekly> .
"""


def validate(tmp_path: Path, text: str, *options: str) -> Result:
    (tmp_path / "sent.ttl").write_text(text, "utf-8")
    command = ["validate", str(tmp_path / "sent.ttl"), "--publication", str(LIBRARY), "--alone", *options]
    return CliRunner().invoke(main, command, catch_exceptions=False)


def test_a_finding_is_said_in_every_language(tmp_path: Path) -> None:
    done = validate(tmp_path, CATALOGUE, "--profile", "dcat-ap", "--format", "json")
    assert done.exit_code == 1
    results = {each["shape"].rpartition("#")[2]: each for each in json.loads(done.stdout)["results"]}
    assert results["Dataset-title"]["message"] == {
        "fi": "Kenttä ”Nimi” puuttuu. Lisää dct:title.",
        "sv": "Fältet ”Titel” saknas. Lägg till dct:title.",
        "en": "“Title” is missing. Add dct:title.",
    }
    assert results["Dataset-title"]["location"]["line"] == 3
    code = results["Dataset-accrualPeriodicity-code"]["message"]
    assert "ei ole luettelon" in code["fi"]
    assert "är inte en kod i listan" in code["sv"]
    assert "is not a code of" in code["en"]


def test_what_is_recommended_only_does_not_fail(index: Index) -> None:
    mended = CATALOGUE.replace("dct:description", 'dct:title "Nimi"@fi ; dct:description').replace(
        "https://other.example/weekly", "http://publications.europa.eu/resource/authority/frequency/WEEKLY"
    )
    sent = [SubmittedFile("sent.ttl", mended.encode())]
    found = Validator(index, isolated=False).validate(sent, profile="dcat-ap", with_context=False)
    assert found.conforms
    assert {each.severity for each in found.findings} == {"warning"}
    assert any("dcat:keyword" in each.message["en"] for each in found.findings)


def test_every_profile_is_offered_in_the_form(client: Client) -> None:
    page = read_page(client.page("/validate?lang=fi").text)
    options = {each.attributes["value"]: each.text for each in page.all("option")}
    assert set(NAMES) < set(options)
    assert options["dcat-ap"] == "DCAT-AP 3: aineistoluettelot"
    assert set(NAMES) < set(client.get("/validate", accept="application/json").json()["parameters"]["profile"])


def test_every_profile_is_a_type_of_the_test_bed(client: Client) -> None:
    types = {each["type"]: each["description"] for each in client.get("/shacl/lib/api/info").json()["validationTypes"]}
    assert set(NAMES) < set(types)
    body = {"contentToValidate": CATALOGUE, "contentSyntax": "text/turtle", "validationType": "dcat-ap"}
    report = client.request("POST", "/shacl/lib/api/validate", json=body, headers={"Accept": "application/json"}).json()
    assert report["result"] == "FAILURE"
    assert "dct:title" in json.dumps(report)


def test_what_a_profile_says_nothing_of_has_no_result(client: Client) -> None:
    body = {"contentToValidate": GOOD, "contentSyntax": "text/turtle", "validationType": "dcat-ap"}
    report = client.request("POST", "/shacl/lib/api/validate", json=body, headers={"Accept": "application/json"}).json()
    assert (report["result"], report["counters"]["nrOfWarnings"]) == ("UNDEFINED", 1)
