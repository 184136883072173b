"""The stages of a run: cancelled between them, told to the reader, timed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.geometry import IndexBox
from reader.core.text import Text, say

STEPS_AFTER: Final = 2
"""Progress steps after the last window, so that the end is reached only with the result."""


@dataclass(slots=True)
class Stages:
    """One run's clock and progress. Progress never goes back."""

    report: ReportProgress
    cancel: CancelToken
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)
    _done: int = 0
    _total: int = 0

    @contextmanager
    def stage(self, name: str, text: Text) -> Iterator[None]:
        """Check for cancelling, report the stage, time it; times of one name add up."""
        self.cancel.check()
        self.report(Progress(self._done, self._total, text))
        started = time.perf_counter()
        yield
        spent = time.perf_counter() - started
        self.seconds[name] = round(self.seconds.get(name, 0.0) + spent, 3)

    def window(
        self,
        done: int,
        total: int,
        region_kji: IndexBox | None = None,
        labels: NDArray[np.uint16] | None = None,
    ) -> None:
        """A window is done: the source voxels that it is about, and what is seen there."""
        # A run that has to begin anew with less memory does not take its progress back.
        self._total = max(self._total, total + STEPS_AFTER)
        self._done = max(self._done, done)
        if region_kji is not None and any(low >= high for low, high in region_kji):
            region_kji = labels = None
        self.report(Progress(self._done, self._total, say("Running the model"), region_kji, labels))

    def finishing(self) -> None:
        """One of the steps after the last window is done."""
        self._done = min(self._done + 1, max(self._total - 1, 0))
