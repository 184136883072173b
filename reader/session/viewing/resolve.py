"""What the reader asked, met with what the data allows: one frozen value, no side effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reader.core.geometry import FloatArray, Point
from reader.core.intensity import WindowLevel, WindowPreset
from reader.core.orientation import Plane, PlaneAxes, SpatialTransform, plane_axes
from reader.core.study import Series
from reader.core.tilt import STRAIGHT, Tilt
from reader.core.volume import Volume
from reader.imaging.cut import THIN, Slab
from reader.imaging.layers import OverlayLayers
from reader.imaging.plane_stack import (
    ObliqueStack,
    PlaneStack,
    plane_normal,
    plane_stack,
    tilt_degrees,
)
from reader.imaging.slice_request import SliceRequest
from reader.imaging.slicing import SliceGeometry
from reader.session.viewing.cutting_rules import slab_refusal
from reader.session.viewing.fusing import ShownFusion
from reader.session.viewing.hanging import chest_wall_side
from reader.session.viewing.units import ShownUnit
from reader.session.viewing.viewport_state import ViewportState

_AS_STORED: Final = ShownUnit()


@dataclass(frozen=True, slots=True, eq=False)
class ResolvedViewport:
    """Everything a viewport shows, clamped and complete. Whoever draws can trust it."""

    viewport_id: str
    series: Series
    volume: Volume
    stack: PlaneStack
    """The slices that this is one of; counts and finds them."""
    tilt: Tilt
    """How the planes of this frame of reference are turned."""
    slab: Slab
    axes: PlaneAxes
    """Of the untilted plane, flipped and turned as it is shown."""
    transform: SpatialTransform
    """How the picture is flipped and turned."""
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
    fusion: ShownFusion | None = None
    """What is laid over the slice in colour."""

    def differs_by_cursor_only(self, other: ResolvedViewport) -> bool:
        """Whether two say the same but for the cursor; what lies over them has its own events."""
        return (
            self.volume is other.volume
            and self.series is other.series
            and self.stack == other.stack
            and self.tilt == other.tilt
            and self.slab == other.slab
            and self.index == other.index
            and self.window == other.window
            and self.unit == other.unit
            and self.shows_graphics == other.shows_graphics
            and self.invert == other.invert
            and self.zoom == other.zoom
            and self.pan_mm == other.pan_mm
            and self.fit_mm == other.fit_mm
            and same_fusion(self.fusion, other.fusion)
        )

    @property
    def is_oblique(self) -> bool:
        """Whether the plane lies across the volume's grid."""
        return self.stack.is_oblique

    def normal_of(self, plane: Plane) -> FloatArray:
        """The unit normal, in LPS, of one of the three planes as they are turned."""
        geometry = self.volume.geometry
        return plane_normal(geometry, plane_axes(geometry, plane), self.tilt)

    @property
    def tilt_degrees(self) -> float:
        """How far this plane is turned away from the volume's own; 0 where it is not."""
        if not self.is_oblique:
            return 0.0
        return tilt_degrees(self.volume.geometry, self.axes, self.tilt)

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
            oblique=self.stack if isinstance(self.stack, ObliqueStack) else None,
            slab=self.slab,
            fusion=self.fusion.fusion if self.fusion is not None else None,
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
    tilt: Tilt = STRAIGHT
    fusion: ShownFusion | None = None


def resolve_viewport(state: ViewportState, shown: Shown) -> ResolvedViewport:
    """Clamp the cursor into the volume, pick the slice, name the window."""
    geometry = shown.volume.geometry
    stack = plane_stack(geometry, shown.series.kind, state.plane, shown.tilt, state.transform)
    index = stack.index_at(shown.cursor_lps)
    where = stack.geometry_of(index)
    return ResolvedViewport(
        viewport_id=state.id,
        series=shown.series,
        volume=shown.volume,
        stack=stack,
        tilt=shown.tilt,
        slab=state.slab if slab_refusal(shown.series, shown.volume) is None else THIN,
        axes=stack.axes,
        transform=state.transform,
        index=index,
        count=stack.count,
        geometry=where,
        window=shown.window,
        unit=shown.unit,
        invert=shown.invert,
        says_inverted=shown.invert is not shown.series.tags.low_is_white,
        preset=next((p for p in shown.presets if p.window == shown.window), None),
        zoom=state.zoom,
        pan_mm=state.pan_mm,
        fit_mm=_as_shown(state.fit_mm, state.transform),
        lean=round(state.transform.vector(0, chest_wall_side(shown.series))[1]),
        cursor_lps=shown.cursor_lps,
        cursor_pixel=where.to_pixel(shown.cursor_lps),
        layers=shown.layers,
        shows_graphics=shown.shows_graphics,
        fusion=shown.fusion,
    )


def _as_shown(
    height_width: tuple[float, float] | None, transform: SpatialTransform
) -> tuple[float, float] | None:
    if height_width is None or not transform.swaps_sides:
        return height_width
    return height_width[1], height_width[0]


def same_fusion(one: ShownFusion | None, other: ShownFusion | None) -> bool:
    """Whether two fusions, or none, give the same picture and words."""
    return one is other if one is None else one.same_as(other)
