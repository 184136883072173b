"""Slices of a tilted plane: where they are, that they cover the volume, that nothing jumps."""

from __future__ import annotations

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.orientation import Plane, SpatialTransform, direction_letters, plane_axes
from reader.core.series_kind import SeriesKind
from reader.core.tilt import STRAIGHT, Tilt
from reader.imaging.plane_stack import GridStack, ObliqueStack, plane_stack, tilt_degrees
from reader.imaging.slicing import index_at, slice_geometry
from tests.support.phantoms import GRIDS, grid, turned
from tests.support.volumes import ALL_ORIENTATIONS, oriented_geometry

EVERY_GRID = {**GRIDS, "sheared": grid((20, 40, 44), (3.0, 1.0, 1.2), turned(10, 2), 25)}


def tilt_of(geometry: VolumeGeometry, *turns: tuple[tuple[float, float, float], float]) -> Tilt:
    tilt, middle = STRAIGHT, tuple(float(v) for v in geometry.center_lps_mm)
    for axis, degrees in turns:
        tilt = tilt.turned(axis, degrees, middle)
    return tilt


def double(geometry: VolumeGeometry) -> Tilt:
    return tilt_of(geometry, ((0, 0, 1), 22.0), ((1, 0, 0), -14.0))


def stack_of(geometry: VolumeGeometry, plane: Plane, tilt: Tilt):
    return plane_stack(geometry, SeriesKind.VOLUME, plane, tilt)


@pytest.mark.parametrize("plane", Plane)
@pytest.mark.parametrize("geometry", EVERY_GRID.values(), ids=EVERY_GRID)
def test_without_a_tilt_the_slices_are_those_of_the_array(geometry, plane):
    stack = stack_of(geometry, plane, STRAIGHT)
    axes = plane_axes(geometry, plane)
    assert isinstance(stack, GridStack)
    assert stack.count == geometry.shape_kji[axes.slice_axis]
    where, expected = stack.geometry_of(3), slice_geometry(geometry, axes, 3)
    assert np.array_equal(where.origin_lps_mm, expected.origin_lps_mm)
    position = geometry.to_lps((4.2, 7.7, 9.1))
    assert stack.index_at(position) == index_at(geometry, axes, position)
    assert stack.index_at(stack.moved_to(position, 5)) == 5


