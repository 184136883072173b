"""Mouse events of a pane shown to its reference lines before its tools; the pointer's shape."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QCursor, QMouseEvent

from reader.session.workspace import Workspace
from reader.ui.subscriptions import Subscriptions
from reader.ui.tools.tool import MEASURING_TOOLS, ToolBox, ToolId
from reader.ui.viewport.pane_drawing import PaneSight
from reader.ui.viewport.reference_lines import ReferenceLines
from reader.ui.viewport.slice_view import SliceView

_CROSS: Final = Qt.CursorShape.CrossCursor
TOOL_SHAPES: Final = {
    **dict.fromkeys((*MEASURING_TOOLS, ToolId.PATH, ToolId.ADD, ToolId.CROSSHAIR), _CROSS),
    ToolId.TEXT: Qt.CursorShape.IBeamCursor,
    ToolId.PAN: Qt.CursorShape.OpenHandCursor,
}
"""A cross where a place is pointed at: an arrow covers what lies below its tip."""


class LineGestures(QObject):
    """Lets the left button take hold of the lines; everything else goes on to the pane."""

    def __init__(self, view: SliceView, workspace: Workspace, tools: ToolBox) -> None:
        super().__init__(view)
        self._view = view
        self.lines = ReferenceLines(workspace, view.viewport_id, tools, self._sight, view.redraw)
        self._tools = tools
        self._on_line: QCursor | None = None
        view.drawings.append(self.lines)
        view.viewport().installEventFilter(self)
        heard = Subscriptions(self)
        heard.add(workspace.events.viewports_changed, self.lines.follow)
        heard.add(tools.changed, self.lines.follow)
        heard.add(tools.changed, self._show_shape)
        heard.add(tools.sketch.changed, self._show_shape)
        self._show_shape()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take what concerns the lines."""
        if event.type() is QEvent.Type.Leave:
            self.lines.leave()
            return False
        return isinstance(event, QMouseEvent) and self._takes(event)

    def _takes(self, event: QMouseEvent) -> bool:
        kind, at = event.type(), event.position()
        is_left = event.button() is Qt.MouseButton.LeftButton
        if kind is QEvent.Type.MouseMove:
            return self._moved(at, event)
        if kind is QEvent.Type.MouseButtonPress and is_left:
            return not event.modifiers() and self.lines.press(at)
        if kind is QEvent.Type.MouseButtonDblClick and is_left:
            return self.lines.double_click(at)
        if kind is QEvent.Type.MouseButtonRelease and is_left and self.lines.is_held:
            self.lines.release()
            return True
        return False

    def _moved(self, at: QPointF, event: QMouseEvent) -> bool:
        if self.lines.is_held:
            self.lines.drag(at)
            return True
        if not event.buttons():
            self._on_line = self.lines.hover(at)
            self._show_shape()
        return False

    def _show_shape(self) -> None:
        """Of what the left button would do here: turn a line, take a handle, use the tool."""
        wanted = self._on_line or QCursor(self._tool_shape())
        pane = self._view.viewport()
        if pane.cursor().shape() is not wanted.shape():
            pane.setCursor(wanted)

    def _tool_shape(self) -> Qt.CursorShape:
        if self._tools.sketch.under_pointer is not None:
            return Qt.CursorShape.PointingHandCursor
        return TOOL_SHAPES.get(self._tools.active_id, Qt.CursorShape.ArrowCursor)

    def _sight(self) -> PaneSight | None:
        resolved, placement = self._view.content.resolved, self._view.placement
        if resolved is None or placement is None or resolved.axes.stored:
            return None
        ratio = float(self._view.devicePixelRatioF())
        return PaneSight(resolved, placement, ratio, QRectF(self._view.rect()))
