"""Typing on the image: words beside a measurement, without a dialog."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from reader.core.text import say
from reader.ui import tokens
from reader.ui.theme import Theme
from reader.ui.tools.measure.sketch import WordsWanted
from reader.ui.translate import tr

_WIDTH_PX: Final = 220
_HEIGHT_PX: Final = 28
LONGEST: Final = 200


class InlineWords(QLineEdit):
    """A line over the image. Enter or leaving it takes the words, Esc does not."""

    def __init__(self, theme: Theme, parent: QWidget, wanted: WordsWanted, at: QPointF) -> None:
        super().__init__(wanted.words, parent)
        self.wanted = wanted
        self._is_over = False
        px = theme.px
        self.setMaxLength(LONGEST)
        self.setFont(theme.font(tokens.DETAIL, tokens.MEDIUM))
        self.setAccessibleName(tr(say("Words beside the measurement")))
        self.setPlaceholderText(tr(say("Type, then Enter")))
        self.setStyleSheet(
            f"QLineEdit {{ color: {tokens.READER}; background: {tokens.IMAGE};"
            f" border: 1px solid {tokens.READER}; border-radius: {tokens.RADIUS_KEY}px;"
            f" placeholder-text-color: {tokens.TEXT_2};"
            f" padding: 0 {px(6)}px; selection-background-color: {tokens.READER_DIM}; }}"
        )
        self._at = at.toPoint()
        self.ensurePolished()
        height = max(px(_HEIGHT_PX), self.minimumSizeHint().height())
        self._size = QSize(px(_WIDTH_PX), height)
        self._keep_inside(parent)
        parent.installEventFilter(self)
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """A pane that becomes smaller does not cut it off."""
        if event.type() is QEvent.Type.Resize and isinstance(watched, QWidget):
            self._keep_inside(watched)
        return False

    def _keep_inside(self, pane: QWidget) -> None:
        size = self._size.boundedTo(pane.size())
        left = min(max(0, self._at.x()), pane.width() - size.width())
        top = min(max(0, self._at.y()), pane.height() - size.height())
        self.setGeometry(QRect(QPoint(left, top), size))

    def event(self, event: QEvent) -> bool:
        """Every key is a letter here, not an action of the window."""
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter takes the words, Esc leaves everything as it was."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.end(takes=True)
        elif event.key() == Qt.Key.Key_Escape:
            self.end(takes=False)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Going elsewhere takes the words; another window in front does not end it."""
        super().focusOutEvent(event)
        if event.reason() not in (
            Qt.FocusReason.ActiveWindowFocusReason,
            Qt.FocusReason.PopupFocusReason,
        ):
            self.end(takes=True)

    def end(self, takes: bool) -> None:
        """Close, once."""
        if self._is_over:
            return
        self._is_over = True
        parent = self.parentWidget()
        had_focus = self.hasFocus()
        self.hide()
        self.deleteLater()
        if had_focus and parent is not None:
            parent.setFocus(Qt.FocusReason.OtherFocusReason)
        if takes:
            self.wanted.take(self.text())
        else:
            self.wanted.cancel()
