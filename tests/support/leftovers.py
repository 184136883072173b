"""What a test must not leave behind: threads, top-level widgets, running Qt timers and threads.

Every function returns descriptions, empty when all is clean, and cleans up what it can so
that only the guilty test fails.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Collection

JOIN_TIMEOUT_S = 2.0
"""A thread that was told to stop gets this long to do it."""


def leftover_threads(
    before: Collection[threading.Thread], timeout_s: float = JOIN_TIMEOUT_S
) -> list[str]:
    """Python threads that are alive now, were not in `before`, and do not end by themselves."""
    new = [t for t in threading.enumerate() if t not in before]
    for thread in new:
        if thread is not threading.current_thread() and not _is_foreign(thread):
            thread.join(timeout_s)
    return [f"thread {t.name}" for t in new if t.is_alive() and not _is_foreign(t)]


def _is_foreign(thread: threading.Thread) -> bool:
    """Whether Python only knows it because Qt or PyTorch called back from a thread of its own."""
    return type(thread).__name__ == "_DummyThread"


def qt_application_exists() -> bool:
    """Whether a QApplication is there, without importing Qt to find out."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    return widgets is not None and widgets.QApplication.instance() is not None


def top_level_widgets() -> set[int]:
    """The identities of the windows that exist now, after pending deletions were done."""
    return {id(w) for w in _windows()} if qt_application_exists() else set()


def leftover_qt(windows_before: Collection[int]) -> list[str]:
    """Windows not in `windows_before`, QTimers that still tick and QThreads that still run.

    Windows are closed and deleted, timers stopped.
    """
    if not qt_application_exists():
        return []
    from PySide6.QtCore import QThread, QTimer

    found = []
    for window in [w for w in _windows() if id(w) not in windows_before]:
        found.append(f"window {type(window).__name__} {window.objectName()!r}".rstrip())
        window.close()
        window.deleteLater()
    for thread in _alive_instances(QThread):
        if thread.isRunning() and thread is not QThread.currentThread():
            found.append(f"running QThread {thread.objectName()!r}")
    for timer in _alive_instances(QTimer):
        if timer.isActive():
            found.append(
                f"ticking QTimer {timer.objectName()!r} of {type(timer.parent()).__name__}"
            )
            timer.stop()
    _delete_pending()
    return found


def _windows() -> list:
    from PySide6.QtWidgets import QApplication

    _delete_pending()
    return QApplication.topLevelWidgets()


def _delete_pending() -> None:
    """Do what `deleteLater` asked for; the event loop of a test does not."""
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


def _alive_instances(qt_class: type) -> list:
    """Every Python-side object of a Qt class (or subclass) whose C++ side is alive."""
    from shiboken6 import isValid

    classes = {qt_class}
    pending = [qt_class]
    while pending:
        for child in pending.pop().__subclasses__():
            classes.add(child)
            pending.append(child)
    # `type(o)`, not isinstance: proxies answer isinstance by importing what they stand for.
    return [o for o in gc.get_objects() if type(o) in classes and isValid(o)]
