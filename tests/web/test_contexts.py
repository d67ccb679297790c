"""JSON-LD holds its context, or names it by an address that never changes; what it names reads the same."""

import json
import shutil

import pytest
from pyld import jsonld as processor
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse

from tests.conftest import LIBRARY
from tests.web.folders import site_of
from tests.web.test_links import links

BASE = "https://library.example"


def address(client) -> str:
    """Where the context of now is for ever."""
    return client.get("/context/lib/1.jsonld").headers["content-location"]


def triples(client, document: bytes) -> Dataset:
    """What *document* says, contexts being fetched from the site alone."""

    def load(url, options):
        assert url.startswith(BASE)
        found = json.loads(client.get(url.removeprefix(BASE)).content)
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": found}

    expanded = processor.to_rdf(json.loads(document), {"format": "application/n-quads", "documentLoader": load})
    dataset = Dataset(parse(expanded.encode(), RdfFormat.N_QUADS))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def test_the_address_of_its_content_is_for_ever(client):
    answer = client.get(address(client))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "application/ld+json"
    major = client.get("/context/lib/1.jsonld")
    assert major.content == answer.content
    assert major.headers["cache-control"] == "public, max-age=86400"
    assert client.get(address(client), if_none_match=answer.headers["etag"]).status_code == 304
    assert client.get("/context/lib/1-000000000000.jsonld").status_code == 404
    assert client.get("/context/lib/2.jsonld").status_code == 404


@pytest.mark.parametrize("path", ["/doc/book/1", "/book", "/holding?page=2", "/", "/ns/lib", "/void"])
def test_a_document_with_a_linked_context_says_the_same(client, path):
    sign = "&" if "?" in path else "?"
    whole = client.get(path, accept="application/ld+json")
    linked = client.get(f"{path}{sign}context=link", accept="application/ld+json")
    context = linked.json()["@context"]
    assert (context if isinstance(context, str) else context[0]) == BASE + address(client)
    assert len(linked.content) < len(whole.content)
    assert triples(client, linked.content) == triples(client, whole.content)
    assert linked.headers["etag"] != whole.headers["etag"]
    again = client.get(linked.headers["content-location"])
    assert (again.content, again.headers["etag"]) == (linked.content, linked.headers["etag"])


def test_by_itself_and_on_request_it_is_inside(client):
    assert isinstance(client.get("/doc/book/1.jsonld").json()["@context"], dict)
    assert client.get("/doc/book/1.jsonld?context=inline").content == client.get("/doc/book/1.jsonld").content


def test_another_way_is_refused_and_concerns_no_other_form(client):
    answer = client.get("/doc/book/1.jsonld?context=elsewhere")
    assert answer.status_code == 400
    assert answer.json()["offered"] == "inline, link"
    assert client.get("/doc/book/1.ttl?context=elsewhere").status_code == 200


def test_plain_json_leads_to_the_context_of_its_content(client):
    rel = "http://www.w3.org/ns/json-ld#context"
    found = [target for target, given in links(client.get("/doc/book/1.json")) if given["rel"] == rel]
    assert found == [address(client)]


def test_a_context_that_was_replaced_stays_where_it_was(client, tmp_path):
    shutil.copytree(LIBRARY, tmp_path / "library")
    ontology = tmp_path / "library" / "ontology"
    (ontology / "contexts").mkdir()
    shutil.copy(ontology / "context.jsonld", ontology / "contexts" / "2026-05.context.jsonld")
    document = json.loads((ontology / "context.jsonld").read_text())
    document["@context"]["shelf"] = "lib:shelf"
    (ontology / "context.jsonld").write_text(json.dumps(document))
    changed = site_of(tmp_path / "library")
    assert address(changed) != address(client)
    assert changed.get(address(client)).content == client.get(address(client)).content
    assert "shelf" in changed.get("/context/lib/1.jsonld").json()["@context"]
