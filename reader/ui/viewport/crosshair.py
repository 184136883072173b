"""The crosshair of a pane: two lines in the colours of the planes they stand for.

It is drawn in pixels of the pane and not as items of a scene, because it moves with every
turn of the wheel in panes whose picture stays as it is: there only the strips that it
leaves and enters are painted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from PySide6.QtCore import QLineF, QRect
from PySide6.QtGui import QColor, QPainter, QPen

from reader.core.orientation import Plane
from reader.ui import tokens

OPACITY: Final = 0.6
LEAST_GAP_PX: Final = 15.0
"""Half of the crosshair's gap."""
_WIDTH_PX: Final = 1
_MARGIN_PX: Final = 2
LINES_OF: Final = {
    # plane shown: (plane of the line across, plane of the line down)
    Plane.AXIAL: (Plane.CORONAL, Plane.SAGITTAL),
    Plane.CORONAL: (Plane.AXIAL, Plane.SAGITTAL),
    Plane.SAGITTAL: (Plane.AXIAL, Plane.CORONAL),
}
_ACROSS: Final = (1.0, 0.0)
_DOWN: Final = (0.0, 1.0)


def _color(plane: Plane) -> QColor:
    color = QColor(tokens.PLANE_COLORS[plane])
    color.setAlphaF(OPACITY)
    return color


_COLORS: Final = {plane: _color(plane) for plane in Plane}
_PENS: Final = {plane: QPen(color, _WIDTH_PX) for plane, color in _COLORS.items()}


@dataclass(frozen=True)
class Crosshair:
    """Where the lines of a pane are: from edge to edge of it, with a gap around the point.

    `at` and `gap_px`, half of the gap, are in logical pixels of the pane, as is `area`.
    `across` and `down` are the lines' directions on the screen, unit vectors; in an oblique
    view they need not be level and upright.
    """

    plane: Plane
    at: tuple[float, float]
    gap_px: float
    area: tuple[float, float]
    across: tuple[float, float] = _ACROSS
    down: tuple[float, float] = _DOWN

    @cached_property
    def arms(self) -> tuple[tuple[Plane, QLineF], ...]:
        """The visible parts of the lines, each with the plane it stands for."""
        lines = []
        for plane, (dx, dy) in zip(LINES_OF[self.plane], (self.across, self.down), strict=True):
            for x, y in ((-dx, -dy), (dx, dy)):
                line = self._arm(x, y)
                if line is not None:
                    lines.append((plane, line))
        return tuple(lines)

    def area_to_repaint(self, before: Crosshair | None) -> QRect:
        """What of the pane changes when it moves here: a band, or else the whole pane.

        One rectangle is painted several times faster than a region of many.
        """
        whole = QRect(0, 0, round(self.area[0]), round(self.area[1]))
        if before is None or self._looks() != before._looks():
            return whole
        (x0, y0), (x1, y1) = before.at, self.at
        reach = math.ceil(self.gap_px) + _MARGIN_PX
        if x0 == x1:
            top, bottom = math.floor(min(y0, y1)) - reach, math.ceil(max(y0, y1)) + reach
            return whole.intersected(QRect(0, top, whole.width(), bottom - top))
        if y0 == y1:
            left, right = math.floor(min(x0, x1)) - reach, math.ceil(max(x0, x1)) + reach
            return whole.intersected(QRect(left, 0, right - left, whole.height()))
        return whole

    def _looks(self) -> tuple[object, ...]:
        """All but the point; a slanting line has no band of its own."""
        is_level = self.across == _ACROSS and self.down == _DOWN
        return self.plane, self.gap_px, self.area, is_level, is_level or self.at

    def paint(self, painter: QPainter) -> None:
        """Draw it in logical pixels of the pane, level and upright lines crisply."""
        for plane, bars, slanting in self._strokes:
            for bar in bars:
                painter.fillRect(bar, _COLORS[plane])
            if slanting:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(_PENS[plane])
                painter.drawLines(slanting)

    @cached_property
    def _strokes(self) -> list[tuple[Plane, list[QRect], list[QLineF]]]:
        """The arms of each plane: whole pixels are filled, which needs no stroke."""
        strokes: list[tuple[Plane, list[QRect], list[QLineF]]] = []
        for plane, (dx, dy) in zip(LINES_OF[self.plane], (self.across, self.down), strict=True):
            if dx and dy:
                strokes.append((plane, [], [line for of, line in self.arms if of is plane]))
            else:
                strokes.append((plane, self._bars(0 if dx else 1), []))
        return strokes

    def _bars(self, axis: int) -> list[QRect]:
        """The pixels of the level line, axis 0, or of the upright one, from edge to edge."""
        beside, along = self.at[1 - axis], self.at[axis]
        if not 0 <= beside < self.area[1 - axis]:
            return []
        row, most = math.floor(beside), self.area[axis]
        ends = (0, min(along - self.gap_px, most)), (max(along + self.gap_px, 0), most)
        bars = []
        for start, end in ends:
            if start < end:
                first, length = round(start), max(1, round(end) - round(start))
                bars.append(
                    QRect(first, row, length, 1) if axis == 0 else QRect(row, first, 1, length)
                )
        return bars

    def _arm(self, dx: float, dy: float) -> QLineF | None:
        """From the gap's edge to the pane's in one direction; None if it is out of sight."""
        start, end = self.gap_px, math.inf
        for along, place, most in ((dx, self.at[0], self.area[0]), (dy, self.at[1], self.area[1])):
            if along == 0:
                if not 0 <= place < most:
                    return None
                continue
            near, far = sorted((-place / along, (most - place) / along))
            start, end = max(start, near), min(end, far)
        if start >= end:
            return None
        x, y = self.at
        return QLineF(x + start * dx, y + start * dy, x + end * dx, y + end * dy)
