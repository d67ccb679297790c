"""``/api/3/action`` answers as CKAN does: what its harvesters and clients send works here unmodified.

The requests are those of CKAN's own harvester, as avoindata.fi runs it, and of its Python client. An error has CKAN's
body, and is a problem document besides.
"""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from sotegraph.terms import CATALOG, RDF_TYPE, term
from tests.client import PAGE, Client

DATASET = term("dcat:Dataset")


def harvest(client: Client, terms: list[str] | None = None) -> list[dict]:
    """What CKAN's harvester gathers: pages of a hundred, sorted by id, until one is empty."""
    parameters = {"rows": "100", "start": "0", "sort": "id asc"} | ({"fq": " ".join(terms)} if terms else {})
    found, before = [], ""
    while True:
        content = client.get("/api/3/action/package_search?" + urlencode(parameters)).text
        assert content != before
        page = json.loads(content).get("result", {}).get("results", [])
        if not page:
            return found
        found += page
        before = content
        parameters["start"] = str(int(parameters["start"]) + int(parameters["rows"]))


def test_a_parameter_that_is_missing_is_named_in_the_language_of_the_reader(client):
    answer = client.get("/api/3/action/package_show?lang=fi", accept_language="fi")
    assert answer.json()["detail"] == "Parametri id puuttuu."


def test_a_first_harvest_gathers_every_dataset_once(client, index):
    packages = harvest(client)
    graph = index.publication.graph(CATALOG)
    triples = index.version.triples_of(graph)
    datasets = {each.subject.value for each in triples if (each.predicate, each.object) == (RDF_TYPE, DATASET)}
    assert len(datasets) >= 4
    assert {each["uri"] for each in packages} == datasets
    assert len({each["id"] for each in packages}) == len(packages) == len(datasets)


def test_every_dataset_has_what_the_schema_of_avoindata_requires(client):
    for each in harvest(client):
        for field in ("title_translated", "notes_translated", "keywords"):
            assert each[field]["fi"], field
        for field in ("license_id", "maintainer", "maintainer_email", "collection_type", "metadata_modified"):
            assert each[field], field
        assert "@" in each["maintainer_email"]
        assert all(resource["url"].startswith("https://") and resource["format"] for resource in each["resources"])


def test_a_later_harvest_gathers_what_has_changed_since(client):
    packages = harvest(client)
    latest = max(each["metadata_modified"] for each in packages)
    found = harvest(client, [f"metadata_modified:[{latest}Z TO *]"])
    assert {each["id"] for each in found} == {each["id"] for each in packages if each["metadata_modified"] == latest}
    assert harvest(client, ["metadata_modified:[2999-01-01T00:00:00.000000Z TO *]"]) == []


def test_a_harvest_of_one_organisation_finds_its_groups_and_itself(client):
    (organization,) = client.get("/api/3/action/organization_list").json()["result"]
    packages = harvest(client, ["organization:" + organization])
    assert packages == harvest(client)
    for each in packages:
        shown = client.get("/api/3/action/organization_show?id=" + each["owner_org"]).json()["result"]
        assert shown["name"] == organization
        for group in each["groups"]:
            assert client.get("/api/3/action/group_show?id=" + group["id"]).json()["result"]["name"] == group["name"]


def test_parameters_come_in_the_address_as_json_and_as_a_form(client):
    (package,) = harvest(client, ["name:*branches"])
    expected = client.get("/api/action/package_show?id=" + package["name"]).json()
    assert expected["success"] is True
    assert expected["help"] == "http://site.example/api/3/action/help_show?name=package_show"
    assert expected["result"] == package
    for options in ({"json": {"id": package["id"]}}, {"data": {"id": package["id"]}}):
        assert client.request("POST", "/api/3/action/package_show", **options).json() == expected
    assert client.request("POST", "/api/action/package_list").json()["result"]


def test_the_site_says_what_it_is(client):
    assert client.get("/api/3").json() == {"version": 3}
    status = client.get("/api/3/action/status_show").json()["result"]
    assert (status["site_title"], status["site_url"]) == ("The example library", "https://library.example")


def test_an_answer_is_known_already(client):
    first = client.get("/api/3/action/package_list")
    assert client.get("/api/3/action/package_list", if_modified_since=first.headers["last-modified"]).status_code == 304


@pytest.mark.parametrize(
    ("address", "status", "type_"),
    [
        ("package_show?id=nothing", 404, "Not Found Error"),
        ("package_show", 409, "Validation Error"),
        ("package_search?rows=many", 409, "Validation Error"),
        ("package_search?fq=nothing:x", 409, "Search Query Error"),
        ("package_create?id=x", 400, "Bad request"),
    ],
)
def test_an_error_has_the_body_of_ckan_and_is_a_problem(address, status, type_, client):
    answer = client.get("/api/3/action/" + address)
    body = answer.json()
    assert (answer.status_code, body["success"], body["error"]["__type"]) == (status, False, type_)
    assert body["error"]["message"] == body["detail"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert "result" not in body
    page = client.request("GET", "/api/3/action/" + address, headers=PAGE)
    assert page.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff", b'{"id": ' * 5_000], ids=["open", "list", "bytes", "deep"])
def test_a_body_that_cannot_be_read_is_refused(body, client):
    answer = client.request("POST", "/api/3/action/package_show", content=body)
    assert (answer.status_code, answer.json()["success"]) == (400, False)
