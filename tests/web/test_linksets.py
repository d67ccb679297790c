"""All links of a document are a document of their own (RFC 9264); ``Link`` has what fits (FAIR Signposting)."""

import pytest

from sotegraph.web.links import Link, field
from tests.web.test_links import links, targets

BASE = "https://library.example"
DOCUMENTS = [
    "/doc/book/1",
    "/book",
    "/holding?page=2",
    "/",
    "/ns/lib",
    "/shapes/Book",
    "/void",
    "/coverage",
    "/queries",
]


def linkset(client, answer) -> dict:
    (address,) = targets(answer, "linkset")
    found = client.get(address)
    assert found.status_code == 200
    assert found.headers["content-type"] == "application/linkset+json"
    (context,) = found.json()["linkset"]
    return context


@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/ld+json"])
def test_every_document_leads_to_its_links(client, path, accept):
    answer = client.get(path, accept=accept)
    context = linkset(client, answer)
    assert context["anchor"].startswith(BASE + path.partition("?")[0])
    for target, given in links(answer):
        if given["rel"] in ("cite-as", "type", "license", "describedby", "collection", "item"):
            whole = BASE + target if target.startswith("/") else target
            assert whole in [each["href"] for each in context[given["rel"]]]


def test_a_linkset_says_what_signposting_asks_for(client):
    context = linkset(client, client.get("/doc/book/1"))
    assert context["cite-as"] == [{"href": f"{BASE}/id/book/1"}]
    assert {"href": "https://schema.org/Book"} in context["type"]
    assert {"href": f"{BASE}/doc/book/1.ttl", "type": "text/turtle"} in context["describedby"]
    assert {"href": f"{BASE}/shapes/Book.schema.json", "type": "application/schema+json"} in context["describedby"]
    assert context["collection"] == [{"href": f"{BASE}/book"}]
    assert [each["hreflang"] for each in context["alternate"] if "hreflang" in each] == [["en"], ["fi"], ["x-default"]]


def test_a_list_leads_to_its_members(client):
    answer = client.get("/book")
    items = [each["href"] for each in linkset(client, answer)["item"]]
    assert f"{BASE}/doc/book/1" in items
    assert len(items) == len(client.get("/book.jsonld").json()["hydra:member"])


def test_it_is_sent_to_those_who_take_nothing_else(client):
    assert client.get("/doc/book/1", accept="application/linkset+json").headers["content-location"] == (
        "/doc/book/1.linkset"
    )
    assert client.get("/doc/book/1", accept="application/linkset+json, */*;q=0.1").headers["content-type"] != (
        "application/linkset+json"
    )
    assert client.get("/ns/problem", accept="application/linkset+json").status_code == 406


def test_json_ld_leads_to_the_schemas_that_it_meets(client):
    schema = targets(client.get("/doc/book/1.jsonld"), "describedby")[-1]
    assert client.get(schema).headers["content-type"] == "application/schema+json"
    assert client.get(schema).json()["$id"] == f"{BASE}/shapes/Book.schema.json"
    assert client.get("/shapes.schema.json").json()["$id"] == f"{BASE}/shapes.schema.json"
    assert client.get("/shapes/Nothing.schema.json").status_code == 404


def test_what_only_the_server_says_has_no_schema(client):
    assert "schema" not in client.get("/doc/graph/void.jsonld").headers["link"]
    assert "/shapes/NamedGraph.schema.json" in client.get("/doc/graph/catalogue.jsonld").headers["link"]


@pytest.mark.parametrize("path", [*DOCUMENTS, "/doc/branch/01", "/doc/graph/catalogue"])
def test_the_field_keeps_to_the_room_that_proxies_give(client, path):
    for accept in ("text/html", "text/turtle"):
        assert len(client.get(path, accept=accept).headers["link"]) <= 3_072


def test_what_does_not_fit_is_what_only_leads_elsewhere():
    many = [Link(f"/doc/book/{number}", "item") for number in range(200)]
    written = field([*many, Link("/book.linkset", "linkset"), Link("/id/x", "cite-as")])
    assert len(written) <= 3_072
    assert written.startswith('</book.linkset>; rel="linkset", </id/x>; rel="cite-as", ')
    assert 0 < written.count('rel="item"') < 200
