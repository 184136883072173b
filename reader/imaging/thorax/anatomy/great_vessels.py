"""Great vessels of the chest: courses of arteries and veins, one solid per system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reader.imaging.thorax.lattice import Field, Lattice, Values
from reader.imaging.thorax.shapes import FAR_MM, Path, Point, smooth_min, tube
from reader.imaging.thorax.solid import Solid, vessel

REACH_MM = 16.0
"""How far around a tube its distance is known."""


@dataclass(frozen=True, slots=True)
class Course:
    """A tube: knots in LPS mm, radii at them, and how it is flattened along x, y, z."""

    knots: Sequence[Point]
    radii_mm: float | Sequence[float]
    flatten: Point = (1.0, 1.0, 1.0)

    def field(self, lattice: Lattice, reach_mm: float = REACH_MM) -> Field:
        """Distance to the tube on the part of `lattice` around it."""
        return tube(lattice, Path.through(self.knots, self.radii_mm), reach_mm, self.flatten)


_SYSTEMIC_ARTERIES = (
    # Ascending aorta, arch, descending aorta.
    Course(((2, -18, -8), (-10, -27, 14), (-15, -27, 36), (-10, -21, 55), (2, -8, 67),
            (14, 8, 70), (23, 22, 63), (27, 36, 46)),
           (15.5, 16.5, 16.0, 15.5, 14.0, 13.0, 13.0, 12.8)),
    Course(((24, 26, 62), (27, 36, 46), (25, 40, 10), (21, 37, -40), (12, 26, -90), (4, 8, -165)),
           (13.0, 12.8, 12.4, 12.0, 11.5, 10.5)),
    # Brachiocephalic, right subclavian, left common carotid, left subclavian.
    Course(((-4, -14, 68), (-12, -14, 88), (-18, -10, 108), (-23, -6, 130), (-26, -4, 160)),
           (6.8, 6.4, 6.0, 4.2, 3.8)),
    Course(((-19, -10, 106), (-25, 0, 127), (-42, 2, 145), (-72, -4, 147), (-140, -10, 153)),
           (5.0, 4.8, 4.6, 4.4, 4.2)),
    Course(((10, 1, 72), (12, -2, 95), (18, -4, 125), (25, -4, 160)), (4.4, 4.0, 3.8, 3.8)),
    Course(((20, 14, 70), (22, 14, 95), (25, 9, 125), (42, 4, 145), (72, -4, 147), (140, -10, 153)),
           (5.4, 5.0, 4.8, 4.6, 4.4, 4.2)),
)  # fmt: skip
_SYSTEMIC_VEINS = (
    # Superior vena cava, left and right brachiocephalic, subclavian, azygos, inferior cava.
    Course(((-26, -16, -2), (-27, -16, 30), (-27, -19, 58), (-26, -25, 78)),
           (12.0, 10.0, 9.5, 8.5)),
    Course(((-26, -25, 78), (-8, -34, 84), (18, -36, 92), (34, -28, 104), (42, -22, 122),
            (38, -14, 160)), (8.0, 7.0, 6.8, 7.0, 6.5, 6.5), (1, 1.1, 1)),
    Course(((-26, -25, 78), (-29, -26, 96), (-36, -20, 116), (-34, -12, 160)),
           (8.5, 8.0, 7.5, 7.0)),
    Course(((-35, -22, 112), (-62, -32, 118), (-100, -30, 130), (-140, -20, 142)),
           (6, 5.8, 5.2, 5)),
    Course(((40, -24, 112), (62, -32, 118), (100, -30, 130), (140, -20, 142)), (6, 5.8, 5.2, 5)),
    Course(((-8, 20, -150), (-8, 31, -60), (-9, 33, 20), (-13, 30, 46), (-23, 22, 57),
            (-27, 2, 58), (-26, -10, 56)), (3.0, 3.5, 4.0, 4.6, 4.8, 4.8, 5.0)),
    Course(((-24, -2, -34), (-24, 8, -58), (-22, 16, -90), (-20, 20, -165)),
           (12.5, 12.0, 12.0, 11.5), (1, 1.15, 1)),
)  # fmt: skip
_PULMONARY_ARTERIES = (
    Course(((16, -46, 2), (20, -38, 18), (22, -24, 32), (24, -10, 37)), (13.0, 13.5, 13.5, 12.0)),
    Course(((20, -16, 35), (2, -3, 31), (-18, 0, 28), (-36, 4, 23)), (11.0, 9.8, 9.0, 7.0)),
    Course(((24, -12, 37), (34, 4, 40), (44, 18, 33), (49, 24, 18)), (11.5, 10.5, 9.0, 6.4)),
)
_PULMONARY_VEINS = (
    Course(((22, 4, 6), (36, 0, 12), (47, -8, 19)), (7.5, 6.2, 4.6)),
    Course(((22, 14, -4), (34, 24, -8), (46, 32, -14)), (7.5, 6.2, 4.6)),
    Course(((-20, 6, 5), (-34, -2, 9), (-46, -8, 16)), (7.5, 6.2, 4.6)),
    Course(((-18, 14, -8), (-32, 24, -13), (-43, 32, -19)), (7.5, 6.2, 4.6)),
)
_MAMMARY = (
    Course(((17, -93, -62), (16, -82, -20), (15, -70, 40), (15, -58, 84), (16, -42, 112)), 1.5),
    Course(
        ((-17, -93, -62), (-16, -82, -20), (-15, -70, 40), (-15, -58, 84), (-16, -42, 112)), 1.5
    ),
)
_SYSTEMS = {
    # Courses, and the fat between them and their neighbours; those that leave the heart
    # must not be parted from it.
    "systemic veins": (_SYSTEMIC_VEINS, 0.8),
    "pulmonary veins": (_PULMONARY_VEINS, 0.0),
    "pulmonary arteries": (_PULMONARY_ARTERIES, 0.0),
    "systemic arteries": (_SYSTEMIC_ARTERIES, 0.0),
    "mammary vessels": (_MAMMARY, 0.8),
}


def great_vessels(lattice: Lattice) -> list[Solid]:
    """Arteries and veins outside the heart with the roots of the hila, in painting order."""
    solids = []
    for name, (courses, gap_mm) in _SYSTEMS.items():
        joined = lattice.full(FAR_MM)
        for course in courses:
            unite(joined, lattice, course.field(lattice), 0.0, 2.0)
        solids.append(Solid(name, Field(lattice, joined), vessel(gap_mm)))
    return solids


def unite(total: Values, lattice: Lattice, field: Field, grow_mm: float, blend_mm: float) -> None:
    """Smoothly add a shape, grown by `grow_mm`, to `total` over all of `lattice`, in place."""
    box = lattice.box_of(field.lattice)
    total[box] = smooth_min(total[box], field.values - np.float32(grow_mm), blend_mm)
