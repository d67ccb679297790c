"""The SIB's query editor finds everything it asks an endpoint for: prefixes, examples, classes with their properties.

It sends three queries by GET with ``ac=1`` beside them, wants SPARQL JSON, and gives up after five seconds
(https://github.com/sib-swiss/sparql-editor, ``metadata.ts``). These queries have the same patterns.
"""

from __future__ import annotations

import time

import pytest
from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples

from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app
from tests.client import Client

PATIENCE_S = 5
PREFIXES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace WHERE { ?declaration sh:prefix ?prefix ; sh:namespace ?namespace } ORDER BY ?prefix
"""
EXAMPLES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX spex: <https://purl.expasy.org/sparql-examples/ontology#>
SELECT DISTINCT ?example ?comment ?text WHERE {
  ?example sh:select|sh:ask|sh:construct|spex:describe ?text ; a sh:SPARQLExecutable ; rdfs:comment ?comment
} ORDER BY ?example
"""
OVERVIEW = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX void-ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?graph ?graphName ?class ?property ?valueClass ?datatype ?triples ?className ?propertyName WHERE {
  {
    OPTIONAL {
      ?graph sd:graph ?content . OPTIONAL { ?graph rdfs:label ?graphName } ?content void:classPartition ?partition
    }
    ?partition void:class ?class ; void:propertyPartition ?part .
    OPTIONAL { ?class rdfs:label ?className }
    ?part void:property ?property .
    OPTIONAL { ?part void:triples ?triples }
    OPTIONAL { ?property rdfs:label ?propertyName }
    OPTIONAL {
      { ?part void:classPartition [ void:class ?valueClass ] }
      UNION { ?part void-ext:datatypePartition [ void-ext:datatype ?datatype ] }
    }
  } UNION {
    ?linkset void:subjectsTarget [ void:class ?class ] ; void:linkPredicate ?property ;
      void:objectsTarget [ void:class ?valueClass ]
  }
} ORDER BY ?class ?valueClass ?datatype ?graph ?triples
"""


def asked(client: Client, query: str) -> list[dict[str, str]]:
    """The solutions that the editor gets."""
    answer = client.request(
        "GET",
        "/sparql",
        params={"ac": "1", "query": query},
        headers={"Accept": "application/sparql-results+json", "Origin": "https://editor.example"},
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    return [{name: value["value"] for name, value in each.items()} for each in answer.json()["results"]["bindings"]]


def test_it_finds_the_prefixes(client, publication):
    found = {each["prefix"]: each["namespace"] for each in asked(client, PREFIXES)}
    assert found == dict(publication.prefixes)


def test_it_finds_each_question_as_an_example_in_each_language(client, index):
    found = asked(client, EXAMPLES)
    expected = {(question.name, title) for question in index.questions for title in question.titles.values()}
    assert len(found) == len(expected) >= 6
    for name, title in expected:
        rows = [each for each in found if each["example"].endswith(f"/sparql-examples/{name}")]
        assert any(each["comment"].startswith(title) for each in rows), name


def test_every_example_runs_as_it_stands(client, version):
    texts = {each["example"]: each["text"] for each in asked(client, EXAMPLES)}
    assert len(texts) >= 3
    for example, text in texts.items():
        result = version.store.query(text)
        assert isinstance(result, QueryBoolean | QuerySolutions | QueryTriples)
        assert result if isinstance(result, QueryBoolean) else list(result), example


def test_it_finds_the_classes_with_their_properties_and_the_kinds_of_values(client):
    found = asked(client, OVERVIEW)
    lib, dct, xsd = "https://library.example/ns/lib#", "http://purl.org/dc/terms/", "http://www.w3.org/2001/XMLSchema#"
    catalogue = [each for each in found if each.get("graph") == "https://library.example/id/graph/catalogue"]
    kinds = {(each["class"], each["property"], each.get("valueClass") or each.get("datatype")) for each in catalogue}
    assert (f"{lib}Book", f"{dct}title", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString") in kinds
    assert (f"{lib}Book", f"{dct}subject", "http://www.w3.org/2004/02/skos/core#Concept") in kinds
    assert any(kind.startswith(xsd) for *_, kind in kinds if kind)
    assert {each["className"] for each in catalogue if each["class"] == f"{lib}Book"} == {"Book", "Kirja"}
    assert all(int(each["triples"]) > 0 for each in found)


@pytest.mark.slow
@pytest.mark.parametrize("query", [PREFIXES, EXAMPLES, OVERVIEW], ids=["prefixes", "examples", "overview"])
def test_the_bundled_publication_answers_before_the_editor_gives_up(bundled, query):
    settings = Settings(access_log=False)
    app = create_app(settings, bundled.publication, bundled, InProcessEvaluator(bundled.version, settings))
    start = time.perf_counter()
    assert len(asked(Client(app), query)) > 20
    assert time.perf_counter() - start < PATIENCE_S / 2
