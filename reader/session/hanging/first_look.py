"""The first slice of a series: shown where and how it was left, or as suits it."""

from __future__ import annotations

from reader.core.study import Series
from reader.core.volume import Volume
from reader.session.hanging.hangings import Hangings
from reader.session.opening.load_jobs import Loading
from reader.session.opening.place import PlaceKeeper
from reader.session.study_store import StudyStore
from reader.session.viewing.viewport import ViewportStore


class FirstLook:
    """Gives a series that has just begun to be read its viewports, window and crosshair."""

    def __init__(
        self,
        studies: StudyStore,
        viewports: ViewportStore,
        hangings: Hangings,
        place: PlaceKeeper,
        loading: Loading,
    ) -> None:
        self._studies = studies
        self._viewports = viewports
        self._hangings = hangings
        self._place = place
        self._loading = loading

    def volume_started(self, series: Series, volume: Volume) -> None:
        """Its first slice is there; whatever it has no place or window for yet, it gets."""
        if not self._studies.is_companion(series.key):
            for series_key in self._place.volume_started(series):
                self._loading.read(self._studies.series(series_key))
            if all(state.series_key is None for state in self._viewports.states):
                self._hangings.hang(series)
        self._hangings.windows.grant(series, volume)
        if self._viewports.cursor_of(series.key) is None:
            x, y, z = volume.geometry.center_lps_mm
            self._viewports.set_cursor((x, y, z), series.key)
