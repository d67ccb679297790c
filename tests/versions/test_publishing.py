"""Publishing writes the next version beside the current one, and makes it the current one when it is whole."""

import hashlib

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from sotegraph import publishing
from sotegraph.errors import NotFound, SettingsError, StateBusy, StateError, UnsoundPublication, VersionGone
from sotegraph.loading import load_folder
from sotegraph.publishing import archive_of, go_back, publish
from sotegraph.settings import Settings
from sotegraph.versions import Action, changes_between, open_version, verify
from sotegraph.versions.files import DUMPS, OWED
from tests.conftest import LIBRARY
from tests.versions.conftest import BOOK, TITLES, Editions


def titles(archive, entry):
    version = open_version(archive.folder(entry), archive.manifest(entry), in_memory=True)
    found = version.store.query(f'SELECT ?t {{ <{BOOK}> <http://purl.org/dc/terms/title> ?t FILTER(LANG(?t) = "en") }}')
    return [each["t"].value for each in found]


def test_the_id_of_a_version_is_the_checksum_of_its_statements(history, version):
    first = history.archive.entries()[0]
    data = history.archive.folder(first) / "data.nq"
    assert hashlib.sha256(data.read_bytes()).hexdigest() == first.version == version.id


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_version_is_what_its_folder_said(history, in_memory):
    archive, entry = history.archive, history.archive.current
    loaded = load_folder(history.folder, history.settings).version
    version = open_version(archive.folder(entry), archive.manifest(entry), in_memory=in_memory)
    assert (version.id, version.triples, version.graphs) == (loaded.id, loaded.triples, loaded.graphs)
    assert version.computed == loaded.computed
    assert len(version.store) == len(loaded.store)
    assert {str(each) for each in version.outgoing(NamedNode(BOOK))} == {
        str(each) for each in loaded.outgoing(NamedNode(BOOK))
    }


def test_the_history_tells_who_published_what_and_when(history):
    first, second, third = history.archive.entries()
    assert [each.number for each in (first, second, third)] == [1, 2, 3]
    assert (second.parent, third.parent) == (first.version, second.version)
    assert (second.added, second.removed) == (1, 1)
    assert second.agent == "https://library.example/id/branch/main"
    assert second.software.startswith("sotegraph ")
    assert len({each.source for each in (first, second, third)}) == 3
    assert first.time <= second.time <= third.time


def test_without_a_change_there_is_no_new_version(editions):
    first = editions.publish()
    again = editions.publish()
    assert (first.is_new, again.is_new) == (True, False)
    assert again.entry == first.entry
    assert len(editions.archive.entries()) == 1


@pytest.mark.slow
def test_another_question_is_a_change_though_every_statement_stayed(editions):
    first = editions.entry()
    editions.replace("ORDER BY", "ORDER  BY", "ontology/questions/list-titles.rq")
    second = editions.entry()
    assert (second.action, second.version) == (Action.REBUILD, first.version)
    assert (second.added, second.removed) == (0, 0)
    assert second.folder != first.folder


@pytest.mark.slow
def test_what_is_not_sound_is_refused_and_the_version_before_stands(editions):
    first = editions.entry()
    editions.replace("dct:title", "dct:titel")
    refused = editions.publish(checked=True)
    assert refused.refused
    assert editions.archive.current == first
    assert not list(editions.archive.building.iterdir())
    assert [each.name for each in editions.archive.versions.iterdir()] == [first.version]


def test_a_file_that_cannot_be_read_leaves_nothing_behind(editions):
    first = editions.entry()
    (editions.folder / "data" / "catalogue" / "broken.ttl").write_text("<a> <b>")
    with pytest.raises(Exception, match=r"broken.ttl:1"):
        editions.publish()
    assert editions.archive.current == first
    assert not list(editions.archive.building.iterdir())


def test_a_folder_that_changes_while_it_is_read_is_not_published(editions):
    def meddle(publication):
        editions.retitle(1)
        return ()

    with pytest.raises(UnsoundPublication, match="while it was read"):
        publish(editions.folder, editions.settings, checked=False, accepted=meddle)
    assert editions.archive.current is None


def test_what_was_accepted_besides_stands_in_its_own_graph(editions):
    node = NamedNode(BOOK)

    def accepted(publication):
        return [Quad(node, NamedNode("http://www.w3.org/2000/01/rdf-schema#comment"), Literal("x"), graph)]

    graph = NamedNode("https://library.example/id/graph/submission-1")
    entry = publish(editions.folder, editions.settings, checked=False, accepted=accepted).entry
    assert editions.archive.manifest(entry).graphs[graph.value] == 1


def test_only_one_publishes_at_a_time(editions):
    with editions.archive.writing(), pytest.raises(StateBusy):
        editions.publish()


