"""Points of the patient come to where the picture says, from every side."""

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import WindowLevel
from reader.imaging.overview.coarse import coarse_labels, coarse_values
from reader.imaging.overview.picture import (
    Seen,
    maximum_picture,
    point_seen,
    reach_of,
    surface_picture,
)
from reader.imaging.overview.turn import FRONT, Turn

SIDE = 160
WINDOW = WindowLevel(500, 1000)


def tilted_geometry(shape):
    """Anisotropic, oblique and stored back to front."""
    turn = Turn(25, 35).camera
    affine = np.eye(4)
    affine[:3, 0] = turn[2] * -3.1
    affine[:3, 1] = turn[1] * 1.2
    affine[:3, 2] = turn[0] * 0.9
    affine[:3, 3] = (12.0, -40.0, 7.0)
    return VolumeGeometry(shape, affine)


def upright_geometry(shape):
    return VolumeGeometry.from_spacing(shape, (1.5, 1.0, 1.0), (-20.0, -30.0, 50.0))


GEOMETRIES = [upright_geometry, tilted_geometry]
TURNS = [
    FRONT, Turn(90), Turn(180), Turn(270), Turn(0, 90), Turn(0, -90), Turn(33, 21), Turn(200, -50),
    Turn(311, 75), Turn(45, 0),
]  # fmt: skip


def ball(geometry, at_kji, radius_mm):
    index = np.indices(geometry.shape_kji).reshape(3, -1).T
    away = geometry.to_lps(index) - geometry.to_lps(at_kji)
    return (np.linalg.norm(away, axis=1) <= radius_mm).reshape(geometry.shape_kji)


def middle_of(picture):
    rows, columns = np.nonzero(picture)
    return columns.mean(), rows.mean()


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("make", GEOMETRIES)
@pytest.mark.parametrize("smooth", [False, True])
def test_a_bright_ball_is_where_the_picture_says(make, turn, smooth):
    geometry = make((24, 50, 61))
    place = (15.0, 18.0, 40.0)
    voxels = np.where(ball(geometry, place, 5.0), 1000, -1000).astype(np.int16)
    grid = coarse_values(voxels, geometry, 64)
    seen = Seen.whole(grid, turn, SIDE)
    picture = maximum_picture(grid, seen, WINDOW, False, smooth)
    expected = seen.to_pixel(tuple(geometry.to_lps(place)))
    assert picture.max() == 255
    assert np.hypot(*np.subtract(middle_of(picture > 127), expected)) * seen.mm_per_px < 1.7


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("make", GEOMETRIES)
def test_the_nearer_of_two_balls_hides_the_other(make, turn):
    geometry = make((24, 50, 61))
    sight = turn.camera[2]
    middle = geometry.to_lps((12.0, 25.0, 30.0))
    front, back = (geometry.to_index(middle + sight * way) for way in (-9.0, 9.0))
    labels = np.zeros(geometry.shape_kji, np.uint16)
    labels[ball(geometry, front, 6.0)] = 7
    labels[ball(geometry, back, 6.0)] = 3
    grid = coarse_labels([(labels, (3, 7))], geometry, 64)
    seen = Seen.whole(grid, turn, SIDE)
    picture = surface_picture(grid, seen, ("#FF0000", "#0000FF"))
    x, y = (round(v) for v in seen.to_pixel(tuple(middle)))
    assert picture[y, x, 2] > 60
    assert picture[y, x, 0] == 0
    point = point_seen(grid, seen, x, y, is_labels=True)
    assert point is not None
    assert labels[geometry.nearest_voxel(point)] == 7


def test_a_label_that_is_not_shown_is_not_seen():
    geometry = upright_geometry((10, 20, 20))
    labels = np.zeros(geometry.shape_kji, np.uint16)
    labels[4:7, 8:12, 8:12] = 2
    grid = coarse_labels([(labels, (1,))], geometry, 64)
    assert not grid.values.any()


def test_labels_of_several_sheets_are_told_apart():
    geometry = upright_geometry((10, 20, 20))
    one, other = np.zeros((2, *geometry.shape_kji), np.uint16)
    one[2:4], other[6:8] = 300, 300
    grid = coarse_labels([(one, (5, 300)), (other, (300,))], geometry, 64)
    assert grid.values[2].max() == 2
    assert grid.values[6].max() == 3


@pytest.mark.parametrize("k", range(6))
def test_a_label_of_one_voxel_does_not_vanish_and_stays_in_its_place(k):
    geometry = VolumeGeometry.from_spacing((6, 30, 30), (1.0, 1.0, 1.0), (5.0, 6.0, 7.0))
    labels = np.zeros(geometry.shape_kji, np.uint16)
    labels[k, 13, 8] = 300
    grid = coarse_labels([(labels, (300,))], geometry, 10)
    (block,) = np.argwhere(grid.values == 1)
    affine = grid.affine_kji_to_lps
    away = affine[:3, :3] @ block + affine[:3, 3] - geometry.to_lps((k, 13, 8))
    assert np.abs(away).max() <= 1.0


