"""Runs pydicom without its warnings, which speak of things intake tells in its own words."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_ONE_AT_A_TIME: Final = threading.RLock()
"""Warning filters belong to the process: two threads that save and restore them in turn
would leave the wrong ones. Nothing is lost by waiting, as pydicom holds the GIL anyway."""


@contextmanager
def quiet_pydicom() -> Iterator[None]:
    """Ignore warnings while the block runs."""
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
