"""The bar that says what the colours of a fused series mean."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF
from PySide6.QtGui import QColor, QImage, QPainter

from reader.imaging.fusion import hot_iron
from reader.session.viewing.fusing import ShownFusion
from reader.ui import quantities, tokens
from reader.ui.fusion.fused_words import places_of
from reader.ui.theme import Theme
from reader.ui.viewport.halo_text import PLAIN, HaloText
from reader.ui.viewport.sheet import Sheet

_WIDTH_PX, _HEIGHT_PX, _LEAST_HEIGHT_PX, _TICK_PX = 8, 120, 40, 4
_BELOW_MIDDLE_PX = 28
"""Kept free for the letter in the middle of the pane's side."""
_CORNER_LINES = 3


def draw_color_scale(
    sheet: Sheet, text: HaloText, theme: Theme, fused: ShownFusion, area: QRectF,
    right: float, small: bool,
) -> None:  # fmt: skip
    """Below the middle of the right side: the window's ends and middle, in the unit shown.

    As high as the lines in the corner leave room for; there are fewer in a small pane.
    """
    width, tick = theme.px(_WIDTH_PX), theme.px(_TICK_PX)
    top = area.center().y() + theme.px(_BELOW_MIDDLE_PX)
    line = text.line_height(PLAIN)
    lines = 1 if small else _CORNER_LINES
    room = area.bottom() - theme.px(16) - lines * line - top - line / 2
    height = round(min(theme.px(_HEIGHT_PX), room))
    if height < theme.px(_LEAST_HEIGHT_PX):
        return
    place = QPointF(right - width - tick - 1, top - 1)
    size = QSizeF(width + tick + 2, height + 2)
    box = QRect(tick + 1, 1, width, height)
    text.draw_kept(sheet, place, ("hot iron", height), size, lambda p: _paint(p, box))
    window = fused.window
    places = places_of(window.width)
    for part in (1.0, 0.5, 0.0):
        label = quantities.number(window.lower + part * (window.upper - window.lower), places)
        if part == 1.0 and fused.unit.word:
            label = f"{fused.unit.word} {label}"
        y = top + height * (1 - part)
        text.draw_right(sheet, place.x() - theme.px(4), y - line / 2, label, PLAIN)


def _paint(painter: QPainter, box: QRect) -> None:
    painter.fillRect(box.adjusted(-1, -1, 1, 1), QColor(tokens.ON_IMAGE))
    painter.fillRect(box, QColor(tokens.IMAGE))
    painter.drawImage(box, _strip())
    for part in (0.0, 0.5, 1.0):
        y = box.top() + round((box.height() - 1) * part)
        painter.fillRect(QRect(0, y, box.left(), 1), QColor(tokens.ON_IMAGE))


def _strip() -> QImage:
    """The colours from the window's upper end down to its lower, one pixel wide."""
    colors = np.ascontiguousarray(hot_iron()[::-1])
    strip = QImage(colors.data, 1, len(colors), 3, QImage.Format.Format_RGB888)
    return strip.copy()
