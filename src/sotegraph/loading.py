"""From a publication folder to an index that can be asked: read, load, index, in memory or on disk."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from pyoxigraph import Quad

from sotegraph.catalog import compute
from sotegraph.entities import Index, build_index
from sotegraph.publication import Publication, read_publication
from sotegraph.questions import read_questions
from sotegraph.settings import Settings
from sotegraph.store import Version, build_version, temporary_folder


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


def _size(publication: Publication) -> int:
    return sum(file.path.stat().st_size for file in publication.files)
