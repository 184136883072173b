"""The first slice of a series: shown where and how it was left, or as suits it."""

from __future__ import annotations

from reader.core.study import Series
from reader.core.volume import Volume
from reader.session.opening.load_jobs import Loading
from reader.session.opening.place import PlaceKeeper
from reader.session.study_store import StudyStore
from reader.session.viewing.display import Display
from reader.session.viewing.hanging import choose_window, hung_together
from reader.session.viewing.viewport import ViewportStore


class FirstLook:
    """Gives a series that has just begun to be read its viewports, window and crosshair."""

    def __init__(
        self,
        studies: StudyStore,
        viewports: ViewportStore,
        display: Display,
        place: PlaceKeeper,
        loading: Loading,
    ) -> None:
        self._studies = studies
        self._viewports = viewports
        self._display = display
        self._place = place
        self._loading = loading

    def volume_started(self, series: Series, volume: Volume) -> None:
        """Its first slice is there; whatever it has no place or window for yet, it gets."""
        for series_key in self._place.volume_started(series):
            self._loading.read(self._studies.series(series_key))
        if all(state.series_key is None for state in self._viewports.states):
            self._hang(series)
        if self._viewports.looks.window_of(series.key) is None:
            presets = self._display.presets_for(series.key)
            is_whole = self._studies.is_whole(series.key)
            window = choose_window(series, volume, presets, is_whole)
            self._viewports.looks.set_window(series.key, window)
        if self._viewports.cursor_of(series.key) is None:
            x, y, z = volume.geometry.center_lps_mm
            self._viewports.set_cursor((x, y, z), series.key)

    def _hang(self, series: Series) -> None:
        together = hung_together(self._studies.study, series)
        self._viewports.hang(tuple(one.key for one in together))
        for one in together:
            self._loading.read(one)
