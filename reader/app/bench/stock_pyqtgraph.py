"""The peer: the same three panes made from pyqtgraph's own image items."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from reader.app.bench.wheel import PANE_PX
from reader.core.orientation import Plane, PlaneAxes, plane_axes
from reader.core.segmentation import SEGMENT_COLORS
from reader.core.volume import Volume
from reader.imaging.colormap import rgb_of
from reader.imaging.slicing import extract_slice, slice_count

LEVELS: Final = (-1350, 150)


class StockPane(pg.GraphicsView):  # type: ignore[misc]
    """A grey image item, a mask image item and two lines in a view box."""

    def __init__(self, volume: Volume, labels: NDArray[np.uint16], plane: Plane) -> None:
        super().__init__()
        self.setFixedSize(PANE_PX, PANE_PX)
        self.volume, self.labels = volume, labels
        self.axes: PlaneAxes = plane_axes(volume.geometry, plane)
        self.index = slice_count(volume.geometry, self.axes) // 2
        box = pg.ViewBox(lockAspect=True, invertY=True, enableMouse=False, enableMenu=False)
        self.setCentralItem(box)
        self.grey = pg.ImageItem(axisOrder="row-major")
        self.mask = pg.ImageItem(axisOrder="row-major")
        self.across, self.down = pg.InfiniteLine(angle=0), pg.InfiniteLine(angle=90)
        for item in (self.grey, self.mask, self.across, self.down):
            box.addItem(item)
        self.show_slice()

    def show_slice(self) -> None:
        """Put the present slice into the items."""
        voxels = extract_slice(self.volume.voxels, self.axes, self.index)
        labels = extract_slice(self.labels, self.axes, self.index)
        self.grey.setImage(voxels, autoLevels=False, levels=LEVELS)
        self.mask.setImage(
            labels.astype(np.uint8), autoLevels=False, levels=(0, 3), lut=_mask_colors()
        )


class StockViewer(QWidget):
    """Three linked panes; the wheel over the first scrolls it and moves the others' lines."""

    def __init__(self, volume: Volume, labels: NDArray[np.uint16]) -> None:
        super().__init__()
        self.panes = [StockPane(volume, labels, plane) for plane in Plane]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for pane in self.panes:
            row.addWidget(pane)
        self.panes[0].wheelEvent = self._scroll

    def _scroll(self, event: QWheelEvent) -> None:
        first = self.panes[0]
        step = -1 if event.angleDelta().y() > 0 else 1
        count = slice_count(first.volume.geometry, first.axes)
        first.index = min(count - 1, max(0, first.index + step))
        first.show_slice()
        height = count - 1 - first.index if self.panes[1].axes.flip_rows else first.index
        for pane in self.panes[1:]:
            pane.across.setValue(height)
        event.accept()


def _mask_colors() -> NDArray[np.uint8]:
    colors = np.zeros((4, 4), dtype=np.uint8)
    for label, color in enumerate(SEGMENT_COLORS[:3], start=1):
        colors[label] = (*rgb_of(color), 77)
    return colors
