"""Values of a volume anywhere in space: points, planes and slabs that cut it as they please.

Trilinear between voxel centres, or nearest for labels, which are never interpolated. The
grid reaches half a voxel beyond its outermost centres, where the outermost values hold;
whatever lies further out is `outside`. Whole numbers are rounded to the nearest, not cut.

The compiled loops serve where they are loaded (`kernels`), the plain form elsewhere; both
give the same values to float rounding. All of it may be called from any thread.
"""

from __future__ import annotations

import math
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray, VolumeGeometry
from reader.imaging.cut import Projection, Slab
from reader.imaging.kernels import Kernels, compiled
from reader.imaging.row_blocks import in_row_blocks
from reader.imaging.sampling_plain import plain_plane, plain_points, plain_slab
from reader.imaging.slicing import SliceGeometry

Scalar = TypeVar("Scalar", bound=np.generic)

_KINDS: Final = {Projection.MAXIMUM: 0, Projection.MINIMUM: 1, Projection.MEAN: 2}
_ONE_LAYER: Final = (np.zeros(1), np.ones(1))


def sample_points(
    array_kji: NDArray[Scalar], points_kji: FloatArray, outside: float, nearest: bool = False
) -> NDArray[Scalar]:
    """Values at fractional indices.

    Args:
        array_kji: (k, j, i), or (k, j, i, channels).
        points_kji: (n, 3), in voxels; whole numbers are voxel centres.
        outside: the value beyond the grid.
        nearest: takes the nearest voxel's value, as labels need it.

    Returns: (n,) or (n, channels), of the array's type.
    """
    places = np.ascontiguousarray(points_kji, dtype=np.float64)
    kernels = _kernels_for(array_kji)
    if kernels is None:
        return plain_points(array_kji, places, outside, nearest)
    laid, places = _laid_out(array_kji, places, np.ones(1))
    values = np.empty(len(places), dtype=array_kji.dtype)
    kernels.points(laid, places, float(outside), nearest, values, _is_whole(array_kji))
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

    Returns: (rows, columns) or (rows, columns, channels), of the array's type.
    """
    frame = _frame(geometry, where)
    kernels = _kernels_for(array_kji)
    if kernels is None:
        return plain_plane(array_kji, frame, where.shape, outside, nearest)
    if not nearest:
        return _projected(kernels, array_kji, frame, where.shape, _ONE_LAYER, 0, outside)
    laid, frame = _laid_out(array_kji, frame, _STARTS)
    values = np.empty(where.shape, dtype=array_kji.dtype)

    def fill(first: int, rows: NDArray[Any]) -> None:
        kernels.nearest(laid, frame, float(outside), first, rows)

    in_row_blocks(fill, values, 1)
    return values


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

    Returns: (rows, columns) or (rows, columns, channels), of the array's type.
    """
    if slab.is_thin:
        return sample_plane(array_kji, geometry, where, outside)
    frame = _frame(geometry, where)
    layers = slab_layers(slab.thickness_mm, float(np.abs(frame[3]).max()))
    kernels = _kernels_for(array_kji)
    if kernels is None:
        return plain_slab(array_kji, frame, where.shape, layers, slab.projection, outside)
    kind = _KINDS[slab.projection]
    return _projected(kernels, array_kji, frame, where.shape, layers, kind, outside)


def is_compiled(array_kji: NDArray[Any]) -> bool:
    """Whether the compiled loops would serve such an array."""
    return _kernels_for(array_kji) is not None


def slab_layers(thickness_mm: float, voxels_per_mm: float) -> tuple[FloatArray, FloatArray]:
    """Where a line through a slab is sampled, in mm from the middle, and what each weighs.

    The outermost lie on the faces and stand for half a step each, so that a mean is the
    mean over exactly the thickness. Weights sum to 1.
    """
    steps = max(1, math.ceil(thickness_mm * voxels_per_mm - 1e-6))
    offsets = np.linspace(-thickness_mm / 2, thickness_mm / 2, steps + 1)
    weights = np.full(steps + 1, 1 / steps)
    weights[[0, -1]] /= 2
    return offsets, weights


def _frame(geometry: VolumeGeometry, where: SliceGeometry) -> FloatArray:
    """(4, 3), in voxels: the first pixel, a row down, a column right, 1 mm along the normal."""
    origin = where.origin_lps_mm
    normal = np.cross(where.right_lps_mm, where.down_lps_mm)
    steps = np.stack([where.down_lps_mm, where.right_lps_mm, normal / np.linalg.norm(normal)])
    start = geometry.to_index(origin)
    return np.vstack([start, geometry.to_index(origin + steps) - start])


def _projected(
    kernels: Kernels,
    array_kji: NDArray[Scalar],
    frame: FloatArray,
    shape: tuple[int, int],
    layers: tuple[FloatArray, FloatArray],
    kind: int,
    outside: float,
) -> NDArray[Scalar]:
    laid, frame = _laid_out(array_kji, frame, _STARTS)
    values = np.empty(shape, dtype=array_kji.dtype)
    is_whole = _is_whole(array_kji)

    def fill(first: int, rows: NDArray[Any]) -> None:
        kernels.slab(laid, frame, *layers, kind, float(outside), first, rows, is_whole)

    in_row_blocks(fill, values, len(layers[0]))
    return values


def _kernels_for(array_kji: NDArray[Any]) -> Kernels | None:
    """The compiled loops, if they are loaded and take such an array."""
    if array_kji.ndim != 3 or 0 in array_kji.strides:
        return None
    kernels = compiled(array_kji.dtype)
    if (
        kernels is None
        or not _laid_out(array_kji, np.zeros((1, 3)), np.ones(1))[0].flags.c_contiguous
    ):
        return None
    return kernels


_STARTS: Final = np.array([1.0, 0.0, 0.0, 0.0])
"""Which rows of a frame are places, which an axis turned round moves, and not steps."""


def _laid_out(
    array_kji: NDArray[Scalar], vectors: FloatArray, are_places: FloatArray
) -> tuple[NDArray[Scalar], FloatArray]:
    """A turned or mirrored view as its memory lies, and vectors in voxels to match."""
    order = tuple(
        int(axis) for axis in np.argsort([-abs(step) for step in array_kji.strides], kind="stable")
    )
    laid, turned = array_kji.transpose(order), vectors[:, order]
    for axis, step in enumerate(laid.strides):
        if step < 0:
            laid = np.flip(laid, axis)
            turned[:, axis] = are_places * (laid.shape[axis] - 1) - turned[:, axis]
    return laid, np.ascontiguousarray(turned)


def _is_whole(array: NDArray[Any]) -> bool:
    return array.dtype.kind in "iu"
