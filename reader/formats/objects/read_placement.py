"""Frames of another grid onto the voxels of a series: index to index where they coincide.

Where every pixel of a frame is a voxel of the series, it is put there by whole numbers.
Only where grids differ is each voxel given the nearest pixel, by geometry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray, IndexBox, VolumeGeometry
from reader.core.text import say
from reader.formats.objects.read_object import refusal

SAME_VOXEL: Final = 0.1
"""Of a voxel: pixels this near to voxel centres all over the frame are those voxels.
Positions are written with a few decimals only, and a real shift is seldom smaller."""

_SAME_PLANE: Final = 0.05
_PARALLEL: Final = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class FramePlane:
    """Where the pixels of a frame lie: pixel (row, column) at `affine` @ (row, column, 1)."""

    origin_lps_mm: FloatArray
    down_lps_mm: FloatArray
    """From one row to the next."""
    right_lps_mm: FloatArray
    """From one column to the next."""

    @classmethod
    def of_header(
        cls,
        position: Sequence[float],
        orientation: Sequence[float],
        spacing: Sequence[float],
    ) -> FramePlane | None:
        """From DICOM's attributes; None where they span no plane. Source: PS3.3 C.7.6.2.1.1."""
        right, down = np.array(orientation[:3]), np.array(orientation[3:])
        lengths = float(np.linalg.norm(right)), float(np.linalg.norm(down))
        if min(*lengths, *spacing) <= 0 or abs(np.dot(right, down)) > _SAME_PLANE:
            return None
        return cls(
            np.array(position, dtype=np.float64),
            down / lengths[1] * spacing[0],
            right / lengths[0] * spacing[1],
        )

    @property
    def normal(self) -> FloatArray:
        """Of length 1."""
        across = np.cross(self.right_lps_mm, self.down_lps_mm)
        return np.asarray(across / np.linalg.norm(across))


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Values, 0 being nothing, in a box of the series' voxels."""

    box: IndexBox
    values: NDArray[Any]

    @property
    def region(self) -> tuple[slice, slice, slice]:
        """The box as an index."""
        (k0, k1), (j0, j1), (i0, i1) = self.box
        return slice(k0, k1), slice(j0, j1), slice(i0, i1)


@dataclass(frozen=True, slots=True)
class IndexMap:
    """Where pixel (0, 0) of a frame is in a series, and one step down and right of it."""

    start: tuple[int, int, int]
    down: tuple[int, int, int]
    right: tuple[int, int, int]


def index_map(plane: FramePlane, shape: tuple[int, int], grid: VolumeGeometry) -> IndexMap | None:
    """The frame's pixels as voxels of the grid; None where they are not the same.

    `shape` is (rows, columns). Voxels may lie outside the grid's shape.
    """
    inverse = np.linalg.inv(grid.affine_kji_to_lps[:3, :3])
    start = np.rint(grid.to_index(plane.origin_lps_mm))
    down, right = np.rint(inverse @ plane.down_lps_mm), np.rint(inverse @ plane.right_lps_mm)
    if np.abs(down).sum() != 1 or np.abs(right).sum() != 1 or np.abs(down @ right) != 0:
        return None
    rows, columns = shape[0] - 1, shape[1] - 1
    for row, column in ((0, 0), (rows, 0), (0, columns), (rows, columns)):
        at = plane.origin_lps_mm + row * plane.down_lps_mm + column * plane.right_lps_mm
        if np.abs(grid.to_index(at) - (start + row * down + column * right)).max() > SAME_VOXEL:
            return None
    return IndexMap(_whole(start), _whole(down), _whole(right))


def _whole(vector: FloatArray) -> tuple[int, int, int]:
    k, j, i = (int(n) for n in vector)
    return k, j, i


def stored_map(k: int) -> IndexMap:
    """A frame with the pixels of the stored image `k`."""
    return IndexMap((k, 0, 0), (0, 1, 0), (0, 0, 1))


def mapped(values: NDArray[Any], to: IndexMap, shape: tuple[int, int, int]) -> Piece | None:
    """The values that are not 0, in the voxels they belong to; None where there are none."""
    rows = np.flatnonzero(values.any(axis=1))
    if rows.size == 0:
        return None
    columns = np.flatnonzero(values.any(axis=0))
    r0, r1, c0, c1 = int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])
    inner = values[r0 : r1 + 1, c0 : c1 + 1]
    down, right = np.array(to.down), np.array(to.right)
    ends = np.array(to.start) + np.array([r0 * down + c0 * right, r1 * down + c1 * right])
    # Turn the frame so that both its axes rise with the voxels' indices.
    inner = inner[:: int(down.sum()), :: int(right.sum())]
    row_axis, column_axis = int(np.abs(down).argmax()), int(np.abs(right).argmax())
    if row_axis > column_axis:
        inner = inner.T
    solid = np.expand_dims(inner, 3 - row_axis - column_axis)
    low, high = ends.min(axis=0), ends.max(axis=0) + 1
    return _within(solid, low, high, shape)


