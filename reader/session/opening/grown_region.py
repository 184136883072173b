"""What was read of a volume since the screen last looked, as one box."""

from __future__ import annotations

import threading
from collections.abc import Callable

from reader.core.geometry import IndexBox
from reader.imaging.components import union_box


class GrownRegion:
    """Joins regions that come in faster than they are shown.

    A reader of many files finishes slices in bursts, and each would have every viewport drawn
    again. `on_main` runs a callable on the main thread, where `tell` gets the joined box.
    """

    def __init__(
        self, on_main: Callable[[Callable[[], None]], None], tell: Callable[[IndexBox], None]
    ) -> None:
        self._on_main = on_main
        self._tell = tell
        self._lock = threading.Lock()
        self._box: IndexBox | None = None

    def add(self, region: IndexBox) -> None:
        """Note that these voxels have their final values. Any thread."""
        with self._lock:
            is_told_soon = self._box is not None
            self._box = region if self._box is None else union_box(self._box, region)
        if not is_told_soon:
            self._on_main(self._take)

    def _take(self) -> None:
        with self._lock:
            box, self._box = self._box, None
        if box is not None:
            self._tell(box)
