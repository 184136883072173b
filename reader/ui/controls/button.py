"""Buttons: an icon, words and the key that does the same."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from reader.ui import tokens
from reader.ui.controls.painting import (
    Run,
    draw_box,
    draw_icon,
    draw_key_cap,
    draw_runs,
    key_cap_width,
    painter_for,
    whole,
)
from reader.ui.icons import Icon
from reader.ui.theme import Theme
from reader.ui.tokens import TextStyle


class ButtonKind(enum.Enum):
    """How much a button weighs. One MAIN per page at most, none in the decision bar."""

    NORMAL = "normal"
    QUIET = "quiet"
    MAIN = "main"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class _Look:
    text: str
    fill: str | None
    edge: str | None
    key_text: str = tokens.TEXT_2
    key_edge: str = tokens.KEY_EDGE
    key_fill: str | None = tokens.FIELD


_AT_REST = {
    ButtonKind.NORMAL: _Look(tokens.TEXT, tokens.RAISED, tokens.BUTTON_EDGE),
    ButtonKind.QUIET: _Look(tokens.TEXT_2, None, None),
    ButtonKind.MAIN: _Look(
        tokens.TEXT_ON_BRIGHT, tokens.READER, tokens.READER,
        key_text=tokens.TEXT_ON_BRIGHT, key_edge="#267A6F", key_fill=None,
    ),
    ButtonKind.DANGER: _Look(tokens.DANGER, tokens.RAISED, tokens.DANGER),
}  # fmt: skip
_OFF = _Look(tokens.TEXT_OFF, tokens.RAISED, tokens.LINE, tokens.TEXT_OFF, tokens.BAR_TRACK)


class Button(QAbstractButton):
    """A push button. Focus comes from the keyboard only; Space presses it.

    `compact` is 28 px high, `large` 40. `wide`: takes what room there is.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        icon: Icon | None = None,
        keys: str = "",
        kind: ButtonKind = ButtonKind.NORMAL,
        compact: bool = False,
        key_first: bool = False,
        large: bool = False,
        wide: bool = False,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._icon_name = icon
        self._keys = keys
        self._kind = kind
        self._compact = compact
        self._key_first = key_first
        self._large = large
        self._is_dense = self._is_bare = False
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        horizontal = QSizePolicy.Policy.Expanding if wide else QSizePolicy.Policy.Fixed
        self.setSizePolicy(horizontal, QSizePolicy.Policy.Fixed)

    def set_dense(self, dense: bool, bare: bool = False) -> None:
        """Where there is little room: words and key only, closer to the edge.

        `bare`: words only, where there is hardly any.
        """
        if (dense, bare) != (self._is_dense, self._is_bare):
            self._is_dense, self._is_bare = dense, bare
            self.updateGeometry()
            self.update()

    def set_keys(self, keys: str) -> None:
        """Print another key."""
        if keys != self._keys:
            self._keys = keys
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Icon, words and key with their gaps."""
        px = self._theme.px
        parts = []
        if self._shown_icon is not None:
            parts.append(px(self._icon_px))
        if self.text():
            parts.append(int(self._metrics().horizontalAdvance(self.text())) + 1)
        if self._keys and not self._is_bare:
            parts.append(key_cap_width(self._theme, self._keys))
        width = sum(parts) + px(8) * max(0, len(parts) - 1) + 2 * px(self._padding)
        return QSize(width, px(28 if self._compact else 40 if self._large else 36))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The whole of it: a button is never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the box, then icon, words and key, centred together."""
        theme, px, look = self._theme, self._theme.px, self._look()
        painter = painter_for(self)
        rect = whole(self.rect())
        draw_box(painter, rect, px(tokens.RADIUS_BUTTON), look.fill, look.edge)
        content = self.sizeHint().width() - 2 * px(self._padding)
        x, middle = max(px(6), (rect.width() - content) / 2), rect.center().y()
        if self._key_first:
            x = self._draw_keys(painter, x, look)
        if self._shown_icon is not None:
            size = px(self._icon_px)
            draw_icon(painter, theme, self._shown_icon, look.text, x, middle - size / 2, size)
            x += size + px(8)
        if self.text():
            width = self._metrics().horizontalAdvance(self.text()) + 1
            width = min(width, rect.width() - x - px(4))
            run = Run(self.text(), look.text, self._weight)
            draw_runs(painter, theme, self._style, (run,), QRectF(x, 0, width, rect.height()))
            x += width + px(8)
        if not self._key_first:
            self._draw_keys(painter, x, look)

    def _draw_keys(self, painter: QPainter, x: float, look: _Look) -> float:
        """The key cap from `x` on. Returns: where what follows it begins."""
        if not self._keys or self._is_bare:
            return x
        right = x + key_cap_width(self._theme, self._keys)
        draw_key_cap(
            painter, self._theme, self._keys, right, self.height() / 2,
            color=look.key_text, edge=look.key_edge, fill=look.key_fill,
        )  # fmt: skip
        return right + self._theme.px(8)

    def _look(self) -> _Look:
        look = _AT_REST[self._kind]
        if not self.isEnabled():
            return replace(_OFF, fill=None, edge=None) if self._is_quiet else _OFF
        if self.isDown() or self.isChecked():
            return replace(look, fill=tokens.SELECTED, edge=tokens.LINE_STRONG, text=tokens.TEXT)
        if self.underMouse() and self._kind is not ButtonKind.MAIN:
            return replace(look, fill=tokens.HOVER)
        return look

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self._theme.font(self._style, self._weight))

    @property
    def _is_quiet(self) -> bool:
        return self._kind is ButtonKind.QUIET

    @property
    def _style(self) -> TextStyle:
        return tokens.DETAIL if self._compact else tokens.BODY

    @property
    def _weight(self) -> int:
        return tokens.SEMIBOLD if self._kind is ButtonKind.MAIN else tokens.MEDIUM

    @property
    def _icon_px(self) -> int:
        return 16 if self._compact else 20

    @property
    def _shown_icon(self) -> Icon | None:
        return None if self._is_dense else self._icon_name

    @property
    def _padding(self) -> int:
        if self._is_dense:
            return 6
        return 10 if self._compact else 18 if self._large else 12
