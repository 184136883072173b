"""Values of a volume anywhere in space: points, planes and slabs that cut it as they please.

Trilinear between voxel centres, or nearest for labels, which are never interpolated. The
grid reaches half a voxel beyond its outermost centres, where the outermost values hold;
whatever lies further out is `outside`. Whole numbers are rounded to the nearest, not cut.
"""

from __future__ import annotations

import math
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray, VolumeGeometry
from reader.imaging.cut import Projection, Slab
from reader.imaging.slicing import SliceGeometry

Scalar = TypeVar("Scalar", bound=np.generic)

_BLOCK: Final = 1 << 16
"""So many points at a time, to stay within the processor's caches."""
_CORNERS: Final = tuple((k, j, i) for k in (0, 1) for j in (0, 1) for i in (0, 1))


def sample_points(
    array_kji: NDArray[Scalar], points_kji: FloatArray, outside: float, nearest: bool = False
) -> NDArray[Scalar]:
    """Values at fractional indices.

    Args:
        array_kji: (k, j, i), or (k, j, i, channels).
        points_kji: (n, 3), in voxels; whole numbers are voxel centres.
        outside: the value beyond the grid.
        nearest: takes the nearest voxel's value, as labels need it.

    Returns: (n,) or (n, channels), of the array's type. Any thread.
    """
    shape = np.array(array_kji.shape[:3])
    points = np.asarray(points_kji, dtype=np.float64)
    inside = ((points >= -0.5) & (points <= shape - 0.5)).all(axis=1)
    values = np.full((len(points), *array_kji.shape[3:]), outside, dtype=array_kji.dtype)
    within = np.clip(points[inside], 0, shape - 1)
    values[inside] = _nearest(array_kji, within) if nearest else _trilinear(array_kji, within)
    return values


def sample_plane(
    array_kji: NDArray[Scalar],
    geometry: VolumeGeometry,
    where: SliceGeometry,
    outside: float,
    nearest: bool = False,
) -> NDArray[Scalar]:
    """The pixels of a plane through a volume, wherever it lies.

    Args:
        array_kji: on the grid of `geometry`, with or without channels.
        geometry: where the voxels are.
        where: where the pixels are.
        outside: the value of pixels beyond the grid.
        nearest: takes the nearest voxel's value, as labels need it.

    Returns: (rows, columns) or (rows, columns, channels), of the array's type. Any thread.
    """
    origin, down, right = _in_voxels(geometry, where)
    return _plane(array_kji, origin, down, right, where.shape, outside, nearest)


def sample_slab(
    array_kji: NDArray[Scalar],
    geometry: VolumeGeometry,
    where: SliceGeometry,
    slab: Slab,
    outside: float,
) -> NDArray[Scalar]:
    """What is seen through a slab around a plane.

    The line through the slab at each pixel is sampled from face to face, at most one voxel
    apart along every axis. What lies beyond the grid counts only where all of it does.

    Returns: (rows, columns) or (rows, columns, channels), of the array's type. Any thread.
    """
    if slab.is_thin:
        return sample_plane(array_kji, geometry, where, outside)
    offsets, weights = slab_samples(geometry, where, slab)
    origin, down, right = _in_voxels(geometry, where)
    along = _normal_in_voxels(geometry, where)
    shape = (*where.shape, *array_kji.shape[3:])
    seen = _Projected(slab.projection, shape)
    for offset, weight in zip(offsets, weights, strict=True):
        start = origin + offset * along
        inside = _plane_is_inside(array_kji.shape, start, down, right, where.shape)
        layer = _plane(array_kji, start, down, right, where.shape, outside, False)
        seen.add(layer, inside.reshape(*where.shape, *(1,) * (len(shape) - 2)), weight)
    return seen.values(array_kji.dtype, outside)


def slab_samples(
    geometry: VolumeGeometry, where: SliceGeometry, slab: Slab
) -> tuple[FloatArray, FloatArray]:
    """Where a line through a slab is sampled, in mm from the middle, and what each weighs.

    The outermost lie on the faces and stand for half a step each, so that a mean is the
    mean over exactly the thickness. Weights sum to 1.
    """
    per_mm = float(np.abs(_normal_in_voxels(geometry, where)).max())
    steps = max(1, math.ceil(slab.thickness_mm * per_mm - 1e-6))
    offsets = np.linspace(-slab.thickness_mm / 2, slab.thickness_mm / 2, steps + 1)
    weights = np.full(steps + 1, 1 / steps)
    weights[[0, -1]] /= 2
    return offsets, weights


