"""The statements of a version and the store that holds them: made from nothing, or from those of the version before.

Both ways lead to the same files, byte by byte, and to stores that hold the same. A step from the version before costs
what has changed: tables of a store never change, so that the new one begins as links to the old one's.
"""

from __future__ import annotations

import bisect
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Quad, RdfFormat, Store, parse

from sotegraph.store import Version, has_blank, linked_copy
from sotegraph.versions.changes import merge_lines
from sotegraph.versions.files import (
    DATA,
    DEFAULT,
    DERIVED,
    STORE,
    checksum_of,
    fill,
    sync_tree,
    without_graphs,
    write_lines,
)
from sotegraph.versions.lines import SortedLines, compare
from sotegraph.versions.records import Manifest

_IN_MEMORY_BYTES = 4 << 30
_MOST_CHANGED = 0.2
"""The share of statements beyond which a version is made from nothing."""
_MOST_TABLES = 80
"""The tables of a store beyond which it is written anew: each step adds some."""
_DEFAULT = DefaultGraph()
_END = b" .\n"
Compute = Callable[[Version], Iterable[Quad]]
Watch = Callable[[Path, Store, Sequence[Quad]], None]
"""Is told of the folder of the version before, of a store with what its files say, and which quads, with those of the
default graph, are about to come and go there."""


@dataclass(frozen=True)
class Base:
    """The version before, whose files in *folder* are whole and were written by this release."""

    folder: Path
    manifest: Manifest


@dataclass(frozen=True)
class Composed:
    """What was written: the id and the counts, *checksums* of the other files, and what *changed* from the base.

    *version* can be read as long as this lives. Without a base nothing is said to have changed.
    """

    version: Version
    statements: int
    checksums: dict[str, str]
    changed: Sequence[tuple[bytes, bool]] | None


def compose(
    folder: Path, lines: list[bytes], base: Base | None, compute: Compute, watch: Watch = lambda *_: None
) -> Composed:
    """Write the statements *lines*, sorted canonical N-Quads, and what *compute* makes of them to *folder*.

    Where that is a step from *base*, *watch* is called before *compute*. Everything that is written is down on the disk
    afterwards.
    """
    changed = None
    if base is not None and _is_whole(base):
        with (base.folder / DATA).open("rb") as before:
            changed = list(compare(before, lines))
        if _is_small(changed, base):
            return _Step(folder, lines, base, changed).take(compute, watch)
    return _from_nothing(folder, lines, changed, compute)


def _is_small(changed: Sequence[tuple[bytes, bool]], base: Base) -> bool:
    """Whether a step leads there: few statements changed, and none with a blank node, whose label may be another."""
    if len(changed) > _MOST_CHANGED * base.manifest.statements:
        return False
    if len(list((base.folder / STORE).glob("*.sst"))) not in range(1, _MOST_TABLES):
        return False
    return not any(has_blank(quad) for line, _ in changed if b"_:" in line for quad in quads_of([line]))


def _is_whole(base: Base) -> bool:
    """Whether the files of *base* are what was written: what is amiss with one must not go on from step to step."""
    known = {DATA: base.manifest.id, **base.manifest.checksums}
    return all((base.folder / name).is_file() and checksum_of(base.folder / name) == known[name] for name in known)


def _from_nothing(
    folder: Path, lines: list[bytes], changed: Sequence[tuple[bytes, bool]] | None, compute: Compute
) -> Composed:
    id_ = write_lines(folder / DATA, lines)
    default = without_graphs(lines)
    checksums = {DEFAULT: write_lines(folder / DEFAULT, default)}
    in_memory = (folder / DATA).stat().st_size <= _IN_MEMORY_BYTES
    with workplace_beside(folder) as place:
        store = Store() if in_memory else Store(str(place))
        fill(store, folder, (DATA, DEFAULT))
        version = Version(id_, datetime.now(UTC), len(default), lines_by_graph(lines), None, store)
        own = derived_lines(compute(version))
        known = set(default)
        new = sorted({line for line in without_graphs(own) if line not in known})
        checksums[DERIVED] = write_lines(folder / DERIVED, [*own, *new])
        fill(store, folder, (DERIVED,))
        version = _completed(version, own, len(default) + len(new))
        if in_memory:
            store = Store(str(place))
            fill(store, folder)
        store.optimize()
        on_disk = keep_store(store, folder)
    return Composed(version if in_memory else replace(version, store=on_disk), len(lines), checksums, changed)


@contextmanager
def workplace_beside(folder: Path) -> Iterator[Path]:
    """A path beside *folder* for a store that is written to, and not kept."""
    with tempfile.TemporaryDirectory(prefix="store-", dir=folder.parent, ignore_cleanup_errors=True) as place:
        yield Path(place) / STORE


def keep_store(store: Store, folder: Path) -> Store:
    """Keep what is in *store* in *folder*, down on the disk; return it as a store that is only read.

    Nobody may read a store that somebody holds open for writing, be it for what it does by itself in the background. So
    a copy is kept, of links to the tables, that nobody ever opened for that.
    """
    store.flush()
    store.backup(str(folder / STORE))
    sync_tree(folder / STORE)
    return Store.read_only(str(folder / STORE))


