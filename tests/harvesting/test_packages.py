"""A dataset becomes a package of CKAN with every field that the schema of avoindata.fi asks for.

Ids stay as long as IRIs do. Texts are kept in every language. What the catalogue does not say is empty, and never
invented.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse

from sotegraph.harvesting import Catalogue, Packages
from sotegraph.harvesting.codes import LICENCES, licence_of
from tests.harvesting.conftest import BASE, FILE


@pytest.fixture(scope="module")
def package(packages: Packages) -> Any:
    found = packages.find("library-catalogue")
    assert found
    return found


def test_every_dataset_is_a_package_with_an_id_of_its_own(packages: Packages) -> None:
    ids = [each["id"] for each in packages.all]
    assert len(ids) == len(set(ids)) == 3
    assert ids == sorted(ids)
    expected = {str(uuid.uuid5(uuid.NAMESPACE_URL, f"{BASE}/id/dataset/{name}")) for name in ("catalogue", "branches")}
    assert expected < set(ids)
    assert all(re.fullmatch(r"[a-z0-9_-]{2,100}", each["name"]) for each in packages.all)


def test_a_package_has_what_the_schema_of_avoindata_requires(package: Any) -> None:
    assert package["title_translated"] == {"fi": "Luettelo", "en": "Catalogue", "sv": "Katalog"}
    assert package["notes_translated"] == {"fi": "Kirjat ja niiden kappaleet.", "en": "Books and their copies."}
    assert package["keywords"] == {"fi": ["kirjat", "kokoelmat"], "en": ["books"]}
    assert package["license_id"] == "cc-zero-1.0"
    assert package["collection_type"] == "Open Data"
    assert (package["maintainer"], package["maintainer_email"]) == ("Kirjaston tietopalvelu", "data@library.example")
    assert package["categories"] == ["koulutus-ja-urheilu"]
    assert package["update_frequency"] == {"fi": ["viikoittain"], "en": ["weekly"]}
    assert package["geographical_coverage"] == ["suomi"]


def test_texts_of_the_core_are_in_the_first_language(package: Any) -> None:
    assert (package["title"], package["notes"]) == ("Luettelo", "Kirjat ja niiden kappaleet.")
    assert [each["name"] for each in package["tags"]] == ["kirjat", "kokoelmat"]
    assert package["organization"]["title"] == "Mäntylän kirjasto"
    assert package["organization"]["name"] == "mantylan-kirjasto"


def test_moments_are_in_utc_and_of_the_data(package: Any) -> None:
    assert package["metadata_modified"] == "2026-11-01T06:00:00.000000"
    assert package["metadata_created"] == "2026-01-01T00:00:00.000000"


def test_a_file_is_a_resource_with_its_size_and_checksum(package: Any) -> None:
    file = next(each for each in package["resources"] if each["format"] == "TTL")
    assert file["url"] == "https://site.example/dumps/current/catalogue.ttl.gz"
    assert file["uri"] == f"{BASE}/id/dataset/catalogue#ttl"
    assert (file["mimetype"], file["mimetype_inner"], file["size"]) == ("application/gzip", "text/turtle", 1234)
    assert file["sha256"] == file["hash"]
    assert len(file["hash"]) == 64
    assert file["name_translated"] == {"fi": "Turtle-tiedosto", "en": "Turtle file"}
    assert file["temporal_coverage_from"] == "2020-01-01"
    assert file["metadata_modified"] == "2026-10-01T00:00:00.000000"


def test_an_archive_is_one_and_has_tables_inside() -> None:
    text = FILE.read_text("utf-8").replace(
        "<id/dataset/branches#csv> a dcat:Distribution ;",
        """
        <id/dataset/branches#csv> a dcat:Distribution ;
        dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ;
        dcat:packageFormat <https://www.iana.org/assignments/media-types/application/zip> ;""",
    )
    triples = (quad.triple for quad in parse(text, RdfFormat.TURTLE))
    found = Packages(Catalogue.read(triples, ("fi",))).find(f"{BASE}/id/dataset/branches")
    assert found is not None
    [archive] = found["resources"]
    assert (archive["mimetype"], archive["mimetype_inner"], archive["format"]) == ("application/zip", "text/csv", "CSV")


def test_a_service_is_a_resource_without_a_file(package: Any) -> None:
    service = next(each for each in package["resources"] if each["format"] == "SPARQL")
    assert service["url"] == "https://site.example/sparql"
    assert "download_url" not in service


def test_a_licence_counts_by_its_address_as_by_its_code(packages: Packages) -> None:
    found = packages.find("library-branches")
    assert found
    assert (found["license_id"], found["isopen"]) == ("cc-by-4.0", True)


def test_a_dataset_without_anything_is_a_package_that_says_so(packages: Packages) -> None:
    bare = packages.find("library-bare")
    assert bare
    assert (bare["title"], bare["license_id"], bare["owner_org"], bare["resources"]) == ("", None, None, [])
    assert (bare["metadata_modified"], bare["keywords"], bare["maintainer_email"]) == (None, {}, None)


def test_organisations_and_themes_count_their_packages(packages: Packages) -> None:
    assert [(each["name"], each["package_count"]) for each in packages.organizations] == [("mantylan-kirjasto", 2)]
    assert [(each["name"], each["package_count"]) for each in packages.groups] == [
        ("koulutus-ja-urheilu", 2),
        ("vaesto-ja-yhteiskunta", 1),
    ]


@pytest.mark.parametrize(
    ("iri", "id_"),
    [
        ("https://creativecommons.org/publicdomain/zero/1.0/legalcode.fi", "cc-zero-1.0"),
        ("https://creativecommons.org/licenses/by/4.0/deed.sv", "cc-by-4.0"),
        ("https://spdx.org/licenses/CC0-1.0.html", "cc-zero-1.0"),
        ("http://spdx.org/licenses/MIT", "other-open"),
        ("http://publications.europa.eu/resource/authority/licence/MIT", "other-open"),
        ("https://spdx.org/licenses/CC-BY-NC-4.0", None),
        ("http://publications.europa.eu/resource/authority/licence/CC_BYNC_4_0", None),
        ("https://licence.example/own", None),
    ],
)
def test_a_licence_has_the_id_that_portals_know(iri: str, id_: str | None) -> None:
    found = licence_of(iri)
    assert (found.id if found else None) == id_
    assert found is None or (found.is_open and found.id in LICENCES)


RIGHTS = {
    "a text": 'dct:rights "Kuvat eri ehdoin."@fi ;',
    "a node": 'dct:rights [ a dct:RightsStatement ; rdfs:label "Kuvat eri ehdoin."@fi ] ;',
}


@pytest.mark.parametrize(
    "at", ["<id/dataset/branches> a dcat:Dataset ;", "<id/dataset/branches#csv> a dcat:Distribution ;"]
)
@pytest.mark.parametrize("rights", RIGHTS.values(), ids=RIGHTS)
def test_the_notice_of_rights_is_that_of_the_dataset_or_of_its_files(at: str, rights: str) -> None:
    text = FILE.read_text("utf-8")
    assert at in text
    text = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ." + text.replace(at, f"{at} {rights}")
    triples = (quad.triple for quad in parse(text, RdfFormat.TURTLE))
    found = Packages(Catalogue.read(triples, ("fi",))).find(f"{BASE}/id/dataset/branches")
    assert found is not None
    assert found["copyright_notice_translated"] == {"fi": "Kuvat eri ehdoin."}