class _Projected:
    """The layers of a slab brought together, one after the other."""

    def __init__(self, projection: Projection, shape: tuple[int, ...]) -> None:
        self._projection = projection
        start = {Projection.MAXIMUM: -np.inf, Projection.MINIMUM: np.inf, Projection.MEAN: 0.0}
        self._seen = np.full(shape, start[projection])
        self._weight = np.zeros(shape)

    def add(self, layer: NDArray[np.generic], inside: NDArray[np.bool_], weight: float) -> None:
        values = layer.astype(np.float64)
        if self._projection is Projection.MEAN:
            self._seen += np.where(inside, values * weight, 0.0)
        elif self._projection is Projection.MAXIMUM:
            self._seen = np.where(inside, np.maximum(self._seen, values), self._seen)
        else:
            self._seen = np.where(inside, np.minimum(self._seen, values), self._seen)
        self._weight += inside * weight

    def values(self, dtype: np.dtype[Scalar], outside: float) -> NDArray[Scalar]:
        seen = self._seen
        touched = self._weight > 0
        if self._projection is Projection.MEAN:
            seen = np.divide(seen, self._weight, out=np.zeros_like(seen), where=touched)
        return _as_type(np.where(touched, seen, outside), dtype)


def _in_voxels(
    geometry: VolumeGeometry, where: SliceGeometry
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The first pixel and the steps down and right, in voxels."""
    origin = geometry.to_index(where.origin_lps_mm)
    down = geometry.to_index(where.origin_lps_mm + where.down_lps_mm) - origin
    right = geometry.to_index(where.origin_lps_mm + where.right_lps_mm) - origin
    return origin, down, right


def _normal_in_voxels(geometry: VolumeGeometry, where: SliceGeometry) -> FloatArray:
    """One millimetre along the plane's normal, in voxels."""
    normal = np.cross(where.down_lps_mm, where.right_lps_mm)
    normal /= np.linalg.norm(normal)
    return geometry.to_index(where.origin_lps_mm + normal) - geometry.to_index(where.origin_lps_mm)


def _plane(
    array_kji: NDArray[Scalar],
    origin: FloatArray,
    down: FloatArray,
    right: FloatArray,
    shape: tuple[int, int],
    outside: float,
    nearest: bool,
) -> NDArray[Scalar]:
    rows, columns = shape
    values = np.empty((rows, columns, *array_kji.shape[3:]), dtype=array_kji.dtype)
    at_once = max(1, _BLOCK // columns)
    for start in range(0, rows, at_once):
        points = _points(origin, down, right, range(start, min(start + at_once, rows)), columns)
        block = sample_points(array_kji, points, outside, nearest)
        values[start : start + at_once] = block.reshape(-1, *values.shape[1:])
    return values


def _points(
    origin: FloatArray, down: FloatArray, right: FloatArray, rows: range, columns: int
) -> FloatArray:
    row = origin + np.arange(rows.start, rows.stop)[:, None] * down
    points = row[:, None, :] + np.arange(columns)[:, None] * right
    return np.asarray(points.reshape(-1, 3))


def _plane_is_inside(
    array_shape: tuple[int, ...],
    origin: FloatArray,
    down: FloatArray,
    right: FloatArray,
    shape: tuple[int, int],
) -> NDArray[np.bool_]:
    points = _points(origin, down, right, range(shape[0]), shape[1])
    inside = (points >= -0.5) & (points <= np.array(array_shape[:3]) - 0.5)
    return np.asarray(inside.all(axis=1).reshape(shape))


def _nearest(array_kji: NDArray[Scalar], within: FloatArray) -> NDArray[Scalar]:
    k, j, i = np.floor(within + 0.5).astype(np.intp).T
    return array_kji[k, j, i]


def _trilinear(array_kji: NDArray[Scalar], within: FloatArray) -> NDArray[Scalar]:
    last = np.array(array_kji.shape[:3]) - 1
    low = np.minimum(np.floor(within).astype(np.intp), np.maximum(last - 1, 0))
    high = np.minimum(low + 1, last)
    part = within - low
    total = np.zeros((len(within), *array_kji.shape[3:]))
    for corner in _CORNERS:
        chosen = np.array(corner, dtype=bool)
        k, j, i = np.where(chosen, high, low).T
        weight = np.where(chosen, part, 1 - part).prod(axis=1)
        total += weight.reshape(-1, *(1,) * (total.ndim - 1)) * array_kji[k, j, i]
    return _as_type(total, array_kji.dtype)


def _as_type(values: FloatArray, dtype: np.dtype[Scalar]) -> NDArray[Scalar]:
    return (np.rint(values) if dtype.kind in "iub" else values).astype(dtype)
