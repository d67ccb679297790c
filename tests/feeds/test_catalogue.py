"""The feed of the catalogue by DCAT-AP Feeds: entities come after those that they lead to, and go before them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from sotegraph.feeds import Source, Stream, catalogue, catalogue_of_version
from sotegraph.feeds.catalogue import differences, entities_of
from sotegraph.feeds.stream import CATALOGUE
from sotegraph.terms import RDF_TYPE, term
from sotegraph.versions import CATALOGUE_REMOVED, Fate
from tests.feeds.following import Follower
from tests.feeds.ledger import BASE, START, Ledger

_DCAT = "http://www.w3.org/ns/dcat#"
CATALOG, DATASET, DISTRIBUTION, CHECKSUM = (f"{BASE}/{each}" for each in ("catalog", "set", "set#file", "set#sum"))
WHOLE = [
    f"<{CATALOG}> {RDF_TYPE} <{_DCAT}Catalog>",
    f"<{CATALOG}> <{_DCAT}dataset> <{DATASET}>",
    f"<{DATASET}> {RDF_TYPE} <{_DCAT}Dataset>",
    f"<{DATASET}> <{_DCAT}distribution> <{DISTRIBUTION}>",
    f"<{DISTRIBUTION}> {RDF_TYPE} <{_DCAT}Distribution>",
    f"<{DISTRIBUTION}> <urn:sum> <{CHECKSUM}>",
    f'<{CHECKSUM}> <urn:value> "1"',
]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.at(tmp_path)


def told(ledger: Ledger) -> list[tuple[str, str]]:
    return [(each.kind, each.thing) for each in Follower().follow(ledger.catalogue())]


def test_what_is_led_to_comes_first_and_goes_last(ledger: Ledger):
    ledger.publish({("a", 0)}, WHOLE)
    ledger.publish({("a", 1)}, WHOLE[:1])
    assert told(ledger) == [
        *(("Create", each) for each in (DISTRIBUTION, DATASET, CATALOG)),
        ("Update", CATALOG),
        ("Delete", DATASET),
        ("Delete", DISTRIBUTION),
    ]


def test_what_is_no_entity_goes_with_the_one_that_leads_to_it(ledger: Ledger):
    ledger.publish({("a", 0)}, WHOLE)
    ledger.publish({("a", 1)}, [*WHOLE[:-1], WHOLE[-1].replace('"1"', '"2"')])
    follower = Follower()
    assert [(each.kind, each.thing) for each in follower.follow(ledger.catalogue())][3:] == [("Update", DISTRIBUTION)]
    assert f'<{CHECKSUM}> <urn:value> "2"' in follower.state[DISTRIBUTION]
    assert not any(CHECKSUM in each for each in follower.state[DATASET])


def test_what_stays_as_it_is_is_not_told_again(ledger: Ledger):
    ledger.publish({("a", 0)}, WHOLE)
    ledger.publish({("a", 1)}, WHOLE)
    assert len(told(ledger)) == 3


def test_a_difference_is_read_and_not_the_whole_catalogue_again(ledger: Ledger, monkeypatch: pytest.MonkeyPatch):
    """What the feed costs grows with what changed, however large the catalogue and long the history."""
    many = [f"<{BASE}/set/{n}> {RDF_TYPE} <{_DCAT}Dataset>" for n in range(200)]
    for turn in range(10):
        ledger.publish({("a", turn)}, [*WHOLE[:-1], WHOLE[-1].replace('"1"', f'"{turn}"'), *many])
    sizes: list[int] = []

    def noted(content: bytes, form: RdfFormat) -> list[Quad]:
        quads = list(parse(content, form))
        sizes.append(len(quads))
        return quads

    worked = []
    whole = catalogue._whole
    monkeypatch.setattr(catalogue, "parse", noted)
    monkeypatch.setattr(catalogue, "_whole", lambda *given: worked.append(given[0]) or whole(*given))
    assert len(told(ledger)) == 203 + 9
    assert (sum(sizes), len(worked)) == (207 + 9 * 2, 203 + 9)


def test_a_part_that_becomes_an_entity_leaves_the_one_that_it_went_with(ledger: Ledger):
    ledger.publish({("a", 0)}, WHOLE)
    ledger.publish({("a", 1)}, [*WHOLE, f"<{CHECKSUM}> {RDF_TYPE} <{_DCAT}DataService>"])
    ledger.publish({("a", 2)}, WHOLE)
    assert told(ledger)[3:] == [
        ("Create", CHECKSUM),
        ("Update", DISTRIBUTION),
        ("Update", DISTRIBUTION),
        ("Delete", CHECKSUM),
    ]


def test_a_return_is_told_and_versions_that_are_no_longer_kept_too(ledger: Ledger):
    first = ledger.publish({("a", 0)}, WHOLE)
    ledger.publish({("a", 1)}, WHOLE[:1])
    ledger.back(first)
    ledger.publish({("a", 2)}, WHOLE[:1])
    before = told(ledger)
    ledger.retain(1)
    assert told(ledger) == before
    assert [kind for kind, thing in before if thing == DATASET] == ["Create", "Delete", "Create", "Delete"]


def test_a_history_from_before_there_was_a_catalogue_goes_on(ledger: Ledger):
    """Whatever has been told before: what is there when the catalogue is known again is all there is."""
    ledger.publish({("a", 0)})
    assert ledger.catalogue().log.size == 0
    assert list(ledger.catalogue().root_quads())
    second = ledger.publish({("a", 1)}, WHOLE)
    assert not (second.place / CATALOGUE_REMOVED).exists()
    assert [kind for kind, _ in told(ledger)] == ["Create"] * 3
    ledger.publish({("a", 2)}, WHOLE[:1])
    assert len(told(ledger)) == 6


def test_a_member_says_what_the_standard_lets_it_say(ledger: Ledger):
    ledger.publish({("a", 0)}, WHOLE)
    stream = ledger.catalogue()
    said = {
        quad.predicate
        for quad in stream.part_quads(Ledger.page(stream, 1))
        if quad.subject in {stream.member(place) for place in range(3)}
    }
    assert said == {RDF_TYPE, term("as:object"), term("as:published")}


def test_without_a_history_everything_is_created():
    triples = [each.triple for each in parse(" .\n".join([*WHOLE, ""]), RdfFormat.N_TRIPLES)]
    log = catalogue_of_version(BASE, Source("v", 1, START), triples)
    stream = Stream(log, CATALOGUE, BASE, "/feed/catalog", "http://site.example")
    assert [each.thing for each in Follower().follow(stream)] == [DISTRIBUTION, DATASET, CATALOG]


_CLASSES = ("Catalog", "Dataset", "Distribution", "DataService")
_GRAPHS = st.sets(
    st.one_of(
        st.tuples(st.sampled_from("abcde"), st.just("type"), st.sampled_from(_CLASSES)),
        st.tuples(st.sampled_from("abcde"), st.just("to"), st.sampled_from("abcde")),
        st.tuples(st.sampled_from("xy"), st.just("to"), st.sampled_from("xyz")),
        st.tuples(st.sampled_from("abcde"), st.just("to"), st.sampled_from("xy")),
    ),
    max_size=12,
)


def triples_of(said: Iterable[tuple[str, str, str]]) -> list[Triple]:
    return [
        Triple(NamedNode(f"urn:x:{one}"), RDF_TYPE, NamedNode(_DCAT + other))
        if name == "type"
        else Triple(NamedNode(f"urn:x:{one}"), NamedNode("urn:x:to"), NamedNode(f"urn:x:{other}"))
        for one, name, other in sorted(said)
    ]


@given(before=_GRAPHS, after=_GRAPHS)
@settings(max_examples=100, deadline=None)
def test_differences_lead_from_one_catalogue_to_the_other(before, after):
    old, new = (entities_of(triples_of(each)) for each in (before, after))
    state = dict(old)
    for name, fate, triples in differences(old, new):
        assert (name in state) == (fate is not Fate.CREATED)
        if fate is Fate.REMOVED:
            del state[name]
        else:
            assert state.get(name) != triples
            state[name] = triples
    assert state == new


@given(graph=_GRAPHS)
@settings(max_examples=100, deadline=None)
def test_nothing_leads_to_what_comes_later_unless_in_a_circle(graph):
    entities = entities_of(triples_of(graph))
    leads = {
        name: {each.object.value for each in triples} & entities.keys() - {name} for name, triples in entities.items()
    }
    order = [name for name, _, _ in differences({}, entities)]
    for place, name in enumerate(order):
        for other in leads[name] & set(order[place:]):
            assert name in reached(leads, other)


def reached(leads: dict[str, set[str]], start: str) -> set[str]:
    found, waiting = set(), [start]
    while waiting:
        fresh = leads[waiting.pop()] - found
        found |= fresh
        waiting += fresh
    return found


@given(steps=st.lists(_GRAPHS, min_size=1, max_size=6))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_who_follows_knows_the_catalogue_of_now(tmp_path_factory, monkeypatch, steps):
    monkeypatch.setattr(os, "fsync", lambda _: None)
    ledger, follower = Ledger.at(tmp_path_factory.mktemp("ledger")), Follower()
    for number, graph in enumerate(steps):
        ledger.publish({("a", number)}, map(str, triples_of(graph)))
        follower.follow(ledger.catalogue())
        entities = entities_of(triples_of(graph))
        assert follower.state == {name: {str(each) for each in triples} for name, triples in entities.items()}
