"""CKAN harvests the catalogue as it is: its own parser reads every page in every form and finds every dataset.

ckanext-dcat runs in an environment of its own, as it pins what it needs; it asks a server over HTTP as the harvester
does, page by page.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal

from tests.conftest import LIBRARY
from tests.serving import serving

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).parent / "ckan_harvest.py"
VARIABLE = "SOTEGRAPH_TEST_CKAN"
FORMS = ("ttl", "jsonld", "rdf")
PROFILES = ("euro_dcat_ap_3", "euro_dcat_ap_2")
ENGLISH = "en"
CASES = [
    *((f"/catalog.{suffix}", profile, ENGLISH) for suffix in FORMS for profile in PROFILES),
    ("/catalog", PROFILES[0], ENGLISH),
]
IN_LANGUAGES = [
    (f"/catalog.{suffix}", profile, language)
    for suffix in FORMS
    for profile in PROFILES
    for language in ("fi", "sv", ENGLISH)
]
MAIN_ONLY = frozenset({"rights", "provenance", "spatial_text"})
"""What CKAN takes of a node's labels without a look at their language: there is no way to offer it another one."""


def ckan() -> str:
    """The Python that has ckanext-dcat; without one the test skips, and in the build it fails."""
    python = os.environ.get(VARIABLE)
    if not python:
        reason = f"set {VARIABLE} to the Python of an environment with ckan[requirements] and ckanext-dcat"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return python


Case = tuple[str, str, str]


def harvested(folder: Path | None, page_size: int, cases: Sequence[Case] = CASES) -> dict[Case, Any]:
    """What CKAN makes of the catalogue of the publication in *folder*, by address, profile and language."""
    python = ckan()
    with serving(folder, page_size=page_size) as served:
        wanted = [f"{served.address}{'|'.join(each)}" for each in cases]
        done = subprocess.run([python, str(SCRIPT), *wanted], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return dict(zip(cases, json.loads(done.stdout), strict=True))


@pytest.fixture(scope="module")
def of_library() -> dict[Case, Any]:
    return harvested(LIBRARY, 1)


@pytest.fixture(scope="module")
def of_bundled() -> dict[Case, Any]:
    return harvested(None, 8, sorted({*CASES, *IN_LANGUAGES}))


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


@pytest.mark.parametrize("case", IN_LANGUAGES, ids=" ".join)
def test_every_text_is_in_the_language_of_the_portal(of_bundled, whole, case):
    """Keywords are taken in all languages; what CKAN takes of labels, in the publication's main one."""
    languages, main = languages_of(whole), whole.index.publication.languages[0]
    seen = Counter()
    for dataset in of_bundled[case]["datasets"]:
        described = {"title": dataset["title"], "notes": dataset["notes"], **extras(dataset)}
        services = [each for resource in dataset["resources"] for each in services_of(resource)]
        for each in (described, *dataset["resources"], *services):
            for field, text in each.items():
                if isinstance(text, str) and text in languages:
                    assert (main if field in MAIN_ONLY else case[2]) in languages[text], (field, text)
                    seen[field] += 1
    assert {"title", "notes", "name", "description", "contact_name", "publisher_name"} | MAIN_ONLY <= set(seen)


def services_of(resource: Mapping[str, Any]) -> list[dict[str, Any]]:
    services: list[dict[str, Any]] = json.loads(resource.get("access_services", "[]"))
    return [*services, *(agent for each in services for agent in (*each["publisher"], *each["contact"]))]


def languages_of(site) -> dict[str, set[str]]:
    """In which languages the catalogue says each text."""
    languages: dict[str, set[str]] = {}
    for triples in site.pages():
        for each in triples:
            if isinstance(each.object, Literal) and each.object.language:
                languages.setdefault(each.object.value, set()).add(each.object.language)
    return languages


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
