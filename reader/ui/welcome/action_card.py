"""An action with a sentence about it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from reader.core.text import Text
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.controls.painting import (
    Run,
    draw_box,
    draw_icon,
    draw_key_cap,
    draw_runs,
    painter_for,
    whole,
)
from reader.ui.kit import Kit
from reader.ui.translate import tr


class ActionCard(QAbstractButton):
    """Icon, what it does, a sentence, the key."""

    def __init__(self, kit: Kit, action_id: ActionId, text: Text) -> None:
        super().__init__()
        self._kit = kit
        spec = kit.actions.spec(action_id)
        self._icon_name, self._action_id = spec.icon, action_id
        self._title, self._text = tr(spec.text), tr(text)
        self.setAccessibleName(f"{self._title}, {self._text}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda: kit.actions.trigger(action_id))
        kit.actions.keymap_changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802
        """72 px high."""
        return QSize(self._kit.theme.px(240), self._kit.theme.px(72))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Icon, two lines, key."""
        theme, px = self._kit.theme, self._kit.theme.px
        painter = painter_for(self)
        rect = whole(self.rect())
        fill = tokens.HOVER if self.underMouse() else tokens.PANEL
        draw_box(painter, rect, px(tokens.RADIUS_BOX), fill)
        middle, size = rect.center().y(), px(24)
        draw_icon(painter, theme, self._icon_name, tokens.TEXT_2, px(16), middle - size / 2, size)
        right = rect.right() - px(16)
        keys = self._kit.actions.shown_key(self._action_id)
        if keys:
            right = draw_key_cap(painter, theme, keys, right, middle)
        left = px(16) + size + px(12)
        room = QRectF(left, middle - px(19), right - left - px(8), px(20))
        title = Run(self._title, tokens.TEXT, tokens.SEMIBOLD)
        draw_runs(painter, theme, tokens.BODY, (title,), room)
        room = QRectF(left, middle + px(1), right - left - px(8), px(18))
        draw_runs(painter, theme, tokens.DETAIL, (Run(self._text, tokens.TEXT_2),), room)
