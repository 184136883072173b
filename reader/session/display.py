"""What the viewports show: the reader's wishes met with volumes, presets and overlays."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial

from reader.core.intensity import IntensityUnit, WindowPreset
from reader.session.hanging import choose_window
from reader.session.overlay import OverlayStore
from reader.session.presets import presets_for
from reader.session.resolve import ResolvedViewport, Shown, resolve_viewport
from reader.session.study_store import StudyStore
from reader.session.viewport import Point, ViewportStore


class Display:
    """Answers what is on screen. Holds nothing of its own."""

    def __init__(
        self,
        presets: Sequence[WindowPreset],
        studies: StudyStore,
        viewports: ViewportStore,
        overlay: OverlayStore,
    ) -> None:
        self._suited_presets = lru_cache(maxsize=64)(partial(presets_for, presets))
        self._studies = studies
        self._viewports = viewports
        self._overlay = overlay

    def presets_for(self, series_key: str | None) -> tuple[WindowPreset, ...]:
        """The window presets that suit a series, in the order of their keys."""
        if series_key is None or self._studies.volume(series_key) is None:
            return ()
        series = self._studies.series(series_key)
        return self._suited_presets(series.modality, series.tags.body_part)

    def apply_preset(self, key: int) -> None:
        """Use the preset on a number key for the active viewport's series."""
        series_key = self._viewports.active.series_key
        for preset in self.presets_for(series_key):
            if preset.key == key and series_key is not None:
                self._viewports.set_window(series_key, preset.window)

    def auto_window(self) -> None:
        """Choose the active series' window from its header or values again."""
        series_key = self._viewports.active.series_key
        volume = self._studies.volume(series_key)
        if series_key is not None and volume is not None:
            series = self._studies.series(series_key)
            window = choose_window(series, volume, self.presets_for(series_key))
            self._viewports.set_window(series_key, window)

    def value_at(
        self, lps: Point, series_key: str | None = None
    ) -> tuple[float, IntensityUnit] | None:
        """The value of the voxel at a point; None outside the volume."""
        volume = self._studies.volume(series_key or self._viewports.active.series_key)
        if volume is None or not volume.geometry.contains(lps):
            return None
        return float(volume.voxels[volume.geometry.nearest_voxel(lps)]), volume.unit

    def resolved(self, viewport_id: str) -> ResolvedViewport | None:
        """What a viewport shows; None while it has nothing to show."""
        state = self._viewports.state(viewport_id)
        volume = self._studies.volume(state.series_key)
        cursor = self._viewports.cursor_of(state.series_key)
        if state.series_key is None or volume is None or cursor is None:
            return None
        window = self._viewports.window_of(state.series_key)
        if window is None:
            return None
        shown = Shown(
            series=self._studies.series(state.series_key),
            volume=volume,
            cursor_lps=cursor,
            window=window,
            invert=self._viewports.is_inverted(state.series_key),
            presets=self.presets_for(state.series_key),
            layers=self._overlay.layers_for(state.series_key),
        )
        return resolve_viewport(state, shown)
