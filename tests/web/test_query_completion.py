"""A query editor completes from what the publication says of itself; where there is none the page does without."""

from dataclasses import replace

import pytest
from pyoxigraph import NamedNode

from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app
from sotegraph.web.assets import EDITOR, Asset
from tests.client import Client, varies_by
from tests.markup import read_page

ADDRESS = "/sparql/completion.json"


def client_with(index, **files: Asset) -> Client:
    """A client of a site that has these files and no other editor."""
    settings = Settings(access_log=False)
    app = create_app(settings, index.publication, index, InProcessEvaluator(index.version, settings))
    assets = app.state.site.assets
    others = {name: each for name, each in assets.files.items() if name != EDITOR}
    app.state.site = replace(app.state.site, assets=replace(assets, files={**others, **files}))
    return Client(app)


def scripts(answer) -> list[dict[str, str]]:
    """Those of the page itself; the one of every page offers names in its search field."""
    found = [each.attributes for each in read_page(answer.text).all("script")]
    return [each for each in found if "suggest.js" not in each["src"]]


def test_classes_and_properties_are_those_of_the_data_with_their_figures(client, version):
    terms = {each["name"]: each for each in client.get(f"{ADDRESS}?lang=fi").json()["terms"]}
    book = terms["lib:Book"]
    books = len(set(version.instances(NamedNode("https://library.example/ns/lib#Book"))))
    assert (book["kind"], book["label"], book["number"]) == ("class", "Kirja", books)
    assert terms["dct:title"]["kind"] == "property"
    assert not any(each["number"] < 1 for each in terms.values())


def test_prefixes_and_examples_are_the_publications(client, index):
    found = client.get(ADDRESS).json()
    assert found["prefixes"] == dict(index.publication.prefixes)
    assert found["examples"] == {each.name: each.ready_text for each in index.questions}


def test_the_document_is_made_once_a_version_and_kept(client):
    first = client.get(ADDRESS)
    assert varies_by(first) == ["Accept-Language"]
    assert client.get(ADDRESS, if_none_match=first.headers["etag"]).status_code == 304


@pytest.mark.parametrize("address", ["/sparql", "/sparql?query=ASK%20%7B%7D"])
def test_without_the_bundle_the_page_has_no_script_of_its_own(index, address):
    answer = client_with(index).page(address)
    assert scripts(answer) == []
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert read_page(answer.text).all(id="query-keys") == []


@pytest.mark.parametrize("address", ["/sparql", "/sparql?query=ASK%20%7B%7D"])
def test_with_the_bundle_the_page_loads_our_script_and_no_other(index, address):
    asset = Asset(EDITOR, b"export {};", "text/javascript; charset=utf-8", "0123456789ab")
    client = client_with(index, **{EDITOR: asset})
    answer = client.page(address)
    (script,) = scripts(answer)
    assert script == {"type": "module", "src": asset.path}
    policy = dict(each.split(" ", 1) for each in answer.headers["content-security-policy"].split("; "))
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    sent = client.get(asset.path)
    assert (sent.content, sent.headers["content-type"]) == (asset.body, asset.content_type)
    assert "immutable" in sent.headers["cache-control"]
