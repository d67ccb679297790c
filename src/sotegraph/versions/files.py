"""The files of a version: written to the disk before they count, and read by the fastest way there is."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, cast

from pyoxigraph import RdfFormat, Store

from sotegraph.store import Version
from sotegraph.versions.records import Manifest

DATA, DEFAULT, DERIVED, STORE, PARTS, DUMPS, OWED, MANIFEST = (
    "data.nq",
    "default.nt",
    "derived.nq",
    "store",
    "publication",
    "dumps",
    "dumps.owed",
    "version.json",
)
_PARTS = ("ontology", "shapes", "templates")
_STATEMENTS = (DATA, DEFAULT, DERIVED)
_LINES = 50_000


def write_lines(path: Path, lines: Iterable[bytes]) -> str:
    """Write *lines* to a new file, down to the disk; return the SHA-256 of what it holds."""
    digest = hashlib.sha256()
    with path.open("xb") as file:
        for piece in _joined(lines):
            digest.update(piece)
            file.write(piece)
        _sync(file)
    return digest.hexdigest()


def without_graphs(lines: Iterable[bytes]) -> list[bytes]:
    """Return the distinct triples of *lines* of N-Quads, whose graphs all have IRIs, sorted."""
    return sorted({line[: line.rindex(b" <")] + b" .\n" for line in lines})


def write_text(path: Path, text: str) -> None:
    """Write *text* to a new file, down to the disk."""
    with path.open("xb") as file:
        file.write(text.encode())
        _sync(file)


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _joined(lines: Iterable[bytes]) -> Iterator[bytes]:
    pieces: list[bytes] = []
    for line in lines:
        pieces.append(line)
        if len(pieces) == _LINES:
            yield b"".join(pieces)
            pieces = []
    yield b"".join(pieces)


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Make everything below *folder* last."""
    for parent, _, names in os.walk(folder):
        for name in names:
            with (Path(parent) / name).open("rb") as file:
                os.fsync(file.fileno())
        sync_folder(Path(parent))


def checksum_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_parts(root: Path, target: Path) -> str:
    """Copy what the publication in *root* is laid out by to *target*; return one checksum of it all."""
    for name in _PARTS:
        if (root / name).is_dir():
            shutil.copytree(root / name, target / name)
    return tree_checksum(target)


def tree_checksum(root: Path, parts: Iterable[str] = _PARTS) -> str:
    """Return one SHA-256 of the names and contents of all files in *parts* of *root*."""
    digest = hashlib.sha256()
    for part in parts:
        for path in sorted(each for each in (root / part).rglob("*") if each.is_file()):
            digest.update(f"{path.relative_to(root).as_posix()}\0{checksum_of(path)}\n".encode())
    return digest.hexdigest()


def fill(store: Store, folder: Path, names: Iterable[str] = _STATEMENTS) -> None:
    """Load the files *names* of *folder* into *store* as one, so that a blank node is the same one in all of them."""
    with ExitStack() as files:
        opened = [files.enter_context((folder / name).open("rb")) for name in names]
        store.bulk_load(cast(IO[bytes], _Chained(opened)), RdfFormat.N_QUADS)


def derived_predicates(before: Path, after: Path) -> set[str]:
    """Return the predicates by which what is derived of the versions in two folders differs."""
    olds, news = (set((folder / DERIVED).read_bytes().splitlines()) for folder in (before, after))
    return {line.split(b" ", 2)[1][1:-1].decode() for line in olds ^ news}


class _Chained:
    """Files, read one after the other."""

    def __init__(self, files: Iterable[IO[bytes]]) -> None:
        self._files = list(files)

    def read(self, size: int = -1) -> bytes:
        while self._files:
            piece = self._files[0].read(size)
            if piece:
                return piece
            self._files.pop(0)
        return b""


def open_version(folder: Path, manifest: Manifest, *, in_memory: bool) -> Version:
    """Return the version in *folder*, loaded into memory or read from its store on disk."""
    if in_memory:
        store = Store()
        fill(store, folder)
    else:
        store = Store.read_only(str(folder / STORE))
    return Version(
        id=manifest.id,
        created=manifest.created,
        triples=manifest.triples,
        graphs=manifest.graphs,
        folder=None if in_memory else folder / STORE,
        store=store,
        computed=frozenset(manifest.computed),
    )


def size_of(folder: Path) -> int:
    """Return the bytes of the statements of the version in *folder*."""
    return (folder / DATA).stat().st_size
