"""Publish a folder: the next version is built beside the current one, checked, and takes its place at a stroke."""

from __future__ import annotations

import functools
import itertools
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Store

from sotegraph.catalog import LastChanges, Recount, Tallies, compute, last_changes, redated, tallies_of
from sotegraph.dumping import owe, provide
from sotegraph.entities import build_index, refresh_index
from sotegraph.errors import SettingsError, UnsoundPublication
from sotegraph.prepared import PREPARED, carry_over, depends_on, prepare, prepared_index, prepared_tallies
from sotegraph.publication import Publication, read_publication
from sotegraph.questions import Question, read_questions
from sotegraph.remote import Engine, deliver_version
from sotegraph.settings import Settings
from sotegraph.soundness import Soundness, check, keep, kept
from sotegraph.store import Version
from sotegraph.validation import Known, Report, Revision
from sotegraph.versions import (
    Archive,
    Draft,
    Entry,
    Manifest,
    begin,
    changed_graphs,
    finish,
    roll_back,
    size_of,
)
from sotegraph.versions.files import DATA, DERIVED, derived_predicates, tree_checksum

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
    dumped: bool = True,
    announce: Callable[[Published], None] = lambda _: None,
    accepted: Callable[[Publication], Iterable[Quad]] = lambda _: (),
    told: Told = lambda _: lambda _: None,
) -> Published:
    """Make what the publication in *folder* says the current version in the state folder of *settings*.

    What is *accepted* besides stands in graphs of its own. Without a difference to the current version nothing is done,
    and what did not change is taken over from it, unless all is to be made *anew*: the outcome is the same. A folder
    that is not sound is refused, unless it is not *checked*. *announce* is told what came of it; after that, where it
    is *dumped*, the files to be downloaded are made that are not there yet, else when somebody first asks for one.
    *told* is given the name of each part of the work, and returns what is told of its progress. With an engine the
    version is written to that before it becomes the current one. Raises PublicationError when a file is missing or
    malformed, StateError when the state folder cannot be used or, with the version in its place, the files to be
    downloaded cannot be made, EngineAway or EngineUnfit when the engine cannot.
    """
    archive = archive_of(settings)
    with archive.writing():
        done = _Press(archive, folder, settings, dumped, told).published(checked, anew, accepted)
    announce(done)
    if dumped and done.entry is not None and not done.refused:
        told("Making files for downloading")
        provide(archive, done.entry)
    return done


@dataclass(frozen=True)
class _Press:
    """Publishes *folder* while nobody else writes in *archive*; *dumped*, it is owed its files to be downloaded."""

    archive: Archive
    folder: Path
    settings: Settings
    dumped: bool
    told: Told

    def published(self, checked: bool, anew: bool, accepted: Callable[[Publication], Iterable[Quad]]) -> Published:
        """Make the folder the current version, unless that has nothing new, or is *checked* and found not sound."""
        archive, settings = self.archive, self.settings
        source = tree_checksum(self.folder, _SOURCES)
        publication = read_publication(self.folder, settings.base_iri)
        deriving = _Deriving(archive, publication, read_questions(publication), settings, self.dumped)
        read = itertools.chain.from_iterable(publication.read(file) for file in publication.files)
        quads = _counted(itertools.chain(read, accepted(publication)), self.told("Reading"))
        base = publication.base_iri
        with begin(archive, self.folder, base, quads, deriving.compute, deriving.watch, anew=anew) as draft:
            if draft.unchanged:
                self._deliver(draft)
                return Published(draft.parent, is_new=False)
            found = self._examined(deriving, draft) if checked else None
            if found is not None and not found.sound:
                return Published(draft.parent, is_new=False, soundness=found)
            if tree_checksum(self.folder, _SOURCES) != source:
                raise UnsoundPublication(
                    "{folder} was changed while it was read. Publish it once more.", folder=str(self.folder)
                )
            self._deliver(draft)
            report = found.report if found is not None else None
            complete = functools.partial(deriving.complete, report=report)
            by = settings.agent
            entry = finish(archive, draft, time=deriving.time, agent=by, source=source, complete=complete)
        return Published(entry, True, found, tuple(archive.retain(settings.versions_kept)))

    def _examined(self, deriving: _Deriving, draft: Draft) -> Soundness:
        """What is wrong with the folder; the shapes are asked only about what its changes can affect, if possible."""
        known = deriving.known(draft.manifest)
        engine = Revision(known) if known is not None else None
        return check(
            self.folder,
            self.settings.base_iri,
            progress=self.told("Checking"),
            engine=engine,
            publication=deriving.publication,
        )

    def _deliver(self, draft: Draft) -> None:
        _deliver(self.settings, draft.version, draft.manifest, size_of(draft.folder), self.told)


