"""The slice track: a scroll bar that also says what was seen, what the AI did, what is where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from reader.ui import tokens
from reader.ui.theme import Theme
from reader.ui.viewport.halo_text import HaloText
from reader.ui.viewport.sheet import Sheet

WIDTH_PX: Final = 12
MARGIN_PX: Final = 5
"""From the pane's right edge."""
ENDS_PX: Final = 44
"""From the pane's top and bottom."""
_ARROW_PX: Final = 6
_EMPTY: Final = "#2E2E2E"
_SEEN: Final = "#8A8A8A"
_DONE: Final = "#7A63CC"
_UNSET, _SET = bytes((False,)), bytes((True,))
Runs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class TrackContent:
    """What the track of one pane says. Slices are in reading order, runs are half open.

    `ticks` are (slice, colour) of findings.
    """

    count: int
    index: int
    seen: Runs = ()
    done: Runs = ()
    ticks: tuple[tuple[int, str], ...] = ()

    @property
    def is_seen(self) -> bool:
        """Whether the slice shown is among those seen."""
        return any(low <= self.index < high for low, high in self.seen)


def runs_of(flags: NDArray[np.bool_] | None) -> Runs:
    """Stretches of slices whose flag is set."""
    marks = b"" if flags is None else flags.tobytes()
    runs, end = [], 0
    while (start := marks.find(_SET, end)) >= 0:
        end = marks.find(_UNSET, start)
        end = len(marks) if end < 0 else end
        runs.append((start, end))
    return tuple(runs)


def track_rect(area: QRectF, theme: Theme) -> QRectF:
    """Where the track lies in a pane."""
    width, ends = theme.px(WIDTH_PX), theme.px(ENDS_PX)
    left = area.right() - theme.px(MARGIN_PX) - width
    return QRectF(left, area.top() + ends, width, max(1.0, area.height() - 2 * ends))


def place_under(rect: QRectF, count: int, y: float) -> int:
    """The place in reading order at a height of the track, clamped."""
    along = (y - rect.top()) / rect.height() * count
    return int(min(count - 1, max(0, along)))


def draw_track(sheet: Sheet, text: HaloText, content: TrackContent, rect: QRectF) -> None:
    """Left half: slices seen. Right half: slices the AI is done with. Ticks: findings.

    All but the pointer, which moves with every turn of the wheel.
    """
    margin = 3
    size = QSizeF(rect.width() + 2 * margin, rect.height() + 2 * margin)
    inner = QRectF(margin, margin, rect.width(), rect.height())
    key = ("track", replace(content, index=0), size.width(), size.height())
    corner = rect.topLeft() - QPointF(margin, margin)
    text.draw_kept(sheet, corner, key, size, lambda p: _paint_track(p, content, inner))


def draw_pointer(sheet: Sheet, text: HaloText, content: TrackContent, rect: QRectF) -> None:
    """The arrow at the slice that is shown."""
    y = _height_of(rect, content.index, content.count)
    pointer = QSizeF(rect.width() + _ARROW_PX, 2 * _ARROW_PX)
    text.draw_kept(
        sheet,
        QPointF(rect.left() - _ARROW_PX, y - _ARROW_PX),
        ("pointer", rect.width()),
        pointer,
        lambda p: _paint_pointer(p, rect.width()),
    )


def _paint_track(painter: QPainter, content: TrackContent, rect: QRectF) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    half = (rect.width() - 2) / 2
    left = QRectF(rect.left(), rect.top(), half, rect.height())
    right = QRectF(rect.right() - half, rect.top(), half, rect.height())
    painter.fillRect(rect.adjusted(-1, -1, 1, 1), QColor(0, 0, 0, 153))
    for box, runs, color in ((left, content.seen, _SEEN), (right, content.done, _DONE)):
        painter.fillRect(box, QColor(_EMPTY))
        for low, high in runs:
            painter.fillRect(_stretch(box, low, high, content.count), QColor(color))
    for index, color in content.ticks:
        _paint_tick(painter, rect, _height_of(rect, index, content.count), color)


def _stretch(box: QRectF, low: int, high: int, count: int) -> QRectF:
    top = box.top() + box.height() * low / count
    return QRectF(box.left(), top, box.width(), max(1.0, box.height() * (high - low) / count))


def _height_of(rect: QRectF, index: int, count: int) -> float:
    return round(rect.top() + rect.height() * (index + 0.5) / count)


def _paint_tick(painter: QPainter, rect: QRectF, y: float, color: str) -> None:
    tick = QRectF(rect.left() - 1, y - 2, rect.width() + 2, 4)
    painter.fillRect(tick.adjusted(-1, -1, 1, 1), QColor(tokens.IMAGE))
    painter.fillRect(tick, QColor(color))


def _paint_pointer(painter: QPainter, width: float) -> None:
    """An arrow at the track's left edge and a bar across it."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.TEXT))
    middle = float(_ARROW_PX)
    arrow = [QPointF(0, 1), QPointF(_ARROW_PX + 1, middle), QPointF(0, 2 * middle - 1)]
    painter.drawPolygon(QPolygonF(arrow))
    painter.fillRect(QRectF(_ARROW_PX, middle - 1, width, 2), QColor(tokens.TEXT))
