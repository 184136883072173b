"""The library's lines: painted where they are seen, so that thousands cost nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from reader.ui import tokens
from reader.ui.controls.painting import (
    Run,
    draw_box,
    draw_focus_ring,
    draw_icon,
    draw_runs,
    painter_for,
    picture_place,
    whole,
)
from reader.ui.icons import Icon
from reader.ui.theme import Theme
from reader.ui.welcome.study_row import StudyRow

ROW: Final = 76
PICTURE: Final = (80, 60)
SHARES: Final = (0.33, 0.33, 0.15, 0.19)
"""Parts of the width: who, what, modality and date, state."""
FAINT: Final = 0.35
STEPS: Final = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -5,
    Qt.Key.Key_PageDown: 5,
    Qt.Key.Key_Home: -1_000_000,
    Qt.Key.Key_End: 1_000_000,
}
OPENS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class StudyList(QWidget):
    """Studies, one of them current. `chosen` and `menu_asked` carry its Study Instance UID.

    `thumbnail` gives a PNG for a UID; it is asked once for each line that is seen.
    `current_moved` carries the line that should be in sight.
    """

    chosen = Signal(str)
    removed = Signal(str)
    menu_asked = Signal(str, QPoint)
    current_moved = Signal(QRect)

    def __init__(self, theme: Theme, name: str, thumbnail: Callable[[str], bytes]) -> None:
        super().__init__()
        self._theme = theme
        self._name = name
        self._thumbnail = thumbnail
        self._pictures: dict[str, QPixmap] = {}
        self._hovered = -1
        self._uids: tuple[str, ...] = ()
        self._row_at: Callable[[int], StudyRow] | None = None
        self._made: dict[int, StudyRow] = {}
        self.current = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("draws_own_ring", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def show_studies(self, uids: Sequence[str], row_at: Callable[[int], StudyRow]) -> None:
        """Show other lines, each made by `row_at` when it is first seen.

        The current study stays current if it is among them.
        """
        uid = self.current_uid
        self._uids, self._row_at, self._made = tuple(uids), row_at, {}
        self.current = self._uids.index(uid) if uid in self._uids else min(0, len(uids) - 1)
        self._hovered = -1
        self._tell()
        self.updateGeometry()
        self.update()

    def forget_pictures(self) -> None:
        """Ask for the pictures anew."""
        self._pictures.clear()
        self.update()

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._uids)

    @property
    def current_uid(self) -> str | None:
        """The study that Enter would open."""
        return self._uids[self.current] if 0 <= self.current < self.count else None

    def row(self, place: int) -> StudyRow:
        """What a line says. Raises: IndexError."""
        if self._row_at is None or not 0 <= place < self.count:
            raise IndexError(place)
        if place not in self._made:
            self._made[place] = self._row_at(place)
        return self._made[place]

    def go_to(self, place: int) -> None:
        """Make a line current, clamped."""
        if self.count:
            self.current = min(max(place, 0), self.count - 1)
            self._tell()
            self.current_moved.emit(self._rect(self.current))
            self.update()

    def take_key(self, key: Qt.Key) -> bool:
        """Do what a key means here. Returns: whether it meant anything."""
        if key in STEPS:
            self.go_to(self.current + STEPS[key])
        elif key in OPENS and self.current_uid is not None:
            self.chosen.emit(self.current_uid)
        elif key == Qt.Key.Key_Delete and self.current_uid is not None and self.hasFocus():
            self.removed.emit(self.current_uid)
        else:
            return False
        return True

    def sizeHint(self) -> QSize:  # noqa: N802
        """All lines under each other."""
        return QSize(self._theme.px(600), self.count * self._theme.px(ROW))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """As narrow as the window likes."""
        return QSize(0, self.sizeHint().height())

    # What Qt says

    def event(self, event: QEvent) -> bool:
        """Keep the arrows, Enter and Delete, which otherwise mean other things."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key in STEPS or key in OPENS or key == Qt.Key.Key_Delete:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Go up and down, open, take off the list."""
        if not self.take_key(Qt.Key(event.key())):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show the keyboard's place."""
        super().focusInEvent(event)
        if self.count and event.reason() is not Qt.FocusReason.MouseFocusReason:
            self.current_moved.emit(self._rect(self.current))
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The keyboard is elsewhere."""
        super().focusOutEvent(event)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Light up the line under the pointer."""
        self._hover(self._place_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """The pointer left."""
        super().leaveEvent(event)
        self._hover(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Open the line under the pointer."""
        place = self._place_at(event.position().toPoint())
        if place >= 0 and event.button() is Qt.MouseButton.LeftButton:
            self.go_to(place)
            self.chosen.emit(self._uids[place])

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """What else can be done with a study."""
        place = self._place_at(event.pos())
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            place = self.current
        if place >= 0:
            self.go_to(place)
            self.menu_asked.emit(self._uids[place], event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The lines that are in sight."""
        painter = painter_for(self)
        high = self._theme.px(ROW)
        first = max(0, event.rect().top() // high)
        last = min(self.count - 1, event.rect().bottom() // high)
        for place in range(first, last + 1):
            self._paint_row(painter, place)

    # Painting

    def _paint_row(self, painter: QPainter, place: int) -> None:
        theme, px, row = self._theme, self._theme.px, self.row(place)
        rect = whole(self._rect(place)).adjusted(0, px(2), 0, -px(2))
        radius = px(tokens.RADIUS_BUTTON)
        is_current = place == self.current and self.hasFocus()
        if is_current or place == self._hovered:
            fill = tokens.SELECTED if is_current else tokens.HOVER
            draw_box(painter, rect, radius, fill)
        else:
            draw_box(painter, rect, radius, tokens.PANEL)
        if is_current:
            draw_focus_ring(painter, theme, rect, radius)
        self._paint_picture(painter, row, QPoint(px(6), int(rect.top()) + px(6)))
        bright = tokens.TEXT_3 if row.faint else tokens.TEXT
        soft = tokens.TEXT_3 if row.faint else tokens.TEXT_2
        columns = (
            (Run(row.who, bright, tokens.SEMIBOLD), Run(row.about, soft)),
            (Run(row.what, bright), Run(row.facts, soft)),
            (Run(row.modalities, bright), Run(row.day, soft)),
            (Run(row.state, row.state_color), Run(row.state_detail, soft)),
        )
        left = float(px(6) + px(PICTURE[0]) + px(16))
        room = rect.width() - left - px(8)
        middle = rect.center().y()
        for share, (upper, lower) in zip(SHARES, columns, strict=True):
            width = room * share - px(16)
            both = bool(upper.text and lower.text)
            top = middle - (px(20) if both else px(10))
            under = middle + (px(2) if both else -px(9))
            draw_runs(painter, theme, tokens.BODY, (upper,), QRectF(left, top, width, px(20)))
            draw_runs(painter, theme, tokens.DETAIL, (lower,), QRectF(left, under, width, px(18)))
            left += room * share

    def _paint_picture(self, painter: QPainter, row: StudyRow, corner: QPoint) -> None:
        px = self._theme.px
        box = QRectF(corner.x(), corner.y(), px(PICTURE[0]), px(PICTURE[1]))
        picture = self._picture(row) if row.has_picture else QPixmap()
        with picture_place(painter, self._theme, box):
            if picture.isNull():
                size = px(24)
                x, y = box.center().x() - size / 2, box.center().y() - size / 2
                draw_icon(painter, self._theme, Icon.STACK_SIMPLE, tokens.TEXT_3, x, y, size)
            else:
                painter.setOpacity(FAINT if row.faint else 1.0)
                painter.drawPixmap(box, picture, _cut(picture, box))

    def _picture(self, row: StudyRow) -> QPixmap:
        if row.study_uid not in self._pictures:
            picture = QPixmap()
            picture.loadFromData(self._thumbnail(row.study_uid))
            self._pictures[row.study_uid] = picture
        return self._pictures[row.study_uid]

    def _rect(self, place: int) -> QRect:
        high = self._theme.px(ROW)
        return QRect(0, place * high, self.width(), high)

    def _place_at(self, point: QPoint) -> int:
        place = point.y() // self._theme.px(ROW)
        return place if 0 <= place < self.count else -1

    def _hover(self, place: int) -> None:
        if place != self._hovered:
            self._hovered = place
            self.update()

    def _tell(self) -> None:
        """Screen readers hear the current line."""
        shown = 0 <= self.current < self.count
        self.setAccessibleDescription(self.row(self.current).spoken if shown else "")


def _cut(picture: QPixmap, box: QRectF) -> QRectF:
    """The middle part of a picture with the box's aspect."""
    width, height = float(picture.width()), float(picture.height())
    aspect = box.width() / box.height()
    if width / height > aspect:
        cut = height * aspect
        return QRectF((width - cut) / 2, 0, cut, height)
    cut = width / aspect
    return QRectF(0, (height - cut) / 2, width, cut)
