"""Thoracic spine: bodies, discs, arches and processes, canal with cord, rib necks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from reader.imaging.thorax.anatomy.ribs import NECK_BEGINS_MM, VERTEBRA_LEVELS_MM
from reader.imaging.thorax.chest import spine_x_mm, spine_y_mm, wall_back_y_mm
from reader.imaging.thorax.lattice import Field, Lattice, Mesh, Values
from reader.imaging.thorax.shapes import Path, Point, capsule, smooth_max, smooth_min, tube
from reader.imaging.thorax.solid import Layer, Solid, bone

_DISC = (Layer(0.0, 92.0, mottle_hu=6.0),)
_THECA = (Layer(-1.6, -60.0), Layer(0.0, 16.0), Layer(2.6, 36.0))


@dataclass(frozen=True, slots=True)
class _Vertebra:
    """Sizes of one vertebra in mm and how far it leans forward (radians)."""

    center: Point
    lean: float
    half_width: float
    half_depth: float
    half_height: float
    spinous_drop: float
    transverse_reach: float


# From T1 to L1, in mm.
_HALF_WIDTHS = (14.6, 13.6, 12.8, 12.6, 12.8, 13.2, 13.8, 14.6, 15.5, 16.5, 17.8, 19.2, 20.3)
_HALF_DEPTHS = (8.6, 9.4, 10.2, 11.0, 11.8, 12.6, 13.3, 13.8, 14.2, 14.6, 15.0, 15.4, 15.8)
_SPINOUS_DROPS = (8, 11, 14, 18, 22, 25, 27, 27, 24, 19, 14, 10, 8)


def _vertebrae() -> list[_Vertebra]:
    levels = np.array(VERTEBRA_LEVELS_MM)
    lean = np.arctan(np.gradient(spine_y_mm(levels), levels))
    found = []
    for n, z in enumerate(levels):
        down = n / (len(levels) - 1)
        found.append(
            _Vertebra(
                center=(float(spine_x_mm(z)), float(spine_y_mm(z)), float(z)),
                lean=float(lean[n]),
                half_width=_HALF_WIDTHS[n],
                half_depth=_HALF_DEPTHS[n],
                half_height=8.0 + 4.0 * down,
                spinous_drop=_SPINOUS_DROPS[n],
                transverse_reach=32.0 - 8.0 * down,
            )
        )
    return found


def _leaning(mesh: Mesh, vertebra: _Vertebra) -> Mesh:
    """Coordinates with the vertebra's own axes, its centre at the origin; shapes broadcast."""
    z, y, x = mesh
    c, s = np.float32(np.cos(vertebra.lean)), np.float32(np.sin(vertebra.lean))
    dy, dz = y - np.float32(vertebra.center[1]), z - np.float32(vertebra.center[2])
    return c * dz + s * dy, c * dy - s * dz, x - np.float32(vertebra.center[0])


def _body(mesh: Mesh, v: _Vertebra) -> Values:
    z, y, x = mesh
    along = np.clip(1 - (z / np.float32(v.half_height)) ** 2, 0, 1)
    wide, deep = v.half_width - 1.6 * along, v.half_depth - 1.2 * along
    a, b = np.abs(x) / wide, np.abs(y) / deep
    unit = (a**2.4 + b**2.4 + 1e-6) ** np.float32(1 / 2.4)
    slope = np.sqrt(((a / unit) ** 1.4 / wide) ** 2 + ((b / unit) ** 1.4 / deep) ** 2)
    across = (unit - 1) / np.maximum(slope, 1e-4)
    height = np.abs(z) - np.float32(v.half_height)
    return smooth_max(across.astype(np.float32), (height + 0 * across).astype(np.float32), 2.0)


def _rods(v: _Vertebra) -> Sequence[tuple[Point, Point, float, float, float]]:
    """Pedicle, lamina, transverse and articular processes of the left half, spinous process.

    Each is start, end, radius at both, and how much taller than wide it is.
    """
    d = v.half_depth
    knee: Point = (12.0, d + 12.5, 1.0)
    tip: Point = (v.transverse_reach, d + 21.0, 5.0)
    return (
        ((9.8, d * 0.72, 3.0), knee, 3.9, 3.6, 1.5),
        (knee, (0.8, d + 22.0, -4.0), 3.4, 3.2, 2.3),
        (knee, tip, 3.8, 4.2, 1.25),
        ((12.2, d + 13.5, 11.0), (12.6, d + 14.0, -12.0), 3.6, 3.6, 1.0),
        ((0.0, d + 21.0, -4.0), (0.0, d + 43.0, -6.0 - v.spinous_drop), 2.8, 3.0, 1.7),
    )


