"""Links between the pages of a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Paging:
    """Where one stands in a list, and the addresses of the pages before and after; *numbered* are those in between."""

    number: int
    pages: int
    previous: str | None
    next: str | None
    numbered: tuple[tuple[int, str | None], ...]


def paging(number: int, pages: int, address: Callable[[int], str]) -> Paging:
    """Return the links around page *number* of *pages*; a gap in the numbers is a None address under number 0."""
    shown = sorted({1, pages, *range(max(1, number - 2), min(pages, number + 2) + 1)})
    numbered: list[tuple[int, str | None]] = []
    for before, each in zip([0, *shown], shown, strict=False):
        if each - before > 1:
            numbered.append((0, None))
        numbered.append((each, address(each)))
    return Paging(
        number=number,
        pages=pages,
        previous=address(number - 1) if number > 1 else None,
        next=address(number + 1) if number < pages else None,
        numbered=tuple(numbered),
    )


def pages_of(total: int, size: int) -> int:
    """How many pages of *size* a list of *total* has, an empty one included.

    >>> pages_of(0, 50), pages_of(50, 50), pages_of(51, 50)
    (1, 1, 2)
    """
    return max(1, -(-total // size))
