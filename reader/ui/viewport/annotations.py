"""Edge letters, scale bar and the heatmap's colour bar."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF
from PySide6.QtGui import QColor, QImage, QPainter

from reader.core.heatmap import HeatmapKind
from reader.core.orientation import direction_letters
from reader.core.text import say
from reader.imaging.colormap import LEAST_SHOWN_SCORE, inferno
from reader.imaging.slicing import SliceGeometry
from reader.ui import quantities, tokens
from reader.ui.theme import Theme
from reader.ui.translate import tr
from reader.ui.viewport.halo_text import PLAIN, HaloText, Lettering

EDGE_LETTERS: Final = Lettering(tokens.TextStyle(16, 20), tokens.SEMIBOLD)
SCALE_LENGTHS_MM: Final = (1, 2, 5, 10, 20, 50, 100)
SCALE_GOAL_PX: Final = 100
SCALE_COLOR: Final = "#DADADA"
_HEAT_BAR_WORDS: Final = {
    HeatmapKind.PROBABILITY: say("AI probability"),
    HeatmapKind.UNCERTAINTY: say("AI uncertainty"),
    HeatmapKind.SALIENCY: say("AI saliency"),
}


def edge_letters(geometry: SliceGeometry) -> tuple[str, str, str, str]:
    """Which side of the patient is left, right, up and down on the screen."""
    down, right = geometry.down_lps_mm, geometry.right_lps_mm
    return (
        direction_letters(-right),
        direction_letters(right),
        direction_letters(-down),
        direction_letters(down),
    )


def draw_edge_letters(
    painter: QPainter, text: HaloText, theme: Theme, geometry: SliceGeometry, area: QRectF,
    right: float,
) -> None:  # fmt: skip
    """One letter in the middle of each side, two or three where the slice is oblique."""
    to_left, to_right, up, down = edge_letters(geometry)
    line = text.line_height(EDGE_LETTERS)
    middle_x, middle_y = area.center().x(), area.center().y()
    text.draw(painter, area.left() + theme.px(10), middle_y - line / 2, to_left, EDGE_LETTERS)
    text.draw_right(painter, right, middle_y - line / 2, to_right, EDGE_LETTERS)
    for letters, top in (
        (up, area.top() + theme.px(8)),
        (down, area.bottom() - theme.px(8) - line),
    ):
        x = middle_x - text.width(letters, EDGE_LETTERS) / 2
        text.draw(painter, x, top, letters, EDGE_LETTERS)


def scale_length_mm(px_per_mm: float, goal_px: float = SCALE_GOAL_PX) -> int:
    """The round length whose bar comes nearest to the goal."""
    return min(SCALE_LENGTHS_MM, key=lambda mm: abs(mm * px_per_mm - goal_px))


def draw_scale_bar(
    painter: QPainter, text: HaloText, theme: Theme, px_per_mm: float, area: QRectF, small: bool
) -> None:
    """A bar of a round length at the bottom: left of the middle, or in the corner if small."""
    lettering = PLAIN
    length = scale_length_mm(px_per_mm, theme.px(SCALE_GOAL_PX))
    width = length * px_per_mm
    label = f"{length}{quantities.THIN}mm"
    gap, label_width = theme.px(8), text.width(label, lettering)
    if width > area.width() / 2:
        return
    left = area.left() + theme.px(12)
    if not small:
        left = area.center().x() - theme.px(28) - label_width - gap - width
    bottom = area.bottom() - theme.px(14)
    wide, high = round(width), theme.px(7)
    place, size = QPointF(round(left) - 1, round(bottom) - high - 1), QSizeF(wide + 2, high + 2)
    text.draw_kept(
        painter, place, ("ruler", wide, high), size, lambda p: _paint_ruler(p, wide, high)
    )
    line = text.line_height(lettering)
    text.draw(painter, left + width + gap, area.bottom() - theme.px(8) - line, label, lettering)


def _paint_ruler(painter: QPainter, width: int, height: int) -> None:
    """A level line with a tall tick at both ends and four low ones, light on black."""
    thick, bottom = 2, height + 1
    bars = [QRect(1, bottom - thick, width, thick)]
    for tick in range(6):
        tall = height if tick in (0, 5) else height // 2 + 1
        x = 1 + round((width - thick) * tick / 5)
        bars.append(QRect(x, bottom - tall, thick, tall))
    for bar in bars:
        painter.fillRect(bar.adjusted(-1, -1, 1, 1), QColor(tokens.IMAGE))
    for bar in bars:
        painter.fillRect(bar, QColor(SCALE_COLOR))


def draw_heat_bar(
    painter: QPainter,
    text: HaloText,
    theme: Theme,
    kind: HeatmapKind,
    threshold: float,
    right: float,
    top: float,
) -> None:
    """What the heat's colours mean, with numbers; its upper right corner is given."""
    width, height = theme.px(8), theme.px(120)
    box = QRectF(right - width, top, width, height)
    painter.fillRect(box.adjusted(-1, -1, 1, 1), QColor(tokens.IMAGE))
    painter.drawImage(box, _heat_strip(threshold))
    low = max(threshold, LEAST_SHOWN_SCORE)
    lettering, line = PLAIN, text.line_height(PLAIN)
    for score in (1.0, (1.0 + low) / 2, low):
        y = box.bottom() - height * (score - low) / (1 - low)
        label = quantities.number(score, 1 if score == 1 else 2)
        if score == 1.0:
            label = f"{tr(_HEAT_BAR_WORDS[kind])} {label}"
        text.draw_right(painter, box.left() - theme.px(8), y - line / 2, label, lettering)
        tick = QRectF(box.left() - theme.px(4), round(y), theme.px(4), 1)
        painter.fillRect(tick, QColor(tokens.ON_IMAGE))


def _heat_strip(threshold: float) -> QImage:
    """The colours from 1 (top) down to the threshold, one pixel wide."""
    low = max(threshold, LEAST_SHOWN_SCORE)
    scores = np.linspace(1, low, 120)
    along = (scores - LEAST_SHOWN_SCORE) / (1 - LEAST_SHOWN_SCORE)
    colors = np.ascontiguousarray(inferno()[np.rint(along * 255).astype(int)])
    strip = QImage(colors.data, 1, len(colors), 3, QImage.Format.Format_RGB888)
    return strip.copy()
