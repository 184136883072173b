"""Building the application: the only place where every floor meets."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reader.app.paths import Paths, find_paths

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from reader.core.model import Runner
    from reader.session.jobs import Deliver
    from reader.session.workspace import Workspace
    from reader.ui.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class Application:
    """A running application: Qt, the session and its window."""

    qt: QApplication
    workspace: Workspace
    window: MainWindow


def build_runner(models: Path) -> Runner:
    """The runner of this machine. PyTorch itself is imported when a model first runs."""
    from reader.inference.thread_runner import TorchRunner

    return TorchRunner(models)


def build_workspace(paths: Paths, deliver: Deliver, runner: Runner | None = None) -> Workspace:
    """A session over the person's own folders."""
    from reader.session.workspace import Folders, Workspace

    folders = Folders(paths.resources, paths.database, paths.settings_file, paths.demo_study)
    return Workspace(folders, runner or build_runner(paths.models), deliver)


def build_application(paths: Paths, runner: Runner | None = None) -> Application:
    """Qt, session and window, wired; nothing is shown yet."""
    from PySide6.QtWidgets import QApplication

    from reader.ui.main_thread import MainThreadDelivery
    from reader.ui.main_window import MainWindow

    qt = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(qt, QApplication)
    delivery = MainThreadDelivery()
    workspace = build_workspace(paths, delivery.deliver, runner)
    window = MainWindow(workspace, paths.resources)
    delivery.setParent(window)
    return Application(qt, workspace, window)


def run(to_open: Sequence[Path] = (), demo: bool = False) -> int:
    """Open the application on paths, on the demo study, or where it was killed."""
    from reader.app.crash import install_crash_handler
    from reader.app.log import start_log

    paths = find_paths().created()
    start_log(paths.logs)
    install_crash_handler()
    application = build_application(paths)
    application.window.show()
    if demo:
        application.workspace.open_demo()
    elif to_open:
        application.workspace.open_paths(to_open)
    else:
        application.workspace.resume_if_interrupted()
    code = application.qt.exec()
    application.workspace.close()
    return code
