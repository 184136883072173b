"""Measuring from a movement of the hand to the end of the paint."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QInputEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from reader.core.orientation import Plane

PANE_PX: Final = 900
HERTZ: Final = 30
MOST_TURNS_ONE_WAY: Final = 100
_NOTCH: Final = 120
_PATIENCE_S: Final = 20.0
_DRAG_STEP_PX: Final = 4
_DRAG_REACH: Final = (31, 23)
"""Steps across and down before a drag turns back; without a common factor, so that the path
does not soon repeat itself."""


class Gesture(enum.Enum):
    """What a hand does again and again. The value names it in reports."""

    WHEEL = "wheel"
    SAGITTAL_WHEEL = "sagittal wheel"
    CROSSHAIR_DRAG = "crosshair drag"
    WINDOW_DRAG = "window drag"

    @property
    def plane(self) -> Plane:
        """The plane of the viewport that it is made over."""
        return Plane.SAGITTAL if self is Gesture.SAGITTAL_WHEEL else Plane.AXIAL

    @property
    def is_drag(self) -> bool:
        """Whether a button is held."""
        return self in (Gesture.CROSSHAIR_DRAG, Gesture.WINDOW_DRAG)


class Viewer(Protocol):
    """Three linked panes in one process, all painted anew by every gesture."""

    @property
    def painted(self) -> Sequence[QWidget]:
        """The widgets whose paints count."""
        ...

    def begin(self, gesture: Gesture) -> tuple[QWidget, int]:
        """Go back to the start, with the tool in hand.

        Returns: the widget to make it over, and how many slices that can go through.
        """
        ...


class PaintCounter(QObject):
    """Counts the paints of some widgets."""

    def __init__(self, widgets: Sequence[QWidget]) -> None:
        super().__init__()
        self.counts = dict.fromkeys(widgets, 0)
        for watched in self.counts:
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Count, and let the event through."""
        if event.type() is QEvent.Type.Paint:
            for seen in self.counts:
                if seen is watched:
                    self.counts[seen] += 1
        return False


class GestureMeter:
    """Makes gestures in a viewer and waits until all its panes painted.

    Between them one copy of as many pixels as the panes have is timed, so that limit and
    measurement see the same machine.
    """

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._painted = PaintCounter(viewer.painted)
        self.memcpy_s: list[float] = []

    def measure(
        self,
        gesture: Gesture,
        count: int,
        goes_on: Callable[[], bool] = lambda: True,
        warm_up: int = 10,
    ) -> list[float]:
        """Seconds of `count` movements at 30 a second, or of fewer if `goes_on` says stop."""
        over, slices = self._viewer.begin(gesture)
        if gesture.is_drag:
            self._send(over, _mouse(over, QEvent.Type.MouseButtonPress, drag_path(0)))
        one_way = max(1, min(MOST_TURNS_ONE_WAY, slices // 2 - 1))
        taken: list[float] = []
        for number in range(1, warm_up + count + 1):
            event = (
                _mouse(over, QEvent.Type.MouseMove, drag_path(number))
                if gesture.is_drag
                else _wheel(over, is_down=((number - 1) // one_way) % 2 == 0)
            )
            if number > warm_up and not goes_on():
                break
            seconds = self._paced(over, event)
            if number > warm_up:
                taken.append(seconds)
                self.memcpy_s.append(self._copy())
        if gesture.is_drag:
            self._send(over, _mouse(over, QEvent.Type.MouseButtonRelease, drag_path(number)))
        return taken

    def _send(self, over: QWidget, event: QInputEvent) -> None:
        QApplication.postEvent(over, event)
        QApplication.processEvents()

    def _paced(self, over: QWidget, event: QInputEvent) -> float:
        """Act, then let the application idle until the next tick."""
        started = time.perf_counter()
        taken = self._timed(over, event)
        while time.perf_counter() - started < 1 / HERTZ:
            QApplication.processEvents()
            time.sleep(0.001)
        return taken

    def _timed(self, over: QWidget, event: QInputEvent) -> float:
        before = dict(self._painted.counts)
        started = time.perf_counter()
        QApplication.postEvent(over, event)
        while any(self._painted.counts[view] == n for view, n in before.items()):
            QApplication.processEvents()
            if time.perf_counter() - started > _PATIENCE_S:
                raise TimeoutError("A viewport was not painted after a gesture.")
        return time.perf_counter() - started

    @cached_property
    def _pixels(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """As much to copy as the panes show; not there while memory is measured."""
        shape = len(self._viewer.painted), PANE_PX, PANE_PX, 4
        return np.full(shape, 1, dtype=np.uint8), np.full(shape, 2, dtype=np.uint8)

    def _copy(self) -> float:
        source, target = self._pixels
        started = time.perf_counter()
        np.copyto(target, source)
        return time.perf_counter() - started


def drag_path(step: int) -> QPointF:
    """Where a drag is after some steps: always both across and down from the one before."""
    across, down = (_DRAG_STEP_PX * _to_and_fro(step, reach) for reach in _DRAG_REACH)
    return QPointF(PANE_PX / 2 + 60 - across, PANE_PX / 2 + 60 - down)


def _to_and_fro(step: int, reach: int) -> int:
    along = step % (2 * reach)
    return along if along <= reach else 2 * reach - along


def _mouse(over: QWidget, kind: QEvent.Type, at: QPointF) -> QMouseEvent:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    return QMouseEvent(
        kind,
        at,
        QPointF(over.mapToGlobal(at)),
        none if kind is QEvent.Type.MouseMove else left,
        none if kind is QEvent.Type.MouseButtonRelease else left,
        Qt.KeyboardModifier.NoModifier,
    )


def _wheel(over: QWidget, is_down: bool) -> QWheelEvent:
    middle = QPointF(PANE_PX / 2 + 60, PANE_PX / 2 + 60)
    return QWheelEvent(
        middle,
        QPointF(over.mapToGlobal(middle)),
        QPoint(0, 0),
        QPoint(0, -_NOTCH if is_down else _NOTCH),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
