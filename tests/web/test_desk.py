"""Checks wait for each other instead of being turned away; one that is removed leaves nothing behind, nor a word."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from sotegraph.desk import Checks, Job, Shelf
from sotegraph.desk.job import do
from sotegraph.desk.turns import Turns
from sotegraph.errors import DeskFull, TooManyChecks
from sotegraph.ingest import Submission, SubmittedFile

FILE = SubmittedFile("a.ttl", b"<urn:a> <urn:b> <urn:c> .")
JOB = Job("submission", True, "en", ("a.ttl",), (None,))


class Counting:
    """A desk that counts how many checks it does at the same time, and does none before it is opened."""

    def __init__(self) -> None:
        self.now = self.most = self.done = 0
        self.opened = asyncio.Event()

    async def have_done(self, path: Path, client: str) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        await self.opened.wait()
        self.now -= 1
        self.done += 1


def checks(folder: Path, desk: Counting, waiting: int = 20, at_most: int = 50) -> Checks:
    return Checks(Shelf(folder, 60, 1 << 20), desk, per_client=2, waiting=waiting, at_most=at_most)


def test_a_burst_of_one_client_waits_and_others_get_past_it(tmp_path: Path) -> None:
    async def burst() -> None:
        desk = Counting()
        place = checks(tmp_path, desk)
        tasks = [place.begin(JOB, [FILE], [], "office")[1] for _ in range(20)]
        tasks.append(place.begin(JOB, [FILE], [], "somebody else")[1])
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert desk.now == 3, "two of the office's, and at once that of somebody else"
        desk.opened.set()
        await asyncio.gather(*tasks)
        assert (desk.done, desk.most) == (21, 3)
        assert not place.clients
        assert not place.turns

    asyncio.run(burst())


def test_more_than_may_wait_are_told_when_to_come_again(tmp_path: Path) -> None:
    async def flood() -> None:
        desk = Counting()
        place = checks(tmp_path, desk, waiting=3, at_most=7)
        place.usual_s = 4.0
        for _ in range(5):
            place.begin(JOB, [FILE], [], "office")
        with pytest.raises(TooManyChecks) as caught:
            place.begin(JOB, [FILE], [], "office")
        assert caught.value.headers() == {"Retry-After": "5"}
        for client in "ab":
            place.begin(JOB, [FILE], [], client)
        with pytest.raises(DeskFull):
            place.begin(JOB, [FILE], [], "c")
        desk.opened.set()
        await asyncio.gather(*place.tasks.values())

    asyncio.run(flood())


def test_a_check_that_waits_can_be_ended(tmp_path: Path) -> None:
    async def ended() -> None:
        desk = Counting()
        place = checks(tmp_path, desk)
        names = [place.begin(JOB, [FILE], [], "office")[0] for _ in range(4)]
        await asyncio.sleep(0)
        for name in names[1:]:
            place.stop(name)
            assert place.shelf.remove(name)
        desk.opened.set()
        await asyncio.wait(list(place.tasks.values()))
        assert (desk.done, [each.name for each in tmp_path.iterdir()]) == (1, names[:1])

    asyncio.run(ended())


def played(turns: Turns, waiting: list[str], rounds: int) -> str:
    """Who begins when, while the check that has been under way for longest ends at each round."""
    order, under_way = "", []
    for _ in range(rounds):
        while (number := turns.next(waiting)) is not None:
            under_way.append(waiting.pop(number))
            turns.begin(under_way[-1])
            order += under_way[-1]
        if under_way:
            turns.end(under_way.pop(0), waiting)
        order += " "
    return " ".join(order.split())


@pytest.mark.parametrize(
    ("places", "waiting", "order"),
    [
        (1, "aab", "a b a"),
        (2, "aaa", "a a a"),
        (2, "aaab", "ab a a"),
        (2, "aaabbbc", "ab c a b a b"),
        (3, "aaaab", "ab a a a"),
        (4, "aaaaaab", "aba a a a a"),
    ],
)
def test_the_last_free_place_is_kept_for_who_has_none_and_those_who_wait_take_turns(
    places: int, waiting: str, order: str
) -> None:
    turns = Turns(places)
    assert played(turns, list(waiting), len(waiting) + 1) == order
    assert turns.next(["a"]) == 0, "nobody is remembered to have a place"
    assert not turns._begun


class Removing:
    """A validator in whose hands the check is removed, early or late."""

    def __init__(self, shelf: Shelf, name: str, result: Submission | None) -> None:
        self.shelf, self.name, self.result = shelf, name, result

    def validate(self, *_: object, **__: object) -> Submission | None:
        self.shelf.remove(self.name)
        if self.result is None:
            raise RuntimeError("the files are gone")
        return self.result


@pytest.mark.parametrize("moment", ["before", "while it is done", "when it is done"])
def test_a_check_that_is_removed_leaves_nothing_behind_and_says_nothing(
    moment: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = Shelf(tmp_path, 60, 1 << 20)
    name = shelf.put(JOB, [FILE], [])
    result = Submission((), None, True) if moment == "when it is done" else None  # type: ignore[arg-type]
    if moment == "before":
        shelf.remove(name)
    with caplog.at_level(logging.DEBUG):
        do(tmp_path / name, Removing(shelf, name, result))  # type: ignore[arg-type]
    assert caplog.records == []
    assert list(tmp_path.iterdir()) == []
