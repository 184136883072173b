"""Straight lines stay straight, bends are laid out at their length, tubes stay round."""

import numpy as np
import pytest

from reader.core.cancel import CancelToken
from reader.core.errors import Cancelled, ReaderError
from reader.core.geometry import VolumeGeometry
from reader.imaging.curved import TURNS, smooth_path, straightened_along

GRID = VolumeGeometry.from_spacing((60, 70, 80), (1.5, 1.0, 1.0), (-40.0, -35.0, -45.0))


def quiet(_progress):
    pass


def arc(radius, count=9):
    angles = np.linspace(0, np.pi, count)
    return [(radius * np.cos(a), 0.0, radius * np.sin(a) - 20.0) for a in angles]


def tube(points, radius_mm):
    """Where a voxel is nearer to a line than `radius_mm`."""
    index = np.indices(GRID.shape_kji).reshape(3, -1).T
    places = GRID.to_lps(index)
    nearest = np.full(len(places), np.inf)
    for point in points:
        nearest = np.minimum(nearest, np.linalg.norm(places - point, axis=1))
    return nearest.reshape(GRID.shape_kji)


def test_two_points_make_a_straight_path_of_their_distance():
    path = smooth_path([(0, 0, 0), (0, 0, 30)], 0.5)
    assert path.length_mm == pytest.approx(30)
    assert path.step_mm == pytest.approx(0.5)
    np.testing.assert_allclose(np.diff(path.points_lps_mm, axis=0), [[0, 0, 0.5]] * 60, atol=1e-9)


def test_half_a_circle_has_the_length_of_half_a_circle():
    path = smooth_path(arc(25.0), 0.5)
    assert path.length_mm == pytest.approx(np.pi * 25, rel=0.01)
    assert np.ptp(np.linalg.norm(np.diff(path.points_lps_mm, axis=0), axis=1)) < 0.02


def test_it_goes_through_every_drawn_point():
    drawn = [(0, 0, 0), (10, 5, 3), (12, 20, 9), (-5, 25, 14)]
    path = smooth_path(drawn, 0.25)
    for point in drawn:
        assert np.linalg.norm(path.points_lps_mm - point, axis=1).min() < 0.26


def test_directions_across_are_at_right_angles_and_do_not_twist():
    path = smooth_path(arc(25.0), 0.5)
    tangents = np.gradient(path.points_lps_mm, axis=0)
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    assert np.abs(np.sum(path.across * tangents, axis=1)).max() < 0.02
    np.testing.assert_allclose(np.linalg.norm(path.upright, axis=1), 1, atol=0.01)
    in_plane = path.across[:, 1] if abs(path.across[0, 1]) > 0.5 else path.upright[:, 1]
    np.testing.assert_allclose(np.abs(in_plane), 1, atol=0.01)


def test_a_bent_tube_becomes_a_straight_one_of_the_same_width_from_every_side():
    path = smooth_path(arc(25.0), 0.5)
    voxels = (1000 * (tube(path.points_lps_mm, 4.0) < 4.0)).astype(np.int16)
    pictures = straightened_along(voxels, GRID, path, 0, quiet, CancelToken())
    assert pictures.shape == (TURNS, len(path.points_lps_mm), 161)
    inner = pictures[:, 10:-10] > 500
    assert inner[:, :, 80].all()
    widths = inner.sum(axis=2) * path.step_mm
    assert np.abs(np.median(widths) - 8.0) < 0.6
    assert np.abs(widths.mean(axis=1) - 8.0).max() < 0.8


def test_a_pixel_knows_its_place_in_the_patient():
    path = smooth_path([(0, 0, 0), (0, 0, 30)], 0.5)
    x, y, z = path.place_of(0, 20, 90, 161)
    assert z == pytest.approx(10)
    assert np.hypot(x, y) == pytest.approx(5.0)
    assert path.place_of(9, 20, 80, 161) == pytest.approx((0, 0, 10))


def test_a_ramp_is_reproduced_where_the_path_goes():
    index = np.indices(GRID.shape_kji).reshape(3, -1).T
    ramp = GRID.to_lps(index) @ np.array([2.0, -1.0, 0.5])
    voxels = ramp.reshape(GRID.shape_kji).astype(np.float32)
    path = smooth_path([(-10, -8, -20), (0, 4, 0), (9, 3, 20)], 1.0)
    pictures = straightened_along(voxels, GRID, path, np.nan, quiet, CancelToken())
    middle = pictures[5, :, 40]
    np.testing.assert_allclose(middle, path.points_lps_mm @ [2.0, -1.0, 0.5], atol=1e-3)


def test_a_path_that_turns_back_on_itself_keeps_its_directions():
    path = smooth_path([(0, 0, 0), (0, 0, 10.25), (0, 0, 0)], 0.5)
    assert path.length_mm == pytest.approx(20.5)
    for side in (path.across, path.upright):
        np.testing.assert_allclose(np.linalg.norm(side, axis=1), 1)
        np.testing.assert_allclose(side[:, 2], 0, atol=1e-9)


@pytest.mark.parametrize("drawn", [[], [(0, 0, 0)], [(1, 2, 3), (1, 2, 3)]])
def test_a_path_without_length_is_refused(drawn):
    with pytest.raises(ReaderError, match="two points"):
        smooth_path(drawn, 0.5)


def test_it_can_be_cancelled():
    cancel = CancelToken()
    cancel.cancel()
    path, voxels = smooth_path([(0, 0, 0), (0, 0, 30)], 0.5), np.zeros(GRID.shape_kji, np.int16)
    with pytest.raises(Cancelled):
        straightened_along(voxels, GRID, path, 0, quiet, cancel)
