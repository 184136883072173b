"""A main thread without a window: runs what workers deliver, in order."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable


class PumpedLoop:
    """Collects deliveries; `run_until` runs them on the calling thread."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def deliver(self, act: Callable[[], None]) -> None:
        """Queue `act` from any thread."""
        self._waiting.put(act)

    def run_until(self, done: Callable[[], bool], timeout_s: float) -> bool:
        """Run deliveries until `done()`; False if `timeout_s` passed first."""
        deadline = time.monotonic() + timeout_s
        while not done():
            try:
                act = self._waiting.get(timeout=max(0.0, min(0.05, deadline - time.monotonic())))
            except queue.Empty:
                if time.monotonic() >= deadline:
                    return done()
            else:
                act()
        return True
