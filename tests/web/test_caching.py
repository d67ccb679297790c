"""An answer about the data stands until the next version: it has a strong validator, and 304 when it is known.

Each variant (form, language) has an entity tag of its own; ``If-None-Match`` wins over ``If-Modified-Since`` (RFC 9110
section 13.2.2). What a process has rendered once it keeps.
"""

import shutil
from dataclasses import replace
from email.utils import parsedate_to_datetime

import pytest

from sotegraph.formats import DOCUMENT_FORMATS
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.answers import Answer, Bodies
from sotegraph.web.app import create_app
from tests.client import Client, varies_by

CACHED = ["/doc/book/1", "/book", "/", "/ns/lib", "/shapes", "/shapes/Book"]


@pytest.mark.parametrize("path", CACHED)
@pytest.mark.parametrize("form", DOCUMENT_FORMATS, ids=lambda form: form.suffix)
def test_a_known_answer_is_not_sent_again(client, path, form):
    first = client.get(path, accept=form.media_type)
    again = client.get(path, accept=form.media_type, if_none_match=f'W/"other", {first.headers["etag"]}')
    assert (again.status_code, again.content) == (304, b"")
    for name in ("etag", "cache-control", "content-location", "vary", "last-modified"):
        assert again.headers[name] == first.headers[name]


def test_another_tag_brings_the_whole_answer(client):
    assert client.get("/doc/book/1", if_none_match='"other"').status_code == 200
    assert client.get("/doc/book/1", if_none_match="*").status_code == 304


def test_each_variant_has_a_strong_tag_of_its_own_that_names_the_version(client, version):
    tags = [client.get("/doc/book/1", accept=form.media_type).headers["etag"] for form in DOCUMENT_FORMATS]
    tags.append(client.get("/doc/book/1?lang=fi", accept="text/html").headers["etag"])
    assert len(set(tags)) == len(DOCUMENT_FORMATS) + 1
    assert all(tag.startswith(f'"{version.short_id}-') for tag in tags)


def test_the_date_of_the_last_change_comes_from_the_sources(client):
    answer = client.get("/doc/book/1.ttl")
    assert answer.headers["last-modified"] == "Mon, 04 May 2026 03:00:00 GMT"
    later = client.get("/doc/book/1.ttl", if_modified_since="Tue, 05 May 2026 00:00:00 GMT")
    assert later.status_code == 304
    earlier = client.get("/doc/book/1.ttl", if_modified_since="Sun, 03 May 2026 00:00:00 GMT")
    assert earlier.status_code == 200


def test_the_tag_wins_over_the_date(client):
    headers = {"if_none_match": '"other"', "if_modified_since": "Tue, 05 May 2026 00:00:00 GMT"}
    assert client.get("/doc/book/1.ttl", **headers).status_code == 200


@pytest.mark.parametrize(
    "date", ["yesterday", "Mon, 01 Jan 2024 00:00:00 +99999999999999999", "Mon, 01 Jan 0001 00:00:00 +2359"]
)
def test_a_date_that_is_none_is_passed_over(client, date):
    assert client.get("/doc/book/1.ttl", if_modified_since=date).status_code == 200


def test_the_tags_of_several_lines_are_one_list(client):
    tag = client.get("/doc/book/1.ttl").headers["etag"]
    lines = [("If-None-Match", '"other"'), ("If-None-Match", tag)]
    assert client.request("GET", "/doc/book/1.ttl", headers=lines).status_code == 304


@pytest.mark.parametrize("path", ["/doc/book/1.html", "/doc/book/1.json", "/book.ttl"])
def test_the_tag_changes_with_whatever_changes_the_answer(index, tmp_path, path):
    settings = Settings(access_log=False)
    shutil.copytree(index.publication.root / "ontology", tmp_path / "ontology")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "extra.html").write_text("own")
    context = {"@context": {**index.publication.context["@context"], "more": "https://library.example/ns/lib#more"}}
    variants = [
        (settings, index.publication),
        (Settings(access_log=False, page_size=3), index.publication),
        (settings, replace(index.publication, context=context)),
        (settings, replace(index.publication, root=tmp_path)),
    ]
    tags = set()
    for own_settings, publication in variants:
        own = replace(index, publication=publication)
        app = create_app(own_settings, publication, own, InProcessEvaluator(index.version, own_settings))
        tags.add(Client(app).get(path).headers["etag"])
    assert len(tags) == len(variants)


def test_the_list_of_problems_is_kept_like_other_pages(client):
    first = client.page("/ns/problem")
    assert varies_by(first) == ["Accept", "Accept-Language"]
    assert first.headers["cache-control"] == client.page("/").headers["cache-control"]
    again = client.page("/ns/problem", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    fixed = client.get("/ns/problem.html", accept="image/png")
    assert fixed.content == first.content


@pytest.mark.parametrize("path", CACHED)
def test_nothing_was_changed_after_the_version_was_made(client, version, path):
    changed = parsedate_to_datetime(client.get(path).headers["last-modified"])
    assert changed <= version.created


@pytest.mark.parametrize("path", CACHED)
def test_caches_may_keep_it_for_five_minutes_and_mend_it_later(client, path):
    assert client.get(path).headers["cache-control"] == "max-age=300, stale-while-revalidate=86400"


def test_what_is_missing_or_gone_is_never_unchanged(client):
    assert client.get("/doc/book/99", if_none_match="*").status_code == 404
    assert client.get("/doc/book/8", if_none_match="*").status_code == 410


def test_a_process_keeps_what_it_has_rendered(index):
    settings = Settings(access_log=False, cache_bodies=2)
    app = create_app(settings, index.publication, index, InProcessEvaluator(index.version, settings))
    client, bodies = Client(app), app.state.site.bodies
    first = client.page("/doc/book/1")
    assert client.page("/doc/book/1?unknown=1").content == first.content
    assert len(bodies) == 1
    client.page("/doc/book/2")
    client.page("/doc/book/3")
    assert len(bodies) == 2


def test_what_makes_no_difference_to_a_form_takes_no_room(index):
    settings = Settings(access_log=False)
    app = create_app(settings, index.publication, index, InProcessEvaluator(index.version, settings))
    client = Client(app)
    for query in ("", "?in=any:thing", "?in=other&page=7", "?page=3"):
        assert client.get(f"/doc/book/1.ttl{query}").status_code == 200
    assert len(app.state.site.bodies) == 1


def test_the_least_recently_used_answer_is_dropped_and_none_is_kept_of_errors():
    bodies = Bodies(2)
    made = []

    def answer(name):
        made.append(name)
        return Answer(name.encode(), "text/plain")

    for name in ("a", "b", "a", "c", "a", "b"):
        assert bodies.get(name, lambda name=name: answer(name)).body == name.encode()
    assert made == ["a", "b", "c", "b"]


def test_a_cache_of_no_size_keeps_nothing():
    bodies = Bodies(0)
    bodies.get("a", lambda: Answer(b"a", "text/plain"))
    assert len(bodies) == 0


def test_files_of_the_look_are_kept_for_ever_under_an_address_of_their_content(client, app):
    for asset in app.state.site.assets.files.values():
        answer = client.get(asset.path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert client.get(asset.path.replace(asset.digest, "0" * 12)).status_code == 404
    assert set(app.state.site.assets.files) >= {"site.css", "logo.svg"}
