"""A measurement as lines in a pane: built from its points, painted with halo and handles."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from reader.core.measurement import MeasurementKind
from reader.ui import tokens
from reader.ui.tools.measure.plane_frame import XY
from reader.ui.tools.measure.shapes import Points, handles, lines

LINE_PX: Final = 1.5
HALO_PX: Final = 3.5
LEADER_FROM_PX: Final = 40.0
BOLD_PX: Final = 1.0
"""How much thicker a selected one is."""
HANDLE_PX: Final = 4.0
_HEAD_PX: Final = 12.0
_CROSS_PX: Final = 7.0
_CROSS_GAP_PX: Final = 2.5
_ARC_PX: Final = 22.0
_DASH: Final = (7.0, 4.0)
_THIN_DASH: Final = (3.0, 4.0)


@dataclass(frozen=True, slots=True)
class Look:
    """How a figure is drawn."""

    color: str
    is_dashed: bool = False
    is_bold: bool = False
    has_handles: bool = False
    handle: int | None = None
    """The handle under the pointer."""


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """One measurement in logical pixels of a pane.

    `faint` are lines that only help: what joins two lines of a Cobb angle, an angle's arc.
    """

    kind: MeasurementKind
    points: tuple[QPointF, ...]
    lines: QPainterPath
    faint: QPainterPath
    handles: tuple[QPointF, ...]
    look: Look

    @property
    def bounds(self) -> QRectF:
        """What it covers, with its halo and handles."""
        covered = self.lines.boundingRect() | QPolygonF(self.points).boundingRect()
        return covered.adjusted(-8, -8, 8, 8)


def figure_of(
    kind: MeasurementKind,
    points: Points,
    to_pane: Callable[[XY], QPointF],
    look: Look,
    is_whole: bool = True,
) -> Figure:
    """A measurement in a pane; of one that is not whole a line through its points so far."""
    ends = tuple(to_pane(point) for point in points)
    path, faint = QPainterPath(), QPainterPath()
    drawn = lines(kind, points) if is_whole else _so_far(kind, points)
    for line in drawn:
        path.addPolygon(QPolygonF([to_pane(point) for point in line]))
    if is_whole:
        _add_signs(kind, ends, path, faint)
    elif len(ends) == 1:
        _add_cross(path, ends[0])
    grips = tuple(to_pane(p) for p in handles(kind, points)) if is_whole else ends
    if kind is MeasurementKind.FREEHAND and not is_whole:
        grips = ends[:1]
    return Figure(kind, ends, path, faint, grips, look)


def draw_figure(painter: QPainter, figure: Figure) -> None:
    """Lines on their halo, then the handles."""
    look = figure.look
    more = BOLD_PX if look.is_bold else 0.0
    color = QColor(look.color)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for path, width in ((figure.lines, LINE_PX + more), (figure.faint, 1.0)):
        if not path.isEmpty():
            painter.setPen(_pen(QColor(tokens.IMAGE), width + HALO_PX - LINE_PX))
            painter.drawPath(path)
    if not figure.faint.isEmpty():
        pen = _pen(color, 1.0)
        pen.setDashPattern(_THIN_DASH)
        painter.setPen(pen)
        painter.drawPath(figure.faint)
    pen = _pen(color, LINE_PX + more)
    if look.is_dashed:
        pen.setDashPattern([length / (LINE_PX + more) for length in _DASH])
    painter.setPen(pen)
    painter.drawPath(figure.lines)
    if look.has_handles:
        _draw_handles(painter, figure, color)


def draw_region(painter: QPainter, corners: Sequence[QPointF]) -> None:
    """A rectangle that measures nothing: dashed and white."""
    outline = QPolygonF([*corners, corners[0]])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(QColor(tokens.IMAGE), HALO_PX))
    painter.drawPolyline(outline)
    pen = _pen(QColor(tokens.ON_IMAGE), LINE_PX)
    pen.setDashPattern(_THIN_DASH)
    painter.setPen(pen)
    painter.drawPolyline(outline)


def draw_aim(painter: QPainter, at: QPointF) -> None:
    """The place where keys would set the next point."""
    path = QPainterPath()
    _add_cross(path, at)
    for color, width in ((tokens.IMAGE, HALO_PX), (tokens.ON_IMAGE, LINE_PX)):
        painter.setPen(_pen(QColor(color), width))
        painter.drawPath(path)


def draw_leader(painter: QPainter, figure: Figure, box: QRectF) -> None:
    """A dotted line to words that found no place near by, so that they are nobody else's."""
    ends = figure.points or (figure.bounds.center(),)
    at = min(ends, key=lambda end: _away(box, end))
    if _away(box, at) < LEADER_FROM_PX:
        return
    start = QPointF(
        min(max(at.x(), box.left()), box.right()), min(max(at.y(), box.top()), box.bottom())
    )
    for color, width in ((tokens.IMAGE, HALO_PX), (figure.look.color, 1.0)):
        pen = _pen(QColor(color), width)
        pen.setDashPattern([1 / width, 4 / width])
        painter.setPen(pen)
        painter.drawLine(start, at)


