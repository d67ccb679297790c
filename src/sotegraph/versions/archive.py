"""The state folder: every version that is kept, and the history of which one was the current one when.

::

    lock                    held by the one who writes
    making                  held by the one who makes files for downloading; that is done beside the writing
    building/               what is being written; nothing in it counts, and the next writer removes it
    versions/{id}/          immutable: data.nq (canonical, its SHA-256 is the id), default.nt, derived.nq, store/,
                            publication/ (ontology, shapes, templates), prepared/ (what a server would compute of
                            these, and can) and version.json; {id}.2/ has the same statements, and else what is
                            computed of them. dumps/ comes when it is whole; as long as it is to come, dumps.owed/ has
                            the files of the version before
    history/{number}/       immutable: entry.json, and the difference to the version before: added.nq, removed.nq
                            things.tsv and, where there are any, blanks.tsv, and that of the catalogue
    pins/{id}               an empty file: the version is kept whatever its age

The current version is the one of the history's last entry, so one rename of a folder is the whole of a switch. What is
not whole has no name in ``versions/`` or ``history/``.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sotegraph.errors import NotFound, StateBusy, StateError, VersionGone
from sotegraph.versions.files import DUMPS, MANIFEST, OWED, PARTS, sync_folder, write_text
from sotegraph.versions.records import Entry, Manifest, written

_DIGITS = 6
_LEAST_DIGITS = 4


class Archive:
    """The versions in the state folder *root*."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.versions, self.history = root / "versions", root / "history"
        self.building, self.pins = root / "building", root / "pins"
        self._read: dict[str, Entry] = {}

    def last_number(self) -> int:
        """The number of the last entry of the history; 0 when there is none."""
        return max(map(int, self._names()), default=0)

    def _names(self) -> list[str]:
        try:
            return [each.name for each in self.history.iterdir() if each.name.isdecimal()]
        except FileNotFoundError:
            return []

    def entries(self) -> tuple[Entry, ...]:
        """The whole history, the oldest entry first."""
        for name in self._names():
            if name not in self._read:
                self._read[name] = Entry.read(self.history / name)
        return tuple(self._read[name] for name in sorted(self._read, key=int))

    @property
    def current(self) -> Entry | None:
        """The entry of the current version; None before anything was published."""
        entries = self.entries()
        return entries[-1] if entries else None

    def needed_current(self) -> Entry:
        """The entry of the current version; raises StateError before anything was published."""
        entry = self.current
        if entry is None:
            raise StateError(
                "Nothing has been published in {folder}. Publish a folder first: sotegraph publish.",
                folder=str(self.root),
            )
        return entry

    def find(self, name: str) -> Entry:
        """The latest entry of the version whose id begins with *name*, four digits at least.

        Raises NotFound when none or several do.
        """
        found = {each.version: each for each in self.entries() if each.version.startswith(name.lower())}
        if not found or len(name) < _LEAST_DIGITS:
            raise NotFound("There is no version {version}.", version=name)
        if len(found) > 1:
            raise NotFound("The ids of several versions begin with {version}. Write more digits.", version=name)
        return next(iter(found.values()))

    def folder(self, entry: Entry) -> Path:
        """Where the version of *entry* lies; raises VersionGone when it is no longer kept."""
        folder = self._kept_folder(entry)
        if folder is None:
            raise VersionGone(
                "The version {version} is no longer kept. What it changed is still told.", version=entry.short_id
            )
        return folder

    def is_kept(self, entry: Entry) -> bool:
        """Whether the version of *entry* can still be read."""
        return self._kept_folder(entry) is not None

    def kept(self) -> frozenset[str]:
        """The ids of the versions that can still be read, as far as any folder bears them."""
        return frozenset(each.name.partition(".")[0] for each in self._folders())

    def _kept_folder(self, entry: Entry) -> Path | None:
        """The folder of *entry*; when that is gone, another one in which the same version was made later."""
        folder = self.versions / entry.folder
        if folder.is_dir():
            return folder
        others = (each for each in self._folders() if each.name.partition(".")[0] == entry.version)
        return max(others, key=lambda each: (len(each.name), each.name), default=None)

    def _folders(self) -> list[Path]:
        try:
            return list(self.versions.iterdir())
        except FileNotFoundError:
            return []

    def manifest(self, entry: Entry) -> Manifest:
        """What the version of *entry* consists of."""
        return Manifest.read(self.folder(entry) / MANIFEST)

    def parts(self, entry: Entry) -> Path:
        """The folder of what the version of *entry* is laid out by; raises VersionGone."""
        return self.folder(entry) / PARTS

    def before(self, entry: Entry) -> Entry:
        """The entry of the version that was the current one before that of *entry*; raises NotFound without one."""
        for each in reversed(self.entries()):
            if each.number < entry.number and each.folder != entry.folder:
                return each
        raise NotFound("There is no version before {version}.", version=entry.short_id)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Inside, nobody else writes, and what others left unfinished is gone; raises StateBusy, or StateError."""
        try:
            for folder in (self.root, self.versions, self.history, self.building, self.pins):
                folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise self._failed(error) from None
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StateBusy(
                    "Somebody else is publishing in {folder}. Wait for the end of that.", folder=str(self.root)
                ) from None
            self._clean()
            yield
        finally:
            os.close(lock)

    @contextmanager
    def making(self) -> Iterator[tuple[Path, int]]:
        """A new folder for files to be downloaded, and the lock; waits until nobody else makes some. Raises StateError.

        A process that is given the lock, a file that is open, keeps others out as long as it lives.
        """
        lock = self._making_lock()
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _remove(self._made)
            self._made.mkdir(parents=True)
            try:
                yield self._made, lock
            finally:
                _remove(self._made)
        except OSError as error:
            raise self._failed(error) from None
        finally:
            os.close(lock)

    def wait_for_making(self) -> None:
        """Return when nobody makes files to be downloaded, as far as this process may know."""
        self._may_share_making(fcntl.LOCK_SH)

    def is_making(self) -> bool:
        """Whether somebody makes files to be downloaded, as far as this process may know."""
        return not self._may_share_making(fcntl.LOCK_SH | fcntl.LOCK_NB)

    def _may_share_making(self, operation: int) -> bool:
        """Whether the lock could be shared for a moment by *operation*, or there is none that may be opened."""
        with contextlib.suppress(OSError):
            lock = os.open(self.root / "making", os.O_RDONLY | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, operation)
            except BlockingIOError:
                return False
            finally:
                os.close(lock)
        return True

    def _making_lock(self) -> int:
        try:
            return os.open(self.root / "making", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise self._failed(error) from None

    @property
    def _made(self) -> Path:
        return self.building / "dumps"

    def tidy(self) -> None:
        """Remove what others left unfinished, unless somebody writes or this process may not."""
        if self.root.is_dir():
            with contextlib.suppress(StateError), self.writing():
                pass

    def _failed(self, error: OSError) -> StateError:
        return StateError(
            "{folder} cannot be written: {problem}.", folder=str(self.root), problem=error.strerror or str(error)
        )

    def _clean(self) -> None:
        """Remove what counts for nothing: what was being written, and versions that never became the current one."""
        for each in self.building.iterdir():
            if each != self._made:
                _remove(each)
        self._clean_made()
        known = {each.folder for each in self.entries()}
        for each in self.versions.iterdir():
            if each.name not in known:
                self._discard(each)
            elif (each / DUMPS).is_dir():
                shutil.rmtree(each / OWED, ignore_errors=True)

    def _clean_made(self) -> None:
        """Remove the files for downloading that somebody left unfinished, unless somebody makes some."""
        if self._made.exists():
            lock = self._making_lock()
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(self._made)
            except BlockingIOError:
                pass
            finally:
                os.close(lock)

    def _discard(self, folder: Path) -> None:
        """Remove a whole folder: either all of it stands under its name, or none of it."""
        aside = self.building / f"old-{folder.name}"
        folder.rename(aside)
        sync_folder(folder.parent)
        _remove(aside)

    @contextmanager
    def workplace(self, name: str) -> Iterator[Path]:
        """A new folder in which something is written; what is left of it at the end is removed."""
        folder = self.building / name
        folder.mkdir()
        try:
            yield folder
        finally:
            _remove(folder)

    @property
    def draft(self) -> Path:
        """Where the version that is being made is written."""
        return self.building / "version"

    def free_folder(self, version: str) -> str:
        """A name below ``versions/`` for a version of that id."""
        names = (f"{version}.{number}" if number > 1 else version for number in itertools.count(1))
        return next(name for name in names if not (self.versions / name).exists())

    def keep(self, folder: Path, name: str) -> None:
        """Give what was written in *folder* its place below ``versions/``."""
        sync_folder(folder)
        folder.rename(self.versions / name)
        sync_folder(self.versions)

    def switch(self, entry: Entry, difference: Path) -> Entry:
        """Make the version of *entry* the current one; *difference* is a folder with the difference to its parent.

        This is the one moment at which everything changes.
        """
        number = self.last_number() + 1
        place = self.history / f"{number:0{_DIGITS}}"
        entry = replace(entry, number=number, place=place)
        write_text(difference / "entry.json", written(entry))
        sync_folder(difference)
        difference.rename(place)
        sync_folder(self.history)
        return entry

    def retain(self, most: int) -> list[str]:
        """Remove the oldest versions beyond *most*, but no pinned one and not the current one; return their ids.

        One that stands in several folders goes with the last of them.
        """
        latest: Mapping[str, Entry] = {each.folder: each for each in self.entries()}
        newest = sorted(latest.values(), key=lambda each: -each.number)
        kept = [each for each in newest if (self.versions / each.folder).is_dir()]
        over = [each for each in kept[most:] if not self.is_pinned(each)]
        for each in over:
            self._discard(self.versions / each.folder)
        return list(dict.fromkeys(each.version for each in over if not self.is_kept(each)))

    def is_pinned(self, entry: Entry) -> bool:
        """Whether the version of *entry* is kept whatever its age."""
        return (self.pins / entry.version).exists()

    def pin(self, entry: Entry) -> None:
        """Keep the version of *entry* whatever its age."""
        self.folder(entry)
        (self.pins / entry.version).touch()

    def unpin(self, entry: Entry) -> None:
        """Let the version of *entry* go when its time has come."""
        (self.pins / entry.version).unlink(missing_ok=True)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
