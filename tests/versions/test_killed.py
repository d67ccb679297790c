"""Whatever ends a publish or a rollback, whenever: the last version is whole and no reader notices."""

import pytest

from tests.versions.killing import Kind, is_told_gone, kill_again_and_again
from tests.versions.test_time import client_of


@pytest.mark.slow
def test_fifty_kills_break_nothing(tmp_path):
    figures = kill_again_and_again(tmp_path, 50)
    assert figures.kills == 50
    assert figures.left_over > 5
    assert set(figures.killed) == set(figures.ended) == set(Kind)
    assert len(figures.reads.answers) > 1


def test_readers_are_rightly_told_that_a_version_is_gone_only_when_it_was_let_go(history):
    archive, client = history.archive, client_of(history)
    gone, kept = archive.entries()[:2]
    folder = archive.folder(gone)
    aside = folder.rename(archive.root / "aside")
    try:
        told, missing = (client.get(f"/dumps/{name}/all.nq.gz") for name in (gone.short_id, "f" * 16))
        assert (told.status_code, missing.status_code) == (410, 404)
        assert is_told_gone(archive, gone.short_id, told.content)
        assert not is_told_gone(archive, gone.short_id, missing.content), "it says something else"
        assert not is_told_gone(archive, kept.short_id, told.content), "that one is kept"
        assert not is_told_gone(archive, "f" * 16, told.content), "that one never was"
    finally:
        aside.rename(folder)
