"""Waits for one press of a key and says which it was; means nothing else by it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QKeyCombination, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from reader.ui import tokens
from reader.ui.controls.painting import Run, draw_box, draw_runs, painter_for, whole
from reader.ui.theme import Theme


class KeyCatcher(QWidget):
    """A field that takes the next key. `caught` carries it; `left`: Esc, or the focus went."""

    caught = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._words = ""
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.px(32))
        self.setProperty("draws_own_ring", True)

    def ask(self, words: str) -> None:
        """Say what the key is for, and wait for it."""
        self._words = words
        self.setAccessibleName(words)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()

    def event(self, event: QEvent) -> bool:
        """No key pressed here means anything to the window."""
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, _forward: bool) -> bool:  # noqa: N802
        """Tab does not lead away."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """One key, held or not, is one press."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif not event.isAutoRepeat():
            self.caught.emit(QKeyCombination(event.modifiers(), Qt.Key(event.key())))

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Nobody waits any more; a menu or another window that comes and goes changes nothing."""
        super().focusOutEvent(event)
        if event.reason() not in (
            Qt.FocusReason.ActiveWindowFocusReason,
            Qt.FocusReason.PopupFocusReason,
        ):
            self.left.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """A field with a bright edge."""
        px = self._theme.px
        painter = painter_for(self)
        box = whole(self.rect())
        draw_box(painter, box, px(tokens.RADIUS_BUTTON), tokens.FIELD, tokens.READER, px(2))
        box.adjust(px(12), 0, -px(12), 0)
        draw_runs(painter, self._theme, tokens.BODY, (Run(self._words),), box)
