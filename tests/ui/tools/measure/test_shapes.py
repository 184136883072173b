"""Shapes of measurements on paper: what hands draw becomes them, and handles keep them true."""

from __future__ import annotations

import math

import pytest

from reader.core.measurement import MeasurementKind
from reader.ui.tools.measure.shapes import (
    DRAWN_POINTS,
    begins_stroke,
    completed,
    distance,
    handles,
    is_degenerate,
    lines,
    longer_first,
    moved,
    with_handle_at,
)

K = MeasurementKind
DRAWN = {
    K.LENGTH: [(0.0, 0.0), (30.0, 40.0)],
    K.ANGLE: [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)],
    K.COBB: [(0.0, 0.0), (10.0, 1.0), (0.0, 20.0), (10.0, 25.0)],
    K.BIDIRECTIONAL: [(0.0, 0.0), (30.0, 40.0)],
    K.ELLIPSE: [(0.0, 0.0), (30.0, 40.0)],
    K.RECTANGLE: [(0.0, 0.0), (30.0, 40.0)],
    K.FREEHAND: [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)],
    K.PROBE: [(3.0, 4.0)],
    K.SUV_PEAK: [(0.0, 0.0), (30.0, 40.0)],
    K.ARROW: [(0.0, 0.0), (30.0, 40.0)],
    K.TEXT: [(3.0, 4.0)],
}


def minus(a, b):
    return a[0] - b[0], a[1] - b[1]


def dot(a, b):
    return a[0] * b[0] + a[1] * b[1]


@pytest.mark.parametrize("kind", DRAWN)
def test_what_is_drawn_is_a_measurement_of_its_kind(kind):
    points = completed(kind, DRAWN[kind])
    assert points is not None
    assert len(points) >= kind.least_points
    assert not is_degenerate(kind, points, 1e-3)


@pytest.mark.parametrize("kind", DRAWN)
def test_one_point_too_few_is_no_measurement(kind):
    least = DRAWN_POINTS.get(kind, 3)
    assert completed(kind, DRAWN[kind][: least - 1]) is None


def test_only_the_second_line_of_a_cobb_angle_begins_anew():
    begins = {kind: [begins_stroke(kind, n) for n in range(4)] for kind in DRAWN}
    assert begins.pop(K.COBB) == [True, False, True, False]
    assert all(flags == [True, False, False, False] for flags in begins.values())


def test_the_short_axis_appears_at_right_angles_in_the_middle():
    a, b, c, d = completed(K.BIDIRECTIONAL, DRAWN[K.BIDIRECTIONAL])
    assert dot(minus(b, a), minus(d, c)) == pytest.approx(0)
    assert ((c[0] + d[0]) / 2, (c[1] + d[1]) / 2) == pytest.approx((15, 20))
    assert math.dist(c, d) == pytest.approx(25)


@pytest.mark.parametrize("handle", range(4))
@pytest.mark.parametrize("at", [(35.0, 22.0), (-8.0, 3.0), (12.0, 60.0)])
def test_axes_stay_at_right_angles_and_cross_whatever_end_is_dragged(handle, at):
    points = completed(K.BIDIRECTIONAL, DRAWN[K.BIDIRECTIONAL])
    a, b, c, d = with_handle_at(K.BIDIRECTIONAL, points, handle, at)
    assert dot(minus(b, a), minus(d, c)) == pytest.approx(0, abs=1e-9)
    along = dot(minus(c, a), minus(b, a)) / math.dist(a, b) ** 2
    assert -1e-9 <= along <= 1 + 1e-9
    if handle < 2:
        assert (a, b)[handle] == at


def test_a_short_axis_that_outgrows_the_long_one_changes_places_with_it():
    points = ((0.0, 0.0), (10.0, 0.0), (5.0, -9.0), (5.0, 9.0))
    assert longer_first(K.BIDIRECTIONAL, points) == (*points[2:], *points[:2])
    assert longer_first(K.COBB, points) == points


