"""Make the files of a version that are to be downloaded: after it was published, else when somebody first asks."""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sotegraph.dumps import SUMS, Offer, Statements, Table, offered, read_record, write_dumps
from sotegraph.entities import Index, build_index
from sotegraph.errors import PublicationError, PublisherError, StateError, VersionGone
from sotegraph.prepared import PREPARED, prepared_index
from sotegraph.publication import read_publication
from sotegraph.questions import read_questions
from sotegraph.search import header_of, rows_of
from sotegraph.store import canonical_lines, hashed
from sotegraph.versions import Archive, Entry, Manifest, link_all, link_dumps, open_version, size_of
from sotegraph.versions.files import (
    DATA,
    DEFAULT,
    DUMPS,
    MANIFEST,
    OWED,
    PARTS,
    sync_folder,
    without_graphs,
    write_lines,
)

_LOGGER = logging.getLogger("sotegraph")
_NICE = 5
_FILES = "files"
_PR_SET_PDEATHSIG = 1
_MANY_BYTES = 16 << 20
_COMMAND = (sys.executable, "-P", "-m", "sotegraph.dumping")


def owe(archive: Archive, folder: Path) -> None:
    """Note in the *folder* of a new version that its files are to be made, and what they can be taken over from.

    The files of the current version stand there from now on: one that would be made from the same is not made again.
    """
    current = archive.current
    before = _folder(archive, current) if current is not None else None
    if before is not None:
        link_dumps(before, folder / OWED, folder / OWED)
    (folder / OWED).mkdir(exist_ok=True)


def provide(archive: Archive, entry: Entry) -> None:
    """Make the files of the version of *entry*, and of those that were left without when somebody was interrupted.

    That needs no right to publish: each version gets its files when they are all there, and somebody else's making is
    waited for. Raises a PublicationError when those of *entry* cannot be made; the version stands without them, until
    they are. Of another version it is noted, and does not keep the rest from being made.
    """
    with archive.making() as (place, lock):
        own = _folder(archive, entry)
        for number, folder in enumerate(_lacking(archive, own)):
            files = place / f"{_FILES}-{number}"
            try:
                _make(files, folder, lock)
                files.rename(folder / DUMPS)
                sync_folder(folder)
                shutil.rmtree(folder / OWED, ignore_errors=True)
            except (OSError, PublisherError) as error:
                if not folder.is_dir():  # The version is no longer kept, and nobody needs its files.
                    continue
                if folder == own:
                    raise
                _LOGGER.warning("the files of version %s could not be made: %s", folder.name, error)


def _lacking(archive: Archive, own: Path | None) -> list[Path]:
    """The folders of the versions whose files are to be made, *own* first."""
    kept = (_folder(archive, each) for each in reversed(archive.entries()))
    found = dict.fromkeys([own, *(each for each in kept if each is not None and (each / OWED).is_dir())])
    return [each for each in found if each is not None and not (each / DUMPS).is_dir()]


def _folder(archive: Archive, entry: Entry) -> Path | None:
    """Where the version of *entry* lies, if it is still kept."""
    with contextlib.suppress(VersionGone):
        return archive.folder(entry)
    return None


def _make(place: Path, folder: Path, lock: int) -> None:
    """Make the files of the version in *folder* in the new folder *place*.

    Many are seen to by a process beside this one, which gives way to others, ends with this one, and holds the *lock*
    until then.
    """
    if size_of(folder) < _MANY_BYTES:
        return make_files(place, folder)
    work = json.dumps({"place": str(place), "folder": str(folder), "parent": os.getpid()})
    process = subprocess.Popen([*_COMMAND, work], stdin=subprocess.DEVNULL, pass_fds=(lock,))
    try:
        status = process.wait()
    finally:
        process.kill()
        process.wait()
    if status:
        raise StateError(
            "The files to be downloaded could not be made: their process ended with {status}. The version stands. "
            "Publish once more to have them made.",
            status=status,
        )
    return None


def make_files(place: Path, folder: Path) -> None:
    """Make the files of the version in *folder*, which was published there, in the new folder *place*.

    Raises OSError or a PublisherError, for a damaged version as well.
    """
    try:
        _make_files(place, folder)
    except (SyntaxError, ValueError, LookupError) as error:  # As parsers say that a file is not what was written to it.
        raise StateError("{file} cannot be read: {problem}.", file=str(folder), problem=error) from error


