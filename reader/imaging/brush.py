"""Brush shapes that are round in millimetres on any grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reader.core.geometry import FloatArray, IndexBox, VolumeGeometry
from reader.core.orientation import PlaneAxes
from reader.imaging.components import Mask
from reader.imaging.slicing import index_at


def ball_stencil(
    geometry: VolumeGeometry, start_lps_mm: ArrayLike, end_lps_mm: ArrayLike, radius_mm: float
) -> tuple[IndexBox, Mask] | None:
    """The voxels within `radius_mm` of the way from one position to another.

    The same position twice gives a ball. The voxel nearest to a position always counts,
    however small the radius. Returns: a box of the grid and the mask that fills it; None
    where the brush misses the grid.
    """
    ends = geometry.to_index(np.stack([np.asarray(start_lps_mm), np.asarray(end_lps_mm)]))
    return _capsule(geometry, ends, radius_mm)


def disc_stencil(
    geometry: VolumeGeometry,
    axes: PlaneAxes,
    start_lps_mm: ArrayLike,
    end_lps_mm: ArrayLike,
    radius_mm: float,
) -> tuple[IndexBox, Mask] | None:
    """As `ball_stencil`, but within the one slice of a plane that holds the start."""
    ends = geometry.to_index(np.stack([np.asarray(start_lps_mm), np.asarray(end_lps_mm)]))
    along = ends[0, axes.slice_axis]
    if not -0.5 <= along <= geometry.shape_kji[axes.slice_axis] - 0.5:
        return None
    index = index_at(geometry, axes, start_lps_mm)
    ends[:, axes.slice_axis] = index
    return _capsule(geometry, ends, radius_mm, (axes.slice_axis, index))


def _capsule(
    geometry: VolumeGeometry,
    ends_kji: FloatArray,
    radius_mm: float,
    only: tuple[int, int] | None = None,
) -> tuple[IndexBox, Mask] | None:
    """Voxels within a radius of a line between two fractional indices; `only` (axis, index)."""
    box = _box(geometry, ends_kji, radius_mm, only)
    if box is None:
        return None
    gram = geometry.affine_kji_to_lps[:3, :3].T @ geometry.affine_kji_to_lps[:3, :3]
    offsets = [
        (np.arange(lo, hi, dtype=np.float64) - ends_kji[0, axis]).reshape(_along(axis))
        for axis, (lo, hi) in enumerate(box)
    ]
    way = ends_kji[1] - ends_kji[0]
    length_squared = float(way @ gram @ way)
    squared = _quadratic(offsets, gram)
    if length_squared > 0:
        weights = gram @ way
        dot = offsets[0] * weights[0] + offsets[1] * weights[1] + offsets[2] * weights[2]
        share = np.clip(dot / length_squared, 0.0, 1.0)
        squared = squared - share * (2 * dot - share * length_squared)
    mask: Mask = squared <= radius_mm * radius_mm
    for end in np.rint(ends_kji).astype(int):
        if all(lo <= n < hi for n, (lo, hi) in zip(end, box, strict=True)):
            mask[tuple(n - lo for n, (lo, _) in zip(end, box, strict=True))] = True
    return box, mask


def _box(
    geometry: VolumeGeometry,
    ends_kji: FloatArray,
    radius_mm: float,
    only: tuple[int, int] | None,
) -> IndexBox | None:
    """The part of the grid that the brush can reach."""
    inverse = np.linalg.inv(geometry.affine_kji_to_lps[:3, :3])
    reach = np.maximum(radius_mm * np.linalg.norm(inverse, axis=1), 0.5)
    low = np.ceil(ends_kji.min(axis=0) - reach).astype(int)
    high = np.floor(ends_kji.max(axis=0) + reach).astype(int) + 1
    if only is not None:
        low[only[0]], high[only[0]] = only[1], only[1] + 1
    low, high = np.maximum(low, 0), np.minimum(high, geometry.shape_kji)
    if (low >= high).any():
        return None
    k, j, i = ((int(a), int(b)) for a, b in zip(low, high, strict=True))
    return k, j, i


def _quadratic(offsets: list[NDArray[np.float64]], gram: FloatArray) -> NDArray[np.float64]:
    """Squared length in mm of index offsets, by broadcasting; cross terms only when sheared."""
    squared = np.zeros((1, 1, 1))
    for one in range(3):
        squared = squared + gram[one, one] * offsets[one] ** 2
    for one, other in ((0, 1), (0, 2), (1, 2)):
        if abs(gram[one, other]) > 1e-9:
            squared = squared + 2 * gram[one, other] * offsets[one] * offsets[other]
    return squared


def _along(axis: int) -> tuple[int, int, int]:
    shape = [1, 1, 1]
    shape[axis] = -1
    return shape[0], shape[1], shape[2]
