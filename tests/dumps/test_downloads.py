"""Files over HTTP: where they are, what they are, and how a download that broke off goes on (RFC 9110, section 14)."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gzip
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sotegraph.dumps import SUMS, File, read_record
from sotegraph.loading import load_published
from sotegraph.sparql import InProcessEvaluator
from sotegraph.versions import Archive, Entry
from sotegraph.versions.files import DUMPS, OWED
from sotegraph.web import ckan
from sotegraph.web import dumps as web_dumps
from sotegraph.web.app import create_app
from sotegraph.web.past import Past
from tests.client import Client
from tests.versions.conftest import Editions

FILE = "all.ttl.gz"


@pytest.fixture(scope="module")
def site(dumped: Editions) -> Client:
    """Asks a site that serves the state folder."""
    return site_of(dumped)


def site_of(editions: Editions, entry: Entry | None = None) -> Client:
    """Asks a site that serves the version of *entry*, else the current one."""
    archive, settings = editions.archive, editions.settings.model_copy(update={"access_log": False})
    entry = entry or archive.needed_current()
    index = load_published(archive, entry, settings)
    past = Past(archive, entry, lambda earlier: load_published(archive, earlier, settings, in_memory=False))
    evaluator = InProcessEvaluator(index.version, settings)
    return Client(create_app(settings, index.publication, index, evaluator, past=past))


@pytest.fixture(scope="module")
def path(dumped: Editions) -> str:
    return f"/dumps/{dumped.archive.needed_current().short_id}/{FILE}"


@pytest.fixture(scope="module")
def content(files: Path) -> bytes:
    return (files / FILE).read_bytes()


def test_a_file_is_sent_as_it_is_and_kept_for_ever(site: Client, path: str, content: bytes) -> None:
    answer = site.get(path)
    assert answer.content == content
    assert answer.headers["content-type"] == "application/gzip"
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-length"] == str(len(content))
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-disposition"] == f'attachment; filename="{FILE}"'
    assert {"immutable", "no-transform"} <= set(answer.headers["cache-control"].split(", "))


def test_the_answer_has_the_checksum_of_the_whole_file_whatever_part_is_sent(
    site: Client, path: str, content: bytes
) -> None:
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    for wanted in ("", "bytes=0-9"):
        assert site.get(path, range=wanted).headers["repr-digest"] == f"sha-256=:{digest}:"


def test_head_tells_the_same_without_the_file(site: Client, path: str) -> None:
    got, headed = site.get(path), site.request("HEAD", path)
    assert headed.content == b""
    for name in ("content-length", "etag", "content-type", "repr-digest", "last-modified"):
        assert headed.headers[name] == got.headers[name]


@pytest.mark.parametrize("wanted", ["bytes=0-3", "bytes=999999999-"])
def test_head_knows_no_ranges(site: Client, path: str, wanted: str) -> None:
    whole, headed = site.request("HEAD", path), site.request("HEAD", path, headers={"Range": wanted})
    assert headed.status_code == 200
    assert headed.headers["content-length"] == whole.headers["content-length"]
    assert "content-range" not in headed.headers


@pytest.mark.parametrize(
    ("wanted", "start", "end"), [("bytes=100-", 100, None), ("bytes=0-9", 0, 10), ("bytes=-7", -7, None)]
)
def test_one_range_is_sent(site: Client, path: str, content: bytes, wanted: str, start: int, end: int | None) -> None:
    answer = site.get(path, range=wanted)
    part = content[start:end]
    assert answer.status_code == 206
    assert answer.content == part
    first = start if start >= 0 else len(content) + start
    assert answer.headers["content-range"] == f"bytes {first}-{first + len(part) - 1}/{len(content)}"


@pytest.mark.parametrize("ignored", ["bytes=0-1,5-6", "lines=1-2", "bytes=9-1", "bytes=", "bytes=-", "bytes=a-b"])
def test_what_is_not_one_range_of_bytes_is_not_taken(site: Client, path: str, content: bytes, ignored: str) -> None:
    answer = site.get(path, range=ignored)
    assert (answer.status_code, answer.content) == (200, content)


@pytest.mark.parametrize("beyond", ["bytes=99999999-", "bytes=-0"])
def test_a_range_behind_the_end_is_refused_with_the_length(
    site: Client, path: str, content: bytes, beyond: str
) -> None:
    answer = site.get(path, range=beyond)
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(content)}"
    assert answer.json()["kind"] == "range-not-satisfiable"


def test_a_download_goes_on_only_with_the_same_file(site: Client, path: str, content: bytes) -> None:
    answer = site.get(path)
    for same in (answer.headers["etag"], answer.headers["last-modified"]):
        assert site.get(path, range="bytes=50-", if_range=same).content == content[50:]
    for other in ('"another"', f"W/{answer.headers['etag']}", "Thu, 01 Jan 1970 00:00:00 GMT"):
        assert site.get(path, range="bytes=50-", if_range=other).content == content
    assert site.get(path, range="bytes=50-", if_match='"another"').status_code == 412


def test_a_client_that_has_the_file_is_told_so(site: Client, path: str) -> None:
    tag = site.get(path).headers["etag"]
    assert site.get(path, if_none_match=tag, range="bytes=0-1").status_code == 304


def test_the_current_version_has_an_address_that_stays(site: Client, path: str) -> None:
    answer = site.get(f"/dumps/current/{FILE}")
    assert (answer.status_code, answer.headers["location"]) == (307, path)
    assert site.get("/dumps/current").headers["location"] == path.removesuffix(f"/{FILE}")


def test_every_file_of_the_list_for_programs_is_there_with_its_size_and_checksum(site: Client, files: Path) -> None:
    listed = site.get("/dumps.json").json()
    found = {each["name"]: each for each in listed["current"]["files"]}
    assert found.keys() == read_record(files).keys()
    for each in found.values():
        body = site.get(each["url"].removeprefix("http://site.example")).content
        assert (len(body), hashlib.sha256(body).hexdigest()) == (each["size"], each["sha256"])


def test_the_checksums_are_a_file_too(site: Client, files: Path, path: str) -> None:
    answer = site.get(path.replace(FILE, SUMS))
    assert answer.content == (files / SUMS).read_bytes()
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(("language", "heading"), [("en", "Downloads"), ("fi", "Lataukset")])
def test_the_page_tells_sizes_checksums_and_the_licence(
    site: Client, files: Path, path: str, language: str, heading: str
) -> None:
    page = site.page(f"/dumps?lang={language}").text
    assert f"<h1>{heading}</h1>" in page
    assert f'href="{path}"' in page
    assert read_record(files)[FILE].sha256[-8:] in page
    assert 'rel="license' in page
    assert "SHA256SUMS" in page


@pytest.mark.parametrize("suffix", ["", ".html", ".json"])
def test_the_list_is_known_by_a_tag_until_another_one_is_pinned(site: Client, dumped: Editions, suffix: str) -> None:
    tag = site.get(f"/dumps{suffix}").headers["ETag"]
    assert site.request("GET", f"/dumps{suffix}", headers={"If-None-Match": tag}).status_code == 304
    assert site.request("GET", f"/dumps{suffix}", headers={"If-None-Match": '"another"'}).status_code == 200
    hidden = dumped.archive.folder(dumped.archive.entries()[1]) / DUMPS
    aside = hidden.rename(hidden.with_name("aside"))
    try:
        assert site.get(f"/dumps{suffix}").headers["ETag"] != tag
    finally:
        aside.rename(hidden)


def test_portals_that_ask_as_of_ckan_learn_sizes_and_checksums(site: Client, files: Path) -> None:
    made = read_record(files)
    answer = site.get("/api/3/action/package_search?rows=100")
    resources = {
        name: each
        for package in answer.json()["result"]["results"]
        for each in package["resources"]
        if (name := each["url"].rpartition("/")[2]) in made
    }
    told = {name for name, each in resources.items() if each["size"] is not None}
    assert told == {name for name in resources if name == "all.csv.zip" or not name.endswith(".zip")} < set(resources)
    assert len(told) >= 12
    for name in told:
        each = resources[name]
        assert (each["size"], each["hash"], each["sha256"]) == (made[name].size, made[name].sha256, made[name].sha256)
        assert each["hash_algorithm"].endswith("checksumAlgorithm_sha256")
    assert (
        site.request(
            "GET", "/api/3/action/package_search?rows=100", headers={"If-None-Match": answer.headers["ETag"]}
        ).status_code
        == 304
    )


def test_a_dataset_that_did_not_change_is_the_same_for_portals(site: Client, dumped: Editions) -> None:
    before = site_of(dumped, dumped.archive.entries()[1])
    assert shown(before, "branches") == shown(site, "branches")
    assert shown(before, "catalogue") != shown(site, "catalogue")


def test_portals_learn_sizes_once_the_files_are_made(site: Client, dumped: Editions) -> None:
    hidden = dumped.archive.folder(dumped.archive.needed_current()) / DUMPS
    aside = hidden.rename(hidden.with_name("aside"))
    try:
        later = site_of(dumped)
        resources = shown(later, "branches")["resources"]
        assert all((each["size"], each["hash"]) == (None, "") for each in resources)
    finally:
        aside.rename(hidden)
    assert shown(later, "branches") == shown(site, "branches")


def shown(site: Client, name: str) -> Any:
    """The package of the dataset *name*."""
    return site.get(f"/api/3/action/package_show?id=https://library.example/id/dataset/{name}").json()["result"]


def test_files_of_an_earlier_version_that_are_still_to_be_made_are_told_to_come(site: Client, dumped: Editions) -> None:
    entry = dumped.archive.entries()[1]
    files = dumped.archive.folder(entry) / DUMPS
    owed = files.rename(files.with_name(OWED))
    try:
        for address in (f"/dumps/{entry.short_id}/{FILE}", f"/dumps/{entry.short_id}.json", f"/dumps/{entry.short_id}"):
            answer = site.page(address)
            assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True), address
    finally:
        owed.rename(files)
    assert site.get(f"/dumps/{entry.short_id}/{FILE}").status_code == 200


def test_the_page_of_an_earlier_version_tells_what_can_be_had_of_it_by_now(site: Client, dumped: Editions) -> None:
    entry = dumped.archive.entries()[1]
    kept, address = dumped.archive.folder(entry), f"/version/{entry.short_id}?lang=en"
    tags, told = set(), []
    for hidden in (None, kept / DUMPS, kept):
        away = hidden.rename(hidden.with_name("hidden")) if hidden else None
        try:
            page = site.page(address)
            assert site.page(address, if_none_match=page.headers["ETag"]).status_code == 304
            assert "Last-Modified" not in page.headers
        finally:
            if away is not None:
                away.rename(hidden)
        tags.add(page.headers["ETag"])
        told.append((f'href="/dumps/{entry.short_id}?lang=en">' in page.text, "no longer kept" in page.text))
    assert told == [(True, False), (False, False), (False, True)]
    assert len(tags) == 3
    assert "Last-Modified" in site.get(f"/version/{entry.short_id}.ttl").headers, "data tell nothing of that"


def test_as_long_as_publishing_makes_files_nobody_else_is_asked_for_them(site: Client, dumped: Editions) -> None:
    """Who makes files when asked would wait for publishing, and be ended when the time for the making is over."""
    archive = dumped.archive
    entry = archive.needed_current()
    files = archive.folder(entry) / DUMPS
    aside = files.rename(files.with_name("aside"))
    address = f"/dumps/{entry.short_id}/{FILE}"
    try:
        later = site_of(dumped)
        with archive.making():
            answer = later.get(address)
            assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True)
            assert answer.json()["kind"] == "dumps-being-made"
        assert later.get(address).status_code == 200
        with archive.making():
            assert later.get(address).status_code == 200, "what was made already is sent"
    finally:
        aside.rename(files)


def test_a_process_whose_own_version_is_gone_says_that_the_next_one_comes(site: Client, dumped: Editions) -> None:
    """So much was published since it began; nobody is to learn from it that there are no such files any longer."""
    entry = dumped.archive.needed_current()
    kept = dumped.archive.folder(entry)
    hidden = kept.rename(kept.with_name("hidden"))
    try:
        answer = site.get(f"/dumps/current/{FILE}")
        assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True)
        assert site.get(f"/dumps/{entry.short_id}/{FILE}").status_code == 410
        for address in ("/dumps", "/dumps.html", "/dumps.json", "/dumps/current", "/dumps/current.json"):
            answer = site.page(address)
            assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True), address
    finally:
        hidden.rename(kept)


def test_an_earlier_version_that_goes_while_the_list_is_made_is_not_listed_and_ends_nothing(
    dumped: Editions, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_of(dumped)  # It has made no list yet.
    entry = dumped.archive.entries()[1]
    kept = dumped.archive.folder(entry)
    hidden = kept.with_name("hidden")

    def go_and_read(place: Path) -> Mapping[str, File]:
        if place == kept / DUMPS:
            kept.rename(hidden)
        return read_record(place)

    monkeypatch.setattr(web_dumps, "read_record", go_and_read)
    for address, status in (("/dumps.json", 200), (f"/dumps/{entry.short_id}.json", 410), (path_of(entry), 410)):
        try:
            answer = site.get(address)
        finally:
            hidden.rename(kept)
        assert answer.status_code == status, address
        assert status == 410 or answer.json()["earlier"] == []


def test_the_version_that_is_served_may_go_while_its_file_is_asked_for(
    site: Client, dumped: Editions, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = dumped.archive.folder(dumped.archive.needed_current())
    hidden = kept.with_name("hidden")

    def go_and_read(place: Path) -> Mapping[str, File]:
        kept.rename(hidden)
        return read_record(place)

    monkeypatch.setattr(web_dumps, "read_record", go_and_read)
    try:
        answer = site.get(f"/dumps/current/{FILE}")
    finally:
        hidden.rename(kept)
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True)


def path_of(entry: Entry) -> str:
    return f"/dumps/{entry.short_id}/{FILE}"


def test_the_history_is_not_read_on_the_event_loop(site: Client, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found, on_loop = Archive.find, []

    def find(archive: Archive, name: str) -> Entry:
        with contextlib.suppress(RuntimeError):
            on_loop.append(asyncio.get_running_loop())
        return found(archive, name)

    monkeypatch.setattr(Archive, "find", find)
    for address in (path, path.removesuffix(f"/{FILE}"), "/dumps.json"):
        assert site.get(address).status_code == 200
    assert on_loop == []


def test_portals_learn_no_sizes_from_a_version_that_goes_while_it_is_read(
    dumped: Editions, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = dumped.archive.folder(dumped.archive.needed_current())
    hidden = kept.with_name("hidden")
    later = site_of(dumped)

    def read_and_go(place: Path) -> Mapping[str, File]:
        known = read_record(place)
        kept.rename(hidden)
        return known

    monkeypatch.setattr(ckan, "read_record", read_and_go)
    try:
        assert shown(later, "branches")["resources"][0]["size"] is None
    finally:
        hidden.rename(kept)


def test_an_earlier_version_has_its_own_files(site: Client, dumped: Editions, path: str) -> None:
    first = dumped.archive.entries()[1]
    listed = site.get(f"/dumps/{first.short_id}.json").json()
    assert listed["version"] == first.version
    assert [each["version"] for each in site.get("/dumps.json").json()["earlier"]] == [first.version]
    assert site.get(f"/dumps/{first.short_id}/{FILE}").content != site.get(path).content


def test_the_beginning_of_an_id_leads_to_the_address_of_the_version(site: Client, path: str) -> None:
    short = path.split("/")[2]
    assert site.get(f"/dumps/{short[:6]}/{FILE}").headers["location"] == path


@pytest.mark.parametrize(
    "address", ["/dumps/ffff/all.nq.gz", "/dumps/current/none.nq.gz", "/dumps/current/dumps.json", "/dumps.xml"]
)
def test_what_is_not_offered_is_not_found(site: Client, address: str) -> None:
    assert site.get(address).status_code == 404


def test_nothing_beside_the_files_can_be_reached(site: Client, path: str) -> None:
    for name in ("..%2Fversion.json", "%2E%2E/version.json", "..%2F..%2Flock"):
        assert site.get(path.replace(FILE, name)).status_code == 404


def test_a_version_that_is_no_longer_kept_is_gone(site: Client, dumped: Editions) -> None:
    first = dumped.archive.entries()[0]
    for address in (f"/dumps/{first.short_id}/{FILE}", f"/dumps/{first.short_id}"):
        assert site.get(address).status_code == 410


def test_without_a_state_folder_the_files_are_made_when_first_asked_for(client: Client) -> None:
    listed = client.get("/dumps.json").json()
    answer = client.get(listed["current"]["files"][0]["url"].removeprefix("http://site.example"))
    assert hashlib.sha256(gzip.decompress(answer.content)).hexdigest() == listed["current"]["version"]
    assert f'"{hashlib.sha256(answer.content).hexdigest()}"' == answer.headers["etag"]
