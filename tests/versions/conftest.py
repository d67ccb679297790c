"""A state folder with a history of the small publication: published, changed, changed again, and gone back."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from sotegraph.publishing import Published, go_back, publish
from sotegraph.settings import Settings
from sotegraph.versions import Archive, Entry
from tests.conftest import LIBRARY

BOOK = "https://library.example/id/book/1"
BOOKS = "data/catalogue/books.ttl"
TITLES = ("The Lighthouse Keeper's Almanac", "The Lighthouse Almanac", "An Almanac of Lighthouses")


@dataclass(frozen=True)
class Editions:
    """A copy of the small publication, and the state folder that it is published to."""

    folder: Path
    settings: Settings

    @classmethod
    def at(cls, place: Path, **settings: object) -> Editions:
        shutil.copytree(LIBRARY, place / "library")
        return cls(place / "library", Settings(state=place / "state", **settings))

    @property
    def archive(self) -> Archive:
        assert self.settings.state is not None
        return Archive(self.settings.state)

    def replace(self, old: str, new: str, file: str = BOOKS) -> None:
        path = self.folder / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def retitle(self, number: int) -> None:
        self.replace(TITLES[number - 1], TITLES[number])

    def publish(self, *, checked: bool = False, dumped: bool = False) -> Published:
        return publish(self.folder, self.settings, checked=checked, dumped=dumped)

    def entry(self) -> Entry:
        entry = self.publish().entry
        assert entry is not None
        return entry

    def back(self, name: str | None = None) -> Entry:
        entry = go_back(self.settings, name).entry
        assert entry is not None
        return entry


@pytest.fixture
def editions(tmp_path: Path) -> Editions:
    """A state folder of one's own, with nothing in it yet."""
    return Editions.at(tmp_path)


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Editions:
    """Three versions, by which the title of one book changed twice; nobody changes anything more."""
    editions = Editions.at(tmp_path_factory.mktemp("history"), agent="https://library.example/id/branch/main")
    editions.publish()
    editions.retitle(1)
    editions.publish()
    editions.retitle(2)
    editions.publish()
    return editions
