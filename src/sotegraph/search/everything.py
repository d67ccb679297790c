"""Search all lists at once: what was found, how much of it stands in which list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from sotegraph.search.facets import each_place, first_places
from sotegraph.search.finding import Found, Search
from sotegraph.search.shelves import Shelf


@dataclass(frozen=True)
class Results:
    """What was found for *text* in the lists at *segments*, or in all when none is named."""

    search: Search
    text: str
    segments: tuple[str, ...]
    found: Found

    def query(self) -> tuple[tuple[str, str], ...]:
        """What was asked, as parameters of an address."""
        asked = (("q", self.text),) if self.text else ()
        return (*asked, *(("type", each) for each in self.segments))

    @cached_property
    def _within(self) -> int:
        """The members of the lists that are asked."""
        if not self.segments:
            return (1 << self.search.size) - 1
        shelves = (each for each in self.search.shelves if each.collection.segment in self.segments)
        found = 0
        for each in shelves:
            found |= each.everything << each.start
        return found

    @cached_property
    def total(self) -> int:
        """How much was found."""
        return (self.found.everything & self._within).bit_count()

    def counts(self) -> list[tuple[Shelf, int]]:
        """How much was found in each list, whether it is asked or not; lists without anything are left out."""
        everything = self.found.everything
        counts = ((each, each.within(everything).bit_count()) for each in self.search.shelves)
        return [(shelf, count) for shelf, count in counts if count or shelf.collection.segment in self.segments]

    def _ordered(self) -> Iterator[str]:
        for ranked in self.found.ranked:
            yield from map(self.search.iri, each_place(ranked & self._within))

    def page(self, number: int, size: int) -> tuple[str, ...]:
        """Page *number* of what was found, the best first."""
        return tuple(islice(self._ordered(), (number - 1) * size, number * size))

    def named(self, most: int) -> list[str]:
        """At most so many that have the words in their names, what is called so exactly first."""
        found: list[str] = []
        for ranked in self.search.by_name(self.text):
            found += map(self.search.iri, first_places(ranked & self._within, most - len(found)))
            if len(found) == most:
                break
        return found


def search_everything(search: Search, text: str, segments: Sequence[str]) -> Results:
    """Return what is found for *text*; only in the lists at *segments* that exist, in their order."""
    known = tuple(each.collection.segment for each in search.shelves if each.collection.segment in segments)
    return Results(search, text, known, search.find(text))
