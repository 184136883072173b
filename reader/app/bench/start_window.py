"""A fresh process that opens one window, says when it can be used, and ends.

The word on the command line says which: a bare one of Qt, ours as `reader` opens it, or an
empty one of napari.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

_PATIENCE_S = 60.0
_SIZE = 1366, 768


class _FirstPaint(QObject):
    """Whether a window was painted, with everything in it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self.is_done = False
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Wait for the paint, and for whatever was posted before it."""
        if event.type() is QEvent.Type.Paint:
            QTimer.singleShot(0, self._done)
        return False

    def _done(self) -> None:
        self.is_done = True


def wait_until_usable() -> int:
    """Let Qt work until the window on screen is painted and nothing is left to be done."""
    window = next(w for w in QApplication.topLevelWidgets() if w.isVisible())
    painted = _FirstPaint(window)
    until = time.monotonic() + _PATIENCE_S
    while not painted.is_done and time.monotonic() < until:
        QApplication.processEvents()
    sys.stdout.write("usable\n" if painted.is_done else "never painted\n")
    sys.stdout.flush()
    return 0


def open_bare() -> None:
    """The least that Qt needs."""
    _qt = QApplication([])
    window = QWidget()
    window.resize(*_SIZE)
    window.show()
    wait_until_usable()


def open_ours() -> None:
    """What `reader` does, until it would wait for the person."""
    from reader.app.start import main

    # The command ends in Qt's loop, which would go on until somebody closes the window.
    QApplication.exec = staticmethod(wait_until_usable)  # type: ignore[method-assign]
    sys.argv = ["reader"]
    main()


def open_napari() -> None:
    """Its viewer without an image. It is no dependency, so no import statement may name it."""
    _viewer = import_module("napari").Viewer()
    wait_until_usable()


if __name__ == "__main__":
    {"bare": open_bare, "ours": open_ours, "napari": open_napari}[sys.argv[1]]()
