"""Every key and what it does, painted in columns by one widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from reader.ui import tokens
from reader.ui.controls.painting import (
    Run,
    draw_key_cap,
    draw_runs,
    key_cap_width,
    painter_for,
)
from reader.ui.theme import Theme

_ROW: Final = 24
_GAP: Final = 32
_MARGIN: Final = 16
_LEAST_COLUMN: Final = 340
_CAPS: Final = 100


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key, what it does and where; without a key a heading, without words a gap."""

    keys: str
    words: str
    aside: str = ""


def in_columns(groups: Sequence[Sequence[KeyLine]], count: int) -> list[list[KeyLine]]:
    """Groups one after the other in columns of about the same height.

    A heading is never the last of its column, and no column begins with a gap.
    """
    lines: list[KeyLine] = []
    for group in groups:
        lines += [*group, KeyLine("", "")]
    high = -(-len(lines) // count)
    columns: list[list[KeyLine]] = [[]]
    for line in lines:
        now = columns[-1]
        if len(now) >= high and len(columns) < count:
            heading = [now.pop()] if now[-1].words and not now[-1].keys else []
            now = heading
            columns.append(now)
        if now or line.words:
            now.append(line)
    return columns


class KeyColumns(QWidget):
    """As many columns as there is room for."""

    def __init__(self, theme: Theme, groups: Sequence[Sequence[KeyLine]]) -> None:
        super().__init__()
        self._theme = theme
        self._groups = groups
        self._columns: list[list[KeyLine]] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        spoken = (f"{line.keys} {line.words}" for group in groups for line in group)
        self.setAccessibleDescription(". ".join(words.strip() for words in spoken))

    def show_groups(self, groups: Sequence[Sequence[KeyLine]]) -> None:
        """Show other keys."""
        self._groups, self._columns = groups, []
        self.updateGeometry()
        self.update()

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """As high as the longest column."""
        px = self._theme.px
        longest = max((len(c) for c in in_columns(self._groups, self._count(width))), default=0)
        return px(_ROW) * longest + px(_MARGIN) * 2

    def sizeHint(self) -> QSize:  # noqa: N802
        """Two columns wide."""
        width = self._theme.px(2 * _LEAST_COLUMN)
        return QSize(width, self.heightForWidth(width))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Another width may hold another number of columns."""
        super().resizeEvent(event)
        self._columns = []

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the lines that are to be seen."""
        px = self._theme.px
        count = self._count(self.width())
        if not self._columns:
            self._columns = in_columns(self._groups, count)
        painter = painter_for(self)
        wide = (self.width() - 2 * px(_MARGIN) - (count - 1) * px(_GAP)) / count
        for place, column in enumerate(self._columns):
            left = px(_MARGIN) + place * (wide + px(_GAP))
            for number, line in enumerate(column):
                box = QRectF(left, px(_MARGIN) + number * px(_ROW), wide, px(_ROW))
                if line.words and box.intersects(QRectF(event.rect())):
                    self._draw(painter, line, box)

    def _draw(self, painter: QPainter, line: KeyLine, box: QRectF) -> None:
        theme, px = self._theme, self._theme.px
        if not line.keys:
            run = Run(line.words, tokens.TEXT_2, tokens.MEDIUM)
            draw_runs(painter, theme, tokens.DETAIL, (run,), box)
            return
        right = box.left() + key_cap_width(theme, line.keys)
        draw_key_cap(painter, theme, line.keys, right, box.center().y())
        runs = [Run(line.words)]
        if line.aside:
            runs.append(Run(f"  {line.aside}", tokens.TEXT_3))
        box.setLeft(max(box.left() + px(_CAPS), right + px(8)))
        draw_runs(painter, theme, tokens.BODY, runs, box)

    def _count(self, width: int) -> int:
        px = self._theme.px
        room = width - 2 * px(_MARGIN) + px(_GAP)
        return max(1, room // px(_LEAST_COLUMN + _GAP))
