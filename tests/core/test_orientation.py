"""Planes and letters for grids stored in any order."""

from itertools import permutations, product

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.orientation import (
    Plane,
    acquisition_plane,
    direction_letters,
    plane_axes,
    screen_directions,
)

EXPECTED = {
    Plane.AXIAL: ("P", "L"),
    Plane.CORONAL: ("F", "L"),
    Plane.SAGITTAL: ("F", "P"),
}


def grids():
    for order in permutations(range(3)):
        for signs in product((1, -1), repeat=3):
            affine = np.zeros((4, 4))
            for array_axis, world_axis in enumerate(order):
                affine[world_axis, array_axis] = signs[array_axis] * (1.0 + array_axis)
            affine[3, 3] = 1
            yield pytest.param(VolumeGeometry((3, 4, 5), affine), id=f"{order}{signs}")


@pytest.mark.parametrize("geometry", list(grids()))
@pytest.mark.parametrize("plane", Plane)
def test_every_grid_is_shown_the_radiological_way(geometry, plane):
    axes = plane_axes(geometry, plane)
    down, right = screen_directions(geometry, axes)
    assert (direction_letters(down), direction_letters(right)) == EXPECTED[plane]
    assert {axes.slice_axis, axes.row_axis, axes.column_axis} == {0, 1, 2}
    assert not axes.oblique


@pytest.mark.parametrize(
    ("direction", "letters"),
    [
        ((1, 0, 0), "L"),
        ((-1, 0, 0), "R"),
        ((0, 1, 0), "P"),
        ((0, 0, 1), "H"),
        ((0, 0, -1), "F"),
        ((0.9, 0.05, 0), "L"),
        ((0.8, 0.6, 0), "LP"),
        ((0.3, -0.5, 0.8), "HAL"),
    ],
)
def test_letters_go_from_the_strongest_down(direction, letters):
    assert direction_letters(direction) == letters


def test_a_tilt_of_more_than_three_degrees_is_called_oblique():
    def tilted(degrees):
        c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        affine = np.eye(4)
        affine[:3, :3] = np.array([[0, 0, 1], [-s, c, 0], [c, s, 0]])
        return VolumeGeometry((3, 3, 3), affine)

    assert not plane_axes(tilted(2), Plane.AXIAL).oblique
    assert plane_axes(tilted(10), Plane.AXIAL).oblique


def test_the_acquisition_plane_is_the_one_the_slices_are_stacked_along():
    sagittal = np.zeros((4, 4))
    sagittal[0, 0] = sagittal[2, 1] = sagittal[1, 2] = sagittal[3, 3] = 1
    assert acquisition_plane(VolumeGeometry((3, 3, 3), sagittal)) is Plane.SAGITTAL
    assert acquisition_plane(VolumeGeometry.from_spacing((3, 3, 3), (1, 1, 1))) is Plane.AXIAL
