"""Volumes whose every value is known by a formula, on grids of every sort."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.volume import Volume

Point = tuple[float, float, float]
Field = Callable[[np.ndarray], np.ndarray]


def turned(degrees: float, axis: int) -> np.ndarray:
    """A rotation about one of the patient's axes; 3 x 3."""
    angle = np.radians(degrees)
    matrix = np.eye(3)
    one, other = (n for n in range(3) if n != axis)
    matrix[one, one] = matrix[other, other] = np.cos(angle)
    matrix[one, other], matrix[other, one] = -np.sin(angle), np.sin(angle)
    return matrix


def grid(
    shape: tuple[int, int, int],
    spacing: tuple[float, float, float] = (1.0, 1.0, 1.0),
    turn: np.ndarray | None = None,
    tilt_degrees: float = 0.0,
    middle: Point = (3.3, -7.1, 12.9),
) -> VolumeGeometry:
    """A grid around `middle`, turned as a whole, its slices shifted by a gantry tilt."""
    steps = np.zeros((3, 3))
    steps[2, 0], steps[1, 1], steps[0, 2] = spacing
    steps[1, 0] = spacing[0] * np.tan(np.radians(tilt_degrees))
    affine = np.eye(4)
    affine[:3, :3] = (np.eye(3) if turn is None else turn) @ steps
    affine[:3, 3] = np.array(middle) - affine[:3, :3] @ ((np.array(shape) - 1) / 2)
    return VolumeGeometry(shape, affine)


GRIDS = {
    "isotropic": grid((60, 60, 60)),
    "anisotropic": grid((24, 80, 70), (2.5, 0.8, 0.9)),
    "oblique": grid((40, 64, 60), (1.5, 1.0, 1.0), turned(25, 0) @ turned(-17, 2)),
    "tilted": grid((30, 64, 60), (2.0, 1.0, 1.0), tilt_degrees=18),
}


def places(geometry: VolumeGeometry) -> np.ndarray:
    """LPS mm of every voxel's centre; shape (k, j, i, 3)."""
    return geometry.to_lps(np.moveaxis(np.indices(geometry.shape_kji), 0, -1))


def filled(
    geometry: VolumeGeometry,
    value_at: Field,
    unit: IntensityUnit = IntensityUnit.HU,
    padding: tuple[float, float] | None = None,
) -> Volume:
    """A volume with a formula's value at each voxel's centre."""
    values = np.ascontiguousarray(value_at(places(geometry)), dtype=np.float32)
    return Volume("1.2.3.4", values, geometry, unit, padding=padding)


def ramp(slope: Point, at_middle: float, geometry: VolumeGeometry) -> Field:
    """Values that rise evenly: `slope` per millimetre, `at_middle` in the grid's middle."""
    return lambda at: at_middle + (at - geometry.center_lps_mm) @ np.array(slope)


def ball(center: np.ndarray, radius_mm: float, inside: float, outside: float) -> Field:
    """One value inside a sphere, another outside."""
    return lambda at: np.where(
        np.linalg.norm(at - np.asarray(center), axis=-1) <= radius_mm, inside, outside
    )


def cylinder(
    center: np.ndarray, along: np.ndarray, radius_mm: float, inside: float, outside: float
) -> Field:
    """One value inside an endless cylinder, another outside."""

    def value_at(at: np.ndarray) -> np.ndarray:
        offset = at - np.asarray(center)
        axis = np.asarray(along) / np.linalg.norm(along)
        across = offset - (offset @ axis)[..., None] * axis
        return np.where(np.linalg.norm(across, axis=-1) <= radius_mm, inside, outside)

    return value_at


def plane_of(geometry: VolumeGeometry, axis: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two unit vectors at right angles in an array plane, and its normal."""
    rows, columns = (n for n in range(3) if n != axis)
    down, right = geometry.directions[:, rows], geometry.directions[:, columns]
    normal = np.cross(right, down)
    normal /= np.linalg.norm(normal)
    return down, np.cross(down, normal), normal


def circle(
    center: np.ndarray, one: np.ndarray, other: np.ndarray, radii: tuple[float, float]
) -> list[Point]:
    """The four points that an ellipse is drawn by."""
    ends = (-radii[0] * one, radii[0] * one, -radii[1] * other, radii[1] * other)
    return [tuple(float(x) for x in center + end) for end in ends]


def box_around(
    center: np.ndarray, one: np.ndarray, other: np.ndarray, half: tuple[float, float]
) -> list[Point]:
    """The four corners of a rectangle in turn."""
    corners = ((-1, -1), (-1, 1), (1, 1), (1, -1))
    return [
        tuple(float(x) for x in center + a * half[0] * one + b * half[1] * other)
        for a, b in corners
    ]


def outline(
    center: np.ndarray, one: np.ndarray, other: np.ndarray, radius: float, count: int = 240
) -> list[Point]:
    """A circle as a freehand line."""
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return [
        tuple(float(x) for x in center + radius * (np.cos(a) * one + np.sin(a) * other))
        for a in angles
    ]