def test_what_was_left_unfinished_goes_with_the_next_start(editions):
    first = editions.entry()
    archive = editions.archive
    (archive.building / "version").mkdir()
    (archive.building / "version" / "data.nq").write_text("half")
    (archive.versions / "0000").mkdir()
    for name in (DUMPS, OWED):
        (archive.folder(first) / name).mkdir(exist_ok=True)
    with archive.writing():
        pass
    assert not list(archive.building.iterdir())
    assert not (archive.folder(first) / OWED).exists()
    assert [each.name for each in archive.versions.iterdir()] == [first.folder]


@pytest.mark.slow
def test_going_back_adds_to_the_history(editions):
    first = editions.entry()
    editions.retitle(1)
    second = editions.entry()
    back = editions.back()
    assert (back.action, back.version, back.parent) == (Action.ROLLBACK, first.version, second.version)
    assert titles(editions.archive, editions.archive.current) == [TITLES[0]]
    assert editions.back(second.short_id).version == second.version
    assert [each.version for each in editions.archive.entries()] == [
        first.version,
        second.version,
        first.version,
        second.version,
    ]


@pytest.mark.slow
def test_files_that_could_not_be_made_are_made_by_the_next_publish_also_of_what_was_gone_back_to(editions, monkeypatch):
    with monkeypatch.context() as ended_before:
        ended_before.setattr(publishing, "provide", lambda *_: None)
        first = editions.publish(dumped=True).entry
        editions.retitle(1)
        second = editions.publish(dumped=True).entry
        back = editions.back(first.short_id)
    folders = [editions.archive.folder(each) for each in (first, second, back)]
    assert len(set(folders)) == 3
    assert [((each / DUMPS).is_dir(), (each / OWED).is_dir()) for each in folders] == [(False, True)] * 3
    editions.retitle(2)
    editions.publish(dumped=True)
    assert [((each / DUMPS).is_dir(), (each / OWED).is_dir()) for each in folders] == [(True, False)] * 3
    for each in (first, second, back):
        verify(editions.archive, each)
    sums = [(each / DUMPS / "SHA256SUMS").read_text() for each in folders]
    assert sums[0] == sums[2] != sums[1]


@pytest.mark.slow
def test_publishing_what_was_current_before_is_that_version_again(editions):
    """The catalogue of it is another one, which says that its dataset was changed just now."""
    first = editions.entry()
    editions.retitle(1)
    second = editions.entry()
    editions.replace(TITLES[1], TITLES[0])
    again = editions.entry()
    assert (again.action, again.version) == (Action.PUBLISH, first.version)
    assert {each.version for each in editions.archive.entries()} == {first.version, second.version}


@pytest.mark.slow
def test_old_versions_go_but_for_pinned_ones_and_their_changes_stay(tmp_path):
    editions = Editions.at(tmp_path, versions_kept=1)
    first = editions.entry()
    archive = editions.archive
    with archive.writing():
        archive.pin(first)
    editions.retitle(1)
    second = editions.entry()
    editions.retitle(2)
    done = editions.publish()
    third = done.entry
    assert done.retired == (second.version,)
    assert [archive.is_kept(each) for each in (first, second, third)] == [True, False, True]
    with pytest.raises(VersionGone):
        archive.folder(second)
    assert changes_between(archive, second, third).added[0].object.value == TITLES[2]
    with pytest.raises(VersionGone):
        editions.back(second.short_id)
    went_back = go_back(editions.settings, first.short_id)
    assert went_back.retired == (third.version,)
    assert [archive.is_kept(each) for each in (first, third, went_back.entry)] == [True, False, True]


def test_nothing_can_be_gone_back_to_before_there_is_something(editions):
    with pytest.raises(StateError, match="Nothing has been published"):
        editions.back()
    only = editions.entry()
    with pytest.raises(NotFound):
        editions.back()
    with pytest.raises(SettingsError, match="current one already"):
        editions.back(only.short_id)
    with pytest.raises(NotFound):
        editions.back("ffff")


def test_a_changed_byte_is_found(editions):
    entry = editions.entry()
    verify(editions.archive, entry)
    data = editions.archive.folder(entry) / "data.nq"
    data.write_bytes(data.read_bytes().replace(b"Almanac", b"Almanak", 1))
    with pytest.raises(StateError, match="checksum"):
        verify(editions.archive, entry)


def test_without_a_state_folder_there_is_nowhere_to_publish():
    with pytest.raises(SettingsError, match="--state"):
        archive_of(Settings())
    with pytest.raises(SettingsError):
        publish(LIBRARY, Settings())


def test_a_state_folder_that_is_a_file_is_told(tmp_path):
    (tmp_path / "state").write_text("")
    with pytest.raises(StateError, match="cannot be written"):
        publish(LIBRARY, Settings(state=tmp_path / "state"))
