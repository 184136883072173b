"""Drag to move the picture, drag to enlarge it; also in the hand of the other buttons."""

from __future__ import annotations

import math
from typing import Final

from reader.imaging.placement import pan_keeping
from reader.session.viewing.viewport import MAXIMUM_ZOOM, MINIMUM_ZOOM, ViewportStore
from reader.ui.tools.tool import IdleTool, Pointer

ZOOM_DRAG_PX: Final = 150.0
"""Dragging this far up enlarges by e."""
ZOOM_WHEEL_STEP: Final = 1.15


class PanTool(IdleTool):
    """The picture follows the pointer."""

    def __init__(self, viewports: ViewportStore) -> None:
        self._viewports = viewports
        self._at: tuple[float, float] | None = None

    def press(self, at: Pointer) -> None:
        """Take hold of the picture."""
        self._at = (at.x, at.y)

    def move(self, at: Pointer) -> None:
        """Carry it along."""
        if self._at is None:
            return
        right, down = at.x - self._at[0], at.y - self._at[1]
        self._at = (at.x, at.y)
        self._viewports.pan_by(at.viewport_id, (down / at.px_per_mm, right / at.px_per_mm))

    def release(self, at: Pointer) -> None:
        """Let go."""
        self._at = None

    def leave(self) -> None:
        """Let go."""
        self._at = None


class ZoomTool(IdleTool):
    """Up enlarges, down reduces; the point where the drag began stays where it is."""

    def __init__(self, viewports: ViewportStore) -> None:
        self._viewports = viewports
        self._start: Pointer | None = None
        self._zoom = 1.0
        self._pan_mm = (0.0, 0.0)

    def press(self, at: Pointer) -> None:
        """Remember where the drag starts."""
        state = self._viewports.state(at.viewport_id)
        self._start, self._zoom, self._pan_mm = at, state.zoom, state.pan_mm

    def move(self, at: Pointer) -> None:
        """Set the zoom that belongs to this distance from the start."""
        if self._start is not None:
            factor = math.exp((self._start.y - at.y) / ZOOM_DRAG_PX)
            self._set(self._start, self._zoom * factor, self._zoom, self._pan_mm)

    def release(self, at: Pointer) -> None:
        """End the drag."""
        self._start = None

    def leave(self) -> None:
        """End the drag."""
        self._start = None

    def step(self, at: Pointer, steps: int) -> None:
        """Enlarge about the pointer by wheel steps, positive = larger."""
        state = self._viewports.state(at.viewport_id)
        self._set(at, state.zoom * ZOOM_WHEEL_STEP**steps, state.zoom, state.pan_mm)

    def scale(self, at: Pointer, factor: float) -> None:
        """Enlarge about the pointer by a factor, as a pinch does."""
        state = self._viewports.state(at.viewport_id)
        self._set(at, state.zoom * factor, state.zoom, state.pan_mm)

    def _set(
        self, about: Pointer, zoom: float, old_zoom: float, old_pan_mm: tuple[float, float]
    ) -> None:
        """Zoom about a pointer that was taken at `old_zoom`."""
        within = min(MAXIMUM_ZOOM, max(MINIMUM_ZOOM, zoom))
        old_scale = about.px_per_mm
        new_scale = old_scale * within / old_zoom
        pan_mm = pan_keeping(about.from_middle_px, old_pan_mm, old_scale, new_scale)
        self._viewports.set_view(about.viewport_id, within, pan_mm)
