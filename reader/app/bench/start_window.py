"""A fresh process that opens one window, says when it can be used, and ends.

The word on the command line says which: a bare one of Qt, ours as `reader` opens it, or an
empty one of napari. Qt is imported where each of them imports it, and not before.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module

_PATIENCE_S = 60.0
_SIZE = 1366, 768


def wait_until_usable() -> int:
    """Let Qt work until the window on screen is painted and nothing is left to be done."""
    from PySide6.QtWidgets import QApplication

    from reader.app.bench.first_paint import FirstPaint

    window = next(w for w in QApplication.topLevelWidgets() if w.isVisible())
    painted = FirstPaint(window)
    until = time.monotonic() + _PATIENCE_S
    while not painted.is_done and time.monotonic() < until:
        QApplication.processEvents()
    sys.stdout.write("usable\n" if painted.is_done else "never painted\n")
    sys.stdout.flush()
    return 0


def open_bare() -> None:
    """The least that Qt needs."""
    from PySide6.QtWidgets import QApplication, QWidget

    _qt = QApplication([])
    window = QWidget()
    window.resize(*_SIZE)
    window.show()
    wait_until_usable()


def open_ours() -> None:
    """What `reader` does, until it would wait for the person."""
    from reader.app import main as application
    from reader.app.start import main

    # The command ends in Qt's loop, which would go on until somebody closes the window.
    application.run_loop = lambda _qt: wait_until_usable()
    sys.argv = ["reader"]
    main()


def open_napari() -> None:
    """Its viewer without an image. It is no dependency, so no import statement may name it."""
    _viewer = import_module("napari").Viewer()
    wait_until_usable()


if __name__ == "__main__":
    {"bare": open_bare, "ours": open_ours, "napari": open_napari}[sys.argv[1]]()
