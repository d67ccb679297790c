"""A list as search sees it: its members, the orders in which they can stand, and the values of its facets."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import compress

from sotegraph.publication import Collection
from sotegraph.search.facets import Values, first_places, flags

_FEW = 256
"""Of so many members or fewer each is looked up by itself; of more, all members are gone through in order."""
NAME = "name"
"""The order by name."""


@dataclass(frozen=True)
class Order:
    """An order of the members of a shelf: their *places*, first to last, and the *ranks* of the places in it."""

    places: array[int]
    ranks: array[int]

    @classmethod
    def of(cls, places: Iterable[int]) -> Order:
        """The order in which *places*, each of them once, come."""
        ordered = array("I", places)
        ranks = array("I", bytes(4 * len(ordered)))
        for rank, place in enumerate(ordered):
            ranks[place] = rank
        return cls(ordered, ranks)

    def sorted(self, found: int, *, backwards: bool = False) -> Iterator[int]:
        """The places in the set *found*, in this order."""
        few = found.bit_count()
        if few <= _FEW:
            return iter(sorted(first_places(found, few), key=self.ranks.__getitem__, reverse=backwards))
        order = self.places[::-1] if backwards else self.places
        own = flags(found, len(order))
        return compress(order, map(own.__getitem__, order))


@dataclass(frozen=True)
class Shelf:
    """A collection with its members: *iris* in the order of the publication's first language, from bit *start* on.

    *values* holds the values of each facet, *orders* the order of the members by name in each language, and by each
    facet of years from either end, then by name.
    """

    collection: Collection
    start: int
    iris: tuple[str, ...]
    orders: Mapping[tuple[str, str], Order]
    values: Mapping[str, Values]

    @property
    def everything(self) -> int:
        """The set of all members."""
        return (1 << len(self.iris)) - 1

    def within(self, found: int) -> int:
        """The members of this shelf in a set of members of all."""
        return (found >> self.start) & self.everything

    def ordered(self, found: int, language: str, sort: str = NAME) -> Iterator[str]:
        """The members of *found* in the order *sort*: by name or by a facet of years, with a minus sign backwards."""
        if sort == f"-{NAME}":
            ordered = self.orders[NAME, language].sorted(found, backwards=True)
        else:
            ordered = self.orders[sort, language].sorted(found)
        return map(self.iris.__getitem__, ordered)
