"""Clients of the Interoperability Test Bed's SHACL validator find its REST interface here, with wrong requests as 4xx.

The requests are those of two clients that are in use: a harvester of base registries, which posts with ``requests`` and
reads the report with rdflib (whose default was RDF/XML then), and a CKAN extension, which sends text with a query over
the report.
"""

from __future__ import annotations

import base64
import json
from xml.etree import ElementTree

import pytest
import rdflib
from rdflib.namespace import SH

from sotegraph.web.testbed import SYNTAXES
from tests.client import Client
from tests.ingest.sending import BAD, GOOD, OWN_SHAPES

VALIDATE = "/shacl/lib/api/validate"
TR = "{http://www.gitb.com/tr/v1/}"


def post(client: Client, document: object, address: str = VALIDATE, **headers: str):
    fields = {"Content-Type": "application/json"} | {name.replace("_", "-"): text for name, text in headers.items()}
    return client.request("POST", address, content=json.dumps(document).encode(), headers=fields)


def asked(text: str = BAD, **more: object) -> dict[str, object]:
    return {"contentToValidate": text, "contentSyntax": "text/turtle", **more}


def test_the_harvester_of_base_registries_works_unmodified(client: Client) -> None:
    def conforms(text: str, strict: bool) -> bool:
        body = {
            "contentSyntax": "text/turtle",
            "contentToValidate": base64.b64encode(text.encode()).decode(),
            "embeddingMethod": "BASE64",
            "validationType": "submission",
            "reportSyntax": "application/rdf+xml",
        }
        graph = rdflib.Graph()
        graph.parse(data=post(client, body, accept="*/*").text, format="xml")
        if (None, SH.conforms, rdflib.Literal(True)) in graph:
            return True
        return not strict and (None, SH.resultSeverity, SH.Violation) not in graph

    assert [conforms(GOOD, True), conforms(BAD, True), conforms(BAD, False)] == [True, False, False]


def test_the_extension_of_ckan_works_unmodified(client: Client) -> None:
    query = """PREFIX sh: <http://www.w3.org/ns/shacl#>
        PREFIX dqv: <http://www.w3.org/ns/dqv#>
        CONSTRUCT { ?report dqv:computedOn <https://example.org/d> . ?s ?p ?o . }
        WHERE { { ?report a sh:ValidationReport . } UNION { ?s ?p ?o . } }"""
    body = asked(
        validationType="submission", reportSyntax="application/rdf+xml", reportQuery=query, embeddingMethod="STRING"
    )
    answer = post(client, body)
    assert answer.status_code == 200
    graph = rdflib.Graph().parse(data=answer.text, format="xml")
    computed = rdflib.URIRef("http://www.w3.org/ns/dqv#computedOn")
    assert (None, computed, rdflib.URIRef("https://example.org/d")) in graph
    assert len(list(graph.subjects(SH.resultSeverity, SH.Violation))) > 1


@pytest.mark.parametrize("media_type", SYNTAXES)
def test_the_report_comes_in_the_syntax_of_the_body_or_of_accept(media_type: str, client: Client) -> None:
    sent = "application/xml" if media_type == "text/xml" else media_type
    for answer in (post(client, asked(reportSyntax=media_type)), post(client, asked(), accept=media_type)):
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, sent)


@pytest.mark.parametrize(
    ("accept", "sent"),
    [
        ("text/turtle, application/rdf+xml", "text/turtle"),
        ("image/png, APPLICATION/JSON;q=0.1, text/turtle", "application/json"),
        ("image/png", "application/rdf+xml"),
    ],
)
def test_the_first_of_several_types_that_is_known_counts(accept: str, sent: str, client: Client) -> None:
    assert post(client, asked(), accept=accept).headers["content-type"].partition(";")[0] == sent


def test_there_is_no_soap_and_that_is_said(client: Client) -> None:
    for method in ("GET", "POST"):
        answer = client.request(method, "/shacl/soap/lib/validation?wsdl")
        assert (answer.status_code, answer.json()["kind"]) == (404, "not-found")
        assert "/shacl/lib/api/validate" in answer.json()["detail"]


def test_without_a_syntax_the_report_is_rdf_xml(client: Client) -> None:
    assert post(client, asked(), accept="*/*").headers["content-type"] == "application/rdf+xml"


