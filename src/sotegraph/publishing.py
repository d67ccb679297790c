"""Publish a folder: the next version is built beside the current one, checked, and takes its place at a stroke."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad

from sotegraph.catalog import compute
from sotegraph.entities import build_index
from sotegraph.errors import SettingsError, UnsoundPublication
from sotegraph.prepared import PREPARED, prepare
from sotegraph.publication import Publication, read_publication
from sotegraph.questions import read_questions
from sotegraph.settings import Settings
from sotegraph.soundness import Soundness, check
from sotegraph.store import Version
from sotegraph.versions import Archive, Entry, begin, finish, roll_back
from sotegraph.versions.files import tree_checksum

_SOURCES = ("ontology", "shapes", "templates", "data")
Progress = Callable[[int], None]
Told = Callable[[str], Progress]


@dataclass(frozen=True)
class Published:
    """What came of publishing: the *entry* of the current version, and whether it is a new one.

    *soundness* says what speaks against a version that was *refused*; it is None where nothing was examined.
    """

    entry: Entry | None
    is_new: bool
    soundness: Soundness | None = None
    retired: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the folder is not sound, and so the version before stands."""
        return self.soundness is not None and not self.soundness.sound


def archive_of(settings: Settings) -> Archive:
    """Return the archive in the state folder of *settings*; raises SettingsError without one."""
    if settings.state is None:
        raise SettingsError("Name the folder of versions by --state or {variable}.", variable="SOTEGRAPH_STATE")
    return Archive(settings.state)


def publish(
    folder: Path,
    settings: Settings,
    *,
    checked: bool = True,
    anew: bool = False,
    accepted: Callable[[Publication], Iterable[Quad]] = lambda _: (),
    told: Told = lambda _: lambda _: None,
) -> Published:
    """Make what the publication in *folder* says the current version in the state folder of *settings*.

    What is *accepted* besides stands in graphs of its own. Without a difference to the current version nothing is done,
    and what did not change is taken over from it, unless all is to be made *anew*: the outcome is the same. A folder
    that is not sound is refused, unless it is not *checked*. *told* is given the name of each part of the work, and
    returns what is told of its progress. Raises PublicationError when a file is missing or malformed, StateError when
    the state folder cannot be used.
    """
    archive = archive_of(settings)
    with archive.writing():
        source = tree_checksum(folder, _SOURCES)
        publication = read_publication(folder, settings.base_iri)
        questions = read_questions(publication)

        def computed(version: Version) -> Iterator[Quad]:
            return compute(version, publication, questions, settings)

        read = itertools.chain.from_iterable(publication.read(file) for file in publication.files)
        quads = _counted(itertools.chain(read, accepted(publication)), told("Reading"))

        def complete(place: Path, version: Version) -> None:
            prepare(build_index(publication, version, questions), place / PREPARED)

        with begin(archive, folder, publication.base_iri, quads, computed, anew=anew) as draft:
            if draft.unchanged:
                return Published(draft.parent, is_new=False)
            found = check(folder, base_iri=settings.base_iri, progress=told("Checking")) if checked else None
            if found is not None and not found.sound:
                return Published(draft.parent, is_new=False, soundness=found)
            if tree_checksum(folder, _SOURCES) != source:
                raise UnsoundPublication(
                    "{folder} was changed while it was read. Publish it once more.", folder=str(folder)
                )
            entry = finish(archive, draft, agent=settings.agent, source=source, complete=complete)
        return Published(entry, True, found, tuple(archive.retain(settings.versions_kept)))


def go_back(settings: Settings, name: str | None) -> Entry:
    """Make the version called *name* the current one again, without one the version before; return its new entry.

    Raises StateError where there is none, NotFound for a name of none, VersionGone for one that is no longer kept.
    """
    archive = archive_of(settings)
    with archive.writing():
        current = archive.needed_current()
        target = archive.find(name) if name else archive.before(current)
        if target.folder == current.folder:
            raise SettingsError("The version {version} is the current one already.", version=target.short_id)
        return roll_back(archive, target, agent=settings.agent)


def _counted(quads: Iterable[Quad], progress: Progress) -> Iterator[Quad]:
    for number, quad in enumerate(quads, 1):
        if not number % 10_000:
            progress(number)
        yield quad
