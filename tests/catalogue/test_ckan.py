"""CKAN harvests the catalogue as it is: its own parser reads every page in every form and finds every dataset.

ckanext-dcat runs in an environment of its own, as it pins what it needs; it asks a server over HTTP as the harvester
does, page by page.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import LIBRARY
from tests.serving import serving

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).parent / "ckan_harvest.py"
VARIABLE = "SOTEGRAPH_TEST_CKAN"
FORMS = ("ttl", "jsonld", "rdf")
PROFILES = ("euro_dcat_ap_3", "euro_dcat_ap_2")
CASES = [*((f"/catalog.{suffix}", profile) for suffix in FORMS for profile in PROFILES), ("/catalog", PROFILES[0])]


def ckan() -> str:
    """The Python that has ckanext-dcat; without one the test skips, and in the build it fails."""
    python = os.environ.get(VARIABLE)
    if not python:
        reason = f"set {VARIABLE} to the Python of an environment with ckan[requirements] and ckanext-dcat"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return python


def harvested(folder: Path | None, page_size: int) -> dict[tuple[str, str], Any]:
    """What CKAN makes of the catalogue of the publication in *folder*, by address and profile."""
    python = ckan()
    with serving(folder, page_size=page_size) as served:
        wanted = [f"{served.address}{address}|{profile}" for address, profile in CASES]
        done = subprocess.run([python, str(SCRIPT), *wanted], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return dict(zip(CASES, json.loads(done.stdout), strict=True))


@pytest.fixture(scope="module")
def of_library() -> dict[tuple[str, str], Any]:
    return harvested(LIBRARY, 1)


@pytest.fixture(scope="module")
def of_bundled() -> dict[tuple[str, str], Any]:
    return harvested(None, 8)


def extras(dataset: Mapping[str, Any]) -> dict[str, str]:
    return {each["key"]: each["value"] for each in dataset["extras"]}


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_every_page_of_the_small_catalogue_is_read(of_library, library, case):
    found = of_library[case]
    assert [len(each["datasets"]) for each in found["pages"]] == [1, 1, 1, 1]
    assert_complete(found["datasets"], library, "cc-zero")
    titles = {extras(each)["identifier"]: each["title"] for each in found["datasets"]}
    assert titles[f"{library.base}/id/dataset/catalogue"] == "The example library: Catalogue"


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_every_page_of_the_bundled_catalogue_is_read(of_bundled, whole, case):
    found = of_bundled[case]
    assert len(found["pages"]) >= 3
    assert_complete(found["datasets"], whole, "cc-by")


def assert_complete(datasets, site, licence):
    """Every dataset is there once, with all that CKAN shows, in the portal's language where there is a choice."""
    known = {f"{site.base}/id/dataset/{name}" for name in ("all", *sources_of(site))}
    assert sorted(extras(each)["identifier"] for each in datasets) == sorted(known)
    for each in datasets:
        told = extras(each)
        name = told["identifier"].rpartition("/")[2]
        assert each["title"] == english_title(site, name)
        assert each["notes"]
        assert each["tags"]
        assert told["uri"] == told["identifier"]
        assert told["contact_email"]
        assert told["contact_name"]
        assert told["publisher_name"]
        assert told["modified"]
        assert told["frequency"]
        assert licence == each["license_id"]
        assert each["url"] == f"{site.base}/doc/dataset/{name}"
        resources = {resource["uri"]: resource for resource in each["resources"]}
        assert {f"{told['uri']}#{form}" for form in ("nq-gz", "ttl-gz", "trig-gz", "jsonld-gz", "sparql")} <= set(
            resources
        )
        for resource in resources.values():
            assert resource["name"]
            assert resource["url"].startswith(site.base)
            assert resource["license"]
            assert resource["format"]
        if "access_services" in resources[f"{told['uri']}#sparql"]:
            [service] = json.loads(resources[f"{told['uri']}#sparql"]["access_services"])
            assert service["endpoint_url"] == [f"{site.base}/sparql"]


def sources_of(site) -> list[str]:
    home = site.index.publication.graph("").value
    machinery = {"ontology", "shapes", "provenance"}
    names = {each.removeprefix(home) for each in site.index.version.graphs if each not in site.index.version.computed}
    return sorted(names - machinery)


def english_title(site, name: str) -> str:
    titles = site.index.publication.titles
    if name == "all":
        return titles["en"]
    text = site.index.label(site.index.publication.graph(name).value, "en")
    return f"{titles['en']}: {text.value}"
