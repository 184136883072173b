"""The shapes of measurements on paper: how points drawn by hand become one, and are changed.

Everything is in millimetres of the plane (`XY`); point orders are those of
`core.measurement.MeasurementKind`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, TypeVar

from reader.core.geometry import Point
from reader.core.measurement import MeasurementKind
from reader.ui.tools.measure.plane_frame import XY

Points = tuple[XY, ...]
AnyPoint = TypeVar("AnyPoint", XY, Point)

DRAWN_POINTS: Final = {
    MeasurementKind.LENGTH: 2,
    MeasurementKind.ANGLE: 3,
    MeasurementKind.COBB: 4,
    MeasurementKind.BIDIRECTIONAL: 2,
    MeasurementKind.ELLIPSE: 2,
    MeasurementKind.RECTANGLE: 2,
    MeasurementKind.PROBE: 1,
    MeasurementKind.SUV_PEAK: 2,
    MeasurementKind.ARROW: 2,
    MeasurementKind.TEXT: 1,
}
"""How many points a hand places; FREEHAND has no number."""
_SHORT_SHARE: Final = 0.5
"""The short axis that appears with the long one. Source: OHIF's bidirectional tool."""
_MOST_HANDLES: Final = 12
_ROUND: Final = 72
_LINES: Final = (MeasurementKind.LENGTH, MeasurementKind.ARROW)


def begins_stroke(kind: MeasurementKind, placed: int) -> bool:
    """Whether the next point begins a line of its own, where a press puts it down."""
    return placed == 0 or (kind is MeasurementKind.COBB and placed == 2)


def completed(kind: MeasurementKind, drawn: Sequence[XY], even: bool = False) -> Points | None:
    """The measurement that the points drawn so far make; None while there are too few.

    `even`: a circle, a square, or a line in steps of 45 degrees.
    """
    if kind is MeasurementKind.FREEHAND:
        return tuple(drawn) if len(drawn) >= kind.least_points else None
    if len(drawn) < DRAWN_POINTS[kind]:
        return None
    first, last = drawn[0], drawn[-1]
    if even and kind in _LINES:
        return first, _in_steps(first, last)
    if kind is MeasurementKind.BIDIRECTIONAL:
        return with_short_axis(first, last)
    if kind.is_region:
        return _box(kind, first, _evened(first, last) if even else last)
    return tuple(drawn)


def with_short_axis(first: XY, last: XY) -> Points:
    """A long axis with a short one across its middle."""
    (x0, y0), (x1, y1) = first, last
    half = _SHORT_SHARE / 2
    across = (y1 - y0) * half, (x0 - x1) * half
    middle = (x0 + x1) / 2, (y0 + y1) / 2
    return first, last, _plus(middle, across), _plus(middle, _times(across, -1))


def longer_first(kind: MeasurementKind, points: tuple[AnyPoint, ...]) -> tuple[AnyPoint, ...]:
    """The axes of a bidirectional measurement, the longer one first; in plane or space."""
    if kind is not MeasurementKind.BIDIRECTIONAL:
        return points
    a, b, c, d = points
    return points if math.dist(a, b) >= math.dist(c, d) else (c, d, a, b)


def is_degenerate(kind: MeasurementKind, points: Points, least_mm: float) -> bool:
    """Whether a drawing is so small that it was a slip of the hand."""
    if len(points) < 2:
        return False
    xs, ys = [x for x, _ in points], [y for _, y in points]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    if kind.is_region:
        return min(wide, high) < least_mm
    if kind in (MeasurementKind.ANGLE, MeasurementKind.COBB):
        arms = [(0, 1), (1, 2)] if kind is MeasurementKind.ANGLE else [(0, 1), (2, 3)]
        return any(math.dist(points[a], points[b]) < least_mm for a, b in arms)
    return max(wide, high) < least_mm


# Changing one


def handles(kind: MeasurementKind, points: Points) -> Points:
    """Where it can be taken hold of; a freehand line at some of its points."""
    if kind is MeasurementKind.FREEHAND:
        return points[:: _handle_step(points)]
    return points


def with_handle_at(kind: MeasurementKind, points: Points, handle: int, at: XY) -> Points:
    """The shape after one of its handles was moved; what is square or upright stays so."""
    match kind:
        case MeasurementKind.BIDIRECTIONAL:
            return _axes_changed(points, handle, at)
        case MeasurementKind.ELLIPSE | MeasurementKind.SUV_PEAK:
            return _ellipse_changed(points, handle, at)
        case MeasurementKind.RECTANGLE:
            return _rectangle_changed(points, handle, at)
        case MeasurementKind.FREEHAND:
            return _line_pulled(points, handle * _handle_step(points), at)
        case _:
            return tuple(at if n == handle else point for n, point in enumerate(points))


def moved(points: Points, by: XY) -> Points:
    """The shape somewhere else."""
    return tuple(_plus(point, by) for point in points)


# Its lines


def lines(kind: MeasurementKind, points: Points) -> tuple[Points, ...]:
    """What is drawn of it, line by line; nothing for a point."""
    match kind:
        case MeasurementKind.COBB | MeasurementKind.BIDIRECTIONAL:
            return points[:2], points[2:4]
        case MeasurementKind.ELLIPSE | MeasurementKind.SUV_PEAK:
            return (_round(points),)
        case MeasurementKind.RECTANGLE | MeasurementKind.FREEHAND:
            return ((*points, points[0]),)
        case MeasurementKind.PROBE | MeasurementKind.TEXT:
            return ()
        case _:
            return (points,)


