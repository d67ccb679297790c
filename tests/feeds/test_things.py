"""What is in the feed of things: what sources say, whole, with where it comes from; and nothing of layout or people."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from sotegraph.feeds import THINGS, Log, Stream, log_of_version
from sotegraph.store import Version, build_version, canonical_lines
from tests.feeds.following import Follower
from tests.feeds.ledger import BASE, Ledger

GRAPH = f"<{BASE}/id/graph/catalogue>"
ONTOLOGY = f"<{BASE}/id/graph/ontology>"
BOOK, OTHER = f"{BASE}/id/book/1", f"{BASE}/id/book/2"
TOMBSTONE = f"<{BOOK}> a <https://w3id.org/sotegraph/ns/publication#Tombstone>"


def lines(*statements: str, graph: str = GRAPH) -> list[bytes]:
    text = f"{graph} {{ {' . '.join(statements)} }}"
    return canonical_lines(parse(text, RdfFormat.TRIG))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.at(tmp_path)


def told(ledger: Ledger) -> list[tuple[str, str]]:
    return [(each.kind, each.thing) for each in Follower().follow(ledger.stream())]


def test_what_was_removed_with_a_note_is_removed(ledger: Ledger):
    ledger.publish_lines(lines(f'<{BOOK}> <urn:p> "a"', f'<{OTHER}> <urn:p> "b"'))
    ledger.publish_lines(lines(TOMBSTONE, f'<{OTHER}> <urn:p> "b"'))
    ledger.publish_lines(lines(TOMBSTONE, f'<{BOOK}> <urn:note> "n"', f'<{OTHER}> <urn:p> "b"'))
    ledger.publish_lines(lines(f'<{BOOK}> <urn:p> "again"'))
    assert told(ledger) == [
        ("Create", BOOK),
        ("Create", OTHER),
        ("Delete", BOOK),
        ("Create", BOOK),
        ("Delete", OTHER),
    ]


def test_ontology_and_shapes_are_in_no_feed(ledger: Ledger):
    laid_out = lines(f'<{BASE}/ns/x#Book> <urn:p> "class"', f'<{BOOK}> <urn:p> "of layout"', graph=ONTOLOGY)
    ledger.publish_lines(sorted([*laid_out, *lines(f'<{BOOK}> <urn:p> "a"')]))
    ledger.publish_lines(lines(f'<{BOOK}> <urn:p> "a"'))
    assert told(ledger) == [("Create", BOOK)]
    (member,) = Follower().follow(ledger.stream())
    assert member.payload == {f'<{BOOK}> <urn:p> "a"'}


def test_the_last_change_of_a_version_completes_it(ledger: Ledger):
    layout = lines(f'<{BASE}/zzz> <urn:p> "last of all"', graph=ONTOLOGY)
    ledger.publish_lines(sorted([*layout, *lines(f'<{BOOK}> <urn:p> "a"', f'<{OTHER}> <urn:p> "b"')]))
    ledger.publish_lines(lines(f'<{BOOK}> <urn:p> "c"', f'<{OTHER}> <urn:p> "d"'))
    changes = list(ledger.log().changes(0, ledger.log().size))
    assert [(each.thing, each.last) for each in changes] == [(BOOK, False), (OTHER, True)] * 2


def test_blank_nodes_go_with_what_leads_to_them_and_are_those_of_no_other_member(ledger: Ledger):
    deep = [f"<{each}> <urn:p> [ <urn:q> [ <urn:q> 'deep {each}' ] ]" for each in (BOOK, OTHER)]
    ledger.publish_lines(lines(*deep))
    one, other = (change.statements for change in ledger.log().changes(0, 2))
    assert len(one) == len(other) == 3
    blanks = [{str(each.subject) for each in found if str(each.subject).startswith("_:")} for found in (one, other)]
    assert all(len(each) == 2 for each in blanks)
    assert not blanks[0] & blanks[1]
    values = [{str(each.object) for each in found if str(each.object).startswith("_:")} for found in (one, other)]
    assert values == blanks
    assert [each for each in one if "deep" in str(each.object)] != []


def test_a_statement_of_two_sources_is_told_once_and_both_are_named(ledger: Ledger):
    second = f"<{BASE}/id/graph/second>"
    both = sorted([*lines(f'<{BOOK}> <urn:p> "a"'), *lines(f'<{BOOK}> <urn:p> "a"', graph=second)])
    ledger.publish_lines(both)
    stream = ledger.stream()
    quads = list(stream.part_quads(Ledger.page(stream, 1)))
    derived = [each.object for each in quads if each.predicate.value.endswith("wasDerivedFrom")]
    assert derived == [NamedNode(GRAPH[1:-1]), NamedNode(second[1:-1])]
    assert len([each for each in quads if each.predicate.value == "urn:p"]) == 1


def test_a_version_without_a_history_is_told_as_its_first_publishing(ledger: Ledger):
    known = [*lines(f'<{BOOK}> <urn:p> [ <urn:q> "a" ]', f'<{BOOK}#part> <urn:p> "b"', f"<{OTHER}> a <urn:C>")]
    known += lines(f'<{BASE}/ns/x> <urn:p> "class"', graph=ONTOLOGY)
    ledger.publish_lines(sorted(known))
    alone = log_of(build_version(parse(b"".join(known), RdfFormat.N_QUADS)))
    one, other = ([unlabelled(each) for each in log.changes(0, log.size)] for log in (alone, ledger.log()))
    assert len(one) == 2
    assert one == other


def test_a_version_without_a_history_tells_of_no_removed_thing():
    known = lines(TOMBSTONE, f'<{BOOK}#part> <urn:p> "b"', f'<{OTHER}> <urn:p> "a"')
    log = log_of(build_version(parse(b"".join(known), RdfFormat.N_QUADS)))
    stream = Stream(log, THINGS, BASE, "/feed/entities", "http://site.example")
    assert [each.thing for each in Follower().follow(stream)] == [OTHER]


def log_of(version: Version) -> Log:
    return log_of_version(BASE, version, datetime(2026, 5, 4, tzinfo=UTC))


def unlabelled(change):
    """*change* with all blank nodes alike."""
    return change.thing, change.fate, change.last, sorted(_unlabelled(each) for each in change.statements)


def _unlabelled(quad: Quad) -> str:
    return " ".join("_" if str(each).startswith("_:") else str(each) for each in quad)
