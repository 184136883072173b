"""The plain form of `sampling`: exact, for any type of voxel, a few dozen times slower."""

from __future__ import annotations

from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray
from reader.imaging.cut import Projection

Scalar = TypeVar("Scalar", bound=np.generic)

_BLOCK: Final = 1 << 16
"""So many points at a time, to stay within the processor's caches."""
_CORNERS: Final = tuple((k, j, i) for k in (0, 1) for j in (0, 1) for i in (0, 1))


def plain_points(
    array_kji: NDArray[Scalar], points_kji: FloatArray, outside: float, nearest: bool
) -> NDArray[Scalar]:
    """Values at (n, 3) places; see `sampling.sample_points`."""
    shape = np.array(array_kji.shape[:3])
    inside = ((points_kji >= -0.5) & (points_kji <= shape - 0.5)).all(axis=1)
    values = np.full((len(points_kji), *array_kji.shape[3:]), outside, dtype=array_kji.dtype)
    within = np.clip(points_kji[inside], 0, shape - 1)
    values[inside] = _nearest(array_kji, within) if nearest else _trilinear(array_kji, within)
    return values


def plain_plane(
    array_kji: NDArray[Scalar],
    frame: FloatArray,
    shape: tuple[int, int],
    outside: float,
    nearest: bool,
) -> NDArray[Scalar]:
    """The pixels of a plane. `frame` is (4, 3), as the kernels take it."""
    rows, columns = shape
    values = np.empty((rows, columns, *array_kji.shape[3:]), dtype=array_kji.dtype)
    at_once = max(1, _BLOCK // columns)
    for start in range(0, rows, at_once):
        points = _points(frame, range(start, min(start + at_once, rows)), columns)
        block = plain_points(array_kji, points, outside, nearest)
        values[start : start + at_once] = block.reshape(-1, *values.shape[1:])
    return values


def plain_slab(
    array_kji: NDArray[Scalar],
    frame: FloatArray,
    shape: tuple[int, int],
    layers: tuple[FloatArray, FloatArray],
    projection: Projection,
    outside: float,
) -> NDArray[Scalar]:
    """What is seen through the layers at some offsets along the normal, with their weights."""
    size = (*shape, *array_kji.shape[3:])
    last = np.array(array_kji.shape[:3]) - 1
    seen = _Projected(projection, size)
    for offset, weight in zip(*layers, strict=True):
        moved = frame.copy()
        moved[0] += offset * frame[3]
        points = _points(moved, range(shape[0]), shape[1])
        inside = ((points >= -0.5) & (points <= last + 0.5)).all(axis=1)
        layer = _unrounded(array_kji, np.clip(points, 0, last)).reshape(size)
        seen.add(layer, inside.reshape(*shape, *(1,) * (len(size) - 2)), weight)
    return seen.values(array_kji.dtype, outside)


class _Projected:
    """The layers of a slab brought together, one after the other."""

    def __init__(self, projection: Projection, shape: tuple[int, ...]) -> None:
        self._projection = projection
        start = {Projection.MAXIMUM: -np.inf, Projection.MINIMUM: np.inf, Projection.MEAN: 0.0}
        self._seen = np.full(shape, start[projection])
        self._weight = np.zeros(shape)

    def add(self, values: FloatArray, inside: NDArray[np.bool_], weight: float) -> None:
        if self._projection is Projection.MEAN:
            self._seen += np.where(inside, values * weight, 0.0)
        elif self._projection is Projection.MAXIMUM:
            self._seen = np.where(inside, np.fmax(self._seen, values), self._seen)
        else:
            self._seen = np.where(inside, np.fmin(self._seen, values), self._seen)
        self._weight += inside * weight

    def values(self, dtype: np.dtype[Scalar], outside: float) -> NDArray[Scalar]:
        seen = self._seen
        touched = self._weight > 0
        if self._projection is Projection.MEAN:
            seen = np.divide(seen, self._weight, out=np.zeros_like(seen), where=touched)
        return _as_type(np.where(touched, seen, outside), dtype)


def _points(frame: FloatArray, rows: range, columns: int) -> FloatArray:
    row = frame[0] + np.arange(rows.start, rows.stop)[:, None] * frame[1]
    points = row[:, None, :] + np.arange(columns)[:, None] * frame[2]
    return np.asarray(points.reshape(-1, 3))


def _nearest(array_kji: NDArray[Scalar], within: FloatArray) -> NDArray[Scalar]:
    k, j, i = np.floor(within + 0.5).astype(np.intp).T
    chosen: NDArray[Scalar] = array_kji[k, j, i]
    return chosen


def _trilinear(array_kji: NDArray[Scalar], within: FloatArray) -> NDArray[Scalar]:
    return _as_type(_unrounded(array_kji, within), array_kji.dtype)


def _unrounded(array_kji: NDArray[Scalar], within: FloatArray) -> FloatArray:
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
    return total


def _as_type(values: FloatArray, dtype: np.dtype[Scalar]) -> NDArray[Scalar]:
    return (np.rint(values) if dtype.kind in "iub" else values).astype(dtype)
