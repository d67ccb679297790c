"""Whatever is published, gone back to, or not kept: closed pages stay, and the feed leads to what there is now."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sotegraph.feeds import Source, paging
from sotegraph.feeds.log import build_log
from tests.feeds.following import Follower, fetch
from tests.feeds.ledger import START, Ledger, state_of

_STATEMENTS = st.sets(
    st.tuples(st.sampled_from(["a", "a#x", "b", "b#y", "c", "d", "ab"]), st.integers(0, 2)), max_size=9
)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), _STATEMENTS),
        st.tuples(st.just("back"), st.integers(0, 9)),
        st.tuples(st.just("retain"), st.integers(1, 3)),
    ),
    min_size=1,
    max_size=9,
)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few places on a page and few pages below a node; and no waiting for the disk, which other tests do."""
    monkeypatch.setattr(paging, "PAGE", 3)
    monkeypatch.setattr(paging, "GATHERED", 2)
    monkeypatch.setattr(os, "fsync", lambda _: None)


@given(steps=_STEPS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_closed_pages_stay_and_the_feed_leads_to_what_there_is_now(tmp_path_factory, steps):
    ledger = Ledger.at(tmp_path_factory.mktemp("ledger"))
    follower = Follower()
    contents: dict[str, set[tuple[str, int]]] = {}
    for name, value in [("publish", {("a", 0)}), *steps]:
        if name == "publish":
            contents[ledger.publish(value).version] = value
        elif name == "back":
            ledger.back(ledger.kept()[value % len(ledger.kept())])
        else:
            ledger.retain(value)
        now = contents[ledger.archive.needed_current().version]
        closed = {address: each for address, each in follower.documents.items() if each.is_closed}
        follower.follow(ledger.stream())
        assert follower.state == state_of(now)
        newcomer = Follower()
        newcomer.follow(ledger.stream())
        assert newcomer.state == state_of(now)
        assert {address: newcomer.documents.get(address, each) for address, each in closed.items()} == closed


@given(steps=_STEPS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_member_lies_within_the_bounds_that_lead_to_it(tmp_path_factory, steps):
    ledger = Ledger.at(tmp_path_factory.mktemp("ledger"))
    for name, value in [("publish", {("a", 0)}), *steps]:
        if name == "publish":
            ledger.publish(value)
    follower = Follower()
    members = follower.follow(ledger.stream())
    assert len({each.published for each in members}) == len(members)
    for document in follower.documents.values():
        for address, (start, end) in document.leads_to.items():
            target = follower.documents[address]
            assert (end is None) == (not target.is_closed)
            times = [each.published for each in members_below(follower, address)]
            assert all(start <= time and (end is None or time < end) for time in times)


def test_programs_that_know_milliseconds_tell_two_publishings_apart():
    times = [START, START, START, START + timedelta(seconds=1)]
    sizes = [(Source("v", number, time), 1_500) for number, time in enumerate(times)]
    log = build_log("http://x.example", sizes, lambda *_: ())
    spans = [(log.moment(each.first), log.moment(each.end - 1)) for each in log.batches]
    rounded = [moment.replace(microsecond=moment.microsecond // 1_000 * 1_000) for span in spans for moment in span]
    assert rounded == sorted(rounded)
    assert all(rounded[2 * place - 1] < rounded[2 * place] for place in range(1, len(spans)))
    assert log.batches[-1].begins == times[-1]


def members_below(follower: Follower, address: str) -> list:
    document = follower.documents[address]
    return [*document.members, *(each for below in document.leads_to for each in members_below(follower, below))]


@given(size=st.integers(0, 60))
def test_every_place_is_on_one_page_and_every_page_is_led_to_once(size):
    found = [each for part in paging.top(size) for each in (paging.gathered(part) if part.is_node else [part])]
    assert [place for each in found for place in range(each.start, each.stop)] == list(range(size))
    assert [each.number for each in found] == list(range(1, paging.pages(size) + 1))
    assert [each for each in found if not each.is_closed] == found[size // paging.PAGE :]
    assert all(paging.page(each.number, size) == each for each in found)
    assert paging.page(len(found) + 1, size) is None
    nodes = size // (paging.PAGE * paging.GATHERED)
    assert [number for number in range(9) if paging.node(number, size)] == list(range(1, nodes + 1))[:8]


@given(size=st.integers(0, 60), more=st.integers(0, 30))
def test_what_is_closed_is_the_same_in_a_longer_log(size, more):
    for part in paging.top(size):
        if part.is_closed:
            assert (paging.node if part.is_node else paging.page)(part.number, size + more) == part


def test_a_page_says_the_same_when_its_version_is_no_longer_kept(tmp_path: Path):
    ledger = Ledger.at(tmp_path)
    for number in range(5):
        ledger.publish({("a", number), ("b", 0), ("c#z", number // 2)})
    stream, follower = ledger.stream(), Follower()
    follower.follow(stream)
    addresses = sorted(follower.documents)
    assert len(addresses) > 4
    before = [fetch(stream, each) for each in addresses]
    ledger.retain(1)
    assert len(ledger.kept()) == 1
    assert [fetch(ledger.stream(), each) for each in addresses] == before
