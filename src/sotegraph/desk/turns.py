"""Whose check is next: the last free place is kept for somebody who has none under way."""

from __future__ import annotations

from collections.abc import Sequence


class Turns:
    """Which of the clients that wait may begin, with *places* for checks that are done at the same time.

    However many a client sends, and however long they take, the next place that becomes free is somebody else's; and of
    those who wait, nobody begins twice before another has begun once.
    """

    def __init__(self, places: int) -> None:
        self.places = places
        self._under_way: dict[str, int] = {}
        self._begun: dict[str, int] = {}
        self._count = 0

    def next(self, waiting: Sequence[str]) -> int | None:
        """The number of the one among *waiting*, clients in the order in which they came, that may begin now.

        >>> turns = Turns(2)
        >>> turns.begin("a")
        >>> turns.next(["a", "a", "b"]), turns.next(["a"])
        (2, None)
        """
        free = self.places - sum(self._under_way.values())
        ready = [number for number, each in enumerate(waiting) if free > bool(self._under_way.get(each))]
        return min(ready, key=lambda number: self._order(waiting[number]), default=None)

    def _order(self, client: str) -> tuple[int, int]:
        return self._under_way.get(client, 0), self._begun.get(client, 0)

    def begin(self, client: str) -> None:
        """A check of *client* has begun."""
        self._count += 1
        self._begun[client] = self._count
        self._under_way[client] = self._under_way.get(client, 0) + 1

    def end(self, client: str, waiting: Sequence[str]) -> None:
        """A check of *client* has ended; who has none under way and none *waiting* is forgotten."""
        self._under_way[client] -= 1
        if not self._under_way[client]:
            del self._under_way[client]
        for each in set(self._begun) - set(self._under_way) - set(waiting):
            del self._begun[each]
