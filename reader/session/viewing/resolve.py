"""What the reader asked, met with what the data allows: one frozen value, no side effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reader.core.intensity import WindowLevel, WindowPreset
from reader.core.orientation import PlaneAxes
from reader.core.study import Series
from reader.core.volume import Volume
from reader.imaging.layers import OverlayLayers
from reader.imaging.slice_request import SliceRequest
from reader.imaging.slicing import (
    SliceGeometry,
    index_at,
    shown_axes,
    slice_count,
    slice_geometry,
)
from reader.session.viewing.hanging import chest_wall_side
from reader.session.viewing.units import ShownUnit
from reader.session.viewing.viewport import Point
from reader.session.viewing.viewport_state import ViewportState

_AS_STORED: Final = ShownUnit()


@dataclass(frozen=True, slots=True, eq=False)
class ResolvedViewport:
    """Everything a viewport shows, clamped and complete. Whoever draws can trust it."""

    viewport_id: str
    series: Series
    volume: Volume
    axes: PlaneAxes
    index: int
    count: int
    geometry: SliceGeometry
    window: WindowLevel
    """In stored values; `unit` says how to show it."""
    unit: ShownUnit
    invert: bool
    says_inverted: bool
    """Whether black and white are not as the header has them."""
    preset: WindowPreset | None
    zoom: float
    pan_mm: tuple[float, float]
    fit_mm: tuple[float, float] | None
    """What zoom 1 fits into the pane; None: the slice itself."""
    lean: int
    """-1 and 1: the picture keeps to the left or right edge of its viewport; 0: the middle."""
    cursor_lps: Point
    cursor_pixel: tuple[float, float]
    """Row and column of the crosshair in the slice, fractional."""
    layers: OverlayLayers | None
    shows_graphics: bool

    def differs_by_cursor_only(self, other: ResolvedViewport) -> bool:
        """Whether two say the same but for the cursor; what lies over them has its own events."""
        return (
            self.volume is other.volume
            and self.series is other.series
            and self.axes == other.axes
            and self.index == other.index
            and self.window == other.window
            and self.unit == other.unit
            and self.shows_graphics == other.shows_graphics
            and self.invert == other.invert
            and self.zoom == other.zoom
            and self.pan_mm == other.pan_mm
            and self.fit_mm == other.fit_mm
        )

    def request(self, generation: int) -> SliceRequest:
        """The question to the renderer."""
        return SliceRequest(
            viewport_id=self.viewport_id,
            volume=self.volume,
            axes=self.axes,
            index=self.index,
            window=self.window,
            invert=self.invert,
            layers=self.layers,
            generation=generation,
            shows_graphics=self.shows_graphics,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The parts of the session a viewport depends on, gathered for `resolve_viewport`."""

    series: Series
    volume: Volume
    cursor_lps: Point
    window: WindowLevel
    invert: bool
    presets: tuple[WindowPreset, ...]
    layers: OverlayLayers | None
    unit: ShownUnit = _AS_STORED
    shows_graphics: bool = True


def resolve_viewport(state: ViewportState, shown: Shown) -> ResolvedViewport:
    """Clamp the cursor into the volume, pick the slice, name the window."""
    geometry = shown.volume.geometry
    axes = shown_axes(geometry, shown.series.kind, state.plane)
    index = index_at(geometry, axes, shown.cursor_lps)
    where = slice_geometry(geometry, axes, index)
    return ResolvedViewport(
        viewport_id=state.id,
        series=shown.series,
        volume=shown.volume,
        axes=axes,
        index=index,
        count=slice_count(geometry, axes),
        geometry=where,
        window=shown.window,
        unit=shown.unit,
        invert=shown.invert,
        says_inverted=shown.invert is not shown.series.tags.low_is_white,
        preset=next((p for p in shown.presets if p.window == shown.window), None),
        zoom=state.zoom,
        pan_mm=state.pan_mm,
        fit_mm=state.fit_mm,
        lean=chest_wall_side(shown.series),
        cursor_lps=shown.cursor_lps,
        cursor_pixel=where.to_pixel(shown.cursor_lps),
        layers=shown.layers,
        shows_graphics=shown.shows_graphics,
    )
