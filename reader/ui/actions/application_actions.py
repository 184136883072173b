"""Modes, pages, folding, help: what concerns the window and no image."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reader.core.text import Text, say
from reader.session.workspace import Mode
from reader.ui.actions import conditions
from reader.ui.actions.action import ON_IMAGES, ActionContext, ActionId, ActionSpec, Group, always
from reader.ui.icons import Icon


def _toggle_identity(context: ActionContext) -> None:
    hidden = context.workspace.settings.hide_identity
    context.workspace.change_settings(hide_identity=not hidden)


def _mode(
    action_id: ActionId,
    text: Text,
    icon: Icon,
    mode: Mode,
    key: str,
    enabled: Callable[[ActionContext], bool],
    short_text: Text | None = None,
) -> ActionSpec:
    return ActionSpec(
        action_id,
        text,
        icon,
        Group.WINDOW,
        lambda c: c.workspace.set_mode(mode),
        keys=(key,),
        enabled=enabled,
        short_text=short_text,
    )


def _window(
    action_id: ActionId,
    text: Text,
    icon: Icon,
    act: Callable[[ActionContext], None],
    *keys: str,
) -> ActionSpec:
    return ActionSpec(action_id, text, icon, Group.WINDOW, act, keys=keys, enabled=always)


APPLICATION_ACTIONS: Final = (
    _mode(ActionId.MODE_READ, say("Read"), Icon.EYE, Mode.READ, "Ctrl+1", conditions.study_open),
    _mode(
        ActionId.MODE_EDIT,
        say("Edit segments"),
        Icon.PENCIL_SIMPLE,
        Mode.EDIT,
        "Ctrl+2",
        conditions.study_open,
        say("Edit{mode}", mode=""),
    ),
    _mode(
        ActionId.MODE_REPORT,
        say("Report"),
        Icon.FILE_TEXT,
        Mode.REPORT,
        "Ctrl+4",
        conditions.study_open,
    ),
    _window(
        ActionId.COMMANDS,
        say("Search or command"),
        Icon.MAGNIFYING_GLASS,
        lambda c: c.shell.show_commands(),
        "Ctrl+K",
    ),
    _window(
        ActionId.KEYS,
        say("Keys on one page"),
        Icon.KEYBOARD,
        lambda c: c.shell.show_keys(),
        "?",
        "Shift+?",
        "Shift+/",
        "F1",
    ),
    _window(
        ActionId.CHANGE_KEYS,
        say("Change keys"),
        Icon.KEYBOARD,
        lambda c: c.shell.change_keys(),
        "Ctrl+Shift+K",
    ),
    _window(
        ActionId.SETTINGS,
        say("Settings"),
        Icon.GEAR,
        lambda c: c.shell.show_settings(),
        "Ctrl+,",
    ),
    _window(
        ActionId.HIDE_IDENTITY,
        say("Hide identity"),
        Icon.IDENTIFICATION_CARD,
        _toggle_identity,
        "Ctrl+Shift+H",
    ),
    _window(
        ActionId.FULL_SCREEN,
        say("Full screen, images only"),
        Icon.CORNERS_OUT,
        lambda c: c.shell.toggle_full_screen(),
        "F11",
    ),
    ActionSpec(
        ActionId.FOLD_RAIL,
        say("Fold the tools"),
        Icon.SIDEBAR_SIMPLE,
        Group.WINDOW,
        lambda c: c.shell.toggle_rail(),
        keys=("[",),
        modes=ON_IMAGES,
    ),
    ActionSpec(
        ActionId.FOLD_PANEL,
        say("Fold the side panel"),
        Icon.SIDEBAR,
        Group.WINDOW,
        lambda c: c.shell.toggle_panel(),
        keys=("]",),
        modes=ON_IMAGES,
    ),
    _window(
        ActionId.NEXT_REGION,
        say("Next region of the window"),
        Icon.APP_WINDOW,
        lambda c: c.shell.go_to_region(1),
        "F6",
    ),
    _window(
        ActionId.PREVIOUS_REGION,
        say("Previous region of the window"),
        Icon.APP_WINDOW,
        lambda c: c.shell.go_to_region(-1),
        "Shift+F6",
    ),
    _window(
        ActionId.BACK,
        say("Back"),
        Icon.ARROW_U_UP_LEFT,
        lambda c: c.shell.go_back(),
        "Escape",
    ),
    _window(ActionId.ABOUT, say("About Reading Room"), Icon.INFO, lambda c: c.shell.show_about()),
    _window(ActionId.QUIT, say("Quit"), Icon.POWER, lambda c: c.shell.quit(), "Ctrl+Q"),
)
