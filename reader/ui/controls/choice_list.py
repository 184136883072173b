"""A list to choose from, by pointer or by arrows and Enter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from reader.ui import tokens
from reader.ui.controls.painting import draw_box, draw_focus_ring, painter_for, whole
from reader.ui.controls.scroller import Scroller
from reader.ui.theme import Theme

ITS_KEYS: Final = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
)


class ChoiceRow(QWidget):
    """One choice; what it says is laid out by whoever makes it."""

    pressed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._is_current = False
        self._has_keyboard = False
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_current(self, current: bool) -> None:
        """Whether Enter would choose it."""
        if current != self._is_current:
            self._is_current = current
            self.update()

    def set_keyboard(self, here: bool) -> None:
        """Whether the list has the keyboard, so that the current row shows it."""
        if here != self._has_keyboard:
            self._has_keyboard = here
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose it."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """A ground while it is current or under the pointer."""
        if self._is_current or self.underMouse():
            fill = tokens.SELECTED if self._is_current else tokens.HOVER
            radius = self._theme.px(tokens.RADIUS_BUTTON)
            painter = painter_for(self)
            draw_box(painter, whole(self.rect()), radius, fill)
            if self._is_current and self._has_keyboard:
                draw_focus_ring(painter, self._theme, whole(self.rect()), radius)


class ChoiceList(Scroller):
    """Rows of which one is current. `chosen` carries the row's place."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        px = theme.px
        self._rows: list[ChoiceRow] = []
        self.current = -1
        content = QWidget()
        self._box = QVBoxLayout(content)
        self._box.setContentsMargins(px(8), px(4), px(8), px(8))
        self._box.setSpacing(px(2))
        self._box.addStretch(1)
        self.show_content(content)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setProperty("draws_own_ring", True)

    @property
    def rows(self) -> tuple[ChoiceRow, ...]:
        """From the top."""
        return tuple(self._rows)

    def show_rows(self, rows: Sequence[ChoiceRow], current: int = 0) -> None:
        """Show other rows."""
        for old in self._rows:
            old.hide()
            old.deleteLater()
        self._rows = list(rows)
        for place, choice in enumerate(self._rows):
            self._box.insertWidget(place, choice)
            choice.pressed.connect(lambda place=place: self._pressed(place))
        self.current = -1
        self.go_to(current)

    def height_at(self, width: int) -> int:
        """How high all rows are together."""
        if self._box.hasHeightForWidth():
            return self._box.totalHeightForWidth(width)
        return self._box.totalSizeHint().height()

    def go_to(self, place: int) -> None:
        """Make a row current, clamped."""
        if not self._rows:
            return
        place = min(max(place, 0), len(self._rows) - 1)
        if 0 <= self.current < len(self._rows):
            self._rows[self.current].set_current(False)
        self.current = place
        self._rows[place].set_current(True)
        self._rows[place].set_keyboard(self.hasFocus())
        self.ensureWidgetVisible(self._rows[place], 0, 4)

    def choose_current(self) -> None:
        """Choose the current row."""
        if 0 <= self.current < len(self._rows):
            self.chosen.emit(self.current)

    def event(self, event: QEvent) -> bool:
        """Keep the arrows and Enter, which otherwise mean other things, while focused."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in ITS_KEYS
        ):
            event.accept()
            return True
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Bring the current row in sight; only now it is known where the rows lie."""
        super().showEvent(event)
        QTimer.singleShot(0, self, lambda: self.go_to(self.current))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show the keyboard's place."""
        super().focusInEvent(event)
        self._tell_current(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The keyboard is elsewhere."""
        super().focusOutEvent(event)
        self._tell_current(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Go up and down, choose."""
        if not self.take_key(Qt.Key(event.key())):
            super().keyPressEvent(event)

    def take_key(self, key: Qt.Key) -> bool:
        """Do what a key means here. Returns: whether it meant anything."""
        steps = {
            Qt.Key.Key_Up: self.current - 1,
            Qt.Key.Key_Down: self.current + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self._rows) - 1,
        }
        if key in steps:
            self.go_to(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose_current()
        else:
            return False
        return True

    def _tell_current(self, has_keyboard: bool) -> None:
        if 0 <= self.current < len(self._rows):
            self._rows[self.current].set_keyboard(has_keyboard)

    def _pressed(self, place: int) -> None:
        self.go_to(place)
        self.choose_current()
