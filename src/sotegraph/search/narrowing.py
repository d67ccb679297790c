"""Narrow a list: by words and by values of its facets, with the counts that say where each further choice leads."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from sotegraph.search.facets import Values
from sotegraph.search.finding import Found, Search, page_of
from sotegraph.search.shelves import NAME, Shelf

RELEVANCE = "relevance"


@dataclass(frozen=True)
class Choice:
    """What somebody wants of a list: *text*, one of the *values* of each facet named, and an order.

    *sort* is ``relevance``, ``name``, or the name of a facet of years; a minus sign turns it round. Of the facets named
    by *whole* all values are shown, however many they are.
    """

    text: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    whole: tuple[str, ...] = ()

    def query(self) -> tuple[tuple[str, str], ...]:
        """The choice as parameters of an address, always in the same order."""
        chosen = ((name, value) for name, values in self.values.items() for value in values)
        text = (("q", self.text),) if self.text else ()
        order = (("sort", self.sort),) if self.sort else ()
        return (*text, *chosen, *order, *(("whole", each) for each in self.whole))

    def toggled(self, name: str, value: str) -> Choice:
        """The same choice with *value* if it was without, and the other way round."""
        own = self.values.get(name, ())
        new = tuple(each for each in own if each != value) if value in own else (*own, value)
        return replace(self, values={each: kept for each, kept in {**self.values, name: new}.items() if kept})

    def without(self, name: str) -> Choice:
        """The same choice with any value of one facet."""
        return replace(self, values={each: kept for each, kept in self.values.items() if each != name})

    @property
    def narrows(self) -> bool:
        """Whether anything is left out of the list."""
        return bool(self.text or self.values)


@dataclass(frozen=True)
class Option:
    """A value of a facet: its *key* in addresses, how many things it leads to, and how deep below others it stands."""

    value: str
    key: str
    count: int
    chosen: bool
    depth: int = 0


@dataclass(frozen=True)
class Narrowed:
    """What is left of a shelf after a choice."""

    search: Search
    shelf: Shelf
    choice: Choice
    text: Found | None
    chosen: Mapping[str, int]

    @cached_property
    def members(self) -> int:
        """The set of what is left."""
        return self._but()

    @property
    def total(self) -> int:
        """How many are left."""
        return self.members.bit_count()

    def _but(self, name: str = "") -> int:
        """The set of what would be left without the choice in the facet *name*."""
        found = self.shelf.within(self.text.everything) if self.text is not None else self.shelf.everything
        for facet, members in self.chosen.items():
            if facet != name:
                found &= members
        return found

    def page(self, language: str, number: int, size: int) -> tuple[str, ...]:
        """Page *number* of what is left, in the order that was asked for."""
        return page_of(self.entries(language), number, size)

    def entries(self, language: str) -> Iterator[str]:
        """What is left, in the order that was asked for."""
        sort = self.choice.sort
        if self.text is None or sort not in ("", RELEVANCE):
            yield from self.shelf.ordered(self.members, language, sort if sort not in ("", RELEVANCE) else NAME)
            return
        for ranked in self.text.ranked:
            if found := self.shelf.within(ranked) & self.members:
                yield from self.shelf.ordered(found, language)

    def options(self, name: str) -> list[Option]:
        """The values of one facet that lead anywhere or are chosen: years latest first, others by count, then tree."""
        values = self.shelf.values[name]
        around = self._but(name)
        counts = {value: (members & around).bit_count() for value, members in values.members.items()}
        own = set(self.choice.values.get(name, ()))
        keys = self.search.keys(self.shelf, name)
        options = [
            Option(value, keys[value], counts[value], keys[value] in own, depth)
            for value, depth in in_tree(values, counts, {value for value, key in keys.items() if key in own})
            if counts[value] or keys[value] in own
        ]
        strange = own - set(keys.values())
        return [*options, *(Option(each, each, 0, True) for each in sorted(strange))]


def in_tree(values: Values, counts: Mapping[str, int], own: Container[str]) -> Iterator[tuple[str, int]]:
    """The values of a facet with their depth, each once; on each level those in *own* first, then by their *counts*."""
    seen: set[str] = set()

    def ordered(level: tuple[str, ...]) -> list[str]:
        if values.years:
            return sorted(level, reverse=True)
        return sorted(level, key=lambda value: (value not in own, -counts[value], value))

    def below(level: tuple[str, ...], depth: int) -> Iterator[tuple[str, int]]:
        for value in ordered(level):
            if value not in seen:
                seen.add(value)
                yield value, depth
                yield from below(values.narrower.get(value, ()), depth + 1)

    yield from below(values.top, 0)
    yield from ((value, 0) for value in values.members if value not in seen)


def narrow(search: Search, shelf: Shelf, choice: Choice) -> Narrowed:
    """Return what is left of *shelf* after *choice*; a value that nothing has leaves nothing."""
    chosen = {}
    for name, wanted in choice.values.items():
        values = {key: value for value, key in search.keys(shelf, name).items()}
        chosen[name] = shelf.values[name].chosen(values[each] for each in wanted if each in values)
    return Narrowed(search, shelf, choice, search.find(choice.text) if choice.text else None, chosen)
