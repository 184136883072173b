"""Where the numbers of a measurement stand: beside what was measured, never on it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainterPath

from reader.core.measurement import MeasurementKind

GAP_PX: Final = 8.0
_FAR: Final = 1e6
_NEAR: Final = 500.0
_SIDES: Final = ((1.0, 0.0), (-1.0, 0.0), (0.0, -1.0), (0.0, 1.0))
_DIAGONALS: Final = ((1.0, -1.0), (1.0, 1.0), (-1.0, -1.0), (-1.0, 1.0))


def label_place(
    kind: MeasurementKind,
    points: Sequence[QPointF],
    lines: QPainterPath,
    size: QSizeF,
    area: QRectF,
    taken: Sequence[QRectF],
    others: Sequence[QRectF] = (),
) -> QRectF:
    """The box for a label in the pane, in logical pixels.

    `lines` are the measurement's own, `taken` the boxes of other labels and `others` of
    other measurements. A text stands where it was put. Of the places around a measurement
    the first is taken that covers nothing and lies inside the pane, or else the one that
    covers least.
    """
    if kind is MeasurementKind.TEXT:
        return QRectF(points[0], size)
    structure = _structure(kind, points)
    best, least = QRectF(), math.inf
    for box in _around(kind, points, structure, size):
        inside = _pushed_into(box, area)
        cost = _cost(inside, box, lines, structure, taken)
        cost += sum(_NEAR for other in others if other.intersects(inside))
        if cost < least:
            best, least = inside, cost
        if cost == 0:
            break
    return best


def _structure(kind: MeasurementKind, points: Sequence[QPointF]) -> QRectF:
    """About where the structure is: a length is taken to go through the middle of it."""
    bounds = _bounds(points)
    if kind in (MeasurementKind.LENGTH, MeasurementKind.BIDIRECTIONAL):
        radius = math.dist(_xy(points[0]), _xy(points[1])) / 2
        middle = (points[0] + points[1]) / 2
        return QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
    return bounds


def _around(
    kind: MeasurementKind, points: Sequence[QPointF], structure: QRectF, size: QSizeF
) -> Iterable[QRectF]:
    """Places to try, the best first."""
    if kind is MeasurementKind.ARROW:
        yield _beside(points[1], _direction(points[0], points[1]), size)
    elif kind is MeasurementKind.ANGLE:
        inwards = (points[0] + points[2]) / 2
        yield _beside(points[1], _direction(inwards, points[1]), size)
    middle = structure.center()
    for x, y in (*_SIDES[:2], *_DIAGONALS, *_SIDES[2:]):
        edge = QPointF(
            middle.x() + x * structure.width() / 2, middle.y() + y * structure.height() / 2
        )
        yield _beside(edge, (x, y), size)
    for end, other in _ends(kind, points):
        yield _beside(end, _direction(other, end), size)
        for side in _SIDES:
            yield _beside(end, side, size)


def _ends(kind: MeasurementKind, points: Sequence[QPointF]) -> Iterable[tuple[QPointF, QPointF]]:
    """The ends of its lines, each with where its line comes from."""
    if len(points) > 1 and not kind.is_region:
        yield points[1], points[0]
        yield points[0], points[1]
    for n in range(3, len(points) if not kind.is_region else 0, 2):
        yield points[n], points[n - 1]
        yield points[n - 1], points[n]


def _beside(at: QPointF, direction: tuple[float, float], size: QSizeF) -> QRectF:
    """A box off a point in a direction, with a gap between."""
    x, y = direction
    norm = math.hypot(x, y) or 1.0
    x, y = x / norm, y / norm
    centre = QPointF(
        at.x() + x * GAP_PX + _lean(x) * size.width() / 2,
        at.y() + y * GAP_PX + _lean(y) * size.height() / 2,
    )
    return QRectF(
        round(centre.x() - size.width() / 2),
        round(centre.y() - size.height() / 2),
        size.width(),
        size.height(),
    )


def _lean(share: float) -> float:
    """How far to the side of its point a box lies: wholly, unless the way leads elsewhere."""
    return math.copysign(min(1.0, abs(share) * 1.6), share)


def _pushed_into(box: QRectF, area: QRectF) -> QRectF:
    left = max(area.left(), min(box.left(), area.right() - box.width()))
    top = max(area.top(), min(box.top(), area.bottom() - box.height()))
    return QRectF(left, top, box.width(), box.height())


def _cost(
    inside: QRectF,
    wanted: QRectF,
    lines: QPainterPath,
    structure: QRectF,
    taken: Sequence[QRectF],
) -> float:
    """How bad a place is: over its own lines, over the structure, over other labels."""
    cost = 0.0
    if lines.intersects(inside):
        cost += _FAR
    cost += _shared(inside, structure)
    cost += sum(10 * _shared(inside, other) for other in taken)
    return cost + math.dist(_xy(inside.topLeft()), _xy(wanted.topLeft()))


def _shared(one: QRectF, other: QRectF) -> float:
    both = one.intersected(other)
    return both.width() * both.height() if both.isValid() else 0.0


def _bounds(points: Sequence[QPointF]) -> QRectF:
    xs, ys = [p.x() for p in points], [p.y() for p in points]
    return QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def _direction(start: QPointF, end: QPointF) -> tuple[float, float]:
    return end.x() - start.x(), end.y() - start.y()


def _xy(point: QPointF) -> tuple[float, float]:
    return point.x(), point.y()
