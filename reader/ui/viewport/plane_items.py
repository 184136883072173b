"""What moves in the plane of a slice: the crosshair and the brush's ring.

Coordinates are millimetres in the slice's plane, (right, down) from the upper left corner
of its first pixel, so that circles are circles on any grid. Lines keep their thickness on
the screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsLineItem, QStyleOptionGraphicsItem, QWidget

from reader.core.orientation import Plane
from reader.imaging.slicing import SliceGeometry
from reader.ui import tokens

LINE_PX: Final = 1.5
HALO_PX: Final = 3.5
CROSSHAIR_OPACITY: Final = 0.6
LEAST_GAP_PX: Final = 15.0
"""Half of the crosshair's gap."""
_LINES_OF: Final = {
    # plane shown: (plane of the line across, plane of the line down)
    Plane.AXIAL: (Plane.CORONAL, Plane.SAGITTAL),
    Plane.CORONAL: (Plane.AXIAL, Plane.SAGITTAL),
    Plane.SAGITTAL: (Plane.AXIAL, Plane.CORONAL),
}


def plane_mm(geometry: SliceGeometry, row: float, column: float) -> QPointF:
    """A slice position (whole = pixel centre) in the coordinates of this module."""
    return QPointF(
        (column + 0.5) * geometry.column_spacing_mm, (row + 0.5) * geometry.row_spacing_mm
    )


class Crosshair:
    """Two lines with a gap around the point, in the colours of the planes they stand for."""

    def __init__(self) -> None:
        self._lines = tuple(QGraphicsLineItem() for _ in range(4))
        for line in self._lines:
            line.setOpacity(CROSSHAIR_OPACITY)
            line.setVisible(False)

    @property
    def items(self) -> Iterator[QGraphicsLineItem]:
        """The parts to put into a scene."""
        return iter(self._lines)

    def hide(self) -> None:
        """Show no crosshair."""
        for line in self._lines:
            line.setVisible(False)

    def show(self, plane: Plane, at: QPointF, seen: QRectF, gap_mm: float) -> None:
        """Cross at a point of the plane, from edge to edge of what is seen of it."""
        across, down = (_screen_pen(QColor(tokens.PLANE_COLORS[p]), 1.0) for p in _LINES_OF[plane])
        x, y = at.x(), at.y()
        ends = (
            (seen.left(), y, min(x - gap_mm, seen.right()), y, across),
            (max(x + gap_mm, seen.left()), y, seen.right(), y, across),
            (x, seen.top(), x, min(y - gap_mm, seen.bottom()), down),
            (x, max(y + gap_mm, seen.top()), x, seen.bottom(), down),
        )
        for line, (x0, y0, x1, y1, pen) in zip(self._lines, ends, strict=True):
            line.setPen(pen)
            line.setLine(x0, y0, x1, y1)
            line.setVisible(x0 < x1 or y0 < y1)


class BrushRing(pg.GraphicsObject):
    """The brush's edge at the pointer, and the way it has drawn since the button went down."""

    def __init__(self) -> None:
        super().__init__()
        self._radius_mm = 0.0
        self._at = QPointF()
        self._trail = QPainterPath()
        self._erases = False
        self.setVisible(False)
        self.setZValue(10)

    def show_ring(
        self, at: QPointF, radius_mm: float, trail: Sequence[QPointF], erases: bool
    ) -> None:
        """Draw the ring here and the trail behind it."""
        self.prepareGeometryChange()
        self._at, self._radius_mm, self._erases = at, radius_mm, erases
        self._trail = QPainterPath()
        if trail:
            self._trail.moveTo(trail[0])
            for point in trail[1:] or trail:
                self._trail.lineTo(point)
        self.setVisible(True)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        """Ring and trail, with room for their lines."""
        around = self._radius_mm * 1.1 + 2
        ring = QRectF(self._at, self._at).adjusted(-around, -around, around, around)
        if self._trail.isEmpty():
            return ring
        trail = self._trail.boundingRect().adjusted(-around, -around, around, around)
        return ring.united(trail)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw the way as wide as the brush, then the ring, black under white."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._trail.isEmpty():
            color = QColor(tokens.IMAGE if self._erases else tokens.READER)
            color.setAlphaF(0.4)
            painter.strokePath(self._trail, _round_pen(color, 2 * self._radius_mm))
        painter.setBrush(QBrush(Qt.BrushStyle.NoBrush))
        for color, width in ((QColor(tokens.IMAGE), HALO_PX), (QColor(tokens.TEXT), LINE_PX)):
            pen = _screen_pen(color, width)
            if self._erases and width == LINE_PX:
                pen.setDashPattern([3, 2])
            painter.setPen(pen)
            painter.drawEllipse(self._at, self._radius_mm, self._radius_mm)


def _screen_pen(color: QColor, width_px: float) -> QPen:
    """A pen whose width is in screen pixels at any zoom."""
    pen = QPen(color, width_px)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _round_pen(color: QColor, width_mm: float) -> QPen:
    pen = QPen(color, width_mm)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
