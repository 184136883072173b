"""Drag for window and level."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from reader.core.geometry import Point
from reader.core.intensity import IntensityUnit, WindowFunction, WindowLevel
from reader.session.viewing.windowing import region_window
from reader.session.workspace import Workspace
from reader.ui.tools.measure.sketch import Corners, Region, Sketch
from reader.ui.tools.measure.surface import Surface, surface_of
from reader.ui.tools.tool import IdleTool, Pointer

PIXELS_PER_WIDTH: Final = 300.0
"""Dragging this far moves the level by the whole width, or multiplies the width by e."""


class WindowTool(IdleTool):
    """Right widens, up brightens (a setting turns that round); the finer, the narrower.

    With Ctrl a rectangle is drawn, and the window is that of the values in it.
    """

    def __init__(
        self, workspace: Workspace, is_upside_down: Callable[[], bool], sketch: Sketch
    ) -> None:
        self._workspace = workspace
        self._is_upside_down = is_upside_down
        self._sketch = sketch
        self._corner: tuple[Surface, Point] | None = None
        self._from: tuple[str, str, WindowLevel, float, float] | None = None

    def press(self, at: Pointer) -> None:
        """Remember where the drag starts, so that going back undoes it exactly."""
        workspace, viewports = self._workspace, self._workspace.viewports
        series_key, look = workspace.fusing.windowed(at.viewport_id, other=at.shift)
        if not workspace.notices.attempt(lambda: workspace.display.require_values(series_key)):
            return
        if at.ctrl:
            surface = surface_of(workspace, at.viewport_id)
            self._corner = (surface, at.lps_mm) if surface is not None else None
            return
        window = viewports.looks.window_of(series_key, look) if series_key else None
        if series_key is not None and window is not None:
            self._from = (series_key, look, window, at.x, at.y)

    def move(self, at: Pointer) -> None:
        """Set the window that belongs to this distance from the start, or draw on."""
        if self._corner is not None:
            self._sketch.region = Region(at.viewport_id, _rectangle(*self._corner, at.lps_mm))
        if self._from is None:
            return
        series_key, look, start, x, y = self._from
        volume = self._workspace.studies.volume(series_key)
        if volume is None:
            return
        up = (at.y - y) * (1 if self._is_upside_down() else -1)
        unit = self._workspace.display.unit_of(series_key)
        whole = volume.unit is IntensityUnit.HU
        window = dragged_window(unit.shown(start), at.x - x, up, whole)
        self._workspace.viewports.looks.set_window(series_key, unit.stored(window), look)

    def release(self, at: Pointer) -> None:
        """End the drag; a rectangle gives its window."""
        region = self._sketch.region
        self.leave()
        if region is None:
            return
        state = self._workspace.viewports.state(region.viewport_id)
        resolved = self._workspace.display.resolved(region.viewport_id)
        window = region_window(resolved, region.corners) if resolved is not None else None
        if window is not None and state.series_key is not None:
            self._workspace.viewports.looks.set_window(state.series_key, window, state.look)

    def leave(self) -> None:
        """End the drag."""
        self._from = self._corner = None
        self._sketch.region = None


def dragged_window(
    start: WindowLevel, right_px: float, up_px: float, whole_numbers: bool
) -> WindowLevel:
    """The window after a drag; `up_px` brightens. Values are rounded to what can be read.

    Its function and table stay; it is no longer the header's own, so its name goes.
    """
    width = start.width * math.exp(right_px / PIXELS_PER_WIDTH)
    center = start.center - up_px * start.width / PIXELS_PER_WIDTH
    step = 10.0 ** math.floor(math.log10(width) - 2)
    if whole_numbers:
        step = 1.0
    least = 1.0 if start.function is WindowFunction.LINEAR else step
    width = max(step, least, _rounded(width, step))
    return replace(start, center=_rounded(center, step), width=width, name="")


def _rectangle(surface: Surface, corner: Point, other: Point) -> Corners:
    """Upright on the screen, between two opposite corners."""
    (x0, y0), (x1, y1) = surface.to_plane((corner, other))
    a, b, c, d = surface.to_lps(((x0, y0), (x1, y0), (x1, y1), (x0, y1)))
    return a, b, c, d


def _rounded(value: float, step: float) -> float:
    """To a multiple of a power of ten, without digits that are only noise."""
    return round(round(value / step) * step, 12)
