"""Make the files of a version that are to be downloaded: beside its publishing, else when somebody first asks."""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode, Store

from sotegraph.dumps import SUMS, Offer, Statements, Table, offered, read_record, write_dumps
from sotegraph.entities import Index, build_index
from sotegraph.errors import PublicationError, StateError
from sotegraph.publication import Publication, read_publication
from sotegraph.questions import Question, read_questions
from sotegraph.search import header_of, rows_of
from sotegraph.store import Version, canonical_lines, hashed
from sotegraph.versions import Archive
from sotegraph.versions.files import DATA, DEFAULT, DUMPS, PARTS, fill, without_graphs, write_lines

_NICE = 5
_FILES = "files"
_PR_SET_PDEATHSIG = 1
_MANY_BYTES = 16 << 20
_COMMAND = (sys.executable, "-P", "-m", "sotegraph.dumping")


class Dumping:
    """Makes the files of one version in the folder *place*, while the version itself is written."""

    def __init__(
        self, place: Path, archive: Archive, publication: Publication, questions: tuple[Question, ...]
    ) -> None:
        self.place, self.publication, self.questions = place / _FILES, publication, questions
        current = archive.current
        self.before = archive.folder(current) / DUMPS if current and archive.is_kept(current) else None
        self.source = archive.building / "version"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, version: str) -> None:
        """Begin, now that the statements of the version of that id are written and nothing is computed from them yet.

        Many are seen to by a process beside this one, which gives way to others and ends with this one.
        """
        if (self.source / DATA).stat().st_size >= _MANY_BYTES:
            work = {
                "place": str(self.place),
                "source": str(self.source),
                "version": version,
                "base_iri": self.publication.base_iri,
                "before": str(self.before) if self.before else None,
                "parent": os.getpid(),
            }
            self._process = subprocess.Popen([*_COMMAND, json.dumps(work)], stdin=subprocess.DEVNULL)

    def finish(self, folder: Path, version: Version) -> None:
        """Put the files of *version* into its *folder* when they are all there; raises StateError when that fails."""
        if self._process is None:
            index = build_index(self.publication, version, self.questions)
            statements = Statements(version.id, self.source / DATA, self.source / DEFAULT)
            _write(self.place, index, statements, offered(self.publication, version), self.before)
        elif status := self._process.wait():
            raise StateError(
                "The files to be downloaded could not be made: their process ended with {status}.", status=status
            )
        self.place.rename(folder / DUMPS)

    def end(self) -> None:
        """End the process beside this one, if there still is one."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


@contextmanager
def dumping(archive: Archive, publication: Publication, questions: tuple[Question, ...]) -> Iterator[Dumping]:
    """Return what makes the files of the version that is written next; to be called while writing in *archive*."""
    with archive.workplace("dumps") as place:
        made = Dumping(place, archive, publication, questions)
        try:
            yield made
        finally:
            made.end()


def dump_beside(place: str, source: str, version: str, base_iri: str, before: str | None, parent: int) -> None:
    """Make the files of the version whose statements are in the folder *source*; to be called in a process of its own.

    It ends with the process *parent*.
    """
    _end_with(parent)
    os.nice(_NICE)
    folder = Path(source)
    publication = read_publication(folder / PARTS, base_iri)
    index = build_index(publication, _bare(folder, version), read_questions(publication))
    statements = Statements(version, folder / DATA, folder / DEFAULT)
    offers = offered(publication, index.version)
    _write(Path(place), index, statements, offers, Path(before) if before else None)


def _bare(folder: Path, version: str) -> Version:
    """What the files of the version in *folder* say, in memory."""
    store = Store()
    fill(store, folder, (DATA, DEFAULT))
    names = (graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode))
    return Version(version, datetime.now(UTC), 0, dict.fromkeys(names, 0), None, store)


def _end_with(parent: int) -> None:
    """Let the kernel, where it can, end this process as soon as the process *parent* has ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


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
    dump_beside(**json.loads(sys.argv[1]))
