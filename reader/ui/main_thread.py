"""The way from any thread to the GUI thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot


class MainThreadDelivery(QObject):
    """Runs callables on the thread it was made on, later and in the order they came.

    Make it on the GUI thread. An exception in a callable is a defect and reaches Qt's
    (and so the crash handler's) exception hook.
    """

    _queued = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._queued.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def deliver(self, act: Callable[[], None]) -> None:
        """Queue `act`. Thread-safe; returns at once."""
        self._queued.emit(act)

    @Slot(object)
    def _run(self, act: Callable[[], None]) -> None:
        act()
