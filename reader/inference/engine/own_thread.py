"""A thread for a model run alone, at a priority that leaves the screen responsive."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

T = TypeVar("T")

LOW_PRIORITY: Final = 19
"""Nice value beside a user interface: un-niced work doubled its slowest frames."""


def run_in_own_thread(work: Callable[[], T], *, low_priority: bool) -> T:
    """Run `work` in a fresh thread and wait for it.

    The thread's priority cannot be raised again without privileges, so it must not be one
    that others use afterwards; PyTorch's helper threads inherit it. Only Linux has a
    priority per thread.
    """
    future: Future[T] = Future()

    def body() -> None:
        if low_priority and sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOW_PRIORITY)
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - handed to the waiting thread
            future.set_exception(error)

    thread = threading.Thread(target=body, name="model", daemon=True)
    thread.start()
    thread.join()
    return future.result()
