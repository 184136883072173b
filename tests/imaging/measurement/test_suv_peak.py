"""SUV peak against spheres and ramps known by a formula."""

from __future__ import annotations

import numpy as np
import pytest

from reader.core.measurement import MeasurementKind
from reader.core.volume import Volume
from reader.imaging.measurement.pixel_grid import grid_through
from reader.imaging.measurement.region import Region
from reader.imaging.measurement.suv_peak import RADIUS_MM, SPHERE_MM3, suv_peak
from tests.support.phantoms import ball, circle, filled, grid, plane_of, ramp, turned

PET_GRIDS = {
    "fine": grid((21, 60, 60), (1.0, 1.0, 1.0)),
    "usual": grid((24, 48, 48), (3.27, 2.73, 2.73)),
    "coarse": grid((20, 40, 40), (5.0, 4.07, 4.07)),
    "oblique": grid((24, 48, 48), (3.0, 2.0, 2.0), turned(25, 0) @ turned(-17, 2)),
}
OBLIQUE = turned(37, 0) @ turned(21, 1)


def peak(volume: Volume, points, normal) -> float | None:
    pixels = grid_through(volume.geometry, points, tuple(normal))
    return suv_peak(volume, pixels, Region(MeasurementKind.SUV_PEAK, pixels.to_pixels(points)))


def test_the_sphere_is_one_millilitre() -> None:
    assert 4 / 3 * np.pi * RADIUS_MM**3 == pytest.approx(SPHERE_MM3) == pytest.approx(1000)


@pytest.mark.parametrize("name", PET_GRIDS)
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_hot_ball_larger_than_the_sphere_has_its_own_value(name: str, axis: int) -> None:
    geometry = PET_GRIDS[name]
    middle = geometry.to_lps(np.array(geometry.shape_kji) // 2)
    volume = filled(geometry, ball(middle, 10, 8.0, 1.0))
    one, other, normal = plane_of(geometry, axis)
    found = peak(volume, circle(middle, one, other, (14, 14)), normal)
    assert found == pytest.approx(8.0, rel=0.01)


@pytest.mark.parametrize("name", PET_GRIDS)
@pytest.mark.parametrize("turn", [np.eye(3), OBLIQUE])
def test_on_a_ramp_the_peak_is_the_value_at_the_highest_centre_in_the_region(
    name: str, turn: np.ndarray
) -> None:
    geometry = PET_GRIDS[name]
    slope = np.array([0.2, -0.1, 0.05])
    volume = filled(geometry, ramp(tuple(slope), 20, geometry))
    middle = geometry.to_lps(np.array(geometry.shape_kji) // 2)
    one, other, normal = turn[:, 0], turn[:, 1], turn[:, 2]
    found = peak(volume, circle(middle, one, other, (12, 12)), normal)
    at_middle = 20 + (middle - geometry.center_lps_mm) @ slope
    reach = 12 * np.hypot(one @ slope, other @ slope)
    voxel = np.linalg.norm(slope) * max(geometry.spacing_kji_mm)
    assert found == pytest.approx(at_middle + reach, abs=voxel)


def test_a_ball_smaller_than_the_sphere_counts_by_its_part_of_it() -> None:
    geometry = PET_GRIDS["fine"]
    middle = geometry.to_lps((10, 30, 30))
    volume = filled(geometry, ball(middle, 4.5, 10.0, 0.0))
    hot = float((volume.voxels > 0).sum())  # mm3, and so per mille of the sphere
    found = peak(volume, circle(middle, np.eye(3)[0], np.eye(3)[1], (12, 12)), (0, 0, 1))
    assert found == pytest.approx(10 * hot / 1000, rel=0.01)


def test_one_hot_voxel_is_no_peak() -> None:
    geometry = PET_GRIDS["usual"]
    voxels = np.ones(geometry.shape_kji, dtype=np.float32)
    voxels[12, 24, 24] = 50
    volume = Volume("1", voxels, geometry)
    middle = geometry.to_lps((12, 24, 24))
    found = peak(volume, circle(middle, np.eye(3)[0], np.eye(3)[1], (12, 12)), (0, 0, 1))
    assert found == pytest.approx(1 + 49 * geometry.voxel_volume_mm3 / 1000, rel=0.01)


def test_the_centre_stays_in_the_region_however_hot_it_is_beside_it() -> None:
    geometry = PET_GRIDS["fine"]
    middle = geometry.to_lps((10, 30, 20))
    hot = geometry.to_lps((10, 30, 45))
    volume = filled(geometry, ball(hot, 8, 9.0, 2.0))
    found = peak(volume, circle(middle, np.eye(3)[0], np.eye(3)[1], (6, 6)), (0, 0, 1))
    assert found == pytest.approx(2.0)


def test_a_region_without_a_voxels_centre_has_the_voxel_at_its_middle() -> None:
    geometry = PET_GRIDS["coarse"]
    middle = geometry.to_lps((10, 20, 20))
    volume = filled(geometry, ball(middle, 12, 6.0, 1.0))
    beside = middle + np.array([1.3, 0, 0])
    found = peak(volume, circle(beside, np.eye(3)[0], np.eye(3)[1], (0.4, 0.4)), (0, 0, 1))
    assert found == pytest.approx(6.0, rel=0.01)


def test_at_the_edge_only_what_is_in_the_image_counts_and_outside_there_is_none() -> None:
    geometry = PET_GRIDS["fine"]
    volume = filled(geometry, lambda at: np.full(at.shape[:-1], 3.0))
    edge, outside = geometry.to_lps((10, 0, 30)), geometry.to_lps((10, -40, 30))
    one, other, normal = plane_of(geometry, 0)
    assert peak(volume, circle(edge, one, other, (5, 5)), normal) == pytest.approx(3.0)
    assert peak(volume, circle(outside, one, other, (5, 5)), normal) is None
