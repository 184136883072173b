"""Measuring from a turn of the wheel to the end of the paint."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication

PANE_PX: Final = 900
HERTZ: Final = 30
MOST_TURNS_ONE_WAY: Final = 100
_NOTCH: Final = 120
_PATIENCE_S: Final = 20.0


class PaintCounter(QObject):
    """Counts the paints of some views."""

    def __init__(self, views: Sequence[QAbstractScrollArea]) -> None:
        super().__init__()
        self.counts = dict.fromkeys((view.viewport() for view in views), 0)
        for watched in self.counts:
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Count, and let the event through."""
        if event.type() is QEvent.Type.Paint:
            for seen in self.counts:
                if seen is watched:
                    self.counts[seen] += 1
        return False


class WheelMeter:
    """Turns the wheel over the first of some views and waits until all of them painted.

    Between turns one copy of as many pixels as the views have is timed, so that limit and
    measurement see the same machine. `slices` is how many the first view can go through,
    of which it shows the middle one.
    """

    def __init__(self, views: Sequence[QAbstractScrollArea], slices: int) -> None:
        self._views = views
        self._one_way = max(1, min(MOST_TURNS_ONE_WAY, slices // 2 - 1))
        self._painted = PaintCounter(views)
        self._turns = 0
        pixels = np.zeros((len(views), PANE_PX, PANE_PX, 4), dtype=np.uint8)
        self._source, self._target = pixels, np.empty_like(pixels)
        self._target[:] = 1
        self.memcpy_s: list[float] = []

    def measure(
        self, count: int, goes_on: Callable[[], bool] = lambda: True, warm_up: int = 20
    ) -> list[float]:
        """Seconds of `count` turns at 30 a second, or of fewer if `goes_on` says stop."""
        for _ in range(warm_up):
            self._paced(self._turn)
        taken: list[float] = []
        while len(taken) < count and goes_on():
            taken.append(self._paced(self._turn))
            self.memcpy_s.append(self._copy())
        return taken

    def _paced(self, act: Callable[[], float]) -> float:
        """Act, then let the application idle until the next tick."""
        started = time.perf_counter()
        taken = act()
        while time.perf_counter() - started < 1 / HERTZ:
            QApplication.processEvents()
            time.sleep(0.001)
        return taken

    def _turn(self) -> float:
        self._turns += 1
        down = ((self._turns - 1) // self._one_way) % 2 == 0
        target = self._views[0].viewport()
        middle = QPointF(PANE_PX / 2 + 60, PANE_PX / 2 + 60)
        event = QWheelEvent(
            middle,
            QPointF(target.mapToGlobal(middle)),
            QPoint(0, 0),
            QPoint(0, -_NOTCH if down else _NOTCH),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        before = dict(self._painted.counts)
        started = time.perf_counter()
        QApplication.postEvent(target, event)
        while any(self._painted.counts[view] == n for view, n in before.items()):
            QApplication.processEvents()
            if time.perf_counter() - started > _PATIENCE_S:
                raise TimeoutError("A viewport was not painted after the wheel was turned.")
        return time.perf_counter() - started

    def _copy(self) -> float:
        started = time.perf_counter()
        np.copyto(self._target, self._source)
        return time.perf_counter() - started