def test_the_gitb_report_says_failure_and_counts(client: Client) -> None:
    report = post(client, asked(reportSyntax="application/json", locale="fi_FI", addInputToReport=True)).json()
    assert report["result"] == "FAILURE"
    assert report["counters"]["nrOfErrors"] == len(report["reports"]["error"])
    assert report["context"]["items"][0]["value"] == BAD
    assert "päiväys" in json.dumps(report, ensure_ascii=False)
    assert post(client, asked(GOOD, reportSyntax="application/json")).json()["result"] == "SUCCESS"


def test_shapes_and_report_come_along_on_request(client: Client) -> None:
    wishes = {"addShapesToReport": True, "addRdfReportToReport": True, "rdfReportSyntax": "text/turtle"}
    answer = post(client, asked(reportSyntax="application/xml", wrapReportDataInCDATA=True, **wishes))
    items = ElementTree.fromstring(answer.content).iter("{http://www.gitb.com/core/v1/}item")
    found = {each.get("name"): "".join(each.itertext()) for each in items}
    assert found.keys() == {"shapes", "report"}
    assert "sh:ValidationReport" in found["report"]
    assert "Book#title-some" in found["shapes"]


def test_several_contents_are_checked_each_by_itself(client: Client) -> None:
    sent = [asked(reportSyntax="text/turtle"), asked(GOOD, reportSyntax="application/json")]
    first, second = post(client, sent, "/shacl/lib/api/validateMultiple").json()
    assert (first["reportSyntax"], second["reportSyntax"]) == ("text/turtle", "application/xml")
    assert b"sh:Violation" in base64.b64decode(first["report"])
    assert ElementTree.fromstring(base64.b64decode(second["report"])).findtext(f"{TR}result") == "SUCCESS"


def test_the_domain_any_takes_the_callers_own_rules(client: Client) -> None:
    rules = [{"ruleSet": OWN_SHAPES, "ruleSyntax": "text/turtle", "embeddingMethod": "STRING"}]
    answer = post(client, asked(GOOD, externalRules=rules, reportSyntax="text/turtle"), "/shacl/any/api/validate")
    assert "https://own.example/Book#price" in answer.text


def test_domains_and_types_are_listed(client: Client) -> None:
    assert [each["domain"] for each in client.get("/shacl/api/info").json()] == ["lib", "any"]
    info = client.get("/shacl/lib/api/info?lang=en").json()
    assert {each["type"]: each["description"] for each in info["validationTypes"]}["submission"] == "Submission"
    assert client.get("/shacl/api/version").json()["versionNumber"]
    for address in ("/shacl/api/healthcheck", "/shacl/lib/api/healthcheck"):
        assert (client.get(address).status_code, client.get(address).content) == (200, b"")


def test_the_entry_point_leads_to_the_operations(client: Client) -> None:
    answer = client.get("/shacl/lib/api")
    document = answer.json()
    assert "apiDocumentation" in answer.headers["link"]
    assert client.get(document["info"]).status_code == 200
    assert client.get(document["@context"]).json()["@context"]["validate"]["@type"] == "@id"
    assert client.get("/shacl/lib/api/vocab").json()["supportedClass"]
    for address in ("/shacl/lib/upload", "/shacl/lib/upload/", "/shacl/lib/uploadm"):
        assert client.page(address).headers["location"] == "/validate"


@pytest.mark.parametrize("operation", ["validate", "validateMultiple"])
def test_what_is_to_be_posted_is_not_got(operation: str, client: Client) -> None:
    answer = client.get(f"/shacl/lib/api/{operation}")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert client.get(f"/shacl/nobody/api/{operation}").status_code == 404


