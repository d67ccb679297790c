"""Files over HTTP: where they are, what they are, and how a download that broke off goes on (RFC 9110, section 14)."""

from __future__ import annotations

import base64
import gzip
import hashlib
from pathlib import Path

import pytest

from sotegraph.dumps import SUMS, read_record
from sotegraph.loading import load_published
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app
from sotegraph.web.past import Past
from tests.client import Client
from tests.versions.conftest import Editions

FILE = "all.ttl.gz"


@pytest.fixture(scope="module")
def site(dumped: Editions) -> Client:
    """Asks a site that serves the state folder."""
    return site_of(dumped)


def site_of(editions: Editions) -> Client:
    archive, settings = editions.archive, editions.settings.model_copy(update={"access_log": False})
    entry = archive.needed_current()
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
