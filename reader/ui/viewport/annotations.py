"""Edge letters, scale bar and the heatmap's colour bar."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF
from PySide6.QtGui import QColor, QImage, QPainter

from reader.core.heatmap import HeatmapKind
from reader.core.orientation import SpatialTransform, direction_letters
from reader.core.study import WarningCode
from reader.core.text import say
from reader.imaging.colormap import LEAST_SHOWN_SCORE, heat_colors
from reader.session.viewing.resolve import ResolvedViewport
from reader.ui import quantities, tokens
from reader.ui.theme import Theme
from reader.ui.translate import tr
from reader.ui.viewport.halo_text import PLAIN, HaloText, Lettering
from reader.ui.viewport.sheet import Sheet

EDGE_LETTERS: Final = Lettering(tokens.TextStyle(16, 20), tokens.SEMIBOLD)
SCALE_LENGTHS_MM: Final = (1, 2, 5, 10, 20, 50, 100)
SCALE_GOAL_PX: Final = 100
SCALE_COLOR: Final = "#DADADA"
_OPPOSITE: Final = {"R": "L", "L": "R", "A": "P", "P": "A", "F": "H", "H": "F"}
_HEAT_BAR_WORDS: Final = {
    HeatmapKind.PROBABILITY: say("AI score"),
    HeatmapKind.UNCERTAINTY: say("AI uncertainty"),
    HeatmapKind.SALIENCY: say("AI influence, not evidence"),
    HeatmapKind.FRACTION: say("Fraction, imported"),
}


def edge_letters(resolved: ResolvedViewport) -> tuple[str, str, str, str]:
    """Which side of the patient is left, right, up and down on the screen; empty = unknown."""
    if resolved.axes.stored:
        row, column = resolved.series.tags.patient_orientation
        stated = _stated_letters(row, column, resolved.transform)
        if any(stated) or not _is_placed(resolved):
            return stated
    geometry = resolved.geometry
    down, right = geometry.down_lps_mm, geometry.right_lps_mm
    return (
        direction_letters(-right),
        direction_letters(right),
        direction_letters(-down),
        direction_letters(down),
    )


def _is_placed(resolved: ResolvedViewport) -> bool:
    """Whether single images lie somewhere in the patient and not just one after the other."""
    known = resolved.volume.geometry.frame_of_reference_uid
    return bool(known) and all(
        w.code is not WarningCode.NO_POSITION for w in resolved.series.warnings
    )


def _stated_letters(
    row: str, column: str, transform: SpatialTransform
) -> tuple[str, str, str, str]:
    """From where a row and a column lead. Source: DICOM PS3.3 C.7.6.1.1.1."""
    right, down = ("".join(c for c in word.upper() if c in _OPPOSITE)[:3] for word in (row, column))
    left, up = ("".join(_OPPOSITE[c] for c in word) for word in (right, down))
    stored = {(0.0, -1.0): left, (0.0, 1.0): right, (-1.0, 0.0): up, (1.0, 0.0): down}
    left, right, up, down = (stored[transform.untouched(*side)] for side in stored)
    return left, right, up, down


def draw_edge_letters(
    sheet: Sheet, text: HaloText, theme: Theme, letters: tuple[str, str, str, str],
    area: QRectF, right: float,
) -> None:  # fmt: skip
    """One letter in the middle of each side, two or three where the slice is oblique."""
    to_left, to_right, up, down = letters
    line = text.line_height(EDGE_LETTERS)
    middle_x, middle_y = area.center().x(), area.center().y()
    text.draw(sheet, area.left() + theme.px(10), middle_y - line / 2, to_left, EDGE_LETTERS)
    text.draw_right(sheet, right, middle_y - line / 2, to_right, EDGE_LETTERS)
    for side, top in (
        (up, area.top() + theme.px(8)),
        (down, area.bottom() - theme.px(8) - line),
    ):
        x = middle_x - text.width(side, EDGE_LETTERS) / 2
        text.draw(sheet, x, top, side, EDGE_LETTERS)


def scale_length_mm(
    px_per_mm: float, goal_px: float = SCALE_GOAL_PX, most_px: float = float("inf")
) -> int:
    """The round length whose bar comes nearest to the goal, and within the room if one does."""
    fitting = [mm for mm in SCALE_LENGTHS_MM if mm * px_per_mm <= most_px]
    return min(fitting or SCALE_LENGTHS_MM[:1], key=lambda mm: abs(mm * px_per_mm - goal_px))


def draw_scale_bar(
    sheet: Sheet, text: HaloText, theme: Theme, px_per_mm: float, area: QRectF, small: bool,
    remark: str = "",
) -> None:  # fmt: skip
    """A bar of a round length at the bottom: left of the middle, or in the corner if small.

    `remark` follows the length, where that is not one in the patient.
    """
    lettering, gap = PLAIN, theme.px(8)
    widest = text.width(f"{SCALE_LENGTHS_MM[-1]}{quantities.THIN}mm {remark}".strip(), lettering)
    # In the corner of a small pane it ends before the letter in the middle of the side.
    room = area.width() / 2 - theme.px(12 + 18) - gap - widest if small else area.width() / 2
    length = scale_length_mm(px_per_mm, theme.px(SCALE_GOAL_PX), room)
    width = length * px_per_mm
    label = f"{length}{quantities.THIN}mm {remark}".strip()
    label_width = text.width(label, lettering)
    if width > room:
        return
    left = area.left() + theme.px(12)
    if not small:
        left = area.center().x() - theme.px(28) - label_width - gap - width
    bottom = area.bottom() - theme.px(14)
    wide, high = round(width), theme.px(7)
    place, size = QPointF(round(left) - 1, round(bottom) - high - 1), QSizeF(wide + 2, high + 2)
    text.draw_kept(sheet, place, ("ruler", wide, high), size, lambda p: _paint_ruler(p, wide, high))
    line = text.line_height(lettering)
    text.draw(sheet, left + width + gap, area.bottom() - theme.px(8) - line, label, lettering)


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
    sheet: Sheet,
    text: HaloText,
    theme: Theme,
    kind: HeatmapKind,
    threshold: float,
    right: float,
    top: float,
) -> None:
    """What the heat's colours mean, with numbers; its upper right corner is given."""
    width, height, tick = theme.px(8), theme.px(120), theme.px(4)
    low = max(threshold, LEAST_SHOWN_SCORE)
    place = QPointF(right - width - tick - 1, top - 1)
    size = QSizeF(width + tick + 2, height + 2)
    box = QRect(tick + 1, 1, width, height)
    text.draw_kept(
        sheet, place, ("heat", kind, low, height), size,
        lambda p: _paint_heat(p, box, low, kind),
    )  # fmt: skip
    line = text.line_height(PLAIN)
    for score in (1.0, (1.0 + low) / 2, low):
        y = top + height * (1 - score) / (1 - low)
        label = quantities.number(score, 1 if score == 1 else 2)
        if score == 1.0:
            label = f"{tr(_HEAT_BAR_WORDS[kind])} {label}"
        text.draw_right(sheet, place.x() - theme.px(4), y - line / 2, label, PLAIN)


def _paint_heat(painter: QPainter, box: QRect, low: float, kind: HeatmapKind) -> None:
    painter.fillRect(box.adjusted(-1, -1, 1, 1), QColor(tokens.IMAGE))
    painter.drawImage(box, _heat_strip(low, kind))
    for part in (0.0, 0.5, 1.0):
        y = box.top() + round((box.height() - 1) * part)
        painter.fillRect(QRect(0, y, box.left(), 1), QColor(tokens.ON_IMAGE))


def _heat_strip(low: float, kind: HeatmapKind) -> QImage:
    """The colours from a score of 1 (top) down to `low`, one pixel wide."""
    scores = np.linspace(1, low, 120)
    along = (scores - LEAST_SHOWN_SCORE) / (1 - LEAST_SHOWN_SCORE)
    colors = np.ascontiguousarray(heat_colors(kind)[np.rint(along * 255).astype(int)])
    strip = QImage(colors.data, 1, len(colors), 3, QImage.Format.Format_RGB888)
    return strip.copy()
