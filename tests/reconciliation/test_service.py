"""The Reconciliation Service API 0.2: what the service says of itself leads to all its parts, and each does its part.

Queries come in an address or a form. Candidates are ordered by their scores, and one that is clearly meant is a match.
Identifiers decide, properties speak for or against. Wrong requests are told apart from names that match nothing.
"""

import json
import os
from pathlib import Path

import pytest

from tests.conformance_data import REPOSITORY
from tests.markup import read_page

SCHEMAS = Path(os.environ.get("CONFORMANCE_DATA") or REPOSITORY.parent / "shared") / "suites/reconciliation/schemas"
SUGGESTED = {"entity": "suggest-entities-response", "type": "suggest-types-response"}
BOOK = "book/1"


def ask(client, **query) -> list[dict]:
    answer = client.request("POST", "/reconcile?lang=en", data={"queries": json.dumps({"q": query})})
    assert answer.status_code == 200
    return answer.json()["q"]["result"]


def schema(name: str) -> dict:
    """A schema of the specification; which draft of JSON Schema it names is no draft that validators know."""
    return json.loads((SCHEMAS / name).read_text()) | {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": name,
    }


def conforms(name: str, document: object) -> None:
    """*document* conforms to the specification's own schema, where that is at hand."""
    if (SCHEMAS / f"{name}.json").is_file():
        jsonschema, referencing = pytest.importorskip("jsonschema"), pytest.importorskip("referencing")
        others = ((each.name, referencing.Resource.from_contents(schema(each.name))) for each in SCHEMAS.glob("*.json"))
        registry = referencing.Registry().with_resources(others)
        jsonschema.Draft7Validator(schema(f"{name}.json"), registry=registry).validate(document)


def test_the_manifest_leads_to_every_part(client):
    manifest = client.get("/reconcile?lang=en").json()
    conforms("manifest", manifest)
    assert "0.2" in manifest["versions"]
    assert manifest["identifierSpace"] == "https://library.example/id/"
    assert {"id": "book", "name": "Books"} in manifest["defaultTypes"]
    for kind, part in manifest["suggest"].items():
        address = (part["service_url"] + part["service_path"]).removeprefix("http://site.example")
        found = client.get(f"{address}&prefix=b").json()
        conforms(
            {"entity": "suggest-entities-response", "type": "suggest-types-response"}.get(
                kind, "suggest-properties-response"
            ),
            found,
        )
        assert found["result"]
    for template in (manifest["view"]["url"], manifest["preview"]["url"]):
        page = client.get(template.replace("{{id}}", BOOK).removeprefix("http://site.example"))
        assert page.status_code == 200
    assert client.get("/reconcile").headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("types", "segments"),
    [
        (["book"], {"book"}),
        (["https://library.example/ns/lib#Book"], {"book"}),
        (["book", "nonsense"], {"book"}),
        (["nonsense"], set()),
        ([""], {"book", "branch", "holding"}),
    ],
)
def test_only_things_of_the_types_asked_for_are_suggested(client, types, segments):
    found = client.request("GET", "/reconcile/suggest/entity", params={"prefix": "har", "type": types}).json()
    conforms("suggest-entities-response", found)
    kinds = {each["id"].partition("/")[0] for each in found["result"]}
    assert kinds <= segments if segments else not kinds


def test_one_word_with_a_legal_form_is_not_what_is_called_so_without_one(client):
    """A place has the name, and the association that is called after it is another thing."""
    (plain, *_), (formal, *_) = ask(client, query="Nature"), ask(client, query="Nature Library")
    assert plain["id"] == formal["id"] == "concept/subject/s1"
    assert (plain["match"], formal["match"]) == (True, False)
    assert ask(client, query="Harbour Library")[0]["match"]


def test_the_same_batch_in_an_address_and_a_form_has_one_answer(client):
    batch = {"a": {"query": "the almanac"}, "b": {"query": "harbour", "type": ["branch"], "limit": 1}}
    by_form = client.request("POST", "/reconcile", data={"queries": json.dumps(batch)}).json()
    by_address = client.request("GET", "/reconcile", params={"queries": json.dumps(batch)}).json()
    conforms("reconciliation-result-batch", by_form)
    assert by_form == by_address
    assert (by_form["a"]["result"][0]["id"], by_form["a"]["result"][0]["match"]) == (BOOK, True)
    assert [each["id"] for each in by_form["b"]["result"]] == ["branch/02"]


def test_candidates_are_ordered_by_likeness(client):
    found = ask(client, query="The Lighthouse Keepers Almanack")
    assert found[0]["id"] == BOOK and found[0]["match"]
    assert [each["score"] for each in found] == sorted((each["score"] for each in found), reverse=True)
    assert found[0]["type"] == [{"id": "book", "name": "Books"}]


@pytest.mark.parametrize(
    ("text", "meant"), [("Almnaac", BOOK), ("Hrabour Lbirary", "branch/02"), ("Ktaeidral", None), ("xzq", None)]
)
def test_a_name_of_misspelt_words_finds_what_is_meant(client, text, meant):
    assert next((each["id"] for each in ask(client, query=text)), None) == meant