class _Deriving:
    """What is derived from a version as it is made, and what of that is taken over from the version before."""

    def __init__(
        self,
        archive: Archive,
        publication: Publication,
        questions: tuple[Question, ...],
        settings: Settings,
        dumped: bool,
    ) -> None:
        self.archive, self.dumped = archive, dumped
        self.publication, self.questions, self.settings = publication, questions, settings
        self._recount: Recount | None = None
        self._before: Path | None = None
        self._changed: Sequence[Quad] = ()
        self._tallies: Tallies = {}
        self.time = moment_after(archive.current)
        """When the version was made: the catalogue and the history tell it alike."""

    def watch(self, folder: Path, store: Store, changed: Sequence[Quad]) -> None:
        """Take the tallies of the version in *folder* for a beginning."""
        self._before, self._changed = folder, changed
        known = prepared_tallies(folder / PREPARED)
        if known is not None:
            self._recount = Recount(known, store, changed, self.publication.base_iri)

    def compute(self, version: Version) -> Iterator[Quad]:
        """The computed graphs of *version*."""
        self.time = moment_after(self.archive.current)
        base = self.publication.base_iri
        recount = self._recount
        self._tallies = recount.completed() if recount else tallies_of(version.store, version.graphs, base)
        self._recount = None
        return compute(
            version,
            self.publication,
            self.questions,
            self.settings,
            tallies=self._tallies,
            changed=self._last_changes(),
        )

    def known(self, manifest: Manifest) -> Known | None:
        """What the shapes found in the version before, if that was checked by the same ones as that of *manifest*."""
        parent = self.archive.current
        if self._before is None or parent is None:
            return None
        before, report = self.archive.manifest(parent), kept(self._before)
        if report is None or (before.parts, before.base_iri) != (manifest.parts, manifest.base_iri):
            return None
        return Known(report, list(dict.fromkeys(quad.triple for quad in self._changed)))

    def _last_changes(self) -> LastChanges | None:
        """When each dataset changed last, as far as the versions that are kept tell."""
        parent = self.archive.current
        if parent is None or not self.archive.is_kept(parent):
            return None
        before = self.archive.folder(parent)
        if self._before is not None:
            graphs = {each.graph_name.value for each in self._changed if isinstance(each.graph_name, NamedNode)}
        else:
            graphs = set(changed_graphs(before / DATA, self.archive.draft / DATA))
        with (before / DERIVED).open("rb") as lines:
            return last_changes(self.publication, lines, graphs, self.time)

    def complete(self, folder: Path, version: Version, report: Report | None = None) -> None:
        """Write to *folder* what servers of *version* would compute, and the *report* that the next check begins with.

        Where it is to have files to be downloaded, that is noted there too.
        """
        if self._before is None or not self._carried_over(self._before, folder, version):
            index = build_index(self.publication, version, self.questions)
            prepare(index, self._tallies, folder / PREPARED)
        if self.dumped:
            owe(self.archive, folder)
        if report is not None:
            keep(report, folder)

    def _carried_over(self, before: Path, folder: Path, version: Version) -> bool:
        """Take lists and search over from the version in *before*, if nothing changed that they are made of."""
        layout = {self.publication.graph(name) for name in ("ontology", "shapes")}
        if any(quad.graph_name in layout for quad in self._changed):
            return False
        predicates = {quad.predicate.value for quad in self._changed} | derived_predicates(before, folder)
        if predicates & depends_on(self.publication):
            return False
        index = prepared_index(self.publication, version, self.questions, before / PREPARED)
        return index is not None and carry_over(
            refresh_index(index), self._tallies, before / PREPARED, folder / PREPARED
        )


def go_back(settings: Settings, name: str | None) -> Published:
    """Make the version called *name* the current one again, without one the version before.

    What differs by that from the version before has changed now, as the catalogue says. Beyond those that are kept, the
    oldest versions go.
    Raises StateError where there is none, NotFound for a name of none, VersionGone for one that is no longer kept.
    """
    archive = archive_of(settings)
    with archive.writing():
        current = archive.needed_current()
        target = archive.find(name) if name else archive.before(current)
        folder = archive.folder(target)
        if folder == archive.folder(current):
            raise SettingsError("The version {version} is the current one already.", version=target.short_id)
        publication = read_publication(archive.parts(target), archive.manifest(target).base_iri)
        before, now = archive.folder(current) / DERIVED, moment_after(current)

        def derive(computed: Sequence[Quad], changed: Iterable[str]) -> list[Quad]:
            with before.open("rb") as lines:
                return redated(publication, computed, last_changes(publication, lines, changed, now))

        def complete(folder: Path, version: Version, manifest: Manifest) -> None:
            if depends_on(publication) & derived_predicates(archive.folder(target), folder):
                shutil.rmtree(folder / PREPARED, ignore_errors=True)
            _deliver(settings, version, manifest, size_of(folder), lambda _: None)

        entry = roll_back(archive, target, derive, time=now, agent=settings.agent, complete=complete)
        return Published(entry, True, retired=tuple(archive.retain(settings.versions_kept)))


def moment_after(current: Entry | None) -> datetime:
    """The moment to the second; never before the *current* version became that."""
    now = datetime.now(UTC).replace(microsecond=0)
    return max(now, current.since) if current else now


def _deliver(
    settings: Settings, version: Version, manifest: Manifest, size_bytes: int, told: Callable[[str], Progress | None]
) -> None:
    """Let the engine of *settings* hold *version*, if there is one.

    What ends this leaves the engine marked as being loaded, and the version before the current one of the archive; the
    same publishing, begun again, ends it.
    """
    if settings.store_address is not None:
        with Engine(settings) as engine:
            deliver_version(engine, version, manifest.base_iri, size_bytes, told("Writing to the engine"))


def _counted(quads: Iterable[Quad], progress: Progress) -> Iterator[Quad]:
    for number, quad in enumerate(quads, 1):
        if not number % 10_000:
            progress(number)
        yield quad
