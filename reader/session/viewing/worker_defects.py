"""Defects met on a worker, raised where those of the main thread are."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

from reader.session.jobs import Deliver


def raised_on_main(deliver: Deliver) -> Callable[[Future[None]], None]:
    """What to call when a worker is done: it raises whatever went wrong on the main thread."""

    def worked(done: Future[None]) -> None:
        error = None if done.cancelled() else done.exception()
        if error is not None:
            deliver(partial(_raise, error))

    return worked


def _raise(error: BaseException) -> None:
    raise error
