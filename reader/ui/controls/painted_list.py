"""A long list to choose from, painted by one widget: however many rows, it opens at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from reader.ui import tokens
from reader.ui.controls.painting import (
    Run,
    draw_box,
    draw_focus_ring,
    draw_icon,
    draw_key_cap,
    draw_runs,
    painter_for,
    runs_width,
)
from reader.ui.controls.scroller import Scroller
from reader.ui.icons import Icon
from reader.ui.theme import Theme

ROW: Final = 32
HEADING: Final = 28
_SIDE: Final = 8
_KEYS: Final = 92
"""Room for a key, so that what is quiet stands under each other."""


@dataclass(frozen=True, slots=True)
class PaintedRow:
    """One line: icon, words, something quiet to the right, key caps.

    `is_heading`: it parts others and is never current. `is_off`: it is greyed.
    """

    words: tuple[Run, ...]
    icon: Icon | None = None
    aside: str = ""
    keys: tuple[str, ...] = ()
    is_off: bool = False
    is_heading: bool = False

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        words = "".join(run.text for run in self.words)
        return ", ".join(part for part in (words, self.aside, *self.keys) if part)


class _Canvas(QWidget):
    """Paints the rows that are to be seen."""

    def __init__(self, owner: PaintedList, theme: Theme) -> None:
        super().__init__()
        self._owner = owner
        self._theme = theme
        self.tops: list[int] = [0]
        self.hovered = -1
        self.setMouseTracking(True)

    def lay_out(self, rows: Sequence[PaintedRow]) -> None:
        """Put rows under each other."""
        px = self._theme.px
        self.tops = [px(4)]
        for row in rows:
            self.tops.append(self.tops[-1] + px(HEADING if row.is_heading else ROW))
        self.setFixedHeight(self.tops[-1] + px(_SIDE))
        self.update()

    def place_at(self, y: float) -> int:
        """The row at a height; -1 beside them."""
        for place in range(len(self.tops) - 1):
            if self.tops[place] <= y < self.tops[place + 1]:
                return place
        return -1

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as all rows."""
        return QSize(self._theme.px(320), self.height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Show which row a click would choose."""
        self._hover(self.place_at(event.position().y()))

    def leaveEvent(self, _event: QEvent) -> None:  # noqa: N802
        """None."""
        self._hover(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose a row."""
        place = self.place_at(event.position().y())
        if event.button() is Qt.MouseButton.LeftButton and place >= 0:
            self._owner.press(place)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Only what was exposed."""
        painter = painter_for(self)
        first = max(0, self.place_at(event.rect().top()))
        for place in range(first, len(self.tops) - 1):
            if self.tops[place] > event.rect().bottom():
                break
            self._draw(painter, place, self._owner.rows[place])

    def _hover(self, place: int) -> None:
        if place != self.hovered:
            self.hovered = place
            self.update()

    def _draw(self, painter: QPainter, place: int, row: PaintedRow) -> None:
        theme, px, owner = self._theme, self._theme.px, self._owner
        high = self.tops[place + 1] - self.tops[place]
        box = QRectF(px(_SIDE), self.tops[place], self.width() - 2 * px(_SIDE), high)
        if row.is_heading:
            box.adjust(px(8), px(4), 0, 0)
            draw_runs(painter, theme, tokens.DETAIL, row.words, box)
            return
        is_current = place == owner.current
        radius = px(tokens.RADIUS_BUTTON)
        if is_current or place == self.hovered:
            draw_box(painter, box, radius, tokens.SELECTED if is_current else tokens.HOVER)
        if is_current and owner.has_keyboard:
            draw_focus_ring(painter, theme, box, radius)
        left, right, middle = box.left() + px(8), box.right() - px(8), box.center().y()
        if row.icon is not None:
            color = tokens.KEY_EDGE if row.is_off else tokens.TEXT_2
            draw_icon(painter, theme, row.icon, color, left, middle - px(8), px(16))
            left += px(28)
        edge = right
        for keys in reversed(row.keys):
            right = draw_key_cap(painter, theme, keys, right, middle) - px(4)
        right = min(right - px(8), edge - px(_KEYS))
        if row.aside:
            right = self._draw_aside(painter, row, box, left, right)
        room = QRectF(left, box.top(), max(0.0, right - left), high)
        draw_runs(painter, theme, tokens.BODY, row.words, room)

    def _draw_aside(
        self, painter: QPainter, row: PaintedRow, box: QRectF, left: float, right: float
    ) -> float:
        """Quiet words to the right, which get at most what the words leave. Returns: their left."""
        theme, px = self._theme, self._theme.px
        runs = (Run(row.aside, tokens.TEXT_3),)
        needed = runs_width(theme, tokens.BODY, row.words) + px(16)
        wide = min(runs_width(theme, tokens.DETAIL, runs) + 1, right - left - needed)
        wide = max(wide, min(px(96), (right - left) / 2))
        room = QRectF(right - wide, box.top(), wide, box.height())
        draw_runs(painter, theme, tokens.DETAIL, runs, room)
        return right - wide - px(12)


class PaintedList(Scroller):
    """Rows of which one is current. `chosen`: Enter or a click; `moved`: another is current."""

    chosen = Signal(int)
    moved = Signal(int)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.rows: tuple[PaintedRow, ...] = ()
        self.current = -1
        self.has_keyboard = False
        self._canvas = _Canvas(self, theme)
        self.show_content(self._canvas)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setProperty("draws_own_ring", True)

    def show_rows(self, rows: Sequence[PaintedRow], current: int = 0) -> None:
        """Show other rows."""
        self.rows = tuple(rows)
        self._canvas.lay_out(self.rows)
        self.current = -1
        self.go_to(current)

    def go_to(self, place: int, towards: int = 1) -> None:
        """Make a row current, clamped; headings are passed over."""
        place = min(max(place, 0), len(self.rows) - 1)
        while 0 <= place < len(self.rows) and self.rows[place].is_heading:
            place += towards
        if not 0 <= place < len(self.rows):
            return
        self.current = place
        tops = self._canvas.tops
        top = 0 if place <= 1 else tops[place]
        self.ensureVisible(0, top, 0, 0)
        self.ensureVisible(0, tops[place + 1], 0, self._theme.px(4))
        self.setAccessibleDescription(self.rows[place].spoken)
        self._canvas.update()
        self.moved.emit(place)

    def press(self, place: int) -> None:
        """What a click on a row does."""
        if not self.rows[place].is_heading:
            self.go_to(place)
            self.chosen.emit(place)

    def take_key(self, key: Qt.Key) -> bool:
        """Do what a key means here. Returns: whether it meant anything."""
        page = max(1, self.viewport().height() // self._theme.px(ROW) - 1)
        steps = {
            Qt.Key.Key_Up: (self.current - 1, -1),
            Qt.Key.Key_Down: (self.current + 1, 1),
            Qt.Key.Key_PageUp: (self.current - page, -1),
            Qt.Key.Key_PageDown: (self.current + page, 1),
            Qt.Key.Key_Home: (0, 1),
            Qt.Key.Key_End: (len(self.rows) - 1, -1),
        }
        if key in steps:
            self.go_to(*steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.current >= 0:
                self.chosen.emit(self.current)
        else:
            return False
        return True

    def event(self, event: QEvent) -> bool:
        """Keep the arrows and Enter, which otherwise mean other things, while focused."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in ITS_KEYS
            and not event.modifiers()
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Go up and down, choose."""
        if not self.take_key(Qt.Key(event.key())):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show the keyboard's place."""
        super().focusInEvent(event)
        self._tell_keyboard(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The keyboard is elsewhere."""
        super().focusOutEvent(event)
        self._tell_keyboard(False)

    def _tell_keyboard(self, here: bool) -> None:
        self.has_keyboard = here
        self._canvas.update()


ITS_KEYS: Final = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
)