class _Step:
    """One step from *base* to the sorted statements *lines*, which differ from it by what has *changed*."""

    def __init__(self, folder: Path, lines: list[bytes], base: Base, changed: Sequence[tuple[bytes, bool]]) -> None:
        self.folder, self.lines, self.base, self.changed = folder, lines, base, changed
        self.added = [line for line, is_new in changed if is_new]
        self.removed = [line for line, is_new in changed if not is_new]

    def take(self, compute: Compute, watch: Watch) -> Composed:
        """Write everything to the folder."""
        id_ = write_lines(self.folder / DATA, self.lines)
        gone, come = self._gone(), self._come()
        checksums = {DEFAULT: merge_lines(self.base.folder / DEFAULT, self.folder / DEFAULT, gone, come)}
        derived = list(parse((self.base.folder / DERIVED).read_bytes(), RdfFormat.N_QUADS))
        further = sum(1 for quad in derived if quad.graph_name == _DEFAULT)
        triples = self.base.manifest.triples - further - len(gone) + len(come)
        with workplace_beside(self.folder) as place:
            linked_copy(self.base.folder / STORE, place)
            store = Store(str(place))
            with SortedLines(self.base.folder / DATA) as before:
                remove_quads(store, derived, before.starting)
            removed, added = [*quads_of(self.removed), *quads_of(gone)], [*quads_of(self.added), *quads_of(come)]
            watch(self.base.folder, store, [*removed, *added])
            remove_quads(store, removed, self._starting)
            store.extend(added)
            version = Version(id_, datetime.now(UTC), triples, self._graphs(), None, store)
            own = derived_lines(compute(version))
            with SortedLines(self.folder / DEFAULT) as known:
                new = [line for line in without_graphs(own) if line not in known]
            checksums[DERIVED] = write_lines(self.folder / DERIVED, [*own, *new])
            store.extend(quads_of([*own, *new]))
            on_disk = keep_store(store, self.folder)
        version = replace(_completed(version, own, triples + len(new)), store=on_disk)
        return Composed(version, len(self.lines), checksums, self.changed)

    def _gone(self) -> list[bytes]:
        """The triples that no graph says any longer."""
        return [each for each in without_graphs(self.removed) if not self._says(each)]

    def _says(self, triple: bytes) -> bool:
        return next(self._starting(triple[: -len(_END)] + b" <"), None) is not None

    def _starting(self, start: bytes) -> Iterator[bytes]:
        place = bisect.bisect_left(self.lines, start)
        while place < len(self.lines) and self.lines[place].startswith(start):
            yield self.lines[place]
            place += 1

    def _come(self) -> list[bytes]:
        """The triples that no graph said before."""
        with SortedLines(self.base.folder / DEFAULT) as known:
            return [each for each in without_graphs(self.added) if each not in known]

    def _graphs(self) -> dict[str, int]:
        known = self.base.manifest
        counts = Counter({name: count for name, count in known.graphs.items() if name not in known.computed})
        counts.update(lines_by_graph(self.added))
        counts.subtract(lines_by_graph(self.removed))
        return {name: count for name, count in sorted(counts.items()) if count}


def remove_quads(store: Store, removed: Sequence[Quad], starting: Callable[[bytes], Iterator[bytes]]) -> None:
    """Take *removed* out of *store*, but nothing that stands in the lines of which *starting* gives some.

    The store writes some literals in a form of its own: with one of them it may have removed another one.
    """
    for quad in removed:
        store.remove(quad)
    subjects = {f"{quad.subject} ".encode() for quad in removed}
    told = {subject for subject in subjects if next(starting(subject), None) is not None}
    pairs = {f"{quad.subject} {quad.predicate} ".encode() for quad in removed if f"{quad.subject} ".encode() in told}
    for quad in quads_of(line for start in sorted(pairs) for line in starting(start)):
        if not isinstance(quad.object, BlankNode):
            store.add(quad)
            store.add(Quad(quad.subject, quad.predicate, quad.object))


def quads_of(lines: Iterable[bytes]) -> Iterable[Quad]:
    """Return the quads in *lines* of N-Quads."""
    return parse(b"".join(lines), RdfFormat.N_QUADS)


def derived_lines(computed: Iterable[Quad]) -> list[bytes]:
    """Return the quads *computed* as sorted lines of N-Quads."""
    return sorted({f"{quad} .\n".encode() for quad in computed})


def _completed(version: Version, own: Iterable[bytes], triples: int) -> Version:
    named = lines_by_graph(own)
    graphs = dict(sorted({**version.graphs, **named}.items()))
    return replace(version, triples=triples, graphs=graphs, computed=frozenset(named))


def lines_by_graph(lines: Iterable[bytes]) -> dict[str, int]:
    """How many of *lines* stand in each graph."""
    counts = Counter(line[line.rindex(b" <") + 2 : -4] for line in lines)
    return {name.decode(): count for name, count in sorted(counts.items())}