def _within(
    solid: NDArray[Any], low: NDArray[Any], high: NDArray[Any], shape: tuple[int, int, int]
) -> Piece | None:
    """Cut to the grid."""
    kept_low, kept_high = np.maximum(low, 0), np.minimum(high, shape)
    if (kept_low >= kept_high).any():
        return None
    cut = tuple(slice(int(a), int(b)) for a, b in zip(kept_low - low, kept_high - low, strict=True))
    part = solid[cut]
    if not part.any():
        return None
    (k0, j0, i0), (k1, j1, i1) = (tuple(int(n) for n in end) for end in (kept_low, kept_high))
    return Piece(((k0, k1), (j0, j1), (i0, i1)), part)


class FrameStack:
    """Parallel frames as something whose value at any point can be asked for."""

    def __init__(
        self, frames: Sequence[tuple[FramePlane, NDArray[Any]]], spacing_mm: float
    ) -> None:
        """`frames` share their orientation and size; `spacing_mm` is from one to the next.

        Raises: UnreadableError: they are too far apart.
        """
        self._plane = frames[0][0]
        self._spacing = spacing_mm
        normal = self._plane.normal
        heights = np.array([plane.origin_lps_mm @ normal for plane, _ in frames])
        self._base = float(heights.min())
        slots = np.rint((heights - self._base) / spacing_mm)
        if slots.max() > 1e5:
            raise refusal(say("The frames of the segmentation lie too far apart."))
        self._slot_of = np.full(int(slots.max()) + 1, -1)
        order = np.argsort(slots, kind="stable")
        self._slot_of[slots[order].astype(int)] = np.arange(len(frames))
        self._values = np.stack([frames[n][1] for n in order])
        self._origins = np.stack([frames[n][0].origin_lps_mm for n in order])

    def pieces(self, grid: VolumeGeometry) -> Iterator[Piece]:
        """The nearest values for the grid's voxels, slice by slice."""
        low, high = self._reach(grid)
        for k in range(low[0], high[0]):
            j, i = np.mgrid[low[1] : high[1], low[2] : high[2]]
            values = self._at(grid.to_lps(np.stack([np.full(j.shape, k), j, i], axis=-1)))
            if values.any():
                yield Piece(((k, k + 1), (low[1], high[1]), (low[2], high[2])), values[np.newaxis])

    def _at(self, lps: FloatArray) -> NDArray[Any]:
        plane, count = self._plane, len(self._slot_of)
        slot = np.rint((lps @ plane.normal - self._base) / self._spacing).astype(int)
        frame = np.where((slot >= 0) & (slot < count), self._slot_of[slot.clip(0, count - 1)], -1)
        offset = lps - self._origins[frame]
        row = np.rint(offset @ plane.down_lps_mm / (plane.down_lps_mm @ plane.down_lps_mm))
        column = np.rint(offset @ plane.right_lps_mm / (plane.right_lps_mm @ plane.right_lps_mm))
        _, rows, columns = self._values.shape
        inside = (frame >= 0) & (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
        at = frame[inside], row[inside].astype(int), column[inside].astype(int)
        values = np.zeros(frame.shape, self._values.dtype)
        values[inside] = self._values[at]
        return values

    def _reach(self, grid: VolumeGeometry) -> tuple[list[int], list[int]]:
        """The box of voxels that the part of the frames with values may touch."""
        _, rows, columns = np.nonzero(self._values)
        if rows.size == 0:
            return [0, 0, 0], [0, 0, 0]
        half = self._plane.normal * self._spacing / 2
        corners = [
            grid.to_index(
                origin + r * self._plane.down_lps_mm + c * self._plane.right_lps_mm + side * half
            )
            for origin in self._origins
            for r in (rows.min() - 0.5, rows.max() + 0.5)
            for c in (columns.min() - 0.5, columns.max() + 0.5)
            for side in (-1, 1)
        ]
        low = np.maximum(np.floor(np.min(corners, axis=0)), 0).astype(int)
        high = np.minimum(np.ceil(np.max(corners, axis=0)) + 1, grid.shape_kji).astype(int)
        return [int(n) for n in low], [int(n) for n in high]


def is_parallel(one: FramePlane, other: FramePlane) -> bool:
    """Whether two frames have rows and columns in the same directions and distances."""
    return bool(
        np.allclose(one.down_lps_mm, other.down_lps_mm, rtol=0, atol=_PARALLEL)
        and np.allclose(one.right_lps_mm, other.right_lps_mm, rtol=0, atol=_PARALLEL)
    )


def frame_spacing(planes: Sequence[FramePlane], stated_mm: float | None) -> float | None:
    """The distance between neighbouring frames; None where one frame says nothing of it."""
    if stated_mm is not None and stated_mm > 0:
        return stated_mm
    heights = np.unique([plane.origin_lps_mm @ planes[0].normal for plane in planes])
    gaps = np.diff(heights)
    gaps = gaps[gaps > _PARALLEL]
    return float(gaps.min()) if gaps.size else None
