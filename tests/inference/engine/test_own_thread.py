"""The thread of a run: its result, its errors, and a priority that is its alone."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from reader.inference.engine.own_thread import LOW_PRIORITY, run_in_own_thread


def test_the_result_comes_from_another_thread():
    here = threading.get_ident()
    assert run_in_own_thread(threading.get_ident, low_priority=False) != here


def test_errors_arrive_where_the_work_was_asked_for():
    def fail() -> None:
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        run_in_own_thread(fail, low_priority=True)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a priority per thread")
def test_only_the_own_thread_is_slowed():
    def priority() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = priority()
    assert run_in_own_thread(priority, low_priority=True) == LOW_PRIORITY
    assert run_in_own_thread(priority, low_priority=False) == before
    assert priority() == before
