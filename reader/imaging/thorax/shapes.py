"""Implicit shapes: signed distances in mm, negative inside, on a lattice's mesh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reader.core.geometry import FloatArray
from reader.imaging.thorax.lattice import Field, Lattice, Mesh, Numbers, Values

Point = tuple[float, float, float]

FAR_MM = 60.0
"""The distance given where nobody has to know it better."""


def smooth_min(a: Numbers, b: Numbers, blend_mm: float) -> Values:
    """Union of two shapes with a fillet of about `blend_mm`."""
    h = np.maximum(blend_mm - np.abs(a - b), 0) / blend_mm
    return np.asarray(np.minimum(a, b) - h * h * (blend_mm / 4), dtype=np.float32)


def smooth_max(a: Numbers, b: Numbers, blend_mm: float) -> Values:
    """Intersection of two shapes with an edge rounded by about `blend_mm`."""
    return -smooth_min(-a, -b, blend_mm)


def rotation_to(direction: ArrayLike) -> FloatArray:
    """A rotation whose first row is the unit vector of `direction`; rows are axes in LPS."""
    first = np.asarray(direction, dtype=np.float64)
    first = first / np.linalg.norm(first)
    helper = np.array([0.0, 0.0, 1.0]) if abs(first[2]) < 0.9 else np.array([0.0, 1.0, 0.0])
    second = np.cross(helper, first)
    second /= np.linalg.norm(second)
    return np.stack([first, second, np.cross(first, second)])


def ellipsoid(
    mesh: Mesh, center: Point, semi_axes: Point, long_axis: Point | None = None
) -> Values:
    """Approximate distance to an ellipsoid; exact on its surface.

    `semi_axes` are along x, y, z, or along `long_axis` and two perpendiculars.
    """
    z, y, x = mesh
    offset = (x - center[0], y - center[1], z - center[2])
    if long_axis is not None:
        rows = rotation_to(long_axis).astype(np.float32)
        offset = (
            rows[0, 0] * offset[0] + rows[0, 1] * offset[1] + rows[0, 2] * offset[2],
            rows[1, 0] * offset[0] + rows[1, 1] * offset[1] + rows[1, 2] * offset[2],
            rows[2, 0] * offset[0] + rows[2, 1] * offset[1] + rows[2, 2] * offset[2],
        )
    unit = sum((o / np.float32(a)) ** 2 for o, a in zip(offset, semi_axes, strict=True))
    slope = sum((o / np.float32(a * a)) ** 2 for o, a in zip(offset, semi_axes, strict=True))
    radius = np.sqrt(unit)
    return np.asarray(radius * (radius - 1) / np.maximum(np.sqrt(slope), 1e-6), dtype=np.float32)


def capsule(
    mesh: Mesh, start: Point, end: Point, radius: float, radius_end: float | None = None
) -> Values:
    """Distance to a round-ended rod whose radius changes linearly along it."""
    z, y, x = mesh
    a, b = np.array(start, dtype=np.float32), np.array(end, dtype=np.float32)
    axis = b - a
    length2 = max(float(axis @ axis), 1e-9)
    dx, dy, dz = x - a[0], y - a[1], z - a[2]
    along = np.clip((dx * axis[0] + dy * axis[1] + dz * axis[2]) / length2, 0, 1)
    away = (dx - along * axis[0]) ** 2 + (dy - along * axis[1]) ** 2 + (dz - along * axis[2]) ** 2
    grown = radius if radius_end is None else radius + along * (radius_end - radius)
    return np.asarray(np.sqrt(away) - grown, dtype=np.float32)


def triangle_plate(mesh: Mesh, corners: Sequence[Point], half_thickness: float) -> Values:
    """Distance to a flat triangular plate with rounded edges."""
    points = np.array(corners, dtype=np.float64)
    normal = np.cross(points[1] - points[0], points[2] - points[0])
    normal /= np.linalg.norm(normal)
    z, y, x = mesh
    height = np.abs(
        (x - points[0, 0]) * normal[0]
        + (y - points[0, 1]) * normal[1]
        + (z - points[0, 2]) * normal[2]
    )
    inside = np.asarray(height >= 0)
    rim = np.full(height.shape, np.inf, dtype=np.float32)
    for n in range(3):
        start, end = corners[n], corners[(n + 1) % 3]
        out = np.cross(np.subtract(end, start), normal)
        side = (x - start[0]) * out[0] + (y - start[1]) * out[1] + (z - start[2]) * out[2]
        inside = inside & (side <= 0)
        rim = np.minimum(rim, capsule(mesh, start, end, 0.0))
    return np.asarray(np.where(inside, height, rim) - half_thickness, dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A smooth centre line with a radius at every point."""

    points_lps_mm: FloatArray
    radii_mm: FloatArray

    @classmethod
    def through(
        cls, knots: Sequence[Point], radii_mm: float | Sequence[float], step_mm: float = 4.0
    ) -> Path:
        """A natural spline through knots, sampled about every `step_mm`."""
        from scipy.interpolate import CubicSpline, PchipInterpolator

        points = np.array(knots, dtype=np.float64)
        radii = np.broadcast_to(np.asarray(radii_mm, dtype=np.float64), len(points))
        chord = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
        count = max(2, int(np.ceil(chord[-1] / step_mm)) + 1)
        where = np.linspace(0, chord[-1], count)
        if len(points) == 2:
            mixed = points[0] + (where / chord[-1])[:, None] * (points[1] - points[0])
            return cls(mixed, np.interp(where, chord, radii))
        line = CubicSpline(chord, points, bc_type="natural")(where)
        return cls(np.asarray(line), np.asarray(PchipInterpolator(chord, radii)(where)))

    def bounds(self) -> tuple[FloatArray, FloatArray]:
        """Opposite corners of the tube's box."""
        grown = self.radii_mm[:, None]
        low = (self.points_lps_mm - grown).min(axis=0)
        return low, (self.points_lps_mm + grown).max(axis=0)


def tube(lattice: Lattice, path: Path, reach_mm: float, flatten: Point = (1, 1, 1)) -> Field:
    """Distance to a tube, on the part of `lattice` within `reach_mm` of it.

    Further away it is `FAR_MM`. `flatten` divides the radius along x, y and z: (1, 2, 1)
    halves it from front to back.
    """
    low, high = path.bounds()
    whole = lattice.part(lattice.box_around(low, high, reach_mm))
    values = whole.full(FAR_MM)
    scale = np.array(flatten, dtype=np.float64)
    for n in range(len(path.points_lps_mm) - 1):
        ends = path.points_lps_mm[n : n + 2]
        radius = path.radii_mm[n : n + 2]
        grown = float(radius.max()) + reach_mm
        box = whole.box_around(ends.min(axis=0), ends.max(axis=0), grown)
        z, y, x = whole.part(box).mesh
        if 0 in (z.size, y.size, x.size):
            continue
        middle = ends.mean(axis=0)
        stretched = tuple(
            (c - np.float32(m)) * np.float32(s) + np.float32(m)
            for c, m, s in zip((z, y, x), middle[::-1], scale[::-1], strict=True)
        )
        a, b = (ends - middle) * scale + middle
        rod = capsule(
            (stretched[0], stretched[1], stretched[2]),
            (a[0], a[1], a[2]),
            (b[0], b[1], b[2]),
            float(radius[0]),
            float(radius[1]),
        )
        values[box] = np.minimum(values[box], rod)
    return Field(whole, values)
