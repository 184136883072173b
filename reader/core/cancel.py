"""The two things every long job receives: a way to stop and a way to report."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.core.errors import Cancelled
from reader.core.text import Text


class CancelToken:
    """Set by one thread, checked by another. Thread-safe."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the job to stop at its next safe point."""
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether the job was asked to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Return, or end the job.

        Raises: Cancelled: if `cancel` was called.
        """
        if self._event.is_set():
            raise Cancelled


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """How far a job is.

    `done` of `total` steps are finished (`total` 0 = not known yet); `stage` says what
    is being done. `region_kji`, when given, is the box of source voxels that became
    final with this step: ((k0, k1), (j0, j1), (i0, i1)), half open. `labels`, when given,
    is what a model sees there so far: uint16 of the box's shape, to look at only.
    """

    done: int
    total: int
    stage: Text
    region_kji: tuple[tuple[int, int], tuple[int, int], tuple[int, int]] | None = None
    labels: NDArray[np.uint16] | None = None

    @property
    def fraction(self) -> float:
        """Between 0 and 1; 0 while the total is unknown."""
        return min(1.0, self.done / self.total) if self.total else 0.0


ReportProgress = Callable[[Progress], None]


def ignore_progress(_progress: Progress) -> None:
    """A `ReportProgress` for callers that do not care."""
