"""The plane of a slice under pyqtgraph's view box, and what moves in it."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QRectF

from reader.imaging.placement import Placement
from reader.imaging.slicing import SliceGeometry
from reader.ui.theme import Theme
from reader.ui.tools.tool import Ring
from reader.ui.viewport.plane_items import BrushRing, plane_mm


class PlaneOverlay:
    """A view box in millimetres of the plane. It only follows: the session decides."""

    def __init__(self, view: pg.GraphicsView, theme: Theme) -> None:
        self.ring = BrushRing(theme)
        self._box = pg.ViewBox(enableMouse=False, enableMenu=False, invertY=True)
        self._box.disableAutoRange()
        view.setCentralItem(self._box)
        self._box.addItem(self.ring, ignoreBounds=True)

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the plane is drawn, so that no scene need be gone through."""
        return not self.ring.isVisible()

    def place(
        self, geometry: SliceGeometry, placement: Placement, pane_px: tuple[int, int]
    ) -> None:
        """Show the part of the plane that the pane of (width, height) device pixels shows."""
        upper_left = plane_mm(geometry, *placement.to_slice(0, 0))
        lower_right = plane_mm(geometry, *placement.to_slice(*pane_px))
        self._box.setRange(QRectF(upper_left, lower_right), padding=0)

    def show_ring(
        self, ring: Ring, geometry: SliceGeometry, row: float, column: float, px_per_mm: float
    ) -> None:
        """Draw the tool's circle around a position of the slice."""
        middle = plane_mm(geometry, row, column)
        self.ring.show_ring(middle, ring.radius_mm, px_per_mm, ring.erases)

    def hide_ring(self) -> None:
        """Draw no circle."""
        self.ring.setVisible(False)
