"""The next click says: here is one that was missed."""

from __future__ import annotations

from collections.abc import Callable

from reader.session.workspace import Workspace
from reader.ui.tools.tool import IdleTool, Pointer


class AddTool(IdleTool):
    """One click adds one finding; then the tool before it is in hand again."""

    def __init__(self, workspace: Workspace, put_down: Callable[[], None]) -> None:
        self._workspace = workspace
        self._put_down = put_down

    def press(self, at: Pointer) -> None:
        """Add a finding whose extent is measured from the image around this point."""
        workspace = self._workspace
        series_key = workspace.viewports.state(at.viewport_id).series_key
        volume = workspace.studies.volume(series_key)
        if series_key is None or volume is None or not volume.geometry.contains(at.lps_mm):
            return
        known = workspace.notices.attempt(
            lambda: workspace.tilting.require_drawing(at.viewport_id, is_ball=True)
        )
        if not known:
            return
        self._put_down()
        workspace.notices.attempt(
            lambda: workspace.desk.add_soon(series_key, at.lps_mm, workspace.jobs)
        )
