"""What the viewports show: the reader's wishes met with volumes, presets and overlays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from reader.core.errors import NotAllowedError
from reader.core.geometry import Point
from reader.core.intensity import WindowLevel, WindowPreset
from reader.core.study import Series
from reader.core.text import say
from reader.imaging.cutting import fused_seen_at, seen_at
from reader.session.events import SessionEvents
from reader.session.study_store import StudyStore
from reader.session.viewing.fusing import Fusing
from reader.session.viewing.hanging import choose_window, header_windows, is_inverted_at_first
from reader.session.viewing.overlay import OverlayStore
from reader.session.viewing.presets import stored_presets
from reader.session.viewing.resolve import ResolvedViewport, Shown, resolve_viewport
from reader.session.viewing.units import ShownUnit, UnitChoice, preset_factor
from reader.session.viewing.viewport import ViewportStore
from reader.session.viewing.viewport_state import PaneKind


@dataclass(frozen=True, slots=True)
class VoxelValue:
    """What a voxel holds: one number in the unit shown, or red, green and blue."""

    numbers: tuple[float, ...]
    unit: ShownUnit


class Display:
    """Answers what is on screen. Holds nothing of its own but the reader's choice of unit."""

    def __init__(
        self,
        presets: Sequence[WindowPreset],
        events: SessionEvents,
        studies: StudyStore,
        viewports: ViewportStore,
        overlay: OverlayStore,
    ) -> None:
        self._suited_presets = lru_cache(maxsize=64)(partial(stored_presets, tuple(presets)))
        self._studies = studies
        self._viewports = viewports
        self._overlay = overlay
        self.units = UnitChoice(events)
        self.fusing = Fusing(studies, viewports, self.units)

    def presets_for(self, series_key: str | None) -> tuple[WindowPreset, ...]:
        """The window presets that suit a series, in the order of their keys.

        Their windows are in stored values; PET has some only where SUV is known.
        """
        volume = self._studies.volume(series_key)
        if series_key is None or volume is None or volume.is_color:
            return ()
        return self.presets_of(self._studies.series(series_key))

    def presets_of(self, series: Series) -> tuple[WindowPreset, ...]:
        """The same by a series' header alone."""
        return self._suited_presets(series.modality, series.tags.body_part, preset_factor(series))

    def header_windows(self, series_key: str | None) -> tuple[WindowLevel, ...]:
        """The windows that a series' header asks for, its first choice first."""
        volume = self._studies.volume(series_key)
        if series_key is None or volume is None or volume.is_color:
            return ()
        return header_windows(self._studies.series(series_key), volume)

    def apply_preset(self, key: int) -> None:
        """Use the preset on a number key for the active viewport's series.

        Where a series has no presets the keys mean the windows of its header.

        Raises: NotAllowedError: it is in colour, here and below.
        """
        series_key = self._windowed[0]
        self.require_values(series_key)
        presets = self.presets_for(series_key)
        if series_key is not None and not presets:
            self.apply_header_window(key)
        for preset in presets:
            if preset.key == key and series_key is not None:
                self.apply_window(preset.window)

    def apply_window(self, window: WindowLevel) -> None:
        """Use a window for the active viewport's series, or what lies over it, as chosen."""
        series_key, look = self._windowed
        self.require_values(series_key)
        if series_key is not None:
            self._viewports.looks.set_window(series_key, window, look)

    @property
    def _windowed(self) -> tuple[str | None, str]:
        """The series whose window is changed in the active viewport, and its look."""
        return self.fusing.windowed(self._viewports.active_id)

    def apply_header_window(self, number: int) -> None:
        """Use the header's window of this number, from 1; nothing if it has fewer."""
        windows = self.header_windows(self._windowed[0])
        if 1 <= number <= len(windows):
            self.apply_window(windows[number - 1])

    def auto_window(self) -> None:
        """Choose the active series' window from its header or values again."""
        series_key, look = self._windowed
        self.require_values(series_key)
        volume = self._studies.volume(series_key)
        if series_key is not None and volume is not None:
            series = self._studies.series(series_key)
            window = choose_window(series, volume, self.presets_for(series_key))
            self._viewports.looks.set_window(series_key, window, look)

    def is_color(self, series_key: str | None) -> bool:
        """Whether a series in memory is in colour, which no window applies to."""
        volume = self._studies.volume(series_key)
        return volume is not None and volume.is_color

    def require_values(self, series_key: str | None) -> None:
        """Raises: NotAllowedError: the series is in colour, so no window applies to it."""
        if self.is_color(series_key):
            raise NotAllowedError(
                say("This series is in colour, and no window applies to it."),
                say("Zoom, pan and scroll work as everywhere."),
            )

    def is_inverted(self, series_key: str, look: str = "") -> bool:
        """Whether low values are shown white now."""
        natural = is_inverted_at_first(self._studies.series(series_key))
        return natural is not self._viewports.looks.is_inverted(series_key, look)

    def invert(self) -> None:
        """Swap black and white in the active viewport's series."""
        series_key = self._viewports.active.series_key
        self.require_values(series_key)
        if series_key is not None:
            self._viewports.looks.toggle_inverted(series_key, self._viewports.active.look)

    def unit_of(self, series_key: str) -> ShownUnit:
        """The unit in which a series' values are shown. Raises: KeyError."""
        return self.units.of(self._studies.series(series_key))

    def value_at(self, lps: Point, series_key: str | None = None) -> VoxelValue | None:
        """What the voxel at a point holds; None outside the volume."""
        shown_key = series_key or self._viewports.active.series_key
        volume = self._studies.volume(shown_key)
        if volume is None or shown_key is None or not volume.geometry.contains(lps):
            return None
        voxel = volume.voxels[volume.geometry.nearest_voxel(lps)]
        if volume.is_color:
            return VoxelValue(tuple(float(v) for v in voxel), ShownUnit())
        unit = self.unit_of(shown_key)
        return VoxelValue((float(voxel) * unit.factor,), unit)

    def value_seen(self, lps: Point, resolved: ResolvedViewport) -> VoxelValue | None:
        """What a viewport shows at a point of its slice.

        Of a slab what is seen through it, of a tilted plane what lies between the voxels.
        """
        is_stored = resolved.slab.is_thin and not resolved.is_oblique
        if is_stored or resolved.volume.is_color:
            return self.value_at(lps, resolved.series.key)
        seen = seen_at(resolved.request(0), lps)
        return None if seen is None else VoxelValue((seen * resolved.unit.factor,), resolved.unit)

    def fused_value_at(self, lps: Point, resolved: ResolvedViewport) -> VoxelValue | None:
        """What the series that lies over a slice holds at a point; through a slab what is seen."""
        if resolved.fusion is None:
            return None
        if not resolved.slab.is_thin:
            seen, unit = fused_seen_at(resolved.request(0), lps), resolved.fusion.unit
            return None if seen is None else VoxelValue((seen * unit.factor,), unit)
        x, y, z = (a + b for a, b in zip(lps, resolved.fusion.fusion.shift_lps_mm, strict=True))
        return self.value_at((x, y, z), resolved.fusion.series.key)

    def resolved(self, viewport_id: str) -> ResolvedViewport | None:
        """What a viewport shows; None while it has nothing to show."""
        state = self._viewports.state(viewport_id)
        volume = self._studies.volume(state.series_key)
        cursor = self._viewports.cursor_of(state.series_key)
        if state.series_key is None or volume is None or cursor is None:
            return None
        if state.kind is not PaneKind.SLICES:
            return None
        window = self._viewports.looks.window_of(state.series_key, state.look)
        if window is None or self._viewports.is_repeat(viewport_id):
            return None
        series = self._studies.series(state.series_key)
        shown = Shown(
            series=series,
            volume=volume,
            cursor_lps=cursor,
            window=window,
            unit=self.units.of(series),
            invert=self.is_inverted(state.series_key, state.look),
            presets=self.presets_for(state.series_key),
            layers=self._overlay.layers_for(state.series_key),
            shows_graphics=self._viewports.looks.shows_graphics,
            tilt=self._viewports.tilt_of(state.series_key),
            fusion=self.fusing.shown(state),
        )
        return resolve_viewport(state, shown)