@pytest.mark.parametrize("plane", Plane)
@pytest.mark.parametrize("geometry", EVERY_GRID.values(), ids=EVERY_GRID)
def test_corners_of_a_tilted_plane_lie_in_it_at_right_angles(geometry, plane):
    tilt = double(geometry)
    stack = stack_of(geometry, plane, tilt)
    assert isinstance(stack, ObliqueStack)
    rows, columns = stack.geometry_of(0).shape
    for index in (0, stack.count // 2, stack.count - 1):
        where = stack.geometry_of(index)
        down, right = where.down_lps_mm, where.right_lps_mm
        assert np.linalg.norm(down) == pytest.approx(min(geometry.spacing_kji_mm), abs=1e-9)
        assert abs(down @ right) < 1e-9
        middle = where.to_lps((rows - 1) / 2, (columns - 1) / 2)
        for row, column in ((0, 0), (0, columns - 1), (rows - 1, 0), (rows - 1, columns - 1)):
            corner = where.to_lps(row, column)
            assert abs((corner - middle) @ stack.normal_lps) < 1e-6
            assert where.to_pixel(corner) == pytest.approx((row, column), abs=1e-6)
            expected = (
                stack.geometry_of(0).to_lps(row, column) + index * stack.step_mm * stack.normal_lps
            )
            assert corner == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("geometry", EVERY_GRID.values(), ids=EVERY_GRID)
def test_the_three_planes_stay_at_right_angles_and_meet_in_the_pivot(geometry):
    tilt = double(geometry)
    stacks = [stack_of(geometry, plane, tilt) for plane in Plane]
    for n, stack in enumerate(stacks):
        assert abs(stack.normal_lps @ stacks[n - 1].normal_lps) < 1e-9
        here = stack.geometry_of(stack.index_at(tilt.pivot_lps))
        away = (np.array(tilt.pivot_lps) - here.origin_lps_mm) @ stack.normal_lps
        assert abs(away) < 1e-6


@pytest.mark.parametrize("plane", Plane)
@pytest.mark.parametrize("geometry", EVERY_GRID.values(), ids=EVERY_GRID)
def test_scrolling_a_tilted_stack_covers_every_voxel_once(geometry, plane):
    stack = stack_of(geometry, plane, double(geometry))
    index = np.stack(np.indices(geometry.shape_kji), axis=-1).reshape(-1, 3)[::7]
    points = geometry.to_lps(index)
    seen = {stack.index_at(point) for point in points[::11]}
    first, last = stack.geometry_of(0), stack.geometry_of(stack.count - 1)
    along = (points - first.origin_lps_mm) @ stack.normal_lps
    assert along.min() >= -stack.step_mm - 1e-6, "no voxel lies a slice before the first"
    assert along.max() <= (stack.count - 1) * stack.step_mm + stack.step_mm + 1e-6
    assert max(seen) - min(seen) <= stack.count - 1
    assert last.index == stack.count - 1
    rows, columns = first.shape
    place = np.array([stack.geometry_of(0).to_pixel(point) for point in points[::53]])
    assert (place > -0.5 - 1e-6).all()
    assert (place < np.array([rows, columns]) - 0.5 + 1e-6).all()
    step = stack.step_mm * stack.normal_lps
    moved = geometry.to_index(geometry.center_lps_mm + step) - geometry.to_index(
        geometry.center_lps_mm
    )
    assert np.abs(moved).max() == pytest.approx(1), "no voxel is passed over"


def test_turning_in_one_view_leaves_that_view_alone_and_tilts_the_two_others():
    geometry = GRIDS["anisotropic"]
    tilt = tilt_of(geometry, ((0, 0, 1), 20.0))
    assert not stack_of(geometry, Plane.AXIAL, tilt).is_oblique
    for plane in (Plane.CORONAL, Plane.SAGITTAL):
        axes = plane_axes(geometry, plane)
        assert stack_of(geometry, plane, tilt).is_oblique
        assert tilt_degrees(geometry, axes, tilt) == pytest.approx(20)


def test_a_tilted_plane_that_another_turn_leaves_alone_is_the_same_stack():
    geometry = GRIDS["anisotropic"]
    tilt = double(geometry)
    stack = stack_of(geometry, Plane.CORONAL, tilt)
    again = tilt.turned(stack.normal_lps, 9.0, tilt.pivot_lps)
    assert stack_of(geometry, Plane.CORONAL, again) == stack
    assert stack_of(geometry, Plane.AXIAL, again) != stack_of(geometry, Plane.AXIAL, tilt)


@pytest.mark.parametrize("plane", Plane)
@pytest.mark.parametrize(("order", "signs"), ALL_ORIENTATIONS)
def test_a_small_tilt_shows_the_patient_as_before(order, signs, plane):
    geometry = oriented_geometry(order, signs)
    straight = stack_of(geometry, plane, STRAIGHT)
    tilted = stack_of(geometry, plane, double(geometry))
    for side in ("down_lps_mm", "right_lps_mm"):
        before = direction_letters(getattr(straight.geometry_of(0), side))
        after = direction_letters(getattr(tilted.geometry_of(0), side))
        assert after[0] == before[0]
    assert tilted.normal_lps @ straight.normal_lps > 0.8
    assert not tilted.reads_backwards


def test_letters_of_a_double_oblique_plane_have_up_to_three_parts():
    geometry = GRIDS["isotropic"]
    tilt = tilt_of(geometry, ((0, 0, 1), 30.0), ((1, 0, 0), 30.0))
    where = stack_of(geometry, Plane.CORONAL, tilt).geometry_of(0)
    assert len(direction_letters(where.right_lps_mm)) >= 2


def test_a_tilted_slice_knows_which_voxels_it_may_show():
    geometry = GRIDS["isotropic"]
    stack = stack_of(geometry, Plane.AXIAL, double(geometry))
    middle = stack.index_at(geometry.center_lps_mm)
    around = ((28, 32), (28, 32), (28, 32))
    assert stack.crosses(around, middle, 0)
    assert not stack.crosses(around, 0, 0)
    assert stack.crosses(around, 0, 2 * middle * stack.step_mm)


def test_images_that_are_no_volume_are_never_tilted():
    geometry = GRIDS["isotropic"]
    stack = plane_stack(geometry, SeriesKind.IMAGES, Plane.AXIAL, double(geometry))
    assert not stack.is_oblique
    assert stack.axes.stored


def test_there_is_no_slice_outside_the_stack():
    geometry = GRIDS["isotropic"]
    stack = stack_of(geometry, Plane.AXIAL, double(geometry))
    for index in (-1, stack.count):
        with pytest.raises(IndexError):
            stack.geometry_of(index)
    assert stack.index_at((1e4, 1e4, 1e4)) in (0, stack.count - 1)


@pytest.mark.parametrize("transform", [SpatialTransform(1), SpatialTransform(2, mirrored=True)])
@pytest.mark.parametrize("plane", Plane)
@pytest.mark.parametrize("geometry", EVERY_GRID.values(), ids=EVERY_GRID)
def test_a_tilted_plane_that_is_turned_on_the_screen_has_the_same_pixels(
    geometry, plane, transform
):
    tilt = double(geometry)
    usual = stack_of(geometry, plane, tilt)
    turned = plane_stack(geometry, SeriesKind.VOLUME, plane, tilt, transform)
    assert isinstance(usual, ObliqueStack)
    assert isinstance(turned, ObliqueStack)
    assert turned != usual
    assert turned.has_slices_of(usual)
    assert (turned.count, turned.step_mm) == (usual.count, usual.step_mm)
    index = usual.count // 2
    one, other = usual.geometry_of(index), turned.geometry_of(index)
    swapped = one.shape[::-1] if transform.swaps_sides else one.shape
    assert other.shape == swapped
    middle = np.subtract(one.shape, 1) / 2
    for down, right in ((0, 0), (3, 5), (-4, 7)):
        there = np.subtract(other.shape, 1) / 2 + transform.vector(down, right)
        assert other.to_lps(*there) == pytest.approx(one.to_lps(*np.add(middle, (down, right))))


def test_another_tilt_has_other_slices():
    geometry = next(iter(EVERY_GRID.values()))
    tilts = double(geometry), tilt_of(geometry, ((1, 0, 0), 20.0))
    one, other = (stack_of(geometry, Plane.AXIAL, tilt) for tilt in tilts)
    assert not one.has_slices_of(other)
