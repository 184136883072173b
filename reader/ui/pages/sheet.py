"""A page that lies over part of the window and goes away with Esc. Never modal."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from reader.core.text import Text, say
from reader.ui import tokens
from reader.ui.controls.boxes import row
from reader.ui.controls.icon_button import IconButton
from reader.ui.controls.painting import draw_box, painter_for, whole
from reader.ui.controls.text import Line
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.translate import tr


class Sheet(QWidget):
    """A titled box. `closed` is emitted when the reader is done with it."""

    closed = Signal()
    size_at_100: ClassVar[tuple[int, int]] = (640, 560)
    """Width and height at 100 %; a smaller window gives less."""

    def __init__(self, kit: Kit, title: Text, parent: QWidget) -> None:
        super().__init__(parent)
        self.kit = kit
        px = kit.theme.px
        self.setAccessibleName(tr(title))
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(1, 0, 1, px(8))
        self.column.setSpacing(0)
        words = Line(kit.theme, tokens.TITLE, grows=True)
        words.show_text(tr(title), weight=tokens.SEMIBOLD)
        close = IconButton(kit.theme, Icon.X, tr(say("Close")), keys="Esc", side=28)
        close.clicked.connect(self.closed)
        self.head: QHBoxLayout = row(px(8), words, close)
        self.head.setContentsMargins(px(16), px(12), px(12), px(10))
        self.column.addLayout(self.head)

    def height_at(self, width: int) -> int | None:
        """How high it wants to be at a width; None for as high as it may."""
        return None

    def size_over(self, area: QRect) -> QSize:
        """How large it gets over an area of the window."""
        px = self.kit.theme.px
        width = min(px(self.size_at_100[0]), area.width() - px(32))
        highest = px(self.size_at_100[1])
        natural = self.height_at(width)
        height = highest if natural is None else min(natural, highest)
        return QSize(width, min(height, area.height() - px(32)))

    def place_over(self, area: QRect) -> None:
        """Lie in the middle of an area of the window."""
        size = self.size_over(area)
        left = area.left() + (area.width() - size.width()) // 2
        top = area.top() + (area.height() - size.height()) // 2
        self.setGeometry(left, top, size.width(), size.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """A raised box with an edge."""
        radius = self.kit.theme.px(tokens.RADIUS_BOX)
        draw_box(painter_for(self), whole(self.rect()), radius, tokens.PANEL, tokens.BUTTON_EDGE)
