"""A state folder with versions of the small publication and their files, by which one book changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sotegraph.versions import Entry
from sotegraph.versions.files import DUMPS
from tests.versions.conftest import Editions


@pytest.fixture(scope="session")
def dumped(tmp_path_factory: pytest.TempPathFactory) -> Editions:
    """Three versions, of which the first one is no longer kept; nobody changes anything more."""
    editions = Editions.at(tmp_path_factory.mktemp("dumped"), versions_kept=2)
    editions.publish(dumped=True)
    for number in (1, 2):
        editions.retitle(number)
        editions.publish(dumped=True)
    return editions


@pytest.fixture(scope="session")
def files(dumped: Editions) -> Path:
    """The folder of the files of the current version."""
    return files_of(dumped, dumped.archive.needed_current())


def files_of(editions: Editions, entry: Entry) -> Path:
    return editions.archive.folder(entry) / DUMPS
