"""Every kind of page is valid HTML by the Nu HTML Checker, the validator of the W3C: no error, no warning."""

import json
import shutil
import subprocess

import pytest

from sotegraph.formats import HTML
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app
from tests.client import Client
from tests.kinds import KINDS, STATUSES
from tests.tools import node_tool

CHECKER = "vnu-jar/build/dist/vnu.jar"

ELSEWHERE = {"version.html", "versions.html", "history.html", "tombstone.html", "check.html"}
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
            sign = "&" if "?" in address else "?"
            answer = client.page(f"{address}{sign}lang={language}")
            assert answer.headers["content-type"] == HTML.content_type, name
            (folder / f"{name.replace(' ', '-').replace('/', '-')}-{language}.html").write_bytes(answer.content)
    return len(list(folder.iterdir()))


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


@pytest.mark.slow
def test_every_kind_of_page_is_valid(client, tmp_path):
    assert save(client, tmp_path, KINDS, ("en", "fi")) == 2 * len(KINDS)
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
