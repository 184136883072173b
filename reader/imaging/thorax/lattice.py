"""Lattices of sample points in the patient and smooth reading of fields between them.

Anatomy is computed on coarse lattices as signed distances, which stay smooth when they
are interpolated, and is read at the resolution of the image one slice at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reader.core.geometry import FloatArray

Values = NDArray[np.float32]
Numbers = NDArray[np.floating[Any]]
"""What shapes are computed from; kept fields are `Values`."""
Box = tuple[slice, slice, slice]
Mesh = tuple[Values, Values, Values]
"""Coordinates (z, y, x) in LPS mm with shapes (k,1,1), (1,j,1) and (1,1,i)."""


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """Evenly spaced points along z (k), y (j) and x (i), aligned with the patient."""

    origin_kji_mm: tuple[float, float, float]
    step_kji_mm: tuple[float, float, float]
    shape_kji: tuple[int, int, int]

    @classmethod
    def nodes(
        cls, low_lps_mm: ArrayLike, high_lps_mm: ArrayLike, step_kji_mm: Sequence[float]
    ) -> Lattice:
        """A lattice from one corner that reaches at least the opposite one."""
        low = np.asarray(low_lps_mm, dtype=np.float64)[::-1]
        high = np.asarray(high_lps_mm, dtype=np.float64)[::-1]
        step = np.asarray(step_kji_mm, dtype=np.float64)
        k, j, i = (int(n) for n in np.ceil((high - low) / step) + 1)
        return cls(
            (float(low[0]), float(low[1]), float(low[2])),
            (float(step[0]), float(step[1]), float(step[2])),
            (k, j, i),
        )

    def coarsened(
        self, low_lps_mm: ArrayLike, high_lps_mm: ArrayLike, step_kji_mm: Sequence[float]
    ) -> Lattice:
        """A lattice over a box whose points lie in the middle of blocks of this one's pixels.

        A block is 1, 2, 4 ... pixels wide, whatever comes closest to the steps asked for
        along y and x, so that a slice is read by doubling it. Along z any step will do.
        """
        origin, step = [float(np.asarray(low_lps_mm)[2])], [float(step_kji_mm[0])]
        for axis in (1, 2):
            pixel = self.step_kji_mm[axis]
            block = 2 ** max(0, round(np.log2(step_kji_mm[axis] / pixel)))
            first = self.origin_kji_mm[axis] + pixel * (block - 1) / 2
            low = float(np.asarray(low_lps_mm)[2 - axis])
            origin.append(first + block * pixel * np.floor((low - first) / (block * pixel)))
            step.append(block * pixel)
        return Lattice.nodes(origin[::-1], high_lps_mm, step)

    def axis(self, index: int) -> Values:
        """Coordinates in mm along array axis 0 (z), 1 (y) or 2 (x)."""
        count = np.arange(self.shape_kji[index])
        return (self.origin_kji_mm[index] + self.step_kji_mm[index] * count).astype(np.float32)

    @property
    def mesh(self) -> Mesh:
        """Broadcastable coordinates of all points."""
        z, y, x = (self.axis(n) for n in range(3))
        return z[:, None, None], y[None, :, None], x[None, None, :]

    def box_around(
        self, low_lps_mm: ArrayLike, high_lps_mm: ArrayLike, reach_mm: float = 0.0
    ) -> Box:
        """Slices of the points between two corners widened by `reach_mm`; may be empty."""
        low = np.asarray(low_lps_mm, dtype=np.float64)[::-1] - reach_mm
        high = np.asarray(high_lps_mm, dtype=np.float64)[::-1] + reach_mm
        slices = []
        for axis in range(3):
            origin, step, n = (
                self.origin_kji_mm[axis],
                self.step_kji_mm[axis],
                self.shape_kji[axis],
            )
            start = min(n, max(0, int(np.floor((low[axis] - origin) / step))))
            stop = min(n, max(start, int(np.ceil((high[axis] - origin) / step)) + 1))
            slices.append(slice(start, stop))
        return slices[0], slices[1], slices[2]

    def box_of(self, part: Lattice) -> Box:
        """Where a sub-lattice made by `part` lies in this one."""
        start = [
            round((o - own) / s)
            for o, own, s in zip(
                part.origin_kji_mm, self.origin_kji_mm, self.step_kji_mm, strict=True
            )
        ]
        k, j, i = (slice(a, a + n) for a, n in zip(start, part.shape_kji, strict=True))
        return k, j, i

    def part(self, box: Box) -> Lattice:
        """The sub-lattice of a box."""
        origin = [
            o + s * b.start
            for o, s, b in zip(self.origin_kji_mm, self.step_kji_mm, box, strict=True)
        ]
        k, j, i = (b.stop - b.start for b in box)
        return Lattice((origin[0], origin[1], origin[2]), self.step_kji_mm, (k, j, i))

    def full(self, value: float) -> Values:
        """An array over all points, filled with one value."""
        return np.full(self.shape_kji, value, dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """Values on a lattice, usually a signed distance in mm, negative inside."""

    lattice: Lattice
    values: Values

    def at(self, points_lps_mm: ArrayLike) -> FloatArray:
        """Linear interpolation at points (..., 3); outside the nearest value is taken."""
        from scipy.ndimage import map_coordinates

        points = np.asarray(points_lps_mm, dtype=np.float64)
        lattice = self.lattice
        index = (points[..., ::-1] - lattice.origin_kji_mm) / np.array(lattice.step_kji_mm)
        flat = index.reshape(-1, 3).T
        found = map_coordinates(self.values, flat, order=1, mode="nearest", output=np.float64)
        return np.asarray(found.reshape(points.shape[:-1]))

    def cropped(self, below: float) -> Field:
        """The part that holds every value less than `below`, with two points around it."""
        box = []
        found = self.values < below
        for axis, n in enumerate(self.values.shape):
            others = tuple(a for a in range(3) if a != axis)
            where = np.flatnonzero(found.any(axis=others))
            if not len(where):
                where = np.array([0])
            box.append(slice(max(0, where[0] - 2), min(n, where[-1] + 3)))
        cut = (box[0], box[1], box[2])
        return Field(self.lattice.part(cut), np.ascontiguousarray(self.values[cut]))


def _cubic_taps(
    position_mm: Values, lattice: Lattice, axis: int
) -> tuple[NDArray[np.int64], Values]:
    """The four points a Catmull-Rom reading takes, clamped at the ends, and their weights.

    Both have the shape (4, positions).
    """
    place = position_mm.astype(np.float64) - lattice.origin_kji_mm[axis]
    place = place / lattice.step_kji_mm[axis]
    first = np.floor(place).astype(np.int64)
    u = place - first
    weights = np.stack(
        [
            -0.5 * u + u**2 - 0.5 * u**3,
            1 - 2.5 * u**2 + 1.5 * u**3,
            0.5 * u + 2 * u**2 - 1.5 * u**3,
            -0.5 * u**2 + 0.5 * u**3,
        ]
    )
    points = first + np.arange(-1, 3)[:, None]
    return np.clip(points, 0, lattice.shape_kji[axis] - 1), weights.astype(np.float32)


def on_lattice(field: Field, lattice: Lattice) -> Values:
    """A field read at all points of another lattice inside it."""
    values = field.values
    for axis in range(3):
        points, weights = _cubic_taps(lattice.axis(axis), field.lattice, axis)
        along = tuple(-1 if a == axis else 1 for a in range(3))
        values = sum(
            np.take(values, p, axis=axis) * w.reshape(along)
            for p, w in zip(points, weights, strict=True)
        )
    return np.ascontiguousarray(values, dtype=np.float32)


class SliceReader:
    """Reads a field at the pixels of an image lattice, slice by slice.

    The field's lattice must be one `coarsened` from the image's.
    """

    def __init__(self, field: Field, image: Lattice) -> None:
        lattice = field.lattice
        self._values = field.values
        self._doublings = [0, 0]
        cut, pixels = [], []
        for axis in (1, 2):
            pixel = image.step_kji_mm[axis]
            block = round(lattice.step_kji_mm[axis] / pixel)
            self._doublings[axis - 1] = block.bit_length() - 1
            corner = lattice.origin_kji_mm[axis] - pixel * (block - 1) / 2
            start = round((corner - image.origin_kji_mm[axis]) / pixel)
            stop = start + block * lattice.shape_kji[axis]
            first, last = max(0, start), min(image.shape_kji[axis], stop)
            pixels.append(slice(first, max(first, last)))
            cut.append(slice(first - start, max(first, last) - start))
        self.rows, self.columns = pixels
        self._cut = (cut[0], cut[1])
        z = image.axis(0)
        low = lattice.origin_kji_mm[0]
        high = low + lattice.step_kji_mm[0] * (lattice.shape_kji[0] - 1)
        within = np.flatnonzero((z >= low) & (z <= high))
        self._first = int(within[0]) if len(within) else 0
        self._slices, self._weights = _cubic_taps(z[within], lattice, 0)

    def read(self, k: int) -> Values | None:
        """Values over (`rows`, `columns`) of image slice k, None where the field is not."""
        n = k - self._first
        if not 0 <= n < self._slices.shape[1]:
            return None
        if self.rows.start >= self.rows.stop or self.columns.start >= self.columns.stop:
            return None
        plane = self._weights[0, n] * self._values[self._slices[0, n]]
        for point, weight in zip(self._slices[1:, n], self._weights[1:, n], strict=True):
            plane += weight * self._values[point]
        return np.ascontiguousarray(_enlarged(plane, self._doublings)[self._cut])


def _enlarged(plane: Values, doublings: list[int]) -> Values:
    """Double both axes as often as asked: cubic at first, the last time linear."""
    rows, columns = doublings
    while rows > 1 or columns > 1:
        if rows > 1:
            plane, rows = _doubled(plane), rows - 1
        if columns > 1:
            plane, columns = _doubled(plane.T).T, columns - 1
    if not rows and not columns:
        return plane
    import cv2

    size = (plane.shape[1] << columns, plane.shape[0] << rows)
    return np.asarray(cv2.resize(np.ascontiguousarray(plane), size), dtype=np.float32)


def _doubled(values: Values) -> Values:
    """Twice as many rows by Catmull-Rom weights, each a quarter row beside an old one."""
    edge = np.concatenate([values[:1], values[:1], values, values[-1:], values[-1:]])
    result = np.empty((2 * len(values), *values.shape[1:]), dtype=np.float32)
    a, b, c, d = (np.float32(w) for w in (-0.0703125, 0.8671875, 0.2265625, -0.0234375))
    result[1::2] = a * edge[1:-3] + b * edge[2:-2] + c * edge[3:-1] + d * edge[4:]
    result[0::2] = d * edge[:-4] + c * edge[1:-3] + b * edge[2:-2] + a * edge[3:-1]
    return result
