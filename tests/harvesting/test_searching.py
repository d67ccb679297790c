"""``package_search`` finds what harvesters ask for: everything page by page, and what changed since a moment.

Filters are those of Solr that CKAN's harvester sends. What cannot be understood is refused, not taken for nothing.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sotegraph.errors import SearchRefused
from sotegraph.harvesting import Packages, Search

FOUND = {
    "": ["bare", "branches", "catalogue"],
    "*:*": ["bare", "branches", "catalogue"],
    "metadata_modified:[2026-10-31T23:00:00.123456Z TO *]": ["catalogue"],
    'metadata_modified:["2026-09-01T00:00:00Z" TO *]': ["branches", "catalogue"],
    "metadata_modified:[2026-09-15T00:00:00Z TO 2026-09-15T00:00:00Z]": ["branches"],
    "metadata_modified:{2026-09-15T00:00:00Z TO *}": ["catalogue"],
    "metadata_modified:[* TO 2026-10-01]": ["branches"],
    "organization:mantylan-kirjasto": ["branches", "catalogue"],
    '-organization:"mantylan-kirjasto"': ["bare"],
    "NOT organization:mantylan-kirjasto": ["bare"],
    "organization:nobody OR organization:mantylan-kirjasto metadata_modified:[2026-10-01T00:00:00Z TO *]": [
        "catalogue"
    ],
    "groups:vaesto-ja-yhteiskunta": ["branches"],
    "+groups:koulutus-ja-urheilu +res_format:TTL": ["catalogue"],
    "name:(library-bare OR library-branches)": ["bare", "branches"],
    "name:library-b*": ["bare", "branches"],
    "(name:library-bare OR tags:kirjat) AND res_format:ttl": ["catalogue"],
    "name:library-bare OR tags:kirjat AND res_format:ttl": ["bare", "catalogue"],
    "name:(library-bare AND library-catalogue OR library-branches)": ["branches"],
    "name:(library-branches OR library-bare AND library-catalogue)": ["branches"],
    "license_id:cc-by-4.0": ["branches"],
    "state:active dataset_type:dataset capacity:public private:false": ["bare", "branches", "catalogue"],
    "vocab_keywords:books": ["catalogue"],
    "extras_access_rights:nothing": [],
    "Kirjat": ["catalogue"],
    "books copies": ["catalogue"],
    "kirj*": ["branches", "catalogue"],
    "title:branches": [],
    "title:toimipisteet": ["branches"],
}


def names(found: dict) -> list[str]:
    return [each["name"].removeprefix("library-") for each in found["results"]]


@pytest.mark.parametrize("text", FOUND)
def test_a_filter_finds(text: str, packages: Packages) -> None:
    assert sorted(names(Search(fq=[text]).run(packages.all))) == FOUND[text]
    assert sorted(names(Search(q=text).run(packages.all))) == FOUND[text]


def test_filters_hold_together(packages: Packages) -> None:
    found = Search(fq=["res_format:CSV", "groups:koulutus-ja-urheilu"]).run(packages.all)
    assert names(found) == ["branches"]


def test_pages_hold_everything_once_and_end(packages: Packages) -> None:
    pages = [Search(sort="id asc", start=start, rows=2).run(packages.all) for start in (0, 2, 4)]
    ids = [each["id"] for page in pages for each in page["results"]]
    assert ids == sorted(ids)
    assert len(ids) == 3
    assert [page["count"] for page in pages] == [3, 3, 3]
    assert pages[2]["results"] == []


def test_the_order_is_by_several_fields(packages: Packages) -> None:
    assert names(Search(sort="metadata_modified desc").run(packages.all)) == ["catalogue", "branches", "bare"]
    assert names(Search(sort="score desc, name asc").run(packages.all)) == ["bare", "branches", "catalogue"]


def test_facets_count_what_was_found(packages: Packages) -> None:
    found = Search(fq=["-name:library-bare"], rows=0, facets=["organization", "res_format"]).run(packages.all)
    assert found["facets"] == {
        "organization": {"mantylan-kirjasto": 2},
        "res_format": {"TTL": 1, "SPARQL": 1, "CSV": 1},
    }
    assert found["results"] == []


WRONG = {
    "nothing:x": "no field",
    "metadata_modified:[yesterday]": "range",
    "metadata_modified:[foo TO *]": "range foo",
    "metadata_modified:[* TO 2026-02-30]": "range 2026-02-30",
    "metadata_created:[NOW-1DAY TO *]": "range NOW-1DAY",
    '"open': "cannot be read",
    "(a": "cannot be read",
    "a)": "cannot be read",
    "name:": "cannot be read",
    "(" * 60 + "a" + ")" * 60: "cannot be read",
    "a" * 5_000: "longer",
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text[:20])
def test_what_cannot_be_understood_is_refused(text: str, packages: Packages) -> None:
    with pytest.raises(SearchRefused, match=WRONG[text]):
        Search(fq=[text]).run(packages.all)
    with pytest.raises(SearchRefused):
        Search(fq=[text]).run([])


@pytest.mark.parametrize("sort", ["nothing asc", "id upwards"])
def test_an_unknown_order_is_refused(sort: str, packages: Packages) -> None:
    with pytest.raises(SearchRefused):
        Search(sort=sort).run(packages.all)


@given(text=some.text(alphabet='ab:*[]{}()"-+ \\TONRADx', max_size=40))
def test_any_text_is_answered_or_refused(text: str, packages: Packages) -> None:
    try:
        found = Search(fq=[text]).run(packages.all)
    except SearchRefused:
        return
    assert found["count"] <= 3
