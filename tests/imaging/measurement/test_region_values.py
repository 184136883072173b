"""Values in regions against volumes known by a formula: within half a voxel, or 1 %."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reader.core.measurement import MeasurementKind
from reader.core.volume import Volume
from reader.imaging.measurement.pixel_grid import grid_through
from reader.imaging.measurement.region import Region
from reader.imaging.measurement.region_values import RegionValues, point_value, region_values
from tests.support.phantoms import (
    GRIDS,
    ball,
    box_around,
    circle,
    cylinder,
    filled,
    grid,
    outline,
    plane_of,
    ramp,
    turned,
)

SLOPE = (3.0, -2.0, 1.5)
OBLIQUE = turned(37, 0) @ turned(21, 1)


def in_region(volume: Volume, kind: MeasurementKind, points, normal) -> RegionValues | None:
    pixels = grid_through(volume.geometry, points, tuple(normal))
    return region_values(volume, pixels, Region(kind, pixels.to_pixels(points)))


def drawn(kind: MeasurementKind, middle, one, other):
    if kind is MeasurementKind.ELLIPSE:
        return circle(middle, one, other, (11.3, 7.2))
    if kind is MeasurementKind.RECTANGLE:
        return box_around(middle, one, other, (11.3, 7.2))
    return outline(middle, one, other, 9)


REGIONS = [MeasurementKind.ELLIPSE, MeasurementKind.RECTANGLE, MeasurementKind.FREEHAND]


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("kind", REGIONS)
def test_a_ramp_has_the_middles_value_for_mean_on_every_plane_of_the_array(
    kind: MeasurementKind, axis: int, name: str
) -> None:
    geometry = GRIDS[name]
    volume = filled(geometry, ramp(SLOPE, 100, geometry))
    one, other, normal = plane_of(geometry, axis)
    index = np.round((np.array(geometry.shape_kji) - 1) / 2)
    middle = geometry.to_lps(index) + 0.27 * one - 0.16 * other
    found = in_region(volume, kind, drawn(kind, middle, one, other), normal)
    assert found is not None
    expected = 100 + (middle - geometry.center_lps_mm) @ np.array(SLOPE)
    half_a_voxel = np.linalg.norm(SLOPE) * max(geometry.spacing_kji_mm) / 2
    assert found.mean == pytest.approx(expected, abs=half_a_voxel)
    reach = _reach(kind, one, other)
    assert found.maximum == pytest.approx(expected + reach, abs=2 * half_a_voxel)
    assert found.minimum == pytest.approx(expected - reach, abs=2 * half_a_voxel)


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("kind", REGIONS)
def test_a_ramp_is_right_on_an_oblique_plane_too(kind: MeasurementKind, name: str) -> None:
    geometry = GRIDS[name]
    volume = filled(geometry, ramp(SLOPE, 100, geometry))
    one, other, normal = OBLIQUE[:, 0], OBLIQUE[:, 1], OBLIQUE[:, 2]
    middle = geometry.center_lps_mm + 0.4
    found = in_region(volume, kind, drawn(kind, middle, one, other), normal)
    assert found is not None
    expected = 100 + 0.4 * sum(SLOPE)
    assert found.mean == pytest.approx(expected, abs=0.5)
    reach = _reach(kind, one, other)
    pixel = np.linalg.norm(SLOPE) * min(geometry.spacing_kji_mm)
    assert found.maximum == pytest.approx(expected + reach, abs=pixel)
    assert found.minimum == pytest.approx(expected - reach, abs=pixel)
    assert found.sd == pytest.approx(_spread(kind, one, other), abs=pixel / 2)


def _reach(kind: MeasurementKind, one: np.ndarray, other: np.ndarray) -> float:
    """How much more than in the middle a ramp is at the farthest point of a region."""
    along, across = abs(one @ np.array(SLOPE)), abs(other @ np.array(SLOPE))
    if kind is MeasurementKind.RECTANGLE:
        return 11.3 * along + 7.2 * across
    radii = (11.3, 7.2) if kind is MeasurementKind.ELLIPSE else (9, 9)
    return math.hypot(radii[0] * along, radii[1] * across)


def _spread(kind: MeasurementKind, one: np.ndarray, other: np.ndarray) -> float:
    """The standard deviation of a ramp over a whole region."""
    along, across = one @ np.array(SLOPE), other @ np.array(SLOPE)
    if kind is MeasurementKind.RECTANGLE:
        return math.hypot(11.3 * along, 7.2 * across) / math.sqrt(3)
    radii = (11.3, 7.2) if kind is MeasurementKind.ELLIPSE else (9, 9)
    return math.hypot(radii[0] * along, radii[1] * across) / 2


@pytest.mark.parametrize("turn", [np.eye(3), OBLIQUE])
def test_a_sphere_cut_through_its_middle_is_uniform_inside_and_sharp_at_its_edge(turn) -> None:
    geometry = GRIDS["isotropic"]
    middle = geometry.to_lps((30, 30, 30))
    volume = filled(geometry, ball(middle, 12, 400, -100))
    one, other, normal = turn[:, 0], turn[:, 1], turn[:, 2]
    inner = in_region(volume, MeasurementKind.ELLIPSE, circle(middle, one, other, (10, 10)), normal)
    assert inner == RegionValues(400, 0, 400, 400)
    wide = in_region(volume, MeasurementKind.ELLIPSE, circle(middle, one, other, (18, 18)), normal)
    assert wide is not None
    share = (wide.mean + 100) / 500
    assert 18 * math.sqrt(share) == pytest.approx(12, abs=0.25)


def test_an_oblique_cylinder_is_round_on_the_plane_across_it() -> None:
    geometry = GRIDS["oblique"]
    middle = geometry.center_lps_mm
    volume = filled(geometry, cylinder(middle, OBLIQUE[:, 2], 8, 50, 0))
    points = circle(middle, OBLIQUE[:, 0], OBLIQUE[:, 1], (14, 14))
    found = in_region(volume, MeasurementKind.ELLIPSE, points, OBLIQUE[:, 2])
    assert found is not None
    assert 14 * math.sqrt(found.mean / 50) == pytest.approx(8, abs=0.25)


def test_a_region_smaller_than_a_pixel_is_weighed_by_what_it_covers() -> None:
    geometry = grid((3, 20, 20), (4.0, 4.0, 4.0))
    volume = filled(geometry, ramp((1, 0, 0), 0, geometry))
    between = geometry.to_lps((1, 10, 10.5))
    one, other, normal = plane_of(geometry, 0)
    points = circle(between, one, other, (0.9, 0.9))
    found = in_region(volume, MeasurementKind.ELLIPSE, points, normal)
    assert found is not None
    assert found.mean == pytest.approx((between - geometry.center_lps_mm)[0])
    assert found.maximum - found.minimum == pytest.approx(4)


def test_padding_has_no_part_in_any_number_whichever_plane_is_cut() -> None:
    geometry = GRIDS["isotropic"]
    middle = geometry.center_lps_mm
    value_at = lambda at: np.where(at[..., 0] < middle[0], -2000.0, 60.0)  # noqa: E731
    volume = filled(geometry, value_at, padding=(-2000, -2000))
    for turn in (np.eye(3), OBLIQUE):
        points = circle(middle, turn[:, 0], turn[:, 1], (10, 10))
        found = in_region(volume, MeasurementKind.ELLIPSE, points, turn[:, 2])
        assert found == RegionValues(60, 0, 60, 60)


def test_what_lies_beyond_the_image_has_no_part_and_nothing_at_all_has_no_values() -> None:
    geometry = GRIDS["isotropic"]
    volume = filled(geometry, lambda at: np.full(at.shape[:-1], 7.0))
    corner = geometry.to_lps((30, 0, 0))
    one, other, normal = plane_of(geometry, 0)
    points = circle(corner, one, other, (10, 10))
    assert in_region(volume, MeasurementKind.ELLIPSE, points, normal) == RegionValues(7, 0, 7, 7)
    outside = circle(corner - 100 * one, one, other, (10, 10))
    assert in_region(volume, MeasurementKind.ELLIPSE, outside, normal) is None
    assert in_region(volume, MeasurementKind.ELLIPSE, outside, OBLIQUE[:, 2]) is None


@pytest.mark.parametrize("name", GRIDS)
def test_a_point_has_the_value_of_its_pixel(name: str) -> None:
    geometry = GRIDS[name]
    volume = filled(geometry, ramp(SLOPE, 100, geometry))
    for axis in range(3):
        beside = np.full(3, 0.2)
        beside[axis] = 0
        at = geometry.to_lps(np.array((12, 20, 22)) + beside)
        pixels = grid_through(geometry, [tuple(at)], tuple(plane_of(geometry, axis)[2]))
        nearest = geometry.nearest_voxel(at)
        assert point_value(volume, pixels, at) == pytest.approx(float(volume.voxels[nearest]))
    oblique = grid_through(geometry, [tuple(at)], tuple(OBLIQUE[:, 2]))
    exact = 100 + (at - geometry.center_lps_mm) @ np.array(SLOPE)
    assert point_value(volume, oblique, at) == pytest.approx(exact, abs=1e-3)


def test_a_point_beyond_the_image_or_on_padding_has_no_value() -> None:
    geometry = GRIDS["isotropic"]
    volume = filled(geometry, lambda at: np.full(at.shape[:-1], -2000.0), padding=(-2000, -2000))
    inside, outside = geometry.center_lps_mm, geometry.to_lps((30, 70, 10))
    for turn in (np.eye(3), OBLIQUE):
        for at in (inside, outside):
            pixels = grid_through(geometry, [tuple(at)], tuple(turn[:, 2]))
            assert point_value(volume, pixels, at) is None
