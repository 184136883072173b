"""Heart: pericardium with its fat, muscle, four chambers, outflow, coronary arteries."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reader.imaging.thorax.lattice import Field, Lattice, Values
from reader.imaging.thorax.shapes import Path, Point, ellipsoid, smooth_max, smooth_min, tube
from reader.imaging.thorax.solid import Layer, Solid

_LONG_AXIS: Point = (0.70, -0.52, -0.46)
_WALLS: tuple[tuple[str, Point, Point, Point | None], ...] = (
    ("left ventricle", (42, -26, -37), (51, 34, 35), _LONG_AXIS),
    ("right ventricle", (13, -48, -40), (49, 27, 31), (0.86, -0.10, -0.40)),
    ("right atrium", (-29, -22, -24), (25, 28, 36), None),
    ("left atrium", (2, 9, -3), (35, 17, 24), None),
    ("outflow", (15, -47, -8), (18, 17, 23), None),
    ("crux", (3, -8, -34), (24, 17, 26), None),
)
_CAVITIES: tuple[tuple[str, Point, Point, Point | None, float], ...] = (
    ("left ventricle", (40, -25, -35), (40, 20, 21), _LONG_AXIS, 41.0),
    ("right ventricle", (13, -50, -40), (44, 22, 26), (0.86, -0.10, -0.40), 40.0),
    ("right atrium", (-29, -22, -24), (22, 25, 33), None, 39.0),
    ("left atrium", (2, 9, -3), (32, 14.5, 21.5), None, 41.0),
    ("outflow", (15, -47, -8), (15, 14, 21), None, 40.0),
)
_CORONARIES: tuple[tuple[Point, ...], ...] = (
    ((14, -32, 4), (28, -50, -6), (44, -62, -22), (56, -66, -40)),
    ((14, -30, 4), (30, -16, -4), (44, 0, -16), (46, 6, -34)),
    ((-8, -38, 0), (-14, -50, -14), (-14, -52, -34), (-8, -40, -54)),
)
_CALCIFIED: tuple[tuple[Point, float], ...] = (((31, -53, -9), 1.5), ((36, -57, -14), 1.1))
_LOW: Point = (-72, -98, -96)
_HIGH: Point = (112, 44, 40)


def _muscle(part: Lattice, blend_mm: float) -> Values:
    mesh = part.mesh
    joined = part.full(40.0)
    for _, center, semi, axis in _WALLS:
        joined = smooth_min(joined, ellipsoid(mesh, center, semi, axis), blend_mm)
    return joined


def heart_solids(lattice: Lattice, diaphragm: Values) -> tuple[Field, list[Solid]]:
    """The pericardial sac (for the lungs to go around) and the heart's solids in order.

    `diaphragm` is the distance above it over all of `lattice`; the heart rests on it.
    """
    box = lattice.box_around(_LOW, _HIGH)
    part = lattice.part(box)
    floor = 2.5 - diaphragm[box]
    walls = smooth_max(_muscle(part, 9.0), floor + 1.5, 6.0)
    sac = smooth_max(_muscle(part, 30.0) - 2.5, floor, 8.0)
    return Field(part, sac), list(_solids(part, sac, walls))


def _solids(part: Lattice, sac: Values, walls: Values) -> Iterator[Solid]:
    fat = (Layer(-1.0, 18.0), Layer(0.0, -98.0, mottle_hu=5.0, strand_hu=30.0))
    yield Solid("pericardium", Field(part, sac), fat)
    yield Solid("myocardium", Field(part, walls), (Layer(0.0, 54.0, mottle_hu=4.0),))
    for name, center, semi, axis, hu in _CAVITIES:
        cavity = smooth_max(ellipsoid(part.mesh, center, semi, axis), walls + 2.0, 4.0)
        yield Solid(f"blood of the {name}", Field(part, cavity), (Layer(0.0, hu, mottle_hu=3.0),))
    for knots in _CORONARIES:
        line = _on_surface(part, walls, knots)
        yield Solid("coronary artery", tube(part, line, 5.0), (Layer(-1.0, -80.0), Layer(0, 45.0)))
    for center, radius in _CALCIFIED:
        near = part.part(part.box_around(np.array(center) - 6, np.array(center) + 6))
        spot = ellipsoid(near.mesh, center, (radius * 1.6, radius, radius))
        yield Solid("coronary calcification", Field(near, spot), (Layer(0.0, 520.0),))


def _on_surface(part: Lattice, walls: Values, knots: tuple[Point, ...]) -> Path:
    """Pull a course onto the muscle's surface, where coronary arteries run in fat."""
    path = Path.through(knots, np.linspace(1.9, 1.3, len(knots)).tolist(), 3.0)
    field = Field(part, walls)
    points = path.points_lps_mm.copy()
    for _ in range(3):
        slope = np.stack(
            [field.at(points + d) - field.at(points - d) for d in 1.5 * np.eye(3)], axis=-1
        )
        slope /= np.maximum(np.linalg.norm(slope, axis=-1, keepdims=True), 1e-6)
        points -= (field.at(points) - 2.0)[:, None] * slope
    return Path(points, path.radii_mm)
