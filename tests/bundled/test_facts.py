"""What the bundled publication promises: complete code lists, memberships in time, names in three languages."""

from __future__ import annotations

import json

import pytest
from pyoxigraph import NamedNode

from sotegraph.entities import Layout, describe
from sotegraph.entities.index import Text
from sotegraph.jsonld import read_context, tree

SOTE = "https://w3id.org/sotegraph/ns/sote#"
PREFIXES = f"""
PREFIX sote: <{SOTE}>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
IN_FORCE = """
  ?membership dct:temporal ?period .
  OPTIONAL { ?period dcat:startDate ?start } OPTIONAL { ?period dcat:endDate ?end }
  FILTER((!BOUND(?start) || ?start <= ?day) && (!BOUND(?end) || ?end >= ?day))
"""


@pytest.fixture(scope="module")
def ask(bundled):
    def run(query: str) -> list[tuple[str, ...]]:
        solutions = bundled.version.store.query(PREFIXES + query)
        names = [variable.value for variable in solutions.variables]
        return [tuple(row[name].value if row[name] else "" for name in names) for row in solutions]

    return run


def iri(bundled, key: str) -> NamedNode:
    return bundled.addresses.iri(key)


@pytest.mark.parametrize(
    ("name", "count"),
    [("Municipality", 308), ("WellbeingArea", 23), ("Region", 19), ("CollaborativeArea", 5), ("Activity", 311)],
)
def test_every_one_of_a_closed_list_is_there(ask, name, count):
    assert ask(f"SELECT (COUNT(*) AS ?n) WHERE {{ ?s a sote:{name} }}") == [(str(count),)]


def test_every_organisation_of_the_tables_is_there(ask):
    assert int(ask("SELECT (COUNT(*) AS ?n) WHERE { ?s a org:Organization }")[0][0]) >= 327


@pytest.mark.parametrize("day", ["2023-06-01", "2024-12-31", "2025-01-01", "2026-11-21"])
def test_each_municipality_is_in_exactly_one_area_on_any_day(ask, day):
    rows = ask(f"""SELECT ?m (COUNT(DISTINCT ?area) AS ?n) WHERE {{ VALUES ?day {{ "{day}"^^xsd:date }}
        ?membership sote:part ?m ; sote:whole ?area . ?area a sote:WellbeingArea . {IN_FORCE} }} GROUP BY ?m""")
    assert len(rows) == (309 if day < "2025" else 308)
    assert {count for _, count in rows} == {"1"}


def test_a_merger_is_visible_in_time(bundled, ask):
    former, successor = iri(bundled, "municipality/588"), iri(bundled, "municipality/507")
    rows = ask(f"""SELECT ?area ?end WHERE {{ ?membership sote:part {former} ; sote:whole ?area ; dct:temporal ?p .
        ?area a sote:WellbeingArea . ?p dcat:endDate ?end }}""")
    assert rows == [(iri(bundled, "area/12").value, "2024-12-31")]
    assert ask(f"SELECT ?next WHERE {{ {former} dct:isReplacedBy ?next }}") == [(successor.value,)]
    assert not describe(bundled, former).gone


@pytest.mark.parametrize("name", ["WellbeingArea", "Municipality", "Region", "CollaborativeArea", "Activity"])
def test_what_is_ours_is_named_in_three_languages(ask, name):
    rows = ask(f"""SELECT ?s (COUNT(DISTINCT LANG(?label)) AS ?n)
        WHERE {{ ?s a sote:{name} ; skos:prefLabel ?label }} GROUP BY ?s""")
    assert rows
    assert {count for _, count in rows} == {"3"}


def test_every_concept_is_named_in_three_languages(ask):
    rows = ask("""SELECT ?s (COUNT(DISTINCT LANG(?label)) AS ?n)
        WHERE { ?s a skos:Concept ; skos:prefLabel ?label } GROUP BY ?s""")
    assert len(rows) > 300
    assert {count for _, count in rows} == {"3"}


def test_business_identifiers_are_never_keys(bundled, ask):
    numbers = ask("SELECT ?number WHERE { ?i a adms:Identifier ; skos:notation ?number }")
    assert len(numbers) > 300
    keys = {bundled.addresses.key(each).rpartition("/")[2] for each in bundled.members["organisation"]}
    assert all(key.isdigit() for key in keys)
    assert not keys & {number.replace("-", "") for (number,) in numbers if "-" in number}


def test_every_named_graph_is_described(bundled, ask):
    described = ask("""SELECT ?graph (COUNT(DISTINCT LANG(?title)) AS ?n)
        WHERE { GRAPH ?in { ?graph a sd:NamedGraph ; dct:title ?title } } GROUP BY ?graph""")
    assert {graph for graph, _ in described} == set(bundled.version.graphs)
    assert {count for _, count in described} == {"3"}


def test_an_area_is_one_tree_with_names_parts_and_population(bundled):
    description = describe(bundled, iri(bundled, "area/08"))
    document = tree(description.root, description.triples, read_context(bundled.publication.context))
    assert document["prefLabel"] == {
        "fi": "Pirkanmaan hyvinvointialue",
        "sv": "Birkalands välfärdsområde",
        "en": "Pirkanmaa wellbeing services county",
    }
    text = json.dumps(document, ensure_ascii=False)
    assert "@included" not in document
    for said in ("Tampere", "Tammerfors", "Sisä-Suomen yhteistyöalue", '"2022"', "/id/municipality/837"):
        assert said in text, said


def test_what_has_no_name_is_called_after_the_class_that_says_how(bundled):
    negotiation = iri(bundled, "negotiation/90-2023").value
    assert bundled.name(negotiation, "fi").value == "HYTE-neuvottelu: Helsingin kaupunki – 2023"
    assert bundled.name(negotiation, "sv").value == "HYTE-förhandling: Helsingfors stad – 2023"


def test_a_planned_negotiation_and_its_model_lead_to_each_other(bundled):
    negotiation, model = (iri(bundled, key) for key in ("negotiation/90-2023", "operating-model/5"))
    pages = [Layout(bundled, "sv").page(describe(bundled, each)) for each in (negotiation, model)]
    rows = {row.name.value: row for page in pages for section in page.sections for row in section.rows}
    assert rows["Förhandlingsmodell"].values[0].href == bundled.addresses.path(model.value)
    assert rows["Förhandlingar enligt modellen"].values[0].href == bundled.addresses.path(negotiation.value)


@pytest.mark.parametrize(
    ("asked", "given", "kind"),
    [("fi", "fi", "Väittämä"), ("sv", "sv", "Påstående"), ("en", "en", "Claim"), ("de", "fi", "Väittämä")],
)
def test_a_title_made_of_texts_is_in_one_language(bundled, asked, given, kind):
    """Asked for in a language that is not there, it is whole in the first of the publication, and says so."""
    claim = "https://w3id.org/sotegraph/id/claim/1"
    texts = bundled.version.objects(NamedNode(claim), NamedNode("http://purl.org/dc/terms/description"))
    described = {each.language: each.value for each in texts}
    assert set(described) == {"fi", "sv", "en"}
    assert bundled.name(claim, asked) == Text(f"{kind}: {described[given]}", given)
