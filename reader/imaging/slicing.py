"""Cutting one displayed slice out of a voxel grid, and where its pixels are.

A displayed slice is always in screen orientation (head up, patient right on the left of
the screen, face to the left in sagittal views), whatever order the array has.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reader.core.geometry import FloatArray, VolumeGeometry
from reader.core.orientation import Plane, PlaneAxes, plane_axes, stored_axes
from reader.core.series_kind import SeriesKind

Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class SliceGeometry:
    """Where the pixels of one displayed slice are.

    `shape` is (rows, columns) as displayed. `origin_lps_mm` is the centre of the pixel in
    row 0, column 0 (upper left on the screen); `down_lps_mm` and `right_lps_mm` lead from
    one row or column to the next and are as long as the spacings.
    """

    plane: Plane
    index: int
    shape: tuple[int, int]
    origin_lps_mm: FloatArray
    down_lps_mm: FloatArray
    right_lps_mm: FloatArray
    row_spacing_mm: float
    column_spacing_mm: float
    field_mm: tuple[float, float] | None = None
    """Height and width that fill a pane at zoom 1; None: all of the slice. A plane that is
    being tilted grows and shrinks, but what is seen keeps its size."""

    def to_lps(self, row: float, column: float) -> FloatArray:
        """Map a pixel position, whole numbers being pixel centres, to LPS mm."""
        return self.origin_lps_mm + row * self.down_lps_mm + column * self.right_lps_mm

    def to_pixel(self, position_lps_mm: ArrayLike) -> tuple[float, float]:
        """Map LPS mm, projected along the slice normal, to fractional (row, column)."""
        down, right = self.down_lps_mm, self.right_lps_mm
        offset = np.asarray(position_lps_mm, dtype=np.float64) - self.origin_lps_mm
        # The normal equations of two unknowns: the sides need not be at right angles.
        dd, rr, dr = float(down @ down), float(right @ right), float(down @ right)
        along_down, along_right = float(down @ offset), float(right @ offset)
        determinant = dd * rr - dr * dr
        row = (rr * along_down - dr * along_right) / determinant
        column = (dd * along_right - dr * along_down) / determinant
        return row, column


def shown_axes(geometry: VolumeGeometry, kind: SeriesKind, plane: Plane) -> PlaneAxes:
    """How a series is cut for a plane: images that are no volume are shown as stored."""
    if kind is SeriesKind.VOLUME:
        return plane_axes(geometry, plane)
    return stored_axes(geometry)


def slice_count(geometry: VolumeGeometry, axes: PlaneAxes) -> int:
    """How many slices this plane has."""
    return geometry.shape_kji[axes.slice_axis]


@lru_cache(maxsize=16)
def slice_geometry(geometry: VolumeGeometry, axes: PlaneAxes, index: int) -> SliceGeometry:
    """Where the pixels of slice `index` are. Raises: IndexError outside the grid."""
    if not 0 <= index < slice_count(geometry, axes):
        raise IndexError(f"Slice {index} of {slice_count(geometry, axes)}.")
    rows, columns = geometry.shape_kji[axes.row_axis], geometry.shape_kji[axes.column_axis]
    first = [0, 0, 0]
    first[axes.slice_axis] = index
    first[axes.row_axis] = rows - 1 if axes.flip_rows else 0
    first[axes.column_axis] = columns - 1 if axes.flip_columns else 0
    down = geometry.affine_kji_to_lps[:3, axes.row_axis]
    right = geometry.affine_kji_to_lps[:3, axes.column_axis]
    return SliceGeometry(
        plane=axes.plane,
        index=index,
        shape=(rows, columns),
        origin_lps_mm=geometry.to_lps(first),
        down_lps_mm=-down if axes.flip_rows else down,
        right_lps_mm=-right if axes.flip_columns else right,
        row_spacing_mm=geometry.spacing_kji_mm[axes.row_axis],
        column_spacing_mm=geometry.spacing_kji_mm[axes.column_axis],
    )


def extract_slice(array_kji: NDArray[Scalar], axes: PlaneAxes, index: int) -> NDArray[Scalar]:
    """One slice in screen orientation, as a view: nothing is copied. Colours stay last."""
    selector: list[int | slice] = [slice(None)] * 3
    selector[axes.slice_axis] = index
    view = array_kji[tuple(selector)]
    if axes.row_axis > axes.column_axis:
        view = view.swapaxes(0, 1)
    return view[:: -1 if axes.flip_rows else 1, :: -1 if axes.flip_columns else 1]


def reads_backwards(geometry: VolumeGeometry, axes: PlaneAxes) -> bool:
    """Whether the array's slices run against the order in which people read them.

    Slices are read from head to feet, from front to back, and from the patient's right to
    the left, whatever order the array has. Images that are no volume have their own order.
    """
    if axes.stored:
        return False
    onwards = geometry.affine_kji_to_lps[axes.plane.world_axis, axes.slice_axis]
    return bool(onwards > 0) is (axes.plane is Plane.AXIAL)


def reading_place(geometry: VolumeGeometry, axes: PlaneAxes, index: int) -> int:
    """The place, from 0, of slice `index` in reading order; and the other way round."""
    last = slice_count(geometry, axes) - 1
    return last - index if reads_backwards(geometry, axes) else index


def index_at(geometry: VolumeGeometry, axes: PlaneAxes, position_lps_mm: ArrayLike) -> int:
    """The slice whose centre is nearest to a position, clamped into the grid."""
    along = float(geometry.to_index(position_lps_mm)[axes.slice_axis])
    return min(max(math.floor(along + 0.5), 0), slice_count(geometry, axes) - 1)


def position_mm(geometry: VolumeGeometry, axes: PlaneAxes, index: int) -> float:
    """LPS coordinate, along the plane's own world axis, of the middle of a slice."""
    middle = (np.array(geometry.shape_kji, dtype=np.float64) - 1) / 2
    middle[axes.slice_axis] = index
    return float(geometry.to_lps(middle)[axes.plane.world_axis])


def index_at_position(geometry: VolumeGeometry, axes: PlaneAxes, position: float) -> int:
    """The slice whose `position_mm` is nearest to a coordinate, clamped into the grid."""
    first, last = (position_mm(geometry, axes, k) for k in (0, slice_count(geometry, axes) - 1))
    if first == last:
        return 0
    along = (position - first) / (last - first) * (slice_count(geometry, axes) - 1)
    return int(np.clip(np.floor(along + 0.5), 0, slice_count(geometry, axes) - 1))
