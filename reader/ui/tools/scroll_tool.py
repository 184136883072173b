"""Drag through the slices."""

from __future__ import annotations

from typing import Final

from reader.session.viewing.viewport import ViewportStore
from reader.ui.tools.tool import IdleTool, Pointer

PIXELS_PER_SLICE: Final = 6.0


class ScrollTool(IdleTool):
    """Down goes on, up goes back."""

    def __init__(self, viewports: ViewportStore) -> None:
        self._viewports = viewports
        self._y: float | None = None

    def press(self, at: Pointer) -> None:
        """Start here."""
        self._y = at.y

    def move(self, at: Pointer) -> None:
        """Go on by as many slices as the way since the last one allows."""
        if self._y is None:
            return
        steps = int((at.y - self._y) / PIXELS_PER_SLICE)
        if steps:
            self._y += steps * PIXELS_PER_SLICE
            self._viewports.scroll(at.viewport_id, steps)

    def release(self, at: Pointer) -> None:
        """End the drag."""
        self._y = None

    def leave(self) -> None:
        """End the drag."""
        self._y = None
