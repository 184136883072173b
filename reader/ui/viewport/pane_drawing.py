"""How something is drawn over a pane's picture: measurements, handles, whatever comes.

Put an object with `paint` into `SliceView.drawings`. It is painted over the picture and the
crosshair and under the text, in logical pixels of the pane, clipped to what is repainted:
with every new slice, zoom or window all of it, else only where `SliceView.redraw` was asked
to. A pane without drawings pays nothing; one with drawings pays for their strokes alone,
as the picture beneath them is not composed again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from reader.core.geometry import FloatArray
from reader.imaging.placement import Placement
from reader.session.viewing.resolve import ResolvedViewport


@dataclass(frozen=True, slots=True, eq=False)
class PaneSight:
    """The slice a pane shows and where it lies there.

    `placement` is in device pixels, `ratio` of which make a logical one; `area` is the pane.
    """

    resolved: ResolvedViewport
    placement: Placement
    ratio: float
    area: QRectF

    @property
    def px_per_mm(self) -> float:
        """Logical pixels per millimetre."""
        return self.placement.px_per_mm / self.ratio

    def to_pane(self, lps_mm: ArrayLike) -> QPointF:
        """Where a point of the patient, projected onto the slice, lies in the pane."""
        x, y = self.placement.to_pane(*self.resolved.geometry.to_pixel(lps_mm))
        return QPointF(x / self.ratio, y / self.ratio)

    def to_lps(self, at: QPointF) -> FloatArray:
        """The point of the slice, in LPS mm, under a place of the pane."""
        row, column = self.placement.to_slice(at.x() * self.ratio, at.y() * self.ratio)
        return self.resolved.geometry.to_lps(row, column)


class PaneDrawing(Protocol):
    """Something drawn in a pane. GUI thread."""

    def paint(self, painter: QPainter, sight: PaneSight) -> None:
        """Draw on the pane; return at once where there is nothing on this slice.

        The painter is antialiasing, and its state need not be restored.
        """


def paint_drawings(
    painter: QPainter,
    drawings: Sequence[PaneDrawing],
    resolved: ResolvedViewport | None,
    placement: Placement | None,
    ratio: float,
    area: QRectF,
) -> None:
    """Paint the drawings of a pane that shows a slice, each with a fresh painter's state."""
    if resolved is None or placement is None:
        return
    sight = PaneSight(resolved, placement, ratio, area)
    for drawing in drawings:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        drawing.paint(painter, sight)
        painter.restore()
