"""Opening, closing and handing over studies."""

from __future__ import annotations

from typing import Final

from reader.core.text import say
from reader.ui.actions import conditions
from reader.ui.actions.action import ActionContext, ActionId, ActionSpec, Group
from reader.ui.icons import Icon


def _show_neighbour(context: ActionContext, step: int) -> None:
    """Show another study of the folder, going round at the ends."""
    studies = context.workspace.studies
    if studies.scan is None or studies.study is None:
        return
    all_of_them = studies.scan.studies
    uids = [study.study_uid for study in all_of_them]
    place = uids.index(studies.study.study_uid)
    context.workspace.show_study(all_of_them[(place + step) % len(all_of_them)])


STUDY_ACTIONS: Final = (
    ActionSpec(
        ActionId.OPEN_FOLDER,
        say("Open folder"),
        Icon.FOLDER_OPEN,
        Group.STUDY,
        lambda c: c.shell.choose_folder(),
        keys=("Ctrl+O",),
    ),
    ActionSpec(
        ActionId.OPEN_FILES,
        say("Open files"),
        Icon.FILE,
        Group.STUDY,
        lambda c: c.shell.choose_files(),
        keys=("Ctrl+Shift+O",),
    ),
    ActionSpec(
        ActionId.OPEN_DEMO,
        say("Demo"),
        Icon.PLAY,
        Group.STUDY,
        lambda c: c.workspace.open_demo(),
        keys=("Ctrl+D",),
    ),
    ActionSpec(
        ActionId.NEXT_STUDY,
        say("Next study"),
        Icon.CARET_RIGHT,
        Group.STUDY,
        lambda c: _show_neighbour(c, 1),
        keys=("Ctrl+Right",),
        enabled=conditions.several_studies,
    ),
    ActionSpec(
        ActionId.PREVIOUS_STUDY,
        say("Previous study"),
        Icon.CARET_LEFT,
        Group.STUDY,
        lambda c: _show_neighbour(c, -1),
        keys=("Ctrl+Left",),
        enabled=conditions.several_studies,
    ),
    ActionSpec(
        ActionId.STUDIES,
        say("Other studies"),
        Icon.LIST_BULLETS,
        Group.STUDY,
        lambda c: c.shell.show_studies(),
        keys=("Ctrl+L",),
        enabled=conditions.other_studies,
    ),
    ActionSpec(
        ActionId.WATCH_FOLDER,
        say("Watch a folder"),
        Icon.FOLDER,
        Group.STUDY,
        lambda c: c.shell.watch_folder(),
        keys=("Ctrl+Shift+L",),
    ),
    ActionSpec(
        ActionId.SERIES_LIST,
        say("Series"),
        Icon.STACK_SIMPLE,
        Group.STUDY,
        lambda c: c.shell.show_series(),
        keys=("S",),
        enabled=conditions.study_open,
    ),
    ActionSpec(
        ActionId.UNREADABLE,
        say("Files that were not opened"),
        Icon.FILE,
        Group.STUDY,
        lambda c: c.shell.show_unreadable(),
        enabled=conditions.some_unreadable,
    ),
    ActionSpec(
        ActionId.EXPORT,
        say("Export"),
        Icon.EXPORT,
        Group.STUDY,
        lambda c: c.shell.export_results(),
        keys=("Ctrl+E",),
        enabled=conditions.study_open,
    ),
    ActionSpec(
        ActionId.CLOSE_STUDY,
        say("Close study"),
        Icon.X,
        Group.STUDY,
        lambda c: c.workspace.close_study(),
        keys=("Ctrl+W",),
        enabled=conditions.study_open,
    ),
)
