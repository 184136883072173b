"""Paint and erase in millimetres; one drag is one stroke."""

from __future__ import annotations

from collections.abc import Callable

from reader.session.workspace import Workspace
from reader.ui.tools.tool import BrushShape, IdleTool, Pointer, Ring


class BrushTool(IdleTool):
    """Voxels change under the pointer; the stroke is on disk when the button comes up.

    Holding Ctrl turns the brush into the eraser for one stroke, and the other way round.
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

    def press(self, at: Pointer) -> None:
        """Begin a stroke."""
        workspace, shape = self._workspace, self._shape()
        self._swapped = at.ctrl
        plane = workspace.viewports.state(at.viewport_id).plane
        editor = workspace.editor
        refused = not workspace.notices.attempt(
            lambda: workspace.tilting.require_drawing(at.viewport_id, shape.is_ball)
        )
        if refused:
            return
        editor.set_tool(shape.diameter_mm / 2, self._erases != self._swapped, shape.is_ball)
        workspace.notices.attempt(lambda: editor.press(at.lps_mm, plane))

    def move(self, at: Pointer) -> None:
        """Draw on."""
        self._workspace.editor.move(at.lps_mm)

    def release(self, at: Pointer) -> None:
        """End the stroke; it is on disk when this returns."""
        self._finish()

    def wheel(self, at: Pointer, steps: int) -> bool:
        """Shift and the wheel change the size."""
        if at.shift:
            self._resize(-steps)
        return at.shift

    def hover(self, at: Pointer) -> None:
        """Show what a press would do now."""
        self._swapped = at.ctrl

    def leave(self) -> None:
        """End a stroke whose button will not come up; what was drawn is kept."""
        self._finish()

    @property
    def ring(self) -> Ring | None:
        """The brush's edge."""
        return Ring(self._shape().diameter_mm / 2, self._erases != self._swapped)

    def _finish(self) -> None:
        if self._workspace.editor.is_drawing:
            self._workspace.notices.attempt(self._workspace.editor.release)
