"""Brushes against the definition: every voxel whose centre is near enough, and no other."""

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.orientation import Plane, plane_axes
from reader.imaging.brush import ball_stencil, disc_stencil
from reader.imaging.components import region_of


def oblique(shape=(12, 30, 34), spacing=(3.0, 0.8, 1.1), shear=0.0) -> VolumeGeometry:
    directions, _ = np.linalg.qr(np.array([[0.1, 0.2, 1.0], [0.05, 1.0, -0.2], [1.0, 0.1, 0.0]]))
    affine = np.eye(4)
    affine[:3, :3] = directions * spacing
    affine[:3, 0] += shear * affine[:3, 1]
    affine[:3, 3] = (-20, 10, 300)
    return VolumeGeometry(shape, affine)


def distance_to_way(geometry: VolumeGeometry, start, end) -> np.ndarray:
    points = geometry.to_lps(np.stack(np.indices(geometry.shape_kji), axis=-1))
    way = np.asarray(end, dtype=float) - start
    share = np.clip((points - start) @ way / max(way @ way, 1e-12), 0, 1)
    return np.linalg.norm(points - (start + share[..., None] * way), axis=-1)


def painted(geometry: VolumeGeometry, stencil) -> np.ndarray:
    whole = np.zeros(geometry.shape_kji, dtype=bool)
    if stencil is not None:
        whole[region_of(stencil[0])] = stencil[1]
    return whole


@pytest.mark.parametrize("shear", [0.0, 0.4])
@pytest.mark.parametrize("end", [(6.0, 15.0, 17.0), (9.2, 21.0, 5.5)])
def test_a_ball_stroke_holds_exactly_the_voxels_within_its_radius(end, shear: float) -> None:
    geometry = oblique(shear=shear)
    start, stop = geometry.to_lps((6.0, 15.0, 17.0)), geometry.to_lps(end)
    expected = distance_to_way(geometry, start, stop) <= 5.0
    assert expected.sum() > 50
    assert np.array_equal(painted(geometry, ball_stencil(geometry, start, stop, 5.0)), expected)


@pytest.mark.parametrize("plane", list(Plane))
def test_a_disc_stays_in_its_slice_and_is_round_in_mm(plane: Plane) -> None:
    geometry = oblique()
    axes = plane_axes(geometry, plane)
    middle = geometry.to_lps((6.2, 14.8, 17.3))
    mask = painted(geometry, disc_stencil(geometry, axes, middle, middle, 7.0))
    used = np.flatnonzero(mask.any(axis=tuple(a for a in range(3) if a != axes.slice_axis)))
    index = np.round(geometry.to_index(middle))[axes.slice_axis]
    assert used.tolist() == [index]
    on_slice = np.array(geometry.to_index(middle))
    on_slice[axes.slice_axis] = index
    expected = distance_to_way(geometry, geometry.to_lps(on_slice), geometry.to_lps(on_slice)) <= 7
    expected &= np.indices(geometry.shape_kji)[axes.slice_axis] == index
    assert np.array_equal(mask, expected)


def test_the_smallest_brush_still_paints_the_voxel_under_it() -> None:
    geometry = oblique()
    spot = geometry.to_lps((6.4, 14.6, 17.4))
    for stencil in (
        ball_stencil(geometry, spot, spot, 0.01),
        disc_stencil(geometry, plane_axes(geometry, Plane.AXIAL), spot, spot, 0.01),
    ):
        assert np.argwhere(painted(geometry, stencil)).tolist() == [[6, 15, 17]]


def test_a_brush_is_cut_at_the_edge_and_misses_outside() -> None:
    geometry = oblique()
    corner = geometry.to_lps((0, 0, 0))
    expected = distance_to_way(geometry, corner, corner) <= 6.3
    assert np.array_equal(painted(geometry, ball_stencil(geometry, corner, corner, 6.3)), expected)
    outside = geometry.to_lps((-9, 5, 5))
    assert ball_stencil(geometry, outside, outside, 5.0) is None
    axes = plane_axes(geometry, Plane.AXIAL)
    assert disc_stencil(geometry, axes, outside, outside, 5.0) is None
    beside = geometry.to_lps((5, 90, 5))
    assert disc_stencil(geometry, axes, beside, beside, 5.0) is None