def _vertebra_distance(lattice: Lattice, v: _Vertebra) -> Values:
    local = _leaning(lattice.mesh, v)
    mirrored = (local[0], local[1], np.abs(local[2]))
    bony = _body(mirrored, v)
    for start, end, radius, radius_end, taller in _rods(v):
        squeezed = (mirrored[0] / np.float32(taller), mirrored[1], mirrored[2])
        a = (start[0], start[1], start[2] / taller)
        b = (end[0], end[1], end[2] / taller)
        bony = smooth_min(bony, capsule(squeezed, a, b, radius, radius_end), 2.2)
    canal = np.hypot(mirrored[2] / 1.15, mirrored[1] - np.float32(v.half_depth + 9.2)) - 7.6
    return smooth_max(bony, (-canal + 0 * bony).astype(np.float32), 0.8)


def _rib_neck_distance(lattice: Lattice, v: _Vertebra) -> Values:
    local = _leaning(lattice.mesh, v)
    mirrored = (local[0], local[1], np.abs(local[2]))
    head: Point = (v.half_width + 2.5, v.half_depth * 0.45, v.half_height - 1.0)
    tubercle: Point = (v.transverse_reach + 5.0, v.half_depth + 17.5, 5.0)
    # The neck runs into the chest wall, where the rib goes on as a part of the wall.
    aside = NECK_BEGINS_MM + 6.0
    wall = wall_back_y_mm(v.center[2], aside) + 4.5 - v.center[1]
    shaft: Point = (aside, wall, -1.0)
    neck = capsule(mirrored, head, tubercle, 4.6, 3.9)
    return smooth_min(neck, capsule(mirrored, tubercle, shaft, 4.0, 3.6), 2.0)


def spine_solids(image: Lattice, step_kji_mm: tuple[float, float, float]) -> Iterator[Solid]:
    """Discs and canal, then every vertebra with its ribs' necks, on fine local lattices."""
    levels = np.linspace(166, -166, 40)
    x, y = spine_x_mm(levels), spine_y_mm(levels)
    whole = image.coarsened((-40, -10, -170), (40, 120, 170), (3.0, 1.6, 1.6))
    discs = Path.through(
        [(float(c), float(b), float(a)) for a, b, c in zip(levels, y, x, strict=True)],
        [float(r) for r in np.interp(levels, (-166, 0, 60, 166), (16.0, 13.2, 11.2, 10.2))],
    )
    yield Solid("discs", tube(whole, discs, 5.0, (0.86, 1.0, 1)), _DISC)
    behind = np.interp(levels, (-166, 0, 60, 166), (25.0, 22.6, 20.2, 17.6))
    canal = Path.through(
        [
            (float(c), float(b + d), float(a))
            for a, b, c, d in zip(levels, y, x, behind, strict=True)
        ],
        6.6,
    )
    for v in _vertebrae():
        low = np.subtract(v.center, (62, 26, 44))
        high = np.add(v.center, (62, 74, 22))
        lattice = image.coarsened(low, high, step_kji_mm)
        neck = Field(lattice, _rib_neck_distance(lattice, v))
        yield Solid("rib necks", neck, bone(1.0, 900.0, 170.0))
        field = Field(lattice, _vertebra_distance(lattice, v))
        yield Solid("vertebra", field, bone(0.9, 640.0, 185.0))
    yield Solid("spinal canal", tube(whole, canal, 5.0, (0.9, 1.1, 1)), _THECA)


def spine_keepout(lattice: Lattice) -> Values:
    """Distance to the room of spine and rib necks, which lungs go around."""
    _, y, x = lattice.mesh
    levels = lattice.axis(0)
    middle = spine_y_mm(levels).astype(np.float32)[:, None, None]
    aside = np.abs(x - spine_x_mm(levels).astype(np.float32)[:, None, None])
    width = np.interp(-levels, (-160, -60, 20, 150), (16.5, 15.0, 16.5, 22.0))
    body = np.hypot(aside, (y - middle) * 1.15) - width.astype(np.float32)[:, None, None]
    # Behind the bodies the room widens towards the tips of the transverse processes.
    behind = np.clip((y - middle - 6) / 34, 0, 1)
    arch = np.hypot(
        np.maximum(aside - 11 - 17 * behind, 0), np.maximum(np.abs(y - middle - 24) - 16, 0)
    )
    return smooth_min(
        np.asarray(body, dtype=np.float32), np.asarray(arch - 4.0, dtype=np.float32), 8.0
    )
