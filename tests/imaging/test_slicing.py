"""Slices come out in screen orientation, whatever the order of the array."""

from __future__ import annotations

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.orientation import (
    AS_ACQUIRED,
    Plane,
    SpatialTransform,
    direction_letters,
    plane_axes,
)
from reader.imaging.slicing import (
    extract_slice,
    index_at,
    index_at_position,
    position_mm,
    reading_place,
    slice_count,
    slice_geometry,
)
from tests.support.volumes import (
    ALL_ORIENTATIONS,
    ORIGIN_LPS_MM,
    SIZE_LPS,
    SPACING_LPS_MM,
    coded_volume,
    oriented_geometry,
    place_code,
)

LETTERS = {  # left, right, top, bottom of the screen
    Plane.AXIAL: ("R", "L", "A", "P"),
    Plane.CORONAL: ("R", "L", "H", "F"),
    Plane.SAGITTAL: ("A", "P", "H", "F"),
}
FAR_LPS = np.add(ORIGIN_LPS_MM, np.multiply(SPACING_LPS_MM, np.subtract(SIZE_LPS, 1)))
# Which end of (x, y, z) is at the upper left of the screen; None: through the slices.
UPPER_LEFT = {
    Plane.AXIAL: (ORIGIN_LPS_MM[0], ORIGIN_LPS_MM[1], None),
    Plane.CORONAL: (ORIGIN_LPS_MM[0], None, FAR_LPS[2]),
    Plane.SAGITTAL: (None, ORIGIN_LPS_MM[1], FAR_LPS[2]),
}


@pytest.mark.parametrize("plane", Plane)
@pytest.mark.parametrize(("order", "signs"), ALL_ORIENTATIONS)
def test_every_order_and_flip_shows_the_patient_the_same_way(order, signs, plane):
    geometry = oriented_geometry(order, signs)
    volume = coded_volume(geometry)
    axes = plane_axes(geometry, plane)
    for index in range(slice_count(geometry, axes)):
        where = slice_geometry(geometry, axes, index)
        pixels = extract_slice(volume.voxels, axes, index)
        assert pixels.shape == where.shape
        for (row, column), code in np.ndenumerate(pixels):
            assert code == place_code(where.to_lps(row, column))
        for axis, expected in enumerate(UPPER_LEFT[plane]):
            if expected is not None:
                assert where.origin_lps_mm[axis] == pytest.approx(expected)
        letters = tuple(
            direction_letters(d)
            for d in (
                -where.right_lps_mm,
                where.right_lps_mm,
                -where.down_lps_mm,
                where.down_lps_mm,
            )
        )
        assert letters == LETTERS[plane]
        assert where.column_spacing_mm == pytest.approx(
            SPACING_LPS_MM[0] if plane is not Plane.SAGITTAL else SPACING_LPS_MM[1]
        )


def test_a_slice_is_a_view():
    volume = coded_volume(oriented_geometry((2, 1, 0), (1, 1, 1)))
    axes = plane_axes(volume.geometry, Plane.SAGITTAL)
    assert np.shares_memory(extract_slice(volume.voxels, axes, 2), volume.voxels)


def _oblique() -> VolumeGeometry:
    turn = np.radians(20)
    directions = np.array(
        [[1, 0, 0], [0, np.cos(turn), -np.sin(turn)], [0, np.sin(turn), np.cos(turn)]]
    )
    affine = np.eye(4)
    affine[:3, :3] = directions[:, ::-1] * (3.0, 0.5, 0.6)
    affine[:3, 3] = (5, -8, 100)
    return VolumeGeometry((20, 30, 40), affine)


@pytest.mark.parametrize("plane", Plane)
def test_pixels_and_places_are_inverse_on_an_oblique_grid(plane):
    geometry = _oblique()
    axes = plane_axes(geometry, plane)
    assert axes.oblique is (plane is not Plane.SAGITTAL)
    where = slice_geometry(geometry, axes, 7)
    assert where.to_pixel(where.to_lps(3.25, 11.5)) == pytest.approx((3.25, 11.5))
    normal = np.cross(where.down_lps_mm, where.right_lps_mm)
    assert where.to_pixel(where.to_lps(4, 5) + normal) == pytest.approx((4, 5))


@pytest.mark.parametrize("plane", Plane)
def test_the_nearest_slice_is_found_and_clamped(plane):
    geometry = _oblique()
    axes = plane_axes(geometry, plane)
    count = slice_count(geometry, axes)
    for index in (0, 6, count - 1):
        where = slice_geometry(geometry, axes, index)
        assert index_at(geometry, axes, where.to_lps(2, 3)) == index
        assert index_at_position(geometry, axes, position_mm(geometry, axes, index)) == index
    beyond = geometry.to_lps([10_000, 10_000, 10_000])
    assert index_at(geometry, axes, beyond) == count - 1


