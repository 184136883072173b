"""One finding in the inbox. The card draws itself; it knows no session."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from reader.core.text import say
from reader.ui import tokens
from reader.ui.controls.painting import (
    Run,
    draw_box,
    draw_icon,
    draw_runs,
    draw_wrapped,
    painter_for,
    picture_place,
    runs_width,
    whole,
    wrapped,
)
from reader.ui.findings.card_content import CardContent, CardState, Confidence
from reader.ui.icons import Icon
from reader.ui.theme import Theme
from reader.ui.translate import tr

BAR_COLORS: Final = {
    CardState.WAITING: tokens.AI,
    CardState.DECIDED: tokens.READER,
    CardState.REJECTED: tokens.REJECTED,
    CardState.IMPORTED: tokens.OTHERS,
}
STATUS_COLORS: Final = {
    CardState.WAITING: tokens.AI,
    CardState.DECIDED: tokens.READER,
    CardState.REJECTED: tokens.TEXT_2,
    CardState.IMPORTED: tokens.OTHERS,
}
REJECTED_OPACITY: Final = 0.55
BETWEEN: Final = " · "


def fitted(detail: str, width: float, metrics: QFontMetricsF) -> str:
    """Size, place and slice; where there is no room the longest of them is cut."""
    parts = detail.split(BETWEEN)
    over = metrics.horizontalAdvance(detail) - width
    if over <= 0 or len(parts) == 1:
        return detail
    longest = max(range(len(parts)), key=lambda n: metrics.horizontalAdvance(parts[n]))
    room = metrics.horizontalAdvance(parts[longest]) - over
    parts[longest] = metrics.elidedText(parts[longest], Qt.TextElideMode.ElideRight, room)
    return BETWEEN.join(parts)


class FindingCard(QWidget):
    """A card that can be pressed. `pressed` carries its finding id."""

    pressed = Signal(str)
    card_wanted = Signal()
    """The card of the model that made it."""

    def __init__(self, theme: Theme, content: CardContent, thumbnail_px: int) -> None:
        super().__init__()
        self._theme = theme
        self._thumbnail_px = thumbnail_px
        self._picture: QPixmap | None = None
        self._card_place = QRectF()
        self.content = content
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._name_it()

    def show_content(self, content: CardContent, picture: QPixmap | None) -> None:
        """Say something else; nothing is redrawn when it is the same."""
        if content == self.content and picture is self._picture:
            return
        grew = (content.selected, content.growth) != (self.content.selected, self.content.growth)
        self.content, self._picture = content, picture
        self._name_it()
        if grew:
            self.updateGeometry()
        self.update()

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """Thumbnail or text, whichever is higher."""
        px = self._theme.px
        lines = px(20) + px(18) + px(18) + 2 * px(1)
        growth = self._growth_lines(width)
        if growth:
            lines += px(13) + growth * px(18)
        return max(px(self._thumbnail_px), lines) + 2 * self._padding

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide as a narrow panel."""
        return QSize(self._theme.px(280), self.heightForWidth(self.width()))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Select it."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if self._offers_card and self._card_place.contains(event.position()):
            self.card_wanted.emit()
        else:
            self.pressed.emit(self.content.finding_id)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw ground, bar, thumbnail and text."""
        px = self._theme.px
        painter = painter_for(self)
        rect = whole(self.rect())
        if self.content.selected or self.underMouse():
            fill = tokens.SELECTED if self.content.selected else tokens.HOVER
            draw_box(painter, rect, px(tokens.RADIUS_BUTTON), fill)
        bar = QRectF(px(2), px(10), px(3), rect.height() - 2 * px(10))
        draw_box(painter, bar, px(2), BAR_COLORS[self.content.state])
        self._draw_picture(painter)
        self._draw_text(painter, self._text_left(), rect.right() - px(10))

    def _draw_picture(self, painter: QPainter) -> None:
        px, side = self._theme.px, self._theme.px(self._thumbnail_px)
        box = QRectF(px(12), round((self.height() - side) / 2), side, side)
        with picture_place(painter, self._theme, box):
            if self._picture is not None:
                if self.content.state is CardState.REJECTED:
                    painter.setOpacity(REJECTED_OPACITY)
                painter.drawPixmap(box, self._picture, QRectF(self._picture.rect()))

    def _draw_text(self, painter: QPainter, left: float, right: float) -> None:
        theme, px, content = self._theme, self._theme.px, self.content
        growth = self._growth_lines(self.width())
        height = px(20) + px(18) + px(18) + 2 * px(1) + (px(13) + growth * px(18) if growth else 0)
        y = round((self.height() - height) / 2)
        is_rejected = content.state is CardState.REJECTED
        color = tokens.TEXT_2 if is_rejected else tokens.TEXT
        name = Run(content.name, color, tokens.SEMIBOLD, struck=is_rejected)
        needed = left + runs_width(theme, tokens.BODY, (name,)) + px(8)
        end = self._draw_confidence(painter, right, y + px(10), needed)
        draw_runs(painter, theme, tokens.BODY, (name,), QRectF(left, y, end - left, px(20)))
        y += px(20) + px(1)
        room = QRectF(left, y, right - left, px(18))
        metrics = QFontMetricsF(theme.font(tokens.DETAIL, tokens.REGULAR))
        detail = fitted(content.detail, room.width(), metrics)
        draw_runs(painter, theme, tokens.DETAIL, (Run(detail, tokens.TEXT_2),), room)
        y += px(18) + px(1)
        color = STATUS_COLORS[content.state]
        draw_icon(painter, theme, content.icon, color, left, y + px(1), px(16))
        runs = [Run(content.status, color)]
        if content.note:
            runs.append(Run(f" · {content.note}", tokens.TEXT_2))
        x = left + px(16) + px(5)
        end = self._draw_model_card(painter, right, y, x + runs_width(theme, tokens.DETAIL, runs))
        draw_runs(painter, theme, tokens.DETAIL, runs, QRectF(x, y, end - x, px(18)))
        if growth:
            y += px(18) + px(6)
            painter.fillRect(QRectF(left, y, right - left, 1), QColor(tokens.BUTTON_EDGE))
            room = QRectF(left, y + px(7), right - left, growth * px(18))
            draw_wrapped(painter, theme, tokens.DETAIL, content.growth, tokens.TEXT_2, room)

    def _draw_confidence(
        self, painter: QPainter, right: float, middle: float, needed: float
    ) -> float:
        """The bar and its number on the right; its long form only right of `needed`.

        Returns: where the name must end.
        """
        theme, px = self._theme, self._theme.px
        confidence: Confidence | None = self.content.confidence
        if confidence is None:
            return right
        run = Run(confidence.text, tokens.TEXT_2)
        if right - runs_width(theme, tokens.DETAIL, (run,)) < needed:
            run = Run(confidence.short, tokens.TEXT_2)
        width = runs_width(theme, tokens.DETAIL, (run,))
        room = QRectF(right - width, middle - px(9), width + 1, px(18))
        draw_runs(painter, theme, tokens.DETAIL, (run,), room)
        left = right - width - px(8)
        if confidence.fraction is not None:
            track = QRectF(left - px(44), middle - px(2), px(44), px(4))
            draw_box(painter, track, px(2), tokens.TRACK)
            filled = QRectF(track.left(), track.top(), px(44) * confidence.fraction, px(4))
            draw_box(painter, filled, px(2), tokens.AI)
            left = track.left() - px(8)
        return left

    @property
    def _offers_card(self) -> bool:
        """Whether the card of its model is one press away."""
        return self.content.selected and self.content.by_ai

    def _draw_model_card(self, painter: QPainter, right: float, y: float, needed: float) -> float:
        """A sign to press at the end of the status line, in words where there is room.

        Returns: where the status must end.
        """
        self._card_place = QRectF()
        if not self._offers_card:
            return right
        theme, px = self._theme, self._theme.px
        run = Run(tr(say("Model card")), tokens.TEXT_2)
        width = runs_width(theme, tokens.DETAIL, (run,))
        has_room = right - width - px(16) - px(5) > needed + px(12)
        left = right - (width + px(5) if has_room else 0) - px(16)
        draw_icon(painter, theme, Icon.INFO, tokens.TEXT_2, left, y + px(1), px(16))
        if has_room:
            room = QRectF(left + px(21), y, right - left - px(21) + 1, px(18))
            draw_runs(painter, theme, tokens.DETAIL, (run,), room)
        self._card_place = QRectF(left - px(4), y - px(3), right - left + px(8), px(24))
        return left - px(8)

    def _growth_lines(self, width: int) -> int:
        content = self.content
        is_small = self._thumbnail_px < tokens.WIDE.thumbnail
        if is_small or not (content.selected and content.growth):
            return 0
        room = width - self._text_left() - self._theme.px(10)
        return len(wrapped(self._theme, tokens.DETAIL, content.growth, room))

    def _text_left(self) -> int:
        px = self._theme.px
        gap = px(12 if self._thumbnail_px >= tokens.WIDE.thumbnail else 10)
        return px(12) + px(self._thumbnail_px) + gap

    @property
    def _padding(self) -> int:
        return self._theme.px(8 if self._thumbnail_px >= tokens.WIDE.thumbnail else 6)

    def _name_it(self) -> None:
        """What a screen reader says."""
        content = self.content
        parts = (content.name, content.detail, content.status, content.note)
        self.setAccessibleName(", ".join(part for part in parts if part))
