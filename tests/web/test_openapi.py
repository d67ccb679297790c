"""``/openapi.json`` describes the query endpoint and every question, so that programs can ask without reading pages.

It is valid OpenAPI 3.1, it says the types of parameters, the forms of answers and the shape of errors, in the language
of the reader, and the running site does what it says: Schemathesis makes requests from it and compares the answers.
"""

import json
import os
import subprocess

import pytest
from openapi_spec_validator import validate

from sotegraph.formats import ANSWER_FORMATS, HTML, PROBLEM
from tests.conftest import LIBRARY
from tests.serving import serving

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance"
)
"""Left out: that what fits the schema is accepted, because no schema tells a query from another text; and that methods
are refused which are not described, because OpenAPI 3.1 has no place for QUERY."""
DOWNLOADS = ("/dumps", "/dumps/{version}", "/dumps/{version}/{file}")
HOOKS = """
import schemathesis

schemathesis.serializer.alias("application/sparql-query", "text/plain")
"""


@pytest.fixture(scope="module")
def document(client):
    return client.get("/openapi.json?lang=en").json()


def parameters(document, path: str, method: str = "get") -> dict[str, dict]:
    found = document["paths"][path][method]["parameters"]
    shared = document["components"]["parameters"]
    resolved = [shared[each["$ref"].rpartition("/")[2]] if "$ref" in each else each for each in found]
    return {each["name"]: each for each in resolved}


def test_the_document_is_valid(document):
    validate(document)
    assert document["openapi"].startswith("3.1")


CHECKING = {
    *("/validate", "/validate/results/{name}", "/validate/schema.json", "/templates", "/templates/{class}.{suffix}"),
    *("/shacl/api/info", "/shacl/{domain}/api/info"),
    *("/shacl/{domain}/api/validate", "/shacl/{domain}/api/validateMultiple"),
}


def test_checking_is_described_with_what_comes_of_it(document, client):
    assert set(document["paths"]) >= CHECKING
    check = document["paths"]["/validate"]["post"]
    assert {"200", "202", "303", "413", "415", "422", "429", "503"} <= set(check["responses"])
    assert {"multipart/form-data", "text/turtle", "text/csv"} <= set(check["requestBody"]["content"])
    schema = client.get("/validate/schema.json").json()
    assert document["components"]["schemas"]["Report"]["required"] == schema["required"]
    assert parameters(document, "/templates/{class}.{suffix}")["class"]["schema"]["enum"][0] == "Book"
    bed = document["paths"]["/shacl/{domain}/api/validate"]["post"]
    content = bed["requestBody"]["content"]["application/json"]["schema"]
    assert content["properties"]["embeddingMethod"]["enum"] == ["STRING", "BASE64"], "nothing is fetched"


def test_the_endpoint_and_every_question_are_described(document, index):
    described = {f"/queries/{each.name}{end}" for each in index.questions for end in ("", ".{suffix}")}
    documents = {"/sparql", "/graph-store", "/catalog", "/queries"}
    feeds = {f"/feed/{each}{end}" for each in ("entities", "catalog") for end in ("", "/{page}")}
    assert set(document["paths"]) == {*documents, *DOWNLOADS, *CHECKING, *feeds, *described}
    assert set(document["paths"]["/sparql"]) == {"get", "post"}
    bodies = document["paths"]["/sparql"]["post"]["requestBody"]["content"]
    assert set(bodies) == {"application/x-www-form-urlencoded", "application/sparql-query"}


def test_every_parameter_of_the_endpoint_is_described_for_every_method(document):
    own = {"default-graph-uri", "named-graph-uri", "format", "version", "view"}
    assert set(parameters(document, "/sparql")) == {"query", "timeout", "lang", *own}
    assert set(parameters(document, "/sparql", "post")) == {"timeout", "lang", *own}
    bodies = document["paths"]["/sparql"]["post"]["requestBody"]["content"]
    assert set(bodies["application/x-www-form-urlencoded"]["schema"]["properties"]) == {"query", *own}
    assert parameters(document, "/sparql")["version"]["schema"]["enum"] == ["1.0", "1.1"]
    assert set(parameters(document, "/graph-store")) == {"default", "graph", "lang"}


