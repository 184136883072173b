"""The findings of the report, one under the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from reader.core.text import say
from reader.ui import tokens
from reader.ui.controls.painting import Run, draw_icon, draw_runs, painter_for, picture_place
from reader.ui.kit import Kit
from reader.ui.report.report_text import ReportLine
from reader.ui.translate import tr

HEAD_PX: Final = 30
ROW_PX: Final = 69
THUMBNAIL_PX: Final = 52
COLUMNS: Final = (84, 0.20, 0.26, 0.25, 0.29)
"""The picture's width in px; then the others' shares of what is left, the time at the end."""
TIME_PX: Final = 64
BETWEEN: Final = " · "
ROOMY_PX: Final = 700
"""Narrower tables leave out the picture and the time."""


class FindingsTable(QWidget):
    """Rows that can be pressed. `pressed` carries the finding id."""

    pressed = Signal(str)

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._lines: tuple[ReportLine, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr(say("Findings")))
        self.show_lines(())

    def show_lines(self, lines: Sequence[ReportLine]) -> None:
        """Show other findings."""
        self._lines = tuple(lines)
        px = self._kit.theme.px
        self.setFixedHeight(px(HEAD_PX) + max(1, len(self._lines)) * px(ROW_PX))
        self.setAccessibleDescription(
            "; ".join(f"{n.name}, {n.size}, {n.place}, {n.status}" for n in self._lines)
        )
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Say which finding was pressed."""
        px = self._kit.theme.px
        place = int((event.position().y() - px(HEAD_PX)) // px(ROW_PX))
        if 0 <= place < len(self._lines):
            self.pressed.emit(self._lines[place].finding.finding_id)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the head and the rows."""
        px = self._kit.theme.px
        painter = painter_for(self)
        path = QPainterPath()
        radius = px(tokens.RADIUS_BOX)
        path.addRoundedRect(QRectF(self.rect()), radius, radius)
        painter.setClipPath(path)
        painter.fillRect(self.rect(), QColor(tokens.PANEL))
        heads = (say("Finding"), say("Size"), say("Where"), say("Source and decision"))
        lefts = self._lefts()
        for words, left, right in zip(heads, lefts[1:], lefts[2:], strict=False):
            self._write(painter, tr(words), left, right, 0, px(HEAD_PX), tokens.TEXT_2)
        if self._is_roomy:
            when = tr(say("When"))
            self._write(painter, when, lefts[-1], self.width(), 0, px(HEAD_PX), tokens.TEXT_2)
        if not self._lines:
            nothing = tr(say("No findings. This does not mean normal."))
            middle = px(HEAD_PX)
            self._write(painter, nothing, px(16), self.width(), middle, px(ROW_PX), tokens.TEXT_2)
        for place, line in enumerate(self._lines):
            self._draw_row(painter, line, px(HEAD_PX) + place * px(ROW_PX), lefts)

    def _draw_row(
        self, painter: QPainter, line: ReportLine, top: float, lefts: list[float]
    ) -> None:
        theme, px = self._kit.theme, self._kit.theme.px
        height = px(ROW_PX)
        if line.waiting:
            box = QRectF(0, top, self.width(), height)
            painter.fillRect(box, QColor(tokens.WARNING_DIM))
        painter.fillRect(QRectF(0, top, self.width(), 1), QColor(tokens.LINE))
        if self._is_roomy:
            self._draw_picture(painter, line, px(16), top + px(9))
            self._write(painter, line.time, lefts[5], self.width(), top, height, tokens.TEXT_2)
        middle = top + height / 2
        name = Run(line.name, tokens.TEXT, tokens.SEMIBOLD)
        room = QRectF(lefts[1], middle - px(10), lefts[2] - lefts[1] - px(8), px(20))
        draw_runs(painter, theme, tokens.BODY, (name,), room)
        size_top = middle - px(19) if line.size_aside else middle - px(10)
        room = QRectF(lefts[2], size_top, lefts[3] - lefts[2] - px(8), px(20))
        draw_runs(painter, theme, tokens.BODY, (Run(line.size),), room)
        place_top = middle - px(10)
        if line.size_aside:
            # A drawing has more numbers than a column holds: its place stands above them.
            is_wide = line.finding.measurement is not None
            place_top = size_top if is_wide else place_top
            right = lefts[4] if is_wide else lefts[3]
            room = QRectF(lefts[2], middle + px(1), right - lefts[2] - px(8), px(18))
            aside = Run(self._whole_parts(line.size_aside, room.width()), tokens.TEXT_2)
            draw_runs(painter, theme, tokens.DETAIL, (aside,), room)
        room = QRectF(lefts[3], place_top, lefts[4] - lefts[3] - px(8), px(20))
        draw_runs(painter, theme, tokens.BODY, (Run(line.place, tokens.TEXT_2),), room)
        color = tokens.WARNING if line.waiting else tokens.READER
        draw_icon(painter, theme, line.icon, color, lefts[4], middle - px(8), px(16))
        left = lefts[4] + px(21)
        room = QRectF(left, middle - px(9), lefts[5] - left - px(8), px(18))
        draw_runs(painter, theme, tokens.DETAIL, (Run(line.status, color),), room)

    def _whole_parts(self, words: str, room: float) -> str:
        """As many values as there is room for: one that is cut off would read as another."""
        metrics = QFontMetricsF(self._kit.theme.font(tokens.DETAIL))
        parts = words.split(BETWEEN)
        shown = words
        while len(parts) > 1 and metrics.horizontalAdvance(shown) > room:
            parts.pop()
            shown = BETWEEN.join([*parts, "\u2026"])
        return shown

    def _draw_picture(self, painter: QPainter, line: ReportLine, left: float, top: float) -> None:
        px = self._kit.theme.px
        side = px(THUMBNAIL_PX)
        picture: QPixmap | None = self._kit.thumbnails.of(
            line.finding, side, self.devicePixelRatioF()
        )
        box = QRectF(left, top, side, side)
        with picture_place(painter, self._kit.theme, box):
            if picture is not None:
                painter.drawPixmap(box, picture, QRectF(picture.rect()))

    def _write(
        self,
        painter: QPainter,
        text: str,
        left: float,
        right: float,
        top: float,
        height: float,
        color: str,
    ) -> None:
        """One line of detail text, centred in a row's height."""
        room = QRectF(left, top, right - left - self._kit.theme.px(8), height)
        draw_runs(painter, self._kit.theme, tokens.DETAIL, (Run(text, color),), room)

    @property
    def _is_roomy(self) -> bool:
        return self.width() >= self._kit.theme.px(ROOMY_PX)

    def _lefts(self) -> list[float]:
        """Where the columns begin: picture, name, size, place, decision, time."""
        px = self._kit.theme.px
        left = float(px(COLUMNS[0] if self._is_roomy else 16))
        room = self.width() - left - (px(TIME_PX) if self._is_roomy else 0)
        lefts = [0.0, left]
        for share in COLUMNS[1:]:
            left += share * room
            lefts.append(left)
        return lefts