def _away(box: QRectF, at: QPointF) -> float:
    """How far a point is from a box."""
    across = max(box.left() - at.x(), 0.0, at.x() - box.right())
    return math.hypot(across, max(box.top() - at.y(), 0.0, at.y() - box.bottom()))


def _draw_handles(painter: QPainter, figure: Figure, color: QColor) -> None:
    for number, at in enumerate(figure.handles):
        is_pointed_at = number == figure.look.handle
        painter.setPen(_pen(QColor(tokens.IMAGE), HALO_PX + 1))
        painter.drawEllipse(at, HANDLE_PX, HANDLE_PX)
        painter.setPen(_pen(color, LINE_PX))
        painter.setBrush(color if is_pointed_at else QColor(tokens.IMAGE))
        painter.drawEllipse(at, HANDLE_PX, HANDLE_PX)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _so_far(kind: MeasurementKind, points: Points) -> tuple[Points, ...]:
    """The lines of what is being drawn: of two lines each by itself."""
    if kind is MeasurementKind.COBB and len(points) > 2:
        return points[:2], points[2:]
    return (points,)


def _add_signs(
    kind: MeasurementKind, ends: tuple[QPointF, ...], path: QPainterPath, faint: QPainterPath
) -> None:
    """What is drawn beside the lines."""
    match kind:
        case MeasurementKind.PROBE:
            _add_cross(path, ends[0])
        case MeasurementKind.ARROW:
            _add_head(path, ends[0], ends[1])
        case MeasurementKind.ANGLE:
            _add_arc(faint, ends[0], ends[1], ends[2])
        case MeasurementKind.COBB:
            faint.moveTo((ends[0] + ends[1]) / 2)
            faint.lineTo((ends[2] + ends[3]) / 2)
        case _:
            pass


def _add_cross(path: QPainterPath, at: QPointF) -> None:
    for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        path.moveTo(at + QPointF(x, y) * _CROSS_GAP_PX)
        path.lineTo(at + QPointF(x, y) * _CROSS_PX)


def _add_head(path: QPainterPath, tip: QPointF, tail: QPointF) -> None:
    turn = math.atan2(tail.y() - tip.y(), tail.x() - tip.x())
    for side in (-0.45, 0.45):
        path.moveTo(tip)
        path.lineTo(tip + QPointF(math.cos(turn + side), math.sin(turn + side)) * _HEAD_PX)


def _add_arc(path: QPainterPath, one: QPointF, corner: QPointF, other: QPointF) -> None:
    """The part of a circle between two arms, on the inner side."""
    arms = [math.hypot(p.x() - corner.x(), p.y() - corner.y()) for p in (one, other)]
    radius = min(_ARC_PX, min(arms) / 2)
    if radius < 1:
        return
    start = -math.degrees(math.atan2(one.y() - corner.y(), one.x() - corner.x()))
    end = -math.degrees(math.atan2(other.y() - corner.y(), other.x() - corner.x()))
    sweep = (end - start + 180) % 360 - 180
    box = QRectF(corner.x() - radius, corner.y() - radius, 2 * radius, 2 * radius)
    path.arcMoveTo(box, start)
    path.arcTo(box, start, sweep)


def _pen(color: QColor, width: float) -> QPen:
    pen = QPen(color, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
