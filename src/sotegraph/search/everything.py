"""Search all lists at once: what was found, how much of it stands in which list, and by what else it can be narrowed.

Lists that call a facet the same share it. Its values are those of all of them; what stands in a list without it is left
out where one of them is chosen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sotegraph.search.facets import Values, each_place, first_places
from sotegraph.search.finding import Found, Search, page_of
from sotegraph.search.narrowing import Option, in_tree
from sotegraph.search.shelves import Shelf
from sotegraph.views import Facet

TAKEN = frozenset(("q", "type", "sort", "page", "whole", "lang"))
"""Parameters that mean something else here: a facet that is called so is left to its list."""


@dataclass(frozen=True)
class Results:
    """What was found for *text* in the lists at *segments*, or in all when none is named, with one of *chosen* values.

    Without a text it is everything that has the values.
    """

    search: Search
    text: str
    segments: tuple[str, ...]
    found: Found
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    whole: tuple[str, ...] = ()

    def query(self) -> tuple[tuple[str, str], ...]:
        """What was asked, as parameters of an address."""
        asked = (("q", self.text),) if self.text else ()
        types = (("type", each) for each in self.segments)
        values = ((name, value) for name, own in self.chosen.items() for value in own)
        return (*asked, *types, *values, *(("whole", each) for each in self.whole))

    @property
    def strangers(self) -> tuple[str, ...]:
        """The segments at which there is no list."""
        known = {each.collection.segment for each in self.search.shelves}
        return tuple(each for each in self.segments if each not in known)

    @property
    def asks(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.text or self.chosen)

    @cached_property
    def _within(self) -> int:
        """The members of the lists that are asked."""
        if not self.segments:
            return (1 << self.search.size) - 1
        found = 0
        for each in self.search.shelves:
            if each.collection.segment in self.segments:
                found |= each.everything << each.start
        return found

    @cached_property
    def _having(self) -> Mapping[str, int]:
        """For each facet of which values are chosen, what has one of them."""
        found = dict.fromkeys(self.chosen, 0)
        for name, wanted in self.chosen.items():
            for shelf in self._sharing(name):
                values = [value for value, key in self.search.keys(shelf, name).items() if key in wanted]
                found[name] |= shelf.values[name].chosen(values) << shelf.start
        return found

    def _but(self, *names: str) -> int:
        """The set of what would be left without the choices in *names*, of which "type" is one."""
        found = self.found.everything if "type" in names else self.found.everything & self._within
        for name, members in self._having.items():
            if name not in names:
                found &= members
        return found

    @cached_property
    def members(self) -> int:
        """The set of what was found."""
        return self._but()

    @cached_property
    def total(self) -> int:
        """How much was found."""
        return self.members.bit_count()

    def counts(self) -> list[tuple[Shelf, int]]:
        """How much was found in each list, whether it is asked or not; lists without anything are left out."""
        around = self._but("type")
        counts = ((each, each.within(around).bit_count()) for each in self.search.shelves)
        return [(shelf, count) for shelf, count in counts if count or shelf.collection.segment in self.segments]

    @cached_property
    def facets(self) -> tuple[Facet, ...]:
        """The facets that narrow what was found: those of several of its lists, of its only list, or with a choice."""
        found = [each for each in self.search.shelves if each.within(self._but(*self.chosen))]
        shared = Counter(name for each in found for name in each.values if name not in TAKEN)
        shared.update(dict.fromkeys(self.chosen, 0))
        return tuple(
            self._sharing(name)[0].values[name].facet
            for name, count in shared.most_common()
            if count > 1 or len(found) == 1 or name in self.chosen
        )

    def _sharing(self, name: str) -> list[Shelf]:
        return [each for each in self.search.shelves if name in each.values]

    def options(self, name: str) -> list[Option]:
        """The values of one facet that lead anywhere or are chosen: years latest first, others by count, then tree."""
        around, own = self._but(name), set(self.chosen.get(name, ()))
        counts: Counter[str] = Counter()
        keys: dict[str, str] = {}
        sharing = [each for each in self._sharing(name) if each.within(around)]
        for shelf in sharing:
            here = shelf.within(around)
            counts.update(
                {value: (members & here).bit_count() for value, members in shelf.values[name].members.items()}
            )
            keys |= self.search.keys(shelf, name)
        chosen = {value for value, key in keys.items() if key in own}
        values = _joined([shelf.values[name] for shelf in sharing])
        options = [
            Option(value, keys[value], counts[value], value in chosen, depth)
            for value, depth in (in_tree(values, counts, chosen) if values else ())
            if counts[value] or value in chosen
        ]
        return [*options, *(Option(each, each, 0, True) for each in sorted(own - set(keys.values())))]

    def toggled(self, name: str, value: str) -> Mapping[str, tuple[str, ...]]:
        """The chosen values with *value* of a facet if it was without, and the other way round."""
        own = self.chosen.get(name, ())
        new = tuple(each for each in own if each != value) if value in own else (*own, value)
        return {each: kept for each, kept in {**self.chosen, name: new}.items() if kept}

    def entries(self) -> Iterator[str]:
        """What was found, the best first."""
        for ranked in self.found.ranked:
            yield from map(self.search.iri, each_place(ranked & self.members))

    def page(self, number: int, size: int) -> tuple[str, ...]:
        """Page *number* of what was found, the best first."""
        return page_of(self.entries(), number, size)

    def named(self, most: int) -> list[str]:
        """At most so many that have the words in their names, what is called so exactly first."""
        found: list[str] = []
        for ranked in self.search.by_name(self.text):
            found += map(self.search.iri, first_places(ranked & self._within, most - len(found)))
            if len(found) == most:
                break
        return found


def _joined(values: Sequence[Values]) -> Values | None:
    """The values of a facet that several lists share, with the tree in which they stand; their members are left out."""
    if not values:
        return None
    narrower: dict[str, tuple[str, ...]] = {}
    for each in values:
        for wide, below in each.narrower.items():
            narrower[wide] = tuple(dict.fromkeys((*narrower.get(wide, ()), *below)))
    below_any = {each for below in narrower.values() for each in below}
    members = dict.fromkeys((value for each in values for value in each.members), 0)
    top = tuple(each for each in members if each not in below_any)
    return Values(values[0].facet, members, narrower, top, years=values[0].years)


def search_everything(
    search: Search,
    text: str,
    segments: Sequence[str],
    chosen: Mapping[str, Sequence[str]] | None = None,
    whole: Sequence[str] = (),
) -> Results:
    """Return what is found for *text*, only in the lists at *segments* and with one of the *chosen* values.

    Nothing stands in a list that there is not.
    """
    known = tuple(each.collection.segment for each in search.shelves if each.collection.segment in segments)
    lists = tuple(dict.fromkeys((*known, *filter(None, segments))))
    names = dict.fromkeys(name for each in search.shelves for name in each.values if name not in TAKEN)
    wanted = {name: tuple(dict.fromkeys(filter(None, (chosen or {}).get(name, ())))) for name in names}
    kept = {name: values for name, values in wanted.items() if values}
    everything = (1 << search.size) - 1 if kept else 0
    found = search.find(text) if text else Found((), everything, (everything,))
    return Results(search, text, lists, found, kept, tuple(name for name in names if name in whole))
