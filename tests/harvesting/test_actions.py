"""The actions take parameters as CKAN does, whatever clients add, and refuse those that cannot be meant."""

from __future__ import annotations

import pytest

from sotegraph.errors import ActionRefused, BadRequest, NotFound
from sotegraph.harvesting import Actions


def test_a_package_is_shown_by_id_name_and_iri(actions: Actions) -> None:
    package = actions.do("package_show", {"id": "library-branches"})
    for name in (package["id"], package["uri"]):
        assert actions.do("package_show", {"id": name, "use_default_schema": "true"}) == package


def test_packages_are_listed_in_pages(actions: Actions) -> None:
    assert actions.do("package_list", {}) == ["library-bare", "library-branches", "library-catalogue"]
    assert actions.do("package_list", {"offset": "1", "limit": "1"}) == ["library-branches"]


def test_ten_packages_are_searched_unless_more_are_wanted(actions: Actions) -> None:
    assert actions.do("package_search", {"rows": "0"})["results"] == []
    assert actions.do("package_search", {"rows": "5000", "include_private": "true"})["count"] == 3
    found = actions.do("package_search", {"fq_list": ["res_format:CSV"], "facet.field": '["tags"]'})
    assert found["facets"] == {"tags": {"toimipisteet": 1}}


def test_organisations_and_groups_are_shown(actions: Actions) -> None:
    assert actions.do("organization_list", {}) == ["mantylan-kirjasto"]
    (organization,) = actions.do("organization_list", {"all_fields": "true"})
    shown = actions.do("organization_show", {"id": organization["id"], "include_datasets": "True"})
    assert [each["name"] for each in shown["packages"]] == ["library-branches", "library-catalogue"] or len(
        shown["packages"]
    ) == 2
    assert actions.do("group_list", {"sort": "package_count desc"})[0] == "koulutus-ja-urheilu"
    group = actions.do("group_show", {"id": "vaesto-ja-yhteiskunta", "include_datasets": True})
    assert [each["name"] for each in group["packages"]] == ["library-branches"]
    assert "packages" not in actions.do("group_show", {"id": "vaesto-ja-yhteiskunta"})


def test_a_resource_is_shown(actions: Actions) -> None:
    (resource,) = actions.do("package_show", {"id": "library-branches"})["resources"]
    assert actions.do("resource_show", {"id": resource["id"]}) == resource


def test_the_site_tells_what_it_is(actions: Actions) -> None:
    assert actions.do("status_show", {})["site_title"] == "Esimerkkikirjasto"
    assert actions.do("site_read", {}) is True
    assert "cc-by-4.0" in [each["id"] for each in actions.do("license_list", {})]
    assert actions.do("tag_list", {"query": "KIRJ"}) == ["kirjat"]
    assert "package" in actions.do("help_show", {"name": "package_show"})


@pytest.mark.parametrize(
    ("name", "parameters", "error"),
    [
        ("package_show", {}, ActionRefused),
        ("package_show", {"id": "nothing"}, NotFound),
        ("package_show", {"id": {"a": 1}}, ActionRefused),
        ("resource_show", {"id": "nothing"}, NotFound),
        ("group_show", {"id": "nothing"}, NotFound),
        ("organization_list", {"sort": "nothing"}, ActionRefused),
        ("organization_list", {"all_fields": "perhaps"}, ActionRefused),
        ("package_search", {"rows": "-1"}, ActionRefused),
        ("package_search", {"start": "ten"}, ActionRefused),
        ("package_search", {"fq": [1]}, ActionRefused),
        ("package_search", {"facet.field": '["a"'}, ActionRefused),
        ("package_delete", {"id": "library-bare"}, BadRequest),
        ("help_show", {"name": "do"}, BadRequest),
    ],
)
def test_what_cannot_be_done_is_refused(name: str, parameters: dict, error: type[Exception], actions: Actions) -> None:
    with pytest.raises(error):
        actions.do(name, parameters)
