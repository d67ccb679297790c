"""What was: earlier versions, opened when somebody asks for one, and what became of each thing from one to the next.

Only what was current before the version that this process serves is the past; what comes after it is not known here.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from sotegraph.entities import Index, read_profiles
from sotegraph.errors import NotFound, VersionGone
from sotegraph.sparql import Answer, Evaluator, QueryRequest
from sotegraph.store import Version
from sotegraph.terms import RDF_TYPE, TOMBSTONE
from sotegraph.versions import (
    Archive,
    Entry,
    Event,
    Fate,
    all_fates,
    changes_of_subject,
    fates_of,
    open_version,
    says_anything,
)
from sotegraph.web.answers import Bodies
from sotegraph.web.pages.rendering import build_templates

if TYPE_CHECKING:
    from sotegraph.web.site import Site

_OPEN_VERSIONS = 3
_BODIES = 256


class Past:
    """The versions before the one of *entry* and that one itself; *load* opens one of them from its store on disk."""

    def __init__(self, archive: Archive, entry: Entry, load: Callable[[Entry], Index]) -> None:
        self.archive, self.entry, self._load = archive, entry, load
        self._sites: OrderedDict[str, Site] = OrderedDict()
        self._lock = threading.Lock()

    def version(self, folder: str) -> Version:
        """The version in that folder of the archive, from its store on disk."""
        entry = next(each for each in self.archive.entries() if each.folder == folder)
        return open_version(self.archive.folder(entry), self.archive.manifest(entry), in_memory=False)

    def entries(self) -> tuple[Entry, ...]:
        """The history up to the version that is served, the oldest entry first."""
        seen: set[str] = set()
        found = []
        for each in self.archive.entries():
            if each.number <= self.entry.number:
                found.append(replace(each, again=True) if each.version in seen else each)
                seen.add(each.version)
        return tuple(found)

    def states(self) -> list[Entry]:
        """What was the state at some time and can still be read, by the entries that made it that, the oldest first.

        A version that was gone back to is in it each time; one that was only laid out anew is not.
        """
        pairs = pairwise((None, *self.entries()))
        changed = (after for before, after in pairs if after and (before is None or before.version != after.version))
        return [each for each in changed if self.archive.is_kept(each)]

    def kept(self) -> list[Entry]:
        """The first entry of each version that can still be read, the oldest first."""
        first: dict[str, Entry] = {}
        for each in self.entries():
            if self.archive.is_kept(each):
                first.setdefault(each.version, each)
        return list(first.values())

    def find(self, name: str) -> Entry:
        """The first entry of the version whose id begins with *name*; raises NotFound, or VersionGone.

        With a dot and a number at its end, *name* means the entry of that number.
        """
        digits, dot, number = name.partition(".")
        found = self.archive.find(digits)
        entries = (each for each in self.entries() if each.version == found.version)
        entry = next((each for each in entries if not dot or str(each.number) == number), None)
        if entry is None:
            raise NotFound("There is no version {version}.", version=name)
        self.archive.folder(found)
        return entry

    def at(self, moment: datetime) -> Entry:
        """The entry that made current what was so at *moment*, or the nearest of those whose version is still kept.

        Raises VersionGone when not even the version that is served is kept any longer.
        """
        kept = self.states()
        if not kept:
            raise VersionGone(
                "The version {version} is no longer kept. What it changed is still told.", version=self.entry.short_id
            )
        return next((each for each in reversed(kept) if each.time <= moment), kept[0])

    def missed(self, moment: datetime, entry: Entry) -> tuple[str | None] | None:
        """The id, if any, of the version that was current at *moment*; None when that is the one of *entry*."""
        then = next((each for each in reversed(self.entries()) if each.time <= moment), None)
        return None if then and then.version == entry.version else (then.short_id if then else None,)

    def site(self, now: Site, entry: Entry) -> Site:
        """The site as it was at the version of *entry*."""
        with self._lock:
            site = self._sites.get(entry.state)
            if site is None:
                site = self._sites[entry.state] = self._opened(now, entry)
                while len(self._sites) > _OPEN_VERSIONS:
                    self._sites.popitem(last=False)
            self._sites.move_to_end(entry.state)
            return site

    def _opened(self, now: Site, entry: Entry) -> Site:
        latest = self.archive.find(entry.version)
        opened = (each.index for each in (now, *self._sites.values()) if each.version.id == entry.version)
        index = next(opened, None) or self._load(latest)
        return replace(
            now,
            publication=index.publication,
            index=index,
            profiles=read_profiles(index),
            templates=build_templates(index.publication.root),
            evaluator=PastEvaluator(now.evaluator, self.archive.folder(latest).name),
            bodies=Bodies(_BODIES),
            endpoint_descriptions=Bodies(1),
            figures=Bodies(1),
            made={},
            memento=entry,
        )

    def events(self, thing: str, others: Iterable[str] = ()) -> Iterator[Event]:
        """What became of *thing* and of *others* that belong to it, the latest change first.

        What came or went together with the thing goes without saying.
        """
        wanted = (thing, *others)
        for entry in reversed(self.entries()):
            fates = fates_of(entry.place, wanted)
            if fates.get(thing) in (Fate.CREATED, Fate.REMOVED):
                fates = {thing: fates[thing]}
            if fates:
                changed = tuple((each, fates[each], changes_of_subject(entry.place, each)) for each in fates)
                yield Event(entry, changed)

    def changed(self) -> dict[str, datetime]:
        """When each thing that was changed after the first version was changed last; the others are left out."""
        return {
            thing: entry.since for entry in self.entries() if entry.number > 1 for thing, _ in all_fates(entry.place)
        }

    def last_change(self, things: Iterable[str], until: Entry) -> datetime | None:
        """When the history changed any of *things* last, up to *until*; None for what is as in the first version."""
        wanted = sorted(things)
        entries = (each for each in reversed(self.entries()) if 1 < each.number <= until.number)
        return next((each.since for each in entries if fates_of(each.place, wanted)), None)

    def end_of(self, thing: str, until: Entry | None = None) -> tuple[Entry, Entry] | None:
        """The entry by which *thing* was removed, and the entry of the last version in which it stood.

        None for what was never there, or still is; with *until*, by what was so then.
        """
        entries = [each for each in self.entries() if until is None or each.number <= until.number]
        for entry in reversed(entries):
            fate = fates_of(entry.place, (thing,)).get(thing)
            if fate is None:
                continue
            added = changes_of_subject(entry.place, thing).added
            buried = any(each.predicate == RDF_TYPE and each.object == TOMBSTONE for each in added)
            if entry.number > 1 and (fate is Fate.REMOVED or (buried and fate is Fate.CHANGED)):
                last = next(each for each in reversed(entries) if each.number < entry.number)
                return entry, last
            if fate is not Fate.CHANGED:
                return None
        return None

    @staticmethod
    def is_told_of(version: Version, thing: NamedNode) -> bool:
        """Whether *thing* has a history: what is only computed from *version* has none."""
        graphs = set(version.graphs_of(thing))
        return not graphs or not graphs <= version.computed

    def stood_in(self, thing: str) -> list[Entry]:
        """Those of the states that can still be read that say something of *thing*."""
        says = {each.version: self._says(each, thing) for each in self.kept()}
        return [each for each in self.states() if says.get(each.version)]

    def _says(self, entry: Entry, thing: str) -> bool:
        return says_anything(self.archive.folder(self.archive.find(entry.version)), thing)


class PastEvaluator:
    """Evaluates by *evaluator* on the version in *folder*."""

    def __init__(self, evaluator: Evaluator, folder: str) -> None:
        self.evaluator, self.folder = evaluator, folder

    def health(self) -> dict[str, str]:
        """What an operator is told of the evaluator behind it."""
        return dict(self.evaluator.health())

    async def evaluate(self, request: QueryRequest, client: str = "") -> Answer:
        """Return the answer once its beginning is known; raises the PublisherError that ended the evaluation."""
        return await self.evaluator.evaluate(replace(request, version=self.folder), client)