def _make_files(place: Path, folder: Path) -> None:
    manifest = Manifest.read(folder / MANIFEST)
    publication = read_publication(folder / PARTS, manifest.base_iri)
    version, questions = open_version(folder, manifest, in_memory=True), read_questions(publication)
    index = prepared_index(publication, version, questions, folder / PREPARED)
    index = index or build_index(publication, version, questions)
    before = folder / OWED if (folder / OWED).is_dir() else None
    statements = Statements(version.id, folder / DATA, folder / DEFAULT)
    _write(place, index, statements, offered(publication, version), before)


def make_beside(place: str, folder: str, parent: int) -> None:
    """Do the same in a process of its own, which gives way to others and ends with the process *parent*."""
    _end_with(parent)
    os.nice(_NICE)
    make_files(Path(place), Path(folder))


def _end_with(parent: int) -> None:
    """Let the kernel, where it can, end this process as soon as the process *parent* has ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


def dump_published(place: Path, index: Index, archive: Archive, source: Path) -> None:
    """Have the files of the version of *index*, in the folder *source* of *archive*, in the folder *place*.

    When publishing is about to make them, that is waited for; else they are made now.
    """
    archive.wait_for_making()
    if not (source / DUMPS).is_dir():
        return dump_index(place, index, source)
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="dumps-", dir=place.parent) as temporary:
        link_all(source / DUMPS, Path(temporary) / _FILES)
        (Path(temporary) / _FILES).rename(place)
    return None


def dump_index(place: Path, index: Index, source: Path | None = None) -> None:
    """Make the files of the version of *index* in the folder *place*, all of them or none; nothing if it is there.

    *source* is the folder of the version where it was published.
    """
    if not place.is_dir():
        _dump(place, index, source, offered(index.publication, index.version))


def _dump(place: Path, index: Index, source: Path | None, offers: Sequence[Offer]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="dumps-", dir=place.parent) as temporary:
        folder = Path(temporary)
        if source is None:
            source = folder
            lines = _lines(index)
            write_lines(folder / DATA, lines)
            write_lines(folder / DEFAULT, without_graphs(lines))
            del lines
        _write(folder / _FILES, index, Statements(index.version.id, source / DATA, source / DEFAULT), offers)
        (folder / _FILES).rename(place)


@dataclass(frozen=True)
class Dumpable:
    """A version that can be written to files; *folder* is its own where it was published."""

    index: Index
    folder: Path | None = None

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        """The files that there are, or can be made."""
        return offered(self.index.publication, self.index.version)

    def file(self, offer: Offer, place: Path) -> Path:
        """The file of *offer*: the one that was published, else one that is made in the new folder *place*."""
        published = self.folder / DUMPS / offer.file if self.folder is not None else None
        if published is not None and published.is_file():
            return published
        _dump(place, self.index, self.folder, [offer])
        return place / offer.file

    def all_files(self, place: Path) -> None:
        """Write all files to the new folder *place*: those that were published, else newly made ones."""
        published = self.folder / DUMPS if self.folder is not None else None
        if published is None or not published.is_dir():
            return dump_index(place, self.index, self.folder)
        place.mkdir(parents=True)
        for name in (*read_record(published), SUMS):
            shutil.copyfile(published / name, place / name)
        return None


def _lines(index: Index) -> list[bytes]:
    """The canonical lines of the version: those of the files it was loaded from, as long as these are what they were.

    What a store holds are values: it writes 1 for 01, and the id of the version is the hash of what the files say.
    """
    publication, version = index.publication, index.version
    with contextlib.suppress(PublicationError):
        read = itertools.chain.from_iterable(publication.read(file) for file in publication.files)
        lines = canonical_lines(read)
        if hashed(lines) == version.id:
            return lines
    return canonical_lines(quad for quad in version.quads() if str(quad.graph_name)[1:-1] not in version.computed)


def _write(
    place: Path, index: Index, statements: Statements, offers: Sequence[Offer], before: Path | None = None
) -> None:
    write_dumps(place, index.publication, index.version, offers, statements, lambda: _tables(index), before)


def _tables(index: Index) -> Iterator[Table]:
    """The table of each list, its things in the order of their keys."""
    for collection in index.publication.collections:
        rows = rows_of(index, collection, index.members[collection.segment], index.publication.languages)
        yield Table(collection.segment, header_of(collection), rows)


if __name__ == "__main__":
    try:
        make_beside(**json.loads(sys.argv[1]))
    except (OSError, PublisherError) as error:
        sys.exit(str(error))
