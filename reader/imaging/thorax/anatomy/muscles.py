"""Muscles of the chest wall, back, neck and shoulder girdle, each in its fat plane."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reader.core.geometry import FloatArray
from reader.imaging.thorax.chest import ChestFrame, spine_x_mm, spine_y_mm
from reader.imaging.thorax.lattice import Field, Values
from reader.imaging.thorax.shapes import (
    FAR_MM,
    Path,
    Point,
    ellipsoid,
    smooth_max,
    triangle_plate,
    tube,
)
from reader.imaging.thorax.solid import Solid, muscle
from reader.imaging.thorax.texture import generator

_SHEETS = (
    # name, angles (from, to), levels (from, to), depth of the middle, half thickness
    ("intercostal and serratus", (58, 138), (-150, 78), 12.5, 3.2),
    ("external oblique", (38, 122), (-260, -52), 18.0, 4.0),
    ("rectus abdominis", (3, 34), (-330, -48), 15.5, 5.5),
    ("pectoralis minor", (34, 72), (12, 104), 14.0, 4.2),
    ("pectoralis major", (9, 79), (-28, 118), 21.5, 7.0),
    ("latissimus dorsi", (92, 168), (-190, 62), 20.5, 5.0),
    ("rhomboid", (143, 176), (38, 118), 25.0, 4.6),
    ("trapezius", (138, 181), (-45, 185), 32.5, 5.0),
)
"""Sheets in the coordinates of the chest wall (degrees, mm)."""

_REACH_MM = 44.0
"""How far around a muscle its distance is known, so that the skin can follow it."""

_GLENOID: Point = (146.0, 20.0, 126.0)
_UPPER_ANGLE: Point = (76.0, 84.0, 112.0)
_LOWER_ANGLE: Point = (134.0, 66.0, 8.0)
"""Corners of the left scapula with the arm raised; the right one mirrors them."""


def mirrored(point: Point, side: int) -> Point:
    """A point of the left half (`side` 1) or its mirror image (-1)."""
    return (side * point[0], point[1], point[2])


def shoulder_blade(seed: int, side: int) -> tuple[Point, Point, Point]:
    """Glenoid, upper and lower angle of one scapula; the two never lie quite the same."""
    moved = generator(seed, "scapula", side + 1).normal(0, 3.0, 3)
    points = [np.array(mirrored(p, side)) + moved for p in (_GLENOID, _UPPER_ANGLE, _LOWER_ANGLE)]
    a, b, c = (_point(p) for p in points)
    return a, b, c


def side_name(side: int) -> str:
    """The word for `side` 1 or -1."""
    return "left" if side > 0 else "right"


def _sheet(
    frame: ChestFrame,
    side: int,
    angles: tuple[float, float],
    levels: tuple[float, float],
    middle_mm: float,
    half_mm: float,
) -> Field:
    """A lens-shaped sheet that lies on the chest wall."""
    lattice = frame.lattice
    x_low, x_high = (-_REACH_MM, 1e4) if side > 0 else (-1e4, _REACH_MM)
    box = lattice.box_around((x_low, -1e4, levels[0]), (x_high, 1e4, levels[1]), reach_mm=_REACH_MM)
    part = lattice.part(box)
    z, _, x = part.mesh
    depth, angle = frame.depth[box], frame.angle[box]
    # Across the midline angles go on below 0 in front and above 180 behind.
    other = side * x < 0
    angle = np.where(other, np.where(angle < 90, -angle, 360 - angle), angle)
    across = (angle - np.float32(np.mean(angles))) / np.float32(np.ptp(angles) / 2)
    along = (z - np.float32(np.mean(levels))) / np.float32(np.ptp(levels) / 2)
    span = np.sqrt(np.abs(across) ** 3 + np.abs(along) ** 3)
    fullness = np.sqrt(np.clip(1 - span**2, 0, 1))
    # Beyond its edge the sheet is further away the further the angle is off.
    beyond = np.maximum(span - 1, 0) * np.float32(40.0)
    depth = depth + np.float32(1.0 * side) * frame.uneven[box]
    distance = np.abs(depth - np.float32(middle_mm)) - np.float32(half_mm) * fullness + beyond
    return Field(part, np.asarray(distance + 0.3, dtype=np.float32))


def _blade_muscle(
    frame: ChestFrame, blade: tuple[Point, Point, Point], outwards_mm: float, half_mm: float
) -> Field:
    """A muscle on a face of the scapula, thickest in its middle; inwards if negative."""
    corners = np.array(blade)
    middle = corners.mean(axis=0)
    normal = np.cross(corners[1] - corners[0], corners[2] - corners[0])
    normal *= np.sign(normal[:2] @ middle[:2]) / np.linalg.norm(normal)
    corners, middle = corners + outwards_mm * normal, middle + outwards_mm * normal
    part = frame.lattice.part(
        frame.lattice.box_around(corners.min(axis=0), corners.max(axis=0), _REACH_MM)
    )
    a, b, c = (_point(p) for p in corners)
    plate = triangle_plate(part.mesh, (a, b, c), half_mm)
    belly = ellipsoid(part.mesh, _point(middle), (1.1 * half_mm, 42.0, 62.0), _point(normal))
    return Field(part, smooth_max(plate, belly, 4.0))


def _point(position: FloatArray) -> Point:
    return (float(position[0]), float(position[1]), float(position[2]))


def _shoulder(frame: ChestFrame, side: int) -> Iterator[Solid]:
    blade = shoulder_blade(frame.seed, side)
    lattice = frame.lattice
    for name, shift, half in (("subscapularis", -11.5, 10.0), ("infraspinatus", 11.0, 9.5)):
        field = _blade_muscle(frame, blade, shift, half)
        yield Solid(f"{name}, {side_name(side)}", field, muscle(1.4))
    bellies: tuple[tuple[str, Point, Point, Point], ...] = (
        ("teres major", (146, 44, 40), (44, 17, 15), (0.15, -0.35, 1)),
        ("deltoid", (178, 16, 132), (34, 40, 46), (0.6, -0.1, 1)),
        ("supraspinatus", (112, 60, 136), (40, 18, 17), (1, -0.8, 0.4)),
    )
    for name, center, semi, axis in bellies:
        c, a = mirrored(center, side), mirrored(axis, side)
        part = lattice.part(
            lattice.box_around(np.array(c) - max(semi), np.array(c) + max(semi), _REACH_MM)
        )
        field = Field(part, ellipsoid(part.mesh, c, semi, a))
        yield Solid(f"{name}, {side_name(side)}", field, muscle(1.6))


def _columns(frame: ChestFrame, side: int) -> Iterator[Solid]:
    """Muscles that run along the spine and the neck, as tubes."""
    levels = (-166, -110, -60, 0, 60, 110, 162)
    spine, bend = spine_y_mm(levels), spine_x_mm(levels)

    def column(x: float, behind: float) -> list[Point]:
        rows = zip(bend, spine, levels, strict=True)
        return [(float(dx) + side * x, float(y) + behind, float(z)) for dx, y, z in rows]

    tubes: tuple[tuple[str, list[Point], float | tuple[float, ...], Point], ...] = (
        ("costovertebral", column(19, 24), 6.5, (0.8, 0.8, 1)),
        ("iliocostalis", column(56, 47), (10, 10, 9.5, 9, 9, 10, 11), (0.75, 1.4, 1)),
        ("longissimus", column(32, 43), (16.5, 16, 15, 14, 14, 15, 16), (0.70, 1.15, 1)),
        ("multifidus", column(12, 42), (11, 10.5, 10, 9.5, 10, 11.5, 12), (1.0, 0.75, 1)),
        ("longus colli", [(side * 9, 14, 100), (side * 9, 4, 130), (side * 9, -2, 160)], 5,
         (1, 1, 1)),
        ("scalenes", [(side * 52, 4, 108), (side * 40, 4, 130), (side * 30, 2, 162)],
         (7, 11, 13), (1, 1, 1)),
        ("sternocleidomastoid",
         [(side * 19, -50, 100), (side * 30, -40, 128), (side * 40, -28, 162)],
         (5, 7, 8), (1, 1.3, 1)),
        ("levator scapulae", [(side * 70, 60, 118), (side * 50, 40, 140), (side * 38, 26, 164)],
         (10, 13, 14), (1, 1, 1)),
    )  # fmt: skip
    for name, knots, radius, flatten in tubes:
        field = tube(frame.lattice, Path.through(knots, radius), _REACH_MM, flatten)
        yield Solid(f"{name}, {side_name(side)}", field, muscle(0.7))


def back_and_neck_muscles(frame: ChestFrame) -> list[Solid]:
    """The columns beside the spine and in the neck."""
    return [solid for side in (1, -1) for solid in _columns(frame, side)]


def wall_muscles(frame: ChestFrame) -> list[Solid]:
    """The muscles outside the rib cage, deep ones first."""
    solids: list[Solid] = []
    uneven = generator(frame.seed, "muscles")
    for side in (1, -1):
        for name, angles, levels, middle, half in _SHEETS:
            turn, shift, thicken = uneven.normal(0, (2.0, 5.0, 0.08))
            field = _sheet(
                frame,
                side,
                (angles[0], angles[1] + turn),
                (levels[0] + shift, levels[1] + shift),
                middle,
                half * (1 + thicken),
            )
            solids.append(Solid(f"{name}, {side_name(side)}", field, muscle(1.0)))
        solids.extend(_shoulder(frame, side))
    return solids


def muscle_distance(frame: ChestFrame, solids: list[Solid]) -> Values:
    """Distance to the nearest muscle over the whole frame, elsewhere `FAR_MM`."""
    nearest = frame.lattice.full(FAR_MM)
    for solid in solids:
        box = frame.lattice.box_of(solid.field.lattice)
        nearest[box] = np.minimum(nearest[box], solid.field.values)
    return nearest