def test_an_identifier_decides(client):
    for query in ({"query": "R000102"}, {"properties": [{"pid": "record", "v": "r 000102"}]}):
        found = ask(client, **query)
        assert (found[0]["id"], found[0]["score"], found[0]["match"]) == ("book/2", 100.0, True)


def test_a_property_speaks_against_a_name(client):
    genre = {"pid": "genre", "v": {"id": "concept/genre/nonfiction-handbook"}}
    found = ask(client, query="the almanac", properties=[genre])
    same = next(each for each in found if each["id"] == BOOK)
    assert not same["match"] and same["score"] < 90
    by_name = ask(client, query="the almanac", properties=[{"pid": "genre", "v": "Romaani"}])
    assert by_name[0]["id"] == BOOK and by_name[0]["match"]


def test_properties_alone_find_what_has_them(client, index):
    found = ask(client, properties=[{"pid": "genre", "v": "Novel"}], limit=50)
    assert BOOK in {each["id"] for each in found} and not any(each["match"] for each in found)


def test_types_are_kept_apart(client):
    assert ask(client, query="the almanac", type="branch") == []
    assert ask(client, query="the almanac", type="branch", type_strict="should")[0]["id"] == BOOK
    assert ask(client, query="the almanac", type=["branch", "book"], type_strict="all") == []


def test_a_name_that_nothing_has_matches_nothing(client):
    for text in ("zzzzzz qqqq", "😀", '"; DROP TABLE name', "*", "x" * 5_000):
        assert not any(each["match"] for each in ask(client, query=text))


def test_a_query_without_a_name_or_property_matches_nothing_and_stops_no_other(client):
    batch = {"a": {"query": "the almanac"}, "b": {"query": " "}, "c": {"query": "", "type": "book"}}
    answer = client.request("POST", "/reconcile?lang=en", data={"queries": json.dumps(batch)})
    conforms("reconciliation-result-batch", answer.json())
    assert answer.json()["a"]["result"][0]["id"] == BOOK
    assert all(answer.json()[each] == {"result": []} for each in "bc")


@pytest.mark.parametrize(
    "queries",
    ["", "[]", "{", '{"a": 1}', '{"a": {}}', '{"a": {"query": 7}}', '{"a": {"query": "x", "limit": "many"}}',
     '{"a": {"query": "x", "limit": -1}}', '{"a": {"query": "x", "limit": 1e999}}', '{"a": {"query": "x", "type": 5}}',
     '{"a": {"query": "x", "properties": [{"v": 1}]}}', '{"a": {"query": "x", "type_strict": "no"}}', "[" * 5_000,
     json.dumps({str(number): {"query": "x"} for number in range(1_001)})],
)  # fmt: skip
def test_what_is_no_batch_is_refused(client, queries):
    answer = client.request("POST", "/reconcile", data={"queries": queries})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


def test_an_empty_batch_has_an_empty_answer(client):
    assert client.get("/reconcile?queries={}").json() == {}


def test_things_are_extended_by_names_identifiers_and_facets(client):
    names = [each["id"] for each in client.get("/reconcile/properties?type=book").json()["properties"]]
    assert {"genre", "record", "year", "name-fi"} <= set(names)
    asked = {"ids": [BOOK, "book/999", "no thing"], "properties": [{"id": name} for name in names]}
    answer = client.request("POST", "/reconcile?lang=en", data={"extend": json.dumps(asked)}).json()
    conforms("data-extension-response", answer)
    row = answer["rows"][BOOK]
    assert row["genre"] == [{"id": "concept/genre/fiction-novel", "name": "Novel"}]
    assert (row["record"], row["year"]) == ([{"str": "R000101"}], [{"int": 2019}])
    assert row["name-fi"] == [{"str": "Majakanvartijan almanakka"}]
    assert answer["rows"]["book/999"] == answer["rows"]["no thing"] == {name: [] for name in names}
    assert [each["id"] for each in answer["meta"]] == names


@pytest.mark.parametrize("extend", ["", "[]", "{}", '{"ids": "x", "properties": []}', '{"ids": [], "properties": [1]}'])
def test_what_is_no_extension_is_refused(client, extend):
    assert client.request("POST", "/reconcile", data={"extend": extend}).status_code == 400


def test_a_form_without_anything_is_told_what_is_missing(client):
    answer = client.request("POST", "/reconcile", data={"x": "y"})
    assert (answer.status_code, answer.json()["kind"]) == (400, "missing-value")


def test_a_preview_may_stand_in_the_page_of_another(client):
    answer = client.get(f"/reconcile/preview?id={BOOK}&lang=en")
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    page = read_page(answer.text)
    assert page.one("a", target="_blank").attributes["href"] == "/doc/book/1?lang=en"
    assert "R000101" in page.one("dl").text
    assert client.get("/reconcile/preview?id=book/999").status_code == 404
    assert client.get("/reconcile/preview?id=%00%3C").status_code == 404
    assert "frame-ancestors 'none'" in client.get("/doc/book/1").headers["content-security-policy"]


@pytest.mark.parametrize("text", ["R999999", "1234567-8", "000"])
def test_an_identifier_that_nobody_has_is_like_no_name(client, text):
    answer = client.request("POST", "/reconcile", data={"queries": json.dumps({"q": {"query": text}})}).json()
    assert answer["q"]["result"] == []
