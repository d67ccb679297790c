"""The files of a version: each says all that its dataset says, equal statements are equal bytes, checksums verify."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from sotegraph import dumping, publishing
from sotegraph.dumping import dump_index, dump_published, make_files, owe, provide
from sotegraph.dumps import SUMS, read_record
from sotegraph.errors import PublicationError, StateError, VersionGone
from sotegraph.loading import load_folder, load_published
from sotegraph.search import list_csv
from sotegraph.settings import Settings
from sotegraph.store import canonical_lines
from sotegraph.versions import Archive, verify
from sotegraph.versions.files import DATA, DEFAULT, DUMPS, OWED, PARTS
from tests.dumps.conftest import files_of
from tests.versions.conftest import Editions

SYNTAXES = {"trig": RdfFormat.TRIG, "jsonld": RdfFormat.JSON_LD, "nq": RdfFormat.N_QUADS}


@pytest.fixture
def archive(dumped: Editions, tmp_path: Path) -> Archive:
    """The same versions once more, with which a test may do what it likes."""
    shutil.copytree(dumped.archive.root, tmp_path / "state")
    return Archive(tmp_path / "state")


def unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def nothing_unfinished(editions: Editions) -> bool:
    """Whether nothing that was begun is left; a store may go on removing its own files for a moment after its end."""
    editions.archive.tidy()
    return not list(editions.archive.building.iterdir())


def test_the_hash_of_the_statements_as_downloaded_is_the_id_of_the_version(dumped: Editions, files: Path) -> None:
    assert hashlib.sha256(unpacked(files / "all.nq.gz")).hexdigest() == dumped.archive.needed_current().version


@pytest.mark.parametrize("suffix", SYNTAXES)
@pytest.mark.parametrize("name", ["all", "catalogue"])
def test_each_form_with_graphs_says_the_same(files: Path, name: str, suffix: str) -> None:
    expected = [line.encode() for line in unpacked(files / f"{name}.nq.gz").decode().splitlines(keepends=True)]
    assert len(expected) > 1_000
    assert canonical_lines(parse(unpacked(files / f"{name}.{suffix}.gz"), SYNTAXES[suffix])) == expected


def test_turtle_of_the_whole_has_each_triple_once(files: Path) -> None:
    triples = [quad.triple for quad in parse(unpacked(files / "all.ttl.gz"), RdfFormat.TURTLE)]
    assert len(triples) == len(set(triples))
    assert set(triples) == {quad.triple for quad in parse(unpacked(files / "all.nq.gz"), RdfFormat.N_QUADS)}


def test_the_graphs_together_are_the_whole(files: Path) -> None:
    parts = [path for path in files.glob("*.nq.gz") if path.name != "all.nq.gz"]
    assert sorted(b"".join(map(unpacked, parts)).splitlines()) == unpacked(files / "all.nq.gz").splitlines()


def test_a_table_has_the_rows_that_the_list_has_as_csv(files: Path, dumped: Editions) -> None:
    index = load_folder(dumped.folder, Settings())
    with zipfile.ZipFile(files / "all.csv.zip") as tables:
        for language in index.publication.languages:
            for segment in ("book", "branch", "holding", "concept/genre"):
                collection = index.publication.collection(segment)
                assert collection is not None
                listed = list_csv(index, collection, index.members[segment], language)
                assert tables.read(f"{language}/{segment}.csv") == listed


def test_the_tables_of_a_graph_have_what_it_says_what_it_is(files: Path) -> None:
    with zipfile.ZipFile(files / "branches.csv.zip") as tables:
        assert tables.namelist() == ["en/branch.csv", "fi/branch.csv"]
        rows = list(csv.DictReader(io.TextIOWrapper(tables.open("fi/branch.csv"), "utf-8")))
    assert rows[0]["branchLabel"] == "Pääkirjasto"


def test_checksums_are_verified_by_the_usual_command(files: Path) -> None:
    done = subprocess.run(["sha256sum", "--check", "--strict", SUMS], cwd=files, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(read_record(files)) > 30


def test_equal_statements_are_equal_bytes_published_or_not(dumped: Editions, files: Path, tmp_path: Path) -> None:
    dump_index(tmp_path / "made", load_folder(dumped.folder, Settings()))
    for path in (tmp_path / "made").iterdir():
        assert path.read_bytes() == (files / path.name).read_bytes(), path.name


def test_a_graph_that_did_not_change_shares_its_files_with_the_version_before(dumped: Editions) -> None:
    before, after = (files_of(dumped, entry) for entry in dumped.archive.entries()[1:])
    assert (before / "branches.ttl.gz").samefile(after / "branches.ttl.gz")
    assert not (before / "catalogue.ttl.gz").samefile(after / "catalogue.ttl.gz")


def test_a_damaged_file_is_found(dumped: Editions) -> None:
    entry = dumped.archive.needed_current()
    verify(dumped.archive, entry)
    file = files_of(dumped, entry) / "all.ttl.gz"
    content = file.read_bytes()
    file.write_bytes(content[:-1])
    with pytest.raises(StateError, match=r"all\.ttl\.gz"):
        verify(dumped.archive, entry)
    file.write_bytes(content)


def test_files_go_with_their_version_and_what_is_not_finished_is_removed(dumped: Editions) -> None:
    assert not dumped.archive.is_kept(dumped.archive.entries()[0])
    assert nothing_unfinished(dumped)


@pytest.mark.slow
def test_many_statements_are_seen_to_by_a_process_of_their_own(
    dumped: Editions, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumping, "_MANY_BYTES", 0)
    editions = Editions(dumped.folder, Settings(state=tmp_path / "state"))
    entry = editions.publish(dumped=True).entry
    assert entry is not None
    for path in files_of(editions, entry).iterdir():
        assert path.read_bytes() == (files / path.name).read_bytes(), path.name
    assert nothing_unfinished(editions)


@pytest.mark.slow
def test_a_process_that_fails_leaves_a_whole_version_which_gets_its_files_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editions = Editions.at(tmp_path)
    with monkeypatch.context() as failing:
        failing.setattr(dumping, "_MANY_BYTES", 0)
        failing.setattr(dumping, "_COMMAND", (sys.executable, "-c", "import sys; sys.exit(3)"))
        with pytest.raises(StateError, match="ended with 3"):
            editions.publish(dumped=True)
    first = editions.archive.needed_current()
    verify(editions.archive, first)
    assert not files_of(editions, first).exists()
    assert nothing_unfinished(editions)
    assert not editions.publish(dumped=True).is_new
    assert SUMS in {each.name for each in files_of(editions, first).iterdir()}


def test_a_version_that_was_left_without_files_gets_them_with_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files of graphs that did not change are those of the version before that had some."""
    editions = Editions.at(tmp_path)
    first = editions.publish(dumped=True).entry
    editions.retitle(1)
    with monkeypatch.context() as interrupted:
        interrupted.setattr(publishing, "provide", lambda *_: None)
        second = editions.publish(dumped=True).entry
    editions.retitle(2)
    third = editions.publish(dumped=True).entry
    names = [{each.name for each in files_of(editions, entry).iterdir()} for entry in (first, second, third)]
    assert names[0] == names[1] == names[2]
    for entry in (second, third):
        verify(editions.archive, entry)
        same = files_of(editions, entry) / "branches.ttl.gz"
        assert same.samefile(files_of(editions, first) / same.name)
        assert not (files_of(editions, entry).parent / OWED).exists()
    assert nothing_unfinished(editions)