def distance(kind: MeasurementKind, points: Points, at: XY) -> float:
    """From a place to the nearest of its lines, or to the point that it is."""
    drawn = lines(kind, points)
    if not drawn:
        return math.dist(points[0], at)
    return min(
        _to_segment(at, line[n], line[n + 1]) for line in drawn for n in range(len(line) - 1)
    )


def _axes_changed(points: Points, handle: int, at: XY) -> Points:
    """The axes stay at right angles: the long one carries the short, the short one slides."""
    a, b, c, d = points
    along = _direction(a, b)
    across = -along[1], along[0]
    length = math.dist(a, b)
    place = _dot(_minus(c, a), along) / length if length else 0.5
    reach_c, reach_d = _dot(_minus(c, a), across), _dot(_minus(d, a), across)
    if handle < 2:
        a, b = (at, b) if handle == 0 else (a, at)
        along = _direction(a, b)
        across = -along[1], along[0]
        length = math.dist(a, b)
    else:
        offset = _minus(at, a)
        place = min(1.0, max(0.0, _dot(offset, along) / length)) if length else 0.5
        reach = _dot(offset, across)
        reach_c, reach_d = (reach, reach_d) if handle == 2 else (reach_c, reach)
    foot = _plus(a, _times(along, place * length))
    return a, b, _plus(foot, _times(across, reach_c)), _plus(foot, _times(across, reach_d))


def _ellipse_changed(points: Points, handle: int, at: XY) -> Points:
    """The far end of the axis stays; the other axis keeps its length and crosses the middle."""
    axis, other = ([0, 1], [2, 3]) if handle < 2 else ([2, 3], [0, 1])
    far = points[axis[1] if handle == axis[0] else axis[0]]
    direction = _direction(far, points[handle])
    end = _plus(far, _times(direction, _dot(_minus(at, far), direction)))
    shift = _times(_minus(end, points[handle]), 0.5)
    changed = list(points)
    changed[handle] = end
    for n in other:
        changed[n] = _plus(points[n], shift)
    return tuple(changed)


def _rectangle_changed(points: Points, handle: int, at: XY) -> Points:
    """The opposite corner and the directions of the sides stay."""
    far = points[(handle + 2) % 4]
    before, after = points[handle - 1], points[(handle + 1) % 4]
    offset = _minus(at, far)
    to_before, to_after = _direction(far, before), _direction(far, after)
    changed = list(points)
    one = _plus(far, _times(to_before, _dot(offset, to_before)))
    two = _plus(far, _times(to_after, _dot(offset, to_after)))
    changed[handle - 1], changed[(handle + 1) % 4] = one, two
    changed[handle] = _minus(_plus(one, two), far)
    return tuple(changed)


def _line_pulled(points: Points, index: int, at: XY) -> Points:
    """Move one point; those up to the next handles follow, the less the further off."""
    index = min(index, len(points) - 1)
    by, reach = _minus(at, points[index]), _handle_step(points)
    pulled = list(points)
    for offset in range(-reach + 1, reach):
        n = (index + offset) % len(points)
        pulled[n] = _plus(points[n], _times(by, 1 - abs(offset) / reach))
    return tuple(pulled)


def _handle_step(points: Points) -> int:
    return max(1, math.ceil(len(points) / _MOST_HANDLES))


def _box(kind: MeasurementKind, first: XY, last: XY) -> Points:
    (x0, y0), (x1, y1) = first, last
    if kind is MeasurementKind.RECTANGLE:
        return first, (x1, y0), last, (x0, y1)
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return (min(x0, x1), y), (max(x0, x1), y), (x, min(y0, y1)), (x, max(y0, y1))


def _round(points: Points) -> Points:
    a, b, c, d = points
    middle = _times(_plus(a, b), 0.5)
    one, two = _times(_minus(b, a), 0.5), _times(_minus(d, c), 0.5)
    turns = [2 * math.pi * n / _ROUND for n in range(_ROUND + 1)]
    return tuple(
        _plus(middle, _plus(_times(one, math.cos(t)), _times(two, math.sin(t)))) for t in turns
    )


def _evened(first: XY, last: XY) -> XY:
    wide, high = last[0] - first[0], last[1] - first[1]
    side = max(abs(wide), abs(high))
    return first[0] + math.copysign(side, wide), first[1] + math.copysign(side, high)


def _in_steps(first: XY, last: XY) -> XY:
    step = math.pi / 4
    turn = round(math.atan2(last[1] - first[1], last[0] - first[0]) / step) * step
    along = math.cos(turn), math.sin(turn)
    return _plus(first, _times(along, _dot(_minus(last, first), along)))


def _to_segment(at: XY, a: XY, b: XY) -> float:
    side, offset = _minus(b, a), _minus(at, a)
    squared = _dot(side, side)
    along = min(1.0, max(0.0, _dot(offset, side) / squared)) if squared else 0.0
    return math.dist(at, _plus(a, _times(side, along)))


def _direction(a: XY, b: XY) -> XY:
    length = math.dist(a, b)
    return ((b[0] - a[0]) / length, (b[1] - a[1]) / length) if length else (1.0, 0.0)


def _plus(a: XY, b: XY) -> XY:
    return a[0] + b[0], a[1] + b[1]


def _minus(a: XY, b: XY) -> XY:
    return a[0] - b[0], a[1] - b[1]


def _times(a: XY, factor: float) -> XY:
    return a[0] * factor, a[1] * factor


def _dot(a: XY, b: XY) -> float:
    return a[0] * b[0] + a[1] * b[1]
