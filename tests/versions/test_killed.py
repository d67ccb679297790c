"""Whatever ends a publish or a rollback, whenever: the last version is whole and no reader notices."""

import pytest

from tests.versions.killing import Kind, kill_again_and_again


@pytest.mark.slow
def test_fifty_kills_break_nothing(tmp_path):
    figures = kill_again_and_again(tmp_path, 50)
    assert figures.kills == 50
    assert figures.left_over > 5
    assert set(figures.killed) == set(figures.ended) == set(Kind)
    assert len(figures.reads.answers) > 1
