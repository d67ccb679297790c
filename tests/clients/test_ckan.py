"""CKAN's own client (``ckanapi``) takes the site for a CKAN: it reads everything that is published, and its errors."""

from __future__ import annotations

import pytest
from ckanapi import NotFound, RemoteCKAN
from ckanapi.errors import CKANAPIError, SearchQueryError, ValidationError

from tests.serving import Served

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def portal(served: Served) -> RemoteCKAN:
    return RemoteCKAN(served.address)


@pytest.mark.parametrize("get_only", [False, True])
def test_every_package_is_read(served: Served, get_only: bool) -> None:
    portal = RemoteCKAN(served.address, get_only=get_only)
    names = portal.action.package_list()
    assert len(names) > 10
    found = portal.action.package_search(q="*:*", rows=1000, sort="metadata_modified desc")
    assert sorted(each["name"] for each in found["results"]) == names
    for name in names:
        package = portal.action.package_show(id=name)
        assert portal.action.organization_show(id=package["owner_org"])["name"] in portal.action.organization_list()


def test_the_site_says_what_it_is(portal: RemoteCKAN) -> None:
    assert portal.action.status_show()["site_title"]
    assert portal.action.site_read() is True


def test_errors_are_those_of_ckan(portal: RemoteCKAN) -> None:
    with pytest.raises(NotFound):
        portal.action.package_show(id="nothing")
    with pytest.raises(SearchQueryError):
        portal.action.package_search(fq="nothing:x")
    with pytest.raises(ValidationError):
        portal.action.package_search(rows="many")
    with pytest.raises(CKANAPIError):
        portal.action.package_create(name="x")
