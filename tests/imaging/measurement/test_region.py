"""What a region encloses, and how large it is."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reader.core.measurement import MeasurementKind
from reader.imaging.measurement.region import PixelBox, Region, area_mm2
from tests.support.phantoms import box_around, circle, outline, turned

TURN = turned(40, 0) @ turned(20, 1)
MIDDLE = np.array([12.0, -3.0, 50.0])
ONE, OTHER = TURN[:, 0], TURN[:, 1]


def test_the_area_of_an_ellipse_is_that_of_its_axes_and_not_of_pixels() -> None:
    points = circle(MIDDLE, ONE, OTHER, (5, 2))
    assert area_mm2(MeasurementKind.ELLIPSE, points) == pytest.approx(math.pi * 10)


def test_the_area_of_a_rectangle_is_the_product_of_its_sides() -> None:
    points = box_around(MIDDLE, ONE, OTHER, (5, 2))
    assert area_mm2(MeasurementKind.RECTANGLE, points) == pytest.approx(40)


@pytest.mark.parametrize("backwards", [False, True])
def test_the_area_of_a_freehand_line_is_that_of_its_corners(backwards: bool) -> None:
    points = outline(MIDDLE, ONE, OTHER, 10, count=500)[:: -1 if backwards else 1]
    exact = 0.5 * 500 * 100 * math.sin(2 * math.pi / 500)
    assert area_mm2(MeasurementKind.FREEHAND, points) == pytest.approx(exact)


def test_a_line_that_crosses_itself_encloses_both_its_loops() -> None:
    flat = [(0, 0), (10, 10), (10, 0), (0, 10)]
    points = [tuple(MIDDLE + a * ONE + b * OTHER) for a, b in flat]
    assert area_mm2(MeasurementKind.FREEHAND, points) == pytest.approx(50, rel=2e-3)


def test_a_line_without_width_encloses_nothing() -> None:
    points = [tuple(MIDDLE + a * ONE) for a in (0, 5, 9)]
    assert area_mm2(MeasurementKind.FREEHAND, points) == pytest.approx(0, abs=1e-9)


def test_a_pixel_counts_when_its_centre_lies_inside() -> None:
    corners = np.array([(0.6, 0.6), (0.6, 3.4), (2.4, 3.4), (2.4, 0.6)])
    region = Region(MeasurementKind.RECTANGLE, corners)
    expected = np.zeros((5, 6), dtype=bool)
    expected[1:3, 1:4] = True
    assert np.array_equal(region.mask(PixelBox(0, 5, 0, 6)), expected)


def test_a_concave_outline_leaves_out_what_it_goes_round() -> None:
    corners = np.array([(-0.5, -0.5), (-0.5, 4.5), (4.5, 4.5), (4.5, 2.5), (1.5, 2.5), (1.5, 1.5),
                        (4.5, 1.5), (4.5, -0.5)])  # fmt: skip
    region = Region(MeasurementKind.FREEHAND, corners)
    mask = region.mask(PixelBox(0, 5, 0, 5))
    expected = np.ones((5, 5), dtype=bool)
    expected[2:, 2] = False
    assert np.array_equal(mask, expected)


@pytest.mark.parametrize("kind", [MeasurementKind.ELLIPSE, MeasurementKind.FREEHAND])
def test_the_box_holds_every_pixel_that_is_touched(kind: MeasurementKind) -> None:
    turn = np.radians(30)
    one, other = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    middle = np.array([20.3, 14.8])
    if kind is MeasurementKind.ELLIPSE:
        points = np.array([middle - 9 * one, middle + 9 * one, middle - 4 * other,
                           middle + 4 * other])  # fmt: skip
    else:
        angles = np.linspace(0, 2 * np.pi, 90)[:-1, None]
        points = middle + 9 * np.cos(angles) * one + 4 * np.sin(angles) * other
    region = Region(kind, points)
    box, everywhere = region.box(), PixelBox(-10, 60, -10, 60)
    assert region.mask(box).sum() == region.mask(everywhere).sum()
    assert region.coverage(box).sum() == pytest.approx(region.coverage(everywhere).sum())
    assert region.coverage(box).sum() == pytest.approx(math.pi * 36, rel=0.01)