WRONG: dict[str, tuple[object, int]] = {
    "no object": ("x", 400),
    "nothing": ({}, 400),
    "an address": ({"contentToValidate": "http://127.0.0.1:1/a.ttl"}, 400),
    "an address that says so": (asked("http://127.0.0.1:1/a.ttl", embeddingMethod="URL"), 400),
    "a way of embedding": (asked(embeddingMethod="PIGEON"), 400),
    "no Base64": (asked("***", embeddingMethod="BASE64"), 400),
    "a syntax": (asked(contentSyntax="image/png"), 415),
    "a type": (asked(validationType="no"), 400),
    "a report": (asked(reportSyntax="image/png"), 415),
    "imports": (asked(loadImports=True), 400),
    "a query": (asked(contentQuery="SELECT * {}"), 400),
    "an endpoint": (asked(contentQueryEndpoint="http://127.0.0.1:1/"), 400),
    "rules": (asked(externalRules=[{"ruleSet": OWN_SHAPES}]), 400),
    "a query that calls": (asked(reportQuery="CONSTRUCT {} { SERVICE <http://127.0.0.1:1/> {} }"), 400),
    "a query that is none": (asked(reportQuery="CONSTRUCT"), 400),
    "a query of another kind": (asked(reportQuery="ASK {}"), 400),
    "a locale": (asked(locale=7), 400),
    "a number": ({"contentToValidate": 7}, 400),
    "a flag": (asked(addInputToReport="yes"), 400),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_request_is_answered_with_the_members_of_both_worlds(name: str, client: Client) -> None:
    document, status = WRONG[name]
    answer = post(client, document)
    assert answer.status_code == status, answer.text
    assert answer.json().keys() >= {"message", "timestamp", "type", "status", "detail"}


def test_what_is_refused_says_where_and_stays_a_problem_in_every_syntax(client: Client) -> None:
    text = json.dumps({"@context": "http://127.0.0.1:1/c", "@id": "urn:a"})
    for syntax in ("text/turtle", "application/json"):
        wishes = {"contentSyntax": "application/ld+json", "reportSyntax": syntax, "locale": "fi"}
        answer = post(client, {**asked(text), **wishes})
        problem = answer.json()
        assert (answer.status_code, problem["kind"]) == (422, "refused-content")
        assert answer.headers["content-language"] == "fi"
        assert problem["title"] == "Sisältöä ei oteta vastaan"
        assert problem.keys() >= {"message", "timestamp"}
        assert "ei haeta" in problem["message"]
        assert problem["results"][0]["location"] == {"file": "content.jsonld", "line": 1, "column": 14}


def test_imports_are_refused_unless_the_client_says_that_it_wants_none(client: Client) -> None:
    imports = "\n<urn:o> <http://www.w3.org/2002/07/owl#imports> <http://127.0.0.1:1/o> .\n"
    rules = [{"ruleSet": OWN_SHAPES + imports, "ruleSyntax": "text/turtle"}]
    for document, address in (
        (asked(GOOD + imports), VALIDATE),
        (asked(GOOD, externalRules=rules), "/shacl/any/api/validate"),
    ):
        answer = post(client, document, address)
        assert (answer.status_code, answer.json()["kind"]) == (422, "refused-content")
        assert "http://127.0.0.1:1/o" in answer.json()["message"]
        assert post(client, {**document, "loadImports": None}, address).status_code == 422
        wanted = post(client, {**document, "loadImports": False, "reportSyntax": "text/turtle"}, address)
        assert (wanted.status_code, "IgnoredImport" in wanted.text) == (200, True)
    several = post(client, [asked(GOOD), asked(GOOD + imports)], "/shacl/lib/api/validateMultiple")
    assert several.status_code == 422


@pytest.mark.parametrize(("accepted", "locale"), [("en", None), ("fi", "en"), ("en", "fi_FI"), ("fi", "xx")])
def test_what_is_wrong_with_rules_is_told_in_one_language(client: Client, accepted: str, locale: str | None) -> None:
    rules = [{"ruleSet": "<urn:a> <urn:b> .", "ruleSyntax": "text/turtle"}]
    document = asked(GOOD, externalRules=rules) | ({"locale": locale} if locale else {})
    answer = post(client, document, "/shacl/any/api/validate", Accept_Language=accepted)
    told = {
        "en": ("cannot be read", "Correct the"),
        "fi": ("ei voi lukea", "Korjaa"),
        "sv": ("kan inte läsas", "Rätta"),
    }
    chosen = locale[:2] if locale in ("en", "fi_FI") else accepted
    assert answer.headers["content-language"] == chosen
    assert all(each in answer.json()["message"] for each in told[chosen]), answer.json()["message"]


def test_what_is_no_json_no_domain_or_no_method_is_refused(client: Client) -> None:
    json_type = {"Content-Type": "application/json"}
    assert client.request("POST", VALIDATE, content=b"[" * 100_000, headers=json_type).status_code == 400
    assert client.request("POST", VALIDATE, content=b"{}", headers={"Content-Type": "text/turtle"}).status_code == 415
    assert post(client, asked(), "/shacl/no/api/validate").status_code == 404
    assert client.get(VALIDATE).status_code in (404, 405)
    assert post(client, {}, "/shacl/any/api/validate").status_code == 400
    many = asked(externalRules=[{"ruleSet": OWN_SHAPES, "ruleSyntax": "text/turtle"}] * 21)
    assert post(client, many, "/shacl/any/api/validate").status_code == 400
    assert post(client, [asked()] * 21, "/shacl/lib/api/validateMultiple").status_code == 400
