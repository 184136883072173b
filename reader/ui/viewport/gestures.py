"""Mouse, wheel and fingers over one viewport, turned into gestures for the tools.

What a button or the wheel does is the keymap's: usually left drags with the tool in hand,
middle pans, right zooms, the wheel scrolls and with Ctrl it zooms. A right button that does
not move opens the menu. Two fingers scroll, a pinch zooms about where it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from reader.core.keymap import MouseAct, MouseInput
from reader.session.viewing.viewport import ViewportStore
from reader.ui.tools.pan_zoom import ZoomTool
from reader.ui.tools.tool import Pointer, Tool, ToolBox, ToolId
from reader.ui.viewport.pinch import Pinch

CLICK_PX: Final = 4
"""A right button that moved less than this asked for the menu."""
WHEEL_NOTCH: Final = 120
"""Eighths of a degree that make one step. Source: Qt, QWheelEvent.angleDelta."""
TOUCHPAD_PX: Final = 20
"""Pixels that two fingers on a touchpad go for one step."""
PAGE_STEPS: Final = 10
_TOOLS: Final = {
    MouseAct.WINDOW: ToolId.WINDOW,
    MouseAct.PAN: ToolId.PAN,
    MouseAct.ZOOM: ToolId.ZOOM,
    MouseAct.SCROLL: ToolId.SCROLL,
    MouseAct.CROSSHAIR: ToolId.CROSSHAIR,
}

PointerAt = Callable[[QPointF, Qt.KeyboardModifier], Pointer | None]


class WheelSteps:
    """Collects the small turns of a fine wheel or touchpad until they make whole steps."""

    def __init__(self) -> None:
        self._turned = 0

    def of(self, event: QWheelEvent) -> int:
        """Whole steps of an event, positive away from the reader.

        Where the system says when fingers touch and leave a touchpad, its pixels count, and
        what it goes on scrolling after they left does not: a stack of slices must stop where
        the hand stops. Elsewhere pixels are not to be relied on. Source: Qt, QWheelEvent.
        """
        if event.phase() is Qt.ScrollPhase.ScrollMomentum:
            return 0
        if event.phase() is Qt.ScrollPhase.ScrollBegin:
            self._turned = 0
        pixels, turned = event.pixelDelta(), event.angleDelta()
        if event.phase() is not Qt.ScrollPhase.NoScrollPhase and not pixels.isNull():
            scale = WHEEL_NOTCH // TOUCHPAD_PX
            turned = QPoint(pixels.x() * scale, pixels.y() * scale)
            if abs(turned.x()) > abs(turned.y()) and not event.modifiers():
                return 0
        # With Shift or Alt some systems turn the wheel sideways.
        return self.add(turned.y() or turned.x())

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
        scroll_alone: Callable[[str, int], None] | None = None,
    ) -> None:
        """`scroll_alone` scrolls one side of a comparison against the other."""
        self._viewport_id = viewport_id
        self._viewports = viewports
        self._tools = tools
        self._pointer_at = pointer_at
        self._open_menu = open_menu
        self._scroll_alone = scroll_alone or viewports.scroll
        self._wheel = WheelSteps()
        self._button: Qt.MouseButton | None = None
        self._in_use: Tool | None = None
        self._pressed_at = QPointF()
        self._waits_for_menu = False
        self._pinch = Pinch(self._zoom_about, self._pan, self._fit)

    def listen(self, widget: QWidget) -> None:
        """Have a widget tell of pinches."""
        self._pinch.listen(widget)

    def touch(self, event: QEvent) -> bool:
        """Take a pinch. Returns: whether the event was one."""
        return self._pinch.take(event)

    def press(self, event: QMouseEvent) -> None:
        """The first button decides; others pressed meanwhile are ignored."""
        if self._button is not None:
            return
        self._viewports.activate(self._viewport_id)
        self._button = event.button()
        self._pressed_at = event.position()
        at = self._pointer(event.position(), event.modifiers())
        self._waits_for_menu = event.button() is Qt.MouseButton.RightButton
        self._in_use = self._tool_of(event.button(), at) if at is not None else None
        if self._in_use is not None and at is not None:
            self._in_use.press(at)

    def move(self, event: QMouseEvent) -> None:
        """Drag on, or hover."""
        if self._waits_for_menu:
            moved = event.position() - self._pressed_at
            is_only_menu = self._tools.mouse.act(MouseInput.RIGHT) is MouseAct.NOTHING
            if abs(moved.x()) + abs(moved.y()) < CLICK_PX or is_only_menu:
                return
            self._waits_for_menu = False
        at = self._pointer(event.position(), event.modifiers())
        if at is None:
            return
        if self._button is None:
            self._tools.hover(at)
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
        at = self._pointer(event.position(), event.modifiers())
        if event.button() is Qt.MouseButton.LeftButton:
            self.cancel()
            if at is not None and self._tools.double_click(at):
                return
            self._viewports.toggle_maximized(self._viewport_id)

    def wheel(self, event: QWheelEvent) -> None:
        """Scroll, zoom, or whatever the tool in hand wants."""
        steps = self._wheel.of(event)
        at = self._pointer(event.position(), event.modifiers())
        if not steps or at is None:
            return
        self._viewports.activate(self._viewport_id)
        act = self._tools.mouse.act(_wheel_input(at))
        if act is MouseAct.ZOOM:
            self._zoom_tool.step(at, steps)
        elif act is MouseAct.PAGES:
            self._viewports.scroll(self._viewport_id, -steps * PAGE_STEPS)
        elif act is MouseAct.NOTHING:
            return
        elif act is MouseAct.SCROLL or not self._tools.active.wheel(at, -steps):
            scroll = self._scroll_alone if at.alt else self._viewports.scroll
            scroll(self._viewport_id, -steps)

    def leave(self) -> None:
        """The pointer went away."""
        if self._button is None:
            self._tools.leave()

    def cancel(self) -> None:
        """Forget a drag that will not end, as when the window loses the mouse."""
        if self._in_use is not None:
            self._in_use.leave()
        self._in_use, self._button, self._waits_for_menu = None, None, False

    def _tool_of(self, button: Qt.MouseButton, at: Pointer) -> Tool | None:
        given = self._input_of(button, at)
        if given is None:
            return None
        act = self._tools.mouse.act(given)
        if act is MouseAct.IN_HAND:
            return self._tools.at(at)
        return self._tools.tool(_TOOLS[act]) if act in _TOOLS else None

    def _input_of(self, button: Qt.MouseButton, at: Pointer) -> MouseInput | None:
        """What was pressed; a brush keeps the modifiers for itself."""
        if button is Qt.MouseButton.MiddleButton:
            return MouseInput.MIDDLE
        if button is Qt.MouseButton.RightButton:
            return MouseInput.RIGHT
        if button is not Qt.MouseButton.LeftButton:
            return None
        if self._tools.active.ring is None:
            held = ((at.ctrl, MouseInput.CTRL_LEFT), (at.shift, MouseInput.SHIFT_LEFT),
                    (at.alt, MouseInput.ALT_LEFT))  # fmt: skip
            for is_down, given in held:
                if is_down:
                    return given
        return MouseInput.LEFT

    # Fingers

    @property
    def _zoom_tool(self) -> ZoomTool:
        tool = self._tools.tool(ToolId.ZOOM)
        if not isinstance(tool, ZoomTool):
            raise AssertionError("the box holds another tool in the place of the zoom")
        return tool

    def _zoom_about(self, position: QPointF, factor: float) -> None:
        at = self._pointer(position, Qt.KeyboardModifier.NoModifier)
        if at is not None:
            self._viewports.activate(self._viewport_id)
            self._zoom_tool.scale(at, factor)

    def _pan(self, position: QPointF, moved: QPointF) -> None:
        at = self._pointer(position, Qt.KeyboardModifier.NoModifier)
        if at is not None:
            by_mm = moved.y() / at.px_per_mm, moved.x() / at.px_per_mm
            self._viewports.pan_by(self._viewport_id, by_mm)

    def _fit(self) -> None:
        self._viewports.reset_view(self._viewport_id)

    def _pointer(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> Pointer | None:
        return self._pointer_at(position, modifiers)


def _wheel_input(at: Pointer) -> MouseInput:
    if at.ctrl:
        return MouseInput.CTRL_WHEEL
    if at.shift:
        return MouseInput.SHIFT_WHEEL
    return MouseInput.ALT_WHEEL if at.alt else MouseInput.WHEEL
