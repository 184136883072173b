"""The rows of a picture filled by several threads at once, without waiting for a slow one."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import count
from typing import Any, Final

from numpy.typing import NDArray

Fill = Callable[[int, NDArray[Any]], None]
"""Fills rows of a picture; told the number of the first. Must leave the interpreter's lock."""

_MOST_THREADS: Final = 4
_WORTH_IT: Final = 60_000
"""Below so many samples, waking another thread takes longer than it saves."""
_BLOCKS_PER_THREAD: Final = 4


@cache
def _thread_count() -> int:
    return min(_MOST_THREADS, os.cpu_count() or 1)


@cache
def _helpers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, _thread_count() - 1), thread_name_prefix="rows")


def in_row_blocks(fill: Fill, out: NDArray[Any], samples_per_pixel: int) -> None:
    """Fill all rows of `out`.

    The caller works too, and takes block after block until none is left: where the helpers
    get no turn, as beside a running model, it does everything by itself and waits for no
    more than the block that a helper has begun.
    """
    rows = len(out)
    threads = _thread_count()
    if threads < 2 or out.size * samples_per_pixel < _WORTH_IT:
        fill(0, out)
        return
    size = max(1, -(-rows // (threads * _BLOCKS_PER_THREAD)))
    starts = count(0, size)

    def work() -> None:
        while (first := next(starts)) < rows:
            fill(first, out[first : first + size])

    helping = [_helpers().submit(work) for _ in range(threads - 1)]
    work()
    for helper in helping:
        if not helper.cancel():
            helper.result()
