"""Small marks that say a state."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from reader.ui import tokens
from reader.ui.controls.painting import Run, draw_box, draw_icon, draw_runs, painter_for, whole
from reader.ui.icons import Icon
from reader.ui.theme import Theme

NEUTRAL = (tokens.RAISED, tokens.TEXT)
FROM_AI = (tokens.AI_DIM, tokens.AI_DIM_TEXT)
BY_READER = (tokens.READER_DIM, tokens.READER_DIM_TEXT)
WARNING = (tokens.WARNING_DIM, tokens.WARNING)


class Chip(QWidget):
    """An icon and a word or two on a tinted ground. `colors` is (ground, text)."""

    def __init__(
        self, theme: Theme, icon: Icon, text: str, colors: tuple[str, str] = NEUTRAL
    ) -> None:
        super().__init__()
        self._theme = theme
        self._shown = (icon, text, colors)
        self._longest: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    @property
    def text(self) -> str:
        """The words."""
        return self._shown[1]

    def show_state(self, icon: Icon, text: str, colors: tuple[str, str] = NEUTRAL) -> None:
        """Say another state."""
        if (icon, text, colors) != self._shown:
            self._shown = (icon, text, colors)
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def keep_room_for(self, *texts: str) -> None:
        """Stay as wide as the longest of these, so that another state moves nothing."""
        self._longest = texts
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Icon and words."""
        px = self._theme.px
        metrics = QFontMetricsF(self._theme.font(tokens.DETAIL))
        words = max(metrics.horizontalAdvance(text) for text in (self.text, *self._longest))
        width = round(words) + px(16) + px(6) + 2 * px(10) + 1
        return QSize(width, px(28))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw ground, icon and words."""
        theme, px = self._theme, self._theme.px
        icon, text, (ground, color) = self._shown
        painter = painter_for(self)
        rect = whole(self.rect())
        draw_box(painter, rect, px(tokens.RADIUS_BUTTON), ground)
        size = px(16)
        draw_icon(painter, theme, icon, color, px(10), (rect.height() - size) / 2, size)
        left = px(10) + size + px(6)
        room = QRectF(left, 0, rect.width() - left - px(8), rect.height())
        draw_runs(painter, theme, tokens.DETAIL, (Run(text, color),), room)


class Dot(QWidget):
    """A small square of a segment's colour."""

    def __init__(self, theme: Theme, color: str) -> None:
        super().__init__()
        self._color = color
        self.setFixedSize(theme.px(12), theme.px(12))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the square."""
        draw_box(painter_for(self), whole(self.rect()), 3, self._color)
