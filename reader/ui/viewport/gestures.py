"""Mouse and wheel over one viewport, turned into gestures for the tools.

Left drags with the tool in hand, middle pans, right zooms and, when it does not move,
opens the menu. The wheel scrolls, with Ctrl it zooms.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from reader.session.viewing.viewport import ViewportStore
from reader.ui.tools.pan_zoom import ZoomTool
from reader.ui.tools.tool import Pointer, Tool, ToolBox, ToolId

CLICK_PX: Final = 4
"""A right button that moved less than this asked for the menu."""
WHEEL_NOTCH: Final = 120
"""Eighths of a degree that make one step. Source: Qt, QWheelEvent.angleDelta."""

PointerAt = Callable[[QPointF, Qt.KeyboardModifier], Pointer | None]


class WheelSteps:
    """Collects the small turns of a fine wheel or touchpad until they make whole steps."""

    def __init__(self) -> None:
        self._turned = 0

    def add(self, turned: int) -> int:
        """Whole steps made by turning on, positive away from the reader."""
        if self._turned * turned < 0:
            self._turned = 0
        self._turned += turned
        steps = int(self._turned / WHEEL_NOTCH)
        self._turned -= steps * WHEEL_NOTCH
        return steps


class Gestures:
    """One viewport's gestures. `pointer_at` is None while there is no slice to point at."""

    def __init__(
        self,
        viewport_id: str,
        viewports: ViewportStore,
        tools: ToolBox,
        pointer_at: PointerAt,
        open_menu: Callable[[QPoint], None],
    ) -> None:
        self._viewport_id = viewport_id
        self._viewports = viewports
        self._tools = tools
        self._pointer_at = pointer_at
        self._open_menu = open_menu
        self._wheel = WheelSteps()
        self._button: Qt.MouseButton | None = None
        self._in_use: Tool | None = None
        self._pressed_at = QPointF()
        self._waits_for_menu = False

    def press(self, event: QMouseEvent) -> None:
        """The first button decides; others pressed meanwhile are ignored."""
        if self._button is not None:
            return
        self._viewports.activate(self._viewport_id)
        self._button = event.button()
        self._pressed_at = event.position()
        at = self._pointer(event.position(), event.modifiers())
        self._waits_for_menu = event.button() is Qt.MouseButton.RightButton
        self._in_use = self._tool_of(event.button()) if at is not None else None
        if self._in_use is not None and at is not None:
            self._in_use.press(at)

    def move(self, event: QMouseEvent) -> None:
        """Drag on, or hover."""
        if self._waits_for_menu:
            moved = event.position() - self._pressed_at
            if abs(moved.x()) + abs(moved.y()) < CLICK_PX:
                return
            self._waits_for_menu = False
        at = self._pointer(event.position(), event.modifiers())
        if at is None:
            return
        if self._button is None:
            self._tools.active.hover(at)
        elif self._in_use is not None:
            self._in_use.move(at)

    def release(self, event: QMouseEvent) -> None:
        """End the drag, or open the menu where the right button did not move."""
        if event.button() is not self._button:
            return
        tool, self._in_use, self._button = self._in_use, None, None
        at = self._pointer(event.position(), event.modifiers())
        if tool is not None:
            tool.release(at) if at is not None else tool.leave()
        if self._waits_for_menu:
            self._waits_for_menu = False
            self._open_menu(event.globalPosition().toPoint())

    def double_click(self, event: QMouseEvent) -> None:
        """Show this viewport alone, or all again."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.cancel()
            self._viewports.toggle_maximized(self._viewport_id)

    def wheel(self, event: QWheelEvent) -> None:
        """Scroll, zoom with Ctrl, or whatever the tool in hand wants."""
        turned = event.angleDelta()
        # With Shift or Alt some systems turn the wheel sideways.
        steps = self._wheel.add(turned.y() or turned.x())
        at = self._pointer(event.position(), event.modifiers())
        if not steps or at is None:
            return
        self._viewports.activate(self._viewport_id)
        if at.ctrl:
            zoom = self._tools.tool(ToolId.ZOOM)
            if isinstance(zoom, ZoomTool):
                zoom.step(at, steps)
        elif not self._tools.active.wheel(at, -steps):
            self._viewports.scroll(self._viewport_id, -steps)

    def leave(self) -> None:
        """The pointer went away."""
        if self._button is None:
            self._tools.active.leave()

    def cancel(self) -> None:
        """Forget a drag that will not end, as when the window loses the mouse."""
        if self._in_use is not None:
            self._in_use.leave()
        self._in_use, self._button, self._waits_for_menu = None, None, False

    def _tool_of(self, button: Qt.MouseButton) -> Tool | None:
        if button is Qt.MouseButton.LeftButton:
            return self._tools.active
        if button is Qt.MouseButton.MiddleButton:
            return self._tools.tool(ToolId.PAN)
        if button is Qt.MouseButton.RightButton:
            return self._tools.tool(ToolId.ZOOM)
        return None

    def _pointer(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> Pointer | None:
        return self._pointer_at(position, modifiers)
