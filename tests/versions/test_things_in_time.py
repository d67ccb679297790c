"""A thing has its own time: it came at one version, may have gone at another, and is asked for as of any day."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from sotegraph.errors import NotFound
from tests.client import Client
from tests.versions.conftest import Editions
from tests.versions.test_time import client_of

pytestmark = pytest.mark.slow
_NEW = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix lib: <https://library.example/ns/lib#> .
@prefix schema: <https://schema.org/> .
@base <https://library.example/id/> .

<book/91> a lib:Book , schema:Book ;
    dct:title "A Book That Came"@en , "Tullut kirja"@fi ;
    lib:genre <concept/genre/fiction-novel> .
"""
_LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
_DOCUMENT = "/doc/book/91.nt"


@pytest.fixture(scope="module")
def editions(tmp_path_factory) -> Editions:
    """Four versions: in the first there is no book 91, nor in the last."""
    editions = Editions.at(tmp_path_factory.mktemp("came-and-went"))
    editions.publish()
    book = editions.folder / "data/catalogue/came.ttl"
    book.write_text(_NEW, "utf-8")
    editions.publish()
    editions.retitle(1)
    editions.publish()
    book.unlink()
    editions.publish()
    return editions


@pytest.fixture(scope="module")
def client(editions) -> Client:
    return client_of(editions)


@pytest.fixture(scope="module")
def ids(editions) -> list[str]:
    return [each.short_id for each in editions.archive.entries()]


def links(answer) -> dict[str, str]:
    """The addresses of the mementos that *answer* names, by what they are to it."""
    found = [each.partition(">; rel=") for each in answer.headers["Link"].split(", <")]
    return {
        name: address.lstrip("<")
        for address, _, rest in found
        for name in rest.split('"')[1].split()
        if "memento" in rest
    }


def at(moment: datetime) -> dict[str, str]:
    return {"accept_datetime": format_datetime(moment, usegmt=True)}


def test_the_neighbours_of_a_memento_are_versions_that_have_the_thing(client, ids):
    mapped = client.get(f"/timemap{_DOCUMENT}").text
    assert [each in mapped for each in ids] == [False, True, True, False]
    first, then, gone = (client.get(f"{_DOCUMENT}?version={each}") for each in ids[1:])
    assert (first.status_code, then.status_code, gone.status_code) == (200, 200, 410)
    known = {f"{_DOCUMENT}?version={each}" for each in ids[1:3]}
    for answer in (first, then, gone):
        assert {links(answer)["first"], links(answer)["last"]} == known
    assert "prev" not in links(first)
    assert "next" not in links(then)
    assert links(gone)["prev"] == f"{_DOCUMENT}?version={ids[2]}"
    assert "next" not in links(gone)


def test_a_date_before_a_thing_came_leads_to_its_first_version(client, ids):
    answer = client.get(_DOCUMENT, **at(_LONG_AGO))
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"?version={ids[1]}")


def test_a_day_before_a_thing_came_is_told_with_the_first_version_that_has_it(client, ids):
    for language, words in (("en", "No version that is kept had"), ("fi", "Missään säilytetyssä versiossa")):
        page = client.page(f"/doc/book/91?on=2001-01-01&lang={language}")
        assert page.status_code == 404
        assert words in page.text
        assert f"/doc/book/91?version={ids[1]}" in page.text


def test_a_day_after_a_thing_went_leads_to_where_that_is_told(client, ids):
    answer = client.get(f"{_DOCUMENT}?on={(datetime.now(UTC) + timedelta(days=1)).date()}")
    assert answer.headers["Location"].endswith(f"?version={ids[3]}")
    assert 'rel="original timegate"' in answer.headers["Link"]
    assert "on=" not in answer.headers["Link"]


def test_what_never_was_is_not_found_at_once(client):
    assert client.get("/doc/book/999.nt", **at(_LONG_AGO)).status_code == 404
    assert client.get("/doc/book/999.nt?on=2001-01-01").status_code == 404


def test_what_was_replaced_leads_to_its_successor_in_the_same_version(client, ids):
    then = client.get(f"/doc/book/9.nt?version={ids[1]}")
    assert (then.status_code, then.headers["Publication-Version"]) == (301, ids[1])
    assert then.headers["Location"] == f"/doc/book/1.nt?version={ids[1]}"
    now = client.get("/doc/book/9.nt")
    assert now.headers["Location"] == "/doc/book/1.nt"
    assert "Accept-Datetime" in now.headers["Vary"]


def test_who_reads_what_was_stays_there_until_asking_for_what_is(client, ids):
    page = client.page(f"/doc/book/91?version={ids[1]}&lang=en").text
    assert f'href="/doc/concept/genre/fiction-novel?version={ids[1]}&amp;lang=en"' in page
    assert 'href="/doc/book/91?lang=en"' in page, "the way to what is now"
    assert "version=" not in client.page("/doc/book/1?lang=en").text


def test_what_was_already_gone_leads_to_the_version_that_had_it(client, ids):
    page = client.page(f"/doc/book/91?version={ids[3]}&lang=en").text
    assert f'href="/doc/book/91?version={ids[2]}&amp;lang=en">As it was then' in page


def test_a_link_names_its_version_once(client, ids):
    page = client.page(f"/doc/book/1?version={ids[1]}&lang=en").text
    found = re.findall(r'href="(/doc/[^"]*)"', page)
    assert any("_profile" in each for each in found)
    assert {each.count("version=") for each in found} <= {0, 1}


def test_digits_with_which_several_versions_begin_name_none(editions, monkeypatch):
    entry = editions.archive.needed_current()
    alike = [replace(entry, version=f"abcd{each}") for each in "12"]
    monkeypatch.setattr(type(editions.archive), "entries", lambda self: tuple(alike))
    with pytest.raises(NotFound, match="several versions begin with abcd"):
        editions.archive.find("abcd")
    assert editions.archive.find("abcd2") == alike[1]
