"""The difference between two versions is told statement by statement, and found thing by thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad

from sotegraph.store import canonical_lines
from sotegraph.versions import Fate, all_fates, changes_between, changes_of_subject, compare, fate_of
from sotegraph.versions.changes import lines_about
from tests.versions.conftest import BOOK, TITLES

_NODES = [*(NamedNode(f"urn:x:{each}") for each in "ab"), *(BlankNode(each) for each in "pqr")]
_QUADS = st.builds(
    Quad,
    st.sampled_from(_NODES),
    st.sampled_from([NamedNode("urn:x:p"), NamedNode("urn:x:q")]),
    st.sampled_from([*_NODES, Literal("ä\n"), Literal("1", language="en")]),
    st.sampled_from([NamedNode("urn:x:g"), NamedNode("urn:x:h")]),
)
_LINES = st.lists(st.binary(min_size=1, max_size=3), unique=True).map(sorted)


@given(st.lists(_QUADS, max_size=8))
def test_canonical_lines_are_those_of_the_whole_dataset(quads):
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    assert canonical_lines(quads) == [line.encode() for line in sorted(f"{quad} .\n" for quad in dataset)]


@given(_LINES, _LINES)
def test_two_sorted_sequences_are_told_apart(before, after):
    found = list(compare(before, after))
    assert {line for line, is_new in found if is_new} == set(after) - set(before)
    assert {line for line, is_new in found if not is_new} == set(before) - set(after)
    assert [line for line, _ in found] == sorted(line for line, _ in found)


@given(st.lists(st.sampled_from("abcdef"), max_size=12), st.sampled_from("abcdefg"))
def test_the_lines_about_a_thing_are_found(tmp_path_factory, names, wanted):
    lines = sorted(
        {f"<urn:{name}{part}> <urn:p> {number} .\n" for number, name in enumerate(names) for part in ("", "#x", "y")}
    )
    path = tmp_path_factory.getbasetemp() / "lines.nq"
    path.write_text("".join(lines))
    found = [line.decode() for line in lines_about(path, f"urn:{wanted}")]
    assert sorted(found) == [line for line in lines if line.startswith((f"<urn:{wanted}>", f"<urn:{wanted}#"))]


def test_a_change_is_told_of_its_thing_and_of_no_other(history):
    second = history.archive.entries()[1]
    changes = changes_of_subject(second.place, BOOK)
    assert [each.object.value for each in changes.added] == [TITLES[1]]
    assert [each.object.value for each in changes.removed] == [TITLES[0]]
    assert not changes_of_subject(second.place, BOOK + "0")
    assert list(all_fates(second.place)) == [(BOOK, Fate.CHANGED)]


def test_versions_far_apart_are_told_apart(history):
    first, _, third = history.archive.entries()
    forth, back = (changes_between(history.archive, *pair) for pair in ((first, third), (third, first)))
    assert [each.object.value for each in forth.added] == [TITLES[2]]
    assert (forth.added, forth.removed) == (back.removed, back.added)
    assert not changes_between(history.archive, first, first)


@pytest.mark.parametrize(("number", "fate"), [(0, Fate.CREATED), (1, Fate.CHANGED)])
def test_the_fate_of_a_thing_is_known(history, number, fate):
    entry = history.archive.entries()[number]
    assert fate_of(entry.place, BOOK) is fate
    assert fate_of(entry.place, "urn:x") is None


@pytest.mark.slow
def test_a_thing_that_went_was_removed(editions):
    editions.entry()
    (editions.folder / "data" / "catalogue" / "holdings.ttl").unlink()
    entry = editions.entry()
    fates = dict(all_fates(entry.place))
    assert Fate.REMOVED in fates.values()
    assert all("/holding/" in thing for thing, fate in fates.items() if fate is Fate.REMOVED)
