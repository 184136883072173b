"""The thin frame of the active pane, and the keyboard's."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPen

from reader.ui import tokens
from reader.ui.theme import Theme

_KEYBOARD_FOCUS: Final = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


def came_by_key(event: QFocusEvent) -> bool:
    """Whether the keyboard came to a pane by a key, so that it must be shown where it is."""
    return event.reason() in _KEYBOARD_FOCUS


def draw_frame(
    painter: QPainter, theme: Theme, area: QRectF, has_keyboard: bool, is_active: bool
) -> None:
    """Draw it just inside `area`; teal for the keyboard's place, which comes first."""
    if not (has_keyboard or is_active):
        return
    width = theme.px(tokens.FOCUS_RING) if has_keyboard else 1
    pen = _pen(tokens.READER if has_keyboard else tokens.ACTIVE_FRAME, width)
    half = width / 2
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawRect(area.adjusted(half, half, -half, -half))


@lru_cache(maxsize=4)
def _pen(color: str, width: int) -> QPen:
    pen = QPen(QColor(color), width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen
