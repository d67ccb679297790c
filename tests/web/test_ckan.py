"""``/api/3/action`` answers as CKAN does: what its harvesters and clients send works here unmodified.

The requests are those of CKAN's own harvester, as avoindata.fi runs it, and of its Python client. An error has CKAN's
body, and is a problem document besides.
"""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from pyoxigraph import Quad, parse

from sotegraph.loading import load_folder
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.terms import CATALOG
from sotegraph.web.app import create_app
from tests.client import PAGE, Client
from tests.conftest import LIBRARY
from tests.harvesting.conftest import FILE


@pytest.fixture(scope="module")
def portal() -> Client:
    """The library's site with a catalogue of three datasets."""
    settings = Settings(access_log=False)
    index = load_folder(LIBRARY, settings)
    graph = index.publication.graph(CATALOG)
    index.version.store.extend(Quad(*quad.triple, graph) for quad in parse(path=str(FILE)))
    return Client(create_app(settings, index.publication, index, InProcessEvaluator(index.version, settings)))


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


def test_a_first_harvest_gathers_every_dataset_once(portal):
    packages = harvest(portal)
    assert len({each["id"] for each in packages}) == len(packages) >= 3
    assert json.loads(json.dumps(packages)) == packages


def test_a_later_harvest_gathers_what_has_changed_since(portal):
    since = "2026-10-31T22:59:59.123456"
    packages = harvest(portal, [f"metadata_modified:[{since}Z TO *]"])
    assert [each["title"] for each in packages] == ["Catalogue"]
    assert all(each["metadata_modified"] > since for each in packages)


def test_a_harvest_of_one_organisation_finds_its_group_and_itself(portal):
    packages = harvest(portal, ["organization:mantyla-library"])
    assert packages
    for each in packages:
        shown = portal.get("/api/3/action/organization_show?id=" + each["owner_org"]).json()["result"]
        assert shown["title"] == "Mäntylä Library"
        for group in each["groups"]:
            assert portal.get("/api/3/action/group_show?id=" + group["id"]).json()["result"]["name"] == group["name"]


def test_parameters_come_in_the_address_as_json_and_as_a_form(portal):
    (package,) = harvest(portal, ["name:*branches"])
    expected = portal.get("/api/action/package_show?id=" + package["name"]).json()
    assert expected["success"] is True
    assert expected["help"] == "http://site.example/api/3/action/help_show?name=package_show"
    assert expected["result"] == package
    posted = {"json": {"id": package["id"]}}, {"data": {"id": package["id"]}}, {"content": b'{"id": "%s"}'}
    for options in posted[:2]:
        assert portal.request("POST", "/api/3/action/package_show", **options).json() == expected
    assert portal.request("POST", "/api/action/package_list").json()["result"]


def test_the_site_says_what_it_is(portal):
    assert portal.get("/api/3").json() == {"version": 3}
    status = portal.get("/api/3/action/status_show").json()["result"]
    assert (status["site_title"], status["site_url"]) == ("The example library", "https://library.example")


def test_an_answer_is_known_already(portal):
    first = portal.get("/api/3/action/package_list")
    assert portal.get("/api/3/action/package_list", if_modified_since=first.headers["last-modified"]).status_code == 304


@pytest.mark.parametrize(
    ("address", "status", "type_"),
    [
        ("package_show?id=nothing", 404, "Not Found Error"),
        ("package_show", 400, "Bad request"),
        ("package_search?rows=many", 409, "Validation Error"),
        ("package_search?fq=nothing:x", 409, "Search Query Error"),
        ("package_create?id=x", 400, "Bad request"),
    ],
)
def test_an_error_has_the_body_of_ckan_and_is_a_problem(address, status, type_, portal):
    answer = portal.get("/api/3/action/" + address)
    body = answer.json()
    assert (answer.status_code, body["success"], body["error"]["__type"]) == (status, False, type_)
    assert body["error"]["message"] == body["detail"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert "result" not in body
    page = portal.request("GET", "/api/3/action/" + address, headers=PAGE)
    assert page.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff", b'{"id": ' * 5_000], ids=["open", "list", "bytes", "deep"])
def test_a_body_that_cannot_be_read_is_refused(body, portal):
    answer = portal.request("POST", "/api/3/action/package_show", content=body)
    assert (answer.status_code, answer.json()["success"]) == (400, False)
