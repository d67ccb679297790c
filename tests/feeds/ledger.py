"""A state folder whose versions are lines of statements and nothing else: as many of them as a test likes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sotegraph.feeds import CATALOGUE, THINGS, Log, Part, Stream, catalogue_of_history, log_of_history
from sotegraph.feeds.paging import page
from sotegraph.versions import Action, Archive, Entry
from sotegraph.versions.catalogue import write_catalogue_difference
from sotegraph.versions.files import DATA, DERIVED, write_lines
from sotegraph.versions.writing import write_difference

BASE = "https://library.example"
START = datetime(2026, 5, 4, 6, tzinfo=UTC)
Statement = tuple[str, int]
"""A subject and a number that is said of it."""


@dataclass
class Ledger:
    """Publishes statements about IRIs and their parts; *catalogue* is what the computed catalogue says."""

    archive: Archive

    @classmethod
    def at(cls, root: Path) -> Ledger:
        archive = Archive(root)
        with archive.writing():
            return cls(archive)

    def publish(self, statements: Iterable[Statement], catalogue: Iterable[str] = ()) -> Entry:
        return self.publish_lines(lines_of(statements), catalogue)

    def publish_lines(self, lines: list[bytes], catalogue: Iterable[str] = ()) -> Entry:
        version = hashlib.sha256(b"".join(lines)).hexdigest()
        with self.archive.writing(), self.archive.workplace("version") as folder:
            write_lines(folder / DATA, lines)
            graph = f" <{BASE}/id/graph/catalog> .\n"
            write_lines(folder / DERIVED, sorted(f"{each}{graph}".encode() for each in catalogue))
            name = self.archive.free_folder(version)
            with self.archive.workplace("difference") as difference:
                write_difference(self.archive, difference, self.archive.current, folder / DATA)
                self.archive.keep(folder, name)
                entry = self._entry(version, name, Action.PUBLISH)
                write_catalogue_difference(self.archive, entry, difference)
                return self.archive.switch(entry, difference)

    def back(self, target: Entry) -> Entry:
        with self.archive.writing(), self.archive.workplace("difference") as difference:
            data = self.archive.folder(target) / DATA
            write_difference(self.archive, difference, self.archive.current, data)
            entry = self._entry(target.version, target.folder, Action.ROLLBACK)
            write_catalogue_difference(self.archive, entry, difference)
            return self.archive.switch(entry, difference)

    def retain(self, most: int) -> None:
        with self.archive.writing():
            self.archive.retain(most)

    def kept(self) -> list[Entry]:
        return [each for each in self.archive.entries() if self.archive.is_kept(each)]

    def log(self) -> Log:
        return log_of_history(BASE, self.archive, self.archive.entries())

    def stream(self) -> Stream:
        return Stream(self.log(), THINGS, BASE, "/feed/entities", "http://site.example")

    def catalogue(self) -> Stream:
        log = catalogue_of_history(BASE, self.archive.entries())
        return Stream(log, CATALOGUE, BASE, "/feed/catalog", "http://site.example")

    @staticmethod
    def page(stream: Stream, number: int) -> Part:
        found = page(number, stream.log.size)
        assert found is not None
        return found

    def _entry(self, version: str, folder: str, action: Action) -> Entry:
        """Two publishings in each second, as may happen."""
        number = self.archive.last_number()
        time = START + timedelta(seconds=number // 2)
        return Entry(0, version, folder, time, action, None, 0, 0, 0, "test")


def lines_of(statements: Iterable[Statement]) -> list[bytes]:
    """*statements* as a version holds them."""
    graph = f"<{BASE}/id/graph/catalogue>"
    return sorted({f'<{BASE}/id/{name}> <urn:x:p> "{number}" {graph} .\n'.encode() for name, number in statements})


def state_of(statements: Iterable[Statement]) -> Mapping[str, set[str]]:
    """What *statements* say, thing by thing."""
    state: dict[str, set[str]] = {}
    for name, number in statements:
        thing = f"{BASE}/id/{name.partition('#')[0]}"
        state.setdefault(thing, set()).add(f'<{BASE}/id/{name}> <urn:x:p> "{number}"')
    return state
