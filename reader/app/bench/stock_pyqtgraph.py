"""The peer: the same three panes made from pyqtgraph's own image items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from reader.app.bench.gestures import PANE_PX, Gesture
from reader.app.bench.peer_case import PeerCase
from reader.core.orientation import Plane, PlaneAxes, plane_axes
from reader.imaging.slicing import extract_slice, slice_count

LEVELS: Final = (-1350, 150)
_LEVELS_PER_PX: Final = 5.0


class StockPane(pg.GraphicsView):  # type: ignore[misc]
    """A grey, a mask and a heat image item and two lines in a view box."""

    def __init__(self, case: PeerCase, plane: Plane) -> None:
        super().__init__()
        self.setFixedSize(PANE_PX, PANE_PX)
        self._case = case
        self.axes: PlaneAxes = plane_axes(case.geometry, plane)
        self.count = slice_count(case.geometry, self.axes)
        self.index = self.count // 2
        self.box = pg.ViewBox(lockAspect=True, invertY=True, enableMouse=False, enableMenu=False)
        self.setCentralItem(self.box)
        self.grey = pg.ImageItem(axisOrder="row-major")
        self.mask = pg.ImageItem(axisOrder="row-major")
        self.heat = pg.ImageItem(axisOrder="row-major")
        self.across, self.down = pg.InfiniteLine(angle=0), pg.InfiniteLine(angle=90)
        for item in (self.grey, self.mask, self.heat, self.across, self.down):
            self.box.addItem(item)
        self.levels: tuple[float, float] = LEVELS
        self.show_slice()

    def show_slice(self) -> None:
        """Put the present slice into the items."""
        case = self._case
        self.grey.setImage(self._cut(case.voxels), autoLevels=False, levels=self.levels)
        colors = case.mask_colors
        whole = (0, len(colors) - 1)
        self.mask.setImage(self._cut(case.labels), autoLevels=False, levels=whole, lut=colors)
        if case.heat is not None:
            heat = self._cut(case.heat)
            self.heat.setImage(heat, autoLevels=False, levels=(0, 255), lut=case.heat_colors)

    def set_levels(self, levels: tuple[float, float]) -> None:
        """Another window."""
        self.levels = levels
        self.grey.setLevels(levels)

    def show_cursor(self, cursor_kji: NDArray[np.float64]) -> None:
        """Go to the cursor's slice and put the lines through it."""
        axes = self.axes
        index = int(np.clip(round(cursor_kji[axes.slice_axis]), 0, self.count - 1))
        if index != self.index:
            self.index = index
            self.show_slice()
        shape = self._case.geometry.shape_kji
        row, column = cursor_kji[axes.row_axis], cursor_kji[axes.column_axis]
        self.across.setValue(shape[axes.row_axis] - 1 - row if axes.flip_rows else row)
        self.down.setValue(shape[axes.column_axis] - 1 - column if axes.flip_columns else column)

    def cursor_at(self, at: QPointF, cursor_kji: NDArray[np.float64]) -> NDArray[np.float64]:
        """The cursor moved to a place of this pane."""
        axes, shape = self.axes, self._case.geometry.shape_kji
        seen = self.box.mapSceneToView(self.mapToScene(at.toPoint()))
        moved = cursor_kji.copy()
        for axis, flipped, along in (
            (axes.row_axis, axes.flip_rows, seen.y()),
            (axes.column_axis, axes.flip_columns, seen.x()),
        ):
            moved[axis] = shape[axis] - 1 - along if flipped else along
        return moved

    def _cut(self, array: NDArray[np.generic]) -> NDArray[np.generic]:
        return extract_slice(array, self.axes, self.index)


class StockViewer(QWidget):
    """Three linked panes that answer the gestures as simply as can be."""

    def __init__(self, case: PeerCase) -> None:
        super().__init__()
        self._panes = {plane: StockPane(case, plane) for plane in Plane}
        self._middle = np.array(case.geometry.shape_kji, dtype=np.float64) // 2
        self._cursor = self._middle
        self._gesture = Gesture.WHEEL
        self._pressed_at = QPointF()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for pane in self._panes.values():
            row.addWidget(pane)
            pane.wheelEvent = lambda event, pane=pane: self._scroll(pane, event)
            pane.mousePressEvent = self._press
            pane.mouseMoveEvent = lambda event, pane=pane: self._drag(pane, event)
            pane.mouseReleaseEvent = lambda event: event.accept()

    @property
    def painted(self) -> Sequence[QWidget]:
        """The three panes."""
        return [pane.viewport() for pane in self._panes.values()]

    def begin(self, gesture: Gesture) -> tuple[QWidget, int]:
        """The middle of the volume and the first window."""
        self._gesture = gesture
        for pane in self._panes.values():
            pane.set_levels(LEVELS)
        self._go_to(self._middle)
        pane = self._panes[gesture.plane]
        return pane.viewport(), pane.count

    def _go_to(self, cursor_kji: NDArray[np.float64]) -> None:
        self._cursor = cursor_kji
        for pane in self._panes.values():
            pane.show_cursor(cursor_kji)

    def _scroll(self, pane: StockPane, event: QWheelEvent) -> None:
        moved = self._cursor.copy()
        moved[pane.axes.slice_axis] += -1 if event.angleDelta().y() > 0 else 1
        self._go_to(moved)
        event.accept()

    def _press(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position()
        event.accept()

    def _drag(self, pane: StockPane, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            if self._gesture is Gesture.CROSSHAIR_DRAG:
                self._go_to(pane.cursor_at(event.position(), self._cursor))
            else:
                self._set_window(event.position() - self._pressed_at)
        event.accept()

    def _set_window(self, moved: QPointF) -> None:
        middle = sum(LEVELS) / 2 + _LEVELS_PER_PX * moved.y()
        half = max(1.0, (LEVELS[1] - LEVELS[0]) / 2 + _LEVELS_PER_PX * moved.x() / 2)
        for pane in self._panes.values():
            pane.set_levels((middle - half, middle + half))
