"""Which model to run: a menu of all that can be, the one that runs by itself first."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from reader.core.errors import ModelUnavailableError
from reader.core.model import ModelSpec
from reader.core.text import say
from reader.session.workspace import Workspace
from reader.ui.actions.action import ActionId
from reader.ui.actions.menu import menu_entry
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.terms import term
from reader.ui.translate import tr


def spec_to_run(workspace: Workspace) -> ModelSpec | None:
    """The model that the key runs on the series that is looked at; None: there is none."""
    series_key = workspace.viewports.active.series_key
    try:
        if series_key is None or not workspace.studies.has_series(series_key):
            return workspace.inference.spec()
        return workspace.inference.spec_for(series_key)
    except ModelUnavailableError:
        return None


_AFTER_MODELS: Final = (ActionId.CYCLE_OVERLAY, ActionId.MODEL_CARD, ActionId.MODELS)


def ai_menu(kit: Kit, parent: QWidget) -> QMenu:
    """Every model by name, and what else concerns the AI. Deletes itself when closed."""
    menu = QMenu(tr(say("AI")), parent)
    menu.setIcon(kit.theme.icons.for_menu(Icon.CPU, menu.devicePixelRatioF()))
    menu.setToolTipsVisible(True)
    menu.aboutToHide.connect(menu.deleteLater)
    _add_models(kit, menu)
    menu.addSeparator()
    for action_id in _AFTER_MODELS:
        menu.addAction(menu_entry(kit.theme, kit.actions, action_id, menu))
    return menu


def add_ai(kit: Kit, menu: QMenu) -> None:
    """Put the menu of the AI into a viewport's menu, before the list of series."""
    for entry in menu.actions():
        if entry.data() is ActionId.SERIES_LIST:
            menu.insertMenu(entry, ai_menu(kit, menu))
            menu.insertSeparator(entry)


def _add_models(kit: Kit, menu: QMenu) -> None:
    """A line for each model that runs it on what is looked at."""
    workspace, first = kit.workspace, spec_to_run(kit.workspace)
    for spec in workspace.inference.specs():
        words = f"{term(spec.identity.name)} {spec.identity.version}".replace("&", "&&")
        is_first = first is not None and spec.identity.id == first.identity.id
        keys = kit.actions.shown_key(ActionId.RUN_MODEL) if is_first else ""
        words = tr(say("Run {model}", model=words))
        entry = QAction(f"{words}\t{keys}", menu)
        entry.setEnabled(kit.actions.is_enabled(ActionId.RUN_MODEL))
        entry.setToolTip(tr(say("Runs by itself, unless you name another")) if is_first else "")
        entry.triggered.connect(lambda _checked=False, one=spec.identity.id: run(workspace, one))
        menu.addAction(entry)


def run(workspace: Workspace, model_id: str) -> None:
    """Run a model on the series that is looked at."""
    workspace.notices.attempt(lambda: workspace.inference.run(spec_id=model_id))
