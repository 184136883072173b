"""A row of choices of which one is on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from reader.ui import tokens
from reader.ui.controls.painting import draw_box, painter_for, whole
from reader.ui.theme import Theme

_PADDING_PX: Final = 14
_LEAST_PADDING_PX: Final = 5
"""Beside the words, where there is room and where there is little."""


class Segmented(QWidget):
    """Choices side by side. `chosen` is emitted with the index a person picks.

    `may_shrink`: where there is little room, they stand closer together.
    """

    chosen = Signal(int)

    def __init__(
        self,
        theme: Theme,
        choices: Sequence[str],
        name: str,
        tips: Sequence[str] = (),
        *,
        may_shrink: bool = False,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._choices = tuple(choices)
        self._tips: tuple[str, ...] = ()
        self.index = 0
        self.setAccessibleName(name)
        self.show_tips(tips)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        across = QSizePolicy.Policy.Maximum if may_shrink else QSizePolicy.Policy.Fixed
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)

    def show_tips(self, tips: Sequence[str]) -> None:
        """Say something else of the choices while the pointer rests."""
        self._tips = tuple(tips)
        self.setToolTip(" · ".join(self._tips))

    def show_choices(self, choices: Sequence[str]) -> None:
        """Offer as many other choices."""
        if tuple(choices) != self._choices:
            self._choices = tuple(choices)
            self.updateGeometry()
            self.update()

    def show_index(self, index: int) -> None:
        """Mark a choice as on, without saying that a person picked it."""
        if index != self.index:
            self.index = index
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """All choices at the width of their boldest letters."""
        px = self._theme.px
        gaps = px(2) * (len(self._choices) - 1)
        return QSize(sum(self._widths()) + gaps + 2 * px(2), px(32))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The same with less room beside the words."""
        spare = 2 * self._theme.px(_PADDING_PX - _LEAST_PADDING_PX)
        hint = self.sizeHint()
        return QSize(hint.width() - spare * len(self._choices), hint.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw a trough and the choices in it."""
        theme, px = self._theme, self._theme.px
        painter = painter_for(self)
        draw_box(painter, whole(self.rect()), px(tokens.RADIUS_BUTTON), tokens.BG)
        for place, (box, words) in enumerate(zip(self._boxes(), self._choices, strict=True)):
            is_on = place == self.index
            if is_on:
                draw_box(painter, box, px(tokens.RADIUS_TAG), tokens.SELECTED)
            weight = tokens.SEMIBOLD if is_on else tokens.REGULAR
            painter.setFont(theme.font(tokens.BODY, weight))
            painter.setPen(QColor(tokens.TEXT if is_on else tokens.TEXT_2))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Pick the choice under the pointer."""
        for place, box in enumerate(self._boxes()):
            if box.contains(event.position()):
                self.chosen.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Go left and right with the arrows while focused."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        elif 0 <= self.index + step < len(self._choices):
            self.chosen.emit(self.index + step)

    def _widths(self) -> list[int]:
        metrics = QFontMetricsF(self._theme.font(tokens.BODY, tokens.SEMIBOLD))
        padding = 2 * self._theme.px(_PADDING_PX)
        return [round(metrics.horizontalAdvance(words)) + padding for words in self._choices]

    def _boxes(self) -> list[QRectF]:
        px = self._theme.px
        boxes, x = [], float(px(2))
        missing = max(0, self.sizeHint().width() - self.width()) / max(1, len(self._choices))
        for width in (full - missing for full in self._widths()):
            boxes.append(QRectF(x, px(2), width, px(28)))
            x += width + px(2)
        return boxes
