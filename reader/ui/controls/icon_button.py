"""Square buttons with an icon only; the tooltip says what they do and by which key."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from reader.ui import tokens
from reader.ui.controls.painting import draw_box, draw_icon, painter_for, whole
from reader.ui.icons import Icon
from reader.ui.theme import Theme


class IconButton(QAbstractButton):
    """An icon that is a button. `side` is 32, 28 or 24 px."""

    def __init__(
        self, theme: Theme, icon: Icon, name: str, *, keys: str = "", side: int = 32
    ) -> None:
        super().__init__()
        self._theme = theme
        self._icon_name = icon
        self._side = side
        self._color = tokens.TEXT_2
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_name(name, keys)

    def set_name(self, name: str, keys: str = "") -> None:
        """Say what the button does."""
        tip = f"{name}  {keys}".strip()
        if tip != self.toolTip():
            self.setAccessibleName(name)
            self.setToolTip(tip)

    def show_icon(self, icon: Icon, color: str = tokens.TEXT_2) -> None:
        """Change the picture, as for a lock that was opened."""
        if (icon, color) != (self._icon_name, self._color):
            self._icon_name, self._color = icon, color
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """A square."""
        side = self._theme.px(self._side)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw a box only while the button is hovered, pressed or on."""
        px = self._theme.px
        painter = painter_for(self)
        fill, color = None, self._color
        if not self.isEnabled():
            color = tokens.KEY_EDGE
        elif self.isChecked() or self.isDown():
            fill, color = tokens.SELECTED, tokens.TEXT
        elif self.underMouse():
            fill = tokens.HOVER
        draw_box(painter, whole(self.rect()), px(tokens.RADIUS_BUTTON), fill)
        size = px(20 if self._side > 24 else 16)
        place = (self.width() - size) / 2
        draw_icon(painter, self._theme, self._icon_name, color, place, place, size)
