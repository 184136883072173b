"""What moves in the plane of a slice: the brush's ring.

Coordinates are millimetres in the slice's plane, (right, down) from the upper left corner
of its first pixel, so that circles are circles on any grid. Lines keep their thickness on
the screen.
"""

from __future__ import annotations

from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from reader.imaging.slicing import SliceGeometry
from reader.ui import quantities, tokens
from reader.ui.theme import Theme

LINE_PX: Final = 1.5
HALO_PX: Final = 3.5


def plane_mm(geometry: SliceGeometry, row: float, column: float) -> QPointF:
    """A slice position (whole = pixel centre) in the coordinates of this module."""
    return QPointF(
        (column + 0.5) * geometry.column_spacing_mm, (row + 0.5) * geometry.row_spacing_mm
    )


class BrushRing(pg.GraphicsObject):
    """The brush's edge at the pointer, white on black; dashed where it erases."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._radius_mm = 0.0
        self._margin_mm = 0.0
        self._erases = False
        self._tag = _SizeTag(theme, self)
        self.setVisible(False)
        self.setZValue(10)

    def show_ring(self, at: QPointF, radius_mm: float, px_per_mm: float, erases: bool) -> None:
        """Draw the ring around a point of the plane."""
        margin_mm = HALO_PX / px_per_mm
        if (radius_mm, margin_mm, erases) != (self._radius_mm, self._margin_mm, self._erases):
            self.prepareGeometryChange()
            self._radius_mm, self._margin_mm, self._erases = radius_mm, margin_mm, erases
            self._tag.show_text(quantities.millimetres(2 * radius_mm))
            self._tag.setPos(radius_mm + 2 * margin_mm, 0)
            self.update()
        self.setPos(at)
        self.setVisible(True)

    def boundingRect(self) -> QRectF:  # noqa: N802
        """The ring, with room for its line."""
        reach = self._radius_mm + self._margin_mm
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw the ring."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((QColor(tokens.IMAGE), HALO_PX), (QColor(tokens.TEXT), LINE_PX)):
            pen = _screen_pen(color, width)
            if self._erases and width == LINE_PX:
                pen.setDashPattern([3, 2])
            painter.setPen(pen)
            painter.drawEllipse(QPointF(0, 0), self._radius_mm, self._radius_mm)


class _SizeTag(QGraphicsItem):
    """The brush's size, in screen pixels beside its ring."""

    def __init__(self, theme: Theme, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self._font = theme.font(tokens.DETAIL, tokens.MEDIUM)
        self._metrics = QFontMetricsF(self._font)
        self._pad, self._height = theme.px(6), theme.px(20)
        self._text = ""

    def show_text(self, text: str) -> None:
        """Write something else."""
        if text != self._text:
            self.prepareGeometryChange()
            self._text = text

    def boundingRect(self) -> QRectF:  # noqa: N802
        """The box around the text."""
        width = self._metrics.horizontalAdvance(self._text) + 2 * self._pad
        return QRectF(0, -self._height / 2, width, self._height)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw the text on its dark box."""
        box = self.boundingRect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 199))
        painter.drawRoundedRect(box, tokens.RADIUS_TAG, tokens.RADIUS_TAG)
        painter.setFont(self._font)
        painter.setPen(QColor(tokens.TEXT))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._text)


def _screen_pen(color: QColor, width_px: float) -> QPen:
    """A pen whose width is in screen pixels at any zoom."""
    pen = QPen(color, width_px)
    pen.setCosmetic(True)
    return pen
