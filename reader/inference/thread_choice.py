"""How many threads make a window fastest, found out while running.

On busy cores two threads have been more than twice as slow as one, on idle ones nearly
twice as fast, so the number cannot be known beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_NOT_COUNTED: Final = 1
"""Windows that are not timed: the first one also prepares memory and kernels."""

_WORTHWHILE: Final = 0.8
"""More threads are taken only if they need less than this share of the time."""


class ThreadChoice:
    """Tries each number of threads on one window, then stays with the best."""

    def __init__(self, candidates: Sequence[int]) -> None:
        self._candidates = sorted(set(candidates))
        self._seconds: dict[int, float] = {}
        self._windows = 0

    @property
    def threads(self) -> int:
        """The number to run the next window with."""
        if self._windows < _NOT_COUNTED:
            return self._candidates[0]
        for candidate in self._candidates:
            if candidate not in self._seconds:
                return candidate
        best = self._candidates[0]
        for candidate in self._candidates[1:]:
            if self._seconds[candidate] < _WORTHWHILE * self._seconds[best]:
                best = candidate
        return best

    def record(self, seconds: float) -> None:
        """Say how long the window took that ran with `threads`."""
        if self._windows >= _NOT_COUNTED:
            self._seconds.setdefault(self.threads, seconds)
        self._windows += 1
