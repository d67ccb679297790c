"""How a log is cut into pages: by places and by nothing else, so that a change never moves from one to another.

Page *n* has the places from ``(n - 1) * PAGE`` on, and is closed as soon as all of them are taken. A hundred closed
pages are gathered by a node of their own: it appears whole and stays as it is. So only two documents ever change: the
root, which leads to all nodes and to the pages that are not gathered yet, and the newest page while it is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

PAGE = 100
"""Places of a page."""
GATHERED = 100
"""Pages of a node."""


@dataclass(frozen=True)
class Part:
    """A page, or a node that gathers pages: the places from *start* up to, and without, *stop*.

    *number* counts from 1 among its kind. Where it *is_closed*, there will never be more in it.
    """

    number: int
    start: int
    stop: int
    is_node: bool = False
    is_closed: bool = True


def page(number: int, size: int) -> Part | None:
    """Page *number* of a log of *size* places; None when there is no such page yet.

    >>> page(2, 150)
    Part(number=2, start=100, stop=150, is_node=False, is_closed=False)
    """
    start, end = (number - 1) * PAGE, number * PAGE
    return Part(number, start, min(end, size), is_closed=end <= size) if 0 <= start < size else None


def node(number: int, size: int) -> Part | None:
    """Node *number* of a log of *size* places; None when the pages that it gathers are not all closed."""
    places = PAGE * GATHERED
    end = number * places
    return Part(number, end - places, end, is_node=True) if 0 < end <= size else None


def gathered(part: Part) -> Iterator[Part]:
    """The pages that the node *part* gathers."""
    first = part.start // PAGE + 1
    return (Part(number, (number - 1) * PAGE, number * PAGE) for number in range(first, first + GATHERED))


def top(size: int) -> Iterator[Part]:
    """Where the root of a log of *size* places leads to, in the order of places.

    >>> [(each.number, each.is_closed) for each in top(150)]
    [(1, True), (2, False)]
    """
    nodes = size // (PAGE * GATHERED)
    for number in range(1, nodes + 1):
        yield Part(number, (number - 1) * PAGE * GATHERED, number * PAGE * GATHERED, is_node=True)
    number = nodes * GATHERED + 1
    while (found := page(number, size)) is not None:
        yield found
        number += 1


def pages(size: int) -> int:
    """How many pages a log of *size* places has."""
    return -(-size // PAGE)
