"""A version once more, but for what is computed of it: its other files are links, at hardly any cost."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, parse

from sotegraph.store import Version, link, linked_copy
from sotegraph.versions.composing import (
    Base,
    derived_lines,
    keep_store,
    lines_by_graph,
    quads_of,
    remove_quads,
    workplace_beside,
)
from sotegraph.versions.files import (
    DATA,
    DEFAULT,
    DERIVED,
    DUMPS,
    MANIFEST,
    OWED,
    STORE,
    without_graphs,
    write_lines,
)
from sotegraph.versions.lines import SortedLines
from sotegraph.versions.records import Manifest

Derive = Callable[[Sequence[Quad], Iterable[str]], Iterable[Quad]]
"""Makes new computed graphs of those of a version, given the graphs by which it differs from the current one."""
_DEFAULT = DefaultGraph()


def copy_version(
    folder: Path, base: Base, derive: Callable[[Sequence[Quad]], Iterable[Quad]]
) -> tuple[Version, Manifest]:
    """Write to *folder* the version of *base* with what *derive* makes of its computed graphs; the rest is the same.

    The manifest that is returned is not written yet. Everything else is down on the disk afterwards.
    """
    _link_others(base.folder, folder)
    quads = list(parse((base.folder / DERIVED).read_bytes(), RdfFormat.N_QUADS))
    further = sum(1 for quad in quads if quad.graph_name == _DEFAULT)
    own = derived_lines(derive([quad for quad in quads if quad.graph_name != _DEFAULT]))
    with SortedLines(folder / DEFAULT) as known:
        new = [line for line in without_graphs(own) if line not in known]
    checksum = write_lines(folder / DERIVED, [*own, *new])
    old, lines = {f"{quad} .\n".encode() for quad in quads}, {*own, *new}
    with workplace_beside(folder) as place:
        linked_copy(base.folder / STORE, place)
        store = Store(str(place))
        with SortedLines(folder / DATA) as said:
            remove_quads(store, list(quads_of(sorted(old - lines))), said.starting)
        store.extend(quads_of(sorted(lines - old)))
        on_disk = keep_store(store, folder)
    before = base.manifest
    manifest = replace(
        before,
        triples=before.triples - further + len(new),
        graphs=dict(sorted({**before.graphs, **lines_by_graph(own)}.items())),
        checksums={**before.checksums, DERIVED: checksum},
    )
    version = Version(
        id=manifest.id,
        created=manifest.created,
        triples=manifest.triples,
        graphs=manifest.graphs,
        folder=folder / STORE,
        store=on_disk,
        computed=frozenset(manifest.computed),
    )
    return version, manifest


def _link_others(base: Path, folder: Path) -> None:
    for each in base.iterdir():
        if each.name in (DERIVED, STORE, MANIFEST, DUMPS, OWED):
            continue
        if each.is_dir():
            link_all(each, folder / each.name)
        else:
            link(each, folder / each.name)
    link_dumps(base, folder / DUMPS, folder / OWED)


def link_dumps(base: Path, whole: Path, owed: Path) -> None:
    """Link the files to be downloaded of the version in *base* to *whole*, or what they are to be made from to *owed*.

    The latter may just be giving way to the former.
    """
    if (base / OWED).is_dir() and not (base / DUMPS).is_dir():
        try:
            link_all(base / OWED, owed)
        except OSError:
            if not (base / DUMPS).is_dir():
                raise
        if not (base / DUMPS).is_dir():
            return
        shutil.rmtree(owed, ignore_errors=True)  # Some of it may have been gone before it was linked.
    if (base / DUMPS).is_dir():
        link_all(base / DUMPS, whole)


def link_all(base: Path, folder: Path) -> None:
    """Make *folder* a folder with the same files as *base*; raises OSError."""
    shutil.copytree(base, folder, copy_function=lambda old, new: link(Path(old), Path(new)))
