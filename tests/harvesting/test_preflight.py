"""Before a harvest it is told what each portal would make of a catalogue: what it takes, what it loses, and why.

Every text is there in Finnish, Swedish and English. The rules are those of the harvesters as they are written: a
dataset without a title is refused by all, one without Finnish keywords by avoindata.fi only.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from sotegraph.harvesting import Preflight, examine
from sotegraph.harvesting.preflight import ALL, NONE, SOME, Outcome
from sotegraph.harvesting.remarks import PORTALS
from sotegraph.harvesting.rendering import render_text, to_json, verdict
from sotegraph.messages import read_messages
from sotegraph.terms import term
from sotegraph.validation.engines import engine_called
from tests.harvesting.conftest import BASE, FILE

DATASET = NamedNode(f"{BASE}/id/dataset/catalogue")
BARE = NamedNode(f"{BASE}/id/dataset/bare")
NOW = datetime(2026, 12, 1, tzinfo=UTC)


def triples(file: Path = FILE) -> list[Triple]:
    return [quad.triple for quad in parse(path=str(file))]


def told_of(data: list[Triple], **how: Any) -> Preflight:
    """What is told of *data*; by engines in this process, while a site asks one in a process of its own."""
    return examine(data, ("fi", "en"), now=NOW, engine=engine_called(), **how)


@cache
def found() -> Preflight:
    return told_of(triples())


def outcome(portal: str, preflight: Preflight) -> Outcome:
    return next(each for each in preflight.outcomes if each.portal == portal)


def rules(portal: str, severity: str, preflight: Preflight) -> dict[str, tuple[str, ...]]:
    groups = outcome(portal, preflight).groups
    return {each.first.rule: each.subjects for each in groups if each.first.severity == severity}


def test_what_is_refused_is_refused_for_a_reason_that_is_told() -> None:
    assert rules("ckan", "violation", found()) == {"title": (BARE.value,)}
    assert rules("udata", "violation", found()) == {"title": (BARE.value,), "identifier": (BARE.value,)}
    needed = {"title", "description", "keyword", "licence", "maintainer", "email"}
    assert set(rules("avoindata", "violation", found())) == needed
    assert {"Dataset-title", "Dataset-description"} < set(rules("dcat-ap", "violation", found()))
    assert not found().passes


def test_a_portal_takes_the_others_all_the_same() -> None:
    for portal in ("ckan", "udata", "avoindata"):
        told = outcome(portal, found())
        assert (told.verdict, told.taken, len(told.rows)) == (SOME, 2, 3)
    states = {each.iri.rpartition("/")[2]: each.state for each in outcome("ckan", found()).rows}
    assert states == {"bare": "refused", "branches": "losses", "catalogue": "taken"}


def test_the_table_says_what_a_dataset_would_become() -> None:
    rows = {portal: outcome(portal, found()).rows[2] for portal in ("ckan", "udata", "avoindata", "dcat-ap")}
    assert rows["ckan"].titles == {"fi": "Luettelo", "en": "Catalogue", "sv": "Katalog"}
    assert rows["ckan"].title == "Luettelo"
    assert rows["udata"].name == f"{BASE}/id/dataset/catalogue"
    assert [rows[each].licence.rpartition("/")[2] for each in rows] == [
        *("Creative Commons CCZero 1.0", "Creative Commons CCZero 1.0", "cc-zero-1.0", "CC0")
    ]
    assert rows["avoindata"].organisation["fi"] == "Mäntylän kirjasto"
    assert [(each.format, each.names["fi"]) for each in rows["ckan"].resources] == [
        ("SPARQL", "SPARQL-rajapinta"),
        ("TTL", "Turtle-tiedosto"),
    ]


def test_everything_is_told_in_three_languages() -> None:
    for each in found().outcomes:
        for group in each.groups:
            assert set(group.first.texts) == {"fi", "sv", "en"}, group.first.rule
            assert len(set(group.first.texts.values())) == 3, group.first.rule
            assert not any("{" in text for text in group.first.texts.values())


def whole() -> list[Triple]:
    """A catalogue without the faults of the one in the file."""
    kept = [each for each in triples() if each.subject != BARE and each.object != BARE]
    return [*kept, Triple(NamedNode(f"{BASE}/id/dataset/branches#csv"), term("dct:license"), NamedNode(LICENCE))]


def test_a_whole_catalogue_is_taken_as_it_is() -> None:
    told = told_of(whole())
    assert {each.portal: each.verdict for each in told.outcomes if each.portal != "dcat-ap"} == {
        "ckan": ALL,
        "udata": ALL,
        "avoindata": ALL,
    }


LICENCE = "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"
BROKEN = [
    ("dct:modified", Literal("2027-01-01", datatype=term("xsd:date")), "udata", "in-the-future"),
    ("dct:identifier", Literal(f"{BASE}/id/dataset/branches"), "udata", "identifier-twice"),
    ("dct:license", NamedNode("https://licence.example/own"), "ckan", "licence-unknown"),
    ("dct:license", NamedNode("https://spdx.org/licenses/MIT"), "avoindata", "licence-unknown"),
    ("dcat:theme", NamedNode("https://theme.example/books"), "avoindata", "theme-unknown"),
]


@pytest.mark.parametrize(("name", "value", "portal", "rule"), BROKEN, ids=[f"{each[2]}-{each[3]}" for each in BROKEN])
def test_what_no_shape_can_say_is_told_too(name: str, value: Literal | NamedNode, portal: str, rule: str) -> None:
    data = [each for each in triples() if each.subject != DATASET or each.predicate != term(name)]
    told = told_of([*data, Triple(DATASET, term(name), value)])
    severity = {"licence-unknown": "warning", "theme-unknown": "warning"}.get(rule, "violation")
    assert DATASET.value in rules(portal, severity, told)[rule]
    assert rule not in rules(portal, severity, found())


def test_a_contact_whom_nobody_reaches_is_warned_of() -> None:
    """A catalogue at such a host is an example as a whole, and its contact is none the worse for it."""
    text = FILE.read_text("utf-8").replace(BASE, "https://w3id.org/library")
    data = [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
    for portal in PORTALS:
        found_there = rules(portal, "warning", told_of(data)).get("contact-nowhere", ())
        assert "https://w3id.org/library/id/dataset/catalogue" in found_there
        assert "contact-nowhere" not in rules(portal, "warning", found())
    remarks = [each.first for each in outcome("ckan", told_of(data)).groups if each.first.rule == "contact-nowhere"]
    assert [each.severity for each in remarks] == ["warning"]
    assert all("data@library.example" in remarks[0].text(language) for language in ("fi", "sv", "en"))


def test_a_warning_by_which_nothing_is_lost_leaves_the_verdict_as_it_is() -> None:
    """The address is taken as it stands; that nobody reads what is sent there is told beside the verdict."""
    usual = {each.portal: [row.state for row in each.rows] for each in found().outcomes}
    text = FILE.read_text("utf-8").replace(BASE, "https://w3id.org/library")
    data = [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
    told = told_of(data)
    assert {each.portal: [row.state for row in each.rows] for each in told.outcomes} == usual
    assert {each.portal: each.verdict for each in told.outcomes} == {
        each.portal: each.verdict for each in found().outcomes
    }
    words = {each.portal: verdict(each, lambda template: template) for each in told_of(whole()).outcomes}
    assert words["udata"] == "Takes all 2 datasets as they are."
    lessened = [each for each in whole() if each.predicate != term("dct:license")]
    assert "2 of them lose something" in verdict(outcome("udata", told_of(lessened)), lambda template: template)


def test_files_at_another_host_than_the_catalogue_are_remarked_on() -> None:
    for portal in ("ckan", "udata"):
        assert "files-elsewhere" in rules(portal, "info", told_of(triples(), asked="https://other.example/catalog.ttl"))
        assert "files-elsewhere" not in rules(portal, "info", told_of(triples(), asked=f"{BASE}/catalog.ttl"))
        assert "files-elsewhere" not in rules(portal, "info", found())


@pytest.mark.parametrize("address", [Literal("not a url"), NamedNode("urn:x:y")], ids=str)
def test_an_address_that_nobody_can_open_is_warned_of(address: Literal | NamedNode) -> None:
    distribution = NamedNode(f"{DATASET.value}#sparql")
    told = told_of([*triples(), Triple(distribution, term("dcat:accessURL"), address)])
    for portal in ("ckan", "udata", "avoindata"):
        assert rules(portal, "warning", told)["no-address"] == (distribution.value,)


def test_a_label_that_ckan_takes_for_the_code_is_warned_of() -> None:
    theme = NamedNode("http://publications.europa.eu/resource/authority/data-theme/EDUC")
    told = told_of([*triples(), Triple(theme, term("rdfs:label"), Literal("x"))])
    assert DATASET.value in rules("ckan", "warning", told)["label-theme"]


def test_a_service_is_listed_when_it_is_described_twice() -> None:
    distribution = NamedNode(f"{DATASET.value}#sparql")
    inner, outer = NamedNode(f"{BASE}/sparql#access"), NamedNode(f"{BASE}/sparql#service")
    endpoint = NamedNode(f"{BASE}/sparql")
    once = [Triple(distribution, term("dcat:accessService"), inner)]
    for each in (inner, outer):
        once += [
            Triple(each, term("rdf:type"), term("dcat:DataService")),
            Triple(each, term("dct:title"), Literal("SPARQL", language="fi")),
            Triple(each, term("dcat:endpointURL"), endpoint),
        ]
    assert "service-inside" not in rules("udata", "info", told_of([*triples(), *once]))
    alone = [each for each in once if each.subject != outer]
    assert rules("udata", "info", told_of([*triples(), *alone]))["service-inside"] == (inner.value,)


def test_nothing_is_taken_of_a_catalogue_without_datasets() -> None:
    told = told_of([])
    assert {each.verdict for each in told.outcomes} == {NONE}
    assert all("no-dataset" in rules(each.portal, "violation", told) for each in told.outcomes)


def test_a_catalogue_without_an_action_api_is_nothing_for_avoindata() -> None:
    told = told_of(triples(), has_actions=False)
    assert outcome("avoindata", told).verdict == NONE
    assert "no-action-api" in rules("avoindata", "violation", told)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_it_is_told_at_a_terminal(language: str) -> None:
    text = "\n".join(render_text(found(), language, read_messages().translator(language)))
    assert {"CKAN: ", "udata: ", "avoindata.fi: ", "DCAT-AP 3: "} <= {
        f"{each.split(': ')[0]}: " for each in text.split("\n")
    }
    assert {"fi": "CKAN hylkää sen", "sv": "CKAN avvisar den", "en": "CKAN refuses it"}[language] in text
    assert {"fi": "Otetaan: Luettelo", "sv": "Katalog", "en": "Taken: Catalogue"}[language] in text
    assert "(fi)" not in text.partition("DCAT-AP 3")[0].partition("Luettelo")[2].partition("\n")[0]


def test_what_has_no_iri_is_not_called_by_a_label_that_a_parser_made_up() -> None:
    nameless = BlankNode()
    data = [*triples(), Triple(DATASET, term("dcat:distribution"), nameless)]
    text = "\n".join(render_text(told_of(data), "en", lambda template: template))
    assert "about a node without an IRI" in text
    assert str(nameless) not in text


def test_it_is_told_to_programs() -> None:
    told = json.loads(json.dumps(to_json(found())))
    assert (told["passes"], told["datasets"]) == (False, 3)
    assert [each["portal"] for each in told["portals"]] == ["ckan", "udata", "avoindata", "dcat-ap"]
    assert told["portals"][0]["datasets"][2]["resources"][0]["format"] == "SPARQL"