def test_what_is_no_number_hides_nothing():
    geometry = upright_geometry((10, 20, 20))
    voxels = np.full(geometry.shape_kji, np.nan, np.float32)
    voxels[5, 7, 9] = 900
    for longest in (6, 64):
        grid = coarse_values(voxels, geometry, longest)
        assert np.isfinite(grid.values).all()
        assert grid.values.max() == 900


@pytest.mark.parametrize("turn", TURNS)
def test_a_click_finds_the_brightest_point_of_its_line(turn):
    geometry = tilted_geometry((24, 50, 61))
    place = (9.0, 33.0, 21.0)
    voxels = np.where(ball(geometry, place, 4.0), 900, 0).astype(np.float32)
    grid = coarse_values(voxels, geometry, 64)
    seen = Seen.whole(grid, turn, SIDE)
    point = point_seen(grid, seen, *seen.to_pixel(tuple(geometry.to_lps(place))), is_labels=False)
    assert point is not None
    assert np.linalg.norm(np.subtract(point, geometry.to_lps(place))) < 4.0 + 3.1


def test_a_click_beside_the_volume_means_nothing():
    geometry = upright_geometry((10, 20, 20))
    grid = coarse_values(np.zeros(geometry.shape_kji, np.int16), geometry, 64)
    assert point_seen(grid, Seen.whole(grid, FRONT, SIDE), 0, 0, is_labels=False) is None


def test_reducing_keeps_the_brightest_voxel_and_its_place():
    geometry = upright_geometry((40, 200, 200))
    voxels = np.zeros(geometry.shape_kji, np.int16)
    voxels[21, 77, 133] = 500
    grid = coarse_values(voxels, geometry, 50)
    assert max(grid.values.shape) <= 80
    at = np.unravel_index(grid.values.argmax(), grid.values.shape)
    where = grid.affine_kji_to_lps[:3, :3] @ np.array(at) + grid.affine_kji_to_lps[:3, 3]
    block_mm = np.linalg.norm(grid.affine_kji_to_lps[:3, :3], axis=0)
    assert grid.values.max() == 500
    assert np.all(np.abs(where - geometry.to_lps((21, 77, 133))) <= block_mm.max() / 2 + 1e-9)


def test_thick_slices_are_filled_up_linearly():
    geometry = VolumeGeometry.from_spacing((3, 8, 8), (5.0, 1.0, 1.0))
    voxels = np.zeros((3, 8, 8), np.float32)
    voxels[1], voxels[2] = 100, 200
    grid = coarse_values(voxels, geometry, 64)
    assert len(grid.values) == 11
    np.testing.assert_allclose(grid.values[:, 3, 3], np.linspace(0, 200, 11), rtol=1e-5)
    np.testing.assert_allclose(grid.middle_lps_mm, geometry.center_lps_mm)


def test_from_the_front_the_patients_right_is_on_the_left_and_the_head_above():
    seen = Seen(FRONT, 101, 1.0, np.zeros(3))
    assert seen.to_pixel((-10, 0, 0)) == pytest.approx((40, 50))
    assert seen.to_pixel((0, 0, 10)) == pytest.approx((50, 40))
    assert Turn(90).camera[2] == pytest.approx((-1, 0, 0))
    assert Turn(0, 90).camera[2] == pytest.approx((0, 0, -1))


def test_turning_goes_round_and_stops_at_the_poles():
    assert Turn(350).turned(20, 0) == Turn(10, 0)
    assert Turn(0, 80).turned(0, 30).elevation_deg == 90
    with pytest.raises(ValueError, match="elevation"):
        Turn(0, 91)


def test_a_picture_is_as_large_as_what_is_seen_and_not_as_the_box():
    geometry = upright_geometry((40, 120, 120))
    middle = (20.0, 60.0, 60.0)
    voxels = np.where(ball(geometry, middle, 12.0), 1000, -1000).astype(np.int16)
    grid = coarse_values(voxels, geometry, 128)
    reach = reach_of(grid, 0.0)
    assert 12.0 <= reach < grid.radius_mm / 2
    assert reach_of(grid, 5000.0) == grid.radius_mm
    seen = Seen.whole(grid, FRONT, SIDE, 1.0, reach)
    rows = np.nonzero(maximum_picture(grid, seen, WINDOW, False, False).max(axis=1))[0]
    assert rows[0] > 0
    assert rows[-1] - rows[0] == pytest.approx(SIDE * 12.0 / reach, abs=5)
