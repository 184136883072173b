"""The plane of a slice under pyqtgraph's view box, and what moves in it."""

from __future__ import annotations

from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QRectF

from reader.imaging.placement import Placement
from reader.imaging.slicing import SliceGeometry
from reader.session.viewing.resolve import ResolvedViewport
from reader.ui.theme import Theme
from reader.ui.tools.tool import Ring
from reader.ui.viewport.plane_items import LEAST_GAP_PX, BrushRing, Crosshair, plane_mm

_GAP_MARGIN_PX: Final = 10.0


class PlaneOverlay:
    """A view box in millimetres of the plane. It only follows: the session decides."""

    def __init__(self, view: pg.GraphicsView, theme: Theme) -> None:
        self._crosshair = Crosshair()
        self.ring = BrushRing(theme)
        self._box = pg.ViewBox(enableMouse=False, enableMenu=False, invertY=True)
        self._box.disableAutoRange()
        view.setCentralItem(self._box)
        for item in (*self._crosshair.items, self.ring):
            self._box.addItem(item, ignoreBounds=True)

    def place(
        self, geometry: SliceGeometry, placement: Placement, pane_px: tuple[int, int]
    ) -> None:
        """Show the part of the plane that the pane of (width, height) device pixels shows."""
        upper_left = plane_mm(geometry, *placement.to_slice(0, 0))
        lower_right = plane_mm(geometry, *placement.to_slice(*pane_px))
        self._box.setRange(QRectF(upper_left, lower_right), padding=0)

    def show_crosshair(
        self, resolved: ResolvedViewport | None, gap_mm: float, px_per_mm: float
    ) -> None:
        """Cross at the cursor, with a gap for a finding of `gap_mm`.

        Nothing without a slice, nor over single images, which share no point with others.
        """
        if resolved is None or resolved.axes.stored:
            self._crosshair.hide()
            return
        gap_px = max(LEAST_GAP_PX, gap_mm * px_per_mm / 2 + _GAP_MARGIN_PX)
        at = plane_mm(resolved.geometry, *resolved.cursor_pixel)
        seen = self._box.viewRect()
        self._crosshair.show(resolved.axes.plane, at, seen, gap_px / px_per_mm)

    def show_ring(
        self, ring: Ring, geometry: SliceGeometry, row: float, column: float, px_per_mm: float
    ) -> None:
        """Draw the tool's circle around a position of the slice."""
        middle = plane_mm(geometry, row, column)
        self.ring.show_ring(middle, ring.radius_mm, px_per_mm, ring.erases)

    def hide_ring(self) -> None:
        """Draw no circle."""
        self.ring.setVisible(False)