@pytest.mark.parametrize("kind", [K.ELLIPSE, K.SUV_PEAK])
@pytest.mark.parametrize("handle", range(4))
def test_a_dragged_ellipse_keeps_its_far_end_and_its_right_angles(kind, handle):
    points = completed(kind, DRAWN[kind])
    far = points[handle ^ 1]
    changed = with_handle_at(kind, points, handle, (47.0, 55.0))
    assert changed[handle ^ 1] == pytest.approx(far)
    a, b, c, d = changed
    assert dot(minus(b, a), minus(d, c)) == pytest.approx(0, abs=1e-9)
    middle = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    assert ((c[0] + d[0]) / 2, (c[1] + d[1]) / 2) == pytest.approx(middle)


@pytest.mark.parametrize("handle", range(4))
def test_a_dragged_rectangle_keeps_the_corner_opposite(handle):
    points = completed(K.RECTANGLE, DRAWN[K.RECTANGLE])
    at = (44.0, -12.0)
    changed = with_handle_at(K.RECTANGLE, points, handle, at)
    assert changed[handle] == pytest.approx(at)
    assert changed[(handle + 2) % 4] == pytest.approx(points[(handle + 2) % 4])
    for n in range(4):
        before, here, after = changed[n - 1], changed[n], changed[(n + 1) % 4]
        assert dot(minus(before, here), minus(after, here)) == pytest.approx(0, abs=1e-9)


def test_pulling_a_freehand_line_leaves_its_far_side_alone():
    ring = tuple((math.cos(n / 5) * 20, math.sin(n / 5) * 20) for n in range(31))
    grips = handles(K.FREEHAND, ring)
    assert 3 <= len(grips) <= 12
    changed = with_handle_at(K.FREEHAND, ring, 2, (50.0, 50.0))
    assert (50.0, 50.0) in [pytest.approx(point) for point in changed]
    stayed = sum(a == b for a, b in zip(changed, ring, strict=True))
    assert stayed > len(ring) / 2


@pytest.mark.parametrize("kind", [K.ELLIPSE, K.SUV_PEAK, K.RECTANGLE])
def test_shift_makes_circles_and_squares(kind):
    points = completed(kind, DRAWN[kind], even=True)
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    assert max(xs) - min(xs) == pytest.approx(max(ys) - min(ys)) == pytest.approx(40)


def test_shift_keeps_a_line_to_steps_of_45_degrees():
    (x0, y0), (x1, y1) = completed(K.LENGTH, [(0.0, 0.0), (10.0, 1.0)], even=True)
    assert y1 - y0 == pytest.approx(0)
    assert x1 - x0 == pytest.approx(10)


@pytest.mark.parametrize("kind", DRAWN)
def test_its_own_points_are_on_it_and_places_far_off_are_not(kind):
    points = completed(kind, DRAWN[kind])
    assert distance(kind, points, points[0]) == pytest.approx(0, abs=1e-6)
    assert distance(kind, points, (1000.0, 1000.0)) > 900


def test_the_inside_of_a_region_is_not_its_line():
    points = completed(K.ELLIPSE, DRAWN[K.ELLIPSE])
    assert distance(K.ELLIPSE, points, (15.0, 20.0)) == pytest.approx(15, rel=0.01)


@pytest.mark.parametrize("kind", DRAWN)
def test_moving_keeps_the_shape(kind):
    points = completed(kind, DRAWN[kind])
    shifted = moved(points, (5.0, -7.0))
    assert [minus(b, a) for a, b in zip(points, shifted, strict=True)] == [(5.0, -7.0)] * len(
        points
    )


@pytest.mark.parametrize("kind", DRAWN)
def test_a_slip_of_the_hand_is_no_measurement(kind):
    if kind in (K.PROBE, K.TEXT):
        return
    points = tuple((1.0, 1.0) for _ in range(max(kind.least_points, 3)))
    assert is_degenerate(kind, points, 1e-3)


def test_regions_are_closed_lines():
    for kind in DRAWN:
        if kind.is_region:
            (line,) = lines(kind, completed(kind, DRAWN[kind]))
            assert line[0] == pytest.approx(line[-1], abs=1e-9)
