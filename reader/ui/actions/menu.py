"""Menus made of actions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from reader.core.text import Text, say
from reader.ui.actions.action import ActionId
from reader.ui.actions.actions import Actions
from reader.ui.icons import Icon
from reader.ui.theme import Theme
from reader.ui.translate import tr

SEPARATOR: Final = None

MAIN_MENU: Final = (
    ActionId.OPEN_FOLDER,
    ActionId.OPEN_FILES,
    ActionId.OPEN_DEMO,
    ActionId.WATCH_FOLDER,
    ActionId.CLOSE_STUDY,
    SEPARATOR,
    ActionId.STUDIES,
    ActionId.SERIES_LIST,
    ActionId.UNREADABLE,
    ActionId.EXPORT,
    ActionId.MODELS,
    SEPARATOR,
    ActionId.FULL_SCREEN,
    ActionId.SECOND_WINDOW,
    ActionId.HIDE_IDENTITY,
    SEPARATOR,
    ActionId.COMMANDS,
    ActionId.KEYS,
    ActionId.CHANGE_KEYS,
    ActionId.SETTINGS,
    ActionId.ABOUT,
    SEPARATOR,
    ActionId.QUIT,
)


@dataclass(frozen=True, slots=True)
class Submenu:
    """Actions that share one line of a menu, or no menu would fit a low screen."""

    text: Text
    icon: Icon
    entries: tuple[ActionId | None, ...]


MEASURE_MENU: Final = Submenu(
    say("Measuring"),
    Icon.RULER,
    (
        ActionId.TOOL_LENGTH,
        ActionId.TOOL_BIDIRECTIONAL,
        ActionId.TOOL_ANGLE,
        ActionId.TOOL_COBB,
        ActionId.TOOL_ELLIPSE,
        ActionId.TOOL_RECTANGLE,
        ActionId.TOOL_FREEHAND,
        ActionId.TOOL_PROBE,
        ActionId.TOOL_SUV_PEAK,
        SEPARATOR,
        ActionId.TOOL_ARROW,
        ActionId.TOOL_TEXT,
        SEPARATOR,
        ActionId.HIDE_MEASUREMENTS,
    ),
)
PLANE_MENU: Final = Submenu(
    say("Plane"),
    Icon.CUBE,
    (
        ActionId.PLANE_AXIAL,
        ActionId.PLANE_CORONAL,
        ActionId.PLANE_SAGITTAL,
        SEPARATOR,
        ActionId.STRAIGHT_PLANES,
        ActionId.STRAIGHTEN,
        SEPARATOR,
        ActionId.NEXT_PROJECTION,
        ActionId.TOOL_PATH,
        ActionId.OVERVIEW,
    ),
)
FLIP_MENU: Final = Submenu(
    say("Flip and turn"),
    Icon.FLIP_HORIZONTAL,
    (
        ActionId.FLIP_ACROSS,
        ActionId.FLIP_DOWN,
        ActionId.QUARTER_LEFT,
        ActionId.QUARTER_RIGHT,
        ActionId.AS_ACQUIRED,
    ),
)
HEAT_MENU: Final = Submenu(
    say("Over the image"),
    Icon.FIRE,
    (
        ActionId.HEAT_PROBABILITY,
        ActionId.HEAT_UNCERTAINTY,
        ActionId.HEAT_INFLUENCE,
        SEPARATOR,
        ActionId.WHY_HERE,
        SEPARATOR,
        ActionId.NEXT_HEAT,
        ActionId.CYCLE_OVERLAY,
        SEPARATOR,
        ActionId.FUSE,
    ),
)
VIEWPORT_MENU: Final = (
    ActionId.ADD_MISSED,
    ActionId.CONFIRM,
    ActionId.EDIT,
    ActionId.REJECT,
    SEPARATOR,
    MEASURE_MENU,
    PLANE_MENU,
    FLIP_MENU,
    HEAT_MENU,
    SEPARATOR,
    ActionId.AUTO_WINDOW,
    ActionId.INVERT,
    ActionId.NEXT_UNIT,
    ActionId.FIT,
    ActionId.MAXIMIZE,
    SEPARATOR,
    ActionId.KEY_IMAGE,
    ActionId.PLAY,
    ActionId.GRAPHICS,
    SEPARATOR,
    ActionId.SERIES_LIST,
    ActionId.NEXT_LAYOUT,
    ActionId.HANGING,
    ActionId.ALWAYS_HANG_SO,
)


MEASUREMENT_MENU: Final = (
    ActionId.RENAME_MEASUREMENT,
    ActionId.ONLY_MEASUREMENT,
    SEPARATOR,
    ActionId.REMOVE_MEASUREMENT,
)
"""On a measurement."""


def menu_of(
    theme: Theme, actions: Actions, entries: Iterable[ActionId | Submenu | None], parent: QWidget
) -> QMenu:
    """A menu that deletes itself when it is closed."""
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    menu.aboutToHide.connect(menu.deleteLater)
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        elif isinstance(entry, Submenu):
            menu.addMenu(_submenu(theme, actions, entry, menu))
        else:
            menu.addAction(menu_entry(theme, actions, entry, menu))
    return menu


def _submenu(theme: Theme, actions: Actions, entry: Submenu, menu: QMenu) -> QMenu:
    made = QMenu(tr(entry.text), menu)
    made.setIcon(theme.icons.for_menu(entry.icon, menu.devicePixelRatioF()))
    for inner in entry.entries:
        if inner is None:
            made.addSeparator()
        else:
            made.addAction(menu_entry(theme, actions, inner, made))
    return made


def menu_entry(theme: Theme, actions: Actions, action_id: ActionId, menu: QMenu) -> QAction:
    """One line of a menu: icon, words, key."""
    spec = actions.spec(action_id)
    ratio = menu.devicePixelRatioF()
    words = tr(spec.text).replace("&", "&&")
    line = f"{words}\t{actions.shown_key(action_id)}"
    entry = QAction(theme.icons.for_menu(spec.icon, ratio), line, menu)
    entry.setEnabled(actions.is_enabled(action_id))
    entry.setData(action_id)
    entry.triggered.connect(lambda: actions.trigger(action_id))
    return entry


def main_menu(theme: Theme, actions: Actions, parent: QWidget) -> QMenu:
    """Behind the product's mark."""
    return menu_of(theme, actions, MAIN_MENU, parent)
