"""The log of the catalogue, by DCAT-AP Feeds: of the catalogue, datasets, distributions, services, agents, contacts.

These are entities with changes of their own; everything else in the catalogue goes with the entity that leads to it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from sotegraph.feeds.log import LONG_STEP, Batch, Change, Log, Source, build_log
from sotegraph.terms import RDF_TYPE
from sotegraph.versions import CATALOGUE_ADDED, CATALOGUE_REMOVED, Entry, Fate

ENTITIES = (
    "http://purl.org/dc/terms/LicenseDocument",
    "http://www.w3.org/2006/vcard/ns#Kind",
    "http://xmlns.com/foaf/0.1/Agent",
    "http://www.w3.org/ns/dcat#DataService",
    "http://www.w3.org/ns/dcat#Distribution",
    "http://www.w3.org/ns/dcat#Dataset",
    "http://www.w3.org/ns/dcat#Catalog",
)
"""The classes of what has changes of its own (DCAT-AP Feeds, section on entities), the simplest first."""
Entities = Mapping[str, frozenset[Triple]]
Told = tuple[str, Fate, frozenset[Triple]]


def catalogue_of_history(base: str, entries: Sequence[Entry]) -> Log:
    """Return the log of the catalogue by the history *entries*; it begins with the first that kept a difference.

    Of each entry only the difference is read, so that what it costs grows with what has changed.
    """
    told: dict[int, list[Told]] = {}
    known = _Growing()
    for entry in entries:
        added, removed = entry.place / CATALOGUE_ADDED, entry.place / CATALOGUE_REMOVED
        if not added.is_file():
            continue
        # Without a list of what was removed, nothing was known of the catalogue before.
        anew = None if removed.is_file() else _Growing()
        before, after = (anew or known).take([] if anew else _read(removed), _read(added))
        told[entry.number] = list(differences(known.entities if anew else before, after))
        known = anew or known
    return _log(base, ((Source.of(each), told.get(each.number, [])) for each in entries))


@dataclass
class _Growing:
    """A catalogue of which one difference after the other is known: only what a difference reaches is worked out.

    *said* counts the lines that say each triple, by subject. *reached* has the nodes that each entity leads to, by way
    of what is no entity, and *reaching* the entities by these nodes.
    """

    said: defaultdict[str, Counter[Triple]] = field(default_factory=lambda: defaultdict(Counter))
    own: set[str] = field(default_factory=set)
    entities: dict[str, frozenset[Triple]] = field(default_factory=dict)
    reached: dict[str, set[str]] = field(default_factory=dict)
    reaching: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def take(self, removed: Iterable[Triple], added: Iterable[Triple]) -> tuple[Entities, Entities]:
        """Follow a difference; return the entities that it may have changed, as they were and as they are."""
        touched: set[str] = set()
        for triples, step in ((removed, -1), (added, 1)):
            for triple in triples:
                if isinstance(triple.subject, NamedNode):
                    self.said[triple.subject.value][triple] += step
                    touched.add(triple.subject.value)
        for subject in touched:
            self.said[subject] = +self.said[subject]
            if rank(self.said[subject], subject) >= 0:
                self.own.add(subject)
            else:
                self.own.discard(subject)
        affected = touched.union(*(self.reaching[each] for each in touched))
        before = {each: self.entities[each] for each in affected if each in self.entities}
        for each in affected:
            self._work_out(each)
        return before, {each: self.entities[each] for each in affected if each in self.entities}

    def _work_out(self, name: str) -> None:
        for node in self.reached.pop(name, ()):
            self.reaching[node].discard(name)
        self.entities.pop(name, None)
        if name in self.own:
            self.entities[name] = frozenset(_whole(name, self.said, self.own))
            self.reached[name] = {name, *_leads_to(self.entities[name])}
            for node in self.reached[name]:
                self.reaching[node].add(name)


def catalogue_of_version(base: str, source: Source, triples: Iterable[Triple]) -> Log:
    """Return the log of a catalogue without a history, as if all of it had come to be at the time of *source*."""
    return _log(base, [(source, list(differences({}, entities_of(triples))))])


def entities_of(triples: Iterable[Triple]) -> Entities:
    """Return the entities in the catalogue *triples*, each with what is said of it."""
    said: dict[str, set[Triple]] = {}
    for triple in triples:
        if isinstance(triple.subject, NamedNode):
            said.setdefault(triple.subject.value, set()).add(triple)
    own = {subject for subject, found in said.items() if rank(found, subject) >= 0}
    return {subject: frozenset(_whole(subject, said, own)) for subject in own}


def rank(triples: Iterable[Triple], subject: str) -> int:
    """The place of the class of *subject* among those of entities; -1 for what is none.

    >>> from sotegraph.terms import term
    >>> rank([Triple(NamedNode("urn:x"), RDF_TYPE, term("dcat:Catalog"))], "urn:x") == len(ENTITIES) - 1
    True
    """
    types = {
        each.object.value
        for each in triples
        if each.predicate == RDF_TYPE and each.subject == NamedNode(subject) and isinstance(each.object, NamedNode)
    }
    return max((place for place, name in enumerate(ENTITIES) if name in types), default=-1)


def differences(before: Entities, after: Entities) -> Iterator[Told]:
    """What became of each entity, in an order in which nothing leads to what is not there yet, or no longer.

    What is new comes after the new things that it leads to; where these lead in a circle, the simplest class comes
    first. Then comes what has changed, and at last what was removed, the other way round.
    """
    for each in ordered({name: after[name] for name in after.keys() - before.keys()}):
        yield each, Fate.CREATED, after[each]
    for each in sorted(name for name in after.keys() & before.keys() if after[name] != before[name]):
        yield each, Fate.CHANGED, after[each]
    for each in reversed(ordered({name: before[name] for name in before.keys() - after.keys()})):
        yield each, Fate.REMOVED, frozenset()


def ordered(entities: Entities) -> list[str]:
    """The names of *entities*, each after those that it leads to."""
    found: dict[str, None] = {}
    under_way: set[str] = set()

    def place(name: str) -> None:
        if name in found or name in under_way:
            return
        under_way.add(name)
        for other in _simplest_first(entities, {*_leads_to(entities[name])} & entities.keys() - {name}):
            place(other)
        found[name] = None

    for name in _simplest_first(entities, entities):
        place(name)
    return list(found)


def _simplest_first(entities: Entities, names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (rank(entities[name], name), name))


def _leads_to(triples: Iterable[Triple]) -> Iterator[str]:
    return (each.object.value for each in triples if isinstance(each.object, NamedNode))


def _whole(subject: str, said: Mapping[str, Collection[Triple]], own: set[str]) -> set[Triple]:
    """What is said of *subject*, and of everything that it leads to and that is no entity."""
    triples: set[Triple] = set()
    waiting, seen = [subject], {subject}
    while waiting:
        found = said.get(waiting.pop(), ())
        triples.update(found)
        fresh = {*_leads_to(found)} - seen - own
        seen |= fresh
        waiting += sorted(fresh)
    return triples


def _log(base: str, told: Iterable[tuple[Source, list[Told]]]) -> Log:
    known = {source.number: (source, changes) for source, changes in told}

    def read(batch: Batch, start: int, stop: int) -> Iterator[Change]:
        for place in range(start, stop):
            thing, fate, triples = known[batch.source.number][1][place - batch.first]
            statements = (Quad(each.subject, each.predicate, each.object) for each in sorted(triples, key=str))
            last = place == batch.end - 1
            yield Change(place, thing, fate, batch.moment(place), batch.source, tuple(statements), last)

    return build_log(base, ((source, len(changes)) for source, changes in known.values()), read, LONG_STEP)


def _read(path: Path) -> Iterator[Triple]:
    return (quad.triple for quad in parse(path.read_bytes(), RdfFormat.N_QUADS))
