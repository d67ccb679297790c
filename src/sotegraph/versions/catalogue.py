"""The difference of the catalogue from one version to the next, kept like that of the statements.

The catalogue is computed, so the statements of a version do not tell it; what is no longer kept cannot be asked for it.
"""

from __future__ import annotations

from pathlib import Path

from sotegraph.versions.archive import Archive
from sotegraph.versions.files import DERIVED, write_lines
from sotegraph.versions.lines import compare
from sotegraph.versions.records import Entry

CATALOGUE_ADDED, CATALOGUE_REMOVED = "catalog-added.nq", "catalog-removed.nq"
_GRAPH = b"/id/graph/catalog> .\n"


def write_catalogue_difference(archive: Archive, entry: Entry, folder: Path) -> None:
    """Write to *folder* by what the catalogue of the version of *entry* differs from that of the current version.

    Where the history knows nothing of that one's catalogue, all is written as added, and no list of what was removed.
    Without a catalogue nothing is written.
    """
    current = archive.current
    known = current is not None and (current.place / CATALOGUE_ADDED).is_file()
    new = _catalogue(archive.folder(entry))
    old = _catalogue(archive.folder(current)) if current is not None and known else []
    if not new and not old:
        return
    changed = list(compare(old, new))
    write_lines(folder / CATALOGUE_ADDED, [line for line, is_new in changed if is_new])
    if known:
        write_lines(folder / CATALOGUE_REMOVED, [line for line, is_new in changed if not is_new])


def _catalogue(folder: Path) -> list[bytes]:
    with (folder / DERIVED).open("rb") as lines:
        return sorted(line for line in lines if line.endswith(_GRAPH))
