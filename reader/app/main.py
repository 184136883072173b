"""Building the application: the only place where every floor meets."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reader.app.paths import Paths, find_paths
from reader.core.errors import NotAllowedError
from reader.core.text import say

if TYPE_CHECKING:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from reader.app.crash import Show
    from reader.core.model import Runner
    from reader.core.text import Text
    from reader.session.jobs import Deliver
    from reader.session.workspace import Workspace
    from reader.ui.main_window import MainWindow


SWITCH_INTERVAL_S: Final = 0.0005
MODELS_AFTER_MS: Final = 4000
"""From the window's opening on: then the process that runs models is started."""


@dataclass(frozen=True, slots=True)
class Application:
    """A running application: Qt, the session and its window."""

    qt: QApplication
    workspace: Workspace
    window: MainWindow
    deliver: Deliver


def put_the_screen_first() -> None:
    """Let a worker that computes in Python give way sooner than after Python's 5 ms.

    Beside a running model the slowest frames were a quarter shorter with it.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)


def build_workspace(paths: Paths, deliver: Deliver, runner: Runner | None = None) -> Workspace:
    """A session over the person's own folders."""
    from reader.app.models import build_library, build_runner
    from reader.session.parts import Folders
    from reader.session.workspace import Workspace

    folders = Folders(
        paths.resources, paths.database, paths.settings_file, paths.demo_study, paths.unpacked
    )
    runner = runner or build_runner(paths)
    return Workspace(folders, runner, deliver, make_library=partial(build_library, paths))


def leave_sources_unread() -> None:
    """Keep Qt's binding from reading the source of every module that is imported after it.

    It looks there for modules that ask for Python's way of writing names, which none of ours
    do; that was a thirtieth of the start. A binding that has no such look is left as it is.
    """
    import PySide6.QtCore  # noqa: F401 - what is changed comes with it

    feature: Any = sys.modules.get("shibokensupport.feature")
    if hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = lambda _module: False


def build_application(paths: Paths, runner: Runner | None = None) -> Application:
    """Qt, session and window, wired; nothing is shown yet."""
    # Before Qt, whose binding has a part in every import that comes after it.
    import reader.session.workspace  # noqa: F401, I001
    from PySide6.QtWidgets import QApplication

    leave_sources_unread()
    from reader.ui.main_thread import MainThreadDelivery
    from reader.ui.main_window import MainWindow

    qt = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(qt, QApplication)
    delivery = MainThreadDelivery()
    workspace = build_workspace(paths, delivery.deliver, runner)
    window = MainWindow(workspace, paths.resources)
    delivery.setParent(window)
    return Application(qt, workspace, window, delivery.deliver)


def check_screen(platform: str, environ: Mapping[str, str]) -> None:
    """Say in words what Qt would end the process over: there is nothing to draw on.

    Raises: NotAllowedError.
    """
    means = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    if platform.startswith("linux") and not any(environ.get(name) for name in means):
        raise NotAllowedError(
            say("There is no screen to open a window on."),
            say("Start it on a desktop. `reader --help` lists what works without a screen."),
        )


def run(to_open: Sequence[Path] = (), demo: bool = False) -> int:
    """Open the application on paths, on the demo study, or where it was killed."""
    from reader.app.crash import CrashHandler, show_on_stderr
    from reader.app.log import start_logging, stop_logging

    check_screen(sys.platform, os.environ)
    paths = find_paths().created()
    log_file = start_logging(paths.logs)
    crashes = CrashHandler(paths.logs, show_on_stderr)
    crashes.install()
    put_the_screen_first()
    try:
        application = build_application(paths)
        crashes.show = _as_notice(application)
        return _read(application, paths, to_open, demo)
    finally:
        crashes.uninstall()
        stop_logging(log_file)


def _read(application: Application, paths: Paths, to_open: Sequence[Path], demo: bool) -> int:
    """Show the window until it is closed. Returns Qt's exit code."""
    from reader.app import kernel_loader
    from reader.app.warm_up import AFTER_MS, WarmUp

    warm_up, kernels = WarmUp(), kernel_loader.KernelLoader(paths.kernels)
    soon: list[QTimer] = []
    try:
        application.window.show()
        soon.append(_once(warm_up.start, AFTER_MS))
        soon.append(_once(kernels.start, kernel_loader.AFTER_MS))
        soon.append(_once(application.workspace.inference.warm, MODELS_AFTER_MS))
        if demo:
            application.workspace.open_demo()
        elif to_open:
            application.workspace.open_paths(to_open)
        else:
            application.workspace.resume_if_interrupted()
        return run_loop(application.qt)
    finally:
        for timer in soon:
            timer.stop()
        warm_up.stop()
        kernels.stop()
        application.workspace.close()
        application.window.deleteLater()


def run_loop(qt: QApplication, /) -> int:
    """Qt's loop, until the window is closed. The benchmark of the start has another."""
    return qt.exec()


def _once(act: Callable[[], None], after_ms: int) -> QTimer:
    from PySide6.QtCore import QTimer

    timer = QTimer()
    timer.setSingleShot(True)
    timer.timeout.connect(act)
    timer.start(after_ms)
    return timer


def _as_notice(application: Application) -> Show:
    """Tells about an unforeseen error in the window, from whichever thread it happened on."""
    from reader.session.notices import Notice, NoticeLevel

    def show(what_happened: Text, what_to_do: Text) -> None:
        notice = Notice(NoticeLevel.ERROR, what_happened, what_to_do)
        application.deliver(lambda: application.workspace.notices.post(notice))

    return show
