"""Models that are dropped on the window or chosen in a dialog."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from reader.core.text import say
from reader.session.workspace import Workspace
from reader.ui.translate import tr
from reader.ui.window.file_dialogs import choose_files, choose_folder
from reader.ui.window.frame import WindowFrame


def take_in(
    workspace: Workspace, frame: WindowFrame, paths: Sequence[Path], show_page: Callable[[], None]
) -> None:
    """Look at a model that was dropped, and open anything else as studies.

    On the page of models everything is taken for a model; elsewhere a ZIP is a study.
    """
    if is_shown(frame):
        workspace.notices.attempt(lambda: workspace.models.look(paths[0]))
    else:
        workspace.models.take_in(paths, workspace.open_paths, lambda: _shown(frame, show_page))


def ask_for_model(
    parent: QWidget,
    workspace: Workspace,
    frame: WindowFrame,
    show_page: Callable[[], None],
    *,
    folder: bool,
) -> None:
    """Ask for a model's folder or file; the answer comes later."""
    _shown(frame, show_page)

    def chosen(path: Path) -> None:
        workspace.notices.attempt(lambda: workspace.models.look(path))

    if folder:
        choose_folder(parent, tr(say("Add a model's folder")), None, chosen)
    else:
        choose_files(
            parent, tr(say("Add a model's file")), None,
            lambda files: chosen(files[0]) if files else None,
        )  # fmt: skip


def is_shown(frame: WindowFrame) -> bool:
    """Whether the page of models is open."""
    if frame.sheets.current is None:
        return False
    from reader.ui.models.models_sheet import ModelsSheet

    return isinstance(frame.sheets.current, ModelsSheet)


def _shown(frame: WindowFrame, show_page: Callable[[], None]) -> None:
    if not is_shown(frame):
        show_page()
