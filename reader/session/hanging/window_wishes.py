"""The windows that a hanging protocol wants for its viewports, and those that are shown now."""

from __future__ import annotations

from reader.core.intensity import WindowLevel
from reader.core.study import Series
from reader.core.volume import Volume
from reader.session.hanging.present_protocol import window_name, window_named
from reader.session.hanging.protocols import AUTOMATIC_WINDOW, HEADER_WINDOW
from reader.session.study_store import StudyStore
from reader.session.viewing.display import Display
from reader.session.viewing.hanging import automatic_window, choose_window, header_windows
from reader.session.viewing.viewport import ViewportStore
from reader.session.viewing.viewport_state import ViewportState


class WindowWishes:
    """Kept until the volumes are there: only then a window can be chosen."""

    def __init__(self, studies: StudyStore, viewports: ViewportStore, display: Display) -> None:
        self._studies = studies
        self._viewports = viewports
        self._display = display
        self._wishes: dict[tuple[str, str], tuple[str, bool]] = {}

    def clear(self) -> None:
        """Nothing is wanted any more."""
        self._wishes.clear()

    def look_for(self, series: Series | None, window: str, inverted: bool) -> str:
        """The look under which a viewport has its wish; the first wish of a series is its own."""
        if series is None:
            return ""
        wish = (window, inverted)
        if self._wishes.setdefault((series.key, ""), wish) == wish:
            return ""
        look = f"{window or 'usual'}{' inverted' * inverted}"
        self._wishes[series.key, look] = wish
        return look

    def grant(self, series: Series, volume: Volume, again: bool = False) -> None:
        """Give a series the windows its viewports want, where the reader chose none.

        `again`: where a protocol names one, also where one was chosen.
        """
        looks = self._viewports.looks
        mine = {s.look for s in self._viewports.states if s.series_key == series.key}
        for look in ("", *sorted(mine - {""})):
            wish, inverted = self._wishes.get((series.key, look), ("", False))
            if looks.has_window(series.key, look) and not (again and wish):
                continue
            if look == "" or wish:
                looks.set_window(series.key, self._window(series, volume, wish), look)
            if inverted or again:
                looks.set_inverted(series.key, inverted, look)

    def name_of(self, state: ViewportState) -> str:
        """How a plan names the window that a viewport shows now; empty where it is the usual."""
        key = state.series_key
        volume = self._studies.volume(key)
        if key is None or volume is None or volume.is_color:
            return ""
        series, presets = self._studies.series(key), self._display.presets_for(key)
        return window_name(
            self._viewports.looks.window_of(key, state.look),
            choose_window(series, volume, presets),
            presets,
            header_windows(series, volume),
            automatic_window(series, volume),
        )

    def _window(self, series: Series, volume: Volume, wish: str) -> WindowLevel:
        """The window a plan asks for; what suits the series where it has no such window."""
        presets = self._display.presets_for(series.key)
        is_whole = self._studies.is_whole(series.key)
        named = next((one.window for one in presets if one.id == wish), window_named(wish))
        if named is not None and not volume.is_color:
            return named
        if wish == AUTOMATIC_WINDOW and not volume.is_color:
            return automatic_window(series, volume, is_whole)
        stated = header_windows(series, volume) if wish == HEADER_WINDOW else ()
        return stated[0] if stated else choose_window(series, volume, presets, is_whole)