@pytest.mark.parametrize("is_removed", [True, False])
def test_files_that_come_while_others_take_over_what_they_are_made_from_are_taken_over(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_removed: bool
) -> None:
    home = archive.folder(archive.needed_current())
    made = (home / DUMPS).rename(home / "made")
    names = {each.name for each in made.iterdir()}
    shutil.copytree(made, home / OWED)
    (home / OWED / SUMS).unlink()
    hardlink = Path.hardlink_to

    def link(path: Path, target: Path) -> None:
        if made.is_dir():
            made.rename(home / DUMPS)
            if is_removed:
                shutil.rmtree(home / OWED)
        hardlink(path, target)

    monkeypatch.setattr(Path, "hardlink_to", link)
    (tmp_path / "new").mkdir()
    owe(archive, tmp_path / "new")
    assert {each.name for each in (tmp_path / "new" / OWED).iterdir()} == names


def test_files_are_made_when_the_version_is_the_current_one_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editions, seen = Editions.at(tmp_path), []

    def look(place: Path, folder: Path) -> None:
        with editions.archive.writing():  # Whoever wants to publish need not wait for them, and leaves them alone.
            seen.append(editions.archive.needed_current().folder)
        make_files(place, folder)

    monkeypatch.setattr(dumping, "make_files", look)
    entry = editions.publish(dumped=True).entry
    assert seen == [entry.folder]
    assert (files_of(editions, entry) / SUMS).is_file()


@pytest.mark.parametrize("is_begun", [True, False])
def test_a_version_that_goes_before_its_files_are_made_needs_none(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, is_begun: bool
) -> None:
    """It goes while they are made, or is gone when they are to be put in their place."""
    own = archive.folder(archive.needed_current())
    (own / DUMPS).rename(own / OWED)

    def lose(place: Path, folder: Path) -> None:
        if is_begun:
            shutil.rmtree(folder / PARTS)
        try:
            make_files(place, folder)
        finally:
            shutil.rmtree(folder)

    monkeypatch.setattr(dumping, "make_files", lose)
    provide(archive, archive.needed_current())
    assert not own.exists()
    assert not list(archive.building.iterdir())


def test_a_version_that_goes_while_it_is_looked_for_needs_no_files(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Archive, "is_kept", lambda *_: True)
    gone = archive.entries()[0]
    with pytest.raises(VersionGone):
        archive.folder(gone)
    provide(archive, gone)


def no_parts(folder: Path) -> None:
    shutil.rmtree(folder / PARTS)


def no_syntax(folder: Path) -> None:
    (folder / DEFAULT).write_bytes(b"<https://library.example/id/book/1> <")


def no_characters(folder: Path) -> None:
    statements = folder / DATA
    statements.write_bytes(statements.read_bytes().replace("ä".encode(), b"\xe4"))


@pytest.mark.parametrize("damage", [no_parts, no_syntax, no_characters])
def test_an_earlier_version_whose_files_cannot_be_made_keeps_no_other_from_its_own(
    archive: Archive, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], None]
) -> None:
    gone, *kept = archive.entries()
    sound, damaged = (archive.folder(each) for each in kept)
    for folder in (sound, damaged):
        (folder / DUMPS).rename(folder / OWED)
    damage(damaged)
    provide(archive, gone)
    assert [((each / DUMPS).is_dir(), (each / OWED).is_dir()) for each in (sound, damaged)] == [
        (True, False),
        (False, True),
    ]
    assert damaged.name in caplog.text
    with pytest.raises(PublicationError):
        provide(archive, kept[1])


def test_a_server_takes_what_publishing_made(dumped: Editions, files: Path, tmp_path: Path) -> None:
    entry = dumped.archive.needed_current()
    index = load_published(dumped.archive, entry, dumped.settings)
    dump_published(tmp_path / "made", index, dumped.archive, dumped.archive.folder(entry))
    assert {each.name for each in (tmp_path / "made").iterdir()} == {each.name for each in files.iterdir()}
