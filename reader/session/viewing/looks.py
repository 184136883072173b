"""Through which window each series is seen, and whether black is white."""

from __future__ import annotations

from collections.abc import Callable

from reader.core.intensity import WindowLevel
from reader.session.events import SessionEvents


class Looks:
    """Windows and inversion, kept per series; scrolling and results never touch them.

    `look_of` names what a window belongs to: phases of one acquisition share one. A series
    may be seen in two ways at once, such as lung and mediastinum side by side: then
    viewports name a `look` of their own, and "" is the series' first. A look without a
    window or an inversion of its own has the first one's.
    """

    def __init__(self, events: SessionEvents, look_of: Callable[[str], str]) -> None:
        self._events = events
        self._look_of = look_of
        self._windows: dict[tuple[str, str], WindowLevel] = {}
        self._inverted: dict[tuple[str, str], bool] = {}
        self.shows_graphics = True

    def window_of(self, series_key: str, look: str = "") -> WindowLevel | None:
        """The window of a series; None before one was chosen for it."""
        of = self._look_of(series_key)
        return self._windows.get((of, look)) or self._windows.get((of, ""))

    def has_window(self, series_key: str, look: str = "") -> bool:
        """Whether a window was chosen for this very look."""
        return (self._look_of(series_key), look) in self._windows

    def windows_of(self, series_key: str) -> dict[str, WindowLevel]:
        """The windows that were chosen for a series, by look."""
        of = self._look_of(series_key)
        return {look: window for (key, look), window in self._windows.items() if key == of}

    def inversions_of(self, series_key: str) -> dict[str, bool]:
        """Whether black and white are swapped, by look, where anything was chosen."""
        of = self._look_of(series_key)
        return {look: inverted for (key, look), inverted in self._inverted.items() if key == of}

    def set_window(self, series_key: str, window: WindowLevel, look: str = "") -> None:
        """Show a series through another window, wherever it is seen with this look."""
        of = (self._look_of(series_key), look)
        if self._windows.get(of) != window:
            self._windows[of] = window
            self._events.viewports_changed.emit()

    def is_inverted(self, series_key: str, look: str = "") -> bool:
        """Whether black and white are swapped against how the series is first shown."""
        of = self._look_of(series_key)
        return self._inverted.get((of, look), self._inverted.get((of, ""), False))

    def set_inverted(self, series_key: str, inverted: bool, look: str = "") -> None:
        """Swap black and white, or put them right again."""
        self._inverted[self._look_of(series_key), look] = inverted
        self._events.viewports_changed.emit()

    def toggle_inverted(self, series_key: str, look: str = "") -> None:
        """Swap black and white."""
        self.set_inverted(series_key, not self.is_inverted(series_key, look), look)

    def toggle_graphics(self) -> None:
        """Show or hide the marks that scanners drew over their images."""
        self.shows_graphics = not self.shows_graphics
        self._events.viewports_changed.emit()

    def clear(self) -> None:
        """Forget every window."""
        self._windows.clear()
        self._inverted.clear()
