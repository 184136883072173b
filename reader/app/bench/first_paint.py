"""When a window was painted, with everything in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget


class FirstPaint(QObject):
    """Waits for the first paint of a window; `is_done` after it."""

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
