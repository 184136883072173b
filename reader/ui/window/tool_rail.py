"""The tools on the left: an icon over its key."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from reader.core.text import say
from reader.session.workspace import Mode
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.measure_actions import MEASURE_TOOL_IDS
from reader.ui.actions.menu import menu_of
from reader.ui.actions.tool_actions import TOOL_IDS
from reader.ui.controls.boxes import Ground, Rule
from reader.ui.controls.painting import draw_box, draw_icon, painter_for, whole
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import tr

SEPARATOR: Final = None
TOP: Final[dict[Mode, tuple[ActionId | None, ...]]] = {
    Mode.READ: (
        ActionId.TOOL_WINDOW,
        ActionId.TOOL_PAN,
        ActionId.TOOL_ZOOM,
        ActionId.TOOL_CROSSHAIR,
        SEPARATOR,
        ActionId.TOOL_LENGTH,
        ActionId.TOOL_BIDIRECTIONAL,
        ActionId.TOOL_ELLIPSE,
        ActionId.MORE_MEASURING,
        SEPARATOR,
        ActionId.ADD_MISSED,
        ActionId.RUN_MODEL,
    ),
    Mode.EDIT: (
        ActionId.TOOL_BRUSH,
        ActionId.TOOL_ERASER,
        SEPARATOR,
        ActionId.TOOL_WINDOW,
        ActionId.TOOL_PAN,
        ActionId.TOOL_ZOOM,
        ActionId.TOOL_CROSSHAIR,
    ),
    Mode.COMPARE: (
        ActionId.LINK,
        ActionId.FLICKER,
        SEPARATOR,
        ActionId.TOOL_WINDOW,
        ActionId.TOOL_PAN,
        ActionId.TOOL_ZOOM,
        ActionId.TOOL_CROSSHAIR,
        SEPARATOR,
        ActionId.TOOL_LENGTH,
        ActionId.TOOL_BIDIRECTIONAL,
        ActionId.TOOL_ELLIPSE,
        ActionId.MORE_MEASURING,
        SEPARATOR,
        ActionId.ADD_MISSED,
    ),
    Mode.REPORT: (),
}
BOTTOM: Final[dict[Mode, tuple[ActionId, ...]]] = {
    Mode.READ: (ActionId.SERIES_LIST, ActionId.NEXT_LAYOUT, ActionId.KEYS),
    Mode.EDIT: (ActionId.SERIES_LIST, ActionId.NEXT_LAYOUT, ActionId.KEYS),
    Mode.COMPARE: (ActionId.COMPARE_WITH, ActionId.SERIES_LIST, ActionId.KEYS),
    Mode.REPORT: (ActionId.KEYS,),
}

FOLDED: Final = (
    ActionId.TOOL_ANGLE,
    ActionId.TOOL_COBB,
    ActionId.TOOL_RECTANGLE,
    ActionId.TOOL_FREEHAND,
    ActionId.TOOL_PROBE,
    ActionId.TOOL_SUV_PEAK,
    SEPARATOR,
    ActionId.TOOL_ARROW,
    ActionId.TOOL_TEXT,
    SEPARATOR,
    ActionId.MEASURE_SEGMENT,
    ActionId.SNAP,
    ActionId.HIDE_MEASUREMENTS,
)
"""What unfolds beside the measuring tools."""
YIELDING: Final = (
    ActionId.RUN_MODEL,
    ActionId.ADD_MISSED,
    ActionId.TOOL_ZOOM,
    ActionId.TOOL_PAN,
    ActionId.TOOL_BIDIRECTIONAL,
    ActionId.TOOL_ELLIPSE,
    ActionId.TOOL_CROSSHAIR,
    ActionId.TOOL_LENGTH,
)
"""What leaves a rail that is too low, first to last: what has another button or the mouse
first. Measuring tools unfold then with the others."""
_TOOL_OF: Final = {**TOOL_IDS, **MEASURE_TOOL_IDS}


class RailButton(QAbstractButton):
    """A tool or an act, 38 x 42."""

    def __init__(self, kit: Kit, action_id: ActionId) -> None:
        super().__init__()
        self._kit = kit
        self.action_id = action_id
        spec = kit.actions.spec(action_id)
        self._icon_name, self._keys = spec.icon, ""
        self.setAccessibleName(tr(spec.text))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda: kit.actions.trigger(action_id))
        kit.actions.changed.connect(self.refresh)
        self.refresh()

    @property
    def is_in_hand(self) -> bool:
        """Whether this is the tool that the left button uses."""
        in_hand = self._kit.tools.active_id
        if self.action_id is ActionId.MORE_MEASURING:
            return any(_TOOL_OF.get(entry) is in_hand for entry in FOLDED if entry is not None)
        return _TOOL_OF.get(self.action_id) is in_hand

    @property
    def shown_icon(self) -> Icon:
        """The icon drawn now."""
        return self._icon_name

    def refresh(self) -> None:
        """Follow what is possible and which tool is in hand; a folded one shows its face."""
        actions = self._kit.actions
        self.setEnabled(actions.is_enabled(self.action_id))
        shown = self.action_id
        if shown is ActionId.MORE_MEASURING and self.is_in_hand:
            tools = (entry for entry in FOLDED if entry is not None)
            in_hand = self._kit.tools.active_id
            shown = next(entry for entry in tools if _TOOL_OF.get(entry) is in_hand)
        self._icon_name = actions.spec(shown).icon
        self._keys = actions.shown_key(shown)
        own = actions.shown_key(self.action_id)
        self.setToolTip(f"{self.accessibleName()}  {own}".strip())
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """The design's size of a tool."""
        px = self._kit.theme.px
        return QSize(px(38), px(42))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the icon over its key; the tool in hand has a ground and a bar beside it."""
        theme, px = self._kit.theme, self._kit.theme.px
        painter = painter_for(self)
        rect = whole(self.rect())
        on = self.is_in_hand
        color, key_color = tokens.TEXT_2, tokens.TEXT_3
        if not self.isEnabled():
            color = key_color = tokens.KEY_EDGE
        elif on:
            color = key_color = tokens.TEXT
        if on or (self.underMouse() and self.isEnabled()):
            fill = tokens.SELECTED if on else tokens.HOVER
            draw_box(painter, rect, px(tokens.RADIUS_BUTTON), fill)
        size = px(20)
        top = (rect.height() - size - (px(1) + px(14)) * bool(self._keys)) / 2
        left = (rect.width() - size) / 2
        draw_icon(painter, theme, self._icon_name, color, left, top, size)
        painter.setFont(theme.font(tokens.SMALL, tokens.MEDIUM))
        painter.setPen(QColor(key_color))
        room = QRectF(0, top + size + px(1), rect.width(), px(14))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self._keys)


class ToolRail(Ground):
    """The tools of the mode that is on."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit.theme, tokens.PANEL)
        self._kit = kit
        self._buttons: list[RailButton] = []
        self.setFixedWidth(kit.theme.px(kit.frame.rail))
        self.setAccessibleName(tr(say("Tools")))
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, kit.theme.px(6), 0, kit.theme.px(6))
        self._box.setSpacing(kit.theme.px(2))
        subscriptions = Subscriptions(self)
        subscriptions.add(kit.workspace.events.mode_changed, self._put_in)
        subscriptions.add(kit.tools.changed, self._refresh)
        self._put_in(kit.workspace.mode)

    @property
    def buttons(self) -> tuple[RailButton, ...]:
        """From the top."""
        return tuple(self._buttons)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Fill, and mark the tool in hand at the rail's edge."""
        super().paintEvent(event)
        painter, px = painter_for(self), self._kit.theme.px
        painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), QColor(tokens.LINE))
        for button in self._buttons:
            if button.is_in_hand and not button.isHidden():
                box = button.geometry()
                bar = QRectF(0, box.top() + px(6), px(3), box.height() - 2 * px(6))
                draw_box(painter, bar, px(2), tokens.READER)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave out what there is no room for, rather than draw one over the other."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        px, by_id = self._kit.theme.px, {button.action_id: button for button in self._buttons}
        rules = TOP[self._kit.workspace.mode].count(SEPARATOR)
        high = px(42) + self._box.spacing()
        room = self.height() - 2 * px(6) - rules * (1 + self._box.spacing())
        too_many = len(self._buttons) - max(0, room // high)
        present = [action_id for action_id in YIELDING if action_id in by_id]
        for place, action_id in enumerate(present):
            by_id[action_id].setVisible(place >= too_many)

    @property
    def yielded(self) -> tuple[ActionId, ...]:
        """What there is no room for."""
        return tuple(button.action_id for button in self._buttons if button.isHidden())

    def unfold_measuring(self) -> None:
        """Show the measuring tools that have no place of their own, beside their button."""
        own = tuple(entry for entry in self.yielded if entry in MEASURE_TOOL_IDS)
        entries = (*own, *FOLDED)
        menu = menu_of(self._kit.theme, self._kit.actions, entries, self)
        button = next((b for b in self._buttons if b.action_id is ActionId.MORE_MEASURING), None)
        if button is not None and button.isVisible():
            menu.popup(button.mapToGlobal(button.rect().topRight()))
        else:
            menu.popup(self.mapToGlobal(self.rect().topRight()))

    def _put_in(self, mode: Mode) -> None:
        """Put in the tools of a mode."""
        self._buttons.clear()
        while (item := self._box.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for entry in TOP[mode]:
            self._box.addWidget(*self._made(entry))
        self._box.addStretch(1)
        for entry in BOTTOM[mode]:
            self._box.addWidget(*self._made(entry))
        self._fit()
        self.update()

    def _made(self, entry: ActionId | None) -> tuple[QWidget, int, Qt.AlignmentFlag]:
        if entry is None:
            rule = Rule(self._kit.theme, length=self._kit.frame.rail - 16)
            return rule, 0, Qt.AlignmentFlag.AlignHCenter
        button = RailButton(self._kit, entry)
        self._buttons.append(button)
        return button, 0, Qt.AlignmentFlag.AlignHCenter

    def _refresh(self) -> None:
        for button in self._buttons:
            button.refresh()
        self.update()
