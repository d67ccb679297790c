"""From a publication folder, or an engine, to an index that can be asked: read, load, index, in memory or on disk."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad

from sotegraph.catalog import compute
from sotegraph.entities import Index, build_index
from sotegraph.errors import EngineUnfit, SettingsError
from sotegraph.prepared import PREPARED, prepared_index, prepared_search
from sotegraph.publication import Publication, read_publication
from sotegraph.questions import read_questions
from sotegraph.remote import Engine, Marker, fetch_version, write_version
from sotegraph.search import Search, build_search
from sotegraph.settings import Settings
from sotegraph.store import Version, build_version, temporary_folder
from sotegraph.versions import Archive, Entry, open_version, size_of


def load_folder(folder: Path, settings: Settings | None = None, progress: Callable[[int], None] | None = None) -> Index:
    """Return the index of the publication in *folder*, loaded as one version.

    A publication whose files are larger than ``memory_limit_file_bytes`` goes to a store on disk in the machine's
    temporary folder. Raises PublicationError when a file is missing or malformed. *progress* is told the number of
    quads read so far.
    """
    settings = settings or Settings.from_environment()
    publication = read_publication(folder, settings.base_iri)
    quads = itertools.chain.from_iterable(publication.read(file) for file in publication.files)
    questions = read_questions(publication)

    def computed(version: Version) -> Iterator[Quad]:
        return compute(version, publication, questions, settings)

    on_disk = temporary_folder() if _size(publication) > settings.memory_limit_file_bytes else None
    try:
        version = build_version(quads, compute=computed, on_disk=on_disk, progress=progress)
        return build_index(publication, version, questions)
    except BaseException:
        if on_disk is not None:
            shutil.rmtree(on_disk.parent, ignore_errors=True)
        raise


@dataclass(frozen=True)
class Serving:
    """What is served: an index, and the marker of the engine that answers its queries, if one does."""

    index: Index
    marker: Marker | None = None


def load_for_serving(folder: Path, settings: Settings, progress: Callable[[int], None] | None = None) -> Serving:
    """Return what is served of the publication in *folder*: its own data, or with an engine, what that holds.

    With an engine, only ``ontology/`` and ``shapes/`` of the folder are read. Raises PublicationError when a file is
    missing or malformed, or the engine cannot be used.
    """
    if settings.store_address is None:
        return Serving(load_folder(folder, settings, progress))
    publication = read_publication(folder, settings.base_iri)
    version, marker = fetch_version(settings, publication.base_iri, progress)
    return Serving(build_index(publication, version, read_questions(publication)), marker)


def load_published(archive: Archive, entry: Entry, settings: Settings, *, in_memory: bool = True) -> Index:
    """Return the index of the version of *entry*: *in_memory* unless it is too large for that, else on disk.

    Raises VersionGone when it is no longer kept, SettingsError when it was published below another base than the
    settings say.
    """
    manifest = archive.manifest(entry)
    if settings.base_iri and settings.base_iri.rstrip("/") != manifest.base_iri:
        raise SettingsError(
            "The version {version} was published with the base {base}. Publish it anew with --base-iri.",
            version=entry.short_id,
            base=manifest.base_iri,
        )
    publication = read_publication(archive.parts(entry), manifest.base_iri)
    questions = read_questions(publication)
    folder = archive.folder(entry)
    version = open_version(
        folder, manifest, in_memory=in_memory and size_of(folder) <= settings.memory_limit_file_bytes
    )
    found = prepared_index(publication, version, questions, folder / PREPARED)
    return found or build_index(publication, version, questions)


def load_search(archive: Archive, entry: Entry, index: Index, place: Path) -> Search:
    """Return the search of the version of *entry*, whose *index* was loaded; it may use the folder *place*."""
    folder = archive.folder(entry) / PREPARED
    return prepared_search(index, folder, place) or build_search(index, place)


def marker_of(entry: Entry, settings: Settings) -> Marker | None:
    """Return the marker of the engine, which holds the version of *entry*; None where the settings name no engine.

    Raises EngineAway, and EngineUnfit when it holds another version.
    """
    if settings.store_address is None:
        return None
    with Engine(settings) as engine:
        marker = engine.marker()
    if marker is None or marker.id != entry.version:
        raise EngineUnfit(
            "The engine holds another version than the state folder, whose current one is {version}. Publish it once "
            "more, with both set: sotegraph publish.",
            version=entry.short_id,
        )
    return marker


def load_engine(folder: Path, settings: Settings, told: Callable[[str], Callable[[int], None]]) -> Marker:
    """Write the publication in *folder* into the engine of *settings*; return what the engine is marked with.

    *told* is given the name of each part of the work, and returns what is told of its progress. Raises PublicationError
    when a file is missing or malformed, EngineAway or EngineUnfit when it could not be written.
    """
    with Engine(settings) as engine:
        engine.marker()  # An engine that is away is told of before the work, not after it.
        index = load_folder(folder, settings, told("Loading"))
        version, publication = index.version, index.publication
        try:
            return write_version(engine, version, publication.base_iri, _size(publication), told("Writing"))
        finally:
            if version.folder is not None:
                shutil.rmtree(version.folder.parent, ignore_errors=True)


def _size(publication: Publication) -> int:
    return sum(file.path.stat().st_size for file in publication.files)