def test_only_what_is_safe_is_said_to_be_known_already(document):
    endpoint = document["paths"]["/sparql"]
    assert "304" in endpoint["get"]["responses"]
    assert "304" not in endpoint["post"]["responses"]
    assert {"304", "404"} <= set(document["paths"]["/graph-store"]["get"]["responses"])


def test_titles_and_names_are_in_the_readers_language(client):
    operation = client.get("/openapi.json?lang=fi").json()["paths"]["/queries/list-titles"]["get"]
    assert operation["summary"] == "Mitkä ovat kirjojen nimet?"
    assert "Nimessä esiintyvät sanat" in json.dumps(operation, ensure_ascii=False)
    assert client.get("/openapi.json", accept_language="fi").headers["content-language"] == "fi"


def test_parameters_have_their_types(document):
    held = parameters(document, "/queries/is-book-held")
    assert held["book"]["required"] is True
    assert held["branch"]["schema"]["enum"] == ["branch/01", "branch/02"]
    assert "required" not in held["branch"]
    holdings = parameters(document, "/queries/list-holdings-of-branch")
    assert holdings["branch"]["schema"] == {"type": "string", "default": "branch/01"}
    assert "pattern" in holdings["year"]["schema"]
    prices = parameters(document, "/queries/describe-price-list")
    assert prices["readOnTheSpot"]["schema"] == {"type": "boolean", "default": False}
    assert "labels" not in prices
    assert {"labels", "timeout", "lang"} <= set(holdings)


def test_answers_have_their_forms_and_errors_their_shape(document, index):
    answers = document["components"]["responses"]
    for kind, forms in ANSWER_FORMATS.items():
        assert list(answers[kind]["content"]) == [form.media_type for form in forms]
    assert set(answers["Problem"]["content"]) == {PROBLEM.media_type, HTML.media_type}
    for question in index.questions:
        responses = document["paths"][f"/queries/{question.name}"]["get"]["responses"]
        assert responses["200"] == {"$ref": f"#/components/responses/{question.kind}"}
        assert {"304", "400", "406", "503"} <= set(responses)


def test_an_example_of_a_parameter_is_answered(client, document):
    asked = 0
    for path in document["paths"]:
        if not path.startswith("/queries/") or "{" in path:
            continue
        for name, each in parameters(document, path).items():
            for example in each.get("examples", {}).values():
                assert client.request("GET", path, params={name: example["value"]}).status_code == 200, (path, name)
                asked += 1
    assert asked > 5


def test_the_front_page_and_the_questions_lead_to_the_document(client):
    assert '</openapi.json>; rel="service-desc"; type="application/json"' in client.get("/").headers["link"]
    assert "/openapi.json" in client.page("/queries").text


def test_the_document_is_not_sent_again(client):
    tag = client.get("/openapi.json").headers["etag"]
    assert client.get("/openapi.json", if_none_match=tag).status_code == 304


@pytest.mark.slow
def test_the_running_site_does_what_the_document_says(tmp_path, document):
    tool = os.environ.get("SOTEGRAPH_TEST_SCHEMATHESIS")
    if tool is None:
        reason = "set SOTEGRAPH_TEST_SCHEMATHESIS to the schemathesis command of an environment of its own"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    configuration = tmp_path / "schemathesis.toml"
    (tmp_path / "hooks.py").write_text(HOOKS, "utf-8")
    # The shortest time limit that the schema allows is reached, truthfully, by every query.
    configuration.write_text('hooks = "hooks"\n[parameters]\n"query.timeout" = 5\n', "utf-8")
    with serving(LIBRARY, query_workers=2) as server:
        address = f"{server.address}/openapi.json"
        options = ["--checks", CHECKS, "--max-examples", "60", "--phases", "examples,coverage,fuzzing", "--no-color"]
        command = [tool, "--config-file", str(configuration), "run", address, *options, "--generation-database", "none"]
        found = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=400, check=False, cwd=tmp_path)
    assert found.returncode == 0, found.stdout[-6_000:] + found.stderr[-2_000:]
    operations = sum(map(len, document["paths"].values()))
    assert f"Tested: {operations}\n" in found.stdout, found.stdout[-2_000:]
