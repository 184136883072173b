"""The inner loops of `sampling`, to be compiled by `kernels`, which alone imports this.

Everything is in voxels, (k, j, i), on C-contiguous arrays of three axes, and runs without
the interpreter's lock. Where a pixel lies is worked out in float64 from its row and column,
never summed up, so that results equal those of the plain form to float rounding.
"""

from __future__ import annotations

from typing import Any, Final

import numba as nb
import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray

MAXIMUM: Final = 0
MINIMUM: Final = 1
MEAN: Final = 2

_CLEAR: Final = 1e-9
"""So far from the outermost centres a point is taken to have neighbours on both sides."""

_within = nb.njit(nogil=True, inline="always", fastmath={"contract"})


@_within
def _columns(start: float, step: float, low: float, high: float, count: int) -> tuple[int, int]:
    """The columns, end exclusive, at which low <= start + column * step <= high."""
    if abs(step) < 1e-12:
        return (0, count) if low <= start <= high else (0, 0)
    one, other = (low - start) / step, (high - start) / step
    if one > other:
        one, other = other, one
    first = int(np.ceil(min(max(one, 0.0), count)))
    end = int(np.floor(min(max(other, -1.0), count - 1.0))) + 1
    return first, max(first, end)


@_within
def _columns_inside(
    shape: tuple[int, int, int], start: FloatArray, right: FloatArray, margin: float, count: int
) -> tuple[int, int]:
    """The columns, end exclusive, that are at least `margin` inside the outermost centres."""
    first, end = 0, count
    for axis in range(3):
        high = shape[axis] - 1.0 - margin
        one, other = _columns(start[axis], right[axis], margin, high, count)
        first, end = max(first, one), min(end, other)
    return first, max(first, end)


@_within
def _mixed(one: float, other: float, part: float) -> float:
    first = np.float64(one)
    return first + part * (np.float64(other) - first)


@_within
def _between(array: NDArray[Any], z: float, y: float, x: float) -> float:
    """Trilinear where all eight neighbours exist."""
    k, j, i = np.uintp(z), np.uintp(y), np.uintp(x)
    one = np.uintp(1)
    fz, fy, fx = z - np.float64(k), y - np.float64(j), x - np.float64(i)
    near = _mixed(
        _mixed(array[k, j, i], array[k, j, i + one], fx),
        _mixed(array[k, j + one, i], array[k, j + one, i + one], fx),
        fy,
    )
    k += one
    far = _mixed(
        _mixed(array[k, j, i], array[k, j, i + one], fx),
        _mixed(array[k, j + one, i], array[k, j + one, i + one], fx),
        fy,
    )
    return _mixed(near, far, fz)


@nb.njit(nogil=True)
def _at_edge(array: NDArray[Any], z: float, y: float, x: float) -> float:
    """Trilinear within half a voxel of the grid, where the outermost values go on."""
    nk, nj, ni = array.shape
    z, y, x = min(max(z, 0.0), nk - 1.0), min(max(y, 0.0), nj - 1.0), min(max(x, 0.0), ni - 1.0)
    k, j, i = min(int(z), max(nk - 2, 0)), min(int(y), max(nj - 2, 0)), min(int(x), max(ni - 2, 0))
    fz, fy, fx = z - k, y - j, x - i
    total = 0.0
    for corner in range(8):
        dk, dj, di = corner >> 2, corner >> 1 & 1, corner & 1
        weight = (fz if dk else 1 - fz) * (fy if dj else 1 - fy) * (fx if di else 1 - fx)
        if weight > 0:
            total += weight * array[k + dk, j + dj, i + di]
    return total


@_within
def _is_inside(array: NDArray[Any], z: float, y: float, x: float) -> bool:
    nk, nj, ni = array.shape
    return bool(-0.5 <= z <= nk - 0.5 and -0.5 <= y <= nj - 0.5 and -0.5 <= x <= ni - 0.5)


@_within
def _joined(seen: float, value: float, weight: float, kind: int) -> float:
    if kind == MAXIMUM:
        return max(seen, value)
    if kind == MINIMUM:
        return min(seen, value)
    return seen + weight * value


