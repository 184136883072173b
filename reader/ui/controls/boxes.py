"""Grounds to put things on: plain panels, lines between them, tinted message boxes."""

from __future__ import annotations

import enum
from typing import TypeVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from reader.ui import tokens
from reader.ui.controls.painting import draw_box, draw_icon, painter_for, whole
from reader.ui.controls.text import Paragraph
from reader.ui.icons import Icon
from reader.ui.theme import Theme

LayoutT = TypeVar("LayoutT", bound=QBoxLayout)


class Ground(QWidget):
    """A filled, rounded area for other widgets."""

    def __init__(self, theme: Theme, fill: str, radius: int = 0, edge: str | None = None) -> None:
        super().__init__()
        self._fill = fill
        self._radius = theme.px(radius)
        self._edge = edge

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Fill it."""
        draw_box(painter_for(self), whole(self.rect()), self._radius, self._fill, self._edge)


class Rule(QFrame):
    """A line 1 px thick between things."""

    def __init__(self, theme: Theme, *, upright: bool = False, length: int = 0) -> None:
        super().__init__()
        self.setStyleSheet(f"background: {tokens.LINE}; border: none;")
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
        if length:
            (self.setFixedHeight if upright else self.setFixedWidth)(theme.px(length))


class IconMark(QWidget):
    """An icon that is not a button."""

    def __init__(self, theme: Theme, icon: Icon, color: str, size: int = 20) -> None:
        super().__init__()
        self._theme = theme
        self._shown = (icon, color)
        self._size = size
        self.setFixedSize(theme.px(size), theme.px(size))

    def show_icon(self, icon: Icon, color: str) -> None:
        """Draw another one."""
        if (icon, color) != self._shown:
            self._shown = (icon, color)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the icon."""
        draw_icon(painter_for(self), self._theme, *self._shown, 0, 0, self._theme.px(self._size))


class Tone(enum.Enum):
    """What a message is about: (ground, accent, icon)."""

    PLAIN = (tokens.RAISED, tokens.TEXT, Icon.INFO)
    WARNING = (tokens.WARNING_DIM, tokens.WARNING, Icon.WARNING)
    DANGER = (tokens.DANGER_DIM, tokens.DANGER, Icon.WARNING_OCTAGON)


class MessageBox(QWidget):
    """What happened, then what to do, then the acts that do it. Not a dialog."""

    def __init__(
        self, theme: Theme, tone: Tone, title: str, text: str = "", *, icon: Icon | None = None
    ) -> None:
        super().__init__()
        self._theme = theme
        self._tone = tone
        ground, accent, its_icon = tone.value
        self._ground, self._accent = ground, accent
        px = theme.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(14), px(16), px(14))
        column.setSpacing(px(6))
        self._head = head = row(px(8))
        self.title = Paragraph(theme, tokens.BODY, title, accent, tokens.SEMIBOLD)
        mark = IconMark(theme, icon or its_icon, accent, 20)
        head.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.title, 1)
        column.addLayout(head)
        self.body = Paragraph(theme, tokens.BODY, text)
        column.addWidget(self.body)
        self.body.setVisible(bool(text))
        self.acts = row(px(8))
        self._column = column

    def add_to_head(self, widget: QWidget) -> None:
        """Something at the right end of the title, such as a way to close the box."""
        self._head.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)

    def add_text(self, text: str) -> None:
        """One more paragraph like the first."""
        self._column.addWidget(Paragraph(self._theme, tokens.BODY, text))

    def add_detail(self, text: str) -> None:
        """A fainter second paragraph."""
        self._column.addWidget(Paragraph(self._theme, tokens.DETAIL, text, tokens.TEXT_2))

    def add_act(self, button: QWidget) -> None:
        """A button under the text."""
        if self.acts.parent() is None:
            self._column.addSpacing(self._theme.px(2))
            self._column.addLayout(self.acts)
            self.acts.addStretch(1)
        self.acts.insertWidget(self.acts.count() - 1, button)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Fill the ground; warnings and dangers have a bar on the left."""
        painter = painter_for(self)
        rect, radius = whole(self.rect()), self._theme.px(tokens.RADIUS_BOX)
        if self._tone is Tone.PLAIN:
            draw_box(painter, rect, radius, self._ground)
            return
        draw_box(painter, rect, radius, self._ground)
        painter.setClipRect(QRectF(0, 0, self._theme.px(3), rect.height()))
        draw_box(painter, rect, radius, self._accent)


def row(spacing: int, *widgets: QWidget) -> QHBoxLayout:
    """Widgets side by side without outer margins."""
    return _filled(QHBoxLayout(), spacing, widgets)


def column(spacing: int, *widgets: QWidget) -> QVBoxLayout:
    """Widgets one under the other without outer margins."""
    return _filled(QVBoxLayout(), spacing, widgets)


def _filled(layout: LayoutT, spacing: int, widgets: tuple[QWidget, ...]) -> LayoutT:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for widget in widgets:
        layout.addWidget(widget)
    return layout
