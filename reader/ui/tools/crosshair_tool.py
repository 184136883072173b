"""Put the crosshair where the pointer is; all linked viewports follow."""

from __future__ import annotations

from reader.session.viewing.viewport import ViewportStore
from reader.ui.tools.tool import IdleTool, Pointer


class CrosshairTool(IdleTool):
    """Click or drag."""

    def __init__(self, viewports: ViewportStore) -> None:
        self._viewports = viewports

    def press(self, at: Pointer) -> None:
        """Move it here."""
        self._viewports.set_cursor(at.lps_mm, self._viewports.state(at.viewport_id).series_key)

    def move(self, at: Pointer) -> None:
        """Move it along."""
        self.press(at)
