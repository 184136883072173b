"""Click along something bent; laid out straight it becomes a series of its own."""

from __future__ import annotations

from collections.abc import Callable

from reader.session.workspace import Workspace
from reader.ui.tools.tool import IdleTool, Pointer


class PathTool(IdleTool):
    """Each click goes on to there, on any slice and in any plane; a double click finishes."""

    def __init__(self, workspace: Workspace, choose_before: Callable[[], None]) -> None:
        self._workspace = workspace
        self._choose_before = choose_before

    def press(self, at: Pointer) -> None:
        """Go on to here, and bring the other planes here."""
        workspace = self._workspace
        series_key = workspace.viewports.state(at.viewport_id).series_key
        volume = workspace.studies.volume(series_key)
        if series_key is None or volume is None or not volume.geometry.contains(at.lps_mm):
            return
        added = workspace.notices.attempt(lambda: workspace.paths.add_point(series_key, at.lps_mm))
        if added:
            workspace.viewports.set_cursor(at.lps_mm, series_key)

    def double_click(self, at: Pointer) -> bool:
        """Lay the path out; its first click was the last point."""
        self.finish()
        return True

    def finish(self) -> None:
        """Lay the path out, and take up the tool that was in hand before."""
        if self._workspace.notices.attempt(self._workspace.paths.finish):
            self._choose_before()

    def put_down(self) -> None:
        """Forget the path that was begun."""
        self._workspace.paths.clear()