@nb.njit(nogil=True, fastmath={"contract"})
def _add_row(
    array: NDArray[Any],
    start: FloatArray,
    right: FloatArray,
    weight: float,
    kind: int,
    seen: FloatArray,
    weights: FloatArray,
) -> None:
    """Bring one row of one layer into what was `seen`; `weights` sums up what it weighs."""
    z, y, x = start[0], start[1], start[2]
    dz, dy, dx = right[0], right[1], right[2]
    count = len(seen)
    some, some_end = _columns_inside(array.shape, start, right, -0.5, count)
    some, some_end = max(some - 1, 0), min(some_end + 1, count)
    first, end = _columns_inside(array.shape, start, right, _CLEAR, count)
    if first >= end:
        first = end = some_end
    for c in range(first, end):
        value = _between(array, z + c * dz, y + c * dy, x + c * dx)
        seen[c] = _joined(seen[c], value, weight, kind)
    for c in range(first, end):
        weights[c] += weight
    for c in range(some, some_end):
        if first <= c < end:
            continue
        pz, py, px = z + c * dz, y + c * dy, x + c * dx
        if _is_inside(array, pz, py, px):
            seen[c] = _joined(seen[c], _at_edge(array, pz, py, px), weight, kind)
            weights[c] += weight


def slab(
    array: NDArray[Any],
    frame: FloatArray,
    offsets: FloatArray,
    layer_weights: FloatArray,
    kind: int,
    outside: float,
    first_row: int,
    out: NDArray[Any],
    is_whole: bool,
) -> None:
    """Fill the rows of `out`, of which the first is row `first_row` of the plane.

    `frame` is (4, 3): the first pixel, one row down, one column right, one step of the
    offsets along the normal. One layer of weight 1 is a plane.
    """
    rows, columns = out.shape
    weights = np.empty(columns)
    seen = np.empty(columns)
    for r in range(rows):
        seen[:] = -np.inf if kind == MAXIMUM else np.inf if kind == MINIMUM else 0.0
        weights[:] = 0.0
        for layer in range(len(offsets)):
            start = frame[0] + (first_row + r) * frame[1] + offsets[layer] * frame[3]
            _add_row(array, start, frame[2], layer_weights[layer], kind, seen, weights)
        for c in range(columns):
            value = outside
            if weights[c] > 0:
                value = seen[c] / weights[c] if kind == MEAN else seen[c]
            out[r, c] = np.rint(value) if is_whole else value


def nearest(
    array: NDArray[Any], frame: FloatArray, outside: float, first_row: int, out: NDArray[Any]
) -> None:
    """The same for a plane of labels: each pixel has the nearest voxel's value."""
    rows, columns = out.shape
    nk, nj, ni = array.shape
    for r in range(rows):
        start = frame[0] + (first_row + r) * frame[1]
        for c in range(columns):
            z, y, x = (
                start[0] + c * frame[2, 0],
                start[1] + c * frame[2, 1],
                start[2] + c * frame[2, 2],
            )
            if _is_inside(array, z, y, x):
                k, j, i = int(z + 0.5), int(y + 0.5), int(x + 0.5)
                out[r, c] = array[min(k, nk - 1), min(j, nj - 1), min(i, ni - 1)]
            else:
                out[r, c] = outside


def points(
    array: NDArray[Any],
    places: FloatArray,
    outside: float,
    takes_nearest: bool,
    out: NDArray[Any],
    is_whole: bool,
) -> None:
    """Values at (n, 3) places."""
    nk, nj, ni = array.shape
    for n in range(len(places)):
        z, y, x = places[n, 0], places[n, 1], places[n, 2]
        if not _is_inside(array, z, y, x):
            out[n] = outside
        elif takes_nearest:
            k, j, i = int(z + 0.5), int(y + 0.5), int(x + 0.5)
            out[n] = array[min(k, nk - 1), min(j, nj - 1), min(i, ni - 1)]
        else:
            value = _at_edge(array, z, y, x)
            out[n] = np.rint(value) if is_whole else value
