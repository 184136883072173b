"""Through which window each series is seen, and whether black is white."""

from __future__ import annotations

from collections.abc import Callable

from reader.core.intensity import WindowLevel
from reader.session.events import SessionEvents


class Looks:
    """Windows and inversion, kept per series; scrolling and results never touch them.

    `look_of` names what a window belongs to: phases of one acquisition share one.
    """

    def __init__(self, events: SessionEvents, look_of: Callable[[str], str]) -> None:
        self._events = events
        self._look_of = look_of
        self._windows: dict[str, WindowLevel] = {}
        self._inverted: set[str] = set()
        self.shows_graphics = True

    def window_of(self, series_key: str) -> WindowLevel | None:
        """The window of a series; None before one was chosen for it."""
        return self._windows.get(self._look_of(series_key))

    def set_window(self, series_key: str, window: WindowLevel) -> None:
        """Show a series through another window, everywhere."""
        look = self._look_of(series_key)
        if self._windows.get(look) != window:
            self._windows[look] = window
            self._events.viewports_changed.emit()

    def is_inverted(self, series_key: str) -> bool:
        """Whether black and white are swapped against how the series is first shown."""
        return self._look_of(series_key) in self._inverted

    def toggle_inverted(self, series_key: str) -> None:
        """Swap black and white."""
        self._inverted ^= {self._look_of(series_key)}
        self._events.viewports_changed.emit()

    def toggle_graphics(self) -> None:
        """Show or hide the marks that scanners drew over their images."""
        self.shows_graphics = not self.shows_graphics
        self._events.viewports_changed.emit()

    def clear(self) -> None:
        """Forget every window."""
        self._windows.clear()
        self._inverted.clear()
