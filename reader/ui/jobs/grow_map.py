"""A model's way through the slices: which are done, and where the reader is."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from reader.ui import tokens
from reader.ui.controls.painting import painter_for, whole
from reader.ui.jobs.finished_slices import Shares
from reader.ui.theme import Theme


class GrowMap(QWidget):
    """A bar of all slices: the fuller the more of one is done, a white tick where you are."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[Shares, int, int | None, str] = ((), 1, None, "")
        self.setFixedHeight(theme.px(22))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_slices(
        self,
        done: Shares,
        count: int,
        here: int | None,
        color: str = tokens.AI_DONE,
    ) -> None:
        """How much is done of `count` slices, and the reader's slice."""
        shown = (done, max(1, count), here, color)
        if shown != self._shown:
            self._shown = shown
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the trough, what is done, and the tick."""
        done, count, here, color = self._shown
        painter = painter_for(self)
        rect = whole(self.rect())
        clip = QPainterPath()
        clip.addRoundedRect(rect, self._theme.px(3), self._theme.px(3))
        painter.setClipPath(clip)
        painter.fillRect(rect, QColor(tokens.LINE))
        per_slice = rect.width() / count
        for first, end, share in done:
            height = rect.height() * share
            top = rect.height() - height
            box = QRectF(first * per_slice, top, (end - first) * per_slice, height)
            painter.fillRect(box, QColor(color or tokens.AI_DONE))
        if here is not None:
            tick = QRectF((here + 0.5) * per_slice - 1, 0, self._theme.px(2), rect.height())
            painter.fillRect(tick, QColor(tokens.TEXT))


class ProgressLine(QWidget):
    """A thin bar for work that has no place in the volume."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._fraction, self._color = 0.0, tokens.AI
        self.setFixedHeight(theme.px(4))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_fraction(self, fraction: float, color: str) -> None:
        """Fill it so far."""
        if (fraction, color) != (self._fraction, self._color):
            self._fraction, self._color = fraction, color
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the trough and what is done."""
        painter = painter_for(self)
        rect = whole(self.rect())
        clip = QPainterPath()
        clip.addRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        painter.setClipPath(clip)
        painter.fillRect(rect, QColor(tokens.BAR_TRACK))
        filled = QRectF(0, 0, rect.width() * self._fraction, rect.height())
        painter.fillRect(filled, QColor(self._color))
