"""Every kind of page is valid HTML by the Nu HTML Checker, the validator of the W3C: no error, no warning."""

import json
import shutil
import subprocess

import pytest
from fastapi.routing import APIRoute

from sotegraph.errors import PublisherError, RequestError, ServiceError
from sotegraph.formats import HTML
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app
from tests.addresses import ADDRESSES, OF_HISTORY
from tests.client import PAGE, Client
from tests.kinds import KINDS, STATUSES, STATUSES_IN_TIME, error_page, in_language, kinds_in_time
from tests.tools import node_tool
from tests.versions.events import eventful
from tests.versions.test_time import client_of
from tests.web.messages import error_classes

CHECKER = "vnu-jar/build/dist/vnu.jar"

ELSEWHERE = {"changes.html", "version.html", "versions.html", "history.html", "tombstone.html", "check.html"}
"""Pages of what was published before, and of what came of a check: this fixture has neither."""


def messages(folder) -> list[str]:
    """What the checker says of the files in *folder*."""
    jar = node_tool(CHECKER)
    if shutil.which("java") is None:
        pytest.skip("no Java on this machine")
    command = ["java", "-jar", str(jar), "--format", "json", "--exit-zero-always", *map(str, sorted(folder.iterdir()))]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stderr
    found = json.loads(said)["messages"]
    return [f"{each['url'].rpartition('/')[2]}: {each['message']}: {each.get('extract', '')}" for each in found]


def save(client, folder, addresses: dict[str, str], languages) -> int:
    for name, address in addresses.items():
        for language in languages:
            answer = client.page(in_language(address, language))
            assert answer.headers["content-type"] == HTML.content_type, name
            (folder / f"{file_name(name)}-{language}.html").write_bytes(answer.content)
    return len(list(folder.iterdir()))


def file_name(name: str) -> str:
    return name.replace(" ", "-").replace("/", "-")


@pytest.fixture(scope="module")
def eventful_site(tmp_path_factory):
    """Asks the site of a history, in which everything has happened that pages tell of; its kinds of pages beside it."""
    editions = eventful(tmp_path_factory.mktemp("eventful"))
    return client_of(editions), KINDS | kinds_in_time([each.short_id for each in editions.archive.entries()])


def test_each_kind_of_page_answers_as_it_should(client):
    for name, address in KINDS.items():
        assert client.page(address).status_code == STATUSES.get(name, 200), name


def test_there_is_a_kind_for_every_template(index):
    """What no kind of page is made of would be tried by nobody."""
    settings = Settings(access_log=False)
    app = create_app(settings, index.publication, index, InProcessEvaluator(index.version, settings))
    client, templates = Client(app), app.state.site.templates
    for address in KINDS.values():
        client.page(address)
    used = {name for _, name in templates.cache}
    assert set(templates.list_templates()) - used == ELSEWHERE


def routes_of(client, addresses) -> set[str]:
    """The routes that answer *addresses*."""
    routes = [each for each in client.app.routes if isinstance(each, APIRoute) and "GET" in each.methods]
    paths = [each.partition("?")[0] for each in addresses]
    return {next(each.path for each in routes if each.path_regex.match(path)) for path in paths}


def that_are_pages(client, addresses) -> list[str]:
    """Those of *addresses* that answer with a page that is not about an error."""
    answers = {each: client.page(each) for each in addresses}
    return [
        address
        for address, each in answers.items()
        if each.headers.get("content-type") == HTML.content_type and each.status_code in (200, 410)
    ]


def test_there_is_a_kind_for_every_route_that_has_pages(client):
    """A new one fails here until it has a kind, and by that is looked at by everything that looks at all kinds.

    There is an address of every route: that is another test.
    """
    found = that_are_pages(client, ADDRESSES)
    assert len(found) > 25
    kinds = [address for name, address in KINDS.items() if STATUSES.get(name, 200) in (200, 410)]
    assert routes_of(client, found) - routes_of(client, kinds) == set()


@pytest.mark.slow
def test_there_is_a_kind_for_every_route_that_has_pages_about_what_was(eventful_site):
    client, kinds = eventful_site
    version = kinds["version that changed a thing"].removeprefix("/version/")
    found = that_are_pages(client, [each.format(version) for each in OF_HISTORY])
    assert len(found) == 4
    assert routes_of(client, found) - routes_of(client, kinds.values()) == set()


@pytest.mark.slow
def test_every_kind_of_page_is_valid(eventful_site, tmp_path):
    client, kinds = eventful_site
    assert {each: client.page(kinds[each]).status_code for each in STATUSES_IN_TIME} == STATUSES_IN_TIME
    assert save(client, tmp_path, kinds, ("en", "fi")) == 2 * len(kinds)
    assert messages(tmp_path) == []


@pytest.mark.slow
def test_the_page_about_every_kind_of_error_is_valid(app, tmp_path):
    for each in (PublisherError, *error_classes(RequestError), *error_classes(ServiceError)):
        page = error_page(app, each, "fi")
        (tmp_path / f"{each.kind}.html").write_bytes(page)
    assert len(list(tmp_path.iterdir())) > 30
    assert messages(tmp_path) == []


@pytest.mark.slow
def test_what_comes_of_a_check_is_valid(client, tmp_path):
    """Before it is done as well, with findings and without any."""
    bad, good = b"<http://e.example/1> a <https://library.example/ns/lib#Book> .", b""
    results = {}
    for name, content in (("findings", bad), ("nothing", good), ("broken", b"<a> <b> .")):
        sent = {"file": (f"{name}.ttl", content)}
        answer = client.request("POST", "/validate", files=sent, headers=PAGE)
        results[name] = answer.headers.get("location", "/validate")
    assert save(client, tmp_path, results, ("en", "fi")) == 2 * len(results)
    assert messages(tmp_path) == []


@pytest.mark.slow
def test_pages_of_every_list_of_the_bundled_publication_are_valid(bundled, tmp_path):
    settings = Settings(access_log=False)
    site = create_app(settings, bundled.publication, bundled, InProcessEvaluator(bundled.version, settings))
    addresses = {"front": "/", "shapes": "/shapes", "coverage": "/coverage", "void": "/void", "map": "/map/area"}
    addresses |= {f"question {each.name}": f"/queries/{each.name}" for each in bundled.questions}
    for segment, members in bundled.members.items():
        addresses[f"list {segment}"] = f"/{segment}"
        for iri in members[:: max(1, len(members) // 3)]:
            addresses[iri.rpartition("/id/")[2] or iri] = bundled.addresses.path(iri)
    for name in bundled.publication.classes:
        shape = bundled.publication.classes[name].iri
        if "#" not in shape:
            addresses[f"shape {shape.rpartition('/')[2]}"] = shape.removeprefix(bundled.publication.base_iri)
    assert save(Client(site), tmp_path, addresses, ("sv",)) > 200
    assert messages(tmp_path) == []
