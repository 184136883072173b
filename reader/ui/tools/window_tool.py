"""Drag for window and level."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from reader.core.intensity import IntensityUnit, WindowFunction, WindowLevel
from reader.session.workspace import Workspace
from reader.ui.tools.tool import IdleTool, Pointer

PIXELS_PER_WIDTH: Final = 300.0
"""Dragging this far moves the level by the whole width, or multiplies the width by e."""


class WindowTool(IdleTool):
    """Right widens, up brightens (a setting turns that round); the finer, the narrower."""

    def __init__(self, workspace: Workspace, is_upside_down: Callable[[], bool]) -> None:
        self._workspace = workspace
        self._is_upside_down = is_upside_down
        self._from: tuple[str, str, WindowLevel, float, float] | None = None

    def press(self, at: Pointer) -> None:
        """Remember where the drag starts, so that going back undoes it exactly."""
        workspace, viewports = self._workspace, self._workspace.viewports
        state = viewports.state(at.viewport_id)
        series_key, look = state.series_key, state.look
        if not workspace.notices.attempt(lambda: workspace.display.require_values(series_key)):
            return
        window = viewports.looks.window_of(series_key, look) if series_key else None
        if series_key is not None and window is not None:
            self._from = (series_key, look, window, at.x, at.y)

    def move(self, at: Pointer) -> None:
        """Set the window that belongs to this distance from the start."""
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
        """End the drag."""
        self._from = None

    def leave(self) -> None:
        """End the drag."""
        self._from = None


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


def _rounded(value: float, step: float) -> float:
    """To a multiple of a power of ten, without digits that are only noise."""
    return round(round(value / step) * step, 12)
