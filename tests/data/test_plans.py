"""Strategies, decisions, service paths, negotiations: what was split, joined or inferred says what the tables say."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from tests.data import inference
from tests.data.plan_tables import roles
from tests.data.shared_tables import DATA, ID, SKOS, SOTE, Row, read, shared

CONCEPT = f"{ID}concept/"
DCT = "http://purl.org/dc/terms/"


def own(source: str, table: str) -> list[Row]:
    return read(DATA / source / f"{table}.csv")


@pytest.fixture(scope="module")
def keys() -> dict[tuple[str, str], str]:
    return {(row["segment"], row["id"]): row["key"] for row in read(DATA / "keys.csv")}


@pytest.fixture(scope="module")
def inferred() -> dict[str, frozenset[Triple]]:
    return inference.infer()


def test_every_date_of_approval_is_a_decision():
    decided = {(row["strategy_id"], row["kind"], row["date"]) for row in own("strategies", "decisions")}
    rows = [row for row in shared("domain/strategies.csv") if row["approval_date"]]
    assert len(rows) == 39
    assert {(row["id"], "approval", row["approval_date"]) for row in rows} <= decided


def test_every_date_of_another_step_is_a_decision_that_approved_nothing():
    decisions = {(row["strategy_id"], row["date"]): row for row in own("strategies", "decisions")}
    rows = [row for row in shared("domain/strategies.csv") if row["other_decision_date"]]
    assert len(rows) == 17
    assert not {decisions[row["id"], row["other_decision_date"]]["produced"] for row in rows} - {""}


def test_every_deciding_body_is_the_organ_of_a_decision():
    decisions = own("strategies", "decisions")
    for row in shared("domain/strategies.csv"):
        taken = [each for each in decisions if each["strategy_id"] == row["id"]]
        assert not row["approval_body"] or any(each["organ_kind"] for each in taken), row["id"]
        section = re.search(r"\((\d+) §", row["approval_body"])
        assert not section or section[1] in {each["section"] for each in taken}


def test_a_planned_decision_has_produced_nothing():
    planned = [row for row in own("strategies", "decisions") if row["certainty"] == "planned"]
    assert planned
    assert {row["produced"] for row in planned} == {""}


def test_only_what_a_source_gives_as_decided_is_stated_as_read_again():
    bases = {row["id"]: row["approval_date_basis"] for row in shared("domain/strategies.csv")}
    for row in own("strategies", "decisions"):
        again = row["date_basis"].startswith("reread")
        assert again <= bases[row["strategy_id"]].startswith("re-read")


def test_names_of_elements_are_the_words_of_the_source_and_translations_are_not():
    rows = {row["id"]: row for row in shared("domain/strategies_priorities.csv")}
    for row in own("strategies", "strategy_elements"):
        assert (row["label"], row["lang"]) == (rows[row["id"]]["label"], rows[row["id"]]["lang"])
        assert not row[f"translation_{row['lang']}"]
        assert all(row[f"translation_{tag}"] for tag in {"fi", "sv", "en"} - {row["lang"]})


def test_every_actor_has_a_role_and_every_role_of_organisations_too():
    parts = roles()
    for row in shared("domain/service_path_steps.csv"):
        assert ("role" in parts.get(row["id"], set())) == bool(row["actor"])
        assert not row["organisation_role_en"] or parts[row["id"]]
    described = Counter(row["description"] for row in own("service-paths", "step_roles") if row["description"])
    stated = Counter(r["organisation_role_en"] for r in shared("domain/service_path_steps.csv"))
    assert described == Counter({text: count for text, count in stated.items() if text})


def test_organisations_of_steps_are_those_of_the_table():
    stated = {row["id"]: row["actor_org_id"] for row in shared("domain/service_path_steps.csv") if row["actor_org_id"]}
    assert {
        r["step_id"]: r["organisation_id"] for r in own("service-paths", "step_roles") if r["organisation_id"]
    } == stated


def test_a_period_is_what_the_table_gives_and_an_observation_is_none():
    rows = {row["id"]: row for row in shared("domain/service_paths.csv")}
    for row in own("service-paths", "service_paths"):
        table = rows[row["id"]]
        if table["precision"].startswith("observed"):
            assert (row["observed"], row["start"], row["end"]) == (table["from"], "", "")
        else:
            assert (row["observed"], row["start"], row["end"]) == ("", table["from"], table["to"])


def test_each_area_has_one_negotiation_a_year_and_three_are_known():
    rows = own("negotiations", "negotiations")
    areas = {row["id"] for row in shared("domain/areas.csv")} - {"area_ahvenanmaa"}
    assert Counter((row["area_id"], row["year"]) for row in rows) == Counter(
        {(area, year): 1 for area in areas for year in ("2023", "2024", "2025", "2026")}
    )
    listed = {row["id"] for row in shared("domain/partnerships.csv") if row["form"] == "negotiation"}
    assert {row["id"] for row in rows if row["state"] != "not-known"} == listed
    assert {row["act"] for row in rows if row["area_id"] == "area_helsinki"} == {"612-2021-6"}


@pytest.mark.parametrize("name", inference.FILES)
def test_what_is_inferred_is_what_the_rules_say_today(name, inferred):
    assert inferred[name]
    assert inference.read(name) == inferred[name], "run python -m tests.data.inference"


def test_the_rules_reach_the_links_of_the_table_and_no_others_of_their_kind(keys):
    """R1 to R5, run without the table of links, give exactly the ten rows of the table."""
    store = inference.load(skip="Support")
    found = {
        (triple.subject.value, rule.stem[-2:])
        for rule in sorted(inference.RULES.glob("support-r[1-5].rq"))
        for triple in inference.run(store, rule)
    }
    rows = shared("domain/activity_priorities.csv")
    stated = {
        (
            f"{ID}support/{keys['activity', row['activity_id']]}-{keys['strategy-element', row['priority_id']]}",
            row["rule"][:2].lower(),
        )
        for row in rows
    }
    assert len(rows) == 10
    assert found == stated


def test_every_inferred_link_is_marked_and_names_its_rule(inferred):
    facts: dict[NamedNode, set[tuple[str, str]]] = {}
    for triple in inferred["supports"]:
        facts.setdefault(triple.subject, set()).add((triple.predicate.value, triple.object.value))
    assert len(facts) >= 16
    for said in facts.values():
        assert (DCT + "type", CONCEPT + "support-basis/derived") in said
        assert SOTE + "supportingOrganisation" in {predicate for predicate, _ in said}
        assert (SOTE + "certainty", CONCEPT + "certainty/inferred") in said
        assert SOTE + "rule" in {predicate for predicate, _ in said}
        assert "http://www.w3.org/ns/prov#wasGeneratedBy" in {predicate for predicate, _ in said}


def test_a_link_of_the_table_is_told_from_one_that_was_derived_here():
    basis = NamedNode(DCT + "type")
    stated = {
        quad.subject
        for quad in inference.quads(DATA / "strategies" / "strategies.ttl")
        if quad.predicate == basis and quad.object == NamedNode(CONCEPT + "support-basis/source-table")
    }
    derived = {triple.subject for triple in inference.read("supports") if triple.predicate == basis}
    assert len(stated) == len(shared("domain/activity_priorities.csv")) == 10
    assert not stated & derived


def test_hidden_labels_of_themes_are_lower_case():
    words = [
        quad.object
        for quad in inference.quads(DATA / "codes" / "theme.ttl")
        if quad.predicate.value == SKOS + "hiddenLabel"
    ]
    assert len(words) >= 40
    assert all(isinstance(word, Literal) and word.value == word.value.lower() for word in words)
