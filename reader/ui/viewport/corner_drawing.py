"""The corners of a pane laid down on its sheet."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter

from reader.ui import tokens
from reader.ui.theme import Theme
from reader.ui.viewport.corner_text import CornerLine, Corners
from reader.ui.viewport.halo_text import HaloText
from reader.ui.viewport.sheet import Sheet

_MIDDLE_PX: Final = 80
"""Kept free for the letters in the middle of the upper edge."""


def draw_corners(
    sheet: Sheet, text: HaloText, theme: Theme, corners: Corners, area: QRectF, right: float
) -> None:
    """Lay down the corners of a pane; `right` is where text on the right ends."""
    edge, line = theme.px(10), theme.px(tokens.DETAIL.line_px)
    top, widest = area.top() + theme.px(8), (area.width() - theme.px(_MIDDLE_PX)) / 2
    whole = right - area.left() - edge
    bottom = area.bottom() - theme.px(8)
    for lines, y in (
        (corners.top_left, top),
        (corners.bottom_left, bottom - line * len(corners.bottom_left)),
    ):
        for entry in lines:
            room = whole if entry.spans else widest
            _draw_left(sheet, text, theme, entry, area.left() + edge, y, room)
            y += line
    for lines, y in (
        (corners.top_right, top),
        (corners.bottom_right, bottom - line * len(corners.bottom_right)),
    ):
        for entry in lines:
            fits = not entry.short or text.width(entry.text, entry.lettering) <= widest
            words = entry.text if fits else entry.short
            shown = text.elided(words, entry.lettering, widest)
            text.draw_right(sheet, right, y, shown, entry.lettering)
            y += line


def _draw_left(
    sheet: Sheet,
    text: HaloText,
    theme: Theme,
    entry: CornerLine,
    x: float,
    top: float,
    widest: float,
) -> None:
    if entry.square is not None:
        side, color = theme.px(10), entry.square
        y = top + (theme.px(tokens.DETAIL.line_px) - side) / 2
        place, size = QPointF(x - 1, round(y) - 1), QSizeF(side + 2, side + 2)
        text.draw_kept(
            sheet, place, ("square", color), size, lambda p: _paint_square(p, side, color)
        )
        x += side + theme.px(7)
    shown = text.elided(entry.text, entry.lettering, widest)
    text.draw(sheet, x, top, shown, entry.lettering)


def _paint_square(painter: QPainter, side: int, color: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for margin, shade in ((0, tokens.IMAGE), (1, color)):
        painter.setBrush(QColor(shade))
        edge = side + 2 - 2 * margin
        painter.drawRoundedRect(QRectF(margin, margin, edge, edge), 2, 2)
