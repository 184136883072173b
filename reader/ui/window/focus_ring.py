"""The ring around what the keyboard acts on: 2 px, 2 px away, over everything else."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QLineEdit, QWidget
from shiboken6 import isValid

from reader.ui import tokens
from reader.ui.controls.painting import draw_box, painter_for
from reader.ui.theme import Theme

MOVES: Final = (
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.Hide,
)


class FocusRing(QWidget):
    """Follows the focus of one window. Whatever draws its own ring is left alone."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._followed: list[QWidget] = []
        self._target: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_changed)

    @property
    def target(self) -> QWidget | None:
        """What the ring is around."""
        return self._target

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Go along when the target or what it lies in moves."""
        if event.type() in MOVES:
            self._place()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the ring, cut where the target is scrolled out of sight."""
        if self._target is None:
            return
        reach = self._reach
        outer = QRect(self._corner(), self._target.size()).adjusted(-reach, -reach, reach, reach)
        outer.translate(-self.pos())
        radius = self._theme.px(tokens.RADIUS_BUTTON) + reach
        ring = self._theme.px(tokens.FOCUS_RING)
        draw_box(painter_for(self), QRectF(outer), radius, None, tokens.READER, ring)

    def _focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        for widget in self._followed:
            if isValid(widget):
                widget.removeEventFilter(self)
        self._followed.clear()
        self._target = new if self._is_ours(new) else None
        step = self._target
        while step is not None and step is not self.window():
            step.installEventFilter(self)
            self._followed.append(step)
            step = step.parentWidget()
        self._place()

    def _is_ours(self, widget: QWidget | None) -> bool:
        """Fields and viewports draw their own; Qt's popups are windows of their own."""
        if widget is None or widget.window() is not self.window():
            return False
        return not isinstance(widget, QLineEdit) and not widget.property("draws_own_ring")

    def _place(self) -> None:
        target = self._target
        if target is None or not isValid(target) or not target.isVisible():
            self.hide()
            return
        reach = self._reach
        seen = QRect(self._corner(), target.size()).adjusted(-reach, -reach, reach, reach)
        ancestor = target.parentWidget()
        while ancestor is not None and ancestor is not self.window():
            above = ancestor.parentWidget()
            if isinstance(above, QAbstractScrollArea):
                corner = ancestor.mapTo(self.window(), QPoint(0, 0))
                seen = seen.intersected(QRect(corner, ancestor.size()))
            ancestor = above
        if seen.isEmpty():
            self.hide()
            return
        self.setGeometry(seen)
        self.raise_()
        self.show()
        self.update()

    def _corner(self) -> QPoint:
        if self._target is None:
            return QPoint()
        return self._target.mapTo(self.window(), QPoint(0, 0))

    @property
    def _reach(self) -> int:
        """How far the ring goes beyond its target. Large areas have it inside."""
        target = self._target
        large = target is not None and target.width() > self._theme.px(280)
        is_area = isinstance(target, QAbstractScrollArea) or (large and target is not None)
        ring = self._theme.px(tokens.FOCUS_RING)
        return 0 if is_area else 2 * ring
