"""Volumes on a patient-aligned, evenly spaced working grid, and back to their own.

A working grid has its axes in the order (to Superior, to Posterior, to Left), whatever
order and direction the source's array axes had, and spans exactly the source's edges.
Tilt is kept: axes are permuted, flipped and rescaled, never rotated.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

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


def working_grid(source: VolumeGeometry, spacing_mm: float) -> WorkingGrid:
    """A grid over the same edges with spacing as near to `spacing_mm` as whole voxels allow."""
    world_of_array = nearest_world_axes(source)
    axis_of = [world_of_array.index(world) for world in _WORLD_OF_WORKING_AXIS]
    affine = np.eye(4)
    shape, flipped = [], []
    corner = np.full(3, -0.5)
    for working_axis, source_axis in enumerate(axis_of):
        n_source = source.shape_kji[source_axis]
        n_working = max(1, round(n_source * source.spacing_kji_mm[source_axis] / spacing_mm))
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
    return _resize(turned, grid.geometry.shape_kji)


def to_source(array: NDArray[np.generic], grid: WorkingGrid) -> NDArray[np.float32]:
    """Resample an array on the working grid (or a coarser one over its edges) to the source."""
    shape = tuple(grid.source.shape_kji[axis] for axis in grid.source_axis)
    resized = _resize(array, (shape[0], shape[1], shape[2]))
    turned = resized[tuple(slice(None, None, -1 if f else 1) for f in grid.flipped)]
    return np.ascontiguousarray(np.transpose(turned, np.argsort(grid.source_axis)))


def _resize(array: NDArray[np.generic], shape: tuple[int, int, int]) -> NDArray[np.float32]:
    """Edge-aligned separable resizing, slice by slice in C that releases the GIL."""
    k, j, i = array.shape
    flat = np.empty((k, shape[1], shape[2]), np.float32)
    for index in range(k):
        plane = np.ascontiguousarray(array[index], dtype=np.float32)
        flat[index] = _resize_plane(plane, (shape[1], shape[2]))
    if k == shape[0]:
        return flat
    out = np.empty(shape, np.float32)
    for row in range(shape[1]):
        plane = np.ascontiguousarray(flat[:, row])
        out[:, row] = _resize_plane(plane, (shape[0], shape[2]))
    return out


def _resize_plane(plane: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Area-average the axis that shrinks, interpolate the one that grows."""
    for axis in (0, 1):
        if plane.shape[axis] == shape[axis]:
            continue
        method = cv2.INTER_AREA if shape[axis] < plane.shape[axis] else cv2.INTER_LINEAR
        size = (plane.shape[1], shape[0]) if axis == 0 else (shape[1], plane.shape[0])
        plane = cv2.resize(plane, size, interpolation=method).reshape(size[1], size[0])
    return plane
