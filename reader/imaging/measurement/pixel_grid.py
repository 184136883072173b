"""The pixels that a drawing's values are read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray, Point, VolumeGeometry

_PARALLEL: Final = 1 - 1e-6
"""Cosine of the tilt, a twelfth of a degree, below which a plane is one of the array's own."""
_ON_SLICE: Final = 0.05
"""Voxels from the middle of a slice within which a plane is that slice and shows its values."""


@dataclass(frozen=True, slots=True, eq=False)
class PixelGrid:
    """A plane of pixels. Whole numbers of (row, column) are pixel centres.

    `axis` is the array axis that the plane stands on, which it cuts at `index`: its pixels
    are voxels then, rows and columns being the other two axes in the array's order. None
    for an oblique plane, whose pixels are sampled.
    """

    origin_lps_mm: FloatArray
    down_lps_mm: FloatArray
    right_lps_mm: FloatArray
    axis: int | None = None
    index: int = 0

    @property
    def is_stored(self) -> bool:
        """Whether it is one of the images as they were taken."""
        return self.axis == 0

    def to_pixels(self, points_lps_mm: Sequence[Point] | FloatArray) -> FloatArray:
        """(row, column) of points, projected into the plane; shape (n, 2)."""
        steps = np.column_stack([self.down_lps_mm, self.right_lps_mm])
        offsets = np.asarray(points_lps_mm, dtype=np.float64) - self.origin_lps_mm
        return np.asarray(offsets @ np.linalg.pinv(steps).T)

    def to_lps(self, pixels: FloatArray) -> FloatArray:
        """LPS mm of (row, column); shape (n, 3)."""
        steps = np.stack([self.down_lps_mm, self.right_lps_mm])
        return np.asarray(self.origin_lps_mm + pixels @ steps)

    def image(self, array_kji: NDArray[np.generic]) -> NDArray[np.generic]:
        """The plane's voxels, a view. Only where `axis` is known."""
        selector: list[int | slice] = [slice(None)] * 3
        selector[self.axis or 0] = self.index
        return array_kji[tuple(selector)]


def grid_through(
    geometry: VolumeGeometry,
    points_lps_mm: Sequence[Point],
    normal_lps: Point,
    index: int | None = None,
) -> PixelGrid:
    """The displayed plane that points were drawn on.

    A slice of the array has its voxels for pixels. Any other plane, one between two slices
    too, has square pixels as small as the smallest side of a voxel.
    `index` says which image it was, for images that are no volume.
    """
    if index is not None:
        return _of_array(geometry, 0, index)
    middle = np.mean(np.asarray(points_lps_mm, dtype=np.float64), axis=0)
    normal = np.asarray(normal_lps, dtype=np.float64)
    normal = normal / np.linalg.norm(normal)
    for axis in range(3):
        if abs(float(normal @ _normal_of(geometry, axis))) > _PARALLEL:
            along = float(geometry.to_index(middle)[axis])
            at = int(np.floor(along + 0.5))
            if abs(along - at) <= _ON_SLICE and 0 <= at < geometry.shape_kji[axis]:
                return _of_array(geometry, axis, at)
    side = min(geometry.spacing_kji_mm)
    right = np.cross(normal, np.eye(3)[int(np.argmin(np.abs(normal)))])
    right /= np.linalg.norm(right)
    return PixelGrid(middle, np.cross(normal, right) * side, right * side)


def _of_array(geometry: VolumeGeometry, axis: int, index: int) -> PixelGrid:
    rows, columns = (other for other in range(3) if other != axis)
    first = [0.0, 0.0, 0.0]
    first[axis] = index
    affine = geometry.affine_kji_to_lps
    return PixelGrid(geometry.to_lps(first), affine[:3, rows], affine[:3, columns], axis, index)


def _normal_of(geometry: VolumeGeometry, axis: int) -> FloatArray:
    rows, columns = (other for other in range(3) if other != axis)
    affine = geometry.affine_kji_to_lps
    normal = np.cross(affine[:3, rows], affine[:3, columns])
    return np.asarray(normal / np.linalg.norm(normal))
