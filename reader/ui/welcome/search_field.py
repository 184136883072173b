"""Where one types what to look for."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QLineEdit

from reader.core.text import Text
from reader.ui import tokens
from reader.ui.controls.painting import draw_icon, draw_key_cap, painter_for
from reader.ui.icons import Icon
from reader.ui.theme import Theme
from reader.ui.translate import tr

KEY = "/"
PASSED_ON = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
)


class SearchField(QLineEdit):
    """A field with a lens. The arrows and Enter are handed on to what is listed under it."""

    key_passed = Signal(int)

    def __init__(self, theme: Theme, words: Text, name: Text, key: str = KEY) -> None:
        super().__init__()
        self._theme = theme
        self._key = key
        self.setPlaceholderText(tr(words))
        self.setAccessibleName(tr(name))
        self.setTextMargins(theme.px(24), 0, theme.px(20), 0)

    def event(self, event: QEvent) -> bool:
        """Esc clears the field before it means anything else."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (event.key() in PASSED_ON or (event.key() == Qt.Key.Key_Escape and self.text()))
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Type, clear, or hand on."""
        if event.key() in PASSED_ON:
            self.key_passed.emit(event.key())
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The field, a lens, and the key that leads here while nothing is typed."""
        super().paintEvent(event)
        painter, px = painter_for(self), self._theme.px
        middle, size = self.height() / 2, px(16)
        lens = Icon.MAGNIFYING_GLASS
        draw_icon(painter, self._theme, lens, tokens.TEXT_2, px(10), middle - size / 2, size)
        if self._key and not self.text() and not self.hasFocus():
            draw_key_cap(painter, self._theme, self._key, self.width() - px(8), middle)
