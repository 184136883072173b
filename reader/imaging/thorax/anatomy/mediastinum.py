"""Trachea and main bronchi, oesophagus, thyroid, lymph nodes and thymic remnant."""

from __future__ import annotations

from collections.abc import Iterator

from reader.imaging.thorax.anatomy.great_vessels import Course, unite
from reader.imaging.thorax.lattice import Field, Lattice
from reader.imaging.thorax.shapes import FAR_MM, Point, ellipsoid
from reader.imaging.thorax.solid import Layer, Solid

_AIRWAYS = (
    # Trachea, right and left main, right upper lobe and intermediate bronchus.
    Course(((0, -12, 164), (0, -5, 130), (-1, 2, 100), (-3, 9, 70), (-3, 14, 47)),
           (8.6, 8.8, 8.8, 9.0, 9.2), (0.95, 1.05, 1)),
    Course(((-3, 14, 46), (-14, 16, 37), (-26, 17, 25)), (7.8, 7.2, 6.8)),
    Course(((-3, 14, 46), (12, 17, 36), (26, 19, 26), (39, 20, 17)), (7.2, 6.4, 6.1, 5.8)),
    Course(((-22, 17, 30), (-33, 16, 31), (-43, 15, 34)), (5.0, 4.8, 4.4)),
    Course(((-26, 17, 25), (-30, 16, 12), (-32, 17, 2)), (5.8, 5.5, 5.2)),
)  # fmt: skip
_OESOPHAGUS = Course(
    ((3, 6, 162), (4, 14, 125), (4, 21, 90), (3, 25, 60), (4, 28, 30), (3, 31, 0), (6, 30, -30),
     (13, 22, -62), (22, 10, -84)),
    (7.5, 7.5, 7.5, 7.5, 7.5, 7.5, 8.0, 8.5, 9.0), (0.85, 1.35, 1),
)  # fmt: skip
_SWALLOWED_AIR = Course(((4, 22, 84), (3, 24.5, 70), (3, 25, 62)), (1.2, 2.4, 1.0))
_NODES: tuple[tuple[Point, Point], ...] = (
    ((-18, 2, 62), (4, 6, 5)), ((6, 18, 34), (8, 4, 5)), ((30, -2, 52), (4, 5, 3.5)),
    ((-14, -8, 74), (3, 4, 4)), ((-34, 14, 15), (3, 4, 5)),
)  # fmt: skip

_LUMEN = (Layer(-1.7, 20.0), Layer(-0.2, -985.0))
_GULLET = (Layer(-1.0, -85.0), Layer(0.0, 38.0, mottle_hu=5.0))


def oesophagus(lattice: Lattice) -> Solid:
    """The oesophagus, behind the trachea and the left atrium to its hiatus."""
    return Solid("oesophagus", _OESOPHAGUS.field(lattice), _GULLET)


def glands_and_nodes(lattice: Lattice) -> Iterator[Solid]:
    """Thyroid, lymph nodes and the thymic remnant."""
    for side in (1.0, -1.0):
        lobe = _blob(lattice, (side * 17, -9, 152), (8.5, 10, 20))
        yield Solid("thyroid", lobe, (Layer(-0.8, -80.0), Layer(0.0, 104.0, mottle_hu=7.0)))
    for center, semi in _NODES:
        yield Solid("lymph node", _blob(lattice, center, semi), (Layer(0.0, 36.0),))
    thymus = _blob(lattice, (4, -46, 52), (13, 7, 26))
    yield Solid("thymic remnant", thymus, (Layer(0.0, -58.0, mottle_hu=26.0),))


def _blob(lattice: Lattice, center: Point, semi: Point) -> Field:
    reach = max(semi) + 8.0
    low = (center[0] - reach, center[1] - reach, center[2] - reach)
    high = (center[0] + reach, center[1] + reach, center[2] + reach)
    part = lattice.part(lattice.box_around(low, high))
    return Field(part, ellipsoid(part.mesh, center, semi))


def central_airways(lattice: Lattice) -> Solid:
    """Trachea and bronchi down to the lobes' roots: a wall around air."""
    joined = lattice.full(FAR_MM)
    for course in _AIRWAYS:
        unite(joined, lattice, course.field(lattice), 0.0, 3.0)
    return Solid("airways", Field(lattice, joined), _LUMEN)


def swallowed_air(lattice: Lattice) -> Solid:
    """A little air in the oesophagus."""
    return Solid("swallowed air", _SWALLOWED_AIR.field(lattice, 5.0), (Layer(0.0, -800.0),))
