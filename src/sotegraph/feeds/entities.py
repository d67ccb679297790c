"""The log of all things: what a version says of each in the graphs of its sources, and of accepted submissions.

A thing is an IRI with its parts (hash IRIs). What the publication is laid out by, its ontology and its shapes, has
documents of its own and is in no feed. A thing of which a version says that it was removed does not stand any longer.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse

from sotegraph.feeds.log import Batch, Change, Log, Source, build_log
from sotegraph.feeds.replay import Reading, reading
from sotegraph.store import Version
from sotegraph.terms import RDF_TYPE, TOMBSTONE
from sotegraph.versions import Archive, Entry, Fate
from sotegraph.versions.blanks import closure, mentions_blank, relabelled
from sotegraph.versions.changes import THINGS

_LAID_OUT = ("/id/graph/ontology", "/id/graph/shapes")
_LAID_OUT_LINES = tuple(f"{each}> .\n".encode() for each in _LAID_OUT)
_BURIED = f"> {RDF_TYPE} {TOMBSTONE} ".encode()
_STRIDE = 100
_OPEN_LISTS = 64
Look = Callable[[Sequence[bytes]], frozenset[bytes]]


def log_of_history(base: str, archive: Archive, entries: Sequence[Entry]) -> Log:
    """Return the log of the things of the history *entries* in *archive*, its members below the IRI *base*."""
    history = _History(archive, entries)
    sizes = ((Source.of(entry), len(history.things(place))) for place, entry in enumerate(entries))
    return build_log(base, sizes, history.read)


def log_of_version(base: str, version: Version, time: datetime) -> Log:
    """Return the log of *version* alone, as if it had come to be at that *time*: everything in it was created."""
    things = _things_of(version)
    names = sorted(things)

    def read(batch: Batch, start: int, stop: int) -> Iterator[Change]:
        for place in range(start, stop):
            quads = (quad for subject in things[names[place]] for quad in _said(version, subject))
            lines = frozenset(f"{quad} .\n".encode() for quad in quads)
            statements = _parsed(lines, lambda prefixes: _said_of_blanks(version, prefixes), place)
            last = place == len(names) - 1
            yield Change(place, names[place], Fate.CREATED, batch.moment(place), batch.source, statements, last)

    return build_log(base, [(Source(version.id, 1, time), len(names))], read)


class _History:
    """Reads the changes of things from a history."""

    def __init__(self, archive: Archive, entries: Sequence[Entry]) -> None:
        self._archive, self._entries = archive, entries
        self._places = {each.number: place for place, each in enumerate(entries)}
        self._ends: dict[int, int] = {}
        self.things = lru_cache(maxsize=_OPEN_LISTS)(self._things)

    def _things(self, place: int) -> _Lines:
        return _Lines(self._entries[place].place / THINGS)

    def read(self, batch: Batch, start: int, stop: int) -> Iterator[Change]:
        """The changes of *batch* at the places of the log from *start* up to *stop*."""
        place = self._places[batch.source.number]
        with reading(self._archive, self._entries) as looked_up:
            last = self._last(looked_up, place, batch)
            names = self.things(place).between(start - batch.first, stop - batch.first)
            for offset, thing in enumerate(names, start):
                change = _change(looked_up, place, thing, batch, offset)
                if change is not None:
                    yield replace(change, last=offset == last)

    def _last(self, looked_up: Reading, place: int, batch: Batch) -> int:
        """The last place of *batch* at which there is a change: what is in no feed may come after it."""
        if place not in self._ends:
            offset = batch.end - 1
            while offset >= batch.first:
                (thing,) = self.things(place).between(offset - batch.first, offset - batch.first + 1)
                if _change(looked_up, place, thing, batch, offset) is not None:
                    break
                offset -= 1
            self._ends[place] = offset
        return self._ends[place]


def _change(looked_up: Reading, place: int, thing: str, batch: Batch, offset: int) -> Change | None:
    """What became of *thing* by the entry at *place*; None when nothing that is in the feed did."""
    prefixes = (f"<{thing}#".encode(), f"<{thing}>".encode())
    before, after = map(_published, looked_up.change(place, prefixes))
    was, is_ = (_stands(lines, thing) for lines in (before, after))
    if not (was or is_) or _is_same(looked_up, place, before, after):
        return None
    fate = Fate.CREATED if not was else Fate.CHANGED if is_ else Fate.REMOVED
    statements = _parsed(after, lambda more: _published(looked_up.change(place, more)[1]), offset) if is_ else ()
    return Change(offset, thing, fate, batch.moment(offset), batch.source, statements)


def _is_same(looked_up: Reading, place: int, before: frozenset[bytes], after: frozenset[bytes]) -> bool:
    """Whether nothing changed by the entry at *place* from *before* to *after*, but labels of blank nodes."""
    if not any(map(mentions_blank, before | after)):
        return before == after
    whole = (
        closure(lines, lambda prefix, side=side: looked_up.change(place, (prefix,))[side])  # type: ignore[misc]
        for side, lines in enumerate((before, after))
    )
    old, new = map(relabelled, whole)
    return old == new


def _published(lines: Iterable[bytes]) -> frozenset[bytes]:
    """Those of *lines* that stand in other graphs than those of ontology and shapes."""
    return frozenset(line for line in lines if not line.endswith(_LAID_OUT_LINES))


def _stands(lines: Iterable[bytes], thing: str) -> bool:
    """Whether *lines* say of *thing* more than that it was removed."""
    buried = f"<{thing}".encode() + _BURIED
    found = False
    for line in lines:
        if line.startswith(buried):
            return False
        found = True
    return found


def _parsed(lines: frozenset[bytes], look: Look, place: int) -> tuple[Quad, ...]:
    """*lines* as sorted statements, with those about the blank nodes in them, which are named after *place*."""
    known, fresh = set(lines), set(lines)
    quads: list[Quad] = []
    while fresh:
        found = list(parse(b"".join(sorted(fresh)), RdfFormat.N_QUADS))
        quads += found
        labels = sorted({quad.object.value for quad in found if isinstance(quad.object, BlankNode)})
        fresh = set(look([f"_:{label} ".encode() for label in labels])) - known if labels else set()
        known |= fresh
    return tuple(sorted((_named(quad, place) for quad in quads), key=str))


def _named(quad: Quad, place: int) -> Quad:
    """*quad* with blank nodes that no other change has: labels are those of one version."""
    subject, value = quad.subject, quad.object
    if isinstance(subject, BlankNode):
        subject = BlankNode(f"b{place}{subject.value}")
    if isinstance(value, BlankNode):
        value = BlankNode(f"b{place}{value.value}")
    return Quad(subject, quad.predicate, value, quad.graph_name)


def _things_of(version: Version) -> dict[str, list[NamedNode]]:
    """The things that *version* speaks of, but those that were removed, each with its subjects."""
    subjects: set[str] = set()
    removed: set[str] = set()
    for name in version.graphs:
        if name in version.computed or name.endswith(_LAID_OUT):
            continue
        for triple in version.triples_of(NamedNode(name)):
            if isinstance(triple.subject, NamedNode):
                subjects.add(triple.subject.value)
                if triple.predicate == RDF_TYPE and triple.object == TOMBSTONE:
                    removed.add(triple.subject.value)
    things: dict[str, list[NamedNode]] = {}
    for subject in sorted(subjects):
        thing = subject.partition("#")[0]
        if thing not in removed:
            things.setdefault(thing, []).append(NamedNode(subject))
    return things


def _said(version: Version, subject: NamedNode | BlankNode) -> Iterator[Quad]:
    """What the graphs of sources say of *subject*."""
    for quad in version.store.quads_for_pattern(subject, None, None, None):
        graph = quad.graph_name
        if isinstance(graph, NamedNode) and graph.value not in version.computed and not graph.value.endswith(_LAID_OUT):
            yield quad


def _said_of_blanks(version: Version, prefixes: Sequence[bytes]) -> frozenset[bytes]:
    labels = (prefix.decode().strip().removeprefix("_:") for prefix in prefixes)
    quads = (quad for label in labels for quad in _said(version, BlankNode(label)))
    return frozenset(f"{quad} .\n".encode() for quad in quads)


class _Lines:
    """The first column of a file, by number of line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._starts, self._count = array("Q"), 0
        position = 0
        with path.open("rb") as lines:
            for line in lines:
                if self._count % _STRIDE == 0:
                    self._starts.append(position)
                position += len(line)
                self._count += 1

    def __len__(self) -> int:
        return self._count

    def between(self, start: int, stop: int) -> list[str]:
        """The columns of the lines from *start* up to, and without, *stop*."""
        if start >= stop:
            return []
        first = start // _STRIDE
        with self._path.open("rb") as lines:
            lines.seek(self._starts[first])
            found = [lines.readline() for _ in range(stop - first * _STRIDE)]
        return [line.decode().rpartition("\t")[0] for line in found[start - first * _STRIDE :]]
