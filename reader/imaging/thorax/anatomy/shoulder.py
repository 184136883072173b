"""Scapulae, clavicles and the heads of the humeri, arms raised beside the head."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reader.imaging.thorax.anatomy.muscles import (
    mirrored,
    shoulder_blade,
    side_name,
)
from reader.imaging.thorax.lattice import Field, Lattice
from reader.imaging.thorax.shapes import (
    Path,
    Point,
    ellipsoid,
    smooth_min,
    triangle_plate,
    tube,
)
from reader.imaging.thorax.solid import Solid, bone

_ACROMION: Point = (162.0, 52.0, 150.0)
_CORACOID: Point = (128.0, -14.0, 134.0)


def _scapula(
    image: Lattice, seed: int, side: int, step_kji_mm: tuple[float, float, float]
) -> Solid:
    corners = list(shoulder_blade(seed, side))
    extra = [mirrored(p, side) for p in (_ACROMION, _CORACOID)]
    everything = np.array(corners + extra)
    lattice = image.coarsened(everything.min(axis=0) - 14, everything.max(axis=0) + 14, step_kji_mm)
    glenoid, upper, lower = corners
    acromion, coracoid = extra
    bony = triangle_plate(lattice.mesh, corners, 1.5)
    ridge = (0.72 * np.array(upper) + 0.28 * np.array(lower)).tolist()
    middle = (0.5 * np.array(glenoid) + 0.5 * np.array(acromion)).tolist()
    bony = smooth_min(bony, triangle_plate(lattice.mesh, [ridge, middle, acromion], 1.7), 2.0)
    rods: tuple[tuple[list[Point], list[float]], ...] = (
        ([glenoid, lower], [6.5, 4.2]),
        ([upper, lower], [2.6, 2.8]),
        ([ridge, acromion], [3.2, 6.0]),
        ([glenoid, coracoid], [6.0, 5.0]),
    )
    for knots, radii in rods:
        rod = tube(lattice, Path.through(knots, radii), 8.0)
        box = lattice.box_of(rod.lattice)
        bony[box] = smooth_min(bony[box], rod.values, 3.0)
    bony = smooth_min(bony, ellipsoid(lattice.mesh, glenoid, (9.0, 12.0, 15.0)), 4.0)
    return Solid(f"scapula, {side_name(side)}", Field(lattice, bony), bone(1.2, 950.0, 190.0))


def _clavicle(image: Lattice, side: int, step_kji_mm: tuple[float, float, float]) -> Solid:
    knots: list[Point] = [
        (21.0, -59.0, 99.0), (45.0, -58.0, 107.0), (82.0, -38.0, 120.0),
        (118.0, -6.0, 138.0), (150.0, 14.0, 156.0),
    ]  # fmt: skip
    path = Path.through([mirrored(p, side) for p in knots], [10.5, 7.0, 6.0, 6.2, 7.0])
    low, high = path.bounds()
    lattice = image.coarsened(low - 6, high + 6, step_kji_mm)
    return Solid(f"clavicle, {side_name(side)}", tube(lattice, path, 5.0), bone(1.8, 1100.0, 160.0))


def _humerus(image: Lattice, side: int, step_kji_mm: tuple[float, float, float]) -> Solid:
    head = mirrored((170.0, 12.0, 140.0), side)
    lattice = image.coarsened(np.array(head) - 30, np.array(head) + 30, step_kji_mm)
    ball = ellipsoid(lattice.mesh, head, (23.0, 23.0, 24.0))
    return Solid(f"humerus, {side_name(side)}", Field(lattice, ball), bone(1.4, 1000.0, 190.0))


def shoulder_bones(
    image: Lattice, seed: int, step_kji_mm: tuple[float, float, float]
) -> Iterator[Solid]:
    """Both shoulders' bones on fine local lattices."""
    for side in (1, -1):
        yield _scapula(image, seed, side, step_kji_mm)
        yield _clavicle(image, side, step_kji_mm)
        yield _humerus(image, side, step_kji_mm)
