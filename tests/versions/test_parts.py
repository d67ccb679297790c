"""A thing changes with its parts: hash IRIs, nodes with an IRI of their own that it shows, and blank nodes.

The labels of blank nodes are canonical for a version as a whole. So one that changed may give others new labels, which
is no change of theirs, and may keep its own, which does not mean that nothing changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from sotegraph.cli import main
from sotegraph.store import canonical_lines
from sotegraph.versions import Entry, Fate, all_fates, changes_by_thing, compare
from sotegraph.versions.blanks import changes_within, mentions_blank
from sotegraph.versions.changes import told_by_thing
from tests.feeds.following import read
from tests.feeds.test_addresses import SITE, pages_of, quads_of
from tests.versions.conftest import BOOK, Editions
from tests.versions.test_feeds_of_a_history import ATOM, news
from tests.versions.test_time import client_of

_GRAPH = NamedNode("urn:x:g")
_THINGS = [NamedNode("urn:x:a"), NamedNode("urn:x:b#part")]
_BLANKS = [BlankNode(each) for each in "pqrs"]
_QUADS = st.lists(
    st.builds(
        Quad,
        st.sampled_from([*_THINGS, *_BLANKS]),
        st.sampled_from([NamedNode("urn:x:p"), NamedNode("urn:x:q")]),
        st.sampled_from([*_THINGS, *_BLANKS, Literal("1"), Literal("> _:c14n0 ")]),
        st.just(_GRAPH),
    ),
    max_size=10,
)


def led_to(quads: Iterable[Quad], thing: str) -> list[bytes]:
    """What *quads* say of *thing*, its parts, and the blank nodes that these lead to, whatever the labels are."""
    known = set(quads)
    subjects: set[object] = {each for each in _THINGS if each.value.partition("#")[0] == thing}
    while more := {q.object for q in known if q.subject in subjects and isinstance(q.object, BlankNode)} - subjects:
        subjects |= more
    return canonical_lines(each for each in known if each.subject in subjects)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(_QUADS, _QUADS, st.booleans())
def test_a_thing_changes_with_its_blank_nodes_and_not_with_their_labels(tmp_path: Path, one, more, kept) -> None:
    other = [*one, *more] if kept else more
    olds, news = (canonical_lines(each) for each in (one, other))
    for name, lines in (("old", olds), ("new", news)):
        (tmp_path / name).write_bytes(b"".join(lines))
    changed = list(compare(olds, news))
    told = told_by_thing(changed, changes_within(changed, tmp_path / "old", tmp_path / "new"))
    assert set(told) == {each for each in ("urn:x:a", "urn:x:b") if led_to(one, each) != led_to(other, each)}


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Editions, list[Entry]]:
    """A book whose identifier, whose holding, then whose blank node changed, and then another one got blank nodes."""
    editions = Editions.at(tmp_path_factory.mktemp("parts"))
    entries = [editions.entry()]
    editions.replace('skos:notation "R000101"', 'skos:notation "R000999"')
    entries.append(editions.entry())
    copies = "lib:copies {} ;\n    dct:temporal <holding/1#period>"
    editions.replace(copies.format(2), copies.format(7), "data/catalogue/holdings.ttl")
    entries.append(editions.entry())
    node = '    dct:provenance [ a dct:ProvenanceStatement ; dct:description "{}"@en ] ;\n'
    editions.replace("    lib:pages 312 ;\n", node.format("Found") + "    lib:pages 312 ;\n")
    entries.append(editions.entry())
    editions.replace('"Found"@en', '"Given"@en')
    entries.append(editions.entry())
    editions.replace("    lib:pages 188 ;\n", "".join(map(node.format, "abc")) + "    lib:pages 188 ;\n")
    entries.append(editions.entry())
    return editions, entries


_HOLDING = "https://library.example/id/holding/1"
_OTHER = "https://library.example/id/book/2"
_CHANGED = ([BOOK], [_HOLDING], [BOOK], [BOOK], [_OTHER])


@pytest.mark.slow
def test_each_version_changed_what_it_changed_and_nothing_else(changed) -> None:
    _, entries = changed
    for entry, things in zip(entries[1:], _CHANGED, strict=True):
        assert list(all_fates(entry.place)) == [(each, Fate.CHANGED) for each in things]
    assert any(map(mentions_blank, (entries[-1].place / "removed.nq").read_bytes().splitlines()))
    told = changes_by_thing(entries[4].place)[BOOK].both()
    assert [(quad.object.value, is_new) for quad, is_new in told] == [("Found", False), ("Given", True)]


@pytest.mark.slow
def test_a_change_of_a_part_stands_in_the_history_of_the_whole(changed) -> None:
    client = client_of(changed[0])
    page = client.page("/history/book/1?lang=en").text
    for before, after in (("R000101", "R000999"), ("2", "7"), ("Found", "Given")):
        assert re.search(rf"<del>[^/]*{before}.*?</del>.*?<ins>[^/]*{after}", page, re.DOTALL)
    assert "c14n" not in page
    assert page.count("unnamed part") == 3
    assert page.count("As it was then") == 5
    assert client.page("/history/book/2?lang=en").text.count("As it was then") == 2
    assert '"Given"' in client.get("/history/book/1.ttl").text


@pytest.mark.slow
def test_the_page_and_the_data_of_such_a_version_tell_of_things_only(changed) -> None:
    editions, entries = changed
    client = client_of(editions)
    for entry, things in zip(entries[1:], _CHANGED, strict=True):
        answer = client.page(f"/version/{entry.short_id}?lang=en")
        assert answer.status_code == 200
        assert "c14n" not in answer.text
        told = parse(client.get(f"/version/{entry.short_id}.nt").content, RdfFormat.N_TRIPLES)
        subjects = {quad.object.value for quad in told if quad.predicate.value.endswith("#subjectOfChange")}
        assert subjects == set(things)


@pytest.mark.slow
def test_a_change_of_a_part_is_a_member_of_the_feed_and_news(changed) -> None:
    client = client_of(changed[0])
    members = [each for page in pages_of(client) for each in read(quads_of(client.get(page)), SITE + page).members]
    updates = [each for each in members if each.kind == "Update"]
    assert [each.thing for each in updates] == [thing for things in _CHANGED for thing in things]
    payloads = ["".join(each.payload) for each in updates]
    assert "R000999" in payloads[0] and '"7"' in payloads[1]
    assert "Found" in payloads[2] and "Given" in payloads[3] and "Found" not in payloads[3]
    titles = [each.findtext(f"{ATOM}title") for each in news(client, "en").iterfind(f"{ATOM}entry")]
    assert [each.partition(":")[0] for each in titles] == ["Changed"] * 5 + ["First version. Things"]
    assert "Weaving for Beginners" in titles[0]
    assert all("The Lighthouse Keeper's Almanac" in each for each in titles[1:5])


@pytest.mark.slow
def test_what_is_far_apart_is_told_by_things_too(changed) -> None:
    editions, entries = changed
    words = ["diff", entries[0].short_id, entries[-1].short_id, "--state", str(editions.settings.state)]
    told = CliRunner().invoke(main, words)
    lines = told.stdout.splitlines()
    things = [each.partition("  ")[0] for each in lines if not each.startswith(" ")]
    assert things == ["book/1", "book/2", "holding/1"]
    assert '  + [] dct:description "Given"@en  [catalogue]' in lines
    assert told.exit_code == 1
