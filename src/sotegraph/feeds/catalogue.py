"""The log of the catalogue, by DCAT-AP Feeds: of the catalogue, datasets, distributions, services, agents, contacts.

These are entities with changes of their own; everything else in the catalogue goes with the entity that leads to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    """Return the log of the catalogue by the history *entries*; it begins with the first that kept a difference."""
    told: dict[int, list[Told]] = {}
    lines: set[bytes] = set()
    before: Entities = {}
    for entry in entries:
        added, removed = entry.place / CATALOGUE_ADDED, entry.place / CATALOGUE_REMOVED
        if not added.is_file():
            continue
        # Without a list of what was removed, nothing was known of the catalogue before.
        lines = (lines - _lines(removed) if removed.is_file() else set()) | _lines(added)
        after = entities_of(quad.triple for quad in parse(b"".join(lines), RdfFormat.N_QUADS))
        told[entry.number] = list(differences(before, after))
        before = after
    return _log(base, ((Source.of(each), told.get(each.number, [])) for each in entries))


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


def _whole(subject: str, said: Mapping[str, set[Triple]], own: set[str]) -> set[Triple]:
    """What is said of *subject*, and of everything that it leads to and that is no entity."""
    triples: set[Triple] = set()
    waiting, seen = [subject], {subject}
    while waiting:
        found = said.get(waiting.pop(), set())
        triples |= found
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


def _lines(path: Path) -> set[bytes]:
    return set(path.read_bytes().splitlines(keepends=True))
