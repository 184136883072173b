"""The magnifier: whether it is up, and how much it enlarges."""

from __future__ import annotations

from typing import Final

from psygnal import Signal

MAGNIFICATIONS: Final = (2.0, 3.0, 4.0)


class LensState:
    """One for the window; every pane with the pointer over it shows it. GUI thread."""

    changed = Signal()

    def __init__(self) -> None:
        self.is_up = False
        self.magnification = MAGNIFICATIONS[1]
        self.pointed_at: str | None = None
        """The pane that the pointer is over."""

    def lift(self) -> None:
        """Hold the lens over the image."""
        self._set(True)

    def lower(self) -> None:
        """Take it away."""
        self._set(False)

    def next_magnification(self) -> None:
        """Enlarge more; after the strongest the weakest again."""
        place = MAGNIFICATIONS.index(self.magnification) + 1
        self.magnification = MAGNIFICATIONS[place % len(MAGNIFICATIONS)]
        self.changed.emit()

    def _set(self, is_up: bool) -> None:
        if is_up is not self.is_up:
            self.is_up = is_up
            self.changed.emit()
