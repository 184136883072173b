"""Mouse events of a pane shown to its reference lines before its tools see them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent

from reader.session.workspace import Workspace
from reader.ui.subscriptions import Subscriptions
from reader.ui.tools.tool import ToolBox
from reader.ui.viewport.pane_drawing import PaneSight
from reader.ui.viewport.reference_lines import ReferenceLines
from reader.ui.viewport.slice_view import SliceView


class LineGestures(QObject):
    """Lets the left button take hold of the lines; everything else goes on to the pane."""

    def __init__(self, view: SliceView, workspace: Workspace, tools: ToolBox) -> None:
        super().__init__(view)
        self._view = view
        self.lines = ReferenceLines(workspace, view.viewport_id, tools, self._sight, view.redraw)
        self._has_shape = False
        view.drawings.append(self.lines)
        view.viewport().installEventFilter(self)
        heard = Subscriptions(self)
        heard.add(workspace.events.viewports_changed, self.lines.follow)
        heard.add(tools.changed, self.lines.follow)

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
            self._show_shape(at)
        return False

    def _show_shape(self, at: QPointF) -> None:
        shape = self.lines.hover(at)
        if shape is not None:
            self._view.viewport().setCursor(shape)
        elif self._has_shape:
            self._view.viewport().unsetCursor()
        self._has_shape = shape is not None

    def _sight(self) -> PaneSight | None:
        resolved, placement = self._view.content.resolved, self._view.placement
        if resolved is None or placement is None or resolved.axes.stored:
            return None
        ratio = float(self._view.devicePixelRatioF())
        return PaneSight(resolved, placement, ratio, QRectF(self._view.rect()))
