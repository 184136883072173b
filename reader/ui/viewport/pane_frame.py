"""The thin frame of the active pane, and the keyboard's."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter

from reader.ui import tokens
from reader.ui.theme import Theme

_KEYBOARD, _ACTIVE = QColor(tokens.READER), QColor(tokens.ACTIVE_FRAME)
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
    color = _KEYBOARD if has_keyboard else _ACTIVE
    whole = area.toRect()
    left, top, wide, high = whole.x(), whole.y(), whole.width(), whole.height()
    painter.fillRect(left, top, wide, width, color)
    painter.fillRect(left, top + high - width, wide, width, color)
    painter.fillRect(left, top + width, width, high - 2 * width, color)
    painter.fillRect(left + wide - width, top + width, width, high - 2 * width, color)
