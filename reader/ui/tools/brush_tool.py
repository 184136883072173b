"""Paint and erase in millimetres; one drag is one stroke."""

from __future__ import annotations

from collections.abc import Callable

from reader.core.orientation import PlaneAxes
from reader.session.viewport import Point
from reader.session.workspace import Workspace
from reader.ui.tools.tool import BrushShape, IdleTool, Pointer, Ring


class BrushTool(IdleTool):
    """The way drawn follows the pointer at once; the voxels change when the button comes up.

    Holding Ctrl turns the brush into the eraser for one stroke.
    """

    def __init__(
        self,
        workspace: Workspace,
        shape: Callable[[], BrushShape],
        resize: Callable[[int], None],
        erases: bool,
    ) -> None:
        self._workspace = workspace
        self._shape = shape
        self._resize = resize
        self._erases = erases
        self._swapped = False
        self._way: list[Point] = []

    def press(self, at: Pointer) -> None:
        """Begin a stroke."""
        self._swapped = at.ctrl
        self._way = [at.lps_mm]

    def move(self, at: Pointer) -> None:
        """Draw on."""
        if self._way:
            self._way.append(at.lps_mm)

    def release(self, at: Pointer) -> None:
        """Put the stroke into the segment; it is on disk when this returns."""
        way, self._way = tuple(self._way), []
        axes = self._axes(at.viewport_id)
        if not way or axes is None:
            return
        shape, erase = self._shape(), self._erases != self._swapped
        within = None if shape.is_ball else axes
        self._workspace.notices.attempt(
            lambda: self._workspace.editor.stroke(way, shape.diameter_mm / 2, erase, within)
        )

    def wheel(self, at: Pointer, steps: int) -> bool:
        """Shift and the wheel change the size."""
        if at.shift:
            self._resize(-steps)
        return at.shift

    def hover(self, at: Pointer) -> None:
        """Show what a press would do now."""
        self._swapped = at.ctrl

    def leave(self) -> None:
        """Forget a stroke that was not finished."""
        self._way = []

    @property
    def ring(self) -> Ring | None:
        """The brush's edge, and the way drawn so far."""
        radius_mm = self._shape().diameter_mm / 2
        return Ring(radius_mm, self._erases != self._swapped, tuple(self._way))

    def _axes(self, viewport_id: str) -> PlaneAxes | None:
        resolved = self._workspace.resolved(viewport_id)
        return None if resolved is None else resolved.axes
