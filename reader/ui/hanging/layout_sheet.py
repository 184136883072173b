"""The layouts as little pictures, beside the tools; one press shows one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from reader.core.text import say
from reader.session.viewing.layout import Layout
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionButton
from reader.ui.controls.boxes import column
from reader.ui.controls.button import ButtonKind
from reader.ui.controls.painting import draw_box, draw_key_cap, painter_for, whole
from reader.ui.hanging.layout_picture import NAMES, ORDER, draw_layout
from reader.ui.kit import Kit
from reader.ui.pages.sheet import Sheet
from reader.ui.subscriptions import Subscriptions
from reader.ui.theme import Theme
from reader.ui.translate import tr

COLUMNS: Final = 3
_STEPS: Final = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -COLUMNS,
    Qt.Key.Key_Down: COLUMNS,
}


class LayoutButton(QAbstractButton):
    """A layout as a picture, with the number key that chooses it."""

    def __init__(self, theme: Theme, layout: Layout, number: int) -> None:
        super().__init__()
        self._theme = theme
        self.layout_ = layout
        self._number = str(number)
        self.setCheckable(True)
        self.setAccessibleName(tr(NAMES[layout]))
        self.setToolTip(f"{tr(NAMES[layout])}  {number}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Wide enough for four columns to be told apart."""
        px = self._theme.px
        return QSize(px(100), px(84))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Space presses it; the other keys are the sheet's."""
        if event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the picture over its key; the layout in force is in the reader's colour."""
        px, painter, rect = self._theme.px, painter_for(self), whole(self.rect())
        if self.isChecked() or self.underMouse() or self.isDown():
            fill = tokens.SELECTED if self.isChecked() else tokens.HOVER
            draw_box(painter, rect, px(tokens.RADIUS_BUTTON), fill)
        color = tokens.READER if self.isChecked() else tokens.TEXT_2
        area = QRectF(px(16), px(8), rect.width() - 2 * px(16), px(46))
        draw_layout(painter, self.layout_, area, color)
        right = rect.center().x() + px(9)
        draw_key_cap(painter, self._theme, self._number, right, rect.bottom() - px(14))


class LayoutSheet(Sheet):
    """Numbers and arrows choose; the viewports that stay keep what they show."""

    size_at_100 = (336, 480)

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        super().__init__(kit, say("Layout"), parent)
        px = kit.theme.px
        self.buttons = tuple(
            LayoutButton(kit.theme, layout, n) for n, layout in enumerate(ORDER, 1)
        )
        grid = QGridLayout()
        grid.setContentsMargins(px(12), 0, px(12), px(4))
        grid.setSpacing(px(4))
        for n, button in enumerate(self.buttons):
            button.clicked.connect(lambda _on, layout=button.layout_: self._choose(layout))
            grid.addWidget(button, n // COLUMNS, n % COLUMNS)
        self.column.addLayout(grid)
        more = column(px(4))
        more.setContentsMargins(px(12), px(4), px(12), px(4))
        for action_id in (ActionId.HANGING, ActionId.SECOND_WINDOW):
            act = ActionButton(kit.theme, kit.actions, action_id, kind=ButtonKind.QUIET)
            more.addWidget(act, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addLayout(more)
        heard = Subscriptions(self)
        heard.add(kit.workspace.events.viewports_changed, self._refresh)
        self._refresh()
        shown = kit.workspace.viewports.layout
        self.setFocusProxy(self.buttons[ORDER.index(shown)])

    def place_over(self, area: QRect) -> None:
        """At the left edge, upwards from the bar with its button."""
        px, size = self.kit.theme.px, self.size_over(area)
        bottom = area.bottom() - px(self.kit.frame.decision_bar) - px(8)
        top = bottom - size.height()
        self.setGeometry(area.left() + px(8), top, size.width(), size.height())

    def height_at(self, width: int) -> int | None:
        """As high as its rows."""
        return self.column.totalSizeHint().height()

    def event(self, event: QEvent) -> bool:
        """Keep the numbers and arrows, which otherwise mean other things."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key in _STEPS or _number(key) is not None:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Choose by number, go about by arrows."""
        key = Qt.Key(event.key())
        number = _number(key)
        if number is not None:
            self._choose(ORDER[number])
        elif key in _STEPS:
            focused = next((n for n, b in enumerate(self.buttons) if b.hasFocus()), 0)
            wanted = focused + _STEPS[key]
            if 0 <= wanted < len(self.buttons):
                self.buttons[wanted].setFocus(Qt.FocusReason.TabFocusReason)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = next((n for n, b in enumerate(self.buttons) if b.hasFocus()), 0)
            self._choose(ORDER[focused])
        else:
            super().keyPressEvent(event)

    def _choose(self, layout: Layout) -> None:
        self.kit.workspace.viewports.set_layout(layout)
        self.closed.emit()

    def _refresh(self) -> None:
        for button in self.buttons:
            button.setChecked(button.layout_ is self.kit.workspace.viewports.layout)


def _number(key: Qt.Key) -> int | None:
    """The place of the layout that a number key means."""
    place = key.value - Qt.Key.Key_1.value
    return place if 0 <= place < len(ORDER) else None
