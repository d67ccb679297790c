"""Whom a changed node is seen from is the same however it is found: by arriving predicates, or path by path."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Quad, Store, Triple

from sotegraph.validation.reach import Backwards, Step, walk
from sotegraph.validation.state import State

P, Q, OTHER = (NamedNode(f"urn:x:{name}") for name in "pqo")
PATHS = [
    Step("", P),
    Step("^", Q),
    Step("/", None, (Step("", P), Step("", Q))),
    Step("/", None, (Step("^", P), Step("", Q))),
    Step("|", None, (Step("", P), Step("", OTHER))),
    Step("*", None, (Step("", Q),)),
]


def node(number: int) -> NamedNode:
    return NamedNode(f"urn:x:{number}")


def links(count: int) -> list[Triple]:
    """So many nodes that link to the first by one predicate, and a chain of the other beside them."""
    star = [Triple(node(number), P, node(0)) for number in range(1, count + 1)]
    return star + [Triple(node(number), Q, node(number + 1)) for number in range(5)] + [Triple(node(9), Q, node(0))]


@pytest.mark.parametrize("count", [3, 400])
def test_a_node_is_seen_from_where_a_path_leads_to_it(count: int) -> None:
    triples = links(count)
    store = Store()
    store.extend(Quad(*each) for each in triples[::2])
    state = State(store, triples[1::2])
    for target in map(node, range(6)):
        plainly = {each for path in PATHS for each in walk(state, target, path.reversed())}
        assert set(Backwards(PATHS).starts(state, [target])) == plainly
    everywhere = list(map(node, range(6)))
    plainly = {each for end in everywhere for path in PATHS for each in walk(state, end, path.reversed())}
    assert set(Backwards(PATHS).starts(state, everywhere)) == plainly
    assert (state.predicates_to(node(0)) is None) is (count > 300)


@pytest.mark.parametrize("count", [3, 400])
def test_what_points_at_a_node_comes_once_and_by_its_predicate(count: int) -> None:
    triples = links(count)
    store = Store()
    store.extend(Quad(*each) for each in triples)
    state = State(store, triples[:2])
    everything = [each for each in triples if each.object == node(0)]
    for predicate in (None, P, Q, OTHER):
        found = list(state.incoming(node(0), predicate))
        assert len(found) == len(set(found))
        assert set(found) == {each for each in everything if predicate in (None, each.predicate)}
