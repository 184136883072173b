"""Which pixels a drawing lies on."""

from __future__ import annotations

import numpy as np
import pytest

from reader.imaging.measurement.pixel_grid import grid_through
from reader.imaging.measurement.region_values import point_value
from tests.support.phantoms import GRIDS, plane_of, turned
from tests.support.volumes import volume_of


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_plane_of_the_array_has_its_voxels_for_pixels(name: str, axis: int, sign: int) -> None:
    geometry = GRIDS[name]
    index = [7, 11, 13]
    _, _, normal = plane_of(geometry, axis)
    at = geometry.to_lps(index)
    found = grid_through(geometry, [tuple(at)], tuple(sign * 3 * normal))
    rows_and_columns = [n for a, n in enumerate(index) if a != axis]
    assert (found.axis, found.index) == (axis, index[axis])
    assert found.to_pixels([tuple(at)])[0] == pytest.approx(rows_and_columns)
    assert found.to_lps(np.array([rows_and_columns]))[0] == pytest.approx(at)


def test_points_beside_a_slice_by_rounding_are_on_it() -> None:
    geometry = GRIDS["anisotropic"]
    at = geometry.to_lps((9.04, 10, 10))
    found = grid_through(geometry, [tuple(at)], (0, 0, 1))
    assert (found.axis, found.index) == (0, 9)


def test_a_plane_between_two_slices_is_sampled_between_them_as_it_is_shown() -> None:
    geometry = GRIDS["anisotropic"]
    ramp = volume_of(np.indices(geometry.shape_kji)[0].astype(np.float32) * 10, geometry)
    at = geometry.to_lps((9.4, 10, 10))
    grid = grid_through(geometry, [tuple(at)], (0, 0, 1))
    assert grid.axis is None
    assert point_value(ramp, grid, at) == pytest.approx(94, abs=1e-3)


def test_any_other_plane_has_square_pixels_as_small_as_a_voxels_smallest_side() -> None:
    geometry = GRIDS["anisotropic"]
    normal = turned(30, 0) @ turned(20, 1) @ np.array([0, 0, 1.0])
    middle = geometry.center_lps_mm
    found = grid_through(geometry, [tuple(middle)], tuple(normal))
    assert found.axis is None
    for step in (found.down_lps_mm, found.right_lps_mm):
        assert np.linalg.norm(step) == pytest.approx(0.8)
        assert step @ normal == pytest.approx(0, abs=1e-12)
    assert found.down_lps_mm @ found.right_lps_mm == pytest.approx(0, abs=1e-12)
    assert found.to_lps(np.zeros((1, 2)))[0] == pytest.approx(middle)


def test_an_image_that_is_no_volume_is_the_one_that_is_named() -> None:
    geometry = GRIDS["isotropic"]
    found = grid_through(geometry, [tuple(geometry.center_lps_mm)], (1, 0, 0), index=4)
    assert (found.axis, found.index) == (0, 4)
