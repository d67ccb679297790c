"""The difference between two versions: statements added and removed, as sorted lines of canonical N-Quads.

Lines that begin with the same subject stand together, so what changed of one thing is found by bisection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Self

from pyoxigraph import Quad, RdfFormat, parse

from sotegraph.versions.blanks import BLANKS, Within, read_within, thing_of
from sotegraph.versions.files import write_lines
from sotegraph.versions.lines import SortedLines, compare
from sotegraph.versions.records import Entry

ADDED, REMOVED, THINGS = "added.nq", "removed.nq", "things.tsv"


class Fate(StrEnum):
    """What became of a thing from one version to the next."""

    CREATED = "created"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class Changes:
    """The statements that one version *added* to another, and those that it *removed*."""

    added: tuple[Quad, ...] = ()
    removed: tuple[Quad, ...] = ()

    @classmethod
    def read(cls, compared: Iterable[tuple[bytes, bool]]) -> Self:
        """Return what :func:`compare` tells."""
        lines: dict[bool, list[bytes]] = {True: [], False: []}
        for line, is_new in compared:
            lines[is_new].append(line)
        return cls(*(tuple(_quads(b"".join(lines[each]))) for each in (True, False)))

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)

    def both(self) -> list[tuple[Quad, bool]]:
        """All statements by subject and property, and whether they are new; what was removed comes first."""
        both = [*((quad, False) for quad in self.removed), *((quad, True) for quad in self.added)]
        return sorted(both, key=lambda pair: (str(pair[0].subject), pair[0].predicate.value, pair[1], str(pair[0])))


@dataclass(frozen=True)
class Event:
    """A change of one or several things by the publishing of *entry*: each with its fate and what changed."""

    entry: Entry
    changed: tuple[tuple[str, Fate, Changes], ...]

    def fate(self, thing: str) -> Fate | None:
        """What became of *thing*."""
        return next((fate for each, fate, _ in self.changed if each == thing), None)


def changed_graphs(before: Path, after: Path) -> frozenset[str]:
    """Return the IRIs of the graphs by which the statements in two files, sorted canonical N-Quads, differ."""
    with before.open("rb") as olds, after.open("rb") as news:
        return frozenset(line[line.rindex(b" <") + 2 : -4].decode() for line, _ in compare(olds, news))


def changes_of(place: Path) -> Changes:
    """Return the whole difference written in the folder *place*."""
    return Changes(*(tuple(_quads((place / name).read_bytes())) for name in (ADDED, REMOVED)))


def changes_of_subject(place: Path, subject: str) -> Changes:
    """Return what the difference in *place* says of the IRI *subject*, and of its parts: hash IRIs and blank nodes."""
    with _difference(place) as changes:
        return changes(subject)


def changes_by_thing(place: Path) -> dict[str, Changes]:
    """Return the difference in *place* by the IRIs of the things that it is about, in their order."""
    with _difference(place) as changes:
        return {thing: changes(thing) for thing, _ in all_fates(place)}


@contextmanager
def _difference(place: Path) -> Iterator[Callable[[str], Changes]]:
    """What tells the changes of one subject by the difference in *place*, whose files are open meanwhile."""
    with ExitStack() as files:
        sides = [files.enter_context(SortedLines(place / name)) for name in (ADDED, REMOVED)]
        blanks = files.enter_context(SortedLines(place / BLANKS)) if (place / BLANKS).is_file() else None

        def changes(subject: str) -> Changes:
            if blanks is not None and (within := read_within(blanks, subject)):
                return Changes.read(within)
            return Changes(*(tuple(_quads(b"".join(each.about(subject)))) for each in sides))

        yield changes


def told_by_thing(changed: Iterable[tuple[bytes, bool]], within: Within) -> dict[str, Changes]:
    """Return the sorted lines that *changed* by the IRIs of the things that they, or their parts, are about.

    *within* is what changed of things with blank nodes.
    """
    found = {thing: list(told) for thing, told in within.items() if told}
    for line, is_new in changed:
        if line.startswith(b"<") and (thing := thing_of(line)) not in within:
            found.setdefault(thing, []).append((line, is_new))
    return {thing.decode(): Changes.read(told) for thing, told in sorted(found.items())}


def fates(
    changed: Iterable[bytes], before: Path | None, after: Path, within: Within = MappingProxyType({})
) -> Iterator[bytes]:
    """A line for each thing that the sorted lines *changed* are about: its IRI, and its fate.

    *before* and *after* are the sorted statements of the two versions, and *within* what changed of things with blank
    nodes. Parts (hash IRIs and blank nodes) belong to their thing.
    """
    named = {thing_of(line) for line in changed if line.startswith(b"<")} - within.keys()
    things = sorted(named.union(thing for thing, told in within.items() if told))
    with ExitStack() as files:
        olds, news = (files.enter_context(SortedLines(path)) if path else None for path in (before, after))
        assert news is not None
        for thing in things:
            was, is_ = (lines is not None and lines.has_any(thing.decode()) for lines in (olds, news))
            fate = Fate.CREATED if not was else Fate.CHANGED if is_ else Fate.REMOVED
            yield thing + b"\t" + fate.value.encode() + b"\n"


def fate_of(place: Path, thing: str) -> Fate | None:
    """Return what became of the IRI *thing* by the difference in *place*; None when nothing did."""
    return fates_of(place, (thing,)).get(thing)


def fates_of(place: Path, things: Iterable[str]) -> dict[str, Fate]:
    """Return what became of the IRIs *things* by the difference in *place*, where anything did."""
    found = {}
    with SortedLines(place / THINGS) as lines:
        for thing in things:
            prefix = f"{thing}\t".encode()
            for line in lines.starting(prefix):
                found[thing] = Fate(line[len(prefix) :].decode().strip())
    return found


def all_fates(place: Path) -> Iterator[tuple[str, Fate]]:
    """Every thing that the difference in *place* is about, and what became of it."""
    with (place / THINGS).open("rb") as lines:
        for line in lines:
            thing, _, fate = line.decode().strip().rpartition("\t")
            yield thing, Fate(fate)


def merge_lines(source: Path, target: Path, gone: Iterable[bytes], come: Iterable[bytes]) -> str:
    """Write the sorted lines of *source* to *target*, but those *gone* and with those that *come*; return its SHA-256.

    What is gone has to stand in the source, and what comes must not.
    """
    with SortedLines(source) as lines:
        return write_lines(target, lines.merged(gone, come))


def lines_about(path: Path, subject: str) -> Iterator[bytes]:
    """The lines of the sorted file *path* about the IRI *subject* and its parts."""
    with SortedLines(path) as lines:
        yield from lines.about(subject)


def _quads(lines: bytes) -> Iterator[Quad]:
    yield from parse(lines, RdfFormat.N_QUADS)
