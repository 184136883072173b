"""Where the reader is looking, told to a run while it is under way."""

from __future__ import annotations

import threading


class Focus:
    """The place to compute next; moved by one thread, read by another. Thread-safe.

    It changes the order of work only, never a result.
    """

    def __init__(self, place_lps_mm: tuple[float, float, float] | None = None) -> None:
        self._lock = threading.Lock()
        self._place = place_lps_mm

    @property
    def place_lps_mm(self) -> tuple[float, float, float] | None:
        """The place last looked at, LPS mm; None while nobody has said."""
        with self._lock:
            return self._place

    def move(self, place_lps_mm: tuple[float, float, float] | None) -> None:
        """Say where the reader looks now."""
        with self._lock:
            self._place = place_lps_mm
