"""Heavy work beside what is served is done by a thread of low priority, and leaves that of the process as it was."""

import os
import sys
import threading

import pytest

from sotegraph.web.gentleness import gently

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a thread has a priority of its own on Linux only")


def _priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_work_is_done_at_a_lower_priority_and_the_process_keeps_its_own():
    before = _priority()
    assert gently(_priority, 3) == min(19, before + 3)
    assert _priority() == before
    assert gently(threading.active_count, 3) == threading.active_count() + 1


def test_without_niceness_work_is_done_as_ever():
    assert gently(threading.current_thread, 0) is threading.current_thread()


def test_what_work_raises_is_raised():
    with pytest.raises(KeyError, match="lost"):
        gently(lambda: {}["lost"], 1)
