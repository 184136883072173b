"""A box to tick, with its words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from reader.ui import tokens
from reader.ui.controls.painting import Run, draw_icon, draw_runs, painter_for, runs_width
from reader.ui.icons import Icon
from reader.ui.theme import Theme


class CheckBox(QAbstractButton):
    """Space or a press changes it."""

    def __init__(self, theme: Theme, text: str, checked: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setChecked(checked)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Box and words."""
        px = self._theme.px
        width = runs_width(self._theme, tokens.BODY, (Run(self.text()),))
        return QSize(px(20) + px(10) + int(width) + 1, px(28))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw them."""
        painter, px = painter_for(self), self._theme.px
        icon = Icon.CHECK_SQUARE if self.isChecked() else Icon.SQUARE
        color = tokens.TEXT if self.isEnabled() else tokens.TEXT_OFF
        size = px(20)
        draw_icon(painter, self._theme, icon, color, 0, (self.height() - size) / 2, size)
        room = QRectF(size + px(10), 0, self.width() - size - px(10), self.height())
        draw_runs(painter, self._theme, tokens.BODY, (Run(self.text(), color),), room)