@pytest.mark.parametrize("plane", Plane)
@pytest.mark.parametrize(("order", "signs"), ALL_ORIENTATIONS)
def test_slices_are_read_from_head_to_feet_front_to_back_and_right_to_left(order, signs, plane):
    geometry = oriented_geometry(order, signs)
    axes = plane_axes(geometry, plane)
    count = slice_count(geometry, axes)
    places = [reading_place(geometry, axes, index) for index in range(count)]
    assert [reading_place(geometry, axes, place) for place in places] == list(range(count))
    by_place = sorted(range(count), key=places.__getitem__)
    positions = [position_mm(geometry, axes, index) for index in by_place]
    assert positions == sorted(positions, reverse=plane is Plane.AXIAL)


def test_a_slice_outside_the_grid_is_refused():
    geometry = oriented_geometry((2, 1, 0), (1, 1, 1))
    axes = plane_axes(geometry, Plane.AXIAL)
    for index in (-1, slice_count(geometry, axes)):
        with pytest.raises(IndexError):
            slice_geometry(geometry, axes, index)


def test_one_slice_has_a_position():
    geometry = VolumeGeometry.from_spacing((1, 4, 4), (5, 1, 1), (0, 0, 30))
    axes = plane_axes(geometry, Plane.AXIAL)
    assert position_mm(geometry, axes, 0) == 30
    assert index_at_position(geometry, axes, -99) == 0


TURNED_ON_SCREEN = {
    "left": (lambda t: t.turned(-1), lambda pixels: np.rot90(pixels)),
    "right": (lambda t: t.turned(1), lambda pixels: np.rot90(pixels, -1)),
    "across": (lambda t: t.flipped_across(), np.fliplr),
    "down": (lambda t: t.flipped_down(), np.flipud),
}
EVERY_TRANSFORM = [SpatialTransform(n, mirrored) for n in range(4) for mirrored in (False, True)]


@pytest.mark.parametrize("change", TURNED_ON_SCREEN)
@pytest.mark.parametrize("plane", Plane)
@pytest.mark.parametrize(("order", "signs"), ALL_ORIENTATIONS[::5])
def test_a_turned_slice_is_the_picture_turned_and_knows_where_its_pixels_are(
    order, signs, plane, change
):
    geometry = oriented_geometry(order, signs)
    volume, usual = coded_volume(geometry), plane_axes(geometry, plane)
    turn, turned = TURNED_ON_SCREEN[change]
    for before in EVERY_TRANSFORM:
        axes = turn(before).axes(usual)
        pixels = extract_slice(volume.voxels, axes, 1)
        assert np.array_equal(pixels, turned(extract_slice(volume.voxels, before.axes(usual), 1)))
        where = slice_geometry(geometry, axes, 1)
        assert pixels.shape == where.shape
        for (row, column), code in np.ndenumerate(pixels):
            at = where.to_lps(row, column)
            assert code == place_code(at)
            assert where.to_pixel(at) == pytest.approx((row, column))
        assert np.linalg.norm(where.down_lps_mm) == pytest.approx(where.row_spacing_mm)
        assert index_at(geometry, axes, where.to_lps(0, 0)) == 1


@pytest.mark.parametrize("change", TURNED_ON_SCREEN)
@pytest.mark.parametrize("before", EVERY_TRANSFORM)
def test_a_step_on_the_screen_turns_with_the_picture(before, change):
    _, turned = TURNED_ON_SCREEN[change]
    after = TURNED_ON_SCREEN[change][0](before)
    for transform in (before, after):
        down, right = transform.vector(1, 2)
        assert transform.untouched(down, right) == (1, 2)
    on_screen = np.zeros((5, 5))
    down, right = before.vector(1, 2)
    on_screen[2 + round(down), 2 + round(right)] = 1
    down, right = after.vector(1, 2)
    assert turned(on_screen)[2 + round(down), 2 + round(right)] == 1


@pytest.mark.parametrize("before", EVERY_TRANSFORM)
def test_four_quarters_and_two_flips_are_nothing(before):
    assert before.turned(1).turned(1).turned(1).turned(1) == before
    assert before.turned(1).turned(-1) == before
    assert before.flipped_across().flipped_across() == before
    assert before.flipped_down().flipped_down() == before
    assert AS_ACQUIRED.flipped_across().flipped_down() == AS_ACQUIRED.turned(2)
    with pytest.raises(ValueError, match="quarter"):
        SpatialTransform(4)
