"""Sizes of known shapes, on straight, anisotropic, turned and sheared grids."""

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.imaging.measure import measure_extent


def whole(shape: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    return tuple((0, n) for n in shape)


def grid(shape, spacing=(1.0, 1.0, 1.0), turn_degrees: float = 0.0) -> VolumeGeometry:
    affine = VolumeGeometry.from_spacing(shape, spacing, (-40.0, 30.0, -500.0)).affine_kji_to_lps
    angle = np.radians(turn_degrees)
    rotation = np.eye(4)
    rotation[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    return VolumeGeometry(shape, rotation @ affine)


def ellipsoid(geometry: VolumeGeometry, center_lps, semi_axes_mm, turn_degrees=0.0) -> np.ndarray:
    index = np.stack(np.indices(geometry.shape_kji), axis=-1)
    offset = geometry.to_lps(index) - np.asarray(center_lps)
    angle = np.radians(turn_degrees)
    x = offset[..., 0] * np.cos(angle) + offset[..., 1] * np.sin(angle)
    y = -offset[..., 0] * np.sin(angle) + offset[..., 1] * np.cos(angle)
    a, b, c = semi_axes_mm
    return (x / a) ** 2 + (y / b) ** 2 + (offset[..., 2] / c) ** 2 <= 1


@pytest.mark.parametrize("radius_px", [1.6, 2.5, 4.0, 6.4, 10.0, 20.0])
def test_discs_measure_their_diameter_to_half_a_pixel_wherever_they_lie(radius_px: float) -> None:
    rng = np.random.default_rng(1)
    n = int(radius_px) + 3
    geometry = VolumeGeometry.from_spacing((1, 2 * n + 1, 2 * n + 1), (2.0, 0.7, 0.7))
    row, column = np.mgrid[-n : n + 1, -n : n + 1]
    for shift in rng.random((60, 2)):
        disc = (row - shift[0]) ** 2 + (column - shift[1]) ** 2 <= radius_px**2
        extent = measure_extent(disc[None], whole((1, *disc.shape)), geometry)
        assert extent.long_axis_mm == pytest.approx(2 * radius_px * 0.7, abs=0.5 * 0.7 + 1e-6)
        assert extent.short_axis_mm == pytest.approx(2 * radius_px * 0.7, abs=0.55 * 0.7)
        assert extent.short_axis_mm <= extent.long_axis_mm


@pytest.mark.parametrize("grid_turn", [0.0, 20.0])
@pytest.mark.parametrize("turn", [0.0, 30.0, 77.0])
def test_an_ellipse_has_its_two_axes_at_any_angle(turn: float, grid_turn: float) -> None:
    geometry = grid((20, 60, 60), (1.5, 0.6, 0.8), grid_turn)
    mask = ellipsoid(geometry, geometry.center_lps_mm, (12.0, 6.0, 5.0), turn)
    extent = measure_extent(mask, whole(mask.shape), geometry)
    assert extent.long_axis_mm == pytest.approx(24.0, abs=0.6)
    assert extent.short_axis_mm == pytest.approx(12.0, abs=0.6)
    assert extent.volume_mm3 == pytest.approx(4 / 3 * np.pi * 12 * 6 * 5, rel=0.03)
    assert extent.center_lps_mm == pytest.approx(geometry.center_lps_mm, abs=0.1)


def test_the_short_axis_of_a_crescent_is_its_thickness_not_its_hull() -> None:
    row, column = np.mgrid[0:60, 0:60]
    outer = (row - 30) ** 2 + (column - 30) ** 2 <= 25**2
    crescent = outer & ((row - 36) ** 2 + (column - 30) ** 2 > 25**2)
    geometry = VolumeGeometry.from_spacing((1, 60, 60), (1, 1, 1))
    extent = measure_extent(crescent[None], whole((1, 60, 60)), geometry)
    assert extent.long_axis_mm > 44
    assert extent.short_axis_mm < 15


def test_a_hole_is_part_of_the_lesion() -> None:
    row, column = np.mgrid[0:40, 0:40]
    distance = np.hypot(row - 20, column - 20)
    ring = (distance <= 12) & (distance > 7)
    geometry = VolumeGeometry.from_spacing((1, 40, 40), (1, 1, 1))
    assert measure_extent(ring[None], whole((1, 40, 40)), geometry).short_axis_mm > 23


def test_a_box_inside_a_grid_is_placed_and_averaged() -> None:
    geometry = grid((10, 20, 30), (2.0, 1.0, 1.0))
    voxels = np.zeros((10, 20, 30), dtype=np.int16)
    voxels[4:6, 5:15, 8:10] = 40
    box = ((4, 6), (5, 15), (8, 10))
    extent = measure_extent(np.ones((2, 10, 2), dtype=bool), box, geometry, voxels)
    assert extent.mean_value == 40
    assert extent.center_lps_mm == pytest.approx(geometry.to_lps((4.5, 9.5, 8.5)))
    assert extent.volume_mm3 == pytest.approx(80)
    assert extent.long_axis_mm == pytest.approx(10, abs=0.5)
    assert extent.short_axis_mm == pytest.approx(2, abs=0.5)


def test_one_voxel_and_none_measure_without_failing() -> None:
    geometry = grid((5, 5, 5))
    one = measure_extent(np.ones((1, 1, 1), dtype=bool), ((2, 3), (2, 3), (2, 3)), geometry)
    assert 0 < one.short_axis_mm <= one.long_axis_mm <= 1.5
    none = measure_extent(np.zeros((1, 1, 1), dtype=bool), ((2, 3), (2, 3), (2, 3)), geometry)
    assert (none.long_axis_mm, none.short_axis_mm, none.volume_mm3) == (0, 0, 0)
    assert none.mean_value is None
    assert none.center_lps_mm == pytest.approx(geometry.to_lps((2, 2, 2)))


def test_a_mask_that_does_not_fill_its_box_is_refused() -> None:
    with pytest.raises(ValueError, match="fill"):
        measure_extent(np.ones((1, 1, 2), dtype=bool), ((2, 3), (2, 3), (2, 3)), grid((5, 5, 5)))
