"""A key, printed."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from reader.ui.controls.painting import draw_key_cap, key_cap_width, painter_for
from reader.ui.theme import Theme


class KeyCap(QWidget):
    """The name of a key in a frame."""

    def __init__(self, theme: Theme, keys: str) -> None:
        super().__init__()
        self._theme = theme
        self.keys = keys
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_keys(self, keys: str) -> None:
        """Print another key; nothing where there is none."""
        if keys != self.keys:
            self.keys = keys
            self.setVisible(bool(keys))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide as its letters."""
        return QSize(key_cap_width(self._theme, self.keys), self._theme.px(18))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw it."""
        painter = painter_for(self)
        draw_key_cap(painter, self._theme, self.keys, self.width(), self.height() / 2)
