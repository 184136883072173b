"""Volumes on a patient-aligned, evenly spaced working grid, and back to their own.

A working grid has its axes in the order (to Superior, to Posterior, to Left), whatever
order and direction the source's array axes had, and spans exactly the source's edges.
Tilt is kept: axes are permuted, flipped and rescaled, never rotated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import DTypeLike, NDArray

from reader.core.geometry import IndexBox, VolumeGeometry
from reader.core.orientation import nearest_world_axes

_WORLD_OF_WORKING_AXIS = (2, 1, 0)


@dataclass(frozen=True, slots=True, eq=False)
class WorkingGrid:
    """How a working grid lies on its source grid.

    Working axis `a` runs along source array axis `source_axis[a]`, reversed where
    `flipped[a]`. `geometry` places the working voxels in the patient.
    """

    source: VolumeGeometry
    geometry: VolumeGeometry
    source_axis: tuple[int, int, int]
    flipped: tuple[bool, bool, bool]

    def source_box(self, box: IndexBox) -> IndexBox:
        """The source voxels whose centres lie in a half-open box of working voxels."""
        ranges: list[tuple[int, int]] = [(0, 0)] * 3
        for axis, (start, stop) in enumerate(box):
            n_working = self.geometry.shape_kji[axis]
            source_axis = self.source_axis[axis]
            n_source = self.source.shape_kji[source_axis]
            if self.flipped[axis]:
                start, stop = n_working - stop, n_working - start
            scale = n_source / n_working
            first = int(np.ceil(start * scale - 0.5))
            last = int(np.ceil(stop * scale - 0.5))
            ranges[source_axis] = (max(0, first), min(n_source, last))
        return ranges[0], ranges[1], ranges[2]


def working_grid(source: VolumeGeometry, spacing_mm: float, multiple: int = 1) -> WorkingGrid:
    """A grid over the same edges with spacing as near to `spacing_mm` as whole voxels allow.

    Its shape is divisible by `multiple`, so that grids coarser by that factor have the
    same edges too.
    """
    world_of_array = nearest_world_axes(source)
    axis_of = [world_of_array.index(world) for world in _WORLD_OF_WORKING_AXIS]
    affine = np.eye(4)
    shape, flipped = [], []
    corner = np.full(3, -0.5)
    for working_axis, source_axis in enumerate(axis_of):
        n_source = source.shape_kji[source_axis]
        extent_mm = n_source * source.spacing_kji_mm[source_axis]
        n_working = multiple * max(1, round(extent_mm / (spacing_mm * multiple)))
        column = source.affine_kji_to_lps[:3, source_axis]
        backward = bool(column[_WORLD_OF_WORKING_AXIS[working_axis]] < 0)
        if backward:
            corner[source_axis] = n_source - 0.5
        affine[:3, working_axis] = column * (n_source / n_working) * (-1 if backward else 1)
        shape.append(n_working)
        flipped.append(backward)
    # The first working voxel's centre is half a working voxel inside the shared corner.
    affine[:3, 3] = source.to_lps(corner) + affine[:3, :3].sum(axis=1) / 2
    geometry = VolumeGeometry((shape[0], shape[1], shape[2]), affine, source.frame_of_reference_uid)
    return WorkingGrid(
        source,
        geometry,
        (axis_of[0], axis_of[1], axis_of[2]),
        (flipped[0], flipped[1], flipped[2]),
    )


def to_working(array_kji: NDArray[np.generic], grid: WorkingGrid) -> NDArray[np.float32]:
    """Resample a source array to the working grid, averaging where it gets coarser."""
    turned = np.transpose(array_kji, grid.source_axis)
    turned = turned[tuple(slice(None, None, -1 if f else 1) for f in grid.flipped)]
    return resized(turned, grid.geometry.shape_kji)


def to_source(
    array: NDArray[np.generic], grid: WorkingGrid, dtype: DTypeLike = np.float32
) -> NDArray[Any]:
    """Resample an array on the working grid (or a coarser one over its edges) to the source.

    `dtype` is that of the result; a whole chest CT in float32 is 300 MB.
    """
    shape = tuple(grid.source.shape_kji[axis] for axis in grid.source_axis)
    fine = resized(array, (shape[0], shape[1], shape[2]), dtype)
    turned = fine[tuple(slice(None, None, -1 if f else 1) for f in grid.flipped)]
    return np.ascontiguousarray(np.transpose(turned, np.argsort(grid.source_axis)))


def box_on_source(
    labels: NDArray[np.uint16], grid: WorkingGrid, box: IndexBox
) -> NDArray[np.uint16]:
    """Labels of a box of working voxels, or coarser ones, as those of its source voxels.

    `box` is what `WorkingGrid.source_box` gives for it. Each takes the nearest value.
    """
    turned = labels[tuple(slice(None, None, -1 if f else 1) for f in grid.flipped)]
    turned = np.transpose(turned, np.argsort(grid.source_axis))
    sizes = [high - low for low, high in box]
    near = [
        ((2 * np.arange(size) + 1) * have // (2 * size))
        for size, have in zip(sizes, turned.shape, strict=True)
    ]
    return np.ascontiguousarray(turned[np.ix_(*near)])


def resized(
    array: NDArray[np.generic], shape: tuple[int, int, int], dtype: DTypeLike = np.float32
) -> NDArray[Any]:
    """An array over the same edges in another number of voxels.

    Separable, slice by slice in C that releases the GIL; masks become shares. uint8 stays
    uint8 on the way, everything else is computed in float32.
    """
    if shape[0] > array.shape[0]:
        array = _resized_slices(array, shape[0])
    out = np.empty((array.shape[0], shape[1], shape[2]), dtype)
    for index in range(array.shape[0]):
        out[index] = _resize_plane(_plane(array[index]), (shape[1], shape[2]))
    return out if out.shape[0] == shape[0] else _resized_slices(out, shape[0], dtype)


def _resized_slices(
    array: NDArray[Any], slices: int, dtype: DTypeLike | None = None
) -> NDArray[Any]:
    """Change the number of slices."""
    rows, columns = array.shape[1:]
    kind = _plane(array[:, 0]).dtype if dtype is None else dtype
    out = np.empty((slices, rows, columns), kind)
    for row in range(rows):
        out[:, row] = _resize_plane(_plane(array[:, row]), (slices, columns))
    return out


def _plane(plane: NDArray[Any]) -> NDArray[Any]:
    """Contiguous, of a type that OpenCV resizes."""
    return np.ascontiguousarray(plane, None if plane.dtype == np.uint8 else np.float32)


def _resize_plane(plane: NDArray[Any], shape: tuple[int, int]) -> NDArray[Any]:
    """Area-average the axis that shrinks, interpolate the one that grows."""
    for axis in (0, 1):
        if plane.shape[axis] == shape[axis]:
            continue
        method = cv2.INTER_AREA if shape[axis] < plane.shape[axis] else cv2.INTER_LINEAR
        rows, columns = (shape[0], plane.shape[1]) if axis == 0 else (plane.shape[0], shape[1])
        plane = np.asarray(cv2.resize(plane, (columns, rows), interpolation=method))
        plane = plane.reshape(rows, columns)
    return plane
