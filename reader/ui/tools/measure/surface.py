"""The slice a pane shows, as something to draw on."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from reader.core.geometry import FloatArray, Point
from reader.core.study import Series
from reader.session.viewing.resolve import ResolvedViewport
from reader.session.workspace import Workspace
from reader.ui.tools.measure.plane_frame import XY, PlaneFrame
from reader.ui.tools.measure.shapes import Points

PARALLEL: Final = 1 - 1e-4
"""Planes whose normals differ by less than about 0.8 degrees are one."""


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """One displayed slice: `half_mm` is how far from it a drawing may lie and be on it.

    `index` is the image's number in a series that is no volume, None in volumes.
    """

    viewport_id: str
    series_key: str
    frame: PlaneFrame
    half_mm: float
    index: int | None
    fused_key: str | None = None
    """The series laid over it in colour, where a place of one is the same place of the other."""
    size_mm: XY = (0.0, 0.0)
    """(width, height) from the first pixel's centre to the last one's."""

    @classmethod
    def of(cls, resolved: ResolvedViewport, fused: Series | None = None) -> Surface:
        """The slice that a viewport shows, with a series that is laid over it."""
        frame = PlaneFrame.of(resolved.geometry)
        # What lies between two slices, to the rounding of their places, is on the nearer one.
        half_mm = _step_mm(resolved, frame) / 2 * (1 - 1e-6)
        index = resolved.index if resolved.axes.stored else None
        rows, columns = resolved.geometry.shape
        size_mm = frame.to_plane(resolved.geometry.to_lps(rows - 1, columns - 1))
        fused_key = fused.key if fused is not None and _lies_alike(resolved, fused) else None
        key = resolved.series.key
        return cls(resolved.viewport_id, key, frame, half_mm, index, fused_key, size_mm)

    def to_plane(self, points_lps: Iterable[Point]) -> Points:
        """Points of space on this sheet, in mm."""
        return tuple(self.frame.to_plane(point) for point in points_lps)

    def to_lps(self, points: Iterable[XY]) -> tuple[Point, ...]:
        """Points of this sheet in space."""
        return tuple(self.frame.to_lps(point) for point in points)


def surface_of(workspace: Workspace, viewport_id: str) -> Surface | None:
    """What a pane shows to draw on; None while it shows no slice."""
    if all(state.id != viewport_id for state in workspace.viewports.states):
        return None
    resolved = workspace.display.resolved(viewport_id)
    if resolved is None:
        return None
    return Surface.of(resolved, fused_series(workspace, viewport_id))


def fused_series(workspace: Workspace, viewport_id: str) -> Series | None:
    """The series laid over a pane's own; None for most panes."""
    key = workspace.viewports.state(viewport_id).fused_key
    return workspace.studies.series(key) if key and workspace.studies.has_series(key) else None


def _lies_alike(resolved: ResolvedViewport, fused: Series) -> bool:
    """Whether a place of what is laid over a slice is the same place of the slice."""
    over = resolved.fusion
    is_it = over is not None and over.series.key == fused.key
    return over is not None and is_it and not any(over.fusion.shift_lps_mm)


def _step_mm(resolved: ResolvedViewport, frame: PlaneFrame) -> float:
    """From this slice to the next, along the normal; of an oblique one the finest spacing."""
    geometry, axes, shown = resolved.volume.geometry, resolved.axes, resolved.geometry
    affine = geometry.affine_kji_to_lps[:3]
    is_straight = _along(affine[:, axes.column_axis], shown.right_lps_mm) and _along(
        affine[:, axes.row_axis], shown.down_lps_mm
    )
    if not is_straight:
        return min(geometry.spacing_kji_mm)
    return abs(float(affine[:, axes.slice_axis] @ frame.normal))


def _along(one: FloatArray, other: FloatArray) -> bool:
    cosine = float(one @ other) / math.sqrt(float(one @ one) * float(other @ other))
    return abs(cosine) > PARALLEL
