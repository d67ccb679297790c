"""Whatever ends a publish, whenever: the last version is whole, the next start is clean, no reader notices."""

import pytest

from tests.versions.killing import kill_again_and_again


@pytest.mark.slow
def test_fifty_kills_break_nothing(tmp_path):
    figures = kill_again_and_again(tmp_path, 50)
    assert figures.kills == 50
    assert figures.left_over > 5
    assert figures.published > 1
    assert len(figures.reads.answers) > 1
