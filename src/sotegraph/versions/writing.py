"""Write a version beside the current one, and make it the current one when it is whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import Quad

from sotegraph import __version__
from sotegraph.dumps import read_record
from sotegraph.errors import StateError
from sotegraph.store import Version, canonical_lines
from sotegraph.versions.archive import Archive
from sotegraph.versions.blanks import BLANKS, changes_within, within_lines
from sotegraph.versions.catalogue import write_catalogue_difference
from sotegraph.versions.changes import (
    ADDED,
    REMOVED,
    THINGS,
    Changes,
    changes_by_thing,
    changes_of,
    fates,
    told_by_thing,
)
from sotegraph.versions.composing import Base, Compute, Watch, compose, lines_by_graph
from sotegraph.versions.copying import Derive, copy_version
from sotegraph.versions.files import (
    DATA,
    DUMPS,
    MANIFEST,
    PARTS,
    checksum_of,
    copy_parts,
    sync_tree,
    write_lines,
    write_text,
)
from sotegraph.versions.lines import SortedLines, compare
from sotegraph.versions.records import Action, Entry, Manifest, written

_SOFTWARE = f"sotegraph {__version__}"


@dataclass(frozen=True)
class Draft:
    """A version that has been written and counts for nothing yet; *added* and *removed* tell it from *parent*.

    *version* can be read until it is finished.
    """

    folder: Path
    difference: Path
    manifest: Manifest
    version: Version
    parent: Entry | None
    added: int
    removed: int
    unchanged: bool


@contextmanager
def begin(
    archive: Archive,
    root: Path,
    base_iri: str,
    quads: Iterable[Quad],
    compute: Compute,
    watch: Watch = lambda *_: None,
    *,
    anew: bool = False,
) -> Iterator[Draft]:
    """Return the draft of a version that holds *quads* and what *compute* makes of them; it goes on leaving.

    *root* is the publication folder by which it is laid out. What did not change is taken over from the current
    version, unless all is to be made *anew*; *watch* is told of that. To be called while writing in *archive*.
    """
    with archive.workplace(archive.draft.name) as folder, archive.workplace("difference") as difference:
        parts = copy_parts(root, folder / PARTS)
        parent = archive.current
        composed = compose(folder, canonical_lines(quads), None if anew else _base(archive, parent), compute, watch)
        version = composed.version
        manifest = Manifest(
            id=version.id,
            created=_now(archive),
            base_iri=base_iri,
            statements=composed.statements,
            triples=version.triples,
            graphs=version.graphs,
            computed=tuple(sorted(version.computed)),
            checksums=composed.checksums,
            parts=parts,
        )
        unchanged = parent is not None and archive.is_kept(parent) and _same(archive.manifest(parent), manifest)
        counts = (0, 0)
        if not unchanged:
            counts = write_difference(archive, difference, parent, folder / DATA, composed.changed)
        yield Draft(folder, difference, manifest, version, parent, *counts, unchanged)


def _base(archive: Archive, parent: Entry | None) -> Base | None:
    """What a step can be taken from: the version of *parent*, when it is kept and was written by this release."""
    if parent is None or not archive.is_kept(parent) or parent.software != _SOFTWARE:
        return None
    return Base(archive.folder(parent), archive.manifest(parent))


def finish(
    archive: Archive,
    draft: Draft,
    *,
    time: datetime,
    agent: str | None,
    source: str | None,
    complete: Callable[[Path, Version], None] = lambda folder, version: None,
) -> Entry:
    """Make the version of *draft* the current one, and return its entry in the history, dated *time*.

    Before that, *complete* writes what else belongs to the version into its folder, unless an equal one is there.
    """
    manifest, parent = draft.manifest, draft.parent
    name = _equal(archive, manifest)
    if name is None:
        complete(draft.folder, draft.version)
        name = _keep(archive, draft.folder, manifest)
    same = parent is not None and parent.version == manifest.id
    action = Action.REBUILD if same else Action.PUBLISH
    entry = _entry(archive, manifest, name, action, (draft.added, draft.removed), time, agent, source)
    write_catalogue_difference(archive, entry, draft.difference)
    return archive.switch(entry, draft.difference)


def roll_back(
    archive: Archive,
    target: Entry,
    derive: Derive,
    *,
    time: datetime,
    agent: str | None,
    complete: Callable[[Path, Version, Manifest], None] = lambda folder, version, manifest: None,
) -> Entry:
    """Make the version of *target* the current one again, and return its new entry in the history, dated *time*.

    It is the same but for what *derive* makes of its computed graphs, so it gets a folder of its own beside the one
    that it had; *complete* is told of it before it counts. To be called while writing in *archive*.
    """
    base = Base(archive.folder(target), replace(archive.manifest(target), created=_now(archive)))
    with archive.workplace(archive.draft.name) as folder, archive.workplace("difference") as difference:
        counts = write_difference(archive, difference, archive.current, base.folder / DATA)
        changed = lines_by_graph(each for name in (ADDED, REMOVED) for each in _lines(difference / name))
        version, manifest = copy_version(folder, base, lambda quads: derive(quads, changed))
        complete(folder, version, manifest)
        name = _keep(archive, folder, manifest)
        entry = _entry(archive, manifest, name, Action.ROLLBACK, counts, time, agent, target.source)
        write_catalogue_difference(archive, entry, difference)
        return archive.switch(entry, difference)


def _keep(archive: Archive, folder: Path, manifest: Manifest) -> str:
    """Give the version that was written in *folder* its place, and return its name there."""
    write_text(folder / MANIFEST, written(manifest))
    sync_tree(folder)
    name = archive.free_folder(manifest.id)
    archive.keep(folder, name)
    return name


def _lines(path: Path) -> list[bytes]:
    with path.open("rb") as lines:
        return list(lines)


def write_difference(
    archive: Archive,
    folder: Path,
    parent: Entry | None,
    data: Path,
    changed: Sequence[tuple[bytes, bool]] | None = None,
) -> tuple[int, int]:
    """Write to *folder* by what the statements in *data* differ from the version of *parent*; return how many do.

    That is what *changed*, where it is known.
    """
    if parent is None:
        os.link(data, folder / ADDED)
        write_lines(folder / REMOVED, [])
        with data.open("rb") as lines:
            added = list(lines)
        write_lines(folder / THINGS, fates(added, None, data))
        return len(added), 0
    if changed is None:
        with (archive.folder(parent) / DATA).open("rb") as before, data.open("rb") as after:
            changed = list(compare(before, after))
    added = [line for line, is_new in changed if is_new]
    removed = [line for line, is_new in changed if not is_new]
    write_lines(folder / ADDED, added)
    write_lines(folder / REMOVED, removed)
    old = archive.folder(parent) / DATA
    within = changes_within(changed, old, data)
    if within:
        write_lines(folder / BLANKS, within_lines(within))
    write_lines(folder / THINGS, fates((line for line, _ in changed), old, data, within))
    return len(added), len(removed)


def changes_between(archive: Archive, before: Entry, after: Entry) -> Changes:
    """Return by what the version of *after* differs from that of *before*; both have to be kept."""
    if after.parent == before.version and after.number == before.number + 1:
        return changes_of(after.place)
    with ExitStack() as files:
        olds, news = (files.enter_context((archive.folder(each) / DATA).open("rb")) for each in (before, after))
        return Changes.read(compare(olds, news))


def changes_by_thing_between(archive: Archive, before: Entry, after: Entry) -> dict[str, Changes]:
    """Return the same by the things that it is about, in the order of their IRIs."""
    if after.parent == before.version and after.number == before.number + 1:
        return changes_by_thing(after.place)
    old, new = (archive.folder(each) / DATA for each in (before, after))
    with old.open("rb") as olds, new.open("rb") as news:
        changed = list(compare(olds, news))
    return told_by_thing(changed, changes_within(changed, old, new))


def says_anything(folder: Path, thing: str) -> bool:
    """Return whether the version in *folder* has any statement about the IRI *thing* or its parts."""
    with SortedLines(folder / DATA) as lines:
        return lines.has_any(thing)


def verify(archive: Archive, entry: Entry) -> None:
    """Raise StateError unless the files of the version of *entry* are, to the byte, those that were written."""
    folder, manifest = archive.folder(entry), archive.manifest(entry)
    for name, known in {DATA: manifest.id, **manifest.checksums}.items():
        path = folder / name
        _verify(path, known)
    for name, file in read_record(folder / DUMPS).items():
        _verify(folder / DUMPS / name, file.sha256)


def _verify(path: Path, known: str) -> None:
    if not path.is_file() or checksum_of(path) != known:
        raise StateError("{file} is not what was written: its checksum is another one.", file=str(path))


def _entry(
    archive: Archive,
    manifest: Manifest,
    folder: str,
    action: Action,
    counts: tuple[int, int],
    time: datetime,
    agent: str | None,
    source: str | None,
) -> Entry:
    current = archive.current
    return Entry(
        number=0,
        version=manifest.id,
        folder=folder,
        time=max(time, current.time) if current else time,
        action=action,
        parent=current.version if current else None,
        added=counts[0],
        removed=counts[1],
        statements=manifest.statements,
        software=_SOFTWARE,
        agent=agent,
        source=source,
        switched=_now(archive),
    )


def _now(archive: Archive) -> datetime:
    """The moment to the second, as HTTP tells it; never before the last entry of the history."""
    now = datetime.now(UTC).replace(microsecond=0)
    current = archive.current
    return max(now, current.since) if current else now


def _same(one: Manifest, other: Manifest) -> bool:
    return (one.id, one.base_iri, one.checksums, one.parts) == (
        other.id,
        other.base_iri,
        other.checksums,
        other.parts,
    )


def _equal(archive: Archive, manifest: Manifest) -> str | None:
    """The folder of a version that is kept and equal to the one of *manifest*, if there is one."""
    for entry in reversed(archive.entries()):
        if entry.version == manifest.id and archive.is_kept(entry) and _same(archive.manifest(entry), manifest):
            return archive.folder(entry).name
    return None
