"""What stood of a thing in any version of the history, whether that is still kept or not.

The statements of a version that is kept are looked up. Those of another one follow from the nearest that is kept, or
from the beginning, by the differences between them, which are always kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sotegraph.versions import Archive, Entry
from sotegraph.versions.changes import ADDED, REMOVED
from sotegraph.versions.files import DATA
from sotegraph.versions.lines import SortedLines

Step = tuple[SortedLines, SortedLines]
"""What goes, and what comes, from one version to the one beside it."""


class Reading:
    """Looks up what stood right after an entry of the history; the files stay open until *files* is closed."""

    def __init__(self, archive: Archive, entries: Sequence[Entry], files: ExitStack) -> None:
        self._archive, self._entries, self._files = archive, entries, files
        self._opened: dict[Path, SortedLines] = {}
        self._ways: dict[int, tuple[SortedLines | None, list[Step]]] = {}

    def change(self, place: int, prefixes: Sequence[bytes]) -> tuple[frozenset[bytes], frozenset[bytes]]:
        """The lines beginning with one of *prefixes* before and after the entry at *place* of the history."""
        after = self._after(place, prefixes)
        gone, come = self._step(place)
        return (after - _found(come, prefixes)) | _found(gone, prefixes), after

    def _after(self, place: int, prefixes: Sequence[bytes]) -> frozenset[bytes]:
        start, steps = self._way(place)
        lines = _found(start, prefixes) if start else frozenset()
        for gone, come in steps:
            lines = (lines - _found(gone, prefixes)) | _found(come, prefixes)
        return lines

    def _way(self, place: int) -> tuple[SortedLines | None, list[Step]]:
        """From where, and by which steps, the statements right after the entry at *place* are reached."""
        if place not in self._ways:
            self._ways[place] = self._find_way(place)
        return self._ways[place]

    def _find_way(self, place: int) -> tuple[SortedLines | None, list[Step]]:
        last = len(self._entries) - 1
        for distance in range(max(place, last - place) + 1):
            for start in dict.fromkeys((place - distance, place + distance)):
                lines = self._kept(start) if 0 <= start <= last else None
                if lines is not None:
                    return lines, self._steps(start, place)
            if distance == place:
                break
        return None, self._steps(-1, place)

    def _steps(self, start: int, place: int) -> list[Step]:
        if start <= place:
            return [self._step(each) for each in range(start + 1, place + 1)]
        return [(come, gone) for gone, come in map(self._step, range(start, place, -1))]

    def _step(self, place: int) -> Step:
        folder = self._entries[place].place
        return self._open(folder / REMOVED), self._open(folder / ADDED)

    def _kept(self, place: int) -> SortedLines | None:
        path = self._archive.versions / self._entries[place].folder / DATA
        try:
            return self._open(path)
        except FileNotFoundError:
            return None

    def _open(self, path: Path) -> SortedLines:
        if path not in self._opened:
            self._opened[path] = self._files.enter_context(SortedLines(path))
        return self._opened[path]


@contextmanager
def reading(archive: Archive, entries: Sequence[Entry]) -> Iterator[Reading]:
    """A reading of the history *entries*, whose files are closed on leaving."""
    with ExitStack() as files:
        yield Reading(archive, entries, files)


def _found(lines: SortedLines, prefixes: Sequence[bytes]) -> frozenset[bytes]:
    return frozenset(line for prefix in prefixes for line in lines.starting(prefix))
